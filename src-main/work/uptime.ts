// How long this node ran, had joined a network, was open for tasks, could be sent some, and had one running: what power and the
// picture of a day are made of. A row a quarter of an hour, written every few minutes; a sleeping computer counts for nothing.

import type { Database, Statement } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';

export const uptimeMigrations: readonly Migration[] = [
  {
    area: 'uptime',
    number: 1,
    name: 'time on, open and busy',
    sql: `CREATE TABLE uptime (
      quarter INTEGER PRIMARY KEY,
      on_ms INTEGER NOT NULL CHECK (on_ms >= 0),
      open_ms INTEGER NOT NULL CHECK (open_ms >= 0),
      busy_ms INTEGER NOT NULL CHECK (busy_ms >= 0)
    ) STRICT;`,
  },
  {
    area: 'uptime',
    number: 2,
    name: 'time joined and ready',
    // What was measured before can't tell them apart.
    sql: `ALTER TABLE uptime ADD COLUMN joined_ms INTEGER NOT NULL DEFAULT 0 CHECK (joined_ms >= 0);
      ALTER TABLE uptime ADD COLUMN ready_ms INTEGER NOT NULL DEFAULT 0 CHECK (ready_ms >= 0);
      UPDATE uptime SET joined_ms = on_ms, ready_ms = open_ms;`,
  },
];

export interface UptimeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  /** How it is now. Asked after `look` and every minute. */
  readonly now: () => UptimeNow;
}

export interface UptimeNow {
  /** A network is joined. */
  readonly joined: boolean;
  /** Tasks would be taken. */
  readonly open: boolean;
  /** They would be, and a network can send some. */
  readonly ready: boolean;
  /** One runs. */
  readonly busy: boolean;
}

/** Milliseconds of a quarter of an hour in which the node ran, and was each of these. */
export interface QuarterUptime {
  readonly quarter: number;
  readonly onMs: number;
  readonly joinedMs: number;
  readonly openMs: number;
  readonly readyMs: number;
  readonly busyMs: number;
}

const TICK_MS = 60_000;
/** What a power cut may take with it. */
const TICKS_A_WRITE = 5;

