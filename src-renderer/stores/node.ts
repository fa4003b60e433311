import type { NodeView } from '../../src-preload/contract/node.ts';
import { createLiveStore } from './live.ts';

export const nodeStore = createLiveStore<NodeView>();
