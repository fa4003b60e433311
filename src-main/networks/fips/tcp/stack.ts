// TCP over the mesh without the system: connections of this process to programs behind other nodes, and of theirs to what this node offers.
// Programs there need nothing special, and neither does this computer, where a TUN device takes an administrator.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { ipv6Bytes, type NodeAddr } from '../identity/names.ts';
import { decodeIcmpError } from '../ip/icmp.ts';
import type { IpEndpoint, IpLayer } from '../ip/ip-layer.ts';
import { decodeIpv6, IPV6_HEADER_BYTES, type Ipv6Packet, NextHeader } from '../ip/ipv6.ts';
import { TCP } from './bounds.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions, Sent } from './connection-ports.ts';
import { decodeSegment, encodeSegment, Flag, portsOf, type Segment } from './segment.ts';
import { TcpStream } from './tcp-stream.ts';

const HEADERS_BYTES = IPV6_HEADER_BYTES + 20;
const PORT_BYTES = 4;
/** Below those that systems choose from, so that connections of a TUN device with the same address are not taken for these. */
const OWN_PORTS = { first: 16_384, count: 16_384 };
/** How long a segment of a connection that has ended may still come. */
const LINGER_MS = 10_000;

export interface StackDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly random: Pick<Random, 'bytes' | 'int'>;
  readonly ip: IpLayer;
  /** The node whose address that is. */
  nodeOf(address: Buffer): NodeAddr | undefined;
}

export interface Listener {
  /** Whether that node may connect; one that may not sees nobody there. */
  admits(peer: NodeAddr): boolean;
  connected(stream: TcpStream): void;
}

interface Entry {
  readonly key: string;
  readonly peer: NodeAddr;
  readonly isInbound: boolean;
  readonly connection: Connection;
  armed: number;
  cancel: () => void;
}

export class TcpStack implements IpEndpoint {
  readonly #deps: StackDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Map<number, Listener>();
  readonly #remove: () => void;

  constructor(deps: StackDeps) {
    this.#deps = deps;
    this.#remove = deps.ip.add(this);
  }

  /** Connections, with those that linger. */
  get size(): number {
    return this.#entries.size;
  }

