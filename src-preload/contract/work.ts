import { z } from 'zod';
import { live, Nothing, request, Time } from './define.ts';
import { EarningRow } from './earnings.ts';

/**
 * Task: seconds, answered on the spot. Job: minutes to hours, leased from a manager who may give it to another node. Lease: paid in
 * advance until a moment.
 */
export const JobKind = z.enum(['task', 'job', 'lease']);
export type JobKind = z.infer<typeof JobKind>;

export const TaskState = z.enum(['running', 'done', 'failed', 'timeout', 'cancelled', 'interrupted', 'handed-back']);
export type TaskState = z.infer<typeof TaskState>;

/** How a task can have ended. Handed back: a job that its manager may give to another node. */
export const EndState = TaskState.exclude(['running']);
export type EndState = z.infer<typeof EndState>;

const Count = z.number().int().nonnegative();

/** What work takes of this computer. A slot is a place for one task of inference at the model servers. */
export const Resources = z.object({
  slots: Count,
  /** A thousand are one core. */
  cpuMillicores: Count,
  memoryMiB: Count,
  diskMiB: Count,
  gpuMiB: Count,
  ports: Count,
});
export type Resources = z.infer<typeof Resources>;

/** One piece of work, whatever its kind, as its provider may see it: what, when and how much, never its content. */
export const TaskView = z.object({
  id: z.number().int(),
  network: z.string(),
  kind: JobKind,
  /** The capability that was used, in the network's terms. */
  what: z.string(),
  state: TaskState,
  code: z.string().nullable(),
  startedAt: Time,
  finishedAt: Time.nullable(),
  /** Null where it is no inference. */
  inference: z
    .object({
      model: z.string().nullable(),
      backend: z.string().nullable(),
      sealed: z.boolean(),
      tokensIn: Count,
      tokensOut: Count,
    })
    .nullable(),
  /** Null where it is no lease. */
  lease: z.object({ paidUntil: Time, spec: z.string(), customer: z.string().nullable() }).nullable(),
  /** Booked for this task, in millionths of `unit`; null where nothing was. */
  earnedMicro: z.number().int().nullable(),
  unit: z.string().nullable(),
});
export type TaskView = z.infer<typeof TaskView>;

/**
 * Why a task was turned away before it took a place. Full: every place was taken. Busy: too much at once to read or remember it.
 * Not-sharing: paused or stopping. No-server: no model server was ready. Unknown-model: it named one that is not offered.
 * Unknown-kind: a kind of work that is not done here. Repeated: it came before. Not-allowed: its sender may not send it.
 * Too-often: its sender asks too often. Hurried: it left less time than any answer here takes. Unreadable: malformed, too large, too
 * slow, or sealed with another key.
 */
