import { z } from 'zod';
import { live, Nothing, request, Time } from './define.ts';

export const TaskState = z.enum(['running', 'done', 'failed', 'timeout', 'cancelled', 'interrupted']);
export type TaskState = z.infer<typeof TaskState>;

/** One task as its provider may see it: what, when and how much, never its content. */
export const TaskView = z.object({
  id: z.number().int(),
  network: z.string(),
  intent: z.string(),
  model: z.string().nullable(),
  backend: z.string().nullable(),
  sealed: z.boolean(),
  state: TaskState,
  code: z.string().nullable(),
  startedAt: Time,
  finishedAt: Time.nullable(),
  tokensIn: z.number().int().nonnegative(),
  tokensOut: z.number().int().nonnegative(),
  /** Booked for this task, in millionths of `unit`; null where nothing was. */
  earnedMicro: z.number().int().nullable(),
  unit: z.string().nullable(),
});
export type TaskView = z.infer<typeof TaskView>;

export const WorkView = z.object({
  live: z.array(TaskView),
  /** The newest finished ones, for the page's first look; `work.list` pages through the rest. */
  recent: z.array(TaskView),
  today: z.object({
    done: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    /** Turned away before they took a slot for work: full, replayed, malformed, unknown model... */
    refused: z.number().int(),
  }),
});
export type WorkView = z.infer<typeof WorkView>;

export const workRequests = {
  'work.get': request(Nothing, live(WorkView)),
  /** History, newest first. `before` is the `next` of the page before. */
  'work.list': request(
    z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }),
    z.object({ items: z.array(TaskView), next: z.number().int().nullable() }),
  ),
};
export const workPushes = { 'work.changed': live(WorkView) };
