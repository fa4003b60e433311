// What other providers are told when a lease of a workload is over here: committed with that, and on its way from then on.

import type { Outbox } from '../../../nostr/outbox.ts';
import type { EventTemplate, Signer } from '../../../nostr/signer.ts';
import type { Write } from '../../../storage/write.ts';
import { promotionEvent, revocationEvent } from '../wire/handover.ts';
import { address, KIND } from '../wire/kinds.ts';
import { hasClaim } from './standby.ts';
import type { DurableLease } from './store.ts';

export interface PartingDeps {
  readonly signer: Pick<Signer, 'publicKey' | 'sign'>;
  readonly outbox: Pick<Outbox, 'put' | 'nextAt'>;
  readonly quorum: () => number;
}

/** Standbys may keep their places for as long as is sold at once. */
export const SAID_FOR_MS = 90 * 86_400_000;

/** `early`: it ran here, and ended before its time. Nothing of it runs any more. Throws OutboxFull. */
export function partingWords(
  lease: DurableLease,
  early: boolean,
  now: number,
  { signer, outbox, quorum }: PartingDeps,
): readonly Write[] {
  const own = signer.publicKey ?? '';
  const template = wordOf(lease, own, early, Math.floor(now / 1000));
  if (!template) return [];
  const { kind, d } = template;
  const event = signer.sign({
    ...template.event,
    created_at: outbox.nextAt(`${kind}:${own}:${d}`, Math.floor(now / 1000)),
  });
  return outbox.put(event, { wanted: quorum(), until: now + SAID_FOR_MS });
}

function wordOf(
  lease: DurableLease,
  own: string,
  early: boolean,
  at: number,
): { readonly kind: number; readonly d: string; readonly event: EventTemplate } | undefined {
  const { workload } = lease;
  if (lease.role === 'standby') {
    // A claim that stands would keep all others from it for ever.
    const { phase } = lease.state;
    if (!hasClaim(phase) && phase.is !== 'starting') return undefined;
    const said = {
      workload_id: workload,
      new_primary_npub: own,
      promoted_at: at,
      state: 'withdrawn',
      version: 1,
    } as const;
    return { kind: KIND.promotion, d: address.promotion(workload), event: promotionEvent(said, at) };
  }
  if (!early || lease.state.is === 'revoking' || lease.state.is === 'revoked') return undefined;
  const revocation = revocationEvent({
    workload_id: workload,
    primary_provider_npub: own,
    standby_providers: [...lease.standbys],
    reason: 'lease-ended-early',
    revoked_at: at,
    version: 1,
  });
  return { kind: KIND.revocation, d: address.revocation(own, workload), event: revocation };
}
