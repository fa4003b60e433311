// Ready-made choices for how much of this computer others may have and when, for the first run on pages and in a terminal.

import { CELLS_A_DAY, type Cell, type Grid, QUIET } from './availability.ts';

/** Tasks at once, degrees Celsius above which nothing new is taken, megabytes of records. Null: without a bound. */
export const CAPS = {
  quiet: { ...QUIET, megabytes: 512 },
  balanced: { tasks: 2, graphics: 80, processor: 85, megabytes: 4096 },
  everything: { tasks: 4, graphics: null, processor: null, megabytes: null },
} as const;
export type CapsName = keyof typeof CAPS;

export interface Caps {
  readonly tasks: number;
  /** Degrees Celsius above which nothing new is taken. Null: without a bound. */
  readonly graphics: number | null;
  readonly processor: number | null;
  readonly megabytes: number | null;
}

/** What of a preset can hold here: a temperature that can't be read bounds nothing. `unreadable`: rules by their ids. */
export function capsFor(name: CapsName, unreadable: readonly string[] = []): Caps {
  const { graphics, processor, ...others } = CAPS[name];
  return {
    ...others,
    graphics: unreadable.includes('gpuHeat') ? null : graphics,
    processor: unreadable.includes('cpuHeat') ? null : processor,
  };
}

/** The settings that hold a preset, and those that hold when to share. */
const MUCH = ['capacity.maxConcurrent', 'availability.gpuHeat', 'availability.cpuHeat', 'storage.megabytes'];
const WHEN = ['availability.grid', 'availability.idle'];

export interface Beginning {
  readonly preset?: CapsName;
  readonly when?: 'away' | 'nights';
}

/**
 * What a first run begins with, for settings that have not been chosen yet: quiet, and while the user is away; the nights stand in for that where it
 * can't be read. `isSet`: whether a setting was chosen.
 */
export function beginningFor(isSet: (path: string) => boolean, unreadable: readonly string[]): Beginning {
  return {
    ...(!MUCH.some(isSet) && { preset: 'quiet' }),
    ...(!WHEN.some(isSet) && { when: unreadable.includes('idle') ? 'nights' : 'away' }),
  };
}

/** By day, from 0 for Monday, and hour: whether it is shared then. */
const OPEN = {
  nights: (_day: number, hour: number) => hour >= 22 || hour < 7,
  workdays: (day: number, hour: number) => day < 5 && hour >= 9 && hour < 17,
  weekend: (day: number) => day >= 5,
} as const satisfies Readonly<Record<string, (day: number, hour: number) => boolean>>;
export type WeekName = keyof typeof OPEN;
export const weekNames = Object.keys(OPEN) as WeekName[];

/** Full in these hours, and off outside of them. */
export function weekOf(name: WeekName): Grid {
  const cell = (day: number, half: number): Cell => (OPEN[name](day, Math.floor(half / 2)) ? 'f' : '-');
  const days = Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: CELLS_A_DAY }, (__, half) => cell(day, half)).join(''),
  );
  return { days, outside: 'off' };
}
