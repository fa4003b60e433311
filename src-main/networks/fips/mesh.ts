// A node of the mesh but for its sockets and timers: links, the way through the mesh, and sessions end to end.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type Identity, isSignedBy } from './identity/identity.ts';
import { KnownKeys } from './identity/known-keys.ts';
import type { NodeAddr } from './identity/names.ts';
import type { Dial } from './links/dial.ts';
import type { DownReason, LinkPorts, Links } from './links/links.ts';
import type { Peer } from './links/peer.ts';
import { Router, type RouterPeer } from './routing/router.ts';
import type { Transit } from './routing/transit.ts';
import { Sessions } from './sessions/sessions.ts';
import type { SessionMessage } from './wire/session-packet.ts';

/** What a node hears of its links. */
export type LinkNews = Pick<LinkPorts, 'admits' | 'up' | 'down' | 'unanswered' | 'received' | 'measured'> & {
  /** Once a second, after the links. */
  ticked(): void;
};

/** Of links of the official nodes, none takes less. */
const LEAST_LINK_MTU = 1280;

export interface MeshPorts {
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  readonly random: Random;
  readonly identity: Identity;
  mtuOf(transport: string): number;
  admits(xOnly: Buffer): boolean;
  up(peer: Peer): void;
  down(peer: Peer, why: DownReason): void;
  unanswered(dial: Dial): void;
  /** Eight bytes, drawn once in the life of this node, the same for its links. */
  readonly epoch: Buffer;
  /** Being a router for others; left out: it passes on all. */
  readonly transit?: Pick<Transit, 'isOpen' | 'take'> | undefined;
  /** What another node has sent in its session with this one. */
  message(from: NodeAddr, message: SessionMessage, congestion: boolean): void;
  established(addr: NodeAddr): void;
  /** There is no way to it, or no answer from it. */
  failed(addr: NodeAddr): void;
}

export class Mesh implements LinkNews {
  readonly #ports: MeshPorts;
  readonly #keys = new KnownKeys();
  readonly router: Router;
  readonly sessions: Sessions;
  #links: Pick<Links, 'peers' | 'send'> | undefined;

  constructor(ports: MeshPorts) {
    this.#ports = ports;
    const { clock, random, identity } = ports;
    this.router = new Router({
      clock,
      random,
      me: identity.nodeAddr,
      peer: (addr) => {
        const peer = this.#links?.peers.get(addr);
        return peer && this.#routed(peer);
      },
      peers: () => [...(this.#links?.peers.values() ?? [])].map((peer) => this.#routed(peer)),
      send: (addr, message, congestion) => void this.#links?.send(addr, message, congestion),
      sign: (data) => identity.sign(data, random),
      isSigned: isSignedBy,
      transit: ports.transit,
      keyOf: (addr) => this.#keys.get(addr),
      arrived: (datagram, congestion) => this.sessions.receive(datagram, congestion),
      found: (target, pathMtu) => this.sessions.found(target, pathMtu),
      lost: (target) => this.sessions.lost(target),
    });
    this.sessions = new Sessions({
      clock,
      random,
      identity,
      epoch: ports.epoch,
      send: (destination, payload) => this.router.send(destination, payload),
      coordinates: () => this.router.coordinates,
      coordinatesOf: (addr) => this.router.coordinatesOf(addr),
      forget: (addr) => this.router.forget(addr),
      keyOf: (addr) => this.#keys.get(addr),
      know: (xOnly) => void this.#keys.add(xOnly),
      received: (from, message, congestion) => ports.message(from, message, congestion),
      established: (addr) => ports.established(addr),
      failed: (addr) => ports.failed(addr),
    });
  }

  /** Once, before anything happens on them. */
  attach(links: Pick<Links, 'peers' | 'send'>): void {
    this.#links = links;
  }

  /** The key (x alone) of a node that may be sent to; its address. */
  know(xOnly: Uint8Array): NodeAddr {
    return this.#keys.add(xOnly);
  }

  /** Nodes whose keys were heard of, and these. */
  get known(): Iterable<readonly [NodeAddr, Buffer]> {
    return this.#keys.all;
  }

  /** Of a node that was heard of; undefined: none is known. */
  keyOf(addr: NodeAddr): Buffer | undefined {
    return this.#keys.get(addr);
  }

  /** The node with that IPv6 address, 16 bytes; undefined: none that was heard of. */
  nodeOf(ipv6: Buffer): NodeAddr | undefined {
    return this.#keys.withIpv6(ipv6);
  }

  /** Bytes of the largest frame that may go there, as far as it is known. */
  mtuTo(addr: NodeAddr): number {
    const path = this.sessions.all.get(addr)?.pathMtu ?? Number.POSITIVE_INFINITY;
    return Math.min(path, this.router.mtuTo(addr) ?? LEAST_LINK_MTU);
  }

  admits(xOnly: Buffer): boolean {
    return this.#ports.admits(xOnly);
  }

  up(peer: Peer): void {
    this.know(peer.xOnly);
    this.router.up(peer.addr);
    this.#ports.up(peer);
  }

  down(peer: Peer, why: DownReason): void {
    this.router.down(peer.addr);
    this.#ports.down(peer, why);
  }

  unanswered(dial: Dial): void {
    this.#ports.unanswered(dial);
  }

  received(peer: Peer, message: Buffer, congestion: boolean): void {
    this.router.receive(peer.addr, message, congestion);
  }

  measured(): void {
    this.router.measured();
  }

  ticked(): void {
    this.router.tick();
    this.sessions.tick();
  }

  #routed({ addr, xOnly, remote, meter }: Peer): RouterPeer {
    const cost = meter.srtt === undefined ? undefined : meter.cost;
    return { addr, xOnly, mtu: this.#ports.mtuOf(remote.transport), cost };
  }
}
