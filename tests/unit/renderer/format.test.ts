import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCount, formatMicro, fromTasks, unitWord } from '../../../src-renderer/format/money.ts';
import { cut, hostOf } from '../../../src-renderer/format/text.ts';
import { ago, ahead, clockTime, elapsed, span } from '../../../src-renderer/format/time.ts';

/** Reads the text back the way a person would. */
function read(text: string): bigint {
  const [whole = '', fraction = ''] = text.replaceAll('\u202F', '').replace('\u2212', '-').replace('-', '').split('.');
  const size = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return text.startsWith('\u2212') ? -size : size;
}

describe('money', () => {
  it.each([
    [0, '0'],
    [1, '0.000001'],
    [412_500, '0.4125'],
    [1_000_000, '1'],
    [-2_500_000, '\u22122.5'],
    [1_904_250_000, '1\u202F904.25'],
    [1_000_000_000_000, '1\u202F000\u202F000'],
    [Number.MAX_SAFE_INTEGER, '9\u202F007\u202F199\u202F254.740991'],
  ])('writes %i millionths as %s', (micro, text) => {
    expect(formatMicro(micro)).toBe(text);
  });

  it('loses nothing of any amount', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        const text = formatMicro(micro);
        expect(read(text)).toBe(BigInt(micro));
        expect(text).toMatch(/^\u2212?\d{1,3}(\u202F\d{3})*(\.\d{0,5}[1-9])?$/);
      }),
    );
  });

  it('names the unit after its amount, and leaves one it does not know alone', () => {
    expect([
      unitWord('credit', 1_000_000),
      unitWord('credit', 0),
      unitWord('credits', 2_000_000),
      unitWord('sat', 1),
    ]).toEqual(['credit', 'credits', 'credits', 'sat']);
  });

  it('counts tasks', () => {
    expect([fromTasks(0), fromTasks(1), fromTasks(12_345)]).toEqual([
      'from 0 tasks',
      'from 1 task',
      'from 12\u202F345 tasks',
    ]);
    expect(formatCount(999)).toBe('999');
  });
});

describe('time', () => {
  const now = 1_750_000_000_000;

  it.each([
    [0, 'just now'],
    [999, 'just now'],
    [-5_000, 'just now'],
    [12_000, '12 s ago'],
    [59_999, '59 s ago'],
    [119_000, '1 min ago'],
    [7_200_000, '2 h ago'],
    [86_400_000, '1 day ago'],
    [400 * 86_400_000, '400 days ago'],
  ])('calls what was %i ms before now "%s"', (past, text) => {
    expect(ago(now - past, now)).toBe(text);
  });

  it('says when something is due, and that it is due', () => {
    expect([ahead(now + 18_500, now), ahead(now + 999, now), ahead(now - 60_000, now)]).toEqual([
      'in 18 s',
      'now',
      'now',
    ]);
  });

  it('never says more time than has passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        const [count = '', unit = ''] = span(ms).split(' ');
        const size = { s: 1e3, min: 6e4, h: 36e5, day: 864e5, days: 864e5 }[unit] ?? Number.NaN;
        expect(Number(count) * size).toBeLessThanOrEqual(ms);
        expect((Number(count) + 1) * size).toBeGreaterThan(ms);
      }),
    );
  });

  it('runs like a clock', () => {
    const shown = (seconds: number) => elapsed(now, now + seconds * 1000);
    expect([shown(-3), shown(7), shown(760), shown(3753)]).toEqual(['0:00', '0:07', '12:40', '1:02:33']);
  });

  it('names the day only when it is another one', () => {
    const noon = new Date(2026, 10, 21, 12, 0).getTime();
    expect(clockTime(noon - 3_600_000, noon, 'en-GB')).toBe('11:00');
    expect(clockTime(noon - 86_400_000, noon, 'en-GB')).toBe('20 Nov, 12:00');
  });
});

describe('text of others', () => {
  it('stays as it is when it is short, markup included', () => {
    expect(cut('<b>qwen</b>', 64)).toBe('<b>qwen</b>');
  });

  it('is cut to its bound, never through a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const shown = cut(text, most);
        expect(shown.length).toBeLessThanOrEqual(most + 1);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
    expect(cut('x'.repeat(1_000_000), 5)).toBe('xxxxx…');
    expect(cut('ab🔥cd', 3)).toBe('ab…');
  });

  it('loses marks that would turn its direction round', () => {
    expect(cut('photo\u202Egnp.exe\u2066', 64)).toBe('photognp.exe');
  });

  it('shows the host of an address, and what is no address as it is', () => {
    expect([
      hostOf('https://iicp.network/api'),
      hostOf('http://127.0.0.1:4000'),
      hostOf('nonsense'),
      hostOf(''),
    ]).toEqual(['iicp.network', '127.0.0.1:4000', 'nonsense', '']);
  });
});
