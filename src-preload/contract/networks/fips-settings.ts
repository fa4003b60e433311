// What can be set of FIPS.

import { z } from 'zod';
import { setting, withoutUser } from '../settings/define.ts';

const Npub = z.string().regex(/^npub1[02-9ac-hj-np-z]{58}$/, 'expected an npub');
/** As it stands in place of an npub, such as in a list of those who may come. */
const Alias = z
  .string()
  .regex(/^(?!npub1)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'letters, digits and hyphens');
const HostPort = z
  .string()
  .max(300)
  .regex(/^(\[[0-9a-fA-F:.%]+\]|[^:[\]\s]+):\d{1,5}$/, 'expected host:port');
const Rule = z.union([Npub, z.literal('ALL'), Alias]);
const Path = z.string().max(4096);
const Relay = z
  .url({ protocol: /^wss?$/, error: 'expected the address of a relay, wss://…' })
  .max(512)
  .refine(withoutUser, 'an address must not hold a user name or a password');

export const FipsPeer = z.strictObject({
  npub: Npub,
  alias: Alias.optional(),
  addresses: z
    .array(
      z.strictObject({
        transport: z.enum(['udp', 'tcp', 'tor']),
        addr: HostPort,
        /** The lowest is tried first. */
        priority: z.number().int().min(0).max(255).default(100),
      }),
    )
    .max(8)
    .default([]),
  /** Whether it is dialled by itself, and again whenever it is lost. */
  connect: z.boolean().default(true),
});
export type FipsPeer = z.infer<typeof FipsPeer>;

const Port = z.number().int().min(1).max(65_535);

/** A port here that leads to one of a node, or a port of this node in the mesh that leads to one of this computer. */
export const FipsForward = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('out'), port: Port, node: z.union([Npub, Alias]), nodePort: Port }),
  z.strictObject({
    kind: z.literal('in'),
    port: Port,
    host: z.enum(['127.0.0.1', '::1']),
    hostPort: Port,
    /** Who may use it. */
    allow: z.array(Npub).min(1).max(1000),
  }),
]);

export type FipsForward = z.infer<typeof FipsForward>;

