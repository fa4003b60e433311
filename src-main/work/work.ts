// The one life of a task, whatever its network: it holds a slot, runs, and ends with exactly one outcome. The outcome and what
// was earned are committed together, and the peer is answered only after that commit is on disk.

import type { RefusalReason, TaskView, WorkView } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type Amount, type Ledger, referenceOf } from '../payments/ledger.ts';
import type { Committer, Write } from '../storage/write.ts';
import type { Refusals } from './refusals.ts';
import type { Slot } from './slots.ts';
import type { DayCounts, EndState, TaskStart, WorkStore } from './store.ts';

export interface WorkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly store: WorkStore;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly refusals: Pick<Refusals, 'count' | 'today'>;
}

export type TaskFacts = Omit<TaskStart, 'id' | 'startedAt'>;

export interface Ending {
  readonly state: EndState;
  readonly code?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** From its arrival to its begin, and what the model server took, milliseconds. */
  readonly waitedMs?: number | undefined;
  readonly serverMs?: number | undefined;
  /** Of that, until the first piece of the answer came. */
  readonly firstMs?: number | undefined;
  /** Booked in the same commit. Only a `done` task earns. */
  readonly earned?: Amount;
  /** Committed with it, and only with it: what is claimed for it. */
  readonly claim?: Write;
}

export interface RunningTask {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Resolves when outcome and earning are on disk, and releases the slot either way. Call it once. */
  end(ending: Ending): Promise<void>;
}

/** Kept in an array and not by id in a Map: one that changes with every task keeps what it held alive, see http.ts. */
interface Live {
  at: number;
  readonly task: TaskStart;
  readonly stop: () => void;
}

/** How many finished tasks a first look at the page brings. */
const RECENT = 20;

