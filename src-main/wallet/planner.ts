// The outputs of operations: which keyset, which counters, which amounts; and the same again with other outputs, where a mint has
// changed its keysets or fees meanwhile.

import { assertNever } from '../base/errors.ts';
import type { Write } from '../storage/write.ts';
import { blanks, type OutputPlan, split } from './blinding/cashu.ts';
import { NotEnough, TooLittle } from './errors.ts';
import type { Mints } from './mints.ts';
import type { AskPlan, Inputs } from './operation.ts';
import { BATCH, GAP } from './search.ts';
import { feeOf, type Spendable, select, sumOf } from './select.ts';
import type { Keyset, Mint, WalletStore } from './store.ts';

/** Inputs of one request: more are refused by mints, and hold their database up. */
export const MOST_INPUTS = 200;

export interface Planned {
  readonly outputs: OutputPlan;
  readonly writes: readonly Write[];
}

/** Well within what a search from words passes over before it ends, in this wallet and in others. */
const MOST_UNSIGNED = GAP - BATCH;

/** The next counters of a keyset, for these amounts. */
export function outputsOf(store: WalletStore, keyset: Keyset, amounts: readonly number[]): Planned {
  const start = startOf(store, keyset, amounts.length);
  const outputs = { keyset: keyset.id, start, amounts };
  return { outputs, writes: amounts.length === 0 ? [] : [store.takeCounters(keyset, start, amounts.length)] };
}

/**
 * Counters that were never signed are taken again once there are too many of them in a row, as after a mint that has refused everything
 * for a day: the words would not find what comes behind them. All are of operations that have ended without them; and should one of those
 * still reach the mint, it signs no output twice, and the wallet goes on behind it.
 */
function startOf(store: WalletStore, { id, next, signed }: Keyset, count: number): number {
  if (next + count - signed <= MOST_UNSIGNED) return next;
  const taken = store.open().flatMap(({ plan }) => {
    if (plan.kind === 'restore' || plan.outputs.keyset !== id) return [];
    return [plan.outputs.start + plan.outputs.amounts.length];
  });
  return Math.max(signed, ...taken);
}

/** Own proofs for an amount and their own fee, or without it. Throws NotEnough. */
export function choose(
  store: WalletStore,
  mint: Mint,
  unit: string,
  wanted: number,
  { withoutFee = false }: { readonly withoutFee?: boolean } = {},
): readonly Spendable[] {
  const held = store.spendable(mint.id, unit, MOST_INPUTS);
  const chosen = select(withoutFee ? held.map((proof) => ({ ...proof, feePpk: 0 })) : held, wanted, MOST_INPUTS);
  if (!chosen) {
    const all = store.keysets(mint.id).filter((keyset) => keyset.unit === unit);
    const sum = all.reduce((total, { id }) => total + store.unspentOf(id), 0);
    throw new NotEnough(wanted + feeOf(held.slice(0, MOST_INPUTS)), sum, unit);
  }
  if (!withoutFee) return chosen;
  const names = new Set(chosen.map(nameOf));
  return held.filter((proof) => names.has(nameOf(proof)));
}

const nameOf = ({ keyset, counter }: Spendable) => `${keyset} ${counter}`;

export const inputsOf = (proofs: readonly Spendable[]): Inputs =>
  proofs.map(({ keyset, counter }) => [keyset, counter] as const);

/** A plan as it would be made now, for the same inputs, with counters of its own. Throws TooLittle where a new fee takes all. */
export async function renewed(
  { mints, store }: { readonly mints: Mints; readonly store: WalletStore },
  mint: Mint,
  unit: string,
  plan: AskPlan,
  inputs: readonly { readonly amount: number; readonly keyset: string }[],
): Promise<{ readonly plan: AskPlan; readonly writes: readonly Write[] }> {
  const keysets = new Map((await mints.refresh(mint)).map((keyset) => [keyset.id, keyset]));
  const keyset = await mints.active(mint, unit);
  const fee = feeOf(inputs.map((input) => ({ feePpk: keysets.get(input.keyset)?.feePpk ?? 0 })));
  const total = sumOf(inputs);
  const again = { renewed: plan.renewed + 1 };
  const made = (amounts: readonly number[]) => outputsOf(store, keyset, amounts);
  switch (plan.kind) {
    case 'receive':
    case 'swap': {
      if (total <= fee) throw new TooLittle();
      const { outputs, writes } = made(split(total - fee, keyset.keys));
      return { plan: { ...plan, ...again, fee, outputs }, writes };
    }
    case 'send': {
      const given = split(plan.amount, keyset.keys);
      const kept = total - fee - plan.amount;
      if (kept < 0) throw new NotEnough(plan.amount + fee, total, unit);
      const { outputs, writes } = made([...given, ...(kept > 0 ? split(kept, keyset.keys) : [])]);
      return { plan: { ...plan, ...again, fee, given: given.length, outputs }, writes };
    }
    case 'pay': {
      const { outputs, writes } = made(blanks(total - fee - plan.amount));
      return { plan: { ...plan, ...again, outputs }, writes };
    }
    case 'deposit': {
      const { outputs, writes } = made(split(plan.amount, keyset.keys));
      return { plan: { ...plan, ...again, outputs }, writes };
    }
    default:
      return assertNever(plan);
  }
}
