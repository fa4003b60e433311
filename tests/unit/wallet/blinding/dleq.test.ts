// Proofs of a mint's key (NUT-12), held against what cashu-ts finds in each, right and wrong.
import {
  Amount,
  createBlindSignature,
  createDLEQProof,
  hasValidDleq,
  OutputData,
  pointFromHex,
  verifyDLEQProof,
} from '@cashu/cashu-ts';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsForProof, holdsForSignature } from '../../../../src-main/wallet/blinding/dleq.ts';

const KEYSET = '00ad268c4d1f5826';
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((bytes) => secp256k1.utils.isValidSecretKey(bytes));

function signed(seed: Uint8Array, counter: number, secret: Uint8Array) {
  const keys = { 1: hex(secp256k1.getPublicKey(secret, true)) };
  const data = OutputData.createSingleDeterministicData(1, seed, counter, KEYSET);
  const { B_ } = data.blindedMessage;
  const C_ = createBlindSignature(pointFromHex(B_), secret, KEYSET).C_.toHex(true);
  const { e, s } = createDLEQProof(pointFromHex(B_), secret);
  const dleq = { e: hex(e), s: hex(s) };
  const proof = data.toProof({ id: KEYSET, amount: Amount.from(1), C_, dleq }, { id: KEYSET, keys });
  return { B_, C_, dleq, proof, keys, key: keys[1] };
}

/** One hexadecimal digit is another. */
const changed = (text: string, at: number) => {
  const n = at % text.length;
  return `${text.slice(0, n)}${text[n] === '0' ? '1' : '0'}${text.slice(n + 1)}`;
};

describe('a proof of a key', () => {
  it('holds where cashu-ts finds that it does, and nowhere else', () => {
    fc.assert(
      fc.property(bytes32, bytes32, fc.nat(1000), fc.nat(63), (seed, secret, counter, at) => {
        const { B_, C_, dleq, proof, keys, key } = signed(Uint8Array.from([...seed, ...seed]), counter, secret);
        expect(holdsForSignature(dleq, B_, C_, key)).toBe(true);
        expect(holdsForProof(proof.dleq!, proof.secret, proof.C, key)).toBe(true);
        const other = { ...proof, dleq: { ...proof.dleq!, s: changed(dleq.s, at) } };
        expect(hasValidDleq(other, { id: KEYSET, keys })).toBe(false);
        expect(holdsForProof(other.dleq, proof.secret, proof.C, key)).toBe(false);
        const wrong = { ...dleq, e: changed(dleq.e, at) };
        const raw = { e: Buffer.from(wrong.e, 'hex'), s: Buffer.from(wrong.s, 'hex') };
        expect(verifyDLEQProof(raw, pointFromHex(B_), pointFromHex(C_), pointFromHex(key))).toBe(false);
        expect(holdsForSignature(wrong, B_, C_, key)).toBe(false);
      }),
      { numRuns: 8 },
    );
  });

  const { B_, C_, dleq, proof, key } = signed(new Uint8Array(64).fill(3), 7, new Uint8Array(32).fill(9));
  const ORDER = secp256k1.Point.Fn.ORDER.toString(16);
  it.each([
    ['a scalar of nought', { ...dleq, s: '0'.repeat(64) }],
    ['a scalar that is the order of the curve', { ...dleq, e: ORDER }],
    ['a scalar that is too short', { ...dleq, s: dleq.s.slice(2) }],
    ['no hexadecimal', { ...dleq, e: 'x'.repeat(64) }],
  ])('does not hold with %s', (_what, other) => {
    expect(holdsForSignature(other, B_, C_, key)).toBe(false);
    expect(holdsForProof({ ...proof.dleq!, ...other }, proof.secret, proof.C, key)).toBe(false);
  });

  it('does not hold for what is no point, or in a token without what it was blinded with', () => {
    expect(holdsForSignature(dleq, '02', C_, key)).toBe(false);
    expect(holdsForSignature(dleq, B_, `02${'f'.repeat(64)}`, key)).toBe(false);
    expect(holdsForProof(dleq, proof.secret, proof.C, key)).toBe(false);
  });
});
