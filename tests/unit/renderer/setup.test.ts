// What of the first run can be said without a page: whether it is one, how much, when, with whom, and which step.
import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { type SettingPath, type SettingView, settings } from '../../../src-preload/contract/settings/index.ts';
import { capsFor, weekOf } from '../../../src-preload/contract/settings/presets.ts';
import { isFirstRun } from '../../../src-renderer/first-run.ts';
import {
  capsOf,
  HEAT,
  heatAt,
  LAST_SIZE,
  positionOfHeat,
  positionOfSize,
  presetNames,
  presetOf,
  presets,
  sizeAt,
} from '../../../src-renderer/pages/setup/caps.ts';
import { beginningOf } from '../../../src-renderer/pages/setup/gentle.ts';
import { whenOf } from '../../../src-renderer/pages/setup/hours.ts';
import { switchesFor, tickedOf } from '../../../src-renderer/pages/setup/joining.ts';
import { startAt } from '../../../src-renderer/pages/setup/start-at.ts';
import { indexOf } from '../../../src-renderer/pages/setup/step.ts';
import { steps } from '../../../src-renderer/pages/setup/steps.ts';

/** Every setting as delivered, but for these. */
function chosen(values: Partial<Record<SettingPath, unknown>> = {}): SettingView[] {
  return (Object.keys(settings) as SettingPath[]).map((path) => {
    const { initial, about } = settings[path];
    const value = (path in values ? values[path] : initial) as SettingView['value'];
    return { path, value, initial: initial as SettingView['value'], isSet: path in values, secret: false, about };
  });
}

describe('a first run', () => {
  const nothing = { settings: chosen(), practice: false, backup: { needed: false, restored: null } };

  it('is where nothing was chosen and nobody has begun', () => {
    expect(isFirstRun(nothing)).toBe(true);
    expect(isFirstRun({ ...nothing, settings: chosen({ 'ui.language': 'de', 'desktop.openAtLogin': false }) })).toBe(
      true,
    );
  });

  it('is no more where a node was set up, by whatever way', () => {
    const other = (change: Partial<typeof nothing>) => isFirstRun({ ...nothing, ...change });
    expect(other({ settings: chosen({ 'setup.done': true }) })).toBe(false);
    expect(other({ settings: chosen({ 'networks.iicp.port': 1 }) })).toBe(false);
    expect(other({ backup: { needed: true, restored: null } })).toBe(false);
    expect(other({ practice: true })).toBe(false);
  });

  it('goes on where somebody is in the middle of it, unless it is a restored node', () => {
    const middle = chosen({ 'setup.step': 'when', 'availability.idle': { on: true, minutes: 5 } });
    const backup = { needed: true, restored: null };
    expect(isFirstRun({ ...nothing, settings: middle, backup })).toBe(true);
    const restored = { at: 2, madeAt: 1, aside: null };
    expect(isFirstRun({ ...nothing, settings: middle, backup: { needed: true, restored } })).toBe(false);
  });
});

describe('the steps', () => {
  it('have names of their own that a setting and an address can hold', () => {
    const ids = steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(settings['setup.step'].schema.safeParse(id).success).toBe(true);
  });

  it('are found by name, and the first stands for a name that means nothing', () => {
    expect(indexOf(steps, 'join')).toBe(2);
    expect([indexOf(steps, ''), indexOf(steps, undefined), indexOf(steps, 'constructor')]).toEqual([0, 0, 0]);
  });
});

describe('how much of the computer', () => {
  it('is “everything” as delivered, and each preset is recognised', () => {
    expect(presetOf(capsOf(chosen()))).toBe('everything');
    for (const name of presetNames) expect(presetOf(presets[name])).toBe(name);
    expect(presetOf({ ...presets.quiet, tasks: 3 })).toBeUndefined();
  });

  it('is bounded by no temperature that can’t be read here, and recognised all the same', () => {
    expect(capsFor('quiet', ['gpuHeat', 'cpuHeat'])).toEqual({ ...presets.quiet, graphics: null, processor: null });
    for (const name of presetNames) expect(presetOf(capsFor(name, ['gpuHeat']), ['gpuHeat'])).toBe(name);
  });

  it('takes a rule for heat only where it is on', () => {
    const caps = (on: boolean) => capsOf(chosen({ 'availability.gpuHeat': { on, most: 70 } })).graphics;
    expect([caps(true), caps(false)]).toEqual([70, null]);
  });

  it('asks for nothing that the settings would refuse', () => {
    for (const { tasks, graphics, processor, megabytes } of Object.values(presets)) {
      expect(settings['capacity.maxConcurrent'].schema.safeParse(tasks).success).toBe(true);
      expect(settings['storage.megabytes'].schema.safeParse(megabytes).success).toBe(true);
      for (const most of [graphics, processor].filter((heat) => heat !== null)) {
        expect(settings['availability.gpuHeat'].schema.safeParse({ on: true, most }).success).toBe(true);
      }
    }
    for (let at = 0; at <= LAST_SIZE; at += 1) {
      expect(settings['storage.megabytes'].schema.safeParse(sizeAt(at)).success).toBe(true);
    }
  });

  it('goes from a slider’s position to its value and back', () => {
    for (let at: number = HEAT.least; at <= HEAT.most; at += HEAT.step) expect(positionOfHeat(heatAt(at))).toBe(at);
    for (let at = 0; at <= LAST_SIZE; at += 1) expect(positionOfSize(sizeAt(at))).toBe(at);
    expect(sizeAt(positionOfSize(700))).toBe(1024);
    expect(sizeAt(positionOfSize(1_000_000))).toBeNull();
  });
});

