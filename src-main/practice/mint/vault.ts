// What a practice mint knows: its keys, what it has signed and what was spent. Everything it is asked for happens whole or not at all.

import {
  Amount,
  createBlindSignature,
  createDLEQProof,
  createNewMintKeys,
  hashToCurve,
  type KeysetPair,
  pointFromHex,
  serializeMintKeys,
  verifyP2PKSpendingConditions,
  verifyUnblindedSignature,
} from '@cashu/cashu-ts';
import type { Random } from '../../base/random.ts';

/** The mint says no: NUT-00's error. */
export class MintRefusal extends Error {
  readonly code: number;
  constructor(code: number, detail: string) {
    super(detail);
    this.code = code;
  }
}

export interface WireInput {
  readonly amount: number;
  readonly id: string;
  readonly secret: string;
  readonly C: string;
  readonly witness?: string;
}
export interface WireOutput {
  readonly amount: number;
  readonly id: string;
  readonly B_: string;
}
export interface WireSignature {
  readonly id: string;
  readonly amount: number;
  readonly C_: string;
  readonly dleq?: { readonly e: string; readonly s: string };
}

export interface PracticeKeyset {
  readonly pair: KeysetPair;
  readonly unit: string;
  feePpk: number;
  active: boolean;
  /** Epoch seconds; undefined: it does not end. */
  readonly finalExpiry: number | undefined;
}

export interface MintVaultOptions {
  /** Whether signatures come with a proof of the key (NUT-12); by default yes. It is most of what they cost. */
  readonly dleq?: boolean;
  readonly unit?: string;
  readonly feePpk?: number;
  /** Keys for powers of two below two to this. */
  readonly height?: 8 | 16 | 24 | 32;
  /** Of keyset ids: 0 or 1 (NUT-02). */
  readonly version?: 0 | 1;
}

export class MintVault {
  readonly #random: Random;
  readonly #options: MintVaultOptions;
  readonly keysets: PracticeKeyset[] = [];
  readonly #spent = new Map<string, 'SPENT' | 'PENDING'>();
  readonly #signed = new Map<string, WireSignature>();
  /** In units: what was signed less what was spent. */
  outstanding = 0;

  constructor({ random }: { readonly random: Random }, options: MintVaultOptions = {}) {
    this.#random = random;
    this.#options = options;
    this.rotate();
  }

  /** A new keyset signs from now on, beside those before where these don't retire; they can still be spent. */
  rotate(
    feePpk = this.#options.feePpk ?? 0,
    { finalExpiry, retires = true }: { readonly finalExpiry?: number; readonly retires?: boolean } = {},
  ): PracticeKeyset {
    const { unit = 'sat', height = 32, version = 1 } = this.#options;
    for (const keyset of this.keysets) if (keyset.unit === unit && retires) keyset.active = false;
    const facts = { input_fee_ppk: feePpk, ...(finalExpiry !== undefined && { expiry: finalExpiry }) };
    const options = { unit, versionByte: version, ...(version === 1 && facts) };
    const pair = createNewMintKeys(height, this.#random.bytes(32), options);
    const keyset = { pair, unit, feePpk, active: true, finalExpiry };
    this.keysets.push(keyset);
    return keyset;
  }

  states(ys: readonly string[]): ('UNSPENT' | 'PENDING' | 'SPENT')[] {
    return ys.map((y) => this.#spent.get(y) ?? 'UNSPENT');
  }

  restore(outputs: readonly WireOutput[]): { readonly outputs: WireOutput[]; readonly signatures: WireSignature[] } {
    const found = outputs.filter(({ B_ }) => this.#signed.has(B_));
    return { outputs: found, signatures: found.map(({ B_ }) => this.#signed.get(B_)!) };
  }

  /** Throws MintRefusal. What the inputs are worth after their fee. */
  check(inputs: readonly WireInput[]): number {
    if (inputs.length === 0) throw new MintRefusal(11000, 'no inputs');
    const ys = inputs.map(({ secret }) => yOf(secret));
    if (new Set(ys).size !== ys.length) throw new MintRefusal(11007, 'duplicate inputs');
    for (const state of this.states(ys)) {
      if (state === 'SPENT') throw new MintRefusal(11001, 'Token already spent.');
      if (state === 'PENDING') throw new MintRefusal(11002, 'proofs are pending');
    }
    let [total, feePpk] = [0, 0];
    for (const input of inputs) {
      const keyset = this.#keyset(input.id);
      const key = keyset.pair.privKeys[String(input.amount)];
      const point = { C: pointFromHex(input.C), secret: new TextEncoder().encode(input.secret), id: input.id };
      if (!key || !verifyUnblindedSignature(point, key)) throw new MintRefusal(10001, 'proof could not be verified');
      if (input.secret.startsWith('["P2PK"')) {
        const proof = { ...input, amount: Amount.from(input.amount) };
        if (!verifyP2PKSpendingConditions(proof).success) throw new MintRefusal(10001, 'no valid signature provided');
      }
      total += input.amount;
      feePpk += keyset.feePpk;
    }
    return total - Math.ceil(feePpk / 1000);
  }

  mark(inputs: readonly WireInput[], state: 'SPENT' | 'PENDING' | undefined): void {
    for (const { secret, amount } of inputs) {
      const y = yOf(secret);
      if (state === 'SPENT' && this.#spent.get(y) !== 'SPENT') this.outstanding -= amount;
      if (state === undefined) this.#spent.delete(y);
      else this.#spent.set(y, state);
    }
  }

  /** Throws MintRefusal where they may not be signed. */
  assertSignable(outputs: readonly WireOutput[]): void {
    if (new Set(outputs.map(({ B_ }) => B_)).size !== outputs.length) throw new MintRefusal(11008, 'duplicate outputs');
    for (const { id, B_ } of outputs) {
      const keyset = this.#keyset(id);
      if (!keyset.active) throw new MintRefusal(12002, 'keyset id inactive.');
      if (this.#signed.has(B_)) throw new MintRefusal(11003, 'outputs have already been signed before.');
    }
  }

  sign(outputs: readonly WireOutput[]): WireSignature[] {
    return outputs.map((output) => {
      const signature = this.signature(output, output.amount);
      this.#signed.set(output.B_, signature);
      this.outstanding += output.amount;
      return signature;
    });
  }

  /** With the key of an amount: of another one than is asked for where the mint is to sign wrongly. */
  signature({ amount, id, B_ }: WireOutput, keyAmount: number): WireSignature {
    const key = this.#keyset(id).pair.privKeys[String(keyAmount)];
    if (!key) throw new MintRefusal(11000, `no key for ${keyAmount}`);
    const point = pointFromHex(B_);
    const C_ = createBlindSignature(point, key, id).C_.toHex(true);
    if (this.#options.dleq === false) return { id, amount, C_ };
    const { e, s } = createDLEQProof(point, key);
    return { id, amount, C_, dleq: { e: Buffer.from(e).toString('hex'), s: Buffer.from(s).toString('hex') } };
  }

  publicKeys(keyset: PracticeKeyset): Readonly<Record<string, string>> {
    return serializeMintKeys(keyset.pair.pubKeys);
  }

  #keyset(id: string): PracticeKeyset {
    const found = this.keysets.find(({ pair }) => pair.keysetId === id);
    if (!found) throw new MintRefusal(12001, 'keyset not found');
    return found;
  }
}

export const yOf = (secret: string): string => hashToCurve(new TextEncoder().encode(secret)).toHex(true);
