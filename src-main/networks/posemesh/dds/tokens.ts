// The log-in at the discovery service, shared by all who call the manager: one at a time, renewed before it runs out, and thrown away when
// it was refused. Kept in memory alone.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { uniform, wholeBetween } from '../chance.ts';
import { Stopped, TokenOver } from '../errors.ts';

export interface LogIn {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface TokensDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly logIn: (signal: AbortSignal) => Promise<LogIn>;
  /** Called after each log-in, and after one that failed all its tries. */
  readonly changed: () => void;
}

export interface TokensOptions {
  /** After which part of its life it is renewed; held to [0, 1]. */
  readonly safetyRatio: number;
  /** Tries after the first. */
  readonly maxRetries: number;
  readonly jitterMs: number;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

export class Tokens {
  readonly #deps: TokensDeps;
  readonly #options: TokensOptions;
  readonly #stop = new AbortController();
  #held: LogIn | undefined;
  /** By the monotonic clock. */
  #refreshAt = Number.NEGATIVE_INFINITY;
  #loggingIn: Promise<string> | undefined;
  #cancelRenewal = () => {};
  #renewalsFailed = 0;

  constructor(deps: TokensDeps, options: TokensOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Until when the log-in holds, epoch milliseconds; null: there is none. */
  get validUntil(): number | null {
    return this.#held?.expiresAt ?? null;
  }

  /** Rejects with what the last try rejected with, or `posemesh.stopped`. */
  async bearer(): Promise<string> {
    if (this.#stop.signal.aborted) throw new Stopped();
    if (this.#held && this.#deps.clock.monotonic() <= this.#refreshAt) return this.#held.token;
    return await this.#logIn();
  }

  /** A server refused this one. Of two that hear so of the same token, the second does not ask for another log-in. */
  onUnauthorized(token: string): void {
    if (token === this.#held?.token) this.renew();
  }

  /** The next who asks logs in again. */
  renew(): void {
    this.#refreshAt = Number.NEGATIVE_INFINITY;
  }

  stop(): void {
    this.#cancelRenewal();
    this.#stop.abort(new Stopped());
  }

  #logIn(): Promise<string> {
    this.#loggingIn ??= this.#tryAll().finally(() => {
      this.#loggingIn = undefined;
      this.#deps.changed();
    });
    return this.#loggingIn;
  }

  async #tryAll(): Promise<string> {
    const { clock, random, logger } = this.#deps;
    const { maxRetries, jitterMs } = this.#options;
    const { signal } = this.#stop;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const held = await this.#deps.logIn(signal);
        signal.throwIfAborted();
        this.#take(held);
        return held.token;
      } catch (error) {
        if (signal.aborted) throw new Stopped();
        if (attempt > maxRetries) {
          logger.warn('logging in at the discovery service failed', { attempts: attempt, error });
          throw error;
        }
        await clock.sleep(wholeBetween(random, 0, jitterMs), signal);
      }
    }
  }

  #take(held: LogIn): void {
    const { clock, random } = this.#deps;
    const { jitterMs, safetyRatio } = this.#options;
    const ttl = held.expiresAt - clock.now();
    if (ttl <= 0) throw new TokenOver();
    const ratio = Math.min(1, Math.max(0, safetyRatio));
    const wanted = ttl * ratio + uniform(random, -jitterMs, jitterMs);
    const after = Math.min(ttl, Math.max(Math.min(1, ttl), wanted));
    this.#held = held;
    this.#refreshAt = clock.monotonic() + after;
    this.#renewalsFailed = 0;
    // A moment later, for until then it is still taken.
    this.#renewAfter(after + 1);
  }

  #renewAfter(ms: number): void {
    this.#cancelRenewal();
    this.#cancelRenewal = this.#deps.clock.after(ms, () => {
      this.bearer().catch(() => {
        if (this.#stop.signal.aborted) return;
        const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#renewalsFailed, 30));
        this.#renewalsFailed += 1;
        this.#renewAfter(pause);
      });
    });
  }
}