describe('when to share', () => {
  it('is the week where there is one, then whether anybody is there', () => {
    const grid = { days: Array<string>(7).fill('f'.repeat(48)), outside: 'off' as const };
    expect(whenOf(null, { on: false })).toBe('always');
    expect(whenOf(null, { on: true })).toBe('away');
    expect(whenOf(grid, { on: true })).toBe('hours');
    expect(whenOf(weekOf('nights'), { on: false })).toBe('nights');
    expect(whenOf({ ...weekOf('nights'), outside: 'reduced' }, { on: false })).toBe('hours');
  });
});

describe('what a first run begins with', () => {
  const networks = [{ enabled: false }] as NetworkView[];
  const begin = (values: Parameters<typeof chosen>[0], unreadable: RuleId[] = [], practice = false) =>
    beginningOf({ settings: chosen(values), networks, practice }, unreadable);

  it('is quiet, while the user is away, or at night where that can’t be read', () => {
    expect(begin({})).toEqual({ preset: 'quiet', when: 'away' });
    expect(begin({}, ['idle'])).toEqual({ preset: 'quiet', when: 'nights' });
  });

  it('is nothing of what was chosen already, nor of a node that was set up or practises', () => {
    expect(begin({ 'capacity.maxConcurrent': 4 })).toEqual({ when: 'away' });
    expect(begin({ 'availability.idle': { on: false, minutes: 10 } })).toEqual({ preset: 'quiet' });
    expect(begin({ 'setup.done': true })).toEqual({});
    expect(begin({}, [], true)).toEqual({});
    const joined = [{ enabled: true }] as NetworkView[];
    expect(beginningOf({ settings: chosen(), networks: joined, practice: false }, [])).toEqual({});
  });
});

describe('a later start', () => {
  /** A Wednesday, ten past twelve. */
  const NOON = new Date(2026, 5, 3, 12, 10).getTime();
  const on = (day: number, hour: number, minute = 0) => new Date(2026, 5, day, hour, minute).getTime();
  const week = (days: Partial<Record<number, string>>, outside: 'off' | 'reduced' = 'off') => ({
    days: Array.from({ length: 7 }, (_, day) => days[day] ?? '-'.repeat(48)),
    outside,
  });
  const nights = week(
    Object.fromEntries(Array.from({ length: 7 }, (_, day) => [day, `${'f'.repeat(14)}${'-'.repeat(30)}ffff`])),
  );

  it.each([
    ['the evening where no week is painted', null, undefined, on(3, 22)],
    ['the evening where the week never closes', week({}, 'reduced'), undefined, on(3, 22)],
    ['the evening where the week never opens', week({}), undefined, on(3, 22)],
    ['where the nights begin', nights, undefined, on(3, 22)],
    ['on another day', week({ 5: `${'-'.repeat(21)}l${'-'.repeat(26)}` }), undefined, on(6, 10, 30)],
    [
      'next week, where the hour of now is the only one',
      week({ 2: `${'-'.repeat(24)}f${'-'.repeat(23)}` }),
      undefined,
      on(10, 12),
    ],
    ['today at a time that comes', nights, '12:11', on(3, 12, 11)],
    ['tomorrow at a time that is over', null, '12:10', on(4, 12, 10)],
    ['as without a word where that is no time', nights, '25:00', on(3, 22)],
  ])('is %s', (_when, grid, typed, expected) => {
    expect(startAt(grid, typed, NOON)).toBe(expected);
  });
});

describe('the networks to join', () => {
  const network = (enabled: boolean): Pick<NetworkView, 'id' | 'enabled'> => ({ id: 'iicp', enabled });

  it('are those that are on, until somebody ticks or unticks one', () => {
    expect(tickedOf(null, [network(false)])).toEqual([]);
    expect(tickedOf(null, [network(true)])).toEqual(['iicp']);
    expect(tickedOf([], [network(true)])).toEqual([]);
    expect(tickedOf(['iicp'], [network(false)])).toEqual(['iicp']);
    expect(tickedOf(['iicp'], [])).toEqual([]);
  });

  it('need a switch only where it stands otherwise', () => {
    expect(switchesFor(['iicp'], [network(false)])).toEqual([['iicp', true]]);
    expect(switchesFor([], [network(true)])).toEqual([['iicp', false]]);
    expect(switchesFor(['iicp'], [network(true)])).toEqual([]);
  });
});
