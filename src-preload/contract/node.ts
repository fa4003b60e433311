import { z } from 'zod';
import { Why } from './availability.ts';
import { live, Nothing, Reason, request, Time } from './define.ts';

/** The states that people are shown, each with a word and a shape, never by colour alone. */
export const NodeState = z.enum(['off', 'starting', 'ready', 'working', 'paused', 'finishing', 'limited', 'needs-you']);
export type NodeState = z.infer<typeof NodeState>;

export const ServiceHealth = z.object({
  name: z.string(),
  state: z.enum(['starting', 'running', 'degraded', 'stopped']),
  since: Time,
  reason: Reason.nullable(),
});

/**
 * The state in one line, as it is decided: `code` names its sentence (src-i18n), `values` fill it. `until`: when the clock ends a
 * pause. `endsAt`: when the running tasks and jobs may be done. `because`: what pauses it, where the user did not do so.
 */
export const Headline = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  until: Time.nullable(),
  endsAt: Time.nullable(),
  because: Why.nullable(),
});
export type Headline = z.infer<typeof Headline>;

export const NodeView = z.object({
  version: z.string(),
  mode: z.enum(['desktop', 'console', 'headless']),
  practice: z.boolean(),
  name: z.string(),
  state: NodeState,
  headline: Headline,
  /** The headline in English, such as "Working on 2 of 4 tasks", for terminals and programs. */
  sentence: z.string(),
  reason: Reason.nullable(),
  /** The big switch. Off: no new tasks, running ones finish. */
  sharing: z.boolean(),
  /** When the clock ends what keeps it from taking tasks; null where the clock does not, or nothing does. */
  pausedUntil: Time.nullable(),
  /** Tasks that run, jobs that are leased to this computer, and leases of it that run. */
  working: z.number().int().nonnegative(),
  jobs: z.number().int().nonnegative(),
  leases: z.number().int().nonnegative(),
  /** While it finishes: when the last running task or job may be done, by how long such took of late. Null: nothing tells. */
  endsAt: Time.nullable(),
  /** Slots open to networks now: the configured number times the current window's share. */
  slots: z.number().int().nonnegative(),
  startedAt: Time,
  dataFolder: z.string(),
  /** Which holder keeps the key that seals the secrets of this data folder. */
  keyHolder: z.string(),
  services: z.array(ServiceHealth),
});
export type NodeView = z.infer<typeof NodeView>;

export const nodeRequests = {
  'node.get': request(Nothing, live(NodeView)),
  /** Stops taking new tasks at once; running ones finish and earn. Remembered over restarts. */
  'node.pause': request(Nothing, live(NodeView)),
  'node.resume': request(Nothing, live(NodeView)),
};
export const nodePushes = { 'node.changed': live(NodeView) };
