// What became of what was booked, by quarters of an hour: received, or nothing came of it. A claim is settled once and in its turn,
// so each is looked at once, and a second look takes only what was settled since.

import type { Database, Statement } from 'better-sqlite3';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import { addSums } from './ledger.ts';

/** Sums of entries whose claims are settled. */
export interface SettledSums {
  readonly received: readonly Sum[];
  readonly failed: readonly Sum[];
  /** The corrections among those that failed: what had been booked, with its sign turned. */
  readonly takenBack: readonly Sum[];
}

type Kind = keyof SettledSums;

interface Row {
  readonly state: 'paid' | 'failed';
  readonly kind: 'earned' | 'correction';
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly amountMicro: number;
}

/** Claims that are looked at before others have their turn: about a millisecond. */
const STRIDE = 512;

const KINDS = ['received', 'failed', 'takenBack'] as const satisfies readonly Kind[];

export class SettledQuarters {
  readonly #clock: Clock;
  readonly #newest: Statement<[], { settled: number | null }>;
  readonly #claimed: Statement<[], unknown>;
  readonly #rows: Statement<[number, number], Row>;
  readonly #quarters = new Map<number, Record<Kind, Sum[]>>();
  readonly #all = none();
  #settled = 0;
  #wanted = 0;
  #looking: Promise<void> | undefined;

  constructor({ clock, read }: { readonly clock: Clock; readonly read: Database }) {
    this.#clock = clock;
    this.#newest = read.prepare('SELECT max(settled) AS settled FROM claims WHERE settled IS NOT NULL');
    this.#claimed = read.prepare('SELECT 1 FROM claims LIMIT 1');
    this.#rows = read.prepare(`SELECT c.state, l.kind, l.at, l.network, l.unit, l.amount_micro AS amountMicro
      FROM claims c CROSS JOIN ledger l ON l.task = c.task WHERE c.settled > ? AND c.settled <= ?`);
  }

  /** Whether anything was ever claimed: only then is there a difference between earned and received. */
  get claimed(): boolean {
    return this.#claimed.get() !== undefined;
  }

  /** The number of the newest settled claim that was looked at. */
  get settled(): number {
    return this.#settled;
  }

  /** Whether a look is under way that has not come to its end. */
  get behind(): boolean {
    return this.#settled < this.#wanted;
  }

  /** Looks at what was settled since; undefined: nothing was. All entries of what was looked at are in the ledger by then. */
  look(): Promise<void> | undefined {
    const newest = this.#newest.get()?.settled ?? 0;
    this.#wanted = newest;
    if (newest === this.#settled) return undefined;
    this.#looking ??= this.#catchUp(newest).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Of entries that were booked in these quarters, the last one excluded. */
  between(first: number, end: number): SettledSums {
    const all = none();
    for (const [quarter, sums] of this.#quarters) {
      if (quarter < first || quarter >= end) continue;
      for (const kind of KINDS) all[kind] = addSums(all[kind], sums[kind]);
    }
    return all;
  }

  /** Of all entries. */
  get all(): SettledSums {
    return this.#all;
  }

  async #catchUp(newest: number): Promise<void> {
    const yielder = new Yielder(this.#clock);
    while (this.#settled < newest) {
      const last = Math.min(newest, this.#settled + STRIDE);
      for (const row of this.#rows.all(this.#settled, last)) this.#add(row);
      this.#settled = last;
      await yielder.step();
    }
  }

  #add({ state, kind, at, network, unit, amountMicro }: Row): void {
    const quarter = quarterOf(at);
    const sums = this.#quarters.get(quarter) ?? none();
    this.#quarters.set(quarter, sums);
    const into = (one: Kind) => {
      const entry = [{ network, unit, amountMicro, entries: 1 }];
      sums[one] = addSums(sums[one], entry);
      this.#all[one] = addSums(this.#all[one], entry);
    };
    into(state === 'paid' ? 'received' : 'failed');
    if (state === 'failed' && kind === 'correction') into('takenBack');
  }
}

function none(): Record<Kind, Sum[]> {
  return { received: [], failed: [], takenBack: [] };
}
