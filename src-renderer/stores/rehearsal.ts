import type { RehearsalsView } from '../../src-preload/contract/rehearsal.ts';
import { createLiveStore } from './live.ts';

export const rehearsalStore = createLiveStore<RehearsalsView>();
