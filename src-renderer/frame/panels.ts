// What the frame can lay over a page: one at a time.
import { createStore } from 'zustand/vanilla';
import type { Reason } from '../../src-preload/contract/define.ts';

export type Panel = 'palette' | 'help' | 'keys' | 'pause';

interface Open {
  readonly open: Panel | undefined;
  /** What went wrong, where help is wanted with that. */
  readonly about: Reason | undefined;
  /** What was typed since: into the panel, or while it was on its way to the screen. */
  readonly typed: string;
}

const CLOSED = { open: undefined, about: undefined, typed: '' } as const;

export const panelStore = createStore<Open>()(() => CLOSED);

export function openPanel(panel: Panel, about?: Reason): void {
  panelStore.setState({ open: panel, about, typed: '' });
}

export function closePanel(): void {
  panelStore.setState(CLOSED);
}

export function typeInPanel(typed: string): void {
  panelStore.setState({ typed });
}
