// What waits for the owner to say yes at the computer itself: one at a time, however many requests wait for it.
import { createStore } from 'zustand/vanilla';
import type { BridgeError } from '../bridge/failure.ts';

export interface Awaited {
  /** What the owner types, number included. */
  readonly command: string;
}

interface State {
  readonly awaited: Awaited | undefined;
  readonly settle: (again: boolean) => void;
}

const nothing: State = { awaited: undefined, settle: () => undefined };

export const confirmStore = createStore<State>()(() => nothing);

/** Resolves with whether to ask again: confirmed, or gone stale; false where the person gave it up. */
export function waitForOwner({ details }: BridgeError): Promise<boolean> {
  const { command, withinMs } = details;
  if (typeof command !== 'string') return Promise.resolve(false);
  const { settle: earlier } = confirmStore.getState();
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(true), Number(withinMs));
    const settle = (again: boolean) => {
      clearTimeout(timer);
      if (confirmStore.getState().settle === settle) confirmStore.setState(nothing);
      earlier(again);
      resolve(again);
    };
    confirmStore.setState({ awaited: { command }, settle });
  });
}

/** The owner has said yes, or it may be that: whatever waits is asked again. */
export function askAgain(): void {
  confirmStore.getState().settle(true);
}

export function giveUp(): void {
  confirmStore.getState().settle(false);
}
