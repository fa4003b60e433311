// What customers are answered, exactly one to a request: a bare JSON object.

import { z } from 'zod';
import { WIRE } from './bounds.ts';
import { Count, Id, Moment, optional, orNull, Port, Text } from './fields.ts';

/** Programs act on these words: none is ever changed, and those at the end are ours. */
export const ERROR_TYPES = [
  'invalid_request',
  'not_addressed',
  'template_unsupported',
  'invalid_token',
  'non_whitelisted_mint',
  'token_already_spent',
  'token_pending',
  'mint_network_error',
  'unsupported_unit',
  'mint_error',
  'no_specs',
  'insufficient_payment',
  'provisioning_error',
  'unknown_template',
  'invalid_volume_encryption',
  'missing_workload_id',
  'backend_error',
  'invalid_pod_id',
  'not_owner',
  'not_found',
  'lease_expired',
  'spec_unavailable',
  'race_lost',
  'payment_required',
  'no_capacity',
  'invalid_spec',
  'invalid_image',
  'request_expired',
  'duplicate_request',
  'rate_limited',
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

export const ErrorReply = z.object({
  error_type: z.enum(ERROR_TYPES),
  message: Text(WIRE.text),
  /** Shown to the customer as it stands, so that a token that gives money back can travel in it. */
  details: orNull(Text(WIRE.token)),
});
export type ErrorReply = z.infer<typeof ErrorReply>;

export const AccessDetails = z.object({
  pod_npub: Id,
  /** Of SSH; 0: there is none. */
  node_port: Port,
  expires_at: Moment,
  cpu_millicores: Count,
  memory_mb: Count,
  pod_spec_name: Text(WIRE.name),
  pod_spec_description: Text(WIRE.text),
  instructions: z.array(Text(WIRE.text)).max(WIRE.lines),
  host_address: optional(Text(WIRE.name)),
  template_ports: z
    .array(z.object({ host_port: Port, container_port: Port, protocol: Text(WIRE.name), label: Text(WIRE.name) }))
    .max(WIRE.lines)
    .optional(),
});
export type AccessDetails = z.infer<typeof AccessDetails>;

export const TopUpReply = z.object({
  success: z.boolean(),
  /** As it was asked. */
  pod_npub: Id,
  extended_duration_seconds: Count,
  new_expires_at: Moment,
  message: Text(WIRE.text),
});
export type TopUpReply = z.infer<typeof TopUpReply>;

export const StatusReply = z.object({
  /** The bare number. */
  pod_id: Id,
  /** Programs know these and show any other as it stands. */
  status: z.enum(['Running', 'Starting', 'Standby', 'Failed', 'Expired']),
  expires_at: Moment,
  time_remaining_seconds: Count,
  cpu_millicores: Count,
  memory_mb: Count,
  ssh_host: Text(WIRE.name),
  ssh_port: Port,
  ssh_username: z.literal('root'),
});
export type StatusReply = z.infer<typeof StatusReply>;

export type Reply = ErrorReply | AccessDetails | TopUpReply | StatusReply;

/** What is not there stays away from the wire: undefined is left out, as official programs leave out what is empty. */
export const writeReply = (reply: Reply): string => JSON.stringify(reply);
