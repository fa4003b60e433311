// The way through the mesh: this node's place in the tree, what it knows of others, and datagrams on their way. A machine: messages of
// neighbours and ticks go in, messages to neighbours come out.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { FIPS } from '../bounds.ts';
import type { NodeAddr } from '../identity/names.ts';
import type { Coordinates } from '../wire/coordinates.ts';
import { decodeFilterAnnounce } from '../wire/filter-announce.ts';
import { FRAME_OVERHEAD_BYTES } from '../wire/frame.ts';
import { type Datagram, decodeDatagram, encodeDatagram, LinkType } from '../wire/link-message.ts';
import { decodeLookupRequest, decodeLookupResponse } from '../wire/lookup.ts';
import { decodeSessionPacket } from '../wire/session-packet.ts';
import { decodeSignal, encodeSignal, type Signal } from '../wire/signals.ts';
import { decodeTreeAnnounce, encodeTreeAnnounce, treeSigningBytes } from '../wire/tree-announce.ts';
import { Announcer } from './announcer.ts';
import { CoordinateCache } from './coordinate-cache.ts';
import { distance, nextHop } from './distance.ts';
import { Filters } from './filters.ts';
import { ForwardingCounts } from './forwarding-counts.ts';
import { Lookups } from './lookups.ts';
import type { Transit } from './transit.ts';
import { Tree } from './tree.ts';

const TTL = 64;
const MOST_MTU = 0xffff;
const EVALUATE_MS = 60_000;
/** About one destination. */
const SIGNAL_MS = 100;

export interface RouterPeer {
  readonly addr: NodeAddr;
  /** x alone. */
  readonly xOnly: Buffer;
  readonly mtu: number;
  /** Undefined: its round trip is not known yet. */
  readonly cost: number | undefined;
}

export interface RouterPorts {
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  readonly random: Random;
  readonly me: NodeAddr;
  peer(addr: NodeAddr): RouterPeer | undefined;
  peers(): Iterable<RouterPeer>;
  send(peer: NodeAddr, message: Buffer, congestion?: boolean): void;
  sign(data: Buffer): Buffer;
  isSigned(xOnly: Buffer, data: Buffer, signature: Buffer): boolean;
  /** The key (x alone) of a node that was heard of; undefined: none is known. */
  keyOf(addr: NodeAddr): Buffer | undefined;
  /** Which datagrams of others go on; left out: all. */
  readonly transit?: Pick<Transit, 'isOpen' | 'take'> | undefined;
  /** A datagram for this node. */
  arrived(datagram: Datagram, congestion: boolean): void;
  /** Where that node stands is known, and so there is a way. */
  found(target: NodeAddr, pathMtu: number): void;
  /** It was looked for in vain. */
  lost(target: NodeAddr): void;
}

/** Why a datagram of this node did not go: `lookup`, where that node stands has to be found out first. */
export type Sending = 'sent' | 'lookup' | 'too-large' | 'no-way';

export class Router {
  readonly #ports: RouterPorts;
  readonly #tree: Tree;
  readonly #filters: Filters;
  readonly #cache = new CoordinateCache();
  readonly #lookups: Lookups;
  readonly #announcer: Announcer;
  readonly counts = new ForwardingCounts();
  readonly #signalled = new Map<NodeAddr, number>();
  #announcement: Buffer | undefined;
  #evaluatedAt: number;
  #passedOn: boolean;

