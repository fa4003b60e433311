import { createECDH, createPublicKey, createVerify, hash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSecret,
  nativeCode,
  nobleCode,
  type PointMultiplication,
  passesSelfTest,
  Secp256k1,
} from '../../../src-main/keys/secp256k1.ts';
import { seededRandom } from '../../support/random.ts';
import bip340 from '../../vectors/bip340.json' with { type: 'json' };

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
/** Random that gives what it was given. */
const fixed = (value: Uint8Array) => ({ ...seededRandom(1), bytes: () => Buffer.from(value) });
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(isSecret);

describe.each([nativeCode, nobleCode])('point multiplication by $name code', (code) => {
  it('passes the self-test', () => {
    expect(passesSelfTest(code)).toBe(true);
  });

  it('gives what the other gives', () => {
    fc.assert(
      fc.property(secrets, secrets, (mine, theirs) => {
        const curve = new Secp256k1(code);
        const shared = hex(curve.sharedX(mine, curve.publicKey(theirs)));
        expect(hex(nobleCode.hold(mine).publicKey)).toBe(hex(curve.publicKey(mine)));
        expect(hex(nobleCode.hold(theirs).sharedX(curve.publicKey(mine)))).toBe(shared);
        expect(hex(curve.sharedX(mine, curve.xOnly(theirs)))).toBe(shared);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a point that is not on the curve', `02${'0'.repeat(63)}5`],
    ['a point at infinity', '00'],
    ['a point of another length', '02'.repeat(20)],
    ['nothing', ''],
  ])('shares nothing with %s', (_, point) => {
    const curve = new Secp256k1(code);
    expect(() => curve.sharedX(bytes('01'.repeat(32)), bytes(point))).toThrow(
      expect.objectContaining({ code: 'keys.invalid' }),
    );
  });

  it.each([
    ['zero', '00'.repeat(32)],
    ['the order of the curve', ORDER],
    ['31 bytes', '01'.repeat(31)],
    ['33 bytes', '01'.repeat(33)],
  ])('takes no secret key that is %s', (_, secret) => {
    const curve = new Secp256k1(code);
    const refused = expect.objectContaining({ code: 'keys.invalid' });
    expect(() => curve.publicKey(bytes(secret))).toThrow(refused);
    expect(() => curve.sign(bytes('02'.repeat(32)), bytes(secret))).toThrow(refused);
    expect(() => curve.schnorrSign(bytes('02'), bytes(secret), seededRandom(1))).toThrow(refused);
  });
});

describe('the choice of code', () => {
  const broken: Record<string, PointMultiplication> = {
    'is missing': {
      name: 'native',
      hold: () => {
        throw new Error('unknown group');
      },
    },
    'answers wrongly': {
      name: 'native',
      hold: (secret) => ({ ...nativeCode.hold(secret), sharedX: () => new Uint8Array(32) }),
    },
    'gives the key uncompressed': {
      name: 'native',
      hold(secret) {
        const key = createECDH('secp256k1');
        key.setPrivateKey(secret);
        return { ...nativeCode.hold(secret), publicKey: key.getPublicKey() };
      },
    },
  };

  it.each(Object.entries(broken))('does not fall on code that %s', (_, code) => {
    expect(passesSelfTest(code)).toBe(false);
  });

  it('falls on native code where it is right', () => {
    expect(new Secp256k1().code).toBe(passesSelfTest(nativeCode) ? 'native' : 'noble');
  });
});

describe('a Schnorr signature (BIP-340)', () => {
  const curve = new Secp256k1();

  it.each(bip340.vectors)('is as the standard has it: $name', (vector) => {
    const {
      secret_hex: secret,
      aux_hex: aux,
      public_key_hex: key,
      message_hex: message,
      signature_hex: signature,
    } = vector;
    if (secret !== undefined && aux !== undefined) {
      expect(hex(curve.xOnly(bytes(secret)))).toBe(key);
      expect(hex(curve.schnorrSign(bytes(message), bytes(secret), fixed(bytes(aux))))).toBe(signature);
    }
    expect(curve.schnorrVerify(bytes(signature), bytes(message), bytes(key))).toBe(vector.valid);
  });

  it('is not there where there are fewer bytes than one has', () => {
    const { public_key_hex: key, message_hex: message, signature_hex: signature } = bip340.vectors[0]!;
    expect(curve.schnorrVerify(bytes(signature).subarray(1), bytes(message), bytes(key))).toBe(false);
    expect(curve.schnorrVerify(bytes(signature), bytes(message), bytes(`02${key}`))).toBe(false);
  });
});

describe('an ECDSA signature', () => {
  const curve = new Secp256k1();
  const secret = bytes('0000000000000000000000000000000000000000000000000000000000000001');

  it('is the one of RFC 6979 for this curve', () => {
    // As published for the key 1 and SHA-256 of this text in the tests of many wallets.
    const digest = hash('sha256', 'Satoshi Nakamoto', 'buffer');
    expect(hex(curve.sign(digest, secret).compact)).toBe(
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8' +
        '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
    );
  });

  it('is taken by OpenSSL, has a low s, and is refused with a high one', () => {
    fc.assert(
      fc.property(secrets, fc.uint8Array({ minLength: 1, maxLength: 100 }), (key, text) => {
        const digest = hash('sha256', text, 'buffer');
        const { compact, recovery } = curve.sign(digest, key);
        const publicKey = curve.publicKey(key);
        expect([recovery === 0 || recovery === 1, curve.verify(compact, digest, publicKey)]).toEqual([true, true]);
        expect(verifiedByOpenSsl(compact, text, key)).toBe(true);
        const high = BigInt(`0x${ORDER}`) - BigInt(`0x${hex(compact.subarray(32))}`);
        const other = bytes(hex(compact.subarray(0, 32)) + high.toString(16).padStart(64, '0'));
        expect(curve.verify(other, digest, publicKey)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('is never valid for other bytes', () => {
    const digest = randomBytes(32);
    const { compact } = curve.sign(digest, secret);
    expect(curve.verify(compact, randomBytes(32), curve.publicKey(secret))).toBe(false);
    expect(curve.verify(compact.subarray(1), digest, curve.publicKey(secret))).toBe(false);
    expect(curve.verify(compact, digest, bytes('02'))).toBe(false);
  });
});

describe('a public key with both coordinates', () => {
  const curve = new Secp256k1();

  it.each([
    [
      '4c0883a69102937d6231471b5dbb6204fe5129617082798ce3f4fdf2548b6f90',
      '04dcf38eee255236909937e905451bb018ae8f86a18e0429331031e711cbea76938585a30d9abac63d65fe4af4a32b86f8335180b1b24a82595a9b0a4582b8e033',
    ],
    [
      'e331b6d69882b4ed5bb7f55b585d7d0f7dc3aeca4a3deee8d16bde3eca51aace',
      '043b6931ded944fd8b7a235f450bc7e55a492c1b3fefed8378e230d47ca4cda30729619774d691c3842268e03e3c8c21e3b1edf53a76b221fdf05f01c633ac6dca',
    ],
  ])('of %s is as Ethereum’s libraries give it', (key, point) => {
    expect(hex(curve.uncompressed(curve.publicKey(bytes(key))))).toBe(point);
    expect(hex(curve.uncompressed(bytes(point)))).toBe(point);
  });

  it('is that of OpenSSL for any key, and there is none for what is no point', () => {
    fc.assert(
      fc.property(secrets, (key) => {
        const ecdh = createECDH('secp256k1');
        ecdh.setPrivateKey(key);
        expect(hex(curve.uncompressed(curve.publicKey(key)))).toBe(ecdh.getPublicKey('hex'));
      }),
      { numRuns: 20 },
    );
    const none = expect.objectContaining({ code: 'keys.invalid' });
    expect(() => curve.uncompressed(bytes(`02${'0'.repeat(63)}5`))).toThrow(none);
    expect(() => curve.uncompressed(bytes(''))).toThrow(none);
  });
});

describe('a registration that is signed over its digest', () => {
  it.each([
    [
      '4c0883a69102937d6231471b5dbb6204fe5129617082798ce3f4fdf2548b6f90',
      'e5cc47d6a4178229fed24a0b700feff84a93f54990a112efa23e5f5976563935',
      '2daf31e796290202e13d825d4b927f772597d9886e738e4600165450b0064dc27c9b104850256e5a3643cd0557110cac53223094088678d1b547f06bf7cd12e800',
    ],
    [
      'e331b6d69882b4ed5bb7f55b585d7d0f7dc3aeca4a3deee8d16bde3eca51aace',
      'ac51806deac14fffd63984f37d04648a5ae0e1990f15256827e1227d2bb3202d',
      '89632dfc743d1f4176918ca91a7b5e9d0cde93a698e4a240a10ff2b7bd666bc939671abecb9e53277d7f99f2837e736bf584100a3dc7d0eb23a527075f6ad65d01',
    ],
  ])('with %s has r, s and which key, as others compute it', (key, digest, signature) => {
    const { compact, recovery } = new Secp256k1().sign(bytes(digest), bytes(key));
    expect(hex(compact) + recovery.toString(16).padStart(2, '0')).toBe(signature);
  });
});

/** By way of a JWK, for node:crypto takes no bare points. */
function verifiedByOpenSsl(compact: Uint8Array, text: Uint8Array, secret: Uint8Array): boolean {
  const ecdh = createECDH('secp256k1');
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'secp256k1', x: part(1), y: part(33) }, format: 'jwk' });
  return createVerify('sha256').update(text).verify({ key, dsaEncoding: 'ieee-p1363' }, compact);
}
