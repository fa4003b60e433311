import type { RunnersView } from '../../src-preload/contract/runners.ts';
import { createLiveStore } from './live.ts';

export const runnersStore = createLiveStore<RunnersView>();
