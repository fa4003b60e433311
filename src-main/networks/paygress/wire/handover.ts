// How a workload passes from one provider to another: the primary gives it up (38385), a standby says that it has it now (38386).

import { z } from 'zod';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import { WIRE } from './bounds.ts';
import { Count, optional, PublicKey, readAs, Shown, Text, Version, WorkloadId } from './fields.ts';
import { address, isAt, KIND, TAG } from './kinds.ts';

/** The one reason that the official provider gives. */
export const QUORUM_LOST = 'heartbeat-quorum-lost-past-t2';

export const Revocation = z.object({
  workload_id: WorkloadId,
  primary_provider_npub: PublicKey,
  standby_providers: z.array(Text(WIRE.id)).max(WIRE.standbys),
  reason: Shown(WIRE.text),
  /** Epoch seconds. */
  revoked_at: Count,
  /** Of a checkpoint. */
  state_uri: optional(Text(WIRE.url)),
  version: Version,
});
export type Revocation = z.infer<typeof Revocation>;

/** Which of the two it is, and whether it still holds, is a member of ours: official programs take each as `promoted`. */
const STATES = ['claimed', 'promoted', 'withdrawn'] as const;

export const Promotion = z.object({
  workload_id: WorkloadId,
  new_primary_npub: PublicKey,
  /** Epoch seconds. */
  promoted_at: Count,
  state: z.enum(STATES).default('promoted').catch('promoted'),
  version: Version,
});
export type Promotion = z.infer<typeof Promotion>;

/** `standby_providers` in hex: each of them is told by its tag. */
export function revocationEvent(revocation: Revocation): EventTemplate {
  const { workload_id, primary_provider_npub, standby_providers, revoked_at } = revocation;
  return {
    kind: KIND.revocation,
    content: JSON.stringify(revocation),
    created_at: revoked_at,
    tags: [
      ['d', address.revocation(primary_provider_npub, workload_id)],
      TAG.all,
      TAG.revocation,
      TAG.version,
      ['workload', workload_id],
      ...standby_providers.map((key) => ['p', key]),
    ],
  };
}

/** Of a genuine event. undefined: it is none, or nobody's who might revoke that: only who had the workload gives it up. */
export function readRevocation(event: NostrEvent): Revocation | undefined {
  if (event.kind !== KIND.revocation) return undefined;
  const revocation = readAs(Revocation, event.content);
  if (revocation?.primary_provider_npub !== event.pubkey) return undefined;
  return isAt(event, address.revocation(event.pubkey, revocation.workload_id)) ? revocation : undefined;
}

/** `at`: epoch seconds of the event itself, by which a later word takes the place of an earlier one. */
export function promotionEvent(promotion: Promotion, at: number): EventTemplate {
  const { workload_id } = promotion;
  return {
    kind: KIND.promotion,
    content: JSON.stringify(promotion),
    created_at: at,
    tags: [['d', address.promotion(workload_id)], TAG.all, TAG.promotion, TAG.version, ['workload', workload_id]],
  };
}

/** Of a genuine event. undefined: it is none, or one in somebody else's name. */
export function readPromotion(event: NostrEvent): Promotion | undefined {
  if (event.kind !== KIND.promotion) return undefined;
  const promotion = readAs(Promotion, event.content);
  if (promotion?.new_primary_npub !== event.pubkey) return undefined;
  return isAt(event, address.promotion(promotion.workload_id)) ? promotion : undefined;
}
