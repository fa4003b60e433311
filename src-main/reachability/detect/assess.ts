// Which inbound address is published, from what is known of each: the tiers of IICP 6.1 and the exposure modes of 6.3, with one
// rule above them: what could not be reached from outside is never published.

import type { ExposureMode, NatType, ReachTier, TransportMethod } from '../../../src-preload/contract/reachability.ts';

export interface Place {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What a router holds for us, or does not. */
export interface MappedFacts {
  readonly family: 4 | 6;
  readonly external: Place;
  /** The router's own outside address is not public: it can't be reached. */
  readonly behindAnotherNat: boolean;
  /** It is public, but not the one that others see us come from: published only when it was seen to work. */
  readonly doubtful: boolean;
}

export interface WayFacts {
  readonly port: number;
  /** Set by the user: wins over all that could be found out. Empty: not set. */
  readonly byHand: string;
  /** Public IPv4 addresses on interfaces of this computer. */
  readonly publicV4: readonly string[];
  /** Global IPv6 addresses that stay, and whether something goes out from them. */
  readonly globalV6: readonly string[];
  readonly mapped: readonly MappedFacts[];
  /** The public IPv4 address that others see this line come from; undefined where that says nothing of this line's router. */
  readonly seenV4: string | undefined;
  /** URLs of tunnels that run and lead here, the preferred one first. */
  readonly tunnels: readonly string[];
  /** The endpoint at a relay that this node is bound to. */
  readonly relay: string | undefined;
  /** As STUN servers found it. */
  readonly natType: NatType;
  /** The provider shares one address among its customers (RFC 6598, DS-Lite). */
  readonly carrierNat: boolean;
}

/** What is known from outside of an endpoint. `pending`: being asked; `unknown`: no prober could say. */
export type Proven = 'reached' | 'not-reached' | 'unknown' | 'pending';

/** An inbound address that might be published. */
export interface Candidate {
  readonly way: 'by-hand' | 'interface' | 'mapping' | 'forwarded' | 'ipv6' | 'tunnel' | 'relay';
  readonly endpoint: string;
  /** What a prober tries: host and port of the endpoint. */
  readonly place: Place;
  readonly tier: ReachTier;
  readonly method: TransportMethod;
  /** Published only when it was seen to work: a firewall may well stand before it. */
  readonly onlyProven: boolean;
  /** That a prober could connect is not enough, it has to have come in here: others may have the same address. */
  readonly mustArrive: boolean;
}

export interface Assessment {
  readonly candidates: readonly Candidate[];
  readonly chosen: (Candidate & { readonly proven: boolean }) | undefined;
  /** Something may still turn out to work. */
  readonly pending: boolean;
  readonly tier: ReachTier;
  readonly exposure: ExposureMode;
  readonly natType: NatType;
  /** A line on how it was found, for operators of directories: no address of ours is in it. */
  readonly lastStep: string;
}

/** All inbound addresses that there are, the best first (IICP 6.1). */
export function candidatesOf(facts: WayFacts): Candidate[] {
  if (facts.byHand) return placed('by-hand', facts.byHand, 0, 'direct', false);
  const { port } = facts;
  const rank = ({ host }: Place) => (facts.globalV6.includes(host) ? facts.globalV6.indexOf(host) : Infinity);
  const holes = facts.mapped
    .filter(({ family }) => family === 6)
    .map(({ external }) => external)
    .toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  const open = facts.globalV6
    .filter((host) => !holes.some((hole) => hole.host === host))
    .map((host) => ({ host, port }));
  return [
    ...facts.publicV4.flatMap((host) => placed('interface', urlOf({ host, port }), 0, 'direct', false)),
    ...facts.mapped
      .filter(({ family, behindAnotherNat }) => family === 4 && !behindAnotherNat)
      .flatMap(({ external, doubtful }) => placed('mapping', urlOf(external), 1, 'upnp_mapped', doubtful)),
    ...forwarded(facts),
    ...holes.flatMap((place) => placed('ipv6', urlOf(place), 1, 'direct', false)),
    ...open.flatMap((place) => placed('ipv6', urlOf(place), 1, 'direct', true)),
    ...facts.tunnels.flatMap((url) => placed('tunnel', url, 1, 'external_tunnel', false)),
    ...(facts.relay ? placed('relay', facts.relay, 3, 'turn_relay', false) : []),
  ];
}

/**
 * Where a port forwarded by hand would lead in: our own at the address that others see, or, behind two routers, the
 * one that the inner router has opened. Whether it was forwarded can only be found out from outside.
 */
function forwarded({ port, publicV4, mapped, seenV4: host, carrierNat }: WayFacts): Candidate[] {
  if (host === undefined || carrierNat) return [];
  const v4 = mapped.filter(({ family }) => family === 4);
  const ports = new Set([port, ...v4.filter((each) => each.behindAnotherNat).map(({ external }) => external.port)]);
  const known = [
    ...publicV4.map((own) => ({ host: own, port })),
    ...v4.filter((each) => !each.behindAnotherNat).map(({ external }) => external),
  ];
  return [...ports]
    .map((each) => ({ host, port: each }))
    .filter((place) => !known.some((other) => other.host === place.host && other.port === place.port))
    .flatMap((place) => placed('forwarded', urlOf(place), 1, 'direct', true));
}

/** The first way that was reached; else the first that no prober could try, where it may be published so. */
export function assess(facts: WayFacts, provenOf: (candidate: Candidate) => Proven): Assessment {
  const candidates = candidatesOf(facts);
  const judged = candidates.map((candidate) => ({ candidate, proven: provenOf(candidate) }));
  // A forwarding by hand is rare, so it is not waited for: a relay is looked for meanwhile.
  const pending = judged.some(({ candidate, proven }) => proven === 'pending' && candidate.way !== 'forwarded');
  const reached = judged.find(({ proven }) => proven === 'reached');
  // While a better address may still turn out to work, an unproven one is not published.
  const unknown = pending
    ? undefined
    : judged.find(({ candidate, proven }) => proven === 'unknown' && !candidate.onlyProven);
  const best = reached ?? unknown;
  const chosen = best && { ...best.candidate, proven: best.proven === 'reached' };
  // A tunnel lets others in whatever the router does: it proves nothing of it.
  const direct = chosen?.proven && chosen.tier <= 1 && chosen.method !== 'external_tunnel';
  const natType = direct ? 'full_cone' : facts.natType;
  return {
    candidates,
    chosen,
    pending,
    tier: chosen?.tier ?? 4,
    exposure: exposureOf(facts, chosen),
    natType,
    lastStep: stepOf(facts, chosen),
  };
}

/** The eight modes, the first rule that matches (IICP 6.3); a tunnel of tier 1 reads `tunnel_required`. */
export function exposureOf(facts: WayFacts, chosen: Candidate | undefined): ExposureMode {
  if (chosen?.tier === 3) return 'relay_required';
  if (chosen?.tier === 2 || chosen?.method === 'external_tunnel') return 'tunnel_required';
  if (!chosen) return facts.carrierNat ? 'ipv4_cgnat_blocked' : 'outbound_only';
  const pinhole = facts.mapped.some(({ family }) => family === 6);
  const v6 = facts.globalV6.length > 0;
  if (!chosen.endpoint.includes('[')) return v6 && pinhole ? 'dual_stack_available' : 'ipv4_public_direct';
  if (!v6) return 'ipv4_public_direct';
  return pinhole ? 'ipv6_direct_pinhole_available' : 'ipv6_direct_firewall_required';
}

export function urlOf({ host, port }: Place): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const USUAL_PORT = { 'http:': 80, 'https:': 443 } as const;

function placed(
  way: Candidate['way'],
  endpoint: string,
  tier: ReachTier,
  method: TransportMethod,
  onlyProven: boolean,
): Candidate[] {
  if (!URL.canParse(endpoint)) return [];
  const { protocol, hostname, port } = new URL(endpoint);
  if (protocol !== 'http:' && protocol !== 'https:') return [];
  const host = hostname.replace(/^\[|\]$/g, '');
  const place = { host, port: port === '' ? USUAL_PORT[protocol] : Number(port) };
  // At a tunnel's or a relay's, and at a proxy that the user has set, another program answers for us.
  const mustArrive = way === 'interface' || way === 'mapping' || way === 'forwarded' || way === 'ipv6';
  return [{ way, endpoint, place, tier, method, onlyProven, mustArrive }];
}

function stepOf(facts: WayFacts, chosen: (Candidate & { readonly proven: boolean }) | undefined): string {
  if (!chosen) return facts.carrierNat ? 'tier 4: carrier-grade NAT (cgnat)' : 'tier 4: no inbound address found';
  return `tier ${chosen.tier}: ${chosen.way}, ${chosen.proven ? 'reached from outside' : 'not tried from outside'}`;
}
