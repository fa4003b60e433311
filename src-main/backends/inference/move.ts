// Putting a model into memory or out of it: one move of a model at a time, believed only when the server's own list says so.

import type { ModelState } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Clock } from '../../base/clock.ts';
import type { Moved } from '../backend.ts';
import type { Exchange, Upstream } from './http.ts';
import type { Look } from './look.ts';
import { parseObject } from './shapes.ts';

/** What moving a model works with. */
export interface Tools {
  readonly clock: Clock;
  readonly upstream: Upstream;
  /** A look at the server as `check` takes it. */
  readonly look: (signal: AbortSignal) => Promise<Look>;
}

export type Load = (
  tools: Tools,
  model: string,
  how: { readonly keep: boolean; readonly signal: AbortSignal },
) => Promise<Moved>;
export type Unload = (tools: Tools, model: string, how: { readonly signal: AbortSignal }) => Promise<Moved>;

/** Between two looks. */
const LOOK_EVERY_MS = 250;

/** Looks until the model is in memory, or out of it, or the signal aborts. */
export async function seen(
  { clock, look }: Pick<Tools, 'clock' | 'look'>,
  model: string,
  wanted: 'loaded' | 'cold',
  signal: AbortSignal,
): Promise<Moved> {
  while (!signal.aborted) {
    const { state: server, models } = await look(signal);
    const state = models.find(({ id }) => id === model)?.state;
    if (state === wanted) return { kind: 'done' };
    // What a server no longer lists is not in its memory.
    const answers = server !== 'not-found' && server !== 'failing' && server !== 'loading';
    if (state === undefined && wanted === 'cold' && answers) return { kind: 'done' };
    if (state === 'failing' && wanted === 'loaded') {
      return notMoved('backends.model-failing', `The model server could not load ${model}.`);
    }
    if (state === 'unknown') {
      return notMoved('backends.move-unseen', `The model server does not tell whether ${model} is in memory.`);
    }
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
  return GIVEN_UP;
}

/** What the server says of a model now; `moved` where it says nothing, with its reason. */
export async function stateNow(
  { look }: Pick<Tools, 'look'>,
  model: string,
  signal: AbortSignal,
): Promise<{ readonly state: ModelState | undefined } | { readonly moved: Moved }> {
  const { state, reason, models } = await look(signal);
  if (signal.aborted) return { moved: GIVEN_UP };
  if (reason && models.length === 0 && state !== 'loading') return { moved: { kind: 'failed', reason } };
  return { state: models.find(({ id }) => id === model)?.state };
}

/** Sends an order to move a model. Undefined where the server took it; some say in a body with 200 that they did not. */
export async function order(
  upstream: Upstream,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Moved | undefined> {
  const exchange = await upstream.post(path, JSON.stringify(body), signal);
  if (exchange.kind === 'aborted') return GIVEN_UP;
  return isTaken(exchange) ? undefined : REFUSED;
}

export function isTaken(exchange: Exchange): boolean {
  if (exchange.kind !== 'reply' || exchange.status < 200 || exchange.status >= 300) return false;
  const { error } = parseObject(exchange.bytes.toString()) ?? {};
  return error === undefined || error === null;
}

export function notMoved(code: string, message: string, action = "The model server's own log may tell more."): Moved {
  return { kind: 'failed', reason: { code, message, action } };
}

export const GIVEN_UP = notMoved(
  'backends.move-timeout',
  'The model server had not finished when the wait for it ended.',
);
export const REFUSED = notMoved('backends.move-refused', 'The model server refused to do that.');

/** Where a server, as it was started, has no means for it. */
export function cantMove(message: Reason['message'], action: Reason['action']): Moved {
  return { kind: 'failed', reason: { code: 'backends.cant-move', message, ...(action !== undefined && { action }) } };
}

interface Move {
  readonly model: string;
  readonly what: 'load' | 'unload';
  readonly keep: boolean;
  readonly stop: AbortController;
  readonly done: Promise<Moved>;
  waiting: number;
}

/**
 * The moves under way at one server. Who asks for what is already under way waits for that; the opposite order ends it. A move
 * ends when no caller waits for it any longer.
 */
export class Moves {
  /** The newest of each model. */
  readonly #newest = new Map<string, Move>();
  readonly #running = new Set<Move>();

  async run(
    what: Move['what'],
    model: string,
    { keep, signal }: { readonly keep: boolean; readonly signal: AbortSignal },
    begin: (signal: AbortSignal) => Promise<Moved>,
  ): Promise<Moved> {
    if (signal.aborted) return GIVEN_UP;
    const newest = this.#newest.get(model);
    const same = newest?.what === what && (newest.keep || !keep);
    if (same && !newest.stop.signal.aborted) return this.#wait(newest, signal);
    for (const other of this.#running) if (other.model === model && other.what !== what) other.stop.abort();
    const stop = new AbortController();
    const done = (newest?.done ?? Promise.resolve()).then(() => (stop.signal.aborted ? GIVEN_UP : begin(stop.signal)));
    const move: Move = { model, what, keep, stop, done, waiting: 0 };
    this.#newest.set(model, move);
    this.#running.add(move);
    void done.then(() => {
      this.#running.delete(move);
      if (this.#newest.get(model) === move) this.#newest.delete(model);
    });
    return this.#wait(move, signal);
  }

  /** Ends them all. */
  stop(): void {
    for (const { stop } of this.#running) stop.abort();
  }

  async #wait(move: Move, signal: AbortSignal): Promise<Moved> {
    move.waiting += 1;
    let leave = () => {};
    const left = new Promise<Moved>((resolve) => {
      leave = () => resolve(GIVEN_UP);
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([move.done, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      move.waiting -= 1;
      if (move.waiting === 0 && this.#running.has(move)) move.stop.abort();
    }
  }
}
