// The whole of the way in as a person is shown it, from what each part knows.

import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import type { Assessment } from './detect/assess.ts';
import type { CarrierJudged } from './detect/carrier.ts';
import type { Gateway } from './gateway/gateway.ts';
import { makerOf } from './gateway/makers.ts';
import { renewedAt } from './mapped.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { Found } from './network-facts.ts';
import { chainOf } from './picture.ts';
import type { Way } from './way.ts';

export interface Shown {
  readonly enabled: boolean;
  readonly testing: boolean;
  /** The first one is what is told of as a whole. */
  readonly ways: readonly Way[];
  /** It is still being found out how to reach the first. */
  readonly looking: boolean;
  readonly carrier: CarrierJudged | undefined;
  /** Undefined while nobody wants a way in, too. */
  readonly gateway: Gateway | undefined;
  readonly foundAt: number | null;
  readonly snapshot: MapperSnapshot;
  readonly found: Found;
}

export function viewOf({
  enabled,
  testing,
  ways,
  looking,
  carrier,
  gateway,
  foundAt,
  snapshot,
  found,
}: Shown): ReachabilityView {
  const [way] = ways;
  const assessment = way?.assessment;
  const ports = ways.map((each) => each.view(snapshot));
  const { router } = snapshot;
  const chain = chainOf({
    enabled: enabled && !way?.request.byHand,
    wanted: ways.length > 0,
    router: gateway && { at: foundAt, by: nameOf(gateway, router) },
    mappings: ports[0]?.mappings ?? [],
    renewedAt: renewedAt(snapshot),
    proof: ports[0]?.proof ?? null,
    way: assessment?.chosen?.way,
    witnessed: way?.request.prober !== undefined,
    carrierNat: carrier?.carrierNat ?? false,
    behindAnotherNat: carrier?.behindAnotherNat ?? false,
  });
  return {
    enabled,
    wanted: ways.length > 0,
    testing,
    tier: assessment && !looking ? assessment.tier : null,
    method: assessment?.chosen?.method ?? null,
    exposure: assessment && !looking ? assessment.exposure : null,
    natType: assessment?.natType ?? 'unknown',
    natClass: isOpen(assessment, snapshot, carrier) ? 'open' : 'unknown',
    chain,
    router: gateway
      ? {
          interface: gateway.name,
          address: gateway.v4?.router ?? gateway.v6?.router ?? null,
          local: gateway.v4?.local ?? gateway.v6?.globals[0]?.address ?? null,
          name: router?.name || null,
          model: router?.model || null,
          maker: makerOf(gateway.hardware) ?? null,
          behindVpn: gateway.behindVpn,
        }
      : null,
    seenFrom: found.seenFrom ? { v4: found.seenFrom.v4, v6: found.seenFrom.v6, at: found.seenFrom.at } : null,
    tunnels: [...found.tunnels],
    ports,
    counters: {
      active: snapshot.counters.active,
      external: snapshot.counters.external,
      renewals: snapshot.counters.renewals,
      rebootsSeen: router?.rebootsSeen ?? 0,
    },
    reason: assessment?.chosen || !way ? null : (chain.find(({ state }) => state === 'failed')?.reason ?? null),
  };
}

/** A mapping that leads nowhere but to another NAT opens nothing; what strangers came in by is open whoever opened it. */
function isOpen(assessment: Assessment | undefined, snapshot: MapperSnapshot, carrier?: CarrierJudged): boolean {
  const chosen = assessment?.chosen;
  const direct =
    chosen !== undefined && chosen.tier <= 1 && chosen.method !== 'external_tunnel' && chosen.way !== 'by-hand';
  if (direct && (chosen.proven || chosen.way === 'interface')) return true;
  return snapshot.natClass === 'open' && !carrier?.behindAnotherNat;
}

function nameOf({ v4, v6, name }: Gateway, router: MapperSnapshot['router']): string {
  return (router?.name || v4?.router) ?? v6?.router ?? name;
}
