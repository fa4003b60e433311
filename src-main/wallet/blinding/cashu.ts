// What follows from amounts, keys and the seed alone: how an amount is split, and the secrets and points of proofs (NUT-00, NUT-02, NUT-13).
// All of it is cashu-ts'.

import { deriveSecretAndBlindingFactor, hashToCurve, Keyset as KeysetCheck, splitAmount } from '@cashu/cashu-ts';
import type { WireProof } from '../mint/client.ts';

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

/** As it goes to the mint, with the secret that follows from the seed. */
export function spendable(seed: Uint8Array, { keyset, counter, amount, c }: OwnProof): WireProof {
  const { secret } = deriveSecretAndBlindingFactor(seed, keyset, counter);
  return { amount, id: keyset, secret: Buffer.from(secret).toString('hex'), C: c };
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
