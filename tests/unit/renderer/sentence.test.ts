// The engine decides what to say of its state; each language says it. In English the pages say what terminals show.
import { describe, expect, it } from 'vitest';
import { decide, type Facts } from '../../../src-main/availability/decide.ts';
import { rules } from '../../../src-main/availability/rules.ts';
import { type StateInputs, stateOf } from '../../../src-main/engine/state.ts';
import { NO_MODELS } from '../../../src-main/networks/blockers.ts';
import type { Why } from '../../../src-preload/contract/availability.ts';
import type { NetworkState, NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { wantsToShare } from '../../../src-preload/contract/switch.ts';
import { languages } from '../../../src-renderer/i18n/index.ts';
import { sentenceOf, stateReason, switchOf, whyWords } from '../../../src-renderer/sentence.ts';
import { speak } from './speech.ts';

/** Saturday, noon, local time. */
const NOON = new Date(2026, 10, 21, 12, 0).getTime();
const HOUR = 3_600_000;

const open: Facts = {
  draining: false,
  blocked: false,
  sharing: true,
  pause: null,
  suspended: false,
  stops: [],
  grid: null,
  most: 4,
};

function network(state: NetworkState, enabled = true): NetworkView {
  return { id: 'iicp', title: 'IICP', enabled, state, reason: null, capabilities: [] as string[] } as NetworkView;
}

const mesh = (state: NetworkState) => ({ ...network(state), id: 'fips', title: 'FIPS' }) as NetworkView;

const stop = (code: Why['code'], judged: { args: Why['args']; because: string; until: number | null }) => ({
  why: { code, args: judged.args, says: judged.because },
  until: judged.until,
});
const battery = stop('battery', rules.battery.judge({ on: true, below: 100 }, { onBattery: true, percent: 41 }, false));
const data = stop(
  'dayData',
  rules.dayData.judge({ on: true, gigabytes: 12 }, { used: 12e9, forecast: null, endsAt: NOON + 12 * HOUR }, false),
);
const game = stop(
  'apps',
  rules.apps.judge({ on: true, names: ['factorio'], unload: false }, new Set(['factorio']), false),
);
const pause = (until: number | null, released = false) => ({ since: NOON, until, released });
const shut = { days: Array.from({ length: 7 }, () => 'o'.repeat(48)), outside: 'off' as const };
const nights = { days: Array.from({ length: 7 }, () => `${'o'.repeat(36)}${'f'.repeat(12)}`), outside: 'off' as const };

const table: readonly (readonly [name: string, facts: Partial<Facts>, inputs: Partial<StateInputs>])[] = [
  ['ready', {}, {}],
  ['working', {}, { working: 2 }],
  ['starting', {}, { started: false }],
  ['joining', {}, { networks: [network('starting')] }],
  ['no network', {}, { networks: [network('off', false)] }],
  ['only a mesh', {}, { networks: [mesh('online')] }],
  ['only a mesh, held up', {}, { networks: [mesh('blocked')] }],
  ['no model', {}, { blockers: [NO_MODELS] }],
  ['in trouble', {}, { troubles: [{ code: 'iicp.port-taken', message: 'Taken.' }] }],
  ['unlisted', {}, { networks: [network('blocked')] }],
  ['offline', {}, { networks: [network('degraded')] }],
  ['no slots', { most: 0 }, {}],
  ['nothing recorded', { blocked: true }, { troubles: [{ code: 'storage.write-failed', message: 'Full.' }] }],
  ['stopping', { draining: true }, { working: 1 }],
  ['switched off', { sharing: false }, {}],
  ['switched off, finishing', { sharing: false }, { working: 3 }],
  ['finishing within minutes', { sharing: false }, { working: 1, endsAt: NOON + 100_000 }],
  ['finishing soon', { sharing: false }, { working: 1, endsAt: NOON + 20_000 }],
  ['finishing late', { sharing: false }, { working: 4, endsAt: NOON - 1 }],
  ['stopping within minutes', { draining: true }, { working: 2, endsAt: NOON + 130_000 }],
  ['switched off, finishing a job', { sharing: false }, { working: 1, jobs: 2 }],
  ['working on all kinds', {}, { working: 1, jobs: 2, leases: 1 }],
  ['paused while a box is leased', { pause: pause(NOON + HOUR) }, { leases: 1 }],
  ['stopping with nothing left', { draining: true }, {}],
  ['paused for an hour', { pause: pause(NOON + HOUR) }, {}],
  ['paused over the weekend', { pause: pause(NOON + 44 * HOUR) }, {}],
  ['paused until resumed', { pause: pause(null) }, {}],
  ['given back', { pause: pause(null, true) }, {}],
  ['paused on battery', { pause: pause(null), stops: [battery] }, {}],
  ['switched off on battery', { sharing: false, stops: [battery] }, {}],
  ['on battery', { stops: [battery] }, {}],
  ['out of data', { stops: [data] }, {}],
  ['in a game', { stops: [game, battery] }, {}],
  ['outside the hours', { grid: nights }, {}],
  ['never open', { grid: shut }, {}],
  ['going to sleep', { suspended: true }, {}],
];

function both(facts: Partial<Facts>, inputs: Partial<StateInputs>) {
  const answer = decide({ ...open, ...facts }, NOON);
  const all: StateInputs = {
    started: true,
    availability: answer,
    now: NOON,
    working: 0,
    jobs: 0,
    leases: 0,
    endsAt: null,
    networks: [network('online')],
    troubles: [],
    blockers: [],
    ...inputs,
  };
  const state = stateOf(all, false);
  return { state, shown: { node: state, answer } };
}

/** Marks that keep a program's name apart are for the eye's order only. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('the state’s sentence', () => {
  it.each(table)('is the engine’s own in English: %s', async (_name, facts, inputs) => {
    const { state } = both(facts, inputs);
    expect(plain(sentenceOf(state, NOON, await speak('en')))).toBe(state.sentence);
  });

  it('tells all of these apart in German', async () => {
    const german = await speak('de');
    const told = table.map(([, facts, inputs]) => plain(sentenceOf(both(facts, inputs).state, NOON, german)));
    const engine = table.map(([, facts, inputs]) => both(facts, inputs).state.sentence);
    expect(new Set(told).size).toBe(new Set(engine).size);
    expect(told[table.findIndex(([name]) => name === 'in a game')]).toBe('Angehalten (Programm: factorio)');
    expect(told.filter((text) => engine.includes(text))).toEqual([]);
  });

  it('counts the minutes down as they pass, and stops at none', async () => {
    const { state } = both({ sharing: false }, { working: 1, endsAt: NOON + 100_000 });
    const words = await speak('en');
    expect([0, 50_000, 100_000].map((passed) => sentenceOf(state, NOON + passed, words))).toEqual([
      'Finishing, 1 task left, ~2 min',
      'Finishing, 1 task left, under a minute',
      'Finishing, 1 task left',
    ]);
  });
});

describe('what binds', () => {
  const whys: Why[] = [
    ...(['idle', 'metered', 'fullscreen', 'battery', 'draining', 'storage', 'switched-off', 'paused'] as const),
    ...(['released', 'suspended', 'quiet', 'no-capacity'] as const),
  ].map((code) => ({ code, args: {}, says: '' }));

  it.each(languages)('has words of its own in %s', async (code) => {
    const speech = await speak(code);
    const words = [
      ...whys,
      { code: 'fullscreen' as const, args: { app: 'mpv' }, says: '' },
      { code: 'grid' as const, args: { level: 'off' as const }, says: '' },
      { code: 'grid' as const, args: { level: 'low' as const }, says: '' },
      { code: 'cpuHeat' as const, args: { celsius: 91, most: 90 }, says: '' },
      { code: 'gpuHeat' as const, args: { celsius: 91, most: 90 }, says: '' },
      { code: 'dayData' as const, args: { used: 1, most: 4.2e9 }, says: '' },
      { code: 'monthData' as const, args: { used: 1, most: 4.2e9 }, says: '' },
      { code: 'battery' as const, args: { percent: 7 }, says: '' },
    ].map((why) => whyWords(why, speech));
    expect(new Set(words).size).toBe(words.length);
  });

  it('is the reason, with its own figures', async () => {
    const speech = await speak('de');
    const say = (reason: { code: string; message: string }) => reason;
    const { shown } = both({ stops: [battery] }, {});
    expect(stateReason(shown, { ...speech, say })?.message).toBe('Eine eigene Regel hält an: Akkubetrieb, 41 %.');
    const off = both({ sharing: false }, {}).shown;
    expect(stateReason(off, { ...speech, say })?.code).toBe('node.switched-off');
    expect(stateReason(both({}, {}).shown, { ...speech, say })).toBeNull();
  });
});

describe('the big switch', () => {
  it('is off until a network is joined, and never a plain yes beside a sentence that says no', () => {
    const states: Record<string, [boolean, string]> = {};
    for (const [name, facts, inputs] of table) {
      const { node } = both(facts, inputs).shown;
      const { on, effect } = switchOf({ ...node, sharing: true }, undefined);
      states[name] = [on, effect];
      // Filled, which says yes without a word, is only what can bring tasks.
      if (on && effect === 'full') expect(['ready', 'working'], name).toContain(node.state);
    }
    expect(states).toMatchObject({
      ready: [true, 'full'],
      working: [true, 'full'],
      'no network': [false, 'held'],
      unlisted: [true, 'warn'],
      offline: [true, 'warn'],
      'no model': [true, 'warn'],
    });
  });

  it('is on while its user wants to share, whatever the rules say', () => {
    const view = (paused: boolean) => ({ pause: paused ? pause(null) : null }) as Parameters<typeof wantsToShare>[1];
    expect(wantsToShare({ sharing: true }, undefined)).toBe(true);
    expect(wantsToShare({ sharing: true }, view(false))).toBe(true);
    expect(wantsToShare({ sharing: true }, view(true))).toBe(false);
    expect(wantsToShare({ sharing: false }, view(false))).toBe(false);
  });
});
