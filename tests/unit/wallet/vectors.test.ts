// The NUTs' own vectors, through our code: tokens (NUT-00), proofs of the mint's key (NUT-12), outputs that follow from the words
// (NUT-13). Points are added up by @noble/curves, which has no part in how cashu-ts is called.
import { createHash } from 'node:crypto';
import { hashToCurve } from '@cashu/cashu-ts';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { pointOf, spendable } from '../../../src-main/wallet/blinding/cashu.ts';
import { JobRunner } from '../../../src-main/wallet/blinding/job-runner.ts';
import { Outputs } from '../../../src-main/wallet/blinding/outputs.ts';
import { readWords, seedOf } from '../../../src-main/wallet/seed.ts';
import { claimOf, encode, open, summarise, toWire } from '../../../src-main/wallet/token.ts';
import vectors from '../../vectors/cashu.json' with { type: 'json' };

/** NUT-00's hash to the curve, written out. */
function curvePoint(message: Uint8Array) {
  const seed = createHash('sha256').update('Secp256k1_HashToCurve_Cashu_').update(message).digest();
  for (let counter = 0; ; counter++) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(counter);
    try {
      return secp256k1.Point.fromHex(`02${createHash('sha256').update(seed).update(bytes).digest('hex')}`);
    } catch {
      // No point has this x-coordinate.
    }
  }
}

describe('NUT-00', () => {
  it.each(vectors.hashToCurve)('the message $messageHex has its point', ({ messageHex, point }) => {
    const message = Buffer.from(messageHex, 'hex');
    expect([curvePoint(message).toHex(true), hashToCurve(message).toHex(true)]).toEqual([point, point]);
  });

  it.each(vectors.tokens)('reads the token for $mint', ({ token, mint, unit, memo, proofs }) => {
    const amount = proofs.reduce((sum, proof) => sum + proof.amount, 0);
    expect(summarise(token)).toEqual({ mint, unit, memo, amount, proofs: proofs.length });
    const ids = proofs.map(({ id }) => id);
    expect(open(token, ids).map(toWire)).toEqual(proofs);
    const again = encode(mint, unit, proofs, memo ?? undefined);
    expect(open(again, ids).map(toWire)).toEqual(proofs);
  });

  it.each(vectors.badTokens)('refuses %s', (token) => {
    expect(() => summarise(token)).toThrow(expect.objectContaining({ code: 'wallet.token' }));
  });
});

describe('NUT-12', () => {
  const { key, proof } = vectors.dleq;
  const [held] = open(encode('https://mint.example.com', 'sat', [proof]), [proof.id]);

  const isTrue = (dleq: typeof proof.dleq, key1: string) => {
    const claim = claimOf({ ...held!, dleq });
    return new JobRunner().run({ kind: 'claims', claims: [claim!], keysets: new Map([[proof.id, { 1: key1 }]]) });
  };

  it('finds the proof of a key right with that key, and wrong with any other', () => {
    expect(isTrue(proof.dleq, key)).toBe(true);
    expect(isTrue(proof.dleq, secp256k1.Point.BASE.double().toHex(true))).toBe(false);
    expect(isTrue({ ...proof.dleq, e: proof.dleq.s }, key)).toBe(false);
  });

  it('asks for none where there is none', () => {
    expect(claimOf(held!)).toBeNull();
  });
});

describe('NUT-13', () => {
  const { mnemonic, keyset, outputs } = vectors.deterministic;
  const seed = seedOf(readWords(mnemonic));

  it.each(outputs.map((output, counter) => ({ counter, ...output })))('counter $counter', ({ counter, secret, r }) => {
    const own = { keyset, counter, amount: 1, c: '', y: '' };
    expect(spendable(seed, own).secret).toBe(secret);
    const point = curvePoint(Buffer.from(secret));
    expect(pointOf(secret)).toBe(point.toHex(true));
    const blinded = point.add(secp256k1.Point.BASE.multiply(BigInt(`0x${r}`))).toHex(true);
    const made = new Outputs(seed, { keyset, start: counter, amounts: [1] });
    expect(made.messages).toEqual([{ amount: 1, id: keyset, B_: blinded }]);
  });

  it('takes words as they are typed, and none that are wrong', () => {
    expect(readWords(`  ${mnemonic.toUpperCase().replaceAll(' ', '  ')}\n`)).toBe(mnemonic);
    for (const wrong of [mnemonic.replace('half', 'hald'), mnemonic.split(' ').slice(1).join(' '), '']) {
      expect(() => readWords(wrong)).toThrow(expect.objectContaining({ code: 'wallet.words' }));
    }
    expect(() => readWords(mnemonic.split(' ').toReversed().join(' '))).toThrow();
  });
});
