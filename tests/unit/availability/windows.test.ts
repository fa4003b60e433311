import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSlots, shareAt } from '../../../src-main/availability/windows.ts';

const day = { start: '08:00', end: '22:00', share: 0.8 };
const night = { start: '22:00', end: '06:00', share: 0.2 };

describe('shareAt', () => {
  it.each([
    ['no windows at all', [], '03:00', 1],
    ['the first minute', [day], '08:00', 0.8],
    ['all of the last minute', [day], '22:00', 0.8],
    ['the minute after', [day], '22:01', 0.5],
    ['the minute before', [day], '07:59', 0.5],
    ['overnight, before midnight', [night], '23:30', 0.2],
    ['overnight, after midnight', [night], '06:00', 0.2],
    ['overnight, at noon', [night], '12:00', 0.5],
    ['the first of two that match', [day, night], '22:00', 0.8],
    ['a window of one minute', [{ start: '10:00', end: '10:00', share: 0 }], '10:00', 0],
    ['a share that is too large', [{ start: '10:00', end: '10:00', share: 3 }], '10:00', 1],
  ])('knows %s', (_name, windows, time, share) => {
    expect(shareAt(windows, time)).toBe(share);
  });
});

describe('effectiveSlots', () => {
  it.each([
    [4, 0.5, 2],
    [4, 0.1, 1],
    [3, 0.5, 1],
    [5, 0.5, 2],
    [4, 0, 0],
    [1, 0.5, 1],
    [8, 0.99, 7],
    [0, 1, 0],
  ])('gives of %i slots at a share of %f: %i', (base, share, slots) => {
    expect(effectiveSlots(base, share)).toBe(slots);
  });

  it('never gives more than there are', () => {
    fc.assert(
      fc.property(fc.nat(256), fc.double({ min: 0, max: 1, noNaN: true }), (base, share) => {
        const slots = effectiveSlots(base, share);
        return slots >= 0 && slots <= base && Number.isInteger(slots);
      }),
    );
  });
});
