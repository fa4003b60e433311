// Sums for the eye, kept fresh cheaply: each look adds only the entries that came since the last one. What is kept is a
// memory of a query, never a balance of its own: a new start sums the whole ledger again.

import type { EarningsView, Standing, Sum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import { quarterOf } from '../base/quarter.ts';
import { addSums, type Ledger } from './ledger.ts';
import type { SettledQuarters, SettledSums } from './settled.ts';

export interface EarningsDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** What became of entries. */
  readonly states: Pick<SettledQuarters, 'claimed' | 'settled' | 'behind' | 'all' | 'look' | 'between'>;
  /** More was read of what became of them: a view would say more than the last one. */
  readonly changed: () => void;
}

export class Earnings {
  readonly #deps: EarningsDeps;
  #through = 0;
  #total: Sum[] = [];
  #dayStart = -1;
  #today: Sum[] = [];
  #waiting = false;
  #known = false;
  /** Of today, as of this settled claim. */
  #settledToday: { readonly dayStart: number; readonly settled: number; readonly sums: SettledSums } | undefined;

  constructor(deps: EarningsDeps) {
    this.#deps = deps;
  }

  view(): EarningsView {
    const { clock, ledger, states } = this.#deps;
    const dayStart = startOfDay(clock.now());
    this.#look();
    const { settled } = states;
    // After what is settled, so that all its entries are in it.
    const fresh = ledger.sumsAfter(this.#through);
    this.#through = fresh.through;
    this.#total = addSums(this.#total, fresh.sums);
    if (dayStart !== this.#dayStart) {
      this.#dayStart = dayStart;
      this.#today = ledger.sumsSince(dayStart);
    } else this.#today = addSums(this.#today, fresh.sums);
    const standing = this.#known
      ? {
          today: this.#standing(this.#today, this.#endedToday(dayStart)),
          total: this.#standing(this.#total, states.all),
        }
      : null;
    return { dayStart, today: this.#today, total: this.#total, standing, through: this.#through, settled };
  }

  /** A few are read at once. For many others have their turns meanwhile: the first time nothing is said until the end. */
  #look(): void {
    const { states, changed } = this.#deps;
    const looking = states.look();
    this.#known ||= !states.behind;
    if (!looking || this.#waiting) return;
    this.#waiting = states.behind;
    void looking.then(
      () => {
        if (this.#waiting) changed();
        this.#waiting = false;
      },
      // The database is gone, which whoever asks for sums is told of.
      () => {
        this.#waiting = false;
      },
    );
  }

  #endedToday(dayStart: number): SettledSums {
    const { states } = this.#deps;
    const { settled } = states;
    const known = this.#settledToday;
    if (known?.dayStart === dayStart && known.settled === settled) return known.sums;
    const sums = states.between(quarterOf(dayStart), Number.POSITIVE_INFINITY);
    this.#settledToday = { dayStart, settled, sums };
    return sums;
  }

  #standing(booked: readonly Sum[], { received, failed }: SettledSums): Standing {
    return {
      received: this.#deps.states.claimed ? [...received] : null,
      onItsWay: without(without(booked, received), failed),
      failed: [...failed],
    };
  }
}

/** Sums less others of the same network and unit; what has no entries left is left out. */
function without(sums: readonly Sum[], less: readonly Sum[]): Sum[] {
  const taken = less.map((sum) => ({ ...sum, amountMicro: -sum.amountMicro, entries: -sum.entries }));
  return addSums(sums, taken).filter(({ entries }) => entries > 0);
}
