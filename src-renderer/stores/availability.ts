import type { AvailabilityView } from '../../src-preload/contract/availability.ts';
import { createLiveStore } from './live.ts';

export const availabilityStore = createLiveStore<AvailabilityView>();
