// What is asked of a mint and what it makes: outputs that follow from the seed (NUT-13), and the proofs that signatures on them
// become (NUT-00, NUT-12). Blinding is cashu-ts'. Taking it off again and checking signatures is as well in all but speed: libsecp256k1
// does the sums in a tenth of the time, and tests hold what comes out against cashu-ts.

import { hashToCurve, OutputData } from '@cashu/cashu-ts';
import { minus, times } from '../../keys/points.ts';
import type { BlindedMessage } from '../mint/client.ts';
import type { Signature } from '../mint/wire.ts';
import type { Keys, OutputPlan, OwnProof } from './cashu.ts';
import { holdsForSignature } from './dleq.ts';

export class Outputs {
  readonly #plan: OutputPlan;
  readonly #data: readonly OutputData[];

  constructor(seed: Uint8Array, plan: OutputPlan) {
    const { keyset, start, amounts } = plan;
    // All at once: what they have in common is derived from the seed once, which takes longer than the rest of one.
    const keys = Object.fromEntries(amounts.map((amount) => [amount, '']));
    this.#data = OutputData.createDeterministicData(sumOf(amounts), seed, start, { id: keyset, keys }, [...amounts]);
    this.#plan = plan;
    if (this.#data.length !== amounts.length) throw new TypeError('blank outputs beside others');
  }

  get messages(): readonly BlindedMessage[] {
    return this.#data.map(({ blindedMessage: { B_, id } }, n) => ({ amount: this.#plan.amounts[n]!, id, B_ }));
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
      const c = this.#unblinded(n, signature, keys);
      if (c === null) return null;
      const y = hashToCurve(this.#data[n]!.secret).toHex(true);
      made.push({ keyset, counter: start + n, amount: signature.amount, c, y });
    }
    return made;
  }

  /** C in hex. */
  #unblinded(n: number, { amount, C_, dleq }: Signature, keys: Keys): string | null {
    const { blindedMessage, blindingFactor } = this.#data[n]!;
    const key = keys[amount]!;
    if (dleq && !holdsForSignature(dleq, blindedMessage.B_, C_, key)) return null;
    try {
      // NUT-00: C = C_ - rA.
      const r = Buffer.from(blindingFactor.toString(16).padStart(64, '0'), 'hex');
      return Buffer.from(minus(Buffer.from(C_, 'hex'), times(Buffer.from(key, 'hex'), r))).toString('hex');
    } catch {
      // It throws for what is no point.
      return null;
    }
  }
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
