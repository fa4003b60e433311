import { describe, expect, it } from 'vitest';
import { decide, type Facts, type Stop } from '../../../src-main/availability/decide.ts';
import type { Bound } from '../../../src-preload/contract/availability.ts';

const NOON = new Date(2026, 5, 3, 12).getTime();
const hour = (hours: number) => NOON + hours * 3_600_000;
const stop = (code: Bound, until: number | null = null): Stop => ({ why: { code, args: {}, says: `${code}!` }, until });
/** Each day the same: these hours as said, the rest not painted. */
const hours = (painted: Record<number, string>, outside: 'off' | 'reduced' = 'off') => {
  const day = Array.from({ length: 48 }, (_, half) => painted[Math.floor(half / 2)] ?? '-').join('');
  return { days: Array<string>(7).fill(day), outside };
};
const open: Facts = {
  draining: false,
  blocked: false,
  sharing: true,
  pause: null,
  suspended: false,
  stops: [],
  grid: null,
  most: 8,
};
const closedUntilFour = hours({ 16: 'f', 17: 'f' });
const lowUntilOne = hours({ 12: 'l', 13: 'n' });

describe('the answer', () => {
  it('is everything where nothing binds', () => {
    expect(decide(open, NOON)).toEqual({
      accepting: true,
      level: 'full',
      slots: 8,
      most: 8,
      bound: null,
      why: null,
      also: [],
      until: null,
      next: null,
    });
  });

  it.each<[string, Partial<Facts>, object]>([
    ['a stopping node', { draining: true, sharing: false }, { bound: 'draining', until: null, next: null }],
    ['a disk in trouble', { blocked: true }, { bound: 'storage' }],
    ['the switch', { sharing: false }, { bound: 'switched-off', until: null, next: null }],
    [
      'a pause with its end',
      { pause: { since: NOON, until: hour(1), released: false } },
      { bound: 'paused', until: hour(1), next: { at: hour(1), level: 'full' } },
    ],
    [
      'a pause until resumed',
      { pause: { since: NOON, until: null, released: false } },
      { bound: 'paused', until: null, next: null },
    ],
    ['a pause that is over', { pause: { since: hour(-1), until: NOON, released: false } }, { bound: null, slots: 8 }],
    ['a computer given back', { pause: { since: NOON, until: null, released: true } }, { bound: 'released' }],
    ['a computer about to sleep', { suspended: true }, { bound: 'suspended' }],
    ['a rule', { stops: [stop('apps')] }, { bound: 'apps', why: { says: 'apps!' }, until: null, next: null }],
    [
      'a cap that ends at midnight',
      { stops: [stop('dayData', hour(12))] },
      { bound: 'dayData', until: hour(12), next: { at: hour(12), level: 'full' } },
    ],
    [
      'closed hours',
      { grid: closedUntilFour },
      { bound: 'grid', level: 'off', until: hour(4), next: { at: hour(4), level: 'full' } },
    ],
    ['closed hours in quiet mode', { quiet: true, grid: closedUntilFour }, { bound: 'grid', level: 'off' }],
    ['a rule in quiet mode', { quiet: true, stops: [stop('gpuHeat')] }, { bound: 'gpuHeat' }],
    ['hours closed for ever', { grid: hours({}) }, { bound: 'grid', level: 'off', until: null, next: null }],
  ])('takes nothing for %s', (_name, facts, expected) => {
    const answer = decide({ ...open, ...facts }, NOON);
    expect(answer).toMatchObject(expected);
    expect([answer.accepting, answer.slots]).toEqual(answer.bound === null ? [true, 8] : [false, 0]);
  });

  it.each<[string, Partial<Facts>, object]>([
    [
      'painted low',
      { grid: lowUntilOne },
      { level: 'low', slots: 2, bound: 'grid', until: hour(1), next: { at: hour(1), level: 'normal' } },
    ],
    ['painted normal', { grid: hours({ 12: 'n' }, 'reduced') }, { level: 'normal', slots: 6, bound: 'grid' }],
    ['painted full', { grid: hours({ 12: 'f' }) }, { level: 'full', slots: 8, bound: null, until: null }],
    ['outside, reduced', { grid: hours({ 3: 'f' }, 'reduced') }, { level: 'reduced', slots: 4, bound: 'grid' }],
    ['one slot at any share', { grid: lowUntilOne, most: 1 }, { slots: 1, bound: 'grid' }],
    ['quiet mode', { quiet: true }, { level: 'full', slots: 1, bound: 'quiet', until: null }],
    [
      'quiet mode in an hour painted low',
      { quiet: true, grid: lowUntilOne },
      { level: 'low', slots: 1, bound: 'quiet' },
    ],
    ['quiet mode where nothing may run', { quiet: true, most: 0 }, { slots: 0, bound: 'no-capacity' }],
    ['no slot at all', { most: 0 }, { slots: 0, bound: 'no-capacity', level: 'full' }],
  ])('gives the share of the hour: %s', (_name, facts, expected) => {
    expect(decide({ ...open, ...facts }, NOON)).toMatchObject({ accepting: true, ...expected });
  });

  it('names the strongest of several and keeps the others at hand', () => {
    const all: Facts = {
      ...open,
      draining: true,
      blocked: true,
      sharing: false,
      pause: { since: NOON, until: hour(1), released: false },
      suspended: true,
      stops: [stop('idle'), stop('dayData', hour(12))],
      grid: closedUntilFour,
    };
    const answer = decide(all, NOON);
    expect([answer.bound, ...answer.also.map(({ code }) => code)]).toEqual([
      'draining',
      'storage',
      'switched-off',
      'paused',
      'suspended',
      'idle',
      'dayData',
      'grid',
    ]);
  });

  it('goes on by the clock only when the last of them is over', () => {
    const pause = { since: NOON, until: hour(1), released: false };
    const next = (facts: Partial<Facts>) => decide({ ...open, pause, ...facts }, NOON).next;
    expect(next({ grid: closedUntilFour })).toEqual({ at: hour(4), level: 'full' });
    expect(next({ grid: hours({ 12: 'f', 13: 'l' }) })).toEqual({ at: hour(1), level: 'low' });
    expect(next({ stops: [stop('dayData', hour(12))] })).toEqual({ at: hour(12), level: 'full' });
    expect(next({ stops: [stop('dayData', hour(12))], grid: closedUntilFour })).toEqual({
      at: hour(28),
      level: 'full',
    });
    expect(next({ stops: [stop('apps')] })).toBeNull();
    expect(next({ sharing: false })).toBeNull();
  });
});
