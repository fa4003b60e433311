// The whole of inbound reachability as a person is shown it, from what each part knows.

import type { PortView, ReachabilityView } from '../../src-preload/contract/reachability.ts';
import type { CarrierJudged } from './detect/carrier.ts';
import type { Gateway } from './gateway/gateway.ts';
import { makerOf } from './gateway/makers.ts';
import { mappingViewsOf, renewedAt } from './mapped.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { Found } from './network-facts.ts';
import { chainOf, NO_INBOUND } from './picture.ts';
import type { Way } from './way.ts';

export interface ShownWay {
  readonly way: Way;
  /** It is still being found out how to reach it. */
  readonly looking: boolean;
  readonly carrier: CarrierJudged;
}

export interface Shown {
  readonly enabled: boolean;
  readonly testing: boolean;
  /** In the order in which they were asked for. */
  readonly ways: readonly ShownWay[];
  /** Undefined while inbound connections are not wanted, too. */
  readonly gateway: Gateway | undefined;
  readonly foundAt: number | null;
  readonly snapshot: MapperSnapshot;
  readonly found: Found;
}

export function viewOf(shown: Shown): ReachabilityView {
  const { enabled, testing, ways, gateway, snapshot, found } = shown;
  const { router } = snapshot;
  const ports = ways.map((each) => portOf(each, shown));
  // What stands in the way of any is more than that the others are open.
  const telling = ports.toSorted((one, other) => trouble(other) - trouble(one))[0];
  return {
    enabled,
    wanted: ways.length > 0,
    testing,
    tier: telling?.tier ?? null,
    method: telling?.method ?? null,
    exposure: telling?.exposure ?? null,
    natType: telling?.natType ?? 'unknown',
    natClass:
      ways.some((each) => isOpen(each, snapshot)) || (ways.length === 0 && snapshot.natClass === 'open')
        ? 'open'
        : 'unknown',
    chain: telling?.chain ?? NO_INBOUND.chain,
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
    tunnels: found.tunnels.map(({ kind, url, healthy, at }) => ({ kind, url, healthy, at })),
    ports,
    counters: {
      active: snapshot.counters.active,
      external: snapshot.counters.external,
      renewals: snapshot.counters.renewals,
      rebootsSeen: router?.rebootsSeen ?? 0,
    },
    reason: telling?.reason ?? null,
  };
}

/** One endpoint, by itself. */
function portOf(
  { way, looking, carrier }: ShownWay,
  { enabled, gateway, foundAt, snapshot, found }: Pick<Shown, 'enabled' | 'gateway' | 'foundAt' | 'snapshot' | 'found'>,
): PortView {
  const { id, transport, port, purpose, byHand } = way.request;
  const { assessment, advertised, proof } = way;
  const mappings = mappingViewsOf(snapshot, id);
  const chain = chainOf({
    enabled: enabled && !byHand,
    wanted: true,
    router: gateway && { at: foundAt, by: nameOf(gateway, snapshot.router) },
    mappings,
    renewedAt: renewedAt(snapshot, id),
    proof,
    way: assessment?.chosen?.way,
    probed: way.prober !== undefined,
    carrierNat: carrier.carrierNat,
    behindAnotherNat: carrier.behindAnotherNat,
    offline: found.offline,
  });
  return {
    id,
    transport,
    port,
    purpose,
    mappings,
    advertised: advertised?.endpoint ?? null,
    proof,
    tier: assessment && !looking ? assessment.tier : null,
    method: assessment?.chosen?.method ?? null,
    exposure: assessment && !looking ? assessment.exposure : null,
    natType: assessment?.natType ?? 'unknown',
    chain,
    reason:
      assessment?.chosen && !found.offline ? null : (chain.find(({ state }) => state === 'failed')?.reason ?? null),
  };
}

/** Not reached, then still looked for, then not proven, then proven. */
function trouble({ tier, proof }: PortView): number {
  if (tier === 4) return 3;
  if (tier === null) return 2;
  return proof?.reached ? 0 : 1;
}

/** A mapping that leads nowhere but to another NAT opens nothing; what strangers came in by is open, however it was opened. */
function isOpen({ way, carrier }: ShownWay, snapshot: MapperSnapshot): boolean {
  const chosen = way.assessment?.chosen;
  const direct =
    chosen !== undefined && chosen.tier <= 1 && chosen.method !== 'external_tunnel' && chosen.way !== 'by-hand';
  if (direct && (chosen.proven || chosen.way === 'interface')) return true;
  return snapshot.natClass === 'open' && !carrier.behindAnotherNat;
}

function nameOf({ v4, v6, name }: Gateway, router: MapperSnapshot['router']): string {
  return (router?.name || v4?.router) ?? v6?.router ?? name;
}
