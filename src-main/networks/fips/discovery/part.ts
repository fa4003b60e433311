// Discovery as a part of the node: who is wanted and not there is looked for, whoever is near or may be tried is dialled.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { RelayPool, RelayView } from '../../../nostr/pool.ts';
import type { Signer } from '../../../nostr/signer.ts';
import type { Endpoint } from '../../../reachability/mapping.ts';
import { FIPS } from '../bounds.ts';
import type { Climb, Outcome } from '../dialing/ladder.ts';
import type { PeerAddress } from '../dialing/peers.ts';
import { decodeNpub, type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import type { Attempts, Finding, MakePart, MeshAccess, MeshPart } from '../parts.ts';
import { parseHostPort } from '../transports/address.ts';
import type { SessionMessage } from '../wire/session-packet.ts';
import { type Advert, type AdvertEndpoint, isNat } from './advert.ts';
import { DISCOVERY } from './bounds.ts';
import { Discovery, type Whereabouts } from './discovery.ts';
import type { DiscoverySettings, PunchFault } from './discovery-ports.ts';
import type { Advertised } from './own-endpoints.ts';
import type { MayReach } from './routable.ts';
import type { Candidate, Room } from './sweep.ts';
import { SWEEP_AGE_MS } from './times.ts';

export interface DiscoveryPartDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Started and stopped by the part. */
  readonly pool: RelayPool;
  /** With the key of the node. */
  readonly signer: Signer;
  /** The port of the router at which strangers were seen to reach our UDP; undefined: there is none. */
  proven?(): Endpoint | undefined;
  /** The onion service that leads here; undefined: there is none. */
  onion?(): string | undefined;
  readonly mayReach?: MayReach;
}

export interface DiscoveryPartSettings extends DiscoverySettings {
  /** What the user says our UDP is from outside, where nothing stands before it. */
  readonly udpExternal?: string | undefined;
}

/** Relays are asked again for a node that is wanted and not there. */
const ASK_AGAIN_MS = 60_000;
const PUNCH_FIRST_MS = 5000;
const PUNCH_LONGEST_MS = 300_000;
const MOST_WAITING = 64;

const RELAYS: Climb = { way: 'relays' };
const HOLE: Climb = { way: 'hole' };

interface Known {
  readonly at: number;
  /** By which advert, epoch seconds; undefined: none was there. */
  readonly advert: number | undefined;
  addresses: readonly PeerAddress[];
}

/** A node that nobody named, with what is still to be tried. */
interface Try {
  readonly xOnly: Buffer;
  readonly until: number;
  readonly left: PeerAddress[];
  mayPunch: boolean;
}

export const discoveryPart =
  (deps: DiscoveryPartDeps, settings: DiscoveryPartSettings): MakePart =>
  (access) =>
    new DiscoveryPart(deps, settings, access);

export class DiscoveryPart implements MeshPart, Finding {
  readonly name = 'discovery';
  readonly discovery: Discovery;
  readonly #deps: DiscoveryPartDeps;
  readonly #settings: DiscoveryPartSettings;
  readonly #access: MeshAccess;
  /** Where adverts say that wanted nodes are, and when that was asked. */
  readonly #known = new Map<NodeAddr, Known>();
  readonly #punchAt = new Map<NodeAddr, number>();
  readonly #tries = new Map<string, Try>();
  #stopping = new AbortController();

