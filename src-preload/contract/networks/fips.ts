// FIPS: a mesh in which computers reach each other by key. It connects, and earns nothing.

import { z } from 'zod';
import { Reason, request, Time } from '../define.ts';
import { networkContract } from './contract.ts';
import { fipsConsent } from './fips-consent.ts';
import { fipsSettings } from './fips-settings.ts';

const Count = z.number().int().nonnegative();
const Share = z.number().min(0).max(1);
const Addr = z.string().length(32);

/**
 * Off: the user has not chosen it. Open: it passes on for others. Closed: not at the moment, as this computer lends nothing. Spent: the
 * volume of the month is used up.
 */
export const TransitState = z.enum(['off', 'open', 'closed', 'spent']);
export type TransitState = z.infer<typeof TransitState>;

const Transit = z.object({
  state: TransitState,
  /** Since the node was started. */
  packets: Count,
  bytes: Count,
  /** Packets that were not passed on: too fast, or not open. */
  refused: Count,
  monthBytes: Count,
  /** Null: no limit. */
  monthLimit: Count.nullable(),
});

export const FipsDetail = z.object({
  /** Null while no key was made. */
  npub: z.string().nullable(),
  /** In fd00::/8. */
  ipv6: z.string().nullable(),
  /** `udp 0.0.0.0:2121`. */
  listening: z.array(z.string()),
  neighbours: Count,
  /** Peers that are to be neighbours, and how many of them are. */
  wanted: Count,
  wantedUp: Count,
  sessions: Count,
  transit: Transit,
  /** Where fipsctl is answered; null: nowhere. */
  control: z.string().nullable(),
  programs: z.object({
    /** What is set for programs of this computer and can't be had now. */
    troubles: z.array(Reason),
    /** What makes the network device, to be pasted into a terminal; null: it need not be made. */
    tunSetup: z.string().nullable(),
  }),
});
export type FipsDetail = z.infer<typeof FipsDetail>;

const Neighbour = z.object({
  npub: z.string(),
  /** What the user calls it; null: nothing. */
  alias: z.string().nullable(),
  addr: Addr,
  ipv6: z.string(),
  transport: z.string(),
  address: z.string(),
  outbound: z.boolean(),
  since: Time,
  heardAt: Time,
  /** Null: not measured yet. */
  rttMs: z.number().nonnegative().nullable(),
  /** Of what was sent to it lately. */
  loss: Share,
  isParent: z.boolean(),
  isChild: z.boolean(),
  /** Hops between it and the root; null: it has not said. */
  depth: Count.nullable(),
  sentBytes: Count,
  receivedBytes: Count,
  /** Bytes a second of late, oldest first, two seconds each. */
  sending: z.array(Count).max(60),
  receiving: z.array(Count).max(60),
  /** Of what this node passes on for others: from it and to it. */
  transitIn: Count,
  transitOut: Count,
});
export type Neighbour = z.infer<typeof Neighbour>;

/** One thing that was tried to reach a peer, and how it went the last time. */
export const Rung = z.object({
  at: Time,
  /** An address that is dialled, relays that are asked where it is, or a hole through the routers of both ends. */
  way: z.enum(['dial', 'relays', 'hole']),
  /** Of a dialled address. */
  transport: z.string().nullable(),
  address: z.string().nullable(),
  state: z.enum(['trying', 'worked', 'failed']),
  reason: Reason,
  /** What the other end says of it: a stranger's word. */
  said: z.string().max(120).nullable(),
});
export type Rung = z.infer<typeof Rung>;

const Wanted = z.object({
  npub: z.string(),
  alias: z.string().nullable(),
  /** Held: its user has disconnected it. Waiting: it is tried again then. */
  state: z.enum(['up', 'dialling', 'waiting', 'held', 'idle']),
  /** When it is tried again; null: not by itself. */
  againAt: Time.nullable(),
  attempts: Count,
  addresses: Count,
  /** What was tried last comes last. */
  ladder: z.array(Rung).max(20),
});
export type Wanted = z.infer<typeof Wanted>;

const Route = z.object({
  addr: Addr,
  npub: z.string().nullable(),
  /** Through which neighbour; null: no way is known now. */
  via: z.string().nullable(),
  hops: Count.nullable(),
});

