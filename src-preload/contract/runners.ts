// What does the jobs that this computer leases, as its user sees it: whether each runner could start, what it said when it was tried, and
// how far its image is. Which there are is the setting `backends.runners`.

import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { Capability } from './settings/runners.ts';

const Count = z.number().int().nonnegative();

/** Progress and events as JSON, a log line as it was written; cut at 500 characters. */
const RunnerSaid = z.object({ kind: z.enum(['progress', 'event', 'log']), text: z.string().max(501) });
export type RunnerSaid = z.infer<typeof RunnerSaid>;

/** What came of running it once with a sample document. What it left was looked at and removed. */
export const RunnerTrial = z.object({
  capability: z.string(),
  at: Time,
  tookMs: z.number().nonnegative(),
  /** Why it failed; null where it did not. */
  failure: Reason.nullable(),
  /** Its last 200 lines, oldest first. */
  said: z.array(RunnerSaid),
  /** The first 50 files that it left. */
  results: z.array(z.object({ path: z.string(), bytes: Count })),
  /** How many it left in all. */
  resultCount: Count,
});
export type RunnerTrial = z.infer<typeof RunnerTrial>;

export const RunnersView = z.object({
  /** What is being done now; one thing at a time. */
  doing: z
    .discriminatedUnion('what', [
      z.object({ what: z.literal('try'), capability: z.string(), since: Time, said: z.array(RunnerSaid) }),
      z.object({
        what: z.literal('pull'),
        capability: z.string(),
        since: Time,
        image: z.string(),
        /** Bytes of the layers that are known so far; none where the engine does not name them, as Podman. */
        doneBytes: Count,
        totalBytes: Count,
      }),
    ])
    .nullable(),
  /** The last one of each runner, in this run of the engine. */
  trials: z.array(RunnerTrial),
});
export type RunnersView = z.infer<typeof RunnersView>;

export const RunnersCheck = z.object({
  /** The engine for containers that answers; null where none does, or where no runner needs one. */
  engine: z.object({ make: z.enum(['podman', 'docker']), rootless: z.boolean() }).nullable(),
  /** For each runner, what it lacks to start; null: nothing. */
  runners: z.array(z.object({ capability: z.string(), missing: Reason.nullable() })),
});
export type RunnersCheck = z.infer<typeof RunnersCheck>;

const One = z.object({ capability: Capability });

export const runnersRequests = {
  'runners.get': request(Nothing, live(RunnersView)),
  /** Looks whether each runner could start now, within 20 s. None is started. */
  'runners.check': request(Nothing, RunnersCheck),
  /**
   * Runs one with a sample document, however long it may take. Rejects with `runners.busy`, `runners.unknown` or `runners.held`; how the
   * runner itself fares is in the answer.
   */
  'runners.try': request(One, RunnerTrial),
  /** Pulls the image of a container runner. Answers when it is here; rejects with `containers.pull-failed` and as `runners.try`. */
  'runners.pull': request(One, z.object({ tookMs: z.number().nonnegative() })),
  /** Ends what is being done. Answers when nothing of it is left. */
  'runners.stop': request(Nothing, Nothing),
};
export const runnersPushes = { 'runners.changed': live(RunnersView) };
