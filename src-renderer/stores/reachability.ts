import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { createLiveStore } from './live.ts';

export const reachabilityStore = createLiveStore<ReachabilityView>();