const Session = z.object({
  npub: z.string().nullable(),
  addr: Addr,
  state: z.enum(['established', 'opening']),
  rttMs: z.number().nonnegative().nullable(),
  loss: Share,
  mtu: Count,
  via: z.string().nullable(),
  sentBytes: Count,
  receivedBytes: Count,
});

/** Where a node says that it is: `host:port`, or `nat` where a hole has to be punched. */
const Endpoint = z.object({ transport: z.string(), address: z.string() });

const Finding = z.object({
  /** Whether this computer says at relays where it is. */
  advertises: z.boolean(),
  /** What it has said; empty: nothing yet. */
  says: z.array(Endpoint),
  relays: z.array(
    z.object({
      url: z.string(),
      open: z.boolean(),
      /** Why not, or what it said last: a stranger's word; null: nothing. */
      said: z.string().nullable(),
    }),
  ),
  /** Other nodes whose advert is known. */
  known: Count,
  lan: z.boolean(),
});

const MOST_ADVERTS = 100;

/** What relays have. */
export const FipsAdverts = z.object({
  /** Of this node, as others read it. Unsaid: it does not say where it is. Missing: relays have none. Away: no relay answers. */
  own: z.discriminatedUnion('state', [
    z.object({ state: z.enum(['unsaid', 'missing', 'away']) }),
    z.object({ state: z.literal('there'), endpoints: z.array(Endpoint), at: Time, until: Time }),
  ]),
  /** Of other nodes: the newest, and not more than 100. */
  others: z
    .array(z.object({ npub: z.string(), alias: z.string().nullable(), endpoints: z.array(Endpoint), at: Time }))
    .max(MOST_ADVERTS),
});
export type FipsAdverts = z.infer<typeof FipsAdverts>;

export const MeshView = z.object({
  at: Time,
  neighbours: z.array(Neighbour),
  wanted: z.array(Wanted),
  tree: z.object({
    isRoot: z.boolean(),
    root: Addr,
    rootNpub: z.string().nullable(),
    depth: Count,
    parent: z.string().nullable(),
    /** From this node to the root. */
    path: z.array(Addr),
  }),
  sessions: z.array(Session),
  /** Who is reached through whom, of those whose place is known: 200 at most. */
  routes: z.array(Route).max(200),
  /** Null: nothing is set by which nodes could be found. */
  finding: Finding.nullable(),
});
export type MeshView = z.infer<typeof MeshView>;

const Npub = z.string().max(80);

export const fipsContract = networkContract({
  id: 'fips',
  title: 'FIPS',
  kinds: [],
  units: {},
  consent: fipsConsent,
  detail: FipsDetail,
  settings: fipsSettings,
  events: {
    started: 'info',
    'transport-failed': 'warning',
    'peer-up': 'info',
    'peer-down': 'warning',
    'transit-spent': 'warning',
    'control-failed': 'warning',
    'console-visited': 'info',
    woke: 'info',
    moved: 'info',
    left: 'info',
  },
  checks: {
    key: 'Key',
    transports: 'Listening',
    neighbours: 'Neighbours',
    tree: 'Place in the tree',
    transit: 'Router for others',
    control: 'fipsctl',
    relays: 'Relays',
    advert: 'Own advert',
    stun: 'STUN servers',
  },
  requests: {
    /** Refused with `fips.not-running`, as are the next three. */
    mesh: request(z.undefined(), MeshView),
    /** Asks relays by connections that are made for it. */
    adverts: request(z.undefined(), FipsAdverts),
    /** Dials it at that address, or where it is set to be. No address holds beyond this attempt. */
    connect: request(
      z.object({
        npub: Npub,
        at: z.object({ transport: z.enum(['udp', 'tcp', 'tor']), addr: z.string().max(300) }).optional(),
      }),
      z.object({ npub: Npub }),
    ),
    /** It is not dialled again before its user says so, or this node starts anew. */
    disconnect: request(z.object({ npub: Npub }), z.object({ npub: Npub, disconnected: z.boolean() })),
    /** Why peers can't be what a user types: the first thing that is wrong with an npub or an address; null: nothing. */
    look: request(z.object({ npub: z.string().max(200), addr: z.string().max(400) }), Reason.nullable()),
  },
});
export type FipsEventKind = keyof typeof fipsContract.events;
export type FipsCheckId = keyof typeof fipsContract.checks;
