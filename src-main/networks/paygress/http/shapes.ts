// What customers say and hear over HTTP: other members than in letters, for the same things. As official providers have them.

import { z } from 'zod';
import { WIRE } from '../wire/bounds.ts';
import { Id, optional, PublicKey, Text } from '../wire/fields.ts';
import type { ErrorReply, ErrorType } from '../wire/reply.ts';

/** A token stands in a header as a rule: see tokenOf. */
const Token = optional(Text(WIRE.token));

export const HttpSpawn = z.object({
  cashu_token: Token,
  /** Left out: the first spec of the offer. */
  pod_spec_id: optional(Id),
  pod_image: optional(Text(WIRE.image)),
  /** Whose machine it is then for letters, too: they may ask for its status and top it up. Empty as official programs write no key. */
  requester_npub: optional(z.union([z.literal('').transform(() => undefined), PublicKey])),
  /** Ours beside theirs. */
  template_slug: optional(Id),
  ssh_password: optional(Text(WIRE.name)),
});
export const HttpTopUp = z.object({ pod_npub: Id, cashu_token: Token });

/** What a spawn asks for that names none. */
export const USUAL_IMAGE = 'ubuntu:22.04';

export interface HttpAccess {
  readonly success: true;
  readonly pod_id: string;
  readonly ssh_host: string;
  /** 0: nothing in it speaks SSH. */
  readonly ssh_port: number;
  readonly username: 'root';
  readonly password: string | null;
  readonly expires_at: string;
  readonly duration_seconds: number;
  readonly spec_name: string;
  readonly cpu_millicores: number;
  readonly memory_mb: number;
  readonly instructions: readonly string[];
  /** Ours beside theirs. */
  readonly template_ports: readonly object[];
}

/** Their `error` is what letters call `error_type`; `details` is ours, for a refund travels in it. */
export function errorBody({ error_type: error, message, details }: ErrorReply): object {
  return { error, message, ...(details !== null && { details }) };
}

const STATUS: Partial<Record<ErrorType, number>> = {
  payment_required: 402,
  insufficient_payment: 402,
  token_already_spent: 402,
  token_pending: 402,
  non_whitelisted_mint: 402,
  unsupported_unit: 402,
  not_found: 404,
  not_owner: 404,
  duplicate_request: 409,
  lease_expired: 410,
  race_lost: 410,
  rate_limited: 429,
  backend_error: 500,
  spec_unavailable: 500,
  mint_error: 502,
  mint_network_error: 502,
  no_capacity: 503,
  no_specs: 503,
  provisioning_error: 503,
};

/** What is wrong with the request itself is 400. */
export const statusOfError = (type: ErrorType): number => STATUS[type] ?? 400;
