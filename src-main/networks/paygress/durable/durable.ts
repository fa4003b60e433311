// Workloads with standbys as the shop has them: a driver for each that runs here and for each place that is kept, told of time, of the
// engine and of what relays bring. Their leases stay what they are: what a machine decides becomes of a lease goes there.

import type { BoxStatus } from '../../../backends/workloads/backend.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { RelayPool } from '../../../nostr/pool.ts';
import type { Committer, Write } from '../../../storage/write.ts';
import { heartbeatsOf } from '../wire/filters.ts';
import { DEFAULT_RESTART_POLICY } from '../wire/workload.ts';
import type { DriverPorts } from './driver.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { PoolRelays } from './relays.ts';
import { SlotDriver } from './slot-driver.ts';
import type { SlotState } from './standby.ts';
import { SteadyClock } from './steady.ts';
import type { DurableLease, DurableStore, PrimaryLease, StandbyLease } from './store.ts';
import { DURABLE } from './times.ts';
import type { WorkloadState } from './workload.ts';
import { WorkloadDriver } from './workload-driver.ts';

/** What of a lease its machine moves. */
export interface DurableLeases {
  /** undefined: it is over, or ends. */
  paidUntil(job: number): number | undefined;
  status(job: number): Promise<BoxStatus>;
  /** Whether it runs and is ready. */
  start(job: number, signal: AbortSignal): Promise<boolean>;
  /** As it is, to be started again. */
  stop(job: number): Promise<void>;
  /** With all that belongs to it. */
  remove(job: number): Promise<void>;
  /** It ends, and what is left of the payment goes back. */
  lose(job: number, why: string): Promise<void>;
  /** It runs here now: committed with that, and with it its customer is told how to get in. */
  promoted(job: number): readonly Write[];
}

export interface DurableDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly pool: Pick<RelayPool, 'subscribe'>;
  readonly store: DurableStore;
  readonly heartbeats: Heartbeats;
  readonly relays: PoolRelays;
  /** So many relays are a majority now. */
  readonly quorum: () => number;
  readonly leases: DurableLeases;
}

interface Tracked<D> {
  readonly lease: DurableLease;
  readonly driver: D;
  /** A start that is under way. */
  starting: AbortController;
  removal: 'none' | 'under way' | 'done';
}

/** Between two looks at the clock, which may have jumped; places are ticked at each while there are any. */
const LOOK_MS = 5000;
const PLACES_MS = 1000;
const WRITE_AGAIN_MS = 1000;
const STOP_MS = 20_000;
const OVERLAP_S = 600;

export class Durable {
  readonly #deps: DurableDeps;
  readonly #steady: SteadyClock;
  readonly #primaries = new Map<number, Tracked<WorkloadDriver>>();
  readonly #places = new Map<number, Tracked<SlotDriver>>();
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #tickedAt = Number.NEGATIVE_INFINITY;
  #listening: { readonly to: string; readonly off: () => void } | undefined;

  constructor(deps: DurableDeps) {
    this.#deps = deps;
    this.#steady = new SteadyClock(deps.clock);
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    const { store, leases } = this.#deps;
    for (const lease of store.all()) {
      if (leases.paidUntil(lease.job) !== undefined) this.#track(lease);
    }
    this.#running = this.#run();
  }

