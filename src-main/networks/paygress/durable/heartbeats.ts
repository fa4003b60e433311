// This provider's own heartbeats: when each is dated, and how long it is since a majority of the relays took one. Both outlast the program.
// Standbys elsewhere count a primary's heartbeats by its own dates, so while it has a workload with standbys none is dated before another,
// whatever becomes of the clock.

import type { Clock } from '../../../base/clock.ts';
import type { Committer, Write } from '../../../storage/write.ts';
import { HeartbeatAcks } from './acks.ts';
import type { DurableStore } from './store.ts';
import { DURABLE } from './times.ts';

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly store: DurableStore;
  /** Those that are chosen now, as their answers name them. */
  readonly relays: () => readonly string[];
  readonly failed: (error: unknown) => void;
}

/** One heartbeat each minute, and what relays take: beyond, something is amiss. */
const FRESH_MS = DURABLE.heartbeatMs * 1.5;

export class Heartbeats {
  readonly acks: HeartbeatAcks;
  readonly #deps: HeartbeatDeps;
  readonly #ids = new Set<string>();
  #stamp: number;
  /** A workload with standbys runs here. */
  isWatched = false;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.acks = new HeartbeatAcks(deps.clock, deps.store.acks());
    this.#stamp = deps.store.stamp();
  }

  /** Epoch seconds for the next one. */
  next(): number {
    const now = Math.floor(this.#deps.clock.now() / 1000);
    return this.isWatched ? Math.max(now, this.#stamp + 1) : now;
  }

  /** One is signed, and on its way once this is committed. */
  signed(id: string, stamp: number): readonly Write[] {
    this.acks.signed(id);
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MOST && oldest !== undefined) this.#ids.delete(oldest);
    this.#stamp = Math.max(this.#stamp, stamp);
    const { store } = this.#deps;
    return [store.keepStamp(this.#stamp), ...store.keepAcks(this.acks.toKeep())];
  }

  /** A relay has taken an event. To be called after `acks` has heard of it. */
  taken(id: string): void {
    const { committer, store, failed } = this.#deps;
    if (!this.#ids.has(id)) return;
    committer.commit(store.keepAcks(this.acks.toKeep())).catch(failed);
  }

  /** Since a majority last took one. */
  get ageMs(): number {
    return this.acks.quorumAgeMs(this.#deps.relays());
  }

  /** Others would notice in time if it went silent, and have no date of it that is still to come. */
  get areFresh(): boolean {
    return this.ageMs < FRESH_MS && this.#stamp <= this.#deps.clock.now() / 1000 + 1;
  }
}

const MOST = 16;
