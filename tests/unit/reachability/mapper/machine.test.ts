// The machines without a clock or a socket: tables of what follows what, and whatever happens in whatever order.

import { describe, expect, it } from 'vitest';
import { renewAt, withdrawAt } from '../../../../src-main/reachability/mapper/lease.ts';
import { mappingStep } from '../../../../src-main/reachability/mapper/machine.ts';
import { idleSearch, type SearchEvent, searchStep } from '../../../../src-main/reachability/mapper/search.ts';
import {
  held,
  type MappingEffect,
  type MappingEvent,
  type MappingState,
  newMapping,
  nextTick,
} from '../../../../src-main/reachability/mapper/state.ts';
import type { Mapping } from '../../../../src-main/reachability/mapping.ts';
import { seededRandom } from '../../../support/random.ts';
import { mappingError } from './support.ts';

const HALF_HOUR = 30 * 60_000;

function grant(now: number, lifetimeMs = 7_200_000, port = 9484): Mapping {
  return {
    protocol: 'pcp',
    family: 4,
    transport: 'tcp',
    internal: { address: '192.168.77.10', port: 9484 },
    external: { address: '11.203.113.100', port },
    lifetimeMs,
    grantedAt: now,
    handle: '00',
  };
}

/** Runs events one after the other, `@` first a time to turn to; answers to calls name the call that is out. */
function run(events: readonly (MappingEvent | number)[], from: MappingState = newMapping) {
  let state = from;
  let now = 0;
  const effects: MappingEffect[] = [];
  for (const event of events) {
    if (typeof event === 'number') {
      now = event;
      continue;
    }
    const done = mappingStep(state, event, { now, random: seededRandom(3), renewEveryMs: HALF_HOUR });
    state = done.state;
    effects.push(...done.effects);
  }
  return { state, effects, kinds: effects.map(({ kind }) => kind), now };
}

const BEGUN: readonly MappingEvent[] = [
  { kind: 'networkChanged', present: true },
  { kind: 'found', ways: ['pcp', 'upnp'] },
];
const MAPPED: readonly MappingEvent[] = [...BEGUN, { kind: 'granted', call: 1, mapping: grant(0) }];
const refused = mappingError({ kind: 'refused', reason: 'not-authorized' });
const late = mappingError();

