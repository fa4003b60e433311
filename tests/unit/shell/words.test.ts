// The shell and the pages say the same of the same state, and call things by the same names.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTag } from '../../../src-i18n/format/locale.ts';
import { plain } from '../../../src-i18n/tongue.ts';
import { decide, type Stop } from '../../../src-main/availability/decide.ts';
import { type StateInputs, stateOf } from '../../../src-main/engine/state.ts';
import { NO_MODELS } from '../../../src-main/networks/blockers.ts';
import { amountsOf } from '../../../src-main/shell/words/figures.ts';
import { systemHours } from '../../../src-main/shell/words/hours.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';
import { PauseFor } from '../../../src-preload/contract/availability.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { NodeState, type NodeView } from '../../../src-preload/contract/node.ts';
import type { Key } from '../../../src-renderer/i18n/keys.ts';
import { sentenceOf } from '../../../src-renderer/sentence.ts';
import { speak } from '../renderer/speech.ts';

const NOON = new Date(2026, 10, 21, 12, 0).getTime();
const HOUR = 3_600_000;
const languages = ['en', 'de'] as const;

const stops: readonly Stop[] = [
  { why: { code: 'idle', args: { minutes: 10 }, says: 'you are using it' }, until: null },
  { why: { code: 'battery', args: { percent: 41 }, says: 'on battery, 41 %' }, until: null },
  { why: { code: 'battery', args: {}, says: 'on battery' }, until: null },
  { why: { code: 'metered', args: {}, says: 'metered line' }, until: null },
  { why: { code: 'fullscreen', args: { app: 'mpv' }, says: 'full screen: mpv' }, until: null },
  { why: { code: 'fullscreen', args: {}, says: 'an app fills the screen' }, until: null },
  { why: { code: 'apps', args: { app: 'factorio' }, says: 'app: factorio' }, until: null },
  { why: { code: 'cpuHeat', args: { celsius: 91, most: 90 }, says: 'processor at 91 °C' }, until: null },
  { why: { code: 'gpuHeat', args: { celsius: 91, most: 85 }, says: 'graphics card at 91 °C' }, until: null },
  {
    why: { code: 'dayData', args: { used: 12e9, most: 12e9 }, says: '12 GB of data used this day' },
    until: NOON + HOUR,
  },
  {
    why: { code: 'monthData', args: { used: 4e9, most: 4.2e9 }, says: '4.2 GB of data used this month' },
    until: NOON + 90 * HOUR,
  },
];
const days = (cells: string) => ({ days: Array.from({ length: 7 }, () => cells), outside: 'off' as const });

const facts = fc.record({
  draining: fc.boolean(),
  blocked: fc.boolean(),
  sharing: fc.boolean(),
  suspended: fc.boolean(),
  trialUntil: fc.constantFrom(null, NOON + 60_000),
  pause: fc.constantFrom(
    null,
    { since: NOON, until: NOON + HOUR, released: false },
    { since: NOON, until: NOON + 44 * HOUR, released: false },
    { since: NOON, until: null, released: true },
  ),
  stops: fc.subarray([...stops], { maxLength: 2 }),
  grid: fc.constantFrom(null, days('o'.repeat(48)), days(`${'o'.repeat(36)}${'f'.repeat(12)}`)),
  most: fc.constantFrom(0, 4),
});
const parts = fc.record({
  started: fc.boolean(),
  working: fc.constantFrom(0, 1, 3),
  jobs: fc.constantFrom(0, 1, 2),
  leases: fc.constantFrom(0, 1, 2),
  endsAt: fc.constantFrom(null, NOON - 1, NOON + 20_000, NOON + 100_000),
  blockers: fc.constantFrom([], [NO_MODELS]),
  troubles: fc.constantFrom([], [{ code: 'iicp.port-taken', message: 'Taken.' }]),
  networks: fc
    .constantFrom('off', 'blocked', 'starting', 'online', 'degraded')
    .map((state) => [{ id: 'iicp', title: 'IICP', enabled: state !== 'off', state, reason: null } as NetworkView]),
});

