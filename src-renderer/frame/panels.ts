// What the frame can lay over a page: one at a time.
import { createStore } from 'zustand/vanilla';
import type { Reason } from '../../src-preload/contract/define.ts';

export type Panel = 'palette' | 'help' | 'keys' | 'pause';

interface Open {
  readonly open: Panel | undefined;
  /** What went wrong, where help is wanted with that. */
  readonly about: Reason | undefined;
}

export const panelStore = createStore<Open>()(() => ({ open: undefined, about: undefined }));

export function openPanel(panel: Panel, about?: Reason): void {
  panelStore.setState({ open: panel, about });
}

export function closePanel(): void {
  panelStore.setState({ open: undefined, about: undefined });
}
