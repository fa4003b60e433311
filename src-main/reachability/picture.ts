// What a person is shown of inbound reachability: the chain router, mapping, outside, renewal, and what stands in the way with a next step.
// Pure, from the snapshot of the mapper and what was found out outside.

import type { Reason } from '../../src-preload/contract/define.ts';
import type {
  ChainLink,
  MappingState,
  MappingView,
  OutsideProof,
  ReachabilityView,
} from '../../src-preload/contract/reachability.ts';
import type { Candidate } from './detect/assess.ts';
import type { MappingErrorCode } from './errors.ts';

export interface ChainFacts {
  readonly enabled: boolean;
  readonly wanted: boolean;
  /** When the router was found, if so, and what it calls itself or where it is. */
  readonly router: { readonly at: number | null; readonly by: string } | undefined;
  readonly mappings: readonly MappingView[];
  readonly renewedAt: number | null;
  readonly proof: OutsideProof | null;
  /** The inbound address that is published. */
  readonly way: Candidate['way'] | undefined;
  /** A prober outside could be asked at all. */
  readonly probed: boolean;
  readonly carrierNat: boolean;
  /** Another router, or the provider's, stands before the one at home. */
  readonly behindAnotherNat: boolean;
  /** No server outside answers. */
  readonly offline: boolean;
}

const HOLDING: ReadonlySet<MappingState> = new Set(['mapped', 'renewing', 'degraded']);
/** Of a link that a person has made, by a port forwarded in the router's pages. */
const BY_HAND = 'by-hand';
/** Inbound addresses that need no router. */
const NO_MAPPING: ReadonlySet<Candidate['way']> = new Set(['interface', 'ipv6', 'forwarded']);
/** One that is stopping is only seen where it was asked for again meanwhile: it begins anew then. */
const UNDER_WAY: ReadonlySet<MappingState> = new Set(['probing', 'installing', 'stopping']);

export function holds({ state }: Pick<MappingView, 'state'>): boolean {
  return HOLDING.has(state);
}

export function underWay({ state }: Pick<MappingView, 'state'>): boolean {
  return UNDER_WAY.has(state);
}

/** In the order in which a packet from outside would meet them. */
export function chainOf(facts: ChainFacts): ChainLink[] {
  if (!facts.enabled || !facts.wanted) {
    // An inbound address that needs no router, one set by hand or a tunnel, is tried from outside all the same.
    const outside = facts.wanted && facts.proof ? outsideLink(facts) : link('outside', 'off');
    return [link('router', 'off'), link('mapping', 'off'), outside, link('renewal', 'off')];
  }
  const chain = [routerLink(facts), mappingLink(facts), outsideLink(facts), renewalLink(facts)];
  return facts.offline && facts.router ? chain.map(withoutInternet) : chain;
}

/** What a router says of its address then is no fault of its own; the line behind it is. */
function withoutInternet(each: ChainLink): ChainLink {
  if (each.id === 'outside') return link('outside', 'failed', { reason: OFFLINE });
  return each.id === 'mapping' && each.state === 'failed' ? link('mapping', 'waiting') : each;
}

function link(id: ChainLink['id'], state: ChainLink['state'], rest: Partial<ChainLink> = {}): ChainLink {
  return { id, state, at: null, by: null, reason: null, ...rest };
}

function routerLink({ router, mappings }: ChainFacts): ChainLink {
  if (!router) {
    if (mappings.some(underWay)) return link('router', 'waiting');
    return link('router', 'failed', { reason: NO_GATEWAY });
  }
  return link('router', 'ok', router);
}

/** The mapping that the inbound address needs, or would need; undefined: that one needs none, or none is held. */
function inUse({ mappings, way }: ChainFacts): MappingView | undefined {
  const held = mappings.filter(holds);
  const leading = held.find(({ behindAnotherNat }) => !behindAnotherNat) ?? held[0];
  switch (way) {
    case 'interface':
      return undefined;
    case 'ipv6':
      return held.find(({ family }) => family === 6);
    case 'mapping':
      return held.find(({ family, behindAnotherNat }) => family === 4 && !behindAnotherNat);
    case 'forwarded':
      return held.find(({ family, behindAnotherNat }) => family === 4 && behindAnotherNat);
    default:
      return leading;
  }
}

function mappingLink(facts: ChainFacts): ChainLink {
  const { router, mappings, carrierNat, behindAnotherNat, way, proof } = facts;
  const held = inUse(facts);
  if (way === 'forwarded') {
    return link(
      'mapping',
      'ok',
      held ? { at: held.grantedAt, by: held.protocol } : { at: proof?.at ?? null, by: BY_HAND },
    );
  }
  if (way === 'interface' || (way === 'ipv6' && !held)) return link('mapping', 'unneeded');
  if (held) {
    const rest = { at: held.grantedAt, by: held.protocol };
    return held.behindAnotherNat
      ? link('mapping', 'failed', { ...rest, reason: carrierNat ? CARRIER_NAT : DOUBLE_NAT })
      : link('mapping', 'ok', rest);
  }
  if (!router) return link('mapping', 'off');
  if (mappings.some(underWay)) return link('mapping', 'waiting');
  // What the router answers then is a symptom.
  if (carrierNat) return link('mapping', 'failed', { reason: CARRIER_NAT });
  if (behindAnotherNat) return link('mapping', 'failed', { reason: DOUBLE_NAT });
  const failures = mappings.flatMap(({ failure }) => failure ?? []);
  if (failures.some(({ code }) => code === DOUBLE_NAT.code)) return link('mapping', 'failed', { reason: DOUBLE_NAT });
  // There is a router. That one kind of asking found none, as over IPv6 where there is only IPv4, is no news.
  const failure = failures.find(({ code }) => code !== NO_GATEWAY.code);
  return link('mapping', 'failed', { reason: failure ? advised(failure) : NOT_FOUND });
}

