// The rules: what each makes of a reading. Pure: the test is a table. A rule only ever stops; how much is open says the grid.

import type { RuleId, RuleView, Why } from '../../src-preload/contract/availability.ts';
import type { SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Usage } from './data-rule.ts';
import type { Apps, Battery, Fullscreen, Heat, Idle, Metered } from './sensors/sensor.ts';

type View<I extends RuleId> = Extract<RuleView, { id: I }>;
export type RuleSetting<I extends RuleId> = SettingValue<`availability.${I}`>;

/** What each rule's sensor reads. */
export interface RuleValues {
  readonly idle: Idle;
  readonly battery: Battery;
  readonly metered: Metered;
  readonly fullscreen: Fullscreen;
  readonly apps: Apps;
  readonly cpuHeat: Heat;
  readonly gpuHeat: Heat;
  readonly dayData: Usage;
  readonly monthData: Usage;
}

export interface Judgement<I extends RuleId> {
  readonly reading: NonNullable<View<I>['reading']>;
  readonly stops: boolean;
  /** When the clock alone ends the stop. */
  readonly until: number | null;
  readonly args: Why['args'];
  /** The reason to stop, in a few words. */
  readonly because: string;
  /** The reading in one sentence. */
  readonly says: string;
}

export interface Rule<I extends RuleId> {
  /** What can't be read on a desktop that does not tell. */
  readonly title: string;
  limit(setting: RuleSetting<I>): View<I>['limit'];
  /** False where the rule is on and yet asks for nothing. */
  needsReading?(setting: RuleSetting<I>): boolean;
  /** `stopped`: it said stop last time, and may want to see more than the limit before it lets go. */
  judge(setting: RuleSetting<I>, value: RuleValues[I], stopped: boolean): Judgement<I>;
}

/** Below the limit by this much before it is cool again, or it would stop and start all the time. */
const COOLER = 5;
const GIGA = 1e9;

function heat(part: string, code: 'cpuHeat' | 'gpuHeat') {
  return {
    title: `The temperature of the ${part}`,
    limit: ({ most }: { most: number }) => ({ most }),
    judge({ most }: { most: number }, value: Heat, stopped: boolean) {
      const celsius = Math.round(value.celsius);
      return {
        reading: { celsius, sensor: value.sensor },
        stops: value.celsius > most - (stopped ? COOLER : 0),
        until: null,
        args: { celsius, most },
        because: `${code === 'cpuHeat' ? 'processor' : 'graphics card'} at ${celsius} °C`,
        says: `${celsius} °C at ${value.sensor}.`,
      };
    },
  };
}

function data(period: string) {
  return {
    title: 'The data used',
    limit: ({ gigabytes }: { gigabytes: number }) => ({ bytes: Math.round(gigabytes * GIGA) }),
    judge({ gigabytes }: { gigabytes: number }, { used, forecast, endsAt }: Usage) {
      const most = Math.round(gigabytes * GIGA);
      return {
        reading: { used, forecast, endsAt },
        stops: used >= most,
        until: endsAt,
        args: { used, most },
        because: `${inGiga(most)} of data used this ${period}`,
        says: `${inGiga(used)} this ${period}${forecast === null ? '' : `, ${inGiga(forecast)} by its end at this pace`}.`,
      };
    },
  };
}

export const rules: { readonly [I in RuleId]: Rule<I> } = {
  idle: {
    title: 'Idle',
    limit: ({ minutes }) => ({ minutes }),
    judge: ({ minutes }, { seconds }) => ({
      reading: { seconds },
      stops: seconds < minutes * 60,
      until: null,
      args: { minutes },
      because: 'you are using it',
      says: seconds < 60 ? 'In use.' : `Not used for ${Math.floor(seconds / 60)} min.`,
    }),
  },
  battery: {
    title: 'The battery',
    limit: ({ below }) => ({ below }),
    judge({ below }, { onBattery, percent }) {
      const charge = percent === null ? '' : `, ${Math.round(percent)} %`;
      return {
        reading: { onBattery, percent: percent === null ? null : Math.round(percent) },
        // At the very limit of a hundred a full battery counts too; an unknown charge may be any.
        stops: onBattery && (percent === null || below === 100 || percent < below),
        until: null,
        args: percent === null ? {} : { percent: Math.round(percent) },
        because: `on battery${charge}`,
        says: onBattery ? `On battery${charge}.` : `Not on battery${charge}.`,
      };
    },
  },
  metered: {
    title: 'Whether the line is metered',
    limit: () => ({}),
    judge: (_, { metered }) => ({
      reading: { metered },
      stops: metered,
      until: null,
      args: {},
      because: 'metered line',
      says: metered ? 'The line is metered.' : 'The line is not metered.',
    }),
  },
  fullscreen: {
    title: 'Whether an app fills the screen',
    limit: () => ({}),
    judge: (_, { fullscreen, app }) => ({
      reading: { fullscreen, app },
      stops: fullscreen,
      until: null,
      args: app === null ? {} : { app },
      because: app ? `full screen: ${app}` : 'an app fills the screen',
      says: fullscreen ? `${app ?? 'An app'} fills the screen.` : 'No app fills the screen.',
    }),
  },
  apps: {
    title: 'The list of programs',
    limit: ({ names }) => ({ names }),
    needsReading: ({ names }) => names.length > 0,
    judge({ names }, value) {
      const running = names.filter((name) => runs(value, name));
      return {
        reading: { running },
        stops: running.length > 0,
        until: null,
        args: running[0] === undefined ? {} : { app: running[0] },
        because: `app: ${running[0]}`,
        says: running.length > 0 ? `Runs: ${running.join(', ')}.` : 'None of them runs.',
      };
    },
  },
  cpuHeat: heat('processor', 'cpuHeat'),
  gpuHeat: heat('graphics card', 'gpuHeat'),
  dayData: data('day'),
  monthData: data('month'),
};

/** Linux keeps the first fifteen bytes of a name, and Windows hangs its ending on it. */
const KEPT = 15;

function runs(apps: Apps, name: string): boolean {
  const small = name.toLowerCase();
  if (apps.has(small) || apps.has(`${small}.exe`) || apps.has(small.replace(/\.exe$/, ''))) return true;
  const bytes = Buffer.from(small);
  return bytes.length > KEPT && apps.has(bytes.subarray(0, KEPT).toString());
}

function inGiga(bytes: number): string {
  return `${(bytes / GIGA).toFixed(bytes < 10 * GIGA ? 1 : 0)} GB`;
}
