// IPv6 over the mesh: packets of this computer become data of sessions, and data of sessions packets, for whoever in here takes them: the
// TUN device, or the connections of forwards. A machine: it has no device and no timers.

import type { Clock } from '../../../base/clock.ts';
import type { Identity } from '../identity/identity.ts';
import { ipv6Bytes, type NodeAddr } from '../identity/names.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import type { Saying } from '../sessions/sessions.ts';
import { refusalOf } from '../tcp/segment.ts';
import type { SessionMessage } from '../wire/session-packet.ts';
import { PACKETS } from './bounds.ts';
import { echoReply, packetTooBig, Unreachable, unreachable } from './icmp.ts';
import { decodeIpv6, IPV6_HEADER_BYTES } from './ipv6.ts';
import { clampMss } from './mss.ts';
import { fromSessionMessage, IPV6_OVERHEAD_BYTES, toSessionMessage } from './shim.ts';

const ULA = 0xfd;
const TCP_HEADER_BYTES = 20;

/** One that packets come to and from. */
export interface IpEndpoint {
  /** False: that packet is none of its own. */
  takes(packet: Buffer): boolean;
}

export interface IpPorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly identity: Identity;
  /** The node whose address that is; undefined: none that was heard of. */
  nodeOf(address: Buffer): NodeAddr | undefined;
  send(to: NodeAddr, message: SessionMessage): Saying;
  /** Bytes of the largest frame that may go there, as far as it is known. */
  mtuTo(to: NodeAddr): number;
}

/** What became of packets, to be shown. */
export interface IpCounts {
  sent: number;
  received: number;
  refused: number;
  /** Larger than the way takes. */
  tooBig: number;
}

export class IpLayer {
  readonly #ports: IpPorts;
  readonly address: Buffer;
  readonly #errors: TokenBucket;
  /** The last packet to each node that there is no session with yet, and who sent it. */
  readonly #waiting = new Map<NodeAddr, { readonly packet: Buffer; readonly from: IpEndpoint }>();
  readonly #endpoints: IpEndpoint[] = [];
  readonly counts: IpCounts = { sent: 0, received: 0, refused: 0, tooBig: 0 };

  constructor(ports: IpPorts) {
    this.#ports = ports;
    this.address = ipv6Bytes(ports.identity.nodeAddr);
    this.#errors = new TokenBucket(PACKETS.errors, PACKETS.errors, this.#now());
  }

  /** Those added first are asked first whether a packet is theirs. The returned function takes it out again. */
  add(endpoint: IpEndpoint): () => void {
    this.#endpoints.push(endpoint);
    return () => {
      const at = this.#endpoints.indexOf(endpoint);
      if (at >= 0) this.#endpoints.splice(at, 1);
    };
  }

  /** Bytes of the largest packet that may go there. */
  mtuTo(to: NodeAddr): number {
    return this.#ports.mtuTo(to) - IPV6_OVERHEAD_BYTES;
  }

  /** A packet of this computer. What can't be sent is answered with an error, as a router does. */
  send(packet: Buffer, from: IpEndpoint): void {
    const decoded = decodeIpv6(packet);
    if (!decoded) return;
    const { destination } = decoded;
    const to = destination[0] === ULA ? this.#ports.nodeOf(destination) : undefined;
    // Systems send to groups of their own accord.
    if (destination[0] === 0xff || !decoded.source.equals(this.address)) return;
    if (to === undefined) this.#refuse(packet, from, destination[0] === ULA ? 'address' : 'noRoute');
    else this.#sendTo(to, packet, from);
  }

  /** Data of a session with that node. False: it is no packet. */
  receive(from: NodeAddr, message: SessionMessage, congestion: boolean): boolean {
    const packet = fromSessionMessage(message, { source: ipv6Bytes(from), destination: this.address, congestion });
    if (!packet) return false;
    this.counts.received += 1;
    const clamped = clampMss(packet, this.#ceiling(from));
    for (const endpoint of this.#endpoints) if (endpoint.takes(clamped)) return true;
    // Nobody here has a system behind it: so this node answers itself.
    const reply = this.#mayAnswer() ? (echoReply(packet) ?? refusalOf(packet)) : undefined;
    if (reply) this.#ports.send(from, toSessionMessage(reply));
    return true;
  }

  established(addr: NodeAddr): void {
    this.#waiting.delete(addr);
  }

  /** There is no way to that node, or no answer from it. */
  failed(addr: NodeAddr): void {
    const waiting = this.#waiting.get(addr);
    this.#waiting.delete(addr);
    if (waiting) this.#refuse(waiting.packet, waiting.from, 'address');
  }

  #sendTo(to: NodeAddr, packet: Buffer, from: IpEndpoint): void {
    const mtu = this.mtuTo(to);
    const saying =
      packet.length > mtu ? 'too-large' : this.#ports.send(to, toSessionMessage(clampMss(packet, this.#ceiling(to))));
    switch (saying) {
      case 'sent':
        this.counts.sent += 1;
        return;
      case 'queued':
        this.counts.sent += 1;
        if (this.#waiting.size < PACKETS.waiting || this.#waiting.has(to))
          this.#waiting.set(to, { packet: Buffer.from(packet), from });
        return;
      case 'too-large': {
        this.counts.tooBig += 1;
        const error = this.#mayAnswer() ? packetTooBig(packet, this.address, this.mtuTo(to)) : undefined;
        if (error) from.takes(error);
        return;
      }
      case 'full':
        return;
      case 'no-key':
        this.#refuse(packet, from, 'address');
    }
  }

  #refuse(packet: Buffer, from: IpEndpoint, code: keyof typeof Unreachable): void {
    this.counts.refused += 1;
    const error = this.#mayAnswer() ? unreachable(packet, this.address, Unreachable[code]) : undefined;
    if (error) from.takes(error);
  }

  #ceiling(to: NodeAddr): number {
    return this.mtuTo(to) - IPV6_HEADER_BYTES - TCP_HEADER_BYTES;
  }

  #mayAnswer(): boolean {
    return this.#errors.take(this.#now());
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