export class Uptime implements Service {
  readonly name = 'uptime';
  readonly #deps: UptimeDeps;
  readonly #between: Statement<[number, number], QuarterUptime>;
  readonly #first: Statement<[], { quarter: number | null }>;
  readonly #firstJoined: Statement<[], { quarter: number | null }>;
  /** The quarters that time was counted in lately, with all of it, whatever of it is on disk. */
  readonly #recent = new Map<number, QuarterUptime>();
  readonly #unwritten = new Set<number>();
  #since = 0;
  #now: UptimeNow = { joined: false, open: false, ready: false, busy: false };
  #ticks = 0;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: UptimeDeps) {
    this.#deps = deps;
    this.#between = deps.read.prepare(`SELECT quarter, on_ms AS onMs, joined_ms AS joinedMs, open_ms AS openMs,
      ready_ms AS readyMs, busy_ms AS busyMs FROM uptime WHERE quarter >= ? AND quarter < ? ORDER BY quarter`);
    this.#first = deps.read.prepare('SELECT min(quarter) AS quarter FROM uptime');
    this.#firstJoined = deps.read.prepare('SELECT min(quarter) AS quarter FROM uptime WHERE joined_ms > 0');
  }

  async start(): Promise<void> {
    if (this.#cancel) return;
    const { clock, now } = this.#deps;
    this.#since = clock.monotonic();
    this.#now = now();
    this.#later();
  }

  async stop(): Promise<void> {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#account();
    await this.flush();
  }

  /** Something of it may have changed. Cheap where it has not, for it is called with each task. */
  look(): void {
    if (!this.#cancel) return;
    const { joined, open, ready, busy } = this.#now;
    const now = this.#deps.now();
    if (now.joined === joined && now.open === open && now.ready === ready && now.busy === busy) return;
    this.#account();
    this.#now = now;
  }

  /** In these quarters of an hour, the last one excluded, those with nothing left out. */
  between(first: number, end: number): QuarterUptime[] {
    if (this.#cancel) this.#account();
    const uses = new Map(this.#between.all(first, end).map((use) => [use.quarter, use]));
    for (const use of this.#recent.values()) if (use.quarter >= first && use.quarter < end) uses.set(use.quarter, use);
    return [...uses.values()].sort((a, b) => a.quarter - b.quarter);
  }

  /** Since when it is measured; null: not at all yet. */
  firstQuarter(): number | null {
    return least(this.#first.get()?.quarter, this.#recent.keys());
  }

  /** In which a network was joined for the first time; null: none has been yet. */
  firstJoined(): number | null {
    const recent = [...this.#recent.values()].filter(({ joinedMs }) => joinedMs > 0);
    return least(
      this.#firstJoined.get()?.quarter,
      recent.map(({ quarter }) => quarter),
    );
  }

  /** On disk when it resolves. Never rejects: what could not be written is tried again. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #later(): void {
    this.#cancel = this.#deps.clock.after(TICK_MS, () => {
      this.#account();
      this.look();
      this.#ticks += 1;
      if (this.#ticks % TICKS_A_WRITE === 0) void this.flush();
      this.#later();
    });
  }

  /** Counts the time since the last account. A tick that comes late by much was slept through, by the process or the computer. */
  #account(): void {
    const { clock } = this.#deps;
    const monotonic = clock.monotonic();
    const passed = Math.min(monotonic - this.#since, 2 * TICK_MS);
    this.#since = monotonic;
    const now = clock.now();
    for (let end = now, left = Math.max(0, Math.round(passed)); left > 0; ) {
      const quarter = quarterOf(end - 1);
      const part = Math.min(left, end - quarter * QUARTER_MS);
      this.#add(quarter, part);
      end -= part;
      left -= part;
    }
  }

  #add(quarter: number, ms: number): void {
    const known = this.#recent.get(quarter) ?? this.#between.get(quarter, quarter + 1);
    const { joined, open, ready, busy } = this.#now;
    const { onMs = 0, joinedMs = 0, openMs = 0, readyMs = 0, busyMs = 0 } = known ?? {};
    this.#recent.set(quarter, {
      quarter,
      onMs: onMs + ms,
      joinedMs: joinedMs + (joined ? ms : 0),
      openMs: openMs + (open ? ms : 0),
      readyMs: readyMs + (ready ? ms : 0),
      busyMs: busyMs + (busy ? ms : 0),
    });
    this.#unwritten.add(quarter);
  }

  async #write(): Promise<void> {
    const taken = [...this.#unwritten].map((quarter) => this.#recent.get(quarter)!);
    if (taken.length === 0) return;
    this.#unwritten.clear();
    try {
      await this.#deps.committer.commit(taken.map(put));
      // On disk as it is, and nothing is likely to be added: from now on it is read from there.
      for (const use of taken) if (this.#recent.get(use.quarter) === use) this.#recent.delete(use.quarter);
    } catch (error) {
      for (const { quarter } of taken) this.#unwritten.add(quarter);
      this.#deps.logger.warn('the time at work could not be written and is kept for later', { error });
    }
  }
}

function least(stored: number | null | undefined, recent: Iterable<number>): number | null {
  const first = Math.min(stored ?? Number.POSITIVE_INFINITY, ...recent);
  return Number.isFinite(first) ? first : null;
}

function put({ quarter, onMs, joinedMs, openMs, readyMs, busyMs }: QuarterUptime): Write {
  return {
    sql: `INSERT INTO uptime (quarter, on_ms, joined_ms, open_ms, ready_ms, busy_ms) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (quarter) DO UPDATE SET on_ms = excluded.on_ms, joined_ms = excluded.joined_ms, open_ms = excluded.open_ms,
      ready_ms = excluded.ready_ms, busy_ms = excluded.busy_ms`,
    params: [quarter, onMs, joinedMs, openMs, readyMs, busyMs],
  };
}
