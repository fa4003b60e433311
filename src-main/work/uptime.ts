// How long this node ran, was open for tasks, and had one running: what power is reckoned from. A row a quarter of an hour,
// written every few minutes; a sleeping computer counts for nothing.

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
];

export interface UptimeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  /** Whether tasks would be taken now, and whether one runs. Asked after `look` and every minute. */
  readonly open: () => boolean;
  readonly busy: () => boolean;
}

interface Use {
  quarter: number;
  onMs: number;
  openMs: number;
  busyMs: number;
}

const TICK_MS = 60_000;
/** What a power cut may take with it. */
const TICKS_A_WRITE = 5;

export class Uptime implements Service {
  readonly name = 'uptime';
  readonly #deps: UptimeDeps;
  readonly #between: Statement<[number, number], Use>;
  readonly #first: Statement<[], { quarter: number | null }>;
  /** The quarters that time was counted in lately, with all of it, whatever of it is on disk. */
  readonly #recent = new Map<number, Use>();
  readonly #unwritten = new Set<number>();
  #since = 0;
  #open = false;
  #busy = false;
  #ticks = 0;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: UptimeDeps) {
    this.#deps = deps;
    this.#between = deps.read.prepare(`SELECT quarter, on_ms AS onMs, open_ms AS openMs, busy_ms AS busyMs
      FROM uptime WHERE quarter >= ? AND quarter < ? ORDER BY quarter`);
    this.#first = deps.read.prepare('SELECT min(quarter) AS quarter FROM uptime');
  }

  async start(): Promise<void> {
    if (this.#cancel) return;
    const { clock, open, busy } = this.#deps;
    this.#since = clock.monotonic();
    this.#open = open();
    this.#busy = busy();
    this.#later();
  }

  async stop(): Promise<void> {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#account();
    await this.flush();
  }

  /** One of them may have changed. Cheap where it has not, for it is called with each task. */
  look(): void {
    if (!this.#cancel) return;
    const { open, busy } = this.#deps;
    const [isOpen, isBusy] = [open(), busy()];
    if (isOpen === this.#open && isBusy === this.#busy) return;
    this.#account();
    this.#open = isOpen;
    this.#busy = isBusy;
  }

  /** In these quarters of an hour, the last one excluded, those with nothing left out. */
  between(first: number, end: number): Use[] {
    if (this.#cancel) this.#account();
    const uses = new Map(this.#between.all(first, end).map((use) => [use.quarter, use]));
    for (const use of this.#recent.values()) if (use.quarter >= first && use.quarter < end) uses.set(use.quarter, use);
    return [...uses.values()].sort((a, b) => a.quarter - b.quarter);
  }

  /** Since when it is measured; null: not at all yet. */
  firstQuarter(): number | null {
    const first = Math.min(this.#first.get()?.quarter ?? Number.POSITIVE_INFINITY, ...this.#recent.keys());
    return Number.isFinite(first) ? first : null;
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
    const { onMs = 0, openMs = 0, busyMs = 0 } = known ?? {};
    this.#recent.set(quarter, {
      quarter,
      onMs: onMs + ms,
      openMs: openMs + (this.#open ? ms : 0),
      busyMs: busyMs + (this.#busy ? ms : 0),
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

function put({ quarter, onMs, openMs, busyMs }: Use): Write {
  return {
    sql: `INSERT INTO uptime (quarter, on_ms, open_ms, busy_ms) VALUES (?, ?, ?, ?) ON CONFLICT (quarter) DO UPDATE SET
      on_ms = excluded.on_ms, open_ms = excluded.open_ms, busy_ms = excluded.busy_ms`,
    params: [quarter, onMs, openMs, busyMs],
  };
}
