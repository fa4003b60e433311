import { createStore } from 'zustand/vanilla';
import type { RemovalView } from '../../src-preload/contract/removal.ts';

/** The last answer of a node that was removed; nothing else comes after it. */
export const removedStore = createStore<{ readonly removed: RemovalView | undefined }>()(() => ({
  removed: undefined,
}));
