import { z } from 'zod';
import { setting } from './define.ts';

/** How much of the capacity is open. `reduced` is what `outside` may say; the others can be painted. */
export const Level = z.enum(['off', 'low', 'reduced', 'normal', 'full']);
export type Level = z.infer<typeof Level>;

/** The part of the configured slots that a level opens. Half is what IICP's own helper gives outside all windows. */
export const LEVEL_SHARE = { off: 0, low: 0.25, reduced: 0.5, normal: 0.75, full: 1 } as const satisfies Record<
  Level,
  number
>;

/** The letters of the grid's cells. A cell that is not painted follows `outside`. */
export const CELLS = { '-': 'outside', o: 'off', l: 'low', n: 'normal', f: 'full' } as const;
export type Cell = keyof typeof CELLS;
export const CELLS_A_DAY = 48;

/**
 * The week in half hours of the local wall clock, Monday first, each day from midnight to midnight: an hour that the clock
 * skips has no cells, and an hour that it repeats has its cells twice. A span over night is the end of one day and the
 * beginning of the next. The painter says what holds where nothing is painted.
 */
export const Grid = z.strictObject({
  days: z
    .array(z.string().regex(/^[-olnf]{48}$/, 'expected a day of 48 half hours, each one of - o l n f'))
    .length(7, 'expected a week of seven days, Monday first'),
  outside: z.enum(['off', 'reduced']),
});
export type Grid = z.infer<typeof Grid>;

/** What quiet mode leaves: tasks at once over all networks, and degrees Celsius above which nothing new is taken. */
export const QUIET = { tasks: 1, graphics: 70, processor: 75 } as const;

/** A pause by hand. It ends at `until`; null is until it is resumed by hand, and nothing else is. Epoch milliseconds. */
export const Pause = z.strictObject({
  since: z.number().int().nonnegative(),
  until: z.number().int().nonnegative().nullable(),
  /** Begun by "give me my PC back". */
  released: z.boolean().default(false),
});
export type Pause = z.infer<typeof Pause>;

const on = z.boolean();
const Celsius = z.number().int().min(40).max(110);
/** Decimal, as data plans count. */
const Gigabytes = z.number().min(0.1).max(100_000);
const AppName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}/\\]*$/u, 'the name of a program without its folder, for example factorio');

export const availabilitySettings = {
  'availability.grid': setting(
    Grid.nullable(),
    null,
    'The week as {"days":[7 texts of 48 half hours, Monday first: - not painted, o off, l low, n normal, f full],"outside":"off" or "reduced"}; null: always full.',
  ),
  'availability.pause': setting(
    Pause.nullable(),
    null,
    'The pause in force, set by "hearth pause" and ended by "hearth resume".',
  ),
  'availability.quiet': setting(
    z.boolean(),
    false,
    'Quiet mode: one task at a time, and none while the graphics card is above 70 or the processor above 75 degrees Celsius. Stricter rules still win.',
  ),
  'availability.idle': setting(
    z.strictObject({ on, minutes: z.number().int().min(1).max(240) }),
    { on: false, minutes: 10 },
    'Share only when this computer has not been used for so many minutes.',
  ),
  'availability.battery': setting(
    z.strictObject({ on, below: z.number().int().min(1).max(100) }),
    { on: true, below: 100 },
    'Stop on battery when its charge is below so many percent; 100: always on battery.',
  ),
  'availability.metered': setting(
    z.strictObject({ on }),
    { on: true },
    'Stop on a line that the system knows as metered.',
  ),
  'availability.fullscreen': setting(
    z.strictObject({ on }),
    { on: true },
    'Stop while an app fills the screen, such as a game or a film.',
  ),
  'availability.apps': setting(
    z.strictObject({ on, names: z.array(AppName).max(64), unload: z.boolean().default(true) }),
    { on: true, names: [], unload: true },
    'Stop while one of these programs runs, and with unload also free the memory for it, as {"on":true,"names":["factorio"],"unload":true}.',
  ),
  'availability.cpuHeat': setting(
    z.strictObject({ on, most: Celsius }),
    { on: false, most: 90 },
    'Stop when the processor is hotter, in degrees Celsius, until it is five degrees cooler again.',
  ),
  'availability.gpuHeat': setting(
    z.strictObject({ on, most: Celsius }),
    { on: false, most: 85 },
    'Stop when the graphics card is hotter, in degrees Celsius, until it is five degrees cooler again.',
  ),
  'availability.dayData': setting(
    z.strictObject({ on, gigabytes: Gigabytes }),
    { on: false, gigabytes: 10 },
    'Stop for the rest of the day when tasks have moved so many gigabytes in and out together.',
  ),
  'availability.monthData': setting(
    z.strictObject({ on, gigabytes: Gigabytes, startsOn: z.number().int().min(1).max(28) }),
    { on: false, gigabytes: 200, startsOn: 1 },
    'The same for a month, which starts on this day of the calendar month.',
  ),
  'availability.learn': setting(
    z.boolean(),
    false,
    'Learn in which hours of the week this computer is not used, to suggest hours for sharing: 336 pairs of numbers in its database, that fade and go nowhere else.',
  ),
  'availability.learnDismissed': setting(
    z.number().int().nonnegative().nullable(),
    null,
    'When the suggested hours were last put aside, in epoch milliseconds; four weeks later there may be others.',
  ),
  'availability.unload': setting(
    z.boolean(),
    true,
    'Take models out of memory when sharing is paused or switched off by hand, once running tasks have ended, and when an app fills the screen. Loading one again takes some seconds.',
  ),
  'availability.finishSeconds': setting(
    z.number().int().min(0).max(60),
    5,
    'How long running tasks may take to finish, before they are handed back, after "give me my PC back" and where memory is freed for an app.',
  ),
};
