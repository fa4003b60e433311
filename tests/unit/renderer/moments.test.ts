import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localOf, momentOf } from '../../../src-renderer/networks/iicp/price/moments.ts';

describe('the moments between which a price holds', () => {
  it('are typed on the clock on the wall and kept with their zone', () => {
    const typed = { date: '2026-12-01', minutes: 450 };
    const moment = momentOf(typed);
    expect(moment).toBe(new Date(2026, 11, 1, 7, 30).toISOString());
    expect(localOf(moment)).toEqual(typed);
  });

  it('come back as they were, whatever minute it is', () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 60 });
    fc.assert(
      fc.property(minutes, (minute) => {
        const moment = new Date(minute * 60_000).toISOString();
        const again = momentOf(localOf(moment)!);
        // The hour that the clock repeats in autumn is written the same both times.
        expect([0, 1_800_000, 3_600_000]).toContain(Math.abs(Date.parse(again ?? '') - minute * 60_000));
      }),
    );
  });

  it('are none where none was typed or held', () => {
    expect(momentOf({ date: '', minutes: 450 })).toBeNull();
    expect(localOf(null)).toBeUndefined();
    expect(localOf('soon')).toBeUndefined();
  });
});
