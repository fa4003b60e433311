import { describe, expect, it } from 'vitest';
import { originLimitIn } from '../../../../src-main/networks/iicp/settings.ts';

describe('another number of requests', () => {
  it.each([
    ['30', 30],
    ['0', Number.POSITIVE_INFINITY],
    ['', undefined],
    ['-1', undefined],
    ['12 a minute', undefined],
    [undefined, undefined],
  ])('is read of %j as %s', (text, expected) => {
    expect(originLimitIn(text)).toBe(expected);
  });
});
