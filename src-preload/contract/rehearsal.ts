import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { BackendKind } from './settings/backends.ts';

/** In the order of a task's way; each has a sentence of its own. */
export const RehearsalCheckName = z.enum([
  'found',
  'registered',
  'sealed',
  'admitted',
  'answered',
  'replay-refused',
  'tampering-refused',
  'metered',
  'booked',
  'cleaned-up',
]);
export type RehearsalCheckName = z.infer<typeof RehearsalCheckName>;

export const RehearsalCheck = z.object({
  name: RehearsalCheckName,
  /** Skipped: an earlier one failed, so there was nothing to look at. */
  state: z.enum(['ok', 'failed', 'skipped']),
  reason: Reason,
});
export type RehearsalCheck = z.infer<typeof RehearsalCheck>;

/** The score card of a rehearsal. Times in milliseconds. */
export const RehearsalView = z.object({
  at: Time,
  took: z.number().nonnegative(),
  ok: z.boolean(),
  backend: z.object({ kind: BackendKind, url: z.string() }).nullable(),
  model: z.string().nullable(),
  /** The first answer, with what the model needed to get into memory. */
  firstMs: z.number().nonnegative().nullable(),
  /** What the way through the node adds to the model server's own time: the median over some short tasks. */
  addedMs: z.number().nullable(),
  tokensPerSecond: z.number().nonnegative().nullable(),
  checks: z.array(RehearsalCheck),
});
export type RehearsalView = z.infer<typeof RehearsalView>;

/** The rehearsal that runs now, if one does, and what the last one came to in this run of the engine. */
export const RehearsalsView = z.object({
  running: z
    .object({
      since: Time,
      /** From 0 to 1, by the parts of it that are over: how long each takes is the model server's affair. */
      done: z.number().min(0).max(1),
      /** What has been looked at so far, in the order of a task's way. */
      checks: z.array(RehearsalCheck),
    })
    .nullable(),
  last: RehearsalView.nullable(),
});
export type RehearsalsView = z.infer<typeof RehearsalsView>;

export const rehearsalRequests = {
  'rehearsal.get': request(Nothing, live(RehearsalsView)),
  /**
   * Runs the whole path once against the user's own model server: nothing leaves this computer, nothing is earned, nothing is
   * left behind. Without a model the most ready one is taken. May take minutes where a model has to be loaded first.
   */
  'rehearsal.run': request(z.object({ model: z.string().min(1).max(255).optional() }), RehearsalView),
};
export const rehearsalPushes = { 'rehearsal.changed': live(RehearsalsView) };
