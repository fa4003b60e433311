// What was just done, for a few seconds.
import { createStore } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** Long enough to read a sentence twice. */
const SHOWN_MS = 6000;
const MOST = 3;

export const toastsStore = createStore<{ readonly toasts: readonly Toast[] }>()(() => ({ toasts: [] }));

let lastId = 0;

/** Shows a sentence in passing, already in the language of the page. */
export function toast(text: string): void {
  const id = ++lastId;
  toastsStore.setState(({ toasts }) => ({ toasts: [...toasts, { id, text }].slice(-MOST) }));
  setTimeout(() => dismissToast(id), SHOWN_MS);
}

export function dismissToast(id: number): void {
  toastsStore.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}