  /** Undefined: there are as many as there may be. The stream emits `connect`, or is destroyed with a `ConnectionLost`. */
  connect(peer: NodeAddr, port: number): TcpStream | undefined {
    if (this.#entries.size >= TCP.connections) return undefined;
    const address = ipv6Bytes(peer);
    for (let tries = 0; tries < 100; tries += 1) {
      const own = OWN_PORTS.first + this.#deps.random.int(OWN_PORTS.count);
      if (!this.#entries.has(keyOf(address, port, own))) return this.#add(peer, { remote: port, own });
    }
    return undefined;
  }

  /** The returned function ends it; connections that are there stay. */
  listen(port: number, listener: Listener): () => void {
    if (this.#listeners.has(port)) throw new RangeError('that port is taken');
    this.#listeners.set(port, listener);
    return () => {
      if (this.#listeners.get(port) === listener) this.#listeners.delete(port);
    };
  }

  stop(): void {
    this.#remove();
    this.#listeners.clear();
    for (const { connection } of this.#entries.values()) connection.abort();
    for (const entry of this.#entries.values()) this.#drop(entry);
  }

  takes(packet: Buffer): boolean {
    const decoded = decodeIpv6(packet);
    if (!decoded) return false;
    if (decoded.nextHeader === NextHeader.icmp) return this.#onError(decoded);
    const segment = decodeSegment(decoded);
    if (!segment) return false;
    const entry = this.#entries.get(keyOf(decoded.source, segment.sourcePort, segment.destinationPort));
    if (!entry) return this.#onSyn(decoded, segment);
    entry.connection.receive(segment, this.#now());
    this.#arm(entry);
    return true;
  }

  #onSyn({ source }: Ipv6Packet, segment: Segment): boolean {
    const listener = this.#listeners.get(segment.destinationPort);
    const peer = this.#deps.nodeOf(source);
    if (!listener || !peer || (segment.flags & (Flag.syn | Flag.ack | Flag.reset)) !== Flag.syn) return false;
    if (!listener.admits(peer)) return false;
    let same = 0;
    for (const entry of this.#entries.values()) if (entry.isInbound && entry.peer === peer) same += 1;
    // It comes again by itself, when there may be room.
    if (this.#entries.size >= TCP.connections || same >= TCP.perNode) return true;
    const ports = { remote: segment.sourcePort, own: segment.destinationPort };
    const stream = this.#add(peer, ports, segment);
    stream.once('connect', () => listener.connected(stream));
    // Until then nobody else looks after it.
    stream.once('error', () => undefined);
    return true;
  }

  #add(peer: NodeAddr, ports: { readonly remote: number; readonly own: number }, syn?: Segment): TcpStream {
    const { clock, random, ip } = this.#deps;
    const address = ipv6Bytes(peer);
    const key = keyOf(address, ports.remote, ports.own);
    const ends = { source: ip.address, destination: address };
    const send = (sent: Sent) =>
      ip.send(encodeSegment(ends, { sourcePort: ports.own, destinationPort: ports.remote, ...sent }), this);
    const changed = () => {
      const entry = this.#entries.get(key);
      if (entry) this.#arm(entry);
    };
    const stream = new TcpStream(peer, clock, changed);
    const options: ConnectionOptions = {
      mss: ip.mtuTo(peer) - HEADERS_BYTES,
      initial: random.bytes(4).readUInt32BE(0),
      now: this.#now(),
      ...(syn && { syn }),
    };
    const connection = new Connection(
      {
        send,
        opened: () => stream.onOpened(),
        data: (bytes) => stream.onData(bytes),
        ended: () => stream.onEnded(),
        drained: () => stream.onDrained(),
        closed: (failure) => {
          const entry = this.#entries.get(key);
          if (entry) this.#over(entry);
          stream.onClosed(failure);
        },
      },
      options,
    );
    stream.attach(connection);
    const entry: Entry = {
      key,
      peer,
      isInbound: syn !== undefined,
      connection,
      armed: Number.POSITIVE_INFINITY,
      cancel: () => undefined,
    };
    this.#entries.set(key, entry);
    this.#arm(entry);
    return stream;
  }

  /** About what a connection of ours has sent. */
  #onError(packet: Ipv6Packet): boolean {
    const error = decodeIcmpError(packet);
    const { ip } = this.#deps;
    // What is quoted may have been cut.
    const quoted = error?.quoted;
    if (!error || !quoted || quoted.length < IPV6_HEADER_BYTES + PORT_BYTES || quoted[6] !== NextHeader.tcp)
      return false;
    if (!quoted.subarray(8, 24).equals(ip.address)) return false;
    const { sourcePort, destinationPort } = portsOf(quoted.subarray(IPV6_HEADER_BYTES));
    const entry = this.#entries.get(keyOf(quoted.subarray(24, IPV6_HEADER_BYTES), destinationPort, sourcePort));
    if (!entry) return false;
    if (error.kind === 'tooBig') entry.connection.tooBig(error.mtu - HEADERS_BYTES, this.#now());
    else entry.connection.unreachable();
    this.#arm(entry);
    return true;
  }

  /** A timer that is too early looks again; one that is too late is set anew. */
  #arm(entry: Entry): void {
    const { due, isClosed } = entry.connection;
    if (isClosed || due >= entry.armed) return;
    entry.cancel();
    entry.armed = due;
    const wait = Math.max(0, due - this.#now());
    entry.cancel = this.#deps.clock.after(wait, () => {
      entry.armed = Number.POSITIVE_INFINITY;
      if (this.#now() >= entry.connection.due) entry.connection.tick(this.#now());
      this.#arm(entry);
    });
  }

  #over(entry: Entry): void {
    entry.cancel();
    if (!entry.connection.lingers) this.#drop(entry);
    else entry.cancel = this.#deps.clock.after(LINGER_MS, () => this.#drop(entry));
  }

  #drop(entry: Entry): void {
    entry.cancel();
    this.#entries.delete(entry.key);
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }
}

function keyOf(address: Buffer, remote: number, own: number): string {
  return `${address.toString('hex')} ${remote} ${own}`;
}
