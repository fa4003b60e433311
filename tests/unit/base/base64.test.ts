import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, isBase64 } from '../../../src-main/base/base64.ts';

/** Characters of both alphabets, of neither, and some that a decoder which looks at eight bits takes for letters. */
const character = fc.constantFrom(...'AZaz09+/-_= \n.'.split(''), '\u0141', '\u0161', '\u00e9', '\uff21', '\0');
const letters = fc.string({ unit: fc.constantFrom(...'ABCwxyz0189'.split('')), maxLength: 20 });
const text = fc.oneof(fc.tuple(letters, character, letters), fc.tuple(letters, fc.constantFrom('', '=', '==', '===')));

describe('base64', () => {
  it('takes what the standard alphabet with padding allows and nothing else', () => {
    fc.assert(
      fc.property(text, (parts) => {
        const value = parts.join('');
        expect(isBase64(value)).toBe(value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes what the URL-safe alphabet without padding allows and nothing else', () => {
    fc.assert(
      fc.property(text, (parts) => {
        const value = parts.join('');
        const expected = value.length % 4 !== 1 && /^[A-Za-z0-9_-]*$/.test(value);
        expect(fromBase64url(value)).toEqual(expected ? Buffer.from(value, 'base64url') : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(fromBase64url(buffer.toString('base64url'))).toEqual(buffer);
        expect(isBase64(buffer.toString('base64'))).toBe(true);
      }),
    );
  });
});
