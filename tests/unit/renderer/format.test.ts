import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localeFor } from '../../../src-i18n/format/locale.ts';
import { atAGlance, formatMicro } from '../../../src-i18n/format/money.ts';
import { elapsed, span } from '../../../src-i18n/format/time.ts';
import { createFormat } from '../../../src-renderer/format/format.ts';
import { cut, hostOf, quoted } from '../../../src-renderer/format/text.ts';

const en = createFormat('en', ['en-GB']);
const de = createFormat('de', ['de-DE']);

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
    expect(en.micro(micro)).toBe(text);
  });

  it('loses nothing of any amount', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        const text = formatMicro(micro, 'en');
        expect(read(text)).toBe(BigInt(micro));
        expect(text).toMatch(/^\u2212?\d{1,3}(\u202F\d{3})*(\.\d{0,5}[1-9])?$/);
      }),
    );
  });

  it('is written in the manner of the language', () => {
    expect([de.micro(1_904_250_000), de.count(12_345), de.number(0.5, 2), de.percent(0.5)]).toEqual([
      '1\u202F904,25',
      '12\u202F345',
      '0,5',
      '50\u00A0%',
    ]);
    expect([en.count(999), en.number(41.26, 1), en.percent(1)]).toEqual(['999', '41.3', '100%']);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 bytes', '0 Byte'],
    [1, '1 byte', '1 Byte'],
    [999, '999 bytes', '999 Byte'],
    [4_200, '4.2 kB', '4,2 kB'],
    [310_000_000, '310 MB', '310 MB'],
    [12_000_000_000, '12 GB', '12 GB'],
    [3e15, '3\u202F000 TB', '3\u202F000 TB'],
  ])('writes %i bytes as %s', (bytes, english, german) => {
    const plain = (text: string) => text.replaceAll('\u00A0', ' ');
    expect([plain(en.bytes(bytes)), plain(de.bytes(bytes))]).toEqual([english, german]);
  });
});

describe('memory', () => {
  it.each([
    [512 * 1024 ** 2, '512 MB'],
    [16 * 1024 ** 3, '16 GB'],
    [1536 * 1024 ** 2, '1.5 GB'],
    [0, '0 bytes'],
    [1023, '1\u202F023 bytes'],
  ])('of %i bytes is written as it is sold: %s', (bytes, text) => {
    expect(en.memory(bytes).replaceAll('\u00A0', ' ')).toBe(text);
  });
});

describe('time', () => {
  const now = 1_750_000_000_000;

  it.each([
    [0, 'now', 'jetzt'],
    [999, 'now', 'jetzt'],
    [-5_000, 'now', 'jetzt'],
    [12_000, '12 sec ago', 'vor 12 Sek.'],
    [59_999, '59 sec ago', 'vor 59 Sek.'],
    [119_000, '1 min ago', 'vor 1 Min.'],
    [7_200_000, '2 hr ago', 'vor 2 Std.'],
    [86_400_000, '1 day ago', 'vor 1 Tag'],
    [400 * 86_400_000, '400 days ago', 'vor 400 Tagen'],
  ])('calls what was %i ms before now "%s"', (past, english, german) => {
    expect([en.ago(now - past, now), de.ago(now - past, now)]).toEqual([english, german]);
  });

  it('says when something is due, and that it is due', () => {
    expect([en.ahead(now + 18_500, now), en.ahead(now + 999, now), en.ahead(now - 60_000, now)]).toEqual([
      'in 18 sec',
      'now',
      'now',
    ]);
  });

  it('never says more time than has passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        const [count = '', unit = ''] = span(ms, 'en-US').replaceAll('\u202F', '').replaceAll(',', '').split(/\s/);
        const size = { sec: 1e3, min: 6e4, hr: 36e5, day: 864e5, days: 864e5 }[unit] ?? Number.NaN;
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
    expect(en.clock(noon - 3_600_000, noon)).toBe('11:00');
    expect(en.clock(noon - 86_400_000, noon)).toBe('20 Nov, 12:00');
    expect(de.clock(noon - 86_400_000, noon)).toBe('20. Nov., 12:00');
  });

  it('writes a moment in full', () => {
    const noon = new Date(2026, 10, 21, 12, 0, 9).getTime();
    expect([en.dateTime(noon), de.dateTime(noon)]).toEqual(['21 Nov 2026, 12:00:09', '21. Nov. 2026, 12:00:09']);
    expect([en.day(noon), de.day(noon)]).toEqual(['Saturday 21 November', 'Samstag, 21. November']);
  });
});

