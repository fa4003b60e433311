// Counts the bytes that strangers' tasks move in and out through this node's connections, a row a day. Each listener calls
// `watch` for each connection of it; nothing on the way of a task is touched.

import type { Database, Statement } from 'better-sqlite3';
import { localDate } from '../../src-preload/contract/day.ts';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';

export const dataUseMigrations: readonly Migration[] = [
  {
    area: 'availability',
    number: 1,
    name: 'data used by day',
    sql: `CREATE TABLE data_use (
      day TEXT PRIMARY KEY,
      bytes_in INTEGER NOT NULL CHECK (bytes_in >= 0),
      bytes_out INTEGER NOT NULL CHECK (bytes_out >= 0)
    ) STRICT, WITHOUT ROWID`,
  },
];

export interface Moved {
  readonly in: number;
  readonly out: number;
}

/** A connection that counts what passes through it; a socket of node:net does. */
export interface CountedConnection {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  once(event: 'close', listener: () => void): unknown;
}

export interface DataUseDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

/** What a power cut may take with it. */
const WRITE_EVERY_MS = 60_000;
/** A month of a data plan and the one before it. */
const KNOWN_DAYS = 62;

interface Sum {
  in: number;
  out: number;
}

export class DataUse implements Service {
  readonly name = 'data use';
  readonly #deps: DataUseDeps;
  readonly #range: Statement<[string, string], { day: string } & Sum>;
  /** Connections, with what was counted of each. */
  readonly #open = new Map<CountedConnection, Sum>();
  /** By day: all that was counted, and what of it is not on disk. */
  readonly #days = new Map<string, Sum>();
  readonly #unwritten = new Map<string, Sum>();
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #started = false;

  constructor(deps: DataUseDeps) {
    this.#deps = deps;
    const rows: Statement<[number], { day: string } & Sum> = deps.read.prepare(
      'SELECT day, bytes_in AS "in", bytes_out AS out FROM data_use ORDER BY day DESC LIMIT ?',
    );
    this.#range = deps.read.prepare(
      'SELECT day, bytes_in AS "in", bytes_out AS out FROM data_use WHERE day >= ? AND day < ?',
    );
    for (const { day, ...sum } of rows.all(KNOWN_DAYS)) this.#days.set(day, sum);
  }

  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#later();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#cancel?.();
    await this.flush();
  }

  /** Counts a connection from now until its end. */
  watch(connection: CountedConnection): void {
    if (this.#open.has(connection)) return;
    this.#open.set(connection, { in: 0, out: 0 });
    connection.once('close', () => {
      this.#sample(connection);
      this.#open.delete(connection);
    });
  }

  /** Bytes that no connection counts, such as those of a tunnel. */
  count(moved: Moved): void {
    const bytes = { in: Math.max(0, moved.in), out: Math.max(0, moved.out) };
    if (bytes.in === 0 && bytes.out === 0) return;
    const day = localDate(this.#deps.clock.now());
    add(this.#days, day, bytes);
    add(this.#unwritten, day, bytes);
  }

  /** All since the beginning of the local day that `at` lies in, some two months back at most. */
  since(at: number): Moved {
    for (const connection of this.#open.keys()) this.#sample(connection);
    const first = localDate(at);
    const sum = { in: 0, out: 0 };
    for (const [day, bytes] of this.#days) {
      if (day < first) continue;
      sum.in += bytes.in;
      sum.out += bytes.out;
    }
    return sum;
  }

  /** On the local days that begin from a moment up to but without another, however long ago. */
  between(from: number, to: number): Moved {
    for (const connection of this.#open.keys()) this.#sample(connection);
    const [first, end] = [localDate(from), localDate(to)];
    const days = new Map(this.#range.all(first, end).map(({ day, ...sum }) => [day, sum]));
    for (const [day, bytes] of this.#days) if (day >= first && day < end) days.set(day, bytes);
    const sum = { in: 0, out: 0 };
    for (const bytes of days.values()) {
      sum.in += bytes.in;
      sum.out += bytes.out;
    }
    return sum;
  }

  /** On disk when it resolves. Never rejects: what could not be written is tried again. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    for (const connection of this.#open.keys()) this.#sample(connection);
    const taken = [...this.#unwritten];
    if (taken.length === 0) return;
    this.#unwritten.clear();
    try {
      await this.#deps.committer.commit(taken.map(([day, sum]) => put(day, sum)));
    } catch (error) {
      for (const [day, sum] of taken) add(this.#unwritten, day, sum);
      this.#deps.logger.warn('the data used could not be written and is kept for later', { error });
    }
  }

  #later(): void {
    this.#cancel = this.#deps.clock.after(WRITE_EVERY_MS, () => {
      void this.flush().then(() => this.#started && this.#later());
    });
  }

  #sample(connection: CountedConnection): void {
    const before = this.#open.get(connection);
    if (!before) return;
    const { bytesRead, bytesWritten } = connection;
    this.count({ in: bytesRead - before.in, out: bytesWritten - before.out });
    before.in = bytesRead;
    before.out = bytesWritten;
  }
}

function add(sums: Map<string, Sum>, day: string, bytes: Moved): void {
  const sum = sums.get(day) ?? { in: 0, out: 0 };
  sum.in += bytes.in;
  sum.out += bytes.out;
  sums.set(day, sum);
}

function put(day: string, bytes: Moved): Write {
  return {
    sql: `INSERT INTO data_use (day, bytes_in, bytes_out) VALUES (?, ?, ?) ON CONFLICT (day) DO UPDATE
      SET bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out`,
    params: [day, bytes.in, bytes.out],
  };
}
