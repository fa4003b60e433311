import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hkdfSha256, nativeHkdf, nobleHkdfCode, passesHkdfTest } from '../../../src-main/keys/hkdf.ts';

describe.each([nativeHkdf, nobleHkdfCode])('HKDF by $name code', (code) => {
  it('passes the self-test', () => {
    expect(passesHkdfTest(code)).toBe(true);
  });

  it('derives what the other derives', () => {
    const texts = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 200 }), (salt, secret, length) => {
        expect(code.derive(salt, secret, length)).toEqual(nobleHkdfCode.derive(salt, secret, length));
      }),
    );
  });
});

describe('the choice of the code that derives', () => {
  it('does not fall on code that is wrong, or that takes no empty secret', () => {
    expect(passesHkdfTest({ name: 'native', derive: (_, __, length) => Buffer.alloc(length) })).toBe(false);
    const refusing = (salt: Uint8Array, secret: Uint8Array, length: number) => {
      if (secret.length === 0) throw new RangeError('no secret');
      return nativeHkdf.derive(salt, secret, length);
    };
    expect(passesHkdfTest({ name: 'native', derive: refusing })).toBe(false);
  });

  it('falls on native code where it is right', () => {
    expect(hkdfSha256().name).toBe(passesHkdfTest(nativeHkdf) ? 'native' : 'noble');
  });
});
