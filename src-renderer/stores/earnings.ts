import type { EarningsView } from '../../src-preload/contract/earnings.ts';
import { createLiveStore } from './live.ts';

export const earningsStore = createLiveStore<EarningsView>();
