// The one life of a job, whatever its network and kind: it holds a claim, runs, and ends with exactly one outcome. The outcome and
// what was earned are committed together, and the peer is answered only after that commit is on disk.

import type { JobKind, LeaseEnding, RefusalReason, TaskView, WorkView } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type Amount, type Ledger, referenceOf } from '../payments/ledger.ts';
import type { Committer, Write } from '../storage/write.ts';
import { asked, endWithRefund } from './ask.ts';
import { JOB } from './bounds.ts';
import type { Capacity, Claim } from './capacity.ts';
import { type Concluded, conclude } from './conclude.ts';
import type { Occasion } from './endings.ts';
import { JobTextTooLong, LeaseNotSold, NotALease } from './errors.ts';
import { LateWrite } from './late-write.ts';
import type { Refusals } from './refusals.ts';
import type { Resources } from './resources.ts';
import type { DayCounts, EndState, InferenceFacts, JobStart, LeaseFacts, OpenRow, WorkStore } from './store.ts';

export interface WorkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly store: WorkStore;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly refusals: Pick<Refusals, 'count' | 'today'>;
  readonly capacity: Pick<Capacity, 'hold'>;
  /** The user's choice: jobs are handed back when sharing stops, and not finished. */
  readonly handBack: () => boolean;
}

export interface TaskFacts {
  readonly network: string;
  /** The id that the peer gave it. Not unique: peers choose. */
  readonly ref: string;
  /** The capability that is used, in the network's terms. */
  readonly what: string;
  readonly inference?: InferenceFacts;
}

export interface JobFacts extends TaskFacts {
  readonly kind: Exclude<JobKind, 'task'>;
  /** Of a lease, and only there. */
  readonly lease?: LeaseFacts;
}

export interface Ending {
  readonly state: EndState;
  readonly code?: string;
  /** Of inference, as are the three times. */
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** From its arrival to its begin, and what the model server took, milliseconds. */
  readonly waitedMs?: number | undefined;
  readonly serverMs?: number | undefined;
  /** Of that, until the first piece of the answer came. */
  readonly firstMs?: number | undefined;
  /** Booked in the same commit. Only what is `done` earns. */
  readonly earned?: Amount;
  /** Committed with it, and only with it: what is claimed for it. */
  readonly claim?: Write;
  /** What the network writes down with this ending, such as a refund. */
  readonly also?: readonly Write[];
}

/** What a network does when a job or lease can't go on as it is. Each ends it soon, through its `end`. */
export interface JobHandlers {
  /** It can't be waited for any longer. */
  cancel(): void;
  /** Gives it back to its manager; left out, it is cancelled. */
  handBack?(): void;
  /** Of a lease, and only there. */
  readonly lease?: LeaseHandlers;
}

export interface LeaseHandlers {
  /** What was sold goes on without this program, and is adopted by the next one. */
  outlives(): boolean;
  /** What its customer would get back if it were ended now; null where that is not known. */
  refund(): Omit<Amount, 'network'> | null;
  /** Ends it and pays that back. Resolves when both are on disk. */
  endWithRefund(): Promise<void>;
}

export interface RunningTask {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Resolves when outcome and earning are on disk, and releases the claim either way. Call it once. */
  end(ending: Ending): Promise<void>;
}

export interface RunningJob extends RunningTask {
  /**
   * More was paid for a lease: its new end, committed with `also`. Rejects, and nothing has changed, with `work.lease-not-sold` where
   * it would outlast the user's hours, and with `work.not-a-lease` where it is over or ends.
   */
  extend(paidUntil: number, also?: readonly Write[]): Promise<void>;
}

/** A job or lease that a crash left open. Its resources are held until its network has said what became of it. */
export interface OpenJob {
  readonly id: number;
  readonly network: string;
  readonly kind: Exclude<JobKind, 'task'>;
  readonly ref: string;
  readonly what: string;
  readonly startedAt: number;
  readonly resources: Resources;
  readonly lease: LeaseFacts | null;
  /** It is over. Resolves when that is on disk. */
  ended(ending: Ending): Promise<void>;
  /** It runs on. */
  adopted(handlers: JobHandlers): RunningJob;
}