describe('the life of a mapping', () => {
  it.each<[string, readonly (MappingEvent | number)[], MappingState['phase'], readonly MappingEffect['kind'][]]>([
    ['looks for a router when there is a network', BEGUN.slice(0, 1), 'probing', ['search']],
    ['asks the best that answered', BEGUN, 'installing', ['search', 'install']],
    ['is mapped by what was granted', MAPPED, 'mapped', ['search', 'install']],
    [
      'asks the next way when the first refuses',
      [...BEGUN, { kind: 'failed', call: 1, error: refused }],
      'installing',
      ['search', 'install', 'install'],
    ],
    [
      'asks twice where nobody answered',
      [...BEGUN, { kind: 'failed', call: 1, error: late }, 200, { kind: 'tick' }],
      'installing',
      ['search', 'install', 'install'],
    ],
    [
      'looks again after a while when all have refused',
      [
        ...BEGUN,
        { kind: 'failed', call: 1, error: refused },
        { kind: 'failed', call: 2, error: refused },
        4999,
        { kind: 'tick' },
        5000,
        { kind: 'tick' },
      ],
      'probing',
      ['search', 'install', 'install', 'search'],
    ],
    ['renews in time', [...MAPPED, HALF_HOUR, { kind: 'tick' }], 'renewing', ['search', 'install', 'renew']],
    ['checks in between', [...MAPPED, 300_000, { kind: 'tick' }], 'mapped', ['search', 'install', 'check']],
    [
      'renews when a check fails',
      [...MAPPED, 300_000, { kind: 'tick' }, { kind: 'failed', call: 2, error: late }],
      'renewing',
      ['search', 'install', 'check', 'renew'],
    ],
    [
      'renews when the address is another one',
      [...MAPPED, 300_000, { kind: 'tick' }, { kind: 'checked', call: 2, answer: { external: '11.203.113.101' } }],
      'renewing',
      ['search', 'install', 'check', 'renew'],
    ],
    [
      'removes and asks anew when a renewal is refused',
      [
        ...MAPPED,
        HALF_HOUR,
        { kind: 'tick' },
        { kind: 'failed', call: 2, error: refused },
        { kind: 'removed', call: 3 },
      ],
      'installing',
      ['search', 'install', 'renew', 'remove', 'install'],
    ],
    [
      'gives up what the router has lost when asking again fails twice',
      [
        ...MAPPED,
        10_000,
        { kind: 'epochLost' },
        10_300,
        { kind: 'tick' },
        { kind: 'failed', call: 2, error: late },
        10_500,
        { kind: 'tick' },
        { kind: 'failed', call: 3, error: late },
      ],
      'lost',
      ['search', 'install', 'renew', 'renew'],
    ],
    [
      'closes what an unanswered request may have opened',
      [...BEGUN, { kind: 'stop' }, { kind: 'removed', call: 2 }],
      'stopped',
      ['search', 'install', 'cancel', 'remove'],
    ],
    ['has nothing to close before it asked', [...BEGUN.slice(0, 1), { kind: 'stop' }], 'stopped', ['search']],
    [
      'does not wait for ever for the last answer',
      [...MAPPED, { kind: 'stop' }, 900, { kind: 'tick' }],
      'stopped',
      ['search', 'install', 'remove', 'cancel'],
    ],
    [
      'drops answers to what was asked in another network',
      [...BEGUN, { kind: 'networkChanged', present: true }, { kind: 'granted', call: 1, mapping: grant(0) }],
      'probing',
      ['search', 'install', 'cancel', 'search'],
    ],
  ])('%s', (_name, events, phase, kinds) => {
    const done = run(events);
    expect(done.state.phase).toBe(phase);
    expect(done.kinds).toEqual(kinds);
  });

  it.each([
    [0, 7_200_000, 50],
    [0, 20_000, 9000],
    [100, 7_200_000, 0],
    [30, 7_200_000, 1200],
    [50, 20_000, 12_000],
  ])('asks seldom: of a hundred calls %i fail, granted for %i ms', (failing, lifetimeMs, most) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const asked = quietDay(seed, failing, lifetimeMs);
      expect(asked.length).toBeLessThanOrEqual(most);
      for (const [index, at] of asked.entries()) {
        // A request and its second try; and, when that is refused, the same once more from the start.
        expect(asked.slice(index).filter((other) => other < at + 4000).length).toBeLessThanOrEqual(4);
      }
    }
  });

  it('holds to this whatever happens in whatever order', { timeout: 60_000 }, () => {
    for (let seed = 1; seed <= 400; seed += 1) wander(seed);
  });
});

/** A day at a router that fails as often as told; nothing happens but time. Answers when it was asked for a mapping. */
function quietDay(seed: number, failing: number, lifetimeMs: number): readonly number[] {
  const random = seededRandom(seed * 104_729);
  const asked: number[] = [];
  let now = 0;
  let state = newMapping;
  const waiting: MappingEvent[] = [{ kind: 'networkChanged', present: true }];
  while (now < 86_400_000) {
    let event = waiting.shift();
    if (!event) {
      now = Math.max(now, nextTick(state));
      event = { kind: 'tick' };
    }
    const done = mappingStep(state, event, { now, random, renewEveryMs: HALF_HOUR });
    state = done.state;
    for (const effect of done.effects) {
      if (effect.kind === 'cancel') continue;
      const fails = random.int(100) < failing;
      if (effect.kind === 'search') {
        waiting.push(fails ? { kind: 'absent', error: late } : { kind: 'found', ways: ['pcp'] });
        continue;
      }
      const { call, kind } = effect;
      if (kind === 'install' || kind === 'renew') asked.push(now);
      if (fails) waiting.push({ kind: 'failed', call, error: random.int(2) === 0 ? late : refused });
      else if (kind === 'remove') waiting.push({ kind: 'removed', call });
      else if (kind === 'check') waiting.push({ kind: 'checked', call, answer: {} });
      else waiting.push({ kind: 'granted', call, mapping: grant(now, lifetimeMs) });
    }
  }
  return asked;
}

