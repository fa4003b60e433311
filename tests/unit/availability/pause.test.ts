import { describe, expect, it } from 'vitest';
import { pauseEnd } from '../../../src-main/availability/pause.ts';
import { inZone } from '../../support/zone.ts';

type Parts = [year: number, month: number, day: number, hours: number, minutes?: number];
const at = (...[year, month, day, hours, minutes = 0]: Parts) =>
  new Date(year, month - 1, day, hours, minutes).getTime();

describe('a pause', () => {
  it.each([
    ['30m', 30],
    ['1h', 60],
    ['4h', 240],
  ] as const)('of %s ends so many minutes later, whatever the clock on the wall does', (how, minutes) => {
    inZone('Europe/Berlin');
    for (const now of [at(2026, 6, 3, 12), at(2026, 3, 29, 1, 45), at(2026, 10, 25, 1, 45)]) {
      expect(pauseEnd(how, now)).toBe(now + minutes * 60_000);
    }
  });

  it('until resumed has no end', () => {
    expect(pauseEnd('resumed', at(2026, 6, 3, 12))).toBeNull();
  });

  it.each<[string, Parts, Parts]>([
    ['in the morning', [2026, 6, 3, 9], [2026, 6, 4, 8]],
    ['late in the evening', [2026, 6, 3, 23, 59], [2026, 6, 4, 8]],
    ['at three in the night, which is still the day before', [2026, 6, 4, 3, 59], [2026, 6, 4, 8]],
    ['at four in the morning, when a day has begun', [2026, 6, 4, 4], [2026, 6, 5, 8]],
    ['just before eight', [2026, 6, 4, 7, 59], [2026, 6, 5, 8]],
    ['on the last day of a year', [2026, 12, 31, 20], [2027, 1, 1, 8]],
    ['before a night with an hour less', [2026, 3, 28, 20], [2026, 3, 29, 8]],
    ['before a night with an hour more', [2026, 10, 24, 20], [2026, 10, 25, 8]],
  ])('until tomorrow, begun %s, ends at eight', (_name, now, end) => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC']) {
      inZone(zone);
      expect(pauseEnd('tomorrow', at(...now))).toBe(at(...end));
      expect(new Date(pauseEnd('tomorrow', at(...now))!).getHours()).toBe(8);
    }
  });

  it('until tomorrow is eleven hours long over a night with an hour less, and thirteen over one with an hour more', () => {
    inZone('Europe/Berlin');
    const hours = (now: number) => (pauseEnd('tomorrow', now)! - now) / 3_600_000;
    expect([hours(at(2026, 3, 28, 20)), hours(at(2026, 10, 24, 20))]).toEqual([11, 13]);
  });
});
