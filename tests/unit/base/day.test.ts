import { describe, expect, it } from 'vitest';
import { endOfDay, startOfDay } from '../../../src-main/base/day.ts';
import { localDate, localTime, timeOfDay } from '../../../src-preload/contract/day.ts';

const at = new Date(2026, 0, 5, 7, 3, 59).getTime();

describe('a local day', () => {
  it('begins and ends at midnight, and is named by its date', () => {
    expect([startOfDay(at), endOfDay(at)].map(localDate)).toEqual(['2026-01-05', '2026-01-06']);
    expect([startOfDay(at), endOfDay(at) - 1].map(localTime)).toEqual(['00:00', '23:59']);
  });

  it('sorts as text as it sorts by time, in any year', () => {
    const days = [new Date(999, 11, 31), new Date(2026, 8, 30), new Date(2026, 9, 1)].map((day) =>
      localDate(day.getTime()),
    );
    expect(days).toEqual(['0999-12-31', '2026-09-30', '2026-10-01']);
  });

  it('has times of two digits each, to the end of the day', () => {
    expect(localTime(at)).toBe('07:03');
    expect([0, 61, 1439, 1440].map(timeOfDay)).toEqual(['00:00', '01:01', '23:59', '24:00']);
  });
});
