// What each network owes, has paid and holds, since the beginning. Pure, over what the engine tells.
import type { Balance, EarningsView, Sum } from '../../../src-preload/contract/earnings.ts';

/** One network and unit: amounts of different units are never added. Null: no network has reported a payment yet. */
export interface NetworkLine {
  readonly balance: Balance;
  readonly onItsWay: Sum;
  readonly received: Sum | null;
}

export function linesOf({ balances, standing: { total } }: Pick<EarningsView, 'balances' | 'standing'>): NetworkLine[] {
  return balances.map((balance) => ({
    balance,
    onItsWay: sumIn(total.onItsWay, balance),
    received: total.received && sumIn(total.received, balance),
  }));
}

function sumIn(sums: readonly Sum[], { network, unit }: Balance): Sum {
  const found = sums.find((sum) => sum.network === network && sum.unit === unit);
  return found ?? { network, unit, amountMicro: 0, entries: 0 };
}
