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
  /** Enter was pressed while it was on its way: it does so once it is there. */
  readonly entered: boolean;
}

const CLOSED = { open: undefined, about: undefined, typed: '', entered: false } as const;

export const panelStore = createStore<Open>()(() => CLOSED);

export function openPanel(panel: Panel, about?: Reason): void {
  panelStore.setState({ ...CLOSED, open: panel, about });
}

export function closePanel(): void {
  panelStore.setState(CLOSED);
}

export function typeInPanel(typed: string): void {
  panelStore.setState({ typed, entered: false });
}

export function enterInPanel(): void {
  panelStore.setState({ entered: true });
}
