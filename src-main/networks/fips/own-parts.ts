// The parts that a run has by the settings that it has begun with.

import { RelayPool } from '../../nostr/pool.ts';
import { Signer } from '../../nostr/signer.ts';
import type { Endpoint } from '../../reachability/mapping.ts';
import type { NetworkHost } from '../host.ts';
import { type Config, consoleIn, forwardsIn, peersIn } from './config.ts';
import { type DiscoveryPartSettings, discoveryPart } from './discovery/part.ts';
import type { MayReach } from './discovery/routable.ts';
import type { Identity } from './identity/identity.ts';
import { InboundUdp } from './inbound-udp.ts';
import type { MakePart } from './parts.ts';
import { Programs, type ProgramsWish } from './programs.ts';

type PartsHost = Pick<
  NetworkHost,
  'clock' | 'random' | 'logger' | 'committer' | 'read' | 'dataUse' | 'settings' | 'inboundAddresses' | 'pages'
>;

interface PartsDeps {
  /** The onion service that leads here; undefined: there is none, or it has no name yet. */
  onion(): string | undefined;
  readonly host: PartsHost;
  readonly identity: Identity;
  readonly changed: () => void;
  /** Somebody was handed a link to the pages of this node. */
  readonly came: () => void;
  /** Which addresses that strangers name may be sent to; by default every public one. */
  readonly mayReach?: MayReach;
}

/** Logging in at a relay (NIP-42). */
const LOGIN = 22_242;

export function ownParts(deps: PartsDeps, { discovery, programs, opensUdp }: Config): readonly MakePart[] {
  const { inboundAddresses: addresses } = deps.host;
  let inbound: InboundUdp | undefined;
  const opening: MakePart = ({ layer }) => {
    inbound = new InboundUdp({ addresses: addresses!, layer, changed: deps.changed });
    return inbound;
  };
  return [
    ...(opensUdp && addresses ? [opening] : []),
    ...(discovery ? [finding({ ...deps, proven: () => inbound?.proven }, discovery)] : []),
    serving(deps, programs),
  ];
}

/** Peers by the names that their user has given them. */
function serving({ host, changed, came }: PartsDeps, wish: ProgramsWish): MakePart {
  const { clock, random, settings, pages } = host;
  const hosts = () =>
    new Map(peersIn(settings).flatMap(({ alias, xOnly }) => (alias ? [[alias.toLowerCase(), xOnly] as const] : [])));
  const wanted = () => forwardsIn(settings);
  const console = { admitted: () => consoleIn(settings), pages, came };
  return ({ identity, mesh }) => new Programs({ clock, random, identity, mesh, hosts, wanted, console, changed }, wish);
}

interface Finding extends PartsDeps {
  /** The port of the router at which strangers were seen to reach our UDP; undefined: there is none. */
  proven(): Endpoint | undefined;
}

function finding({ host, identity, mayReach, onion, proven }: Finding, settings: DiscoveryPartSettings): MakePart {
  const { clock, random, logger } = host;
  const signer = signerOf(identity, host);
  const pool = new RelayPool(host, {
    network: 'fips',
    logIn: (relay, challenge) =>
      signer.sign({
        kind: LOGIN,
        content: '',
        tags: [
          ['relay', relay],
          ['challenge', challenge],
        ],
      }),
  });
  return discoveryPart({ clock, random, logger, pool, signer, onion, proven, ...(mayReach && { mayReach }) }, settings);
}

/** Its vault is the identity, which takes nothing in. */
function signerOf(identity: Identity, { clock, random }: Pick<PartsHost, 'clock' | 'random'>): Signer {
  return identity.lend((secret) => {
    const vault = { get: () => secret, put: () => Promise.reject(new Error('the key of the node is set elsewhere')) };
    return new Signer({ clock, random, vault }, 'fips.key');
  });
}
