// Amounts of the wallet: as they are typed, held, and added up. Whole numbers of the unit all the way. Pure.
import type { UnitWorth } from '../../../../src-preload/contract/settings/power.ts';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { readNumber } from '../../../format/typed.ts';

export const MICRO = 1_000_000;
const SAT_IN_BITCOIN = 100_000_000;

export type MintView = WalletView['mints'][number];
export type Holding = MintView['holdings'][number];

/** An amount as it was typed: undefined for nothing, null for what is no amount. */
export function readAmount(text: string): number | undefined | null {
  const read = readNumber(text, false);
  if (read === undefined) return undefined;
  return Number.isSafeInteger(read) && read > 0 ? read : null;
}

/** Somewhere to pay from: what can be spent at a mint in one unit. */
export interface Source {
  /** Of both, for a list to choose from. */
  readonly id: string;
  readonly mint: MintView;
  readonly unit: 'sat' | 'msat';
  readonly unspent: number;
}

/** The fullest first. */
export function sourcesOf({ mints }: WalletView): readonly Source[] {
  const sources = mints.flatMap((mint) =>
    mint.holdings.flatMap(({ unit, unspent }): Source[] =>
      unspent > 0 && (unit === 'sat' || unit === 'msat') ? [{ id: `${unit} ${mint.url}`, mint, unit, unspent }] : [],
    ),
  );
  return sources.toSorted((a, b) => inMsat(b) - inMsat(a));
}

const inMsat = ({ unit, unspent }: Source) => (unit === 'sat' ? unspent * 1000 : unspent);

/** What can be spent at all mints together, one amount a unit. */
export function spendableOf({ mints }: WalletView): readonly { readonly unit: string; readonly amount: number }[] {
  const sums = new Map<string, number>();
  for (const { unit, unspent } of mints.flatMap(({ holdings }) => holdings)) {
    sums.set(unit, (sums.get(unit) ?? 0) + unspent);
  }
  return [...sums].map(([unit, amount]) => ({ unit, amount }));
}

/** How a holding came about: the parts that its whole, all that came in, is made of. Millionths. */
export interface Origin {
  readonly total: number;
  readonly held: number;
  readonly reserved: number;
  readonly paid: number;
  readonly refunded: number;
  readonly fees: number;
  /** Corrections that took something away; what they brought came in. */
  readonly other: number;
}

export function originOf({ flow, unspent, reserved }: Holding): Origin {
  const of = (...kinds: Holding['flow'][number]['kind'][]) =>
    flow.reduce((sum, { kind, amountMicro }) => (kinds.includes(kind) ? sum + amountMicro : sum), 0);
  const came = (amount: number) => Math.max(0, amount);
  const went = (amount: number) => Math.max(0, -amount);
  const ways = { paid: of('withdrawal'), refunded: of('refund'), fees: of('fee'), other: of('correction') };
  return {
    total: came(of('earned', 'deposit')) + Object.values(ways).reduce((sum, amount) => sum + came(amount), 0),
    held: unspent * MICRO,
    reserved: reserved * MICRO,
    paid: went(ways.paid),
    refunded: went(ways.refunded),
    fees: went(ways.fees),
    other: went(ways.other),
  };
}

/** What the mint takes at most for so many proofs of this unit, whichever of its keysets they are of (NUT-02). */
export function mostFeeOf({ keysets }: Pick<MintView, 'keysets'>, unit: string, proofs: number): number {
  const dearest = Math.max(0, ...keysets.filter((keyset) => keyset.unit === unit).map(({ feePpk }) => feePpk));
  return Math.ceil((proofs * dearest) / 1000);
}

const UNIT = 'sat';

/** The rate that holds on a local day, such as 2026-01-31: the price of a bitcoin, and the day that it was set on. */
export function rateOf(
  list: readonly UnitWorth[],
  today: string,
): { readonly price: number; readonly from: string | null } | undefined {
  const begun = list.filter(({ unit, from }) => unit === UNIT && (from ?? '') <= today);
  const held = begun.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).at(-1);
  // A worth of nothing stands for none any more.
  return held && held.worth > 0 ? { price: rounded(held.worth * SAT_IN_BITCOIN), from: held.from } : undefined;
}

/** The same list with the price of today; null: none from today on. What held before keeps its worth. */
export function withRate(list: readonly UnitWorth[], today: string, price: number | null): UnitWorth[] {
  const others = list.filter(({ unit, from }) => unit !== UNIT || from !== today);
  const isSet = others.some(({ unit, from }) => unit === UNIT && (from ?? '') <= today);
  if (price === null && !isSet) return others;
  return [...others, { unit: UNIT, from: today, worth: (price ?? 0) / SAT_IN_BITCOIN }];
}

/** Of an amount, in the currency. */
export function worthOf(amount: number, unit: string, price: number): number {
  return (amount * price) / SAT_IN_BITCOIN / (unit === 'msat' ? 1000 : 1);
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
