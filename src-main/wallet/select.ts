// Which proofs pay for something, and what the mint takes for them (NUT-02).

import type { OwnProof } from './blinding/cashu.ts';

export interface Spendable extends OwnProof {
  /** Of its keyset, in thousandths of a unit. */
  readonly feePpk: number;
  /** Its keyset signs nothing more: such proofs go first, so that they are gone before the keyset is. */
  readonly retired: boolean;
}

/** What a mint takes for inputs: the thousandths of all of them, rounded up once. */
export function feeOf(inputs: readonly { readonly feePpk: number }[]): number {
  return Math.ceil(inputs.reduce((sum, { feePpk }) => sum + feePpk, 0) / 1000);
}

export const sumOf = (proofs: readonly { readonly amount: number }[]): number =>
  proofs.reduce((sum, { amount }) => sum + amount, 0);

/**
 * Proofs that make at least `wanted` after their own fee; undefined where all together don't, or more than `most` would be needed.
 * Those of retired keysets first, but no more of them than leave room for enough others; then the largest, so that few are asked for;
 * then those that turned out not to be needed go back.
 */
export function select(held: readonly Spendable[], wanted: number, most: number): readonly Spendable[] | undefined {
  const ordered = held.toSorted((a, b) => Number(b.retired) - Number(a.retired) || b.amount - a.amount);
  const retired = ordered.filter((proof) => proof.retired);
  const others = ordered.slice(retired.length);
  for (const first of [retired.length, Math.floor(most / 2), 0]) {
    const chosen = chosenOf([...retired.slice(0, first), ...others], wanted);
    if (chosen && chosen.length <= most) return chosen;
  }
  return undefined;
}

function chosenOf(ordered: readonly Spendable[], wanted: number): readonly Spendable[] | undefined {
  const enough = (proofs: readonly Spendable[]) => sumOf(proofs) - feeOf(proofs) >= wanted;
  const chosen: Spendable[] = [];
  for (const proof of ordered) {
    if (enough(chosen)) break;
    // It costs more than it brings.
    if (proof.amount * 1000 <= proof.feePpk) continue;
    chosen.push(proof);
  }
  if (!enough(chosen)) return undefined;
  let needed: readonly Spendable[] = chosen;
  for (const proof of chosen.toReversed()) {
    if (proof.retired) continue;
    const fewer = needed.filter((other) => other !== proof);
    if (enough(fewer)) needed = fewer;
  }
  return needed;
}
