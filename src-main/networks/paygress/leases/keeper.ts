// Looks after leases by itself: ends those whose time is over, starts again what has stopped, cleans up until nothing is left, makes
// refunds, and tells customers of those that no answer told them of.

import { backoffMs } from '../../../base/backoff.ts';
import type { Write } from '../../../storage/write.ts';
import { type ErrorReply, writeReply } from '../wire/reply.ts';
import type { LeaseDeps } from './deps.ts';
import type { Leases } from './leases.ts';
import type { LeaseRefund } from './payment-store.ts';

export interface KeeperDeps extends LeaseDeps {
  readonly leases: Leases;
  /** What was redeemed after all is made use of. */
  readonly settle: () => Promise<void>;
  /** Writes that send a message to a customer, unasked. */
  readonly tell: (owner: string, way: 'nip04' | 'nip17', text: string) => readonly Write[];
}

/** Leases that are worked on at the same time by a tick. */
const AT_ONCE = 32;
/** How often the engine is asked which boxes run. */
const WATCH_MS = 30_000;
const WATCH_WITHIN_MS = 15_000;
/** It looks at the clock that often: one that jumps, as after a sleep, is noticed by then. */
const LONGEST_MS = 5000;
const RETRY = { firstMs: 1000, longestMs: 30_000 };

export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #watchedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
  }

  /** Something may be due by now. */
  look(): void {
    this.#wake.abort();
  }

  /** The same, and boxes may have stopped. */
  lookAtBoxes(): void {
    this.#watchedAt = Number.NEGATIVE_INFINITY;
    this.look();
  }

  async #run(): Promise<void> {
    const { clock, random, logger } = this.#deps;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
      let wait: number;
      try {
        await this.tick();
        failures = 0;
        wait = Math.min(
          LONGEST_MS,
          Math.max(1, (this.#deps.store.nextDue() ?? Number.POSITIVE_INFINITY) - clock.now()),
        );
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        logger.error('leases could not be looked after', { error });
        wait = backoffMs(failures, RETRY, random);
        failures += 1;
      }
      await clock.sleep(wait, signal).catch(() => undefined);
    }
  }

  async tick(): Promise<void> {
    const { store, clock, leases, settle } = this.#deps;
    await settle();
    await leases.refunds.look();
    await Promise.all(store.due(clock.now(), AT_ONCE).map(({ job }) => leases.drive(job)));
    await this.#watch();
    for (const refund of store.untold()) await this.#tell(refund);
  }

  async #watch(): Promise<void> {
    const { boxes, clock, store, leases } = this.#deps;
    if (clock.monotonic() - this.#watchedAt < WATCH_MS) return;
    this.#watchedAt = clock.monotonic();
    const active = store.open().filter(({ state }) => state === 'active');
    if (active.length === 0) return;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(WATCH_WITHIN_MS)]);
    // An engine that does not answer says nothing of its boxes.
    const found = await boxes.list(signal).catch(() => undefined);
    if (!found) return;
    const running = new Set(found.filter(({ status }) => status === 'running').map(({ id }) => id));
    await Promise.all(active.map(({ job, box }) => leases.seen(job, running.has(box))));
  }

  async #tell(refund: LeaseRefund): Promise<void> {
    const { store, leases, committer, tell } = this.#deps;
    const asked = refund.request === null ? undefined : store.request(refund.request);
    // Its answer tells of it.
    if (asked && asked.reply === null) return;
    const lease = store.lease(refund.job)!;
    const { tokens, ids } = await leases.refunds.tokensOf(refund.job);
    const writes = store.told(ids);
    if (tokens.length === 0) return await committer.commit(writes);
    const message: ErrorReply = { error_type: 'backend_error', message: refund.why, details: tokens.join('\n') };
    await committer.commit([...writes, ...tell(lease.owner, lease.way, writeReply(message))]);
  }
}