  constructor(deps: DiscoveryPartDeps, settings: DiscoveryPartSettings, access: MeshAccess) {
    this.#deps = deps;
    this.#settings = settings;
    this.#access = access;
    const { identity, layer, mesh, dialer } = access;
    const { clock, random, logger, pool, signer, mayReach } = deps;
    const addrOf = (pubkey: string) => nodeAddrOf(Buffer.from(pubkey, 'hex'));
    this.discovery = new Discovery(
      {
        clock,
        random,
        logger,
        pool,
        signer,
        identity,
        layer,
        ...(mayReach && { mayReach }),
        standing: {
          isConfigured: (pubkey) => dialer.knows(addrOf(pubkey)),
          isConnected: (pubkey) => layer.links.peers.has(addrOf(pubkey)),
          isConnecting: (pubkey) => layer.links.dials.has(addrOf(pubkey)),
          isWaiting: (pubkey) => this.#tries.has(pubkey),
        },
        room: () => this.#room(),
        advertised: () => this.#advertised(),
        lanPort: () => parseHostPort(layer.localOf('udp') ?? '')?.port,
        admits: (xOnly) => access.admits(xOnly),
        keyOf: (addr) => mesh.keyOf(addr),
        hasSession: (addr) => mesh.sessions.all.get(addr)?.current !== undefined,
        say: (addr, message) => void mesh.sessions.send(addr, message),
      },
      settings,
      {
        candidates: (found) => this.#add(found),
        nearby: (xOnly, [address]) => {
          if (address !== undefined) this.#dial(xOnly, { transport: 'udp', address });
        },
        punched: (xOnly) => dialer.tried(nodeAddrOf(xOnly), HOLE, 'hole'),
        punchFailed: ({ xOnly, fault, said, streak, cooldownUntil }) => {
          const wait = Math.min(PUNCH_FIRST_MS * 2 ** streak, PUNCH_LONGEST_MS);
          const cooldown = cooldownUntil - clock.now();
          const addr = nodeAddrOf(xOnly);
          dialer.tried(addr, HOLE, holeOutcome(fault), said);
          this.#punchAt.delete(addr);
          this.#punchAt.set(addr, clock.monotonic() + Math.max(wait, cooldown));
          if (this.#punchAt.size > DISCOVERY.failures) this.#punchAt.delete(this.#punchAt.keys().next().value!);
        },
      },
    );
  }

  get finding(): Finding {
    return this;
  }

  get says(): readonly AdvertEndpoint[] {
    return this.discovery.advert?.endpoints ?? [];
  }

  get relays(): readonly RelayView[] {
    return this.#deps.pool.health();
  }

  get adverts(): readonly Advert[] {
    return this.discovery.adverts;
  }

  attemptsOf(xOnly: Buffer): Attempts | undefined {
    return this.discovery.standingOf(xOnly);
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#deps.pool.start(this.#settings.relays);
    this.discovery.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('discovery is stopped'));
    await this.discovery.stop();
    await this.#deps.pool.stop();
    this.#tries.clear();
    this.#known.clear();
    this.#punchAt.clear();
  }