  constructor(ports: RouterPorts) {
    this.#ports = ports;
    this.#tree = new Tree(ports.me, this.#seconds());
    this.#passedOn = this.#passesOn;
    this.#filters = new Filters(
      ports.me,
      (peer) => this.#tree.isTreePeer(peer),
      () => this.#passedOn,
    );
    const place = () => this.#signedAnnouncement();
    const send = (peer: NodeAddr, message: Buffer) => ports.send(peer, message);
    this.#announcer = new Announcer({ now: () => this.#now(), place, send }, this.#filters);
    this.#evaluatedAt = this.#now();
    this.#lookups = new Lookups(
      {
        random: ports.random,
        me: ports.me,
        coordinates: () => this.#tree.coordinates,
        knowing: (target, but) => this.#knowing(target, but),
        mtuOf: (peer) => ports.peer(peer)?.mtu ?? 0,
        send: (peer, message) => ports.send(peer, message),
        sign: ports.sign,
        isSignedBy: (addr, data, signature) => {
          const key = ports.keyOf(addr);
          return key !== undefined && ports.isSigned(key, data, signature);
        },
        found: (target, coordinates, pathMtu) => {
          this.#cache.set(target, coordinates, this.#now());
          ports.found(target, pathMtu);
        },
        failed: (target) => ports.lost(target),
      },
      this.#now(),
    );
  }

  get tree(): Tree {
    return this.#tree;
  }

  get coordinates(): Coordinates {
    return this.#tree.coordinates;
  }

  /** Whether a neighbour says that it has a way there, or is that node. */
  knows(addr: NodeAddr): boolean {
    return this.#ports.peer(addr) !== undefined || this.#knowing(addr).length > 0;
  }

  /** Through which neighbour datagrams go there; undefined: no way is known. */
  via(addr: NodeAddr): NodeAddr | undefined {
    return this.#next(addr)?.addr;
  }

  /** By the tree; undefined: not known, or no way. */
  hopsTo(addr: NodeAddr): number | undefined {
    const target = this.coordinatesOf(addr);
    const hops = target ? distance(this.#tree.coordinates, target) : Number.POSITIVE_INFINITY;
    return Number.isFinite(hops) ? hops : undefined;
  }

  /** Nodes whose place is known, and that place. */
  get places(): Iterable<readonly [NodeAddr, Coordinates]> {
    return this.#cache.entries(this.#now());
  }

  get filters(): Pick<Filters, 'heardFrom'> {
    return this.#filters;
  }

  /** Undefined: not known at the moment. */
  coordinatesOf(addr: NodeAddr): Coordinates | undefined {
    return this.#cache.get(addr, this.#now());
  }

  /** Bytes of the largest frame that the first link of the way takes; undefined: there is no way at the moment. */
  mtuTo(addr: NodeAddr): number | undefined {
    return this.#next(addr)?.mtu;
  }

  up(addr: NodeAddr): void {
    this.#announcer.up(addr);
  }

  down(addr: NodeAddr): void {
    this.#announcer.down(addr);
    this.#tree.lose(addr);
    this.#filters.lose(addr);
    this.#evaluate();
    this.#announcer.tellFilters();
  }

  /** The round trip to it is known. */
  measured(): void {
    this.#evaluate();
  }

  tick(): void {
    const now = this.#now();
    if (now - this.#evaluatedAt >= EVALUATE_MS) this.#evaluate();
    if (this.#passesOn !== this.#passedOn) {
      this.#passedOn = this.#passesOn;
      this.#announcer.tellFilters();
    }
    this.#announcer.tick();
    this.#lookups.tick(now);
    for (const [addr, at] of this.#signalled) if (now - at >= SIGNAL_MS) this.#signalled.delete(addr);
  }

  receive(from: NodeAddr, message: Buffer, congestion: boolean): void {
    switch (message[0]) {
      case LinkType.datagram: {
        const datagram = decodeDatagram(message);
        if (datagram) this.#onDatagram(from, datagram, congestion);
        return;
      }
      case LinkType.treeAnnounce:
        this.#onTree(from, message);
        return;
      case LinkType.filterAnnounce: {
        const announce = decodeFilterAnnounce(message);
        if (announce && this.#filters.learn(from, announce)) this.#announcer.tellFilters();
        return;
      }
      case LinkType.lookupRequest: {
        const request = decodeLookupRequest(message);
        if (request && (this.#passedOn || request.target === this.#ports.me))
          this.#lookups.onRequest(from, request, this.#now());
        return;
      }
      case LinkType.lookupResponse: {
        const response = decodeLookupResponse(message);
        if (response) this.#lookups.onResponse(from, response);
        return;
      }
      default:
      // A type that this version does not know.
    }
  }

  /** From this node. `lookup`: nothing was sent, and `found` or `lost` will tell. */
  send(destination: NodeAddr, payload: Buffer): Sending {
    const datagram = { ttl: TTL, pathMtu: MOST_MTU, source: this.#ports.me, destination, payload };
    const next = this.#next(destination);
    if (next) {
      this.counts.add('originated', payload.length);
      return this.#pass(datagram, next, false) ? 'sent' : 'too-large';
    }
    if (this.coordinatesOf(destination)) return 'no-way';
    this.#lookups.search(destination, this.#now());
    return 'lookup';
  }

  /** What is known of the way there is wrong. */
  forget(addr: NodeAddr): void {
    this.#cache.delete(addr);
  }

  #onTree(from: NodeAddr, message: Buffer): void {
    const announce = decodeTreeAnnounce(message);
    const peer = this.#ports.peer(from);
    if (!announce || !peer || !this.#tree.isNews(from, announce)) return;
    if (!this.#ports.isSigned(peer.xOnly, treeSigningBytes(from, announce), announce.signature)) return;
    const wasTreePeer = this.#tree.isTreePeer(from);
    this.#tree.learn(from, announce);
    this.#evaluate();
    if (this.#tree.isTreePeer(from) !== wasTreePeer) this.#announcer.tellFilters();
  }

  #evaluate(): void {
    const now = this.#now();
    this.#evaluatedAt = now;
    if (!this.#tree.evaluate((addr) => this.#ports.peer(addr)?.cost, now, this.#seconds())) return;
    this.#announcement = undefined;
    this.#cache.clear();
    this.#filters.repeat();
    this.#announcer.tellPlace();
  }

  /** Signed once for all neighbours. */
  #signedAnnouncement(): Buffer {
    if (!this.#announcement) {
      const { place } = this.#tree;
      const signature = this.#ports.sign(treeSigningBytes(this.#ports.me, place));
      this.#announcement = encodeTreeAnnounce({ ...place, signature });
    }
    return this.#announcement;
  }

  #onDatagram(from: NodeAddr, datagram: Datagram, congestion: boolean): void {
    const { ttl, destination, payload } = datagram;
    const bytes = payload.length;
    this.#learnFrom(datagram);
    this.counts.add('received', bytes);
    if (destination === this.#ports.me) {
      this.counts.add('delivered', bytes);
      this.#ports.arrived(datagram, congestion);
      return;
    }
    if (ttl === 0) {
      this.counts.add('ttlExhausted', bytes);
      return;
    }
    const next = this.#next(destination);
    const isSignal = decodeSignal(payload) !== undefined;
    if (next && this.#passesOn) {
      const { transit } = this.#ports;
      if (transit && !transit.take(from, next.addr, bytes)) return;
      const isPassed = this.#pass({ ...datagram, ttl: ttl - 1 }, next, congestion);
      this.counts.add(isPassed ? 'forwarded' : 'mtuExceeded', bytes);
      if (!isPassed && !isSignal)
        this.#signal(datagram, { kind: 'mtuExceeded', destination, reporter: this.#ports.me, mtu: next.mtu });
      return;
    }
    this.counts.add('noRoute', bytes);
    if (!isSignal) {
      const about = { destination, reporter: this.#ports.me };
      const coordinates = this.coordinatesOf(destination);
      this.#signal(
        datagram,
        coordinates ? { kind: 'pathBroken', ...about, coordinates } : { kind: 'coordinatesRequired', ...about },
      );
    }
  }

  /** False: it is larger than that link takes. */
  #pass(datagram: Datagram, next: RouterPeer, congestion: boolean): boolean {
    const message = encodeDatagram({ ...datagram, pathMtu: Math.min(datagram.pathMtu, next.mtu) });
    if (message.length - 1 + FRAME_OVERHEAD_BYTES > next.mtu) return false;
    this.#ports.send(next.addr, message, congestion);
    return true;
  }

  /** Never more bytes than were sent, for the source may be made up. */
  #signal({ source, destination, payload: cause }: Datagram, signal: Signal): void {
    if (this.#signalled.has(destination) || this.#signalled.size >= FIPS.signals || source === this.#ports.me) return;
    const full = encodeSignal(signal);
    const isShort = full.length > cause.length && signal.kind === 'pathBroken';
    const payload = isShort ? encodeSignal({ ...signal, coordinates: [] }) : full;
    const next = this.#next(source);
    if (payload.length > cause.length || !next) return;
    this.#signalled.set(destination, this.#now());
    const datagram = { ttl: TTL, pathMtu: MOST_MTU, source: this.#ports.me, destination: source, payload };
    this.#pass(datagram, next, false);
  }

  /** Sessions say where both ends stand, for those on the way. */
  #learnFrom({ source, destination, payload }: Datagram): void {
    const packet = decodeSessionPacket(payload);
    if (!packet || packet.kind === 'message3') return;
    const ends = packet.kind === 'sealed' ? packet.ends : packet;
    if (!ends) return;
    const now = this.#now();
    for (const [addr, coordinates] of [
      [source, ends.source],
      [destination, ends.destination],
    ] as const) {
      // Of another root, it would be no use, and could be made up from nothing.
      if (addr !== this.#ports.me && coordinates.at(-1) === this.#tree.root) this.#cache.set(addr, coordinates, now);
    }
  }

  get #passesOn(): boolean {
    return this.#ports.transit?.isOpen ?? true;
  }

  #next(destination: NodeAddr): RouterPeer | undefined {
    const direct = this.#ports.peer(destination);
    if (direct) return direct;
    const target = this.coordinatesOf(destination);
    if (!target) return undefined;
    const neighbours = [...this.#ports.peers()].flatMap(({ addr, cost }) => {
      const coordinates = this.#tree.coordinatesOf(addr);
      if (!coordinates) return [];
      const knows = this.#filters.has(addr, destination);
      return [{ addr, coordinates, cost: cost ?? 1, isTreePeer: this.#tree.isTreePeer(addr), knows }];
    });
    const next = nextHop(this.#tree.coordinates, target, neighbours);
    return next === undefined ? undefined : this.#ports.peer(next);
  }

  #knowing(target: NodeAddr, but?: NodeAddr): readonly NodeAddr[] {
    const knowing = [...this.#announcer.peers].filter((addr) => addr !== but && this.#filters.has(addr, target));
    const inTree = knowing.filter((addr) => this.#tree.isTreePeer(addr));
    return inTree.length > 0 ? inTree : knowing;
  }

  #seconds(): number {
    return Math.floor(this.#ports.clock.now() / 1000);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
