// Sharing by hand: the big switch, a pause with an end, "give me my PC back". One at a time, wherever it is pressed.
import { createStore } from 'zustand/vanilla';
import type { PauseFor, ReleaseView } from '../src-preload/contract/availability.ts';
import { engine } from './bridge/index.ts';
import { reportFailure } from './stores/alerts.ts';
import { availabilityStore } from './stores/availability.ts';
import { nodeStore } from './stores/node.ts';

/** Busy: asked and not yet answered. */
export const sharingStore = createStore<{ readonly busy: boolean }>()(() => ({ busy: false }));

/** Never rejects: what goes wrong is shown. Answers undefined then, and when another is on its way. */
async function alone<R>(work: () => Promise<R>): Promise<R | undefined> {
  if (sharingStore.getState().busy) return undefined;
  sharingStore.setState({ busy: true });
  try {
    return await work();
  } catch (error) {
    reportFailure(error);
    return undefined;
  } finally {
    sharingStore.setState({ busy: false });
  }
}

/** On ends a pause too. Off: no new tasks, running ones finish. */
export async function share(on: boolean): Promise<void> {
  await alone(async () => {
    nodeStore.getState().accept(await engine().ask(on ? 'node.resume' : 'node.pause', undefined));
  });
}

export async function pauseFor(how: PauseFor): Promise<void> {
  await alone(async () => {
    availabilityStore.getState().accept(await engine().ask('availability.pause', { for: how }));
  });
}

export interface Released extends ReleaseView {
  /** When it was done, epoch milliseconds. */
  readonly at: number;
}

/** The last "give me my PC back" that was asked for in these pages: since when it is on its way, or what it did. */
export const releaseStore = createStore<{
  /** Epoch milliseconds. */
  readonly since: number | undefined;
  readonly done: Released | undefined;
}>()(() => ({ since: undefined, done: undefined }));

/** Takes some seconds; answers what was done. */
export function release(): Promise<ReleaseView | undefined> {
  return alone(async () => {
    releaseStore.setState({ since: Date.now(), done: undefined });
    try {
      const done = { ...(await engine().ask('availability.release', undefined)), at: Date.now() };
      releaseStore.setState({ done });
      return done;
    } finally {
      releaseStore.setState({ since: undefined });
    }
  });
}
