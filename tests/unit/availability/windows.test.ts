import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSlots, gridOfWindows, todaysWindows } from '../../../src-main/availability/windows.ts';
import vectors from '../../vectors/iicp-capacity.json' with { type: 'json' };

const clockTime = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

const wednesday = new Date(2026, 5, 3, 12).getTime();
const week = (wednesdays: string) => ({
  days: Array.from({ length: 7 }, (_, day) => (day === 2 ? wednesdays : 'f'.repeat(48))),
  outside: 'reduced' as const,
});

describe('todaysWindows', () => {
  it('cover the whole day, each half hour once and both ends in, so that nothing is outside', () => {
    const day = `${'o'.repeat(16)}${'f'.repeat(18)}${'-'.repeat(10)}llnn`;
    expect(todaysWindows(week(day), wednesday)).toEqual([
      { start: '00:00', end: '07:59', share: 0 },
      { start: '08:00', end: '16:59', share: 1 },
      { start: '17:00', end: '21:59', share: 0.5 },
      { start: '22:00', end: '22:59', share: 0.25 },
      { start: '23:00', end: '23:59', share: 0.75 },
    ]);
  });

  it('are those of the weekday', () => {
    const thursday = wednesday + 86_400_000;
    expect(todaysWindows(week('o'.repeat(48)), thursday)).toEqual([{ start: '00:00', end: '23:59', share: 1 }]);
  });

  it('are none where everything is open always', () => {
    expect(todaysWindows(null, wednesday)).toEqual([]);
  });
});

describe('windows of an earlier version', () => {
  const day = (stored: unknown) => gridOfWindows(stored)?.days[6];

  it.each([
    ['no windows', []],
    ['nothing', undefined],
    ['something else', [{ start: '8:00' }]],
  ])('leave the week open where there is %s', (_name, stored) => {
    expect(gridOfWindows(stored)).toBeNull();
  });

  it('become the nearest levels on each day, with half outside as it was', () => {
    const stored = [
      { start: '08:00', end: '21:59' },
      { start: '22:00', end: '05:59', share: 0.1 },
    ];
    expect(gridOfWindows(stored)).toMatchObject({ outside: 'reduced' });
    expect(day(stored)).toBe(`${'l'.repeat(12)}----${'f'.repeat(28)}llll`);
    expect(day([{ start: '00:00', end: '23:59', share: 0.8 }])).toBe('n'.repeat(48));
    expect(day([{ start: '00:00', end: '23:59', share: 0.45 }])).toBe('-'.repeat(48));
  });

  // A half hour has the least share of its minutes, so that of a single minute is seen where nothing around it is less.
  it.each(vectors.windows)('hold at $time as in the protocol: $share with $windows', ({ windows, time, share }) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    const before = time === '00:00' ? [] : [{ start: '00:00', end: clockTime(hours * 60 + minutes - 1), share: 1 }];
    const after = time === '23:59' ? [] : [{ start: clockTime(hours * 60 + minutes + 1), end: '23:59', share: 1 }];
    const cell = day([...before, ...after, ...windows])?.[hours * 2 + Math.floor(minutes / 30)];
    const level = { 1: 'f', 0.5: '-', 0.25: 'l', 0: 'o' }[share];
    expect(windows.length === 0 ? gridOfWindows(windows) : cell).toBe(windows.length === 0 ? null : level);
  });

  it('close a half hour that has a closed minute', () => {
    expect(day([{ start: '10:10', end: '10:10', share: 0 }])).toBe(`${'-'.repeat(20)}o${'-'.repeat(27)}`);
  });

  it('come back as windows with nearly the same shares', () => {
    const stored = [{ start: '06:00', end: '11:59', share: 0.75 }];
    expect(todaysWindows(gridOfWindows(stored), wednesday)).toEqual([
      { start: '00:00', end: '05:59', share: 0.5 },
      { start: '06:00', end: '11:59', share: 0.75 },
      { start: '12:00', end: '23:59', share: 0.5 },
    ]);
  });
});

describe('effectiveSlots', () => {
  it.each(vectors.effective)('gives of $base slots at a share of $share: $slots', ({ base, share, slots }) => {
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
