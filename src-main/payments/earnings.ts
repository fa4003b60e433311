// Sums for the eye, kept fresh cheaply: each look adds only the entries that came since the last one. What is kept is a
// memory of a query, never a balance of its own: a new start sums the whole ledger again.

import type { EarningsView, Sum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import { addSums, type Ledger } from './ledger.ts';

export class Earnings {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  #through = 0;
  #total: Sum[] = [];
  #dayStart = -1;
  #today: Sum[] = [];

  readonly #settled: () => number;

  constructor(deps: { readonly clock: Clock; readonly ledger: Ledger; readonly settled: () => number }) {
    this.#settled = deps.settled;
    this.#clock = deps.clock;
    this.#ledger = deps.ledger;
  }

  view(): EarningsView {
    const dayStart = startOfDay(this.#clock.now());
    const fresh = this.#ledger.sumsAfter(this.#through);
    this.#through = fresh.through;
    this.#total = addSums(this.#total, fresh.sums);
    if (dayStart !== this.#dayStart) {
      this.#dayStart = dayStart;
      this.#today = this.#ledger.sumsSince(dayStart);
    } else this.#today = addSums(this.#today, fresh.sums);
    return { dayStart, today: this.#today, total: this.#total, through: this.#through, settled: this.#settled() };
  }
}
