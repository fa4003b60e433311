// The durable writer as its callers see it. While one group is on its way to the disk the next gathers, so that a busy node
// pays one sync for many units and an idle one waits for nothing but its own.
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Health, HealthState } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { BadStatement, WriteConflict, WriteFailed, WriterBusy, WriterClosed } from './errors.ts';
import type { Flat, FromThread, Refusal, ToThread } from './wire.ts';
import type { Committer, SqlValue, Write } from './write.ts';

export interface WriterOptions {
  /** Units that may wait, those on their way included. Beyond it a unit is refused with `storage.busy`. */
  readonly maxWaiting: number;
  /** Units in one group: bounds how long the first of them waits for the last. */
  readonly maxGroup: number;
  /** Pages the database may grow to; for trying out a full disk. */
  readonly maxPages?: number;
}

const DEFAULTS: WriterOptions = { maxWaiting: 8192, maxGroup: 512 };

/** Texts are constants of the stores, some dozens. More means that values are written into them. */
const MAX_TEXTS = 4096;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Group {
  readonly flat: Flat;
  readonly waiters: Waiter[];
}

export class DurableWriter implements Committer {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: WriterOptions;
  readonly #thread: Worker;
  readonly #events = new Emitter<{ health: Health }>();
  readonly #texts = new Map<string, number>();
  #unsent: string[] = [];
  /** Gathered and not yet sent, oldest first. */
  #gathered: Group[] = [];
  #underway: Group | undefined;
  #waiting = 0;
  #scheduled = false;
  #closing = false;
  #dead: WriteFailed | undefined;
  #health: Health;
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #drained: (() => void)[] = [];