describe('the sentence for the state', () => {
  it.each(languages)('is the pages’ own in %s, whatever the state', async (code) => {
    const page = await speak(code);
    const words = wordsFor(code, []);
    const open = fc.constant({
      draining: false,
      blocked: false,
      sharing: true,
      suspended: false,
      pause: null,
      stops: [],
      grid: null,
      most: 4,
    });
    fc.assert(
      fc.property(fc.oneof(facts, open), parts, (fact, part) => {
        const answer = decide(fact, NOON);
        const inputs: StateInputs = { ...part, availability: answer, now: NOON };
        const node = stateOf(inputs, false);
        const shown = sentenceOf(node, NOON, page);
        const said = words.sentence(node, NOON);
        expect(said).toBe(shown.replace(/[\u2068\u2069]/g, ''));
        expect(said).not.toMatch(/state\.|why\.|\{\{/);
        if (code === 'en') expect(node.sentence).toBe(said);
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(languages)('in %s the shell', (code) => {
  const words = wordsFor(code, []);

  it('calls states, pauses and switches as the pages do', async () => {
    const { t } = await speak(code);
    for (const state of NodeState.options) expect(words.states[state]).toBe(t(`state.node.${state}`));
    for (const pause of PauseFor.options) expect(words.tray.pauses[pause]).toBe(t(`pause.${pause}`));
    const same: readonly (readonly [string, Key])[] = [
      [words.tray.sharing, 'frame.sharing'],
      [words.tray.release, 'actions.release'],
      [words.tray.resume, 'actions.resume'],
    ];
    for (const [said, key] of same) expect(said).toBe(t(key));
  });

  it('leaves no text empty', () => {
    const texts = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [value];
    const all = texts(words).filter((value) => typeof value !== 'function');
    expect(all.length).toBeGreaterThan(40);
    for (const text of all) expect(text).toMatch(/\S/);
  });
});

describe('the language', () => {
  it.each([
    ['en', ['de-DE'], 'en-GB'],
    ['de', ['en-US'], 'de'],
    ['system', ['de-AT', 'en'], 'de-AT'],
    ['system', ['fr-FR', 'de'], 'de'],
    ['system', ['fr-FR', 'en-US'], 'en-US'],
    ['system', ['den'], 'en-GB'],
    ['system', [], 'en-GB'],
  ])('chosen as %s where the system prefers %j is %s', (setting, preferred, locale) => {
    expect(plainTag(wordsFor(setting, preferred).locale)).toBe(locale);
  });
});

describe('the time of the day', () => {
  const noon = new Date(2026, 10, 21, 12, 0).getTime();
  const paused = {
    headline: { code: 'paused-until', values: {}, until: noon + 10 * 3_600_000, endsAt: null, because: null },
  };

  it.each([
    ['en', ['en-US'], 'h12', 'Paused until 10:00\u00A0PM', 'Until tomorrow, 8:00\u00A0AM'],
    ['en', ['en-US'], 'h23', 'Paused until 22:00', 'Until tomorrow, 08:00'],
    ['de', ['de-DE'], 'h23', 'Angehalten bis 22:00', 'Bis morgen, 08:00'],
    ['de', ['de-DE'], 'h12', 'Angehalten bis 10:00\u00A0PM', 'Bis morgen, 8:00\u00A0AM'],
  ] as const)('in %s is written as the system writes it (%j, %s)', (language, preferred, hours, sentence, row) => {
    const words = wordsFor(language, preferred, hours);
    expect(words.sentence(paused as unknown as NodeView, noon)).toBe(sentence);
    expect(words.tray.pauses.tomorrow).toBe(row);
  });

  it.each([
    ['linux', { LANG: 'en_US.UTF-8', LC_TIME: 'de_DE.UTF-8' }, 'en-US', 'h23'],
    ['linux', { LANG: 'en_US.UTF-8' }, 'de-DE', 'h12'],
    ['linux', { LC_ALL: 'en_US', LC_TIME: 'de_DE' }, 'de-DE', 'h12'],
    ['linux', { LC_ALL: '', LANG: 'C.UTF-8' }, 'en-US', 'h23'],
    ['linux', { LANG: 'not a locale' }, 'en-US', 'h23'],
    ['linux', {}, 'en-US', 'h23'],
    ['win32', { LANG: 'de_DE' }, 'en-US', 'h12'],
    ['darwin', {}, 'de-DE', 'h23'],
    ['win32', {}, '', 'h23'],
  ] as const)('is known on %s by %j and %s', (platform, env, regional, hours) => {
    expect(systemHours(platform, env, regional)).toBe(hours);
  });
});

describe('today’s amounts', () => {
  const sum = (amountMicro: number, unit: string) => ({ network: 'iicp', unit, amountMicro, entries: 1 });

  it.each([
    [[], ''],
    [[sum(0, 'sat')], ''],
    [[sum(38e6, 'sat')], '38 sat'],
    [[sum(1e6, 'credit')], '1 credit'],
    [[sum(1_904_250_000, 'credit')], '1\u202F904.25 credits'],
    [[sum(37_571_300, 'credit')], '37.57 credits'],
    [[sum(1, 'sat')], '0.000001 sat'],
    [[sum(9_007_199_254_740_991, 'sat')], '9\u202F007\u202F199\u202F254.74 sat'],
    [[sum(-2e6, 'sat'), sum(1e6, 'eur'), sum(1e6, 'usd')], '\u22122 sat, 1 eur'],
  ])('%j read %j', (today, text) => {
    expect(amountsOf(today, wordsFor('en', []))).toBe(text);
  });

  it('show hostile text as text on one line, cut', () => {
    expect(plain('a\nb\u202Ec\u2066d', 10)).toBe('a b c d');
    expect(plain('x'.repeat(1_000_000), 5)).toBe('xxxxx…');
    expect(plain('abcd\u{1F600}', 5)).toBe('abcd…');
  });
});
