import type { WorkView } from '../../src-preload/contract/work.ts';
import { createLiveStore } from './live.ts';

export const workStore = createLiveStore<WorkView>();
