// What a box has moved in its thirty days, from one look at its counters to the next.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUsedUp, PERIOD_MS, type Volume, volumeAfter } from '../../../../src-main/engine/boxes/volume.ts';

describe('the volume of a box', () => {
  it.each<[name: string, before: Volume | undefined, moved: number, now: number, after: Volume]>([
    ['begins with the first look', undefined, 7, 1000, { since: 1000, bytes: 7 }],
    ['grows', { since: 1000, bytes: 7 }, 5, 2000, { since: 1000, bytes: 12 }],
    [
      'ends with its thirty days',
      { since: 1000, bytes: 7 },
      5,
      1000 + PERIOD_MS,
      { since: 1000 + PERIOD_MS, bytes: 5 },
    ],
    [
      'goes on in whole periods where nobody looked for long',
      { since: 1000, bytes: 7 },
      5,
      1000 + 2.5 * PERIOD_MS,
      { since: 1000 + 2 * PERIOD_MS, bytes: 5 },
    ],
    ['is no longer for a clock that was put back', { since: 5000, bytes: 7 }, 5, 1000, { since: 1000, bytes: 12 }],
  ])('%s', (_name, before, moved, now, after) => {
    expect(volumeAfter(before, moved, now)).toEqual(after);
  });

  it('has every byte in one period, whenever it is looked at', () => {
    const looks = fc.array(fc.record({ ms: fc.nat(PERIOD_MS), moved: fc.nat(1e12) }), { minLength: 1 });
    fc.assert(
      fc.property(looks, (all) => {
        let now = 0;
        let volume: Volume | undefined;
        const sums = new Map<number, number>();
        for (const { ms, moved } of all) {
          now += ms;
          volume = volumeAfter(volume, moved, now);
          expect(now - volume.since).toBeLessThan(PERIOD_MS);
          sums.set(volume.since, (sums.get(volume.since) ?? 0) + moved);
          expect(volume.bytes).toBe(sums.get(volume.since));
        }
      }),
    );
  });

  it.each([
    [undefined, 10, false],
    [{ since: 0, bytes: 10 }, 10, false],
    [{ since: 0, bytes: 11 }, 10, true],
    [{ since: 0, bytes: 11 }, null, false],
  ])('%o of %s is used up: %s', (volume, most, is) => {
    expect(isUsedUp(volume, most, PERIOD_MS - 1)).toBe(is);
  });

  it('holds nobody when its thirty days are over, whether or not its box could be read since', () => {
    expect(isUsedUp({ since: 0, bytes: 11 }, 10, PERIOD_MS)).toBe(false);
  });
});