export class Work {
  readonly #deps: WorkDeps;
  readonly #events = new Emitter<{ changed: undefined; earned: undefined }>();
  readonly #live: Live[] = [];
  #lastId = 0;
  #day: { start: number; seq: number; counts: DayCounts } = {
    start: -1,
    seq: 0,
    counts: { done: 0, failed: 0, cancelled: 0 },
  };
  #idle: (() => void)[] = [];

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Settles what a crash left open. Before this no task may begin. */
  async recover(): Promise<void> {
    await this.#deps.committer.commit(this.#deps.store.interruptOpen(this.#deps.clock.now()));
    this.#lastId = this.#deps.store.newest().id;
  }

  on = this.#events.on.bind(this.#events);

  get running(): number {
    return this.#live.length;
  }

  /** Those of one network. */
  runningFor(network: string): number {
    return this.#live.filter(({ task }) => task.network === network).length;
  }

  /** `stop` is called when the node can't wait for the task any longer; it should end soon then. */
  begin(facts: TaskFacts, slot: Slot, stop: () => void): RunningTask {
    const { clock, committer, store } = this.#deps;
    const id = ++this.#lastId;
    const task: TaskStart = { ...facts, id, startedAt: clock.now() };
    const began = clock.monotonic();
    const start = new LateWrite(clock, committer, store.started(task));
    const live: Live = { at: this.#live.length, task, stop };
    this.#live.push(live);
    this.#events.emit('changed', undefined);
    return {
      id,
      startedAt: task.startedAt,
      end: async (ending) => {
        try {
          await this.#commitEnd(task, start, ending, Math.max(0, Math.round(clock.monotonic() - began)));
        } finally {
          this.#forget(live);
          slot.release();
          this.#events.emit('changed', undefined);
          if (this.#live.length === 0) for (const wake of this.#idle.splice(0)) wake();
        }
      },
    };
  }

  /** The last one takes its place. Ending twice is a mistake that the database tells of. */
  #forget(live: Live): void {
    if (this.#live[live.at] !== live) return;
    const last = this.#live.pop()!;
    if (last === live) return;
    this.#live[live.at] = last;
    last.at = live.at;
  }

  async #commitEnd(task: TaskStart, start: LateWrite, ending: Ending, tookMs: number): Promise<void> {
    const { clock, committer, store, ledger } = this.#deps;
    const finishedAt = clock.now();
    const writes: Write[] = [
      ...(await start.take()),
      store.ended(task, {
        state: ending.state,
        code: ending.code ?? null,
        tokensIn: ending.tokensIn ?? 0,
        tokensOut: ending.tokensOut ?? 0,
        tookMs,
        finishedAt,
        waitedMs: ending.waitedMs ?? null,
        serverMs: ending.serverMs ?? null,
        firstMs: ending.firstMs ?? null,
      }),
    ];
    const earns = ending.state === 'done' && ending.earned !== undefined && ending.earned.amountMicro > 0;
    if (earns) {
      const reference = referenceOf('earned', task.id);
      const entry = { ...ending.earned!, at: finishedAt, kind: 'earned', job: task.id, reference } as const;
      writes.push(ledger.book({ ...entry, settledAt: null }));
      if (ending.claim) writes.push(ending.claim);
    }
    await committer.commit(writes);
    if (earns) this.#events.emit('earned', undefined);
  }

  /** A request that was turned away before it became a task. */
  refuse(reason: RefusalReason): void {
    this.#deps.refusals.count(reason);
    this.#events.emit('changed', undefined);
  }

  /** Waits until nothing runs, at most `ms`; what runs then is told to stop and given `graceMs` to end. Resolves with how many. */
  async drain(ms: number, graceMs: number): Promise<number> {
    await this.#idleWithin(ms);
    const stopped = this.#live.length;
    if (stopped === 0) return 0;
    this.#deps.logger.warn('tasks did not end in time and are stopped', { count: stopped });
    // A stop may end its task at once, and with it the task's place in the list.
    for (const { stop } of this.#live.slice()) stop();
    await this.#idleWithin(graceMs);
    return stopped;
  }

  #idleWithin(ms: number): Promise<void> {
    if (this.#live.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  view(): WorkView {
    const { store, clock, refusals: refused } = this.#deps;
    const start = startOfDay(clock.now());
    if (start !== this.#day.start) {
      const { seq } = store.newest();
      this.#day = { start, seq, counts: store.countSince(start, seq) };
    } else this.#day.seq = store.countAfter(this.#day.seq, this.#day.counts);
    const live = [...this.#live].sort((a, b) => a.task.id - b.task.id).map(({ task }) => liveView(task));
    const recent = store
      .page(Number.MAX_SAFE_INTEGER, RECENT + live.length)
      .filter((task) => task.state !== 'running')
      .slice(0, RECENT);
    const refusals = refused.today();
    const today = { ...this.#day.counts, refused: refusals.reduce((all, { count }) => all + count, 0) };
    return { live, recent, today, refusals };
  }
}

/** A quick task is over before this, and its two rows are one commit; a longer one is on disk while it runs. */
const START_WITHIN_MS = 10;

/** The row of a task's start: written by itself after a moment, unless the end comes first and takes it along. */
class LateWrite {
  readonly #cancel: () => void;
  readonly #write: Write;
  #waiting: Write | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(clock: Clock, committer: Committer, write: Write) {
    this.#write = write;
    this.#waiting = write;
    this.#cancel = clock.after(START_WITHIN_MS, () => {
      this.#waiting = undefined;
      this.#written = committer.commit([write]);
      // Told to whoever takes it; until then nobody listens.
      this.#written.catch(() => undefined);
    });
  }

  /** What is still to be written: also what was tried and failed, for the disk may be well again. */
  async take(): Promise<readonly Write[]> {
    this.#cancel();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) return [waiting];
    return this.#written.then(
      () => [],
      () => [this.#write],
    );
  }
}

function liveView(task: TaskStart): TaskView {
  return {
    id: task.id,
    network: task.network,
    intent: task.intent,
    model: task.model,
    backend: task.backend,
    sealed: task.sealed,
    state: 'running',
    code: null,
    startedAt: task.startedAt,
    finishedAt: null,
    tokensIn: 0,
    tokensOut: 0,
    earnedMicro: null,
    unit: null,
  };
}
