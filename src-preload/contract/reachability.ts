import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';

/** How far inbound reachability goes (IICP 6.1): 0 direct, 1 through the router, 2 hole-punched, 3 by relay or tunnel, 4 not reachable. */
export const ReachTier = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type ReachTier = z.infer<typeof ReachTier>;

/** `transport_method` of IICP 1.1. */
export const TransportMethod = z.enum(['direct', 'upnp_mapped', 'stun_hole_punch', 'turn_relay', 'external_tunnel']);
export type TransportMethod = z.infer<typeof TransportMethod>;

/** `nat_type` of IICP 1.1. */
export const NatType = z.enum(['full_cone', 'restricted_cone', 'port_restricted', 'symmetric', 'unknown']);
export type NatType = z.infer<typeof NatType>;

/** `exposure_mode` of IICP 6.3. */
export const ExposureMode = z.enum([
  'ipv4_public_direct',
  'ipv4_cgnat_blocked',
  'ipv6_direct_firewall_required',
  'ipv6_direct_pinhole_available',
  'dual_stack_available',
  'relay_required',
  'tunnel_required',
  'outbound_only',
]);
export type ExposureMode = z.infer<typeof ExposureMode>;

export const MappingProtocol = z.enum(['pcp', 'nat-pmp', 'upnp']);
export const MappingState = z.enum([
  'idle',
  'probing',
  'installing',
  'mapped',
  'renewing',
  'degraded',
  'lost',
  'unavailable',
  'stopping',
  'stopped',
]);
export type MappingState = z.infer<typeof MappingState>;

const Address = z.object({ address: z.string(), port: z.number().int().min(1).max(65535) });

/** One port of this computer as one router keeps it open: by translation (IPv4) or as a hole in its firewall (IPv6). */
export const MappingView = z.object({
  family: z.union([z.literal(4), z.literal(6)]),
  state: MappingState,
  protocol: MappingProtocol.nullable(),
  external: Address.nullable(),
  grantedAt: Time.nullable(),
  /** Null: no mapping, or one without an end. */
  expiresAt: Time.nullable(),
  nextRenewalAt: Time.nullable(),
  renewals: z.number().int().nonnegative(),
  /** Failed tries to renew since the last one that worked. */
  strikes: z.number().int().nonnegative(),
  /** The router's own address is not public: another router, or the provider, stands before it. */
  behindAnotherNat: z.boolean(),
  failure: Reason.nullable(),
});
export type MappingView = z.infer<typeof MappingView>;

/** A prober outside tried to reach an address of ours; what it saw, and nothing else, is what is called reachable. */
export const OutsideProof = z.object({
  address: z.string(),
  reached: z.boolean(),
  /** Who tried, e.g. a directory's name. */
  prober: z.string(),
  at: Time,
  tookMs: z.number().int().nonnegative(),
  /** True: the try was seen arriving here too. */
  seen: z.boolean(),
  /**
   * What it rests on: our own number came in here; a connection came in here meanwhile; or no more than that something answered
   * there. Null: nothing did.
   */
  evidence: z.enum(['nonce', 'arrived', 'answered']).nullable(),
  reason: Reason.nullable(),
});
export type OutsideProof = z.infer<typeof OutsideProof>;

/** A link of the chain that is shown: router found, mapping granted, reached from outside, renewed. */
export const ChainLink = z.object({
  id: z.enum(['router', 'mapping', 'outside', 'renewal']),
  /** `unneeded`: the inbound address does without. */
  state: z.enum(['ok', 'waiting', 'failed', 'off', 'unneeded']),
  at: Time.nullable(),
  /** By what or by whom, in a word or two: a protocol (or `by-hand`), a router's name, a prober. Of strangers. */
  by: z.string().nullable(),
  reason: Reason.nullable(),
});
export type ChainLink = z.infer<typeof ChainLink>;

/** One endpoint that a network has asked for, with its own inbound address and its own proof. */
export const PortView = z.object({
  id: z.string(),
  transport: z.enum(['tcp', 'udp']),
  port: z.number().int().min(1).max(65535),
  purpose: z.string(),
  mappings: z.array(MappingView),
  /** What is published: a URL where HTTP is spoken, `host:port` otherwise; null while there is nothing true to tell. */
  advertised: z.string().nullable(),
  /** Null: no prober has tried, or could say. */
  proof: OutsideProof.nullable(),
  /** As of the whole. */
  tier: ReachTier.nullable(),
  method: TransportMethod.nullable(),
  exposure: ExposureMode.nullable(),
  natType: NatType,
  chain: z.array(ChainLink),
  reason: Reason.nullable(),
});
export type PortView = z.infer<typeof PortView>;