  tick(): void {
    this.discovery.tick();
    const wanted = this.#access.dialer.standing();
    for (const { npub, state } of wanted) {
      const xOnly = state === 'waiting' ? decodeNpub(npub) : undefined;
      if (xOnly) this.#seek(npub, xOnly);
    }
    for (const [pubkey, one] of this.#tries) this.#goOn(pubkey, one);
  }

  networkChanged(): void {
    this.discovery.networkChanged();
  }

  message(from: NodeAddr, message: SessionMessage): boolean {
    return this.discovery.receive(from, message);
  }

  elsewhere(addr: NodeAddr): readonly PeerAddress[] {
    return this.#known.get(addr)?.addresses ?? [];
  }

  /** One that is wanted, and was dialled in vain. */
  #seek(npub: string, xOnly: Buffer): void {
    const addr = nodeAddrOf(xOnly);
    const now = this.#deps.clock.monotonic();
    const before = this.#known.get(addr);
    const advert = this.discovery.advertOf(xOnly)?.createdAt;
    if (!before || now - before.at >= ASK_AGAIN_MS || (advert !== undefined && advert !== before.advert)) {
      const known: Known = { at: now, advert, addresses: before?.addresses ?? [] };
      this.#known.delete(addr);
      this.#known.set(addr, known);
      if (this.#known.size > FIPS.peers) this.#known.delete(this.#known.keys().next().value!);
      this.#access.dialer.tried(addr, RELAYS, 'asking');
      this.discovery.whereIs(xOnly).then(
        ({ knownAs, endpoints }) => {
          known.addresses = endpoints.filter((endpoint) => !isNat(endpoint));
          this.#access.dialer.tried(addr, RELAYS, lookedUp(knownAs, endpoints));
          const news = JSON.stringify(known.addresses) !== JSON.stringify(before?.addresses ?? []);
          const [first] = known.addresses;
          if (news && first && !this.#isHere(addr)) this.#access.dialer.connect(npub, first);
        },
        () => undefined,
      );
    }
    this.#punch(xOnly);
  }

  #punch(xOnly: Buffer): boolean {
    const addr = nodeAddrOf(xOnly);
    const isDue = this.#deps.clock.monotonic() >= (this.#punchAt.get(addr) ?? 0);
    const isBegun = this.#settings.stunServers.length > 0 && isDue && this.discovery.punch(xOnly);
    if (isBegun) this.#access.dialer.tried(addr, HOLE, 'punching');
    return isBegun;
  }

  #add(found: readonly Candidate[]): void {
    for (const { pubkey, endpoints, until } of found) {
      if (this.#tries.size >= MOST_WAITING) return;
      const xOnly = Buffer.from(pubkey, 'hex');
      const left: PeerAddress[] = [];
      const one: Try = { xOnly, until: Math.min(until, this.#deps.clock.now() + SWEEP_AGE_MS), left, mayPunch: false };
      this.#tries.set(pubkey, one);
      this.discovery.whereIs(xOnly).then(
        ({ endpoints: targets }) => {
          left.push(...targets.filter((endpoint) => !isNat(endpoint)));
          one.mayPunch = endpoints.some(isNat);
        },
        () => undefined,
      );
    }
  }

  /** The next address, once the one before has led to nothing; a hole last, and each of them once until its advert is over. */
  #goOn(pubkey: string, one: Try): void {
    const addr = nodeAddrOf(one.xOnly);
    if (this.#deps.clock.now() >= one.until) this.#tries.delete(pubkey);
    if (this.#isHere(addr) || this.discovery.isPunching(one.xOnly)) return;
    const next = one.left.shift();
    if (next) this.#dial(one.xOnly, next);
    else if (one.mayPunch && this.#punch(one.xOnly)) one.mayPunch = false;
  }

  #dial(xOnly: Buffer, { transport, address: target }: PeerAddress): void {
    const { layer } = this.#access;
    if (this.#isHere(nodeAddrOf(xOnly)) || !this.#access.admits(xOnly)) return;
    layer.dial({ transport, target, xOnly }, this.#stopping.signal).catch(() => undefined);
  }

  #isHere(addr: NodeAddr): boolean {
    const { peers, dials } = this.#access.layer.links;
    return peers.has(addr) || dials.has(addr);
  }

  #room(): Room {
    const { peers, dials } = this.#access.layer.links;
    return {
      mostWaiting: MOST_WAITING,
      waiting: this.#tries.size,
      mostConnections: FIPS.connections,
      connections: peers.size + dials.size,
      mostPeers: FIPS.peers,
      peers: peers.size,
    };
  }

  #advertised(): readonly Advertised[] {
    const { layer } = this.#access;
    const { udpExternal: external } = this.#settings;
    const [udp, tcp] = [layer.localOf('udp'), layer.localOf('tcp')];
    const onion = layer.localOf('tor') === undefined ? undefined : this.#deps.onion?.();
    return [
      ...(udp === undefined
        ? []
        : [
            {
              transport: 'udp' as const,
              local: udp,
              external,
              isPublic: external !== undefined,
              proven: this.#deps.proven?.(),
            },
          ]),
      ...(tcp === undefined ? [] : [{ transport: 'tcp' as const, local: tcp }]),
      ...(onion === undefined ? [] : [{ transport: 'tor' as const, local: onion }]),
    ];
  }
}

function lookedUp(knownAs: Whereabouts['knownAs'], endpoints: readonly AdvertEndpoint[]): Outcome {
  if (knownAs === 'none') return 'no-advert';
  if (knownAs === 'away') return 'relays-away';
  if (endpoints.length === 0) return 'advert-useless';
  return endpoints.every(isNat) ? 'advert-nat' : 'advert';
}

function holeOutcome(fault: PunchFault): Outcome {
  return fault === 'no-advert' || fault === 'relays-away' || fault === 'no-shared-relay' ? fault : `hole-${fault}`;
}
