import type { BoxesView } from '../../src-preload/contract/boxes.ts';
import { createLiveStore } from './live.ts';

export const boxesStore = createLiveStore<BoxesView>();