/** A random life of some hours, and what must hold at each moment of it. */
function wander(seed: number): void {
  const random = seededRandom(seed * 7919);
  const chance = (part: number) => random.int(1000) < part * 1000;
  const around = () => ({ now, random, renewEveryMs: chance(0.5) ? HALF_HOUR : 60_000 });
  let now = 0;
  let state = newMapping;
  let out: Exclude<MappingEffect, { kind: 'search' | 'cancel' }> | undefined;
  let searches = 0;
  let events = 0;
  const at = () => `seed ${seed}, event ${events}, ${JSON.stringify({ ...state, lastError: undefined })}`;

  function send(event: MappingEvent): void {
    events += 1;
    const done = mappingStep(state, event, around());
    state = done.state;
    for (const effect of done.effects) {
      if (effect.kind === 'search') searches += 1;
      else if (effect.kind === 'cancel') {
        expect(out?.call, at()).toBe(effect.call);
        out = undefined;
      } else {
        expect(out, `two calls at once: ${at()}`).toBeUndefined();
        out = effect;
      }
    }
    const told = held(state, now);
    if (told) expect(now, at()).toBeLessThan(told.grantedAt + told.lifetimeMs);
    if (!out && state.phase !== 'stopped' && state.phase !== 'idle' && state.phase !== 'probing') {
      // Never asleep for ever: a call, a search or a timer is always what comes next.
      expect(nextTick(state), at()).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  }

  function answer(): void {
    if (!out) return;
    const { call, kind } = out;
    out = undefined;
    const error = [late, refused, mappingError({ kind: 'unavailable', reason: 'not-found' })][random.int(3)]!;
    const answer = chance(0.3) ? { external: '1.2.3.4' } : {};
    const lifetimeMs = [8000, 20_000, 7_200_000, Number.POSITIVE_INFINITY][random.int(4)]!;
    if (chance(0.35)) send({ kind: 'failed', call, error });
    else if (kind === 'remove') send({ kind: 'removed', call });
    else if (kind === 'check') send({ kind: 'checked', call, answer });
    else send({ kind: 'granted', call, mapping: grant(now, lifetimeMs, 9000 + random.int(2)) });
  }

  const few: readonly MappingEvent[] = [
    { kind: 'networkChanged', present: true },
    { kind: 'networkChanged', present: false },
    { kind: 'resume', sleptMs: 0 },
    { kind: 'resume', sleptMs: 3_600_000 },
    { kind: 'announce' },
    { kind: 'epochLost' },
    { kind: 'configChanged' },
    { kind: 'outsideCheck', ok: false },
    { kind: 'outsideCheck', ok: false },
    { kind: 'outsideCheck', ok: true },
    { kind: 'off' },
    { kind: 'found', ways: ['upnp', 'nat-pmp'] },
    { kind: 'granted', call: -1, mapping: grant(0) },
  ];
  send({ kind: 'networkChanged', present: true });
  for (let turns = 0; turns < 150; turns += 1) {
    if (state.phase === 'probing' && chance(0.7)) {
      send(chance(0.7) ? { kind: 'found', ways: ['pcp', 'upnp'] } : { kind: 'absent', error: late });
    } else if (chance(0.4)) answer();
    else if (chance(0.25)) send(few[random.int(few.length)]!);
    else {
      // Mostly on time, sometimes far too late.
      const due = nextTick(state);
      now = Math.max(now, Number.isFinite(due) ? due + (chance(0.1) ? random.int(600_000) : 0) : now + 1000);
      send({ kind: 'tick' });
    }
  }
  send({ kind: 'stop' });
  const removals = out?.kind === 'remove' ? 1 : 0;
  expect(held(state, now)).toBeUndefined();
  now += 900;
  send({ kind: 'tick' });
  expect(state.phase, at()).toBe('stopped');
  expect(out === undefined || removals === 1).toBe(true);
  const before = { state, searches };
  send({ kind: 'resume', sleptMs: 0 });
  send({ kind: 'networkChanged', present: true });
  expect({ state, searches }).toEqual(before);
}

describe('the time that a lease leaves', () => {
  it('is asked for again in the windows of RFC 6887, then not any more, and always told for less than it lasts', () => {
    const random = seededRandom(5);
    for (const lifetimeMs of [20_000, 120_000, 1_000_000]) {
      const mapping = grant(1000, lifetimeMs);
      const windows = [
        [1 / 2, 5 / 8],
        [3 / 4, 13 / 16],
        [7 / 8, 29 / 32],
      ] as const;
      for (const [tries, [from, to]] of windows.entries()) {
        const at = (renewAt(mapping, tries, HALF_HOUR, random) - 1000) / lifetimeMs;
        expect(at).toBeGreaterThanOrEqual(from);
        expect(at).toBeLessThanOrEqual(to);
      }
      expect(renewAt(mapping, 3, HALF_HOUR, random)).toBe(Number.POSITIVE_INFINITY);
      expect(withdrawAt(mapping)).toBe(1000 + lifetimeMs - 5000);
    }
  });

  it('is asked for every half hour where it has no end, or lasts for days', () => {
    const random = seededRandom(5);
    for (const lifetimeMs of [Number.POSITIVE_INFINITY, 604_800_000]) {
      expect(renewAt(grant(0, lifetimeMs), 0, Number.POSITIVE_INFINITY, random)).toBe(HALF_HOUR);
      expect(renewAt(grant(0, lifetimeMs), 0, 60_000, random)).toBe(60_000);
    }
    expect(withdrawAt(grant(0, Number.POSITIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the search', () => {
  const ways = [
    { id: 'pcp', patient: false, lastResort: false },
    { id: 'nat-pmp', patient: false, lastResort: false },
    { id: 'upnp', patient: true, lastResort: false },
    { id: 'nat-api', patient: false, lastResort: true },
  ];
  const none = mappingError({ kind: 'unavailable', reason: 'not-found' });

  it.each<[string, readonly (readonly [now: number, event: SearchEvent])[], readonly string[]]>([
    ['asks all at once but the last resort', [[0, { kind: 'start' }]], ['probe pcp', 'probe nat-pmp', 'probe upnp']],
    [
      'takes the best way at once',
      [
        [0, { kind: 'start' }],
        [5, { kind: 'answered', way: 'pcp' }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'found pcp'],
    ],
    [
      'waits a moment for a better one',
      [
        [0, { kind: 'start' }],
        [5, { kind: 'answered', way: 'nat-pmp' }],
        [34, { kind: 'tick' }],
        [35, { kind: 'tick' }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'found nat-pmp'],
    ],
    [
      'does not wait for those who have failed',
      [
        [0, { kind: 'start' }],
        [4, { kind: 'failed', way: 'pcp', error: none }],
        [5, { kind: 'answered', way: 'nat-pmp' }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'found nat-pmp'],
    ],
    [
      'tells of those who come later',
      [
        [0, { kind: 'start' }],
        [5, { kind: 'answered', way: 'pcp' }],
        [90, { kind: 'answered', way: 'upnp' }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'found pcp', 'found pcp upnp'],
    ],
    [
      'asks the patient when nobody has answered, and the last resort when they have not either',
      [
        [0, { kind: 'start' }],
        [4, { kind: 'failed', way: 'pcp', error: none }],
        [5, { kind: 'failed', way: 'nat-pmp', error: none }],
        [1200, { kind: 'failed', way: 'upnp', error: none }],
        [7200, { kind: 'failed', way: 'upnp', error: none }],
        [9000, { kind: 'failed', way: 'nat-api', error: none }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'absent', 'probe upnp', 'probe nat-api'],
    ],
    [
      'does not ask the last resort when a patient one has answered',
      [
        [0, { kind: 'start' }],
        [4, { kind: 'failed', way: 'pcp', error: none }],
        [5, { kind: 'failed', way: 'nat-pmp', error: none }],
        [1200, { kind: 'failed', way: 'upnp', error: none }],
        [5000, { kind: 'answered', way: 'upnp' }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'absent', 'probe upnp', 'found upnp'],
    ],
    [
      'tells again of those who answered when nobody is out any more',
      [
        [0, { kind: 'start' }],
        [5, { kind: 'answered', way: 'pcp' }],
        [6, { kind: 'failed', way: 'nat-pmp', error: none }],
        [1200, { kind: 'failed', way: 'upnp', error: none }],
      ],
      ['probe pcp', 'probe nat-pmp', 'probe upnp', 'found pcp', 'found pcp'],
    ],
  ])('%s', (_name, events, expected) => {
    let state = idleSearch;
    const seen: string[] = [];
    for (const [now, event] of events) {
      const done = searchStep(state, event, now, ways);
      state = done.state;
      for (const effect of done.effects) {
        if (effect.kind === 'probe') seen.push(`probe ${effect.way}`);
        else seen.push([effect.kind, ...(effect.kind === 'found' ? effect.ways : [])].join(' '));
      }
    }
    expect(seen).toEqual(expected);
  });
});
