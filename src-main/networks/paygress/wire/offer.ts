// What a provider sells (38383), as others read it.

import { z } from 'zod';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import { WIRE } from './bounds.ts';
import { Count, Id, optional, orNull, PublicKey, readAs, Shown, Text, Version } from './fields.ts';
import { address, isAt, KIND, TAG } from './kinds.ts';

export const PodSpec = z.object({
  id: Id,
  name: Shown(WIRE.name),
  description: Shown(WIRE.text),
  cpu_millicores: Count,
  memory_mb: Count,
  rate_msats_per_sec: Count,
});
export type PodSpec = z.infer<typeof PodSpec>;

/** From the weakest on: who asks for one takes any that comes after it, too. */
export const ISOLATION_LEVELS = ['shared-kernel', 'dedicated-host', 'attested-research-tier'] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

const StakeProof = z.object({
  utxo_outpoint: Text(WIRE.id),
  locktime_unix: Count,
  sats: Count,
  provider_pubkey_hex: Text(WIRE.id),
  signature_hex: Text(WIRE.name),
  version: Version,
});

export const Offer = z.object({
  /** Hex, despite its name: programs compare it as text with the key that signed the heartbeats. */
  provider_npub: PublicKey,
  /** The name that the provider is shown and found by. */
  hostname: Shown(WIRE.name),
  location: orNull(Shown(WIRE.name)),
  capabilities: z.array(Shown(WIRE.name)).max(WIRE.capabilities),
  specs: z.array(PodSpec).max(WIRE.specs),
  whitelisted_mints: z.array(Text(WIRE.url)).max(WIRE.mints),
  uptime_percent: z.number().min(0).max(100),
  total_jobs_completed: Count,
  api_endpoint: orNull(Text(WIRE.url)),
  version: Version,
  isolation_level: z.enum(ISOLATION_LEVELS).default('shared-kernel'),
  stake_proof: optional(StakeProof),
});
export type Offer = z.infer<typeof Offer>;

export function offerEvent(offer: Offer): EventTemplate {
  return {
    kind: KIND.offer,
    content: JSON.stringify(offer),
    tags: [['d', address.offer(offer.provider_npub)], TAG.all, TAG.compute, TAG.version],
  };
}

/** Of a genuine event. undefined: it is no offer, or one in somebody else's name. */
export function readOffer(event: NostrEvent): Offer | undefined {
  if (event.kind !== KIND.offer || !isAt(event, address.offer(event.pubkey))) return undefined;
  const offer = readAs(Offer, event.content);
  return offer?.provider_npub === event.pubkey ? offer : undefined;
}
