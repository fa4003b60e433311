// What the pages show all the time: earned today and in all, what became of it, and what there is. Read anew each time, for the
// rollup makes it a few hundred rows, whatever the length of the ledger.

import type { Balance, EarningsView, Standing } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import { quarterOf } from '../base/quarter.ts';
import { amountsOf, type Cut, isIncome, type LedgerSums, sumsOf } from './sums.ts';

export interface EarningsDeps {
  readonly clock: Clock;
  readonly sums: Pick<LedgerSums, 'look' | 'tellsOfPayments'>;
}

export class Earnings {
  readonly #deps: EarningsDeps;

  constructor(deps: EarningsDeps) {
    this.#deps = deps;
  }

  view(): EarningsView {
    const { clock, sums } = this.#deps;
    const dayStart = startOfDay(clock.now());
    const { marks, ever, recent } = sums.look(quarterOf(dayStart));
    const [total, today] = [ever.filter(isIncome), recent.filter(isIncome)];
    const tells = sums.tellsOfPayments;
    return {
      dayStart,
      today: sumsOf(today),
      total: sumsOf(total),
      standing: { today: standingOf(today, tells), total: standingOf(total, tells) },
      balances: balancesOf(ever),
      ...marks,
    };
  }
}

function standingOf(cuts: readonly Cut[], tells: boolean): Standing {
  const of = (wanted: Cut['state']) => sumsOf(cuts.filter(({ state }) => state === wanted));
  return { received: tells ? of('received') : null, onItsWay: of('earned'), failed: of('failed') };
}

/** By network and unit: amounts of different units are never added. */
export function balancesOf(ever: readonly Cut[]): Balance[] {
  const groups = Map.groupBy(ever, ({ network, unit }) => JSON.stringify([network, unit]));
  return [...groups.values()].map((cuts) => {
    const sum = (fits: (cut: Cut) => boolean) =>
      cuts.filter(fits).reduce((all, { amountMicro }) => all + amountMicro, 0);
    const income = { grossMicro: 0, feeMicro: 0, netMicro: 0 };
    for (const { kind, amountMicro } of cuts) {
      const amounts = amountsOf(kind, amountMicro);
      income.grossMicro += amounts.grossMicro;
      income.feeMicro += amounts.feeMicro;
      income.netMicro += amounts.netMicro;
    }
    const receivedMicro = sum((cut) => isIncome(cut) && cut.state === 'received');
    const depositedMicro = sum(({ kind, state }) => kind === 'deposit' && state === 'received');
    // On its way out it is not in hand any more.
    const withdrawnMicro = 0 - sum(({ kind, state }) => kind === 'withdrawal' && state !== 'failed');
    return {
      network: cuts[0]!.network,
      unit: cuts[0]!.unit,
      ...income,
      refundedMicro: 0 - sum(({ kind }) => kind === 'refund'),
      receivedMicro,
      onItsWayMicro: sum((cut) => isIncome(cut) && cut.state === 'earned'),
      depositedMicro,
      withdrawnMicro,
      inHandMicro: receivedMicro + depositedMicro - withdrawnMicro,
    };
  });
}
