import { describe, expect, it } from 'vitest';
import { type RuleSetting, type RuleValues, rules } from '../../../src-main/availability/rules.ts';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import { settings } from '../../../src-preload/contract/settings/index.ts';

const GB = 1e9;
const usage = (used: number, forecast: number | null = null) => ({ used, forecast, endsAt: 5 });

function judge<I extends RuleId>(id: I, setting: object, value: RuleValues[I], stopped = false) {
  return rules[id].judge(setting as RuleSetting<I>, value, stopped);
}

describe('a rule', () => {
  it.each<[RuleId, object, unknown, boolean, string]>([
    ['idle', { minutes: 10 }, { seconds: 599 }, true, 'Not used for 9 min.'],
    ['idle', { minutes: 10 }, { seconds: 600 }, false, 'Not used for 10 min.'],
    ['idle', { minutes: 10 }, { seconds: 3 }, true, 'In use.'],
    ['battery', { below: 100 }, { onBattery: true, percent: 100 }, true, 'On battery, 100 %.'],
    ['battery', { below: 50 }, { onBattery: true, percent: 49.6 }, true, 'On battery, 50 %.'],
    ['battery', { below: 50 }, { onBattery: true, percent: 50 }, false, 'On battery, 50 %.'],
    ['battery', { below: 50 }, { onBattery: true, percent: null }, true, 'On battery.'],
    ['battery', { below: 50 }, { onBattery: false, percent: 3 }, false, 'Not on battery, 3 %.'],
    ['battery', { below: 100 }, { onBattery: false, percent: null }, false, 'Not on battery.'],
    ['metered', {}, { metered: true }, true, 'The line is metered.'],
    ['metered', {}, { metered: false }, false, 'The line is not metered.'],
    ['fullscreen', {}, { fullscreen: true, app: 'Factorio' }, true, 'Factorio fills the screen.'],
    ['fullscreen', {}, { fullscreen: true, app: null }, true, 'An app fills the screen.'],
    ['fullscreen', {}, { fullscreen: false, app: null }, false, 'No app fills the screen.'],
    ['apps', { names: ['Factorio'] }, new Set(['bash', 'factorio']), true, 'Runs: Factorio.'],
    ['apps', { names: ['factorio'] }, new Set(['bash', 'factorio-launcher']), false, 'None of them runs.'],
    ['apps', { names: ['factorio'] }, new Set(['factorio.exe']), true, 'Runs: factorio.'],
    ['apps', { names: ['witcher3.exe'] }, new Set(['witcher3']), true, 'Runs: witcher3.exe.'],
    ['apps', { names: ['baldursgate3-launcher'] }, new Set(['baldursgate3-la']), true, 'Runs: baldursgate3-launcher.'],
    ['cpuHeat', { most: 90 }, { celsius: 90, sensor: 'coretemp' }, false, '90 °C at coretemp.'],
    ['cpuHeat', { most: 90 }, { celsius: 90.1, sensor: 'coretemp' }, true, '90 °C at coretemp.'],
    ['gpuHeat', { most: 80 }, { celsius: 81, sensor: 'amdgpu edge' }, true, '81 °C at amdgpu edge.'],
    ['dayData', { gigabytes: 2 }, usage(2 * GB), true, '2.0 GB this day.'],
    ['dayData', { gigabytes: 2 }, usage(2 * GB - 1, 3 * GB), false, '2.0 GB this day, 3.0 GB by its end at this pace.'],
    [
      'monthData',
      { gigabytes: 200 },
      usage(20 * GB, 180 * GB),
      false,
      '20 GB this month, 180 GB by its end at this pace.',
    ],
  ])('%s with %j reads %j', (id, setting, value, stops, says) => {
    expect(judge(id, setting, value as never)).toMatchObject({ stops, says });
  });

  it('says in a few words why it stops, and gives what a page needs to say it in any language', () => {
    const why = <I extends RuleId>(id: I, setting: object, value: RuleValues[I]) => {
      const { because, args, until } = judge(id, setting, value);
      return [because, args, until];
    };
    expect(why('apps', { names: ['a', 'b'] }, new Set(['b']))).toEqual(['app: b', { app: 'b' }, null]);
    expect(why('battery', { below: 60 }, { onBattery: true, percent: 41.2 })).toEqual([
      'on battery, 41 %',
      { percent: 41 },
      null,
    ]);
    expect(why('idle', { minutes: 5 }, { seconds: 1 })).toEqual(['you are using it', { minutes: 5 }, null]);
    expect(why('fullscreen', {}, { fullscreen: true, app: 'Doom' })).toEqual([
      'full screen: Doom',
      { app: 'Doom' },
      null,
    ]);
    expect(why('gpuHeat', { most: 80 }, { celsius: 84.4, sensor: 'x' })).toEqual([
      'graphics card at 84 °C',
      { celsius: 84, most: 80 },
      null,
    ]);
    expect(why('dayData', { gigabytes: 0.5 }, usage(GB))).toEqual([
      '0.5 GB of data used this day',
      { used: GB, most: GB / 2 },
      5,
    ]);
  });

  it('that stopped for heat starts again only when it is five degrees cooler', () => {
    const stops = (celsius: number, stopped: boolean) =>
      judge('cpuHeat', { most: 90 }, { celsius, sensor: 'x' }, stopped).stops;
    const seen: boolean[] = [];
    for (const celsius of [89, 91, 90, 86, 85.1, 85, 89, 90, 90.5]) seen.push(stops(celsius, seen.at(-1) ?? false));
    expect(seen).toEqual([false, true, true, true, true, false, false, false, true]);
  });

  it('with an empty list of programs needs no reading', () => {
    expect(rules.apps.needsReading?.({ on: true, names: [], unload: true })).toBe(false);
    expect(rules.apps.needsReading?.({ on: true, names: ['a'], unload: true })).toBe(true);
  });

  it('has a setting of its name that can be switched', () => {
    for (const id of Object.keys(rules) as RuleId[]) {
      const { schema, initial } = settings[`availability.${id}`];
      for (const on of [true, false]) expect(schema.parse({ ...initial, on }).on).toBe(on);
    }
  });

  it('lists programs by their names, not by their places', () => {
    const { schema } = settings['availability.apps'];
    expect(schema.safeParse({ on: true, names: ['/usr/bin/factorio'] }).success).toBe(false);
    expect(schema.safeParse({ on: true, names: ['C:\\games\\doom.exe'] }).success).toBe(false);
    expect(schema.parse({ on: true, names: [' doom.exe '] }).names).toEqual(['doom.exe']);
  });
});
