import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf } from '../../../src-main/base/micro.ts';

describe('millionths as text', () => {
  it.each([
    [0, '0'],
    [1, '0.000001'],
    [-250_000, '-0.25'],
    [1_904_250_000, '1904.25'],
    [5_000_000, '5'],
    [Number.MAX_SAFE_INTEGER, '9007199254.740991'],
  ])('%i is %s', (micro, text) => {
    expect(decimalOf(micro)).toBe(text);
  });

  it('are the same number when the point is taken out again', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        const [whole = '', fraction = ''] = decimalOf(micro).split('.');
        expect(Number(whole + fraction.padEnd(6, '0'))).toBe(micro === 0 ? 0 : micro);
      }),
    );
  });
});