  constructor(deps: { readonly clock: Clock; readonly logger: Logger }, options: Partial<WriterOptions> = {}) {
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#options = { ...DEFAULTS, ...options };
    this.#health = { state: 'starting', since: deps.clock.now() };
    // The same name in the sources and in the build, where all chunks of the main process lie in one folder.
    this.#thread = new Worker(join(import.meta.dirname, `writer-thread${extname(import.meta.filename)}`), {
      name: 'hearth-writer',
    });
    this.#thread.on('message', (message: FromThread) => this.#received(message));
    this.#thread.on('error', (error) => this.#died(error));
    this.#thread.on('exit', () => this.#died(undefined));
    this.#opened.promise.catch(() => undefined);
  }

  /** `running`; `degraded` while groups fail; `stopped` after `close`, or with a reason when the thread died. */
  get health(): Health {
    return this.#health;
  }

  onHealth(listener: (health: Health) => void): () => void {
    return this.#events.on('health', listener);
  }

  /** The file must exist and be migrated. Units handed in earlier wait until it is open. Rejects with WriteFailed. */
  open(file: string): Promise<void> {
    this.#send({ kind: 'open', file, maxPages: this.#options.maxPages });
    return this.#opened.promise;
  }

  /** See Committer. Units are committed in the order of these calls; values are taken over before it returns. */
  commit(writes: readonly Write[]): Promise<void> {
    const refusal = this.#refusal(writes);
    if (refusal !== undefined) return Promise.reject(refusal);
    let group = this.#gathered.at(-1);
    if (group === undefined || group.waiters.length >= this.#options.maxGroup) {
      group = { flat: [], waiters: [] };
      this.#gathered.push(group);
    }
    this.#flatten(writes, group.flat);
    const { waiters } = group;
    this.#waiting += 1;
    this.#schedule();
    return new Promise((resolve, reject) => void waiters.push({ resolve, reject }));
  }

  /** Refuses further units and resolves when those that wait are settled. */
  drain(): Promise<void> {
    this.#closing = true;
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#drained.push(resolve));
  }

  /** Drains, moves the log into the database and ends the thread. May be called twice; never rejects. */
  async close(): Promise<void> {
    await this.drain();
    if (this.#dead === undefined) this.#send({ kind: 'close' });
    await this.#ended.promise;
  }

  #refusal(writes: readonly Write[]): Error | undefined {
    if (this.#dead !== undefined) return this.#dead;
    if (this.#closing) return new WriterClosed();
    if (this.#waiting >= this.#options.maxWaiting) return new WriterBusy(this.#waiting);
    for (const { sql, params } of writes) {
      if (!this.#texts.has(sql) && this.#texts.size >= MAX_TEXTS) return new BadStatement('too many different texts');
      // Checked here because a value that cannot be cloned would take its whole group down.
      if (!params.every(isSqlValue)) return new BadStatement('a value that is no SqlValue');
    }
    return undefined;
  }

  #flatten(writes: readonly Write[], flat: Flat): void {
    flat.push(writes.length);
    for (const { sql, params, expect } of writes) {
      let text = this.#texts.get(sql);
      if (text === undefined) {
        text = this.#texts.size;
        this.#texts.set(sql, text);
        this.#unsent.push(sql);
      }
      flat.push(text, expect ?? -1, params.length);
      for (const value of params) flat.push(value instanceof Uint8Array ? ownCopy(value) : value);
    }
  }

  /** Leaves this turn of the event loop to others who have something to record, then sends. Waiting longer was tried: no gain. */
  #schedule(): void {
    if (this.#scheduled || this.#underway !== undefined || this.#health.state === 'starting') return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sendNext();
    });
  }

  #sendNext(): void {
    if (this.#underway !== undefined || this.#dead !== undefined) return;
    const group = this.#gathered.shift();
    if (group === undefined) return;
    this.#underway = group;
    const texts = this.#unsent;
    this.#unsent = [];
    this.#send({ kind: 'group', units: group.waiters.length, texts, flat: group.flat });
  }

  #send(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  #received(message: FromThread): void {
    switch (message.kind) {
      case 'opened':
        this.#setHealth('running');
        this.#opened.resolve();
        break;
      case 'done': {
        this.#setHealth('running');
        const refusals = new Map(message.refused.map((refusal) => [refusal.unit, refusal]));
        this.#settle((unit) => {
          const refusal = refusals.size === 0 ? undefined : refusals.get(unit);
          return refusal && refusedBy(refusal);
        });
        break;
      }
      case 'failed': {
        const error = new WriteFailed(message.sqlite, new Error(message.problem));
        if (this.#health.state !== 'degraded') this.#logger.error('a group could not be written', { error });
        this.#setHealth('degraded', error);
        this.#settle(() => error);
        break;
      }
      case 'closed':
        this.#setHealth('stopped');
    }
    if (this.#gathered.length > 0) this.#schedule();
  }

  #settle(outcome: (unit: number) => Error | undefined): void {
    const waiters = this.#underway?.waiters ?? [];
    this.#underway = undefined;
    this.#waiting -= waiters.length;
    waiters.forEach((waiter, unit) => {
      const error = outcome(unit);
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    });
    if (this.#waiting === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** The thread is gone: expected after `closed`, else nothing can be recorded any more and everybody must know. */
  #died(cause: Error | undefined): void {
    if (this.#health.state !== 'stopped' && this.#dead === undefined) {
      this.#dead = new WriteFailed('thread-died', cause);
      this.#logger.error('the writer thread ended unexpectedly', { error: this.#dead });
      this.#setHealth('stopped', this.#dead);
      this.#opened.reject(this.#dead);
      for (const group of [this.#underway, ...this.#gathered.splice(0)]) {
        this.#underway = group;
        this.#settle(() => this.#dead);
      }
    }
    this.#ended.resolve();
  }

  #setHealth(state: HealthState, error?: WriteFailed): void {
    if (this.#health.state === state) return;
    const reason = error && { code: error.code, message: error.message };
    this.#health = { state, since: this.#clock.now(), ...(reason && { reason }) };
    this.#events.emit('health', this.#health);
  }
}

function refusedBy(refusal: Refusal): Error {
  switch (refusal.why) {
    case 'constraint':
      return new WriteConflict({ sqlite: refusal.sqlite });
    case 'count':
      return new WriteConflict({ expected: refusal.expected, changed: refusal.changed });
    case 'statement':
      return new BadStatement(refusal.problem);
  }
}

function isSqlValue(value: SqlValue): boolean {
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'bigint' || value === null || value instanceof Uint8Array;
}

/** Cloning a view clones all of what it looks into, and small Buffers share a pool of 8 KiB with strangers. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes);
}
