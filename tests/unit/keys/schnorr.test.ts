import { schnorr } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schnorrSign, schnorrVerify } from '../../../src-main/keys/schnorr.ts';
import { isSecret, Secp256k1 } from '../../../src-main/keys/secp256k1.ts';
import { seededRandom } from '../../support/random.ts';
import bip340 from '../../vectors/bip340.json' with { type: 'json' };

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
/** Random that gives what it was given. */
const fixed = (value: Uint8Array) => ({ ...seededRandom(1), bytes: () => Buffer.from(value) });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a Schnorr signature (BIP-340)', () => {
  const curve = new Secp256k1();
  const ofDigests = bip340.vectors.filter(({ message_hex }) => message_hex.length === 64);

  it.each(ofDigests)('is as the standard has it: $name', (vector) => {
    const {
      secret_hex: secret,
      aux_hex: aux,
      public_key_hex: key,
      message_hex: message,
      signature_hex: signature,
    } = vector;
    if (secret !== undefined && aux !== undefined) {
      expect(hex(curve.xOnly(bytes(secret)))).toBe(key);
      expect(hex(schnorrSign(bytes(message), bytes(secret), fixed(bytes(aux))))).toBe(signature);
    }
    expect(schnorrVerify(bytes(signature), bytes(message), bytes(key))).toBe(vector.valid);
  });

  it('is what @noble/curves makes, and takes for one', () => {
    fc.assert(
      fc.property(bytes32.filter(isSecret), bytes32, bytes32, fc.nat(511), (secret, digest, aux, bit) => {
        const key = curve.xOnly(secret);
        const signature = schnorrSign(digest, secret, fixed(aux));
        expect(hex(schnorr.sign(digest, secret, aux))).toBe(hex(signature));
        expect(schnorrVerify(signature, digest, key)).toBe(true);
        signature[bit >> 3]! ^= 1 << (bit & 7);
        expect(schnorrVerify(signature, digest, key)).toBe(schnorr.verify(signature, digest, key));
      }),
      { numRuns: 10 },
    );
  });

  it('is none where there are fewer bytes than one has, of it, of the digest or of the key', () => {
    const { public_key_hex: key, message_hex: message, signature_hex: signature } = bip340.vectors[0]!;
    expect(schnorrVerify(bytes(signature).subarray(1), bytes(message), bytes(key))).toBe(false);
    expect(schnorrVerify(bytes(signature), bytes(message).subarray(1), bytes(key))).toBe(false);
    expect(schnorrVerify(bytes(signature), bytes(message), bytes(`02${key}`))).toBe(false);
  });

  it.each(['00'.repeat(32), 'ff'.repeat(32), '01'.repeat(31)])(
    'is not made with %s, which is no secret key',
    (secret) => {
      expect(() => schnorrSign(bytes('02'.repeat(32)), bytes(secret), seededRandom(1))).toThrow();
    },
  );
});