/** Kept in an array and not by id in a Map: one that changes with every task keeps what it held alive, see http.ts. */
export interface Live {
  at: number;
  readonly job: JobStart;
  readonly claim: Claim;
  /** Undefined before its network has said what became of it. */
  handlers: JobHandlers | undefined;
  lease: LeaseFacts | undefined;
  /** It was asked to go back. */
  leaving: boolean;
  /** Its end is being written down, or is on disk. */
  over: boolean;
  /** A lease's end with a refund, while that is under way. */
  refunding: Promise<void> | undefined;
}

/** How many finished tasks a first look at the page brings. */
const RECENT = 20;
/** For what is handed back when sharing stops, and for what is stopped then. */
const HAND_BACK_MS = 30_000;
const GRACE_MS = 2000;

export class Work {
  readonly #deps: WorkDeps;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #live: Live[] = [];
  readonly #counts: Record<JobKind, number> = { task: 0, job: 0, lease: 0 };
  #accepting = false;
  #lastId = 0;
  #day: { start: number; seq: number; counts: DayCounts } = {
    start: -1,
    seq: 0,
    counts: { done: 0, failed: 0, cancelled: 0 },
  };
  readonly #ended = new Set<() => void>();

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /**
   * Settles what a crash left open, before any work begins: tasks are interrupted, jobs and leases go to their networks, which say
   * of each what became of it. Until then its resources are held, for it may be running. By network, oldest first.
   */
  async recover(): Promise<ReadonlyMap<string, readonly OpenJob[]>> {
    const { committer, store, clock } = this.#deps;
    await committer.commit(store.interruptOpen(clock.now()));
    this.#lastId = store.newest().id;
    const known = new Set(this.#live.map(({ job }) => job.id));
    const open = store.open().filter(({ id }) => !known.has(id));
    return Map.groupBy(
      open.map((row) => this.#reopen(row)),
      ({ network }) => network,
    );
  }

  on = this.#events.on.bind(this.#events);

  /** Of every kind. */
  get running(): number {
    return this.#live.length;
  }

  /** Tasks alone: what is over in seconds, and keeps models in use. */
  get tasks(): number {
    return this.#counts.task;
  }

  /** Those of one kind. */
  count(kind: JobKind): number {
    return this.#counts[kind];
  }

  /** Those of one network. */
  runningFor(network: string): number {
    return this.#live.filter(({ job }) => job.network === network).length;
  }

  /** `stop` is called when the node can't wait for the task any longer; it should end soon then. */
  begin(facts: TaskFacts, claim: Claim, stop: () => void): RunningTask {
    const { clock, committer, store } = this.#deps;
    const id = ++this.#lastId;
    const job: JobStart = { id, kind: 'task', startedAt: clock.now(), ...facts };
    const start = new LateWrite(clock, committer, store.started(job), () =>
      job.inference ? [store.startedInference(id, job.inference)] : [],
    );
    const live = this.#enter(job, claim, { cancel: stop });
    return this.#running(live, () => start.take());
  }

  /**
   * A job or a lease, on disk when it resolves. `also`, made for its number, is committed with it: what the network must not forget
   * of it, such as what was paid in advance. Where it rejects, such as with `work.text-too-long`, nothing was written, and the claim is
   * released.
   */
  async open(
    { lease, ...facts }: JobFacts,
    claim: Claim,
    handlers: JobHandlers,
    also: (job: number) => readonly Write[] = () => [],
  ): Promise<RunningJob> {
    const { clock, committer, store } = this.#deps;
    try {
      assertShort({ ref: facts.ref, what: facts.what, spec: lease?.spec, customer: lease?.customer });
    } catch (error) {
      claim.release();
      throw error;
    }
    const id = ++this.#lastId;
    const job: JobStart = { id, startedAt: clock.now(), ...facts, lease, resources: claim.resources };
    const writes = [store.started(job)];
    if (job.inference) writes.push(store.startedInference(id, job.inference));
    if (lease) writes.push(store.leased(id, lease, claim.elsewhere));
    try {
      await committer.commit([...writes, ...also(id)]);
    } catch (error) {
      claim.release();
      throw error;
    }
    return this.#job(this.#enter(job, claim, handlers));
  }

  #enter(job: JobStart, claim: Claim, handlers: JobHandlers | undefined): Live {
    const { lease } = job;
    const live: Live = {
      at: this.#live.length,
      job,
      claim,
      handlers,
      lease,
      leaving: false,
      over: false,
      refunding: undefined,
    };
    this.#live.push(live);
    this.#counts[job.kind] += 1;
    this.#events.emit('changed', undefined);
    return live;
  }

  #running(live: Live, start: () => Promise<readonly Write[]>): RunningTask {
    const { clock } = this.#deps;
    const { id, startedAt, kind } = live.job;
    const began = clock.monotonic();
    // What was adopted began before this clock did.
    const took = () => (kind === 'task' ? clock.monotonic() - began : clock.now() - startedAt);
    return {
      id,
      startedAt,
      end: async (ending) => {
        live.over = true;
        try {
          await this.#commitEnd(live, await start(), ending, Math.max(0, Math.round(took())));
        } finally {
          this.#forget(live);
          live.claim.release();
          this.#events.emit('changed', undefined);
          for (const wake of this.#ended) wake();
        }
      },
    };
  }

  #job(live: Live): RunningJob {
    return {
      ...this.#running(live, () => Promise.resolve([])),
      extend: async (paidUntil, also = []) => {
        const before = live.lease;
        if (!before || live.over || live.refunding) throw new NotALease();
        const until = live.claim.until;
        if (!live.claim.extend(paidUntil)) throw new LeaseNotSold();
        try {
          await this.#deps.committer.commit([this.#deps.store.extended(live.job.id, paidUntil), ...also]);
        } catch (error) {
          if (until !== null) live.claim.extend(until);
          throw error;
        }
        live.lease = { ...before, paidUntil };
        this.#events.emit('changed', undefined);
      },
    };
  }

  #reopen(row: OpenRow): OpenJob {
    const { id, network, kind, ref, what, startedAt, paidUntil, spec, customer, ...rest } = row;
    const { sealed, model, backend, elsewhere, ...resources } = rest;
    const lease = paidUntil === null ? undefined : { paidUntil, spec: spec ?? '', customer };
    const of = { network, kind, until: paidUntil ?? undefined, elsewhere: elsewhere === 1 };
    const claim = this.#deps.capacity.hold(resources, of);
    const inference = sealed === null ? undefined : { model, backend, sealed: sealed === 1 };
    const live = this.#enter(
      { id, network, kind, ref, what, startedAt, inference, lease, resources },
      claim,
      undefined,
    );
    return {
      id,
      network,
      kind,
      ref,
      what,
      startedAt,
      resources,
      lease: lease ?? null,
      ended: (ending) => this.#job(live).end(ending),
      adopted: (handlers) => {
        live.handlers = handlers;
        return this.#job(live);
      },
    };
  }

  /** The last one takes its place. Ending twice is a mistake that the database tells of. */
  #forget(live: Live): void {
    if (this.#live[live.at] !== live) return;
    this.#counts[live.job.kind] -= 1;
    const last = this.#live.pop()!;
    if (last === live) return;
    this.#live[live.at] = last;
    last.at = live.at;
  }

  async #commitEnd({ job }: Live, start: readonly Write[], ending: Ending, tookMs: number): Promise<void> {
    const { clock, committer, store, ledger } = this.#deps;
    const finishedAt = clock.now();
    const writes: Write[] = [...start];
    if (job.inference) {
      writes.push(
        store.endedInference(job.id, job.inference, {
          tokensIn: ending.tokensIn ?? 0,
          tokensOut: ending.tokensOut ?? 0,
          waitedMs: ending.waitedMs ?? null,
          serverMs: ending.serverMs ?? null,
          firstMs: ending.firstMs ?? null,
        }),
      );
    }
    writes.push(store.ended(job, { state: ending.state, code: ending.code ?? null, tookMs, finishedAt }));
    const earns = ending.state === 'done' && ending.earned !== undefined && ending.earned.amountMicro > 0;
    if (earns) {
      const reference = referenceOf('earned', job.id);
      const entry = { ...ending.earned!, at: finishedAt, kind: 'earned', job: job.id, reference } as const;
      writes.push(ledger.book({ ...entry, settledAt: null }));
      if (ending.claim) writes.push(ending.claim);
    }
    if (ending.also) writes.push(...ending.also);
    await committer.commit(writes);
  }

  /** A request that was turned away before it became a task. */
  refuse(reason: RefusalReason): void {
    this.#deps.refusals.count(reason);
    this.#events.emit('changed', undefined);
  }

  /**
   * Ends what runs as the occasion asks of its kind (see endings.ts). What may finish has `ms` for it, then it is stopped and has
   * `graceMs` to end. Resolves when all that is to end has ended, or had its time.
   */
  conclude(occasion: Occasion, ms: number, graceMs: number): Promise<Concluded> {
    const { clock, logger, handBack } = this.#deps;
    return conclude({ clock, logger, handBack: handBack(), live: () => this.#live, ended: this.#ended }, occasion, {
      ms,
      graceMs,
    });
  }

  /** Whether new work is taken: when that ends, jobs are handed back if the user has chosen so. */
  accepting(now: boolean): void {
    if (this.#accepting && !now) void this.conclude('pause', HAND_BACK_MS, GRACE_MS);
    this.#accepting = now;
  }

  /** The leases that run, those that end first before the others. `here`: without those at an engine elsewhere. */
  leases({ here = false } = {}): LeaseEnding[] {
    const { logger } = this.#deps;
    return this.#live
      .flatMap((live) => {
        const { job, lease, handlers, claim } = live;
        if (!lease || (here && claim.elsewhere)) return [];
        const refund = asked(logger, live, () => handlers?.lease?.refund() ?? null, null);
        return [{ id: job.id, network: job.network, what: job.what, paidUntil: lease.paidUntil, refund }];
      })
      .sort((a, b) => a.paidUntil - b.paidUntil || a.id - b.id);
  }

  /** What a job or lease that runs holds; undefined where there is none of that number. */
  resourcesOf(id: number): Resources | undefined {
    return this.#live.find(({ job }) => job.id === id)?.claim.resources;
  }

  /** Ends a lease before its time, with a refund. Rejects with `work.not-a-lease`, or what its network rejects with. */
  async endLease(id: number): Promise<void> {
    const live = this.#live.find(({ job, lease }) => job.id === id && lease);
    if (!live) throw new NotALease();
    await endWithRefund(live);
  }

  view(): WorkView {
    const { store, clock, refusals: refused } = this.#deps;
    const start = startOfDay(clock.now());
    if (start !== this.#day.start) {
      const { seq } = store.newest();
      this.#day = { start, seq, counts: store.countSince(start, seq) };
    } else this.#day.seq = store.countAfter(this.#day.seq, this.#day.counts);
    const live = [...this.#live].sort((a, b) => a.job.id - b.job.id).map(liveView);
    const recent = store
      .page(Number.MAX_SAFE_INTEGER, RECENT + live.length)
      .filter((task) => task.state !== 'running')
      .slice(0, RECENT);
    const refusals = refused.today();
    const today = { ...this.#day.counts, refused: refusals.reduce((all, { count }) => all + count, 0) };
    return { live, recent, today, refusals };
  }
}

function assertShort(texts: Readonly<Record<keyof typeof JOB, string | null | undefined>>): void {
  for (const member of Object.keys(JOB) as (keyof typeof JOB)[]) {
    if ((texts[member]?.length ?? 0) > JOB[member]) throw new JobTextTooLong(member, JOB[member]);
  }
}

function liveView({ job: { inference, ...job }, lease }: Live): TaskView {
  return {
    id: job.id,
    network: job.network,
    kind: job.kind,
    what: job.what,
    state: 'running',
    code: null,
    startedAt: job.startedAt,
    finishedAt: null,
    inference: inference ? { ...inference, tokensIn: 0, tokensOut: 0 } : null,
    lease: lease ?? null,
    earnedMicro: null,
    unit: null,
  };
}
