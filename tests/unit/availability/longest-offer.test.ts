import { describe, expect, it } from 'vitest';
import { longestOffer } from '../../../src-main/availability/longest-offer.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { inZone } from '../../support/zone.ts';

const HOUR = 3_600_000;
const FULL = 'f'.repeat(48);
const week = (day: string, outside: Grid['outside'] = 'off'): Grid => ({ days: Array(7).fill(day), outside });
/** Each night from ten to six. */
const NIGHTS = week('f'.repeat(12) + '-'.repeat(32) + 'f'.repeat(4));

describe('the longest time on offer', () => {
  it.each([
    ['as long as is wanted without a painted week', null, true, '2026-06-10T12:00', null],
    ['as long as is wanted where no hour is closed', week(FULL), true, '2026-06-10T12:00', null],
    [
      'as long as is wanted where hours are only reduced',
      week('-'.repeat(48), 'reduced'),
      true,
      '2026-06-10T12:00',
      null,
    ],
    ['nothing where nothing is taken now', null, false, '2026-06-10T12:00', 0],
    ['nothing outside the hours', NIGHTS, true, '2026-06-10T12:00', 0],
    ['the rest of the hours, over midnight', NIGHTS, true, '2026-06-10T22:00', 8],
    ['less as they near their end', NIGHTS, true, '2026-06-11T05:45', 0.25],
    ['nothing in the minute in which they end', NIGHTS, true, '2026-06-11T06:00', 0],
    [
      'on through hours with less open',
      week('f'.repeat(10) + 'l'.repeat(10) + '-'.repeat(28)),
      true,
      '2026-06-10T01:00',
      9,
    ],
    [
      'to the end of a week with one closed hour',
      { days: [...Array(6).fill(FULL), `${'f'.repeat(46)}oo`], outside: 'off' } as Grid,
      true,
      '2026-06-07T22:59',
      1 / 60,
    ],
    [
      'nearly a week after that hour',
      { days: [...Array(6).fill(FULL), `${'f'.repeat(46)}oo`], outside: 'off' } as Grid,
      true,
      '2026-06-08T00:00',
      167,
    ],
    ['an hour less in the night when the clock is put forward', NIGHTS, true, '2026-03-28T22:00', 7],
    ['an hour more in the night when it is put back', NIGHTS, true, '2026-10-24T22:00', 9],
  ])('is %s', (_what, grid, accepting, at, hours) => {
    inZone('Europe/Berlin');
    const left = longestOffer(accepting, grid, new Date(at).getTime());
    expect(left === null ? null : left / HOUR).toBe(hours);
  });
});
