import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import { createLiveStore } from './live.ts';

export const networksStore = createLiveStore<NetworkView[]>();
