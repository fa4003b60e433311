import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChaCha20Poly1305,
  chacha20Poly1305,
  nativeCipher,
  nobleCipher,
  passesCipherTest,
} from '../../../src-main/keys/chacha20-poly1305.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const texts = fc.uint8Array({ maxLength: 300 });

describe.each([nativeCipher, nobleCipher])('ChaCha20-Poly1305 by $name code', (code) => {
  it('passes the self-test', () => {
    expect(passesCipherTest(code)).toBe(true);
  });

  it('seals as the other does, and opens what the other sealed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), texts, texts, (key, nonce, plaintext, associated) => {
        const sealed = code.seal(key, nonce, plaintext, associated);
        expect(sealed.equals(nobleCipher.seal(key, nonce, plaintext, associated))).toBe(true);
        expect(code.open(key, nonce, sealed, associated)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('opens nothing of which a bit was changed, anywhere', () => {
    fc.assert(
      fc.property(bytes(32), texts, fc.nat(), fc.nat(7), (key, plaintext, at, bit) => {
        const nonce = new Uint8Array(12);
        const sealed = code.seal(key, nonce, plaintext, nonce);
        sealed[at % sealed.length]! ^= 1 << bit;
        expect(code.open(key, nonce, sealed, nonce)).toBeUndefined();
      }),
    );
  });

  it.each([0, 1, 15])('opens nothing of %i bytes, which have no room for a tag', (length) => {
    expect(
      code.open(new Uint8Array(32), new Uint8Array(12), new Uint8Array(length), new Uint8Array(0)),
    ).toBeUndefined();
  });
});

describe('the choice of the code that seals', () => {
  const broken: Record<string, ChaCha20Poly1305> = {
    'is missing': {
      ...nativeCipher,
      seal: () => createCipheriv('no-such-cipher', new Uint8Array(32), null) as never,
    },
    'seals wrongly': { ...nativeCipher, seal: (_, __, plaintext) => Buffer.alloc(plaintext.length + 16) },
    'opens what was changed': { ...nativeCipher, open: (_, __, sealed) => Buffer.from(sealed.subarray(0, -16)) },
    'opens nothing': { ...nativeCipher, open: () => undefined },
  };

  it.each(Object.entries(broken))('does not fall on code that %s', (_, code) => {
    expect(passesCipherTest(code)).toBe(false);
  });

  it('falls on native code where it is right', () => {
    expect(chacha20Poly1305().name).toBe(passesCipherTest(nativeCipher) ? 'native' : 'noble');
  });
});
