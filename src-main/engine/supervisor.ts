// Starts the parts in order, watches them, restarts or parks what fails, and stops all in reverse, each within its time.

import type { z } from 'zod';
import type { ServiceHealth } from '../../src-preload/contract/node.ts';
import type { Clock } from '../base/clock.ts';
import { HearthError, toHearthError } from '../base/errors.ts';
import type { Health, Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { inTime } from './in-time.ts';
import { verdict } from './restart.ts';

export interface Part {
  readonly service: Service;
  /** Without a vital part the node does not start. Any other is restarted or parked by itself. */
  readonly vital: boolean;
  /** Whether it should run now; asked at start and by `refresh`. Left out: always. */
  readonly wanted?: () => boolean;
  /** Starts and stops at the same time as its neighbours of this kind: a slow one holds up none of them. */
  readonly together?: boolean;
}

interface Watched extends Part {
  health: Health;
  /** Of the monotonic clock: health is for people, and a change of the clock must not forgive or condemn. */
  runningSince: number;
  failures: number;
  /** One change at a time: start, stop and restart of a part follow one another. */
  queue: Promise<void>;
  cancelRestart: (() => void) | undefined;
}

const START_MS = 15_000;
const STOP_MS = 10_000;
/** Running this long in peace, earlier failures are forgotten. */
const FORGIVE_MS = 300_000;

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly changed: () => void;
}

export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #parts: Watched[] = [];
  #stopping = false;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
  }

  /** In the order of starting. */
  add(part: Part): void {
    const health: Health = { state: 'stopped', since: this.#deps.clock.now() };
    this.#parts.push({
      ...part,
      health,
      runningSince: 0,
      failures: 0,
      queue: Promise.resolve(),
      cancelRestart: undefined,
    });
  }

  /** Rejects with a vital part's error, after stopping what had started. */
  async start(): Promise<void> {
    for (const parts of this.#inTurn()) {
      const wanted = parts.filter((part) => part.wanted?.() !== false);
      const errors = await Promise.all(
        wanted.map(async (part) => {
          const error = await this.#queued(part, () => this.#tryStart(part));
          return part.vital ? error : undefined;
        }),
      );
      const error = errors.find((each) => each !== undefined);
      if (error) {
        await this.stop();
        throw error;
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const parts of this.#inTurn().toReversed()) {
      await Promise.all(
        parts.map(async (part) => {
          part.cancelRestart?.();
          await this.#queued(part, () => this.#stopPart(part));
        }),
      );
    }
  }

  /** A running part can't go on. */
  fault(name: string, thrown: unknown): void {
    const part = this.#find(name);
    void this.#queued(part, async () => {
      if (part.health.state === 'stopped') return;
      const ran = this.#deps.clock.monotonic() - part.runningSince;
      if (part.health.state === 'running' && ran > FORGIVE_MS) part.failures = 0;
      await this.#stopPart(part);
      this.#failed(part, toHearthError(thrown));
    });
  }

  /**
   * Stops and, if it is wanted, starts again with a clean slate: its settings have changed. `between` is done while it is stopped;
   * rejects with what that rejects with, once the part has been started all the same.
   */
  async refresh(name: string, between?: () => Promise<void>): Promise<void> {
    const part = this.#find(name);
    part.cancelRestart?.();
    await this.#queued(part, async () => {
      await this.#stopPart(part);
      part.failures = 0;
      try {
        await between?.();
      } finally {
        if (part.wanted?.() !== false) await this.#tryStart(part);
      }
    });
  }

  health(): z.infer<typeof ServiceHealth>[] {
    return this.#parts.map(({ service, health }) => ({
      name: service.name,
      state: health.state,
      since: health.since,
      reason: health.reason ?? null,
    }));
  }

  /** In the order of starting, with those that start together in one list. */
  #inTurn(): Watched[][] {
    const turns: Watched[][] = [];
    for (const part of this.#parts) {
      const last = turns.at(-1);
      if (part.together && last?.[0]?.together) last.push(part);
      else turns.push([part]);
    }
    return turns;
  }

  #find(name: string): Watched {
    const part = this.#parts.find(({ service }) => service.name === name);
    if (!part) throw new TypeError(`no part is called ${name}`);
    return part;
  }

  #queued<T>(part: Watched, work: () => Promise<T>): Promise<T> {
    const result = part.queue.then(work);
    part.queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #tryStart(part: Watched): Promise<HearthError | undefined> {
    // Asked to stop while others were starting: what has not begun stays as it is.
    if (this.#stopping) return undefined;
    const { clock, logger } = this.#deps;
    const earlier = part.health;
    this.#set(part, { state: 'starting', since: clock.now(), ...(earlier.reason ? { reason: earlier.reason } : {}) });
    try {
      await inTime(clock, START_MS, part.service.start(), () => startTooSlow(part.service.name));
    } catch (thrown) {
      const error = toHearthError(thrown);
      await this.#stopPart(part);
      this.#failed(part, error);
      return error;
    }
    logger.debug('part started', { part: part.service.name });
    part.runningSince = clock.monotonic();
    this.#set(part, { state: 'running', since: clock.now() });
    return undefined;
  }

  async #stopPart(part: Watched): Promise<void> {
    const { clock, logger } = this.#deps;
    try {
      await inTime(clock, STOP_MS, part.service.stop(), () => stopTooSlow(part.service.name));
    } catch (error) {
      logger.error('a part did not stop cleanly', { part: part.service.name, error });
    }
    this.#set(part, { state: 'stopped', since: clock.now() });
  }

  #failed(part: Watched, error: HearthError): void {
    const { clock, logger, random } = this.#deps;
    part.cancelRestart?.();
    part.failures += 1;
    const next = verdict(error.category, part.failures, random);
    const reason = { code: error.code, message: error.message };
    logger.error('a part failed', { part: part.service.name, next: next.kind, failures: part.failures, error });
    if (next.kind === 'park' || part.vital || this.#stopping) {
      this.#set(part, { state: 'stopped', since: clock.now(), reason });
      return;
    }
    this.#set(part, { state: 'degraded', since: clock.now(), reason });
    part.cancelRestart = clock.after(next.afterMs, () => {
      void this.#queued(part, async () => {
        if (part.health.state === 'degraded') await this.#tryStart(part);
      });
    });
  }

  #set(part: Watched, health: Health): void {
    part.health = health;
    this.#deps.changed();
  }
}

function startTooSlow(part: string): HearthError {
  return new HearthError({
    code: 'engine.start-too-slow',
    category: 'unavailable',
    message: `The part "${part}" did not start in time. Hearth tries again.`,
    details: { part },
  });
}

function stopTooSlow(part: string): HearthError {
  return new HearthError({
    code: 'engine.stop-too-slow',
    category: 'broken',
    message: `The part "${part}" did not stop in time.`,
    details: { part },
  });
}
