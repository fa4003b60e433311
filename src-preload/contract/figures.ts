// How it goes now and went today, beside what the slices tell. Nothing of it is guessed: what is not known is null.

import { z } from 'zod';
import { Nothing, request, Time } from './define.ts';
import { Currency } from './earnings.ts';

const Count = z.number().int().nonnegative();
const Heat = z.object({ celsius: z.number(), sensor: z.string() });
const Money = z.object({ currency: Currency, micro: z.number().int() });

/** Null: no amount in the tariff's currency is known (left); watts or tariff are not set (cost). */
const Power = z.object({ left: Money.nullable(), cost: Money.nullable() });

/** Minutes of `tokensLately`. */
export const LATELY = 30;
/** The day on which clocks are set back has four more than others. */
const QUARTERS_A_DAY = 100;

/** Milliseconds of it: with the node on, with a network joined, taking tasks, with a network that could send some, at work. */
const DayQuarter = z.object({ at: Time, onMs: Count, joinedMs: Count, openMs: Count, readyMs: Count, busyMs: Count });
export type DayQuarter = z.infer<typeof DayQuarter>;

export const FiguresView = z.object({
  at: Time,
  /** Tasks that wait for a place. */
  waiting: Count,
  /** Tokens of answers that were finished in the last minute, each second; null: none was. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  /** The same for each of the last minutes, the oldest first; nought where none was. */
  tokensLately: z.array(z.number().nonnegative()).max(LATELY),
  /** The local day: from midnight to midnight, and the quarters of an hour of it in which the node ran, the earliest first. */
  day: z.object({ start: Time, end: Time, quarters: z.array(DayQuarter).max(QUARTERS_A_DAY) }),
  /** Of the hours that the week has open, from when a network was first joined until now, and how long one could send tasks in them. */
  hours: z.object({ plannedMs: Count, servedMs: Count }),
  /** The middle of the speeds of today's answers, over the whole time that the model server took, and of how many. */
  speed: z.object({ count: Count, tokensPerSecond: z.number().nonnegative() }).nullable(),
  /**
   * From asking a model server to the first piece of its answer: the middle, and what nineteen of twenty don't exceed. Known of
   * answers that came in pieces, and of servers that tell.
   */
  first: z.object({ count: Count, middleMs: z.number().nonnegative(), slowMs: z.number().nonnegative() }).nullable(),
  power: z.object({ today: Power, week: Power }),
  cpuHeat: Heat.nullable(),
  gpuHeat: Heat.nullable(),
  /** Of all graphics cards together. */
  vram: z.object({ freeBytes: Count, totalBytes: Count }).nullable(),
  gpuWatts: z.number().nonnegative().nullable(),
});
export type FiguresView = z.infer<typeof FiguresView>;

/** Temperatures, memory and watts are read on request, each no more often than its sensor can afford. */
export const figuresRequests = { 'figures.get': request(Nothing, FiguresView) };
