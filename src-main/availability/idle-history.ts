// How often this computer is unattended, by the half hour of the week: 336 pairs of numbers that fade, no list of moments. Kept
// only while the user wants hours to be learned; it stays in the database of this computer, and backups leave it out.

import type { Database } from 'better-sqlite3';
import type { LearnedView } from '../../src-preload/contract/availability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';
import { HALVES_A_WEEK, type HalfSeen, hasAll, known, suggestHours } from './learned-hours.ts';
import type { Idle, Reading, Sensor } from './sensors/sensor.ts';

export const idleHistoryMigrations: readonly Migration[] = [
  {
    area: 'availability',
    number: 2,
    name: 'away time by the half hour of the week',
    sql: `CREATE TABLE idle_history (
      half INTEGER PRIMARY KEY CHECK (half BETWEEN 0 AND 335),
      seen REAL NOT NULL CHECK (seen >= 0),
      away REAL NOT NULL CHECK (away >= 0),
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
];

/** Takes out of a copy of the database all that shows when the user was away. */
export const FORGET_IDLE = 'DELETE FROM idle_history';

export interface IdleHistoryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: {
    get<P extends SettingPath>(path: P): SettingValue<P>;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
  readonly sensor: Sensor<Idle>;
  readonly committer: Committer;
  readonly read: Database;
  /** What a page shows of it has changed. */
  readonly changed: () => void;
}

const MINUTE = 60_000;
const READ_MS = 3000;
/** Reading a page takes no keyboard: so short a pause is not away yet. */
const AWAY_SECONDS = 600;
const HALF_MINUTES = 30;
const WEEK = 7 * 24 * 60 * MINUTE;
/** What was four weeks ago counts half. */
const HALF_LIFE = 4 * WEEK;
/** After "not now". */
const ASK_AGAIN = 4 * WEEK;

interface FadingHalf extends HalfSeen {
  /** When these numbers were right. */
  readonly at: number;
}

export class IdleHistory implements Service {
  readonly name = 'learned hours';
  readonly #deps: IdleHistoryDeps;
  readonly #week: (FadingHalf | undefined)[] = Array.from({ length: HALVES_A_WEEK });
  /** The half hour that is being watched, in minutes. */
  #now: { readonly half: number; seen: number; away: number } | undefined;
  #unreadable = false;
  #started = false;
  #cancel: (() => void) | undefined;
  #off: (() => void) | undefined;
  #looking = Promise.resolve();
  #stop = new AbortController();

  constructor(deps: IdleHistoryDeps) {
    this.#deps = deps;
    const rows = deps.read
      .prepare<[], FadingHalf & { half: number }>('SELECT half, seen, away, at FROM idle_history')
      .all();
    for (const { half, ...kept } of rows) this.#week[half] = kept;
  }

  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#stop = new AbortController();
    this.#off = this.#deps.settings.onChange((path) => {
      if (path === 'availability.learn') this.#plan();
      if (path === 'availability.learnDismissed') this.#deps.changed();
    });
    this.#plan();
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    this.#off?.();
    this.#cancel?.();
    this.#cancel = undefined;
    this.#stop.abort();
    await this.#looking;
    await this.#keep();
  }

  /** Nothing of it is left when it resolves. Rejects with what the commit rejects with. */
  async forget(): Promise<void> {
    this.#now = undefined;
    await this.#deps.committer.commit([{ sql: FORGET_IDLE, params: [] }]);
    this.#week.fill(undefined);
    this.#deps.changed();
  }

  view(): LearnedView {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    const week = this.#week.map((kept) => faded(kept, now));
    const dismissed = settings.get('availability.learnDismissed');
    const asks = settings.get('availability.learn') && (dismissed === null || now - dismissed >= ASK_AGAIN);
    const days = asks ? suggestHours(week) : null;
    return {
      on: settings.get('availability.learn'),
      unreadable: this.#unreadable,
      known: known(week),
      empty: this.#now === undefined && this.#week.every((kept) => kept === undefined),
      suggestion: days !== null && !hasAll(settings.get('availability.grid'), days) ? days : null,
    };
  }

  #plan(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#started || !this.#deps.settings.get('availability.learn')) return;
    this.#cancel = this.#deps.clock.after(MINUTE, () => {
      this.#looking = this.#look().then(() => {
        if (this.#cancel) this.#plan();
      });
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { clock, settings } = this.#deps;
    const reading = await this.#read();
    if (this.#unreadable === reading.ok) {
      this.#unreadable = !reading.ok;
      this.#deps.changed();
    }
    const half = halfOf(clock.now());
    if (this.#now && this.#now.half !== half) await this.#keep();
    if (!reading.ok || !settings.get('availability.learn')) return;
    this.#now ??= { half, seen: 0, away: 0 };
    this.#now.seen += 1;
    if (reading.value.seconds >= AWAY_SECONDS) this.#now.away += 1;
  }

  async #read(): Promise<Reading<Idle>> {
    const { clock, sensor } = this.#deps;
    const late = new AbortController();
    const cancel = clock.after(READ_MS, () => late.abort());
    try {
      return await sensor.read(AbortSignal.any([this.#stop.signal, late.signal]));
    } finally {
      cancel();
    }
  }

  /** What was watched goes to the rest of it. Never rejects: half an hour that is lost is no harm. */
  async #keep(): Promise<void> {
    const { clock, committer, logger, changed } = this.#deps;
    const watched = this.#now;
    this.#now = undefined;
    if (!watched) return;
    const at = clock.now();
    const before = faded(this.#week[watched.half], at);
    const kept = {
      seen: before.seen + Math.min(1, watched.seen / HALF_MINUTES),
      away: before.away + Math.min(1, watched.away / HALF_MINUTES),
      at,
    };
    try {
      await committer.commit([put(watched.half, kept)]);
      this.#week[watched.half] = kept;
      changed();
    } catch (error) {
      logger.warn('a half hour of the learned week could not be written', { error });
    }
  }
}

/** As much of it as counts by now. */
function faded(kept: FadingHalf | undefined, now: number): HalfSeen {
  if (kept === undefined) return { seen: 0, away: 0 };
  const left = 0.5 ** (Math.max(0, now - kept.at) / HALF_LIFE);
  return { seen: kept.seen * left, away: kept.away * left };
}

function put(half: number, { seen, away, at }: FadingHalf): Write {
  return {
    sql: `INSERT INTO idle_history (half, seen, away, at) VALUES (?, ?, ?, ?) ON CONFLICT (half) DO UPDATE
      SET seen = excluded.seen, away = excluded.away, at = excluded.at`,
    params: [half, seen, away, at],
  };
}

/** Of the local week, from Monday, midnight. */
function halfOf(now: number): number {
  const date = new Date(now);
  return ((date.getDay() + 6) % 7) * 48 + Math.floor((date.getHours() * 60 + date.getMinutes()) / HALF_MINUTES);
}
