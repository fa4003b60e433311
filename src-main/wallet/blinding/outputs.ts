// What is asked of a mint and what it makes: outputs that follow from the seed (NUT-13), and the proofs that signatures on them
// become (NUT-00, NUT-12). Blinding, unblinding and the check of signatures are cashu-ts'.

import {
  Amount,
  type Proof as CashuProof,
  hashToCurve,
  Keyset as KeysetCheck,
  OutputData,
  splitAmount,
} from '@cashu/cashu-ts';
import type { BlindedMessage, WireProof } from '../mint/client.ts';
import type { Signature } from '../mint/wire.ts';
import { holdsForSignature } from './dleq.ts';

/** The public keys of a keyset, by amount in decimals. */
export type Keys = Readonly<Record<string, string>>;

/** Outputs of one keyset, by the counters they begin at. Of change, whose amounts the mint chooses, they are 0. */
export interface OutputPlan {
  readonly keyset: string;
  readonly start: number;
  readonly amounts: readonly number[];
}

/** A proof of ours. Its secret is not kept: it follows from keyset and counter. */
export interface OwnProof {
  readonly keyset: string;
  readonly counter: number;
  readonly amount: number;
  readonly c: string;
  /** The point that stands for its secret at the mint (NUT-07). */
  readonly y: string;
}

export class Outputs {
  readonly #seed: Uint8Array;
  readonly #plan: OutputPlan;
  /** Made when they are first needed: of a hundred that are looked for, few may be signed. */
  readonly #data: OutputData[] = [];

  constructor(seed: Uint8Array, plan: OutputPlan) {
    this.#seed = seed;
    this.#plan = plan;
  }

  get messages(): readonly BlindedMessage[] {
    return this.#plan.amounts.map((amount, n) => {
      const { B_, id } = this.#output(n).blindedMessage;
      return { amount, id, B_ };
    });
  }

  #output(n: number): OutputData {
    const { keyset, start, amounts } = this.#plan;
    this.#data[n] ??= OutputData.createSingleDeterministicData(amounts[n]!, this.#seed, start + n, keyset);
    return this.#data[n];
  }

  /** The proofs of those signatures that make one, so that one that is wrong does not hide the others. */
  eachOf(signatures: readonly (Signature | null)[], keys: Keys): readonly OwnProof[] {
    return signatures.flatMap((signature, n) => {
      const alone = signatures.map((other, at) => (at === n ? other : null));
      return signature === null ? [] : (this.proofs(alone, keys) ?? []);
    });
  }

  /**
   * The proofs that signatures make, one for each output or null. Null as a whole: one is for another keyset or amount, or its
   * proof of the mint's key does not hold.
   */
  proofs(signatures: readonly (Signature | null)[], keys: Keys): readonly OwnProof[] | null {
    const { keyset, start, amounts } = this.#plan;
    const made: OwnProof[] = [];
    for (const [n, signature] of signatures.entries()) {
      if (signature === null) continue;
      const wanted = amounts[n];
      const right = signature.id === keyset && (wanted === 0 ? signature.amount > 0 : signature.amount === wanted);
      if (wanted === undefined || !right || !(signature.amount in keys)) return null;
      const proof = this.#unblinded(n, signature, keys);
      if (proof === null) return null;
      made.push({ keyset, counter: start + n, amount: signature.amount, c: proof.C, y: pointOf(proof.secret) });
    }
    return made;
  }

  #unblinded(n: number, { id, amount, C_, dleq }: Signature, keys: Keys): CashuProof | null {
    const output = this.#output(n);
    if (dleq && !holdsForSignature(dleq, output.blindedMessage.B_, C_, keys[amount]!)) return null;
    try {
      return output.toProof({ id, amount: Amount.from(amount), C_ }, { id, keys });
    } catch {
      // It throws for what is no point.
      return null;
    }
  }
}

/** As it goes to the mint, with the secret that follows from the seed. */
export function spendable(seed: Uint8Array, { keyset, counter, amount, c }: OwnProof): WireProof {
  const { secret } = OutputData.createSingleDeterministicData(amount, seed, counter, keyset);
  return { amount, id: keyset, secret: new TextDecoder().decode(secret), C: c };
}

/** Y of NUT-07. */
export function pointOf(secret: string): string {
  return hashToCurve(new TextEncoder().encode(secret)).toHex(true);
}

/** Powers of two, as the keyset has them, largest first. Throws where it has not what it takes. */
export function split(amount: number, keys: Keys): number[] {
  return splitAmount(amount, keys as Record<string, string>).map((part) => part.toNumber());
}

/** Blank outputs for change of up to that much (NUT-08). */
export function blanks(most: number): number[] {
  return most <= 0 ? [] : Array.from({ length: Math.max(1, Math.ceil(Math.log2(most + 1))) }, () => 0);
}

/** Whether the keys make the id they go by (NUT-02). */
export function keysMakeId(keyset: {
  readonly id: string;
  readonly unit: string;
  readonly feePpk: number;
  readonly finalExpiry: number | null;
  readonly keys: Keys;
}): boolean {
  const { id, unit, feePpk, finalExpiry, keys } = keyset;
  return KeysetCheck.verifyKeysetId({
    id,
    unit,
    keys: keys as Record<string, string>,
    input_fee_ppk: feePpk,
    ...(finalExpiry !== null && { final_expiry: finalExpiry }),
  });
}
