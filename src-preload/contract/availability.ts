// When and how much: the one answer to whether to share now, with every input that it came from.

import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { Grid, Level, Pause } from './settings/availability.ts';
import { LeaseEnding } from './work.ts';

/** The rules that can stop sharing by what they see of this computer. Each has the setting `availability.` + its name. */
export const RuleId = z.enum([
  'idle',
  'battery',
  'metered',
  'fullscreen',
  'apps',
  'cpuHeat',
  'gpuHeat',
  'dayData',
  'monthData',
]);
export type RuleId = z.infer<typeof RuleId>;

/** What made the answer as it is; where several did, the strongest in this order. */
export const Bound = z.enum([
  'draining',
  'storage',
  'switched-off',
  'released',
  'paused',
  'suspended',
  'trial',
  ...RuleId.options,
  'quiet',
  'grid',
  'no-capacity',
]);
export type Bound = z.infer<typeof Bound>;

/** A code with what belongs into its sentence, and that sentence in plain English for logs and terminals. */
export const Why = z.object({
  code: Bound,
  /**
   * idle: minutes · battery: percent where known · fullscreen, apps: app where known · cpuHeat, gpuHeat: celsius, most ·
   * dayData, monthData: used, most (bytes) · grid: level. The others have none.
   */
  args: z.object({
    minutes: z.number().optional(),
    percent: z.number().optional(),
    app: z.string().optional(),
    celsius: z.number().optional(),
    used: z.number().optional(),
    most: z.number().optional(),
    level: Level.optional(),
  }),
  /** Such as "app: factorio" or "on battery, 41 %". */
  says: z.string(),
});
export type Why = z.infer<typeof Why>;

export const AnswerView = z.object({
  /** False: no new task at all. */
  accepting: z.boolean(),
  level: Level,
  /** Slots open to all networks together now, and when everything is open. */
  slots: z.number().int().nonnegative(),
  most: z.number().int().nonnegative(),
  bound: Bound.nullable(),
  why: Why.nullable(),
  /** What else stops it now, the strongest first. */
  also: z.array(Why),
  /** When the clock alone ends this; null where something else has to happen first, or nothing is bound. */
  until: Time.nullable(),
  /** The next change that the clock alone brings, with the level from then on as far as the clock knows. */
  next: z.object({ at: Time, level: Level }).nullable(),
});
export type AnswerView = z.infer<typeof AnswerView>;

/**
 * Allows and stops are verdicts on a reading. Off: switched off by the user. Unreadable: switched on, but this desktop does
 * not tell, so it does not bind. Waiting: switched on and not read yet.
 */
export const RuleState = z.enum(['allows', 'stops', 'unreadable', 'off', 'waiting']);
export type RuleState = z.infer<typeof RuleState>;

const rule = <I extends RuleId, R extends z.ZodType, L extends z.ZodType>(id: I, reading: R, limit: L) =>
  z.object({
    id: z.literal(id),
    on: z.boolean(),
    state: RuleState,
    /** Null where there is none: off, unreadable, or not read yet. */
    reading: reading.nullable(),
    limit,
    /** When it was last read. */
    at: Time.nullable(),
    /** The reading in one plain English sentence, or why there is none. */
    says: z.string(),
  });

const Heat = z.object({ celsius: z.number(), sensor: z.string() });
const HeatLimit = z.object({ most: z.number() });
/** Bytes in and out together; `forecast` is where the pace so far leads by the end of the period, null while it is too early. */
const Data = z.object({
  used: z.number().nonnegative(),
  forecast: z.number().nonnegative().nullable(),
  endsAt: Time,
});
const DataLimit = z.object({ bytes: z.number() });

/** Every rule there is, with its reading in units of its own. */
export const RuleView = z.discriminatedUnion('id', [
  rule('idle', z.object({ seconds: z.number().nonnegative() }), z.object({ minutes: z.number() })),
  rule(
    'battery',
    /** `percent` null: on battery, charge unknown. No battery at all reads as not on battery. */
    z.object({ onBattery: z.boolean(), percent: z.number().nullable() }),
    z.object({ below: z.number() }),
  ),
  rule('metered', z.object({ metered: z.boolean() }), z.object({})),
  /** `app` as the window calls its own kind; null where it does not. */
  rule('fullscreen', z.object({ fullscreen: z.boolean(), app: z.string().nullable() }), z.object({})),
  rule('apps', z.object({ running: z.array(z.string()) }), z.object({ names: z.array(z.string()) })),
  rule('cpuHeat', Heat, HeatLimit),
  rule('gpuHeat', Heat, HeatLimit),
  rule('dayData', Data, DataLimit),
  rule('monthData', Data, DataLimit),
]);
export type RuleView = z.infer<typeof RuleView>;

/** Bytes that strangers' tasks have moved, in both directions, at the doors of this node. */
const Moved = z.object({ in: z.number().int().nonnegative(), out: z.number().int().nonnegative() });

/** The settings' own shapes, as they are shown. */
const GridView = z.object(Grid.shape);
const PauseView = z.object(Pause.shape);