export const fipsSettings = {
  'networks.fips.enabled': setting(
    z.boolean(),
    false,
    'Join FIPS: reach other computers by their keys, and be reached by yours.',
  ),
  'networks.fips.key': setting(
    z
      .string()
      .trim()
      .regex(/^$|^nsec1[02-9ac-hj-np-z]{58}$|^[0-9a-fA-F]{64}$/, 'an nsec, or 64 hex digits'),
    '',
    'A key of your own, as nsec or 64 hex digits. Empty: the one that Hearth has made.',
    { secret: true },
  ),
  'networks.fips.peers': setting(
    z.array(FipsPeer).max(128),
    [],
    'The nodes that this one is to have as neighbours, with the addresses at which they are dialled.',
  ),
  'networks.fips.udpBind': setting(
    z.union([z.literal(''), HostPort]),
    '0.0.0.0:2121',
    'The local address and port for neighbours by UDP. Empty: no UDP.',
  ),
  'networks.fips.tcpBind': setting(
    z.union([z.literal(''), HostPort]),
    '',
    'The local address and port for neighbours by TCP. Empty: this node dials by TCP, and is not dialled.',
  ),
  'networks.fips.torSocks': setting(
    z.union([z.literal(''), HostPort]),
    '',
    'Where Tor takes connections, such as 127.0.0.1:9050: peers are then dialled through it whose address is an onion service. Empty: nothing goes through Tor.',
  ),
  'networks.fips.torPort': setting(
    z.union([z.literal(0), z.number().int().min(1024).max(65_535)]),
    0,
    'The port on loopback to which your onion service leads, so that nodes come in through Tor. 0: this node only dials through it.',
  ),
  'networks.fips.torHostnameFile': setting(
    Path,
    '',
    'The file named hostname in the folder of your onion service, by which this node learns what others call it. Empty: it is told to nobody.',
    { inFront: true },
  ),
  'networks.fips.torServicePort': setting(
    z.number().int().min(1).max(65_535),
    443,
    'The port of your onion service, the first number of HiddenServicePort in the settings of Tor.',
  ),
  'networks.fips.accept': setting(z.boolean(), true, 'Let nodes come by UDP that this one has not dialled.'),
  'networks.fips.allow': setting(
    z.array(Rule).max(256),
    [],
    'Who may be a neighbour whatever else is said: npubs, aliases of peers, or ALL.',
  ),
  'networks.fips.deny': setting(
    z.array(Rule).max(256),
    [],
    'Who may not be a neighbour unless allowed: npubs, aliases of peers, or ALL.',
  ),
  'networks.fips.accessFolder': setting(
    Path,
    '',
    'A folder whose files peers.allow and peers.deny count as well, as official nodes have them under /etc/fips. Empty: none.',
    { inFront: true },
  ),
  'networks.fips.relays': setting(
    z.array(Relay).max(16),
    [],
    'Nostr relays at which nodes are looked up by key, and through which holes in routers are agreed on. Empty: none are asked.',
  ),
  'networks.fips.stunServers': setting(
    z.array(HostPort).max(8),
    [],
    'Servers that tell which address this node is seen from, as host:port, to punch holes in routers. Empty: no holes.',
  ),
  'networks.fips.advertise': setting(
    z.boolean(),
    false,
    'Say at the relays where this node can be dialled. Anybody can read it, an onion service beside the other addresses.',
  ),
  'networks.fips.udpExternal': setting(
    z.union([z.literal(''), z.ipv4(), z.ipv6(), HostPort]),
    '',
    'What UDP is from outside, where no router stands before it: an IP address, or host:port. Empty: not known.',
  ),
  'networks.fips.openDiscovery': setting(
    z.boolean(),
    false,
    'Dial nodes as well that nobody has named, where they say at the relays that they are.',
  ),
  'networks.fips.lan': setting(
    z.boolean(),
    false,
    'Find nodes in the local network, and be found there. Everybody in it can see the key of this node.',
  ),
  'networks.fips.tun': setting(
    z.boolean(),
    false,
    'Let all programs of this computer reach the mesh by IPv6, through a network device named fips0. Linux asks for its setup once per start of the computer; on macOS and Windows, where this was never tried, Hearth has to run as administrator.',
  ),
  'networks.fips.dns': setting(z.boolean(), false, 'Answer for names that end in .fips, to this computer alone.'),
  'networks.fips.dnsPort': setting(
    z.number().int().min(1024).max(65_535),
    5354,
    'The port on loopback at which names that end in .fips are answered.',
  ),
  'networks.fips.socksPort': setting(
    z.union([z.literal(0), z.number().int().min(1024).max(65_535)]),
    0,
    'The port on loopback at which programs reach the mesh by SOCKS5, without a network device. 0: none.',
  ),
  'networks.fips.forwards': setting(
    z.array(FipsForward).max(63),
    [],
    'Ports of this computer that lead to nodes, and ports of this node in the mesh that lead to this computer for the nodes that are named.',
  ),
  'networks.fips.consoleFor': setting(
    z.array(Npub).max(64),
    [],
    'Who may open the pages of this Hearth through the mesh, by npub: each of them can do there what you can. Empty: nobody.',
    { inFront: true },
  ),
  'networks.fips.transit': setting(
    z.boolean(),
    false,
    'Be a router: pass on what other nodes send to one another, while this computer lends anything at all.',
  ),
  'networks.fips.transitKiBps': setting(
    z.number().int().min(0).max(10_000_000),
    256,
    'The most that is passed on for others, in KiB a second; 0 is no limit.',
  ),
  'networks.fips.transitMonthMiB': setting(
    z.number().int().min(0).max(100_000_000),
    10_240,
    'The most that is passed on for others in a calendar month, in MiB; 0 is no limit.',
  ),
  'networks.fips.control': setting(
    z.boolean(),
    false,
    'Answer fipsctl, the command of official nodes, on a socket that only your own account can open.',
  ),
  'networks.fips.controlSocket': setting(
    Path,
    '',
    'The path of that socket. Empty: fips/control.sock in the folder that the system has for sockets of your account.',
    { inFront: true },
  ),
} as const;