export const TunnelView = z.object({
  kind: z.enum(['given', 'cloudflared', 'ngrok', 'tailscale']),
  url: z.string(),
  healthy: z.boolean(),
  at: Time,
});
export type TunnelView = z.infer<typeof TunnelView>;

export const ReachabilityView = z.object({
  /** The setting; off: no router is asked for anything. */
  enabled: z.boolean(),
  /** Whether a network needs to be reached now; no prober is asked before. */
  wanted: z.boolean(),
  /** A test runs. */
  testing: z.boolean(),
  /** From here to `chain`, and `reason`: of the endpoint that has most in its way. Each port has its own. */
  tier: ReachTier.nullable(),
  method: TransportMethod.nullable(),
  exposure: ExposureMode.nullable(),
  natType: NatType,
  /** Open while a mapping holds (or none is needed), unknown otherwise. */
  natClass: z.enum(['open', 'unknown']),
  chain: z.array(ChainLink),
  router: z
    .object({
      interface: z.string(),
      address: z.string().nullable(),
      local: z.string().nullable(),
      name: z.string().nullable(),
      model: z.string().nullable(),
      /** Who made it, by its hardware address. */
      maker: z.string().nullable(),
      /** A VPN holds the way out, so that this router is asked although nothing leaves by it. */
      behindVpn: z.boolean(),
    })
    .nullable(),
  /** What STUN servers see us come from. */
  seenFrom: z.object({ v4: z.string().nullable(), v6: z.string().nullable(), at: Time }).nullable(),
  tunnels: z.array(TunnelView),
  ports: z.array(PortView),
  counters: z.object({
    /** Mappings that may be published now. */
    active: z.number().int().nonnegative(),
    /** How often an address to tell was got, or became another one. */
    external: z.number().int().nonnegative(),
    renewals: z.number().int().nonnegative(),
    rebootsSeen: z.number().int().nonnegative(),
  }),
  /** What stands in the way, if anything. */
  reason: Reason.nullable(),
});
export type ReachabilityView = z.infer<typeof ReachabilityView>;

/** What can happen to inbound reachability. Pages have words for each. */
export const ReachStepCode = z.enum([
  'stun.seen',
  'ipv6.addresses',
  'ipv6.none',
  'ipv6.no-route',
  'ipv6.not-bound',
  'ipv6.not-out',
  'ipv6.usable',
  'ipv6.out',
  'carrier.range',
  'carrier.ds-lite',
  'carrier.named',
  'nat.private-outside',
  'nat.no-address',
  'nat.other-outside',
  'nat.none',
  'way.chosen',
  'router.network-changed',
  'router.resumed',
  'router.searching',
  'router.way-answered',
  'router.way-failed',
  'router.nobody-answered',
  'router.asked',
  'router.granted',
  'router.renewed',
  'router.moved',
  'router.failed',
  'router.withdrawn',
  'router.removed',
  'router.left-behind',
  'router.router-restarted',
  'router.announced',
  'router.outside-reached',
  'router.outside-failed',
  'router.switched-off',
  'router.switched-on',
  'router.stopped',
]);
export type ReachStepCode = z.infer<typeof ReachStepCode>;

/** A step towards inbound reachability, for a person: a stable code and its facts as text, `way=mapping tier=1`. */
export const ReachStep = z.object({
  at: Time,
  code: ReachStepCode,
  facts: z.string(),
});
export type ReachStep = z.infer<typeof ReachStep>;

export const reachabilityRequests = {
  'reachability.get': request(Nothing, live(ReachabilityView)),
  /** Looks at everything anew, router, tunnels and outside; answers when that is done, within 30 s. */
  'reachability.test': request(Nothing, live(ReachabilityView)),
  /**
   * Opens the inbound address before any network is joined, with nothing behind it; ends it. It ends by itself three minutes after this was
   * asked for last, and when a network starts.
   */
  'reachability.try': request(z.object({ on: z.boolean() }), live(ReachabilityView)),
  /** What the router's own page calls itself, asked now: a stranger's word. Null where it does not say, or no network needs to be reached. */
  'reachability.routerTitle': request(Nothing, z.object({ title: z.string().nullable() })),
  /** The last steps, newest first. */
  'reachability.log': request(Nothing, z.array(ReachStep)),
  /** All of it as text for a helper; `addresses` leaves public addresses in. */
  'reachability.report': request(z.object({ addresses: z.boolean().default(false) }), z.object({ text: z.string() })),
};
export const reachabilityPushes = { 'reachability.changed': live(ReachabilityView) };
