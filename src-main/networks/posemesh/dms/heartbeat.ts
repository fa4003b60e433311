// Keeps a lease alive while a runner works: a heartbeat at once, one whenever there is something new to say, and one before the lease runs
// out. One is under way at a time; what is said meanwhile goes with the next. Ends the job where the manager has cancelled it, or does
// not answer for it any more.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { POSEMESH } from '../bounds.ts';
import { uniform } from '../chance.ts';
import { Refused, Unreachable } from '../errors.ts';
import type { HeartbeatAnswer } from './lease.ts';
import type { Outbox } from './outbox.ts';
import type { Json } from './receipts.ts';
import type { LeaseSession } from './session.ts';

/** Why the manager wants nothing more of a job. */
export type LeaseEnd = 'cancelled' | 'lost';

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly session: LeaseSession;
  readonly outbox: Outbox;
  /** Rejects with what the manager answered, or did not. */
  readonly send: (taskId: string, progress: Json, events: readonly Json[]) => Promise<HeartbeatAnswer>;
  /** Called once: neither a result nor a failure is reported then. */
  readonly ended: (end: LeaseEnd) => void;
  /** Called after each answer. */
  readonly changed: () => void;
}

export interface HeartbeatOptions {
  /** When the next is due, as parts of what is left of the lease. */
  readonly minRatio: number;
  readonly maxRatio: number;
  /** One that got no usable answer is tried again while a quarter of the lease is left. */
  readonly retry: boolean;
  /** What is new is gathered for so long before it is sent; 0: it is sent at once. */
  readonly gatherMs: number;
}

const LEAST_MS = 100;
const RETRY_MS = 1000;
const RETRY_WHILE = 0.25;

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #options: HeartbeatOptions;
  #sending: Promise<void> | undefined;
  /** There is something to say that the heartbeat under way does not carry. */
  #again = false;
  #over = false;
  #flushing = false;
  #cancelDue = () => {};
  #cancelGather: (() => void) | undefined;
  /** When the last one went out that only the lease asked for, by the monotonic clock. */
  #dueAt = Number.NEGATIVE_INFINITY;
  /** What the lease had left when it was last renewed, milliseconds. */
  #ttl: number | undefined;

  constructor(deps: HeartbeatDeps, options: HeartbeatOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** The first one, before the job is looked at any further. Rejects with what the manager answered. */
  async first(): Promise<void> {
    await this.#send();
  }

  start(): void {
    this.beat();
  }

  /** There is something new to say. */
  touch(): void {
    const { clock } = this.#deps;
    const { gatherMs } = this.#options;
    if (this.#over || this.#flushing) return;
    if (gatherMs <= 0) this.beat();
    else
      this.#cancelGather ??= clock.after(gatherTime(gatherMs, this.#deps.random), () => {
        this.#cancelGather = undefined;
        this.beat();
      });
  }

  /** Now, or as soon as the one under way is answered. */
  beat(): void {
    if (this.#over) return;
    if (this.#sending) {
      this.#again = true;
      return;
    }
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Resolves when a heartbeat was answered that was sent after this was called, or when there are no more. Never rejects. */
  async renew(): Promise<void> {
    this.beat();
    await this.#sending;
  }

  /** The runner has returned: what it said last is sent, and answered, when it resolves; then there are no more. Never rejects. */
  async flush(): Promise<void> {
    this.#flushing = true;
    this.#cancelGather?.();
    this.beat();
    await this.#sending;
    this.stop();
  }

  stop(): void {
    this.#over = true;
    this.#cancelDue();
    this.#cancelGather?.();
  }

  async #sendAll(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#send();
      } catch (error) {
        if (this.#over || this.#tryAgain(error)) return;
        this.#deps.logger.warn('a lease was lost', { task: this.#deps.session.leaseTaskId, error });
        return this.#end('lost');
      }
    } while (this.#again && !this.#over);
  }

  async #send(): Promise<void> {
    const { session, outbox, send, changed } = this.#deps;
    this.#cancelDue();
    const { progress, events, arrived } = outbox.take();
    const answer = await send(session.taskId, progress, events);
    arrived();
    session.apply(answer);
    this.#arm();
    changed();
    if (session.cancelled) this.#end('cancelled');
  }

  #arm(): void {
    const { clock, session, random } = this.#deps;
    const { minRatio, maxRatio } = this.#options;
    this.#cancelDue();
    if (this.#over || session.leaseExpiresAt === undefined) return;
    const ttl = session.leaseExpiresAt - clock.now();
    this.#ttl = ttl;
    this.#due(dueIn(ttl, uniform(random, Math.min(minRatio, maxRatio), Math.max(minRatio, maxRatio))));
  }

  /** Two that only the lease asks for keep a distance, however short it is said to last. */
  #due(ms: number): void {
    const { clock } = this.#deps;
    const floor = this.#dueAt + POSEMESH.heartbeatFloorMs - clock.monotonic();
    this.#cancelDue = clock.after(Math.max(ms, floor), () => {
      this.#dueAt = clock.monotonic();
      this.beat();
    });
  }

  /** Off by default, as in official nodes: there, any failure ends the job. */
  #tryAgain(error: unknown): boolean {
    const { clock, session } = this.#deps;
    const passing = error instanceof Unreachable || (error instanceof Refused && error.status >= 500);
    const left = (session.leaseExpiresAt ?? 0) - clock.now();
    if (!this.#options.retry || !passing || this.#flushing || left < (this.#ttl ?? Infinity) * RETRY_WHILE)
      return false;
    this.#due(RETRY_MS);
    return true;
  }

  #end(end: LeaseEnd): void {
    if (this.#over) return;
    this.stop();
    this.#deps.ended(end);
  }
}

/** How long until the next, where a lease has so much time left. */
export function dueIn(ttl: number, ratio: number): number {
  if (ttl <= 0) return 0;
  const wanted = Math.round(ttl * ratio);
  return Math.min(ttl, wanted <= 0 ? LEAST_MS : wanted);
}

/** At least half of it, at most all of it. */
function gatherTime(ms: number, random: Random): number {
  return Math.round(uniform(random, Math.max(1, Math.floor(ms / 2)), ms));
}