export const RefusalReason = z.enum([
  'full',
  'busy',
  'not-sharing',
  'no-server',
  'unknown-model',
  'unknown-kind',
  'repeated',
  'not-allowed',
  'too-often',
  'hurried',
  'unreadable',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

export const WorkView = z.object({
  live: z.array(TaskView),
  /** The newest finished ones, for the page's first look; `work.list` pages through the rest. */
  recent: z.array(TaskView),
  today: z.object({
    done: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    /** Turned away before they took a slot for work: see `refusals`. */
    refused: z.number().int(),
  }),
  /** Those of today by their reasons, the most frequent first. */
  refusals: z.array(z.object({ reason: RefusalReason, count: z.number().int().positive() })),
});
export type WorkView = z.infer<typeof WorkView>;

/** Which of the finished tasks; all that is given must hold. Those that run are in the slice, all of them. */
export const TaskFilter = z.object({
  /** One of these. */
  states: z.array(EndState).min(1).max(EndState.options.length).optional(),
  network: z.string().max(64).optional(),
  kind: JobKind.optional(),
  what: z.string().max(255).optional(),
  model: z.string().max(255).optional(),
  backend: z.string().max(2048).optional(),
  sealed: z.boolean().optional(),
  /** Ended from this moment on, and before that one. */
  from: Time.optional(),
  to: Time.optional(),
  /** The task's number here, or a part of the id that its sender gave it. There is no content to search in: none is kept. */
  text: z.string().trim().min(1).max(255).optional(),
});
export type TaskFilter = z.infer<typeof TaskFilter>;

/** In the order in which the tasks ended, newest first. */
export const TaskPage = z.object({
  /** May be fewer than asked for, even none, while `next` is not null: there is more to look through. */
  items: z.array(TaskView),
  /** `before` of the next page. */
  next: z.number().int().nullable(),
});
export type TaskPage = z.infer<typeof TaskPage>;

export const TaskCount = z.object({
  count: z.number().int().nonnegative(),
  /** False: at least so many; the rest was not looked through. */
  exact: z.boolean(),
});
export type TaskCount = z.infer<typeof TaskCount>;

const Facets = z.array(z.object({ value: z.string(), count: z.number().int().nonnegative() }));
/** What there is to filter by, the most frequent first and at most 200 of each, with the number of finished tasks. */
export const TaskFacets = z.object({
  states: Facets,
  networks: Facets,
  kinds: Facets,
  /** By `what`. */
  capabilities: Facets,
  models: Facets,
  backends: Facets,
});
export type TaskFacets = z.infer<typeof TaskFacets>;

/** What others could see of a task's way through this computer, and what was kept. */
export const Exposure = z.object({
  /**
   * How it came in. Direct: its sender connected to this node's own address, and so knows it. Relay: through another node's,
   * whose address is what the sender saw. Local: from this computer, seen by no one outside.
   */
  arrived: z.enum(['direct', 'relay', 'local']),
  /** Sealed: readable by its sender and this node alone. Plain: also by its carriers, unless the line itself was secured. */
  carried: z.enum(['sealed', 'plain']),
  /** Where the model server is that read it: here, in the local network, or at a company's; null where that is not known. */
  readBy: z.enum(['this-computer', 'own-network', 'elsewhere']).nullable(),
  /** How long question and answer were in this program's memory at most; null while it runs. */
  inMemoryMs: z.number().int().nonnegative().nullable(),
  /** Nothing of question and answer is written to disk by Hearth: what is kept is what TaskDetail shows. */
  contentKept: z.literal(false),
});
export type Exposure = z.infer<typeof Exposure>;

export const TaskDetail = z.object({
  task: TaskView,
  /** The id that its sender gave it: any text up to 255 characters. */
  ref: z.string(),
  timings: z.object({
    /** It came in; earlier than its start where it had to wait for a slot. Null where that was not measured. */
    receivedAt: Time.nullable(),
    startedAt: Time,
    /** What the model server took. Null while it runs, or where that was not measured. */
    serverMs: z.number().int().nonnegative().nullable(),
    /** From start to end by the monotonic clock. */
    tookMs: z.number().int().nonnegative().nullable(),
    finishedAt: Time.nullable(),
  }),
  /** What the ledger has for it, oldest first. */
  entries: z.array(EarningRow),
  /** Null where it is no inference. */
  exposure: Exposure.nullable(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

/** A lease that runs, and what its customer would get back if it were ended now. */
export const LeaseEnding = z.object({
  id: z.number().int(),
  network: z.string(),
  what: z.string(),
  paidUntil: Time,
  /** Null: its network can't say what is left of the payment, or does not run. */
  refund: z.object({ amountMicro: Count, unit: z.string() }).nullable(),
});
export type LeaseEnding = z.infer<typeof LeaseEnding>;

export const workRequests = {
  'work.get': request(Nothing, live(WorkView)),
  /** Finished tasks, newest first. `before` is the `next` of the page before. */
  'work.list': request(
    z.object({
      filter: TaskFilter.optional(),
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    TaskPage,
  ),
  'work.count': request(TaskFilter, TaskCount),
  'work.facets': request(Nothing, TaskFacets),
  /** The leases that run, those that end first before the others. What they would cost to end is of this moment. */
  'work.leases': request(Nothing, z.array(LeaseEnding)),
  /** Ends a lease before its time and pays back what is left. Answers when that is on disk. */
  'work.endLease': request(z.object({ id: z.number().int().nonnegative() }), Nothing),
  /** Null: there is no such task, or not any more. */
  'work.detail': request(z.object({ id: z.number().int().nonnegative() }), TaskDetail.nullable()),
};
export const workPushes = { 'work.changed': live(WorkView) };