describe('the time of the day', () => {
  const at = new Date(2026, 10, 21, 21, 5, 9).getTime();
  const all = (language: string, system: readonly string[], hours?: 'h12' | 'h23') => {
    const f = createFormat(language, system, hours);
    return [f.clock(at, at), f.until(at, at - 1), f.dateTime(at), f.time(1265), f.time(1440), f.hour(21), f.hour(0)];
  };

  it.each([
    ['en', ['en-GB'], undefined, ['21:05', '21:05', '21 Nov 2026, 21:05:09', '21:05', '24:00', '21', '0']],
    [
      'en',
      ['en-US'],
      undefined,
      ['9:05 PM', '9:05 PM', 'Nov 21, 2026, 9:05:09 PM', '9:05 PM', '12:00 AM', '9', '12 AM'],
    ],
    ['en', ['de-DE', 'en-US'], undefined, ['21:05', '21:05', 'Nov 21, 2026, 21:05:09', '21:05', '24:00', '21', '0']],
    [
      'de',
      ['en-US'],
      undefined,
      ['9:05 PM', '9:05 PM', '21. Nov. 2026, 9:05:09 PM', '9:05 PM', '12:00 AM', '9', '12 AM'],
    ],
    ['en', ['en-US'], 'h23', ['21:05', '21:05', 'Nov 21, 2026, 21:05:09', '21:05', '24:00', '21', '0']],
  ] as const)('in %s follows the system, %j and %s, in every form', (language, system, hours, texts) => {
    expect(all(language, system, hours).map((text) => text.replaceAll('\u00A0', ' '))).toEqual(texts);
  });

  it('keeps the half of the day beside it', () => {
    expect(createFormat('en', ['en-US']).time(1265)).toBe('9:05\u00A0PM');
  });
});

describe('an amount at a glance', () => {
  it.each([
    [0, 'credit', '0 credits'],
    [37_571_300, 'credit', '37.57 credits'],
    [1_004_999, 'credit', '1 credit'],
    [999_999, 'credit', '0.999 credits'],
    [4_123, 'credit', '0.00412 credits'],
    [9, 'credit', '0.000009 credits'],
    [-37_579_999, 'credit', '\u221237.57 credits'],
    [312_000_000, 'sat', '312 sat'],
  ])('of %i millionths of a %s is %s', (micro, unit, text) => {
    expect(en.amount(micro, unit).join(' ')).toBe(text);
  });

  it('is in hundredths or three digits, and never more than there is', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        const shown = atAGlance(micro);
        expect(Math.abs(shown)).toBeLessThanOrEqual(Math.abs(micro));
        expect(Math.abs(micro) - Math.abs(shown)).toBeLessThan(Math.max(1, Math.min(10_000, Math.abs(micro) / 100)));
      }),
    );
  });

  it('is said in the language, and to the last digit where that is wanted', () => {
    expect([de.amount(1_000_000, 'credit'), de.amount(37_571_300, 'credit', true)]).toEqual([
      ['1', 'Credit'],
      ['37,5713', 'Credits'],
    ]);
  });
});

describe('the form of a language', () => {
  it('is the first that the system prefers, else the language alone, with the hours of the system', () => {
    expect(localeFor('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB-u-hc-h23');
    expect(localeFor('de', ['en-US'])).toBe('de-u-hc-h12');
    expect(localeFor('de', ['den-CA', 'de'], 'h23')).toBe('de-u-hc-h23');
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

  it('is set apart inside a sentence', () => {
    expect(quoted('a\u202Eb', 8)).toBe('\u2068ab\u2069');
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