/** What was done to make room, measured. */
const Room = z.object({
  tasksFinished: z.number().int().nonnegative(),
  /** Handed back, so that their callers can go elsewhere. */
  tasksReturned: z.number().int().nonnegative(),
  /** Given back to their managers, to be done by other nodes. */
  jobsHandedBack: z.number().int().nonnegative(),
  /** Models on this computer seen to be gone from memory, and how long each took. */
  unloaded: z.array(z.object({ backend: z.string(), model: z.string(), tookMs: z.number().nonnegative() })),
  /** Models that are still in memory, with why. */
  kept: z.array(z.object({ backend: z.string(), model: z.string(), reason: Reason })),
  /** Graphics memory as its driver tells it; null where none does. */
  vram: z.object({ freeBytes: z.number(), freedBytes: z.number(), totalBytes: z.number() }).nullable(),
  tookMs: z.number().nonnegative(),
});

/** Memory that was freed unasked, because sharing stopped for the user's return; and what it stopped for. */
export const RoomView = z.object({
  ...Room.shape,
  at: Time,
  cause: z.enum(['by-hand', 'fullscreen', 'apps']),
});
export type RoomView = z.infer<typeof RoomView>;

/** What was learned of when this computer is unattended. */
export const LearnedView = z.object({
  /** The setting availability.learn. */
  on: z.boolean(),
  /** Idle time can't be read here, so nothing is learned. */
  unreadable: z.boolean(),
  /** Half hours of the week that have been watched for long enough, of 336. */
  known: z.number().int().nonnegative(),
  /** There is nothing to forget. */
  empty: z.boolean(),
  /** Unattended hours, painted full and not in the grid yet; null where there are none to suggest. */
  suggestion: z.array(z.string()).nullable(),
});
export type LearnedView = z.infer<typeof LearnedView>;

export const AvailabilityView = z.object({
  answer: AnswerView,
  /** The big switch, the setting node.sharing. */
  sharing: z.boolean(),
  /** The pause in force. */
  pause: PauseView.nullable(),
  rules: z.array(RuleView),
  /** Quiet mode, the setting availability.quiet. */
  quiet: z.boolean(),
  /** Null: always full. */
  grid: GridView.nullable(),
  data: z.object({ today: Moved, month: Moved }),
  /** The last since the node began to run; null where there was none. */
  room: RoomView.nullable(),
  learned: LearnedView,
});
export type AvailabilityView = z.infer<typeof AvailabilityView>;

/** `tomorrow` is 08:00 local time of the next day; before four in the morning it is still the night before. */
export const PauseFor = z.enum(['30m', '1h', '4h', 'tomorrow', 'resumed']);
export type PauseFor = z.infer<typeof PauseFor>;

/** Any time of the week that comes can be the end of a pause; a longer one ends by hand. */
export const LONGEST_PAUSE_MS = 8 * 24 * 60 * 60_000;

/** What "give me my PC back" did, measured. */
export const ReleaseView = z.object({
  /** Until nothing new was taken. */
  stoppedMs: z.number().nonnegative(),
  ...Room.shape,
  /** Leases go on until what was paid for is over: the user says which of them end at once, with what refund. */
  leases: z.array(LeaseEnding),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

export const availabilityRequests = {
  /** Rules that are on are read again soon after, so that a page that asks now and then sees live readings. */
  'availability.get': request(Nothing, live(AvailabilityView)),
  /** Reads once what each rule needs, switched on or not: a rule that can't be read here is none to choose. Seconds at most. */
  'availability.readable': request(Nothing, z.object({ unreadable: z.array(RuleId) })),
  /** Takes nothing new from now on; running tasks finish. Kept over restarts. A pause takes the place of an earlier one. */
  'availability.pause': request(
    /** `until`: at most `LONGEST_PAUSE_MS` ahead. */
    z.union([z.object({ for: PauseFor }), z.object({ until: Time })]),
    live(AvailabilityView),
  ),
  /** Ends a pause and switches sharing on: tasks are taken as far as grid and rules allow. */
  'availability.resume': request(Nothing, live(AvailabilityView)),
  /** "Give me my PC back": see ReleaseView. Answers when it is done, some seconds at most; paused until resumed. */
  'availability.release': request(Nothing, ReleaseView),
  /** Forgets all that was learned of when this computer is unattended. Whether more is learned is a setting. */
  'availability.forget': request(Nothing, live(AvailabilityView)),
  /** The grid as iCalendar (RFC 5545), one weekly event a block. */
  'availability.exportCalendar': request(Nothing, z.object({ fileName: z.string(), text: z.string() })),
  /**
   * Puts the weekly events of an iCalendar in place of the grid. `outside` where the calendar does not say it itself and no
   * grid is set yet. Events that are no weekly blocks are left out and counted.
   */
  'availability.importCalendar': request(
    z.object({ text: z.string().max(262_144), outside: z.enum(['off', 'reduced']).optional() }),
    z.object({ grid: GridView, taken: z.number().int().nonnegative(), leftOut: z.number().int().nonnegative() }),
  ),
};
export const availabilityPushes = { 'availability.changed': live(AvailabilityView) };
