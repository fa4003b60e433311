// Putting a model into memory or out of it, believed only when the server's own list says so.

import type { ModelState } from '../../../src-preload/contract/backends.ts';
import type { Clock } from '../../base/clock.ts';
import type { Moved } from '../backend.ts';
import type { Tools } from './adapter.ts';

/** Between two looks. */
const LOOK_EVERY_MS = 250;

/** Looks until `model` is in one of the states, or the signal aborts. */
export async function movedTo(
  { clock, look }: Pick<Tools, 'clock' | 'look'>,
  model: string,
  wanted: (state: ModelState) => boolean,
  signal: AbortSignal,
): Promise<Moved> {
  while (!signal.aborted) {
    const { models } = await look(signal);
    const state = models.find(({ id }) => id === model)?.state;
    if (state !== undefined && wanted(state)) return { kind: 'done' };
    if (state === 'failing') return notMoved('backends.model-failing', `The model server could not load ${model}.`);
    await pause(clock, signal);
  }
  return notMoved('backends.move-timeout', `The model server did not finish with ${model} in time.`);
}

export function notMoved(code: string, message: string, action = "The model server's own log may tell more."): Moved {
  return { kind: 'failed', reason: { code, message, action } };
}

/** Resolves early where the signal aborts. */
function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
}
