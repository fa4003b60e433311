// What customers ask for: a bare JSON object, known by its members alone. Told apart in the order of the official provider.

import { z } from 'zod';
import { isObject } from '../../../base/object.ts';
import { WIRE } from './bounds.ts';
import { Id, jsonIn, optional, PublicKey, Text, WorkloadId } from './fields.ts';
import { Replication, VolumeEncryption } from './workload.ts';

const SpawnRequest = z.object({
  cashu_token: Text(WIRE.token),
  /** Left out: the first spec of the offer. */
  pod_spec_id: optional(Id),
  pod_image: Text(WIRE.image),
  /** Ignored by everybody: it is always root. */
  ssh_username: Text(WIRE.name),
  ssh_password: Text(WIRE.name),
  template_slug: optional(Id),
  replication: optional(Replication),
  primary_npub: optional(PublicKey),
  workload_id: optional(WorkloadId),
  volume_encryption: optional(VolumeEncryption),
});
const TopUpRequest = z.object({ pod_npub: Id, cashu_token: Text(WIRE.token) });
const StatusRequest = z.object({ pod_id: Id });

export type SpawnRequest = z.infer<typeof SpawnRequest>;
export type TopUpRequest = z.infer<typeof TopUpRequest>;
export type StatusRequest = z.infer<typeof StatusRequest>;

export type PrivateRequest =
  | { readonly what: 'spawn'; readonly request: SpawnRequest }
  | { readonly what: 'topup'; readonly request: TopUpRequest }
  | { readonly what: 'status'; readonly request: StatusRequest }
  /** No JSON, or an object of no known shape: somebody who only chats. */
  | { readonly what: 'unknown' }
  /** Meant as one of these, with this member as it must not be, such as `replication.mode`. */
  | { readonly what: 'malformed'; readonly meant: 'spawn' | 'topup' | 'status'; readonly member: string };

/** Throws nothing, whatever the text. */
export function readRequest(text: string): PrivateRequest {
  const json = jsonIn(text)?.value;
  if (!isObject(json)) return { what: 'unknown' };
  const has = (...names: readonly string[]) => names.every((name) => typeof json[name] === 'string');
  if (has('cashu_token', 'pod_image', 'ssh_username', 'ssh_password')) {
    const { data, error } = SpawnRequest.safeParse(json);
    return data ? { what: 'spawn', request: data } : malformed('spawn', error);
  }
  if (has('pod_npub', 'cashu_token')) {
    const { data, error } = TopUpRequest.safeParse(json);
    return data ? { what: 'topup', request: data } : malformed('topup', error);
  }
  if (has('pod_id')) {
    const { data, error } = StatusRequest.safeParse(json);
    return data ? { what: 'status', request: data } : malformed('status', error);
  }
  return { what: 'unknown' };
}

function malformed(meant: 'spawn' | 'topup' | 'status', error: z.ZodError | undefined): PrivateRequest {
  return { what: 'malformed', meant, member: error?.issues[0]?.path.join('.') ?? '' };
}
