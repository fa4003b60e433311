// What a manager says of a job: the lease with its task, and the answers to heartbeats. Unknown members are ignored, and null is the
// same as left out.

import { z } from 'zod';
import { POSEMESH } from '../bounds.ts';
import { Garbled } from '../errors.ts';

/** Null where it is left out, and where it is not what it should be: of these nothing depends on. */
const soft = <S extends z.ZodType>(schema: S) =>
  schema
    .nullish()
    .transform((value) => value ?? null)
    .catch(null);
/** Left out or null: the default. What it is otherwise has to be right. */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);

const Text = (most: number) => z.string().max(most);
const Count = z.number().int().nonnegative();
/** RFC 3339 with an offset, to epoch milliseconds. */
const Moment = z
  .string()
  .max(64)
  .refine((text) => /(z|[+-]\d\d:?\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)))
  .transform((text) => Date.parse(text));
const HttpUrl = z.url({ protocol: /^https?$/ }).max(2048);
/** It becomes a header. */
const Token = Text(POSEMESH.tokenCharacters).regex(/^[\x21-\x7e]*$/);
/** It becomes part of a path. */
const Id = z.guid();

export const Task = z.object({
  id: Id,
  capability: Text(POSEMESH.capabilityCharacters).min(1),
  job_id: optional(Id),
  inputs_cids: z
    .array(Text(POSEMESH.cidCharacters))
    .max(POSEMESH.inputs)
    .nullish()
    .transform((cids) => cids ?? []),
  outputs_prefix: optional(Text(1024)),
  label: soft(Text(255)),
  stage: soft(Text(255)),
  capability_filters: z.json().nullish(),
  meta: z.json().nullish(),
  priority: soft(z.number().int()),
  attempts: soft(Count),
  max_attempts: soft(Count),
  deps_remaining: soft(Count),
  status: soft(Text(64)),
  billing_units: soft(Text(64)),
  estimated_credit_cost: soft(Text(64)),
  debited_amount: soft(Text(64)),
  debited_at: soft(Moment),
  lease_expires_at: optional(Moment),
});
export type Task = z.infer<typeof Task>;

const Shared = {
  access_token: optional(Token),
  access_token_expires_at: optional(Moment),
  lease_expires_at: optional(Moment),
  cancel: optional(z.boolean()),
  status: soft(Text(64)),
  domain_id: optional(Id),
  domain_server_url: optional(HttpUrl),
};

export const Lease = z.object({ ...Shared, task: Task });
export type Lease = z.infer<typeof Lease>;

export const HeartbeatAnswer = z.object({
  ...Shared,
  task: optional(Task),
  task_id: optional(Id),
  job_id: optional(Id),
  attempts: soft(Count),
  max_attempts: soft(Count),
  deps_remaining: soft(Count),
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

/** Throws `posemesh.dms-garbled`, which names the member that is wrong. */
export function readLease(json: unknown): Lease {
  return read(Lease, json);
}

/** The same of the answer to a heartbeat. */
export function readHeartbeat(json: unknown): HeartbeatAnswer {
  return read(HeartbeatAnswer, json);
}

/** The moments in it by a clock that is so far behind the manager's, milliseconds. */
export function behind<A extends Lease | HeartbeatAnswer>(answer: A, ms: number): A {
  if (ms === 0) return answer;
  const moved = <T extends object>(from: T, names: readonly (keyof T)[]): T => ({
    ...from,
    ...Object.fromEntries(names.map((name) => [name, typeof from[name] === 'number' ? from[name] - ms : from[name]])),
  });
  const task = answer.task && moved<Task>(answer.task, ['lease_expires_at', 'debited_at']);
  return { ...moved<Lease | HeartbeatAnswer>(answer, ['lease_expires_at', 'access_token_expires_at']), task } as A;
}

function read<S extends z.ZodType>(schema: S, json: unknown): z.infer<S> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Garbled('dms', parsed.error.issues[0]?.path.join('.') || 'no object');
}