  /**
   * Nobody watches over heartbeats any more: what has standbys is stopped, for they start it where this program is away for long.
   * Where it comes back before, it is started again.
   */
  async stop(): Promise<void> {
    const { clock, leases, logger } = this.#deps;
    this.#stop.abort();
    this.look();
    await this.#running;
    const jobs = [...this.#primaries.keys()];
    for (const job of [...jobs, ...this.#places.keys()]) this.ended(job);
    const stopping = jobs.map((job) =>
      leases.stop(job).catch((error: unknown) => logger.warn('a machine could not be stopped', { job, error })),
    );
    const late = new AbortController();
    await Promise.race([Promise.all(stopping), clock.sleep(STOP_MS, late.signal).catch(() => undefined)]);
    late.abort();
    this.#listening?.off();
  }

  /** Its lease is in force from now on. */
  began(job: number): void {
    const lease = this.#deps.store.of(job);
    if (lease && !this.#stop.signal.aborted) this.#track(lease);
  }

  /** Its lease ends: nothing of it is started any more. */
  ended(job: number): void {
    const tracked = this.#primaries.get(job) ?? this.#places.get(job);
    if (!tracked) return;
    tracked.driver.end();
    tracked.starting.abort();
    this.#primaries.delete(job);
    this.#places.delete(job);
    this.#deps.heartbeats.isWatched = this.#primaries.size > 0;
    this.#listen();
  }

  /** A genuine event. */
  heard(event: NostrEvent): void {
    for (const { driver, lease } of this.#places.values()) {
      if (lease.role === 'standby' && lease.primary === event.pubkey) driver.heard(event);
    }
  }

  /** Something may have happened to boxes, or to the clock. */
  look(): void {
    this.#tickedAt = Number.NEGATIVE_INFINITY;
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
      this.#tick();
      await clock.sleep(this.#places.size > 0 ? PLACES_MS : LOOK_MS, signal).catch(() => undefined);
    }
  }

  #tick(): void {
    const { clock, heartbeats, relays } = this.#deps;
    const jumped = this.#steady.hasJumped();
    for (const { driver } of this.#places.values()) {
      if (jumped) driver.slept();
      driver.tick();
    }
    if (this.#primaries.size === 0) return;
    // Whatever is in the way of the machines, such as a full disk: standbys start theirs soon.
    if (heartbeats.ageMs >= DURABLE.fenceMs) {
      for (const tracked of this.#primaries.values()) if (tracked.removal === 'none') this.#remove(tracked);
    }
    if (!jumped && clock.monotonic() - this.#tickedAt < DURABLE.tickMs) return;
    this.#tickedAt = clock.monotonic();
    if (jumped) relays.beat();
    for (const { driver } of this.#primaries.values()) driver.tick();
  }

  #track(lease: DurableLease): void {
    if (this.#primaries.has(lease.job) || this.#places.has(lease.job)) return;
    if (lease.role === 'primary') this.#watchOver(lease);
    else if (lease.state.phase.is !== 'promoted') this.#keep(lease);
    this.look();
  }

  #watchOver(lease: PrimaryLease): void {
    const { relays, heartbeats, leases } = this.#deps;
    const { job, workload: id, standbys, state } = lease;
    const driver = new WorkloadDriver({ id, standbys, restart: DEFAULT_RESTART_POLICY }, state, {
      ...this.#disk<WorkloadState>(job),
      relays,
      box: {
        status: (answered) => void leases.status(job).then(answered, () => answered('unknown')),
        start: (answered) => this.#start(tracked, answered),
        stop: () => this.#remove(tracked),
      },
      failed: (reason) => this.#lose(job, reason),
      handedOver: () => this.#lose(job, HANDED_OVER),
    });
    const tracked: Tracked<WorkloadDriver> = { lease, driver, starting: new AbortController(), removal: 'none' };
    this.#primaries.set(job, tracked);
    heartbeats.isWatched = true;
    driver.recover();
  }

  #keep(lease: StandbyLease): void {
    const { relays, leases, quorum } = this.#deps;
    const { job, workload, primary, index, peers, state } = lease;
    const place = {
      workload,
      primary,
      index,
      peers,
      reservedAt: Math.floor(lease.reservedAt / 1000),
      get quorum() {
        return quorum();
      },
      // More may be paid for it.
      get expiresAt() {
        return leases.paidUntil(job) ?? 0;
      },
    };
    const also = (now: SlotState) => (now.phase.is === 'promoted' ? leases.promoted(job) : []);
    const driver = new SlotDriver(place, state, {
      ...this.#disk<SlotState>(job, also),
      relays,
      box: { start: (answered) => this.#start(tracked, answered) },
      promoted: () => this.#places.delete(job),
      released: (why) => {
        // The lease knows by itself when its time is over.
        if (why !== 'expired') this.#lose(job, why === 'peer' ? TAKEN_BY_PEER : NOT_TAKEN_OVER);
      },
    });
    const tracked: Tracked<SlotDriver> = { lease, driver, starting: new AbortController(), removal: 'none' };
    this.#places.set(job, tracked);
    this.#listen();
    driver.recover();
  }

  /** Tried until it is there: what was decided and not written down must not be done. */
  #disk<State extends DurableLease['state']>(
    job: number,
    also: (state: State) => readonly Write[] = () => [],
  ): DriverPorts<State> {
    const { committer, store, clock, logger } = this.#deps;
    const write = (state: State, then: () => void): void => {
      if (this.#stop.signal.aborted) return;
      committer.commit([store.setState(job, state), ...also(state)]).then(then, (error: unknown) => {
        logger.error('what becomes of a workload could not be written down', { job, error });
        clock.after(WRITE_AGAIN_MS, () => {
          if (this.#primaries.has(job) || this.#places.has(job)) write(state, then);
        });
      });
    };
    return { now: () => this.#steady.now(), write };
  }

  #start(tracked: Tracked<unknown>, answered: (failed?: string) => void): void {
    const { leases } = this.#deps;
    tracked.starting = new AbortController();
    const { signal } = tracked.starting;
    leases.start(tracked.lease.job, signal).then(
      (runs) => answered(runs && !signal.aborted ? undefined : 'it does not run'),
      (error: unknown) => answered(String(error)),
    );
  }

  #remove(tracked: Tracked<WorkloadDriver>): void {
    const { leases, logger } = this.#deps;
    tracked.starting.abort();
    if (tracked.removal === 'under way') return;
    const isFirst = tracked.removal === 'none';
    tracked.removal = 'under way';
    const { job } = tracked.lease;
    leases.remove(job).then(
      () => {
        tracked.removal = 'done';
        if (isFirst) this.look();
      },
      (error: unknown) => {
        tracked.removal = 'none';
        logger.warn('a machine could not be removed', { job, error });
      },
    );
  }

  #lose(job: number, why: string): void {
    const { leases, logger } = this.#deps;
    leases.lose(job, why).catch((error: unknown) => logger.error('a lease could not be ended', { job, error }));
  }

  /** Hears the heartbeats of those whose workloads places are kept for. */
  #listen(): void {
    const { pool, committer, clock, logger } = this.#deps;
    const all = [...this.#places.values()].map(({ lease }) => (lease as StandbyLease).primary);
    const primaries = [...new Set(all)].sort();
    const to = primaries.join(' ');
    if (to === (this.#listening?.to ?? '')) return;
    this.#listening?.off();
    this.#listening = undefined;
    if (primaries.length === 0) return;
    const since = Math.floor(clock.now() / 1000);
    const filters = [{ filter: heartbeatsOf(primaries, since - OVERLAP_S), overlapS: OVERLAP_S }];
    const off = pool.subscribe({ name: 'primaries', filters, since }, ({ event, seen }) => {
      this.heard(event);
      committer.commit([seen]).catch((error: unknown) => logger.warn('a heartbeat could not be noted', { error }));
    });
    this.#listening = { to, off };
  }
}

const HANDED_OVER =
  'The workload did not run here any more and was handed to its standbys. What is left of the payment is given back.';
const TAKEN_BY_PEER =
  'Another standby has taken the workload over, so this place is not needed. What is left of the payment is given back.';
const NOT_TAKEN_OVER =
  'The workload could not be started here when its primary was gone. What is left of the payment is given back.';