function outsideLink({ proof, probed }: ChainFacts): ChainLink {
  if (!proof) return link('outside', probed ? 'waiting' : 'off');
  const rest = { at: proof.at, by: proof.prober };
  return proof.reached ? link('outside', 'ok', rest) : link('outside', 'failed', { ...rest, reason: proof.reason });
}

function renewalLink(facts: ChainFacts): ChainLink {
  const { renewedAt, way } = facts;
  const held = inUse(facts);
  if (!held) return link('renewal', way !== undefined && NO_MAPPING.has(way) ? 'unneeded' : 'off');
  if (held.strikes > 0)
    return link('renewal', 'failed', { at: renewedAt, reason: held.failure && advised(held.failure) });
  if (renewedAt === null) return link('renewal', 'waiting');
  return link('renewal', 'ok', { at: renewedAt, by: held.protocol });
}

/** What a router's refusal means for a person, by its code. */
export function advised({ code, message, action }: Reason): Reason {
  const next = (ADVICE as Readonly<Record<string, string>>)[code] ?? action;
  return { code, message, ...(next === undefined ? {} : { action: next }) };
}

const FORWARD = 'forward the port to this computer by hand: Hearth finds out by itself when that works.';

const ADVICE: Readonly<Record<`reachability.${Exclude<MappingErrorCode, 'no-gateway' | 'double-nat'>}`, string>> = {
  'reachability.not-found': `Switch on UPnP, NAT-PMP or PCP in the router, or ${FORWARD}`,
  'reachability.not-authorized':
    'Allow programs to open ports in its settings, for this computer alone if it can, then test again.',
  'reachability.no-resources': 'Remove old entries from its list of open ports, or restart it.',
  'reachability.conflict': 'Hearth takes another one by itself where it can.',
  'reachability.permanent-only': `Remove old entries from its list of open ports, for it forgets none, or ${FORWARD}`,
  'reachability.same-port-only': `Remove an old entry for this port from its list of open ports, or ${FORWARD}`,
  'reachability.other-dialect': `Switch on UPnP, NAT-PMP or PCP in the router, whichever is off, or ${FORWARD}`,
  'reachability.bad-request': `Look whether there is newer software for the router, or ${FORWARD}`,
  'reachability.malformed': `Restart the router, or look whether there is newer software for it. Or ${FORWARD}`,
  'reachability.timeout': 'Hearth keeps trying.',
  'reachability.transport': 'A firewall on this computer may stand in between. Hearth keeps trying.',
};

export const NO_GATEWAY: Reason = {
  code: 'reachability.no-gateway',
  message: 'No home router was found on the way out of this computer.',
  action: 'Check the network cable or the Wi-Fi; Hearth looks again by itself.',
};
export const OFFLINE: Reason = {
  code: 'reachability.offline',
  message: 'There is no Internet connection: the router is there, but no server outside answers.',
  action: 'Check the line of the router, or wait: Hearth looks again every half minute.',
};
const NOT_FOUND: Reason = {
  code: 'reachability.not-found',
  message: 'The router opens no ports for programs: it answers neither PCP, NAT-PMP nor UPnP.',
  action: ADVICE['reachability.not-found'],
};
export const CARRIER_NAT: Reason = {
  code: 'reachability.carrier-nat',
  message: 'Your provider shares one public address among several customers, so no router setting lets others in.',
  action: 'Use a relay, or ask the provider for a public IPv4 address or for IPv6, or use a tunnel.',
};
export const DOUBLE_NAT: Reason = {
  code: 'reachability.double-nat',
  message:
    "Your router has no public address of its own: another router or the provider's network is in front of it and lets nothing in.",
  action:
    'With a second router at home, set it to bridge mode or forward the port there too. Otherwise use a relay, ask the provider for a public address or IPv6, or use a tunnel.',
};
export const NOT_REACHED: Reason = {
  code: 'reachability.not-reached',
  message: 'The router says that the port is open, but nothing from outside gets through.',
  action: 'Check the firewall of this computer and of the router, or restart the router; Hearth tries again by itself.',
};
/** Of an address that nothing but a rule made by hand leads in by. */
export const ELSEWHERE: Reason = {
  code: 'reachability.elsewhere',
  message: 'Something answers at the address that the router gives, but nothing came in here: it is another computer.',
  action:
    'Another router or the provider may stand in between, with an address that others have as well. Compare the address in the router with what others see.',
};
export const NOT_FORWARDED: Reason = {
  code: 'reachability.not-forwarded',
  message: 'Nothing from outside gets in at the address that others see, so no port is forwarded by hand either.',
  action: 'Let programs open ports in the router, or forward the port there; Hearth tries again by itself.',
};

/** What is shown where there is no outside at all: in practice, and where it was switched off for a test. */
export const NO_INBOUND: ReachabilityView = {
  enabled: false,
  wanted: false,
  testing: false,
  tier: null,
  method: null,
  exposure: null,
  natType: 'unknown',
  natClass: 'unknown',
  chain: chainOf({
    enabled: false,
    wanted: false,
    router: undefined,
    mappings: [],
    renewedAt: null,
    proof: null,
    way: undefined,
    probed: false,
    carrierNat: false,
    behindAnotherNat: false,
    offline: false,
  }),
  router: null,
  seenFrom: null,
  tunnels: [],
  ports: [],
  counters: { active: 0, external: 0, renewals: 0, rebootsSeen: 0 },
  reason: null,
};
