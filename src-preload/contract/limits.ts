// What bounds the number of tasks at once, and which of it does so now.

import { z } from 'zod';
import { Nothing, request, Time } from './define.ts';
import { JobKind, Resources } from './work.ts';

/**
 * Availability: the rules, pauses and switches that stop everything. Slots: tasks at once over all networks. Window: the share
 * of them that the week has open now. Quiet: what quiet mode leaves. Backend: a server's calls at once. Budget: its tokens today. Model:
 * a model's tasks at once.
 */
export const LimitKind = z.enum(['availability', 'slots', 'window', 'quiet', 'backend', 'budget', 'model']);
export type LimitKind = z.infer<typeof LimitKind>;

export const LimitView = z.object({
  kind: LimitKind,
  /** The server by its id, and the model, where it is theirs. */
  backend: z.string().nullable(),
  model: z.string().nullable(),
  /** Tasks; tokens for a budget. `most` null: none set, so it never binds. */
  used: z.number().int().nonnegative(),
  most: z.number().int().nonnegative().nullable(),
  /** No room left in it. */
  reached: z.boolean(),
  /** The setting that holds it; null where none does. */
  setting: z.string().nullable(),
  /** One plain English sentence. */
  says: z.string(),
});
export type LimitView = z.infer<typeof LimitView>;

/** Claims of one network and kind of work, put together. */
export const Holding = z.object({
  network: z.string(),
  kind: JobKind,
  claims: z.number().int().positive(),
  resources: Resources,
  /** When the last of them ends; null where one of them has no known end. */
  until: Time.nullable(),
});
export type Holding = z.infer<typeof Holding>;

export const LimitsView = z.object({
  at: Time,
  /** Tasks that could begin at this moment, over all networks and models. */
  room: z.number().int().nonnegative(),
  /** Tasks at once as things stand: what is running and that room. */
  most: z.number().int().nonnegative(),
  /** All there are, from the outermost to the innermost. */
  limits: z.array(LimitView),
  /** Which of them keeps `most` from being higher; null where nothing is there to do work at all. */
  binding: z.number().int().nonnegative().nullable(),
  /** What the user lends by the settings, whether or not anything is taken at this moment; slots are the tasks at once. */
  lends: Resources,
  /** Who holds what of it, which may be more after the user has lowered it. */
  held: z.array(Holding),
  /** Who holds what of an engine elsewhere; what there is of it says the slice of boxes. */
  elsewhere: z.array(Holding),
});
export type LimitsView = z.infer<typeof LimitsView>;

/** Made from the slices of availability, backends and work: ask again when one of them has changed. */
export const limitsRequests = { 'limits.get': request(Nothing, LimitsView) };
