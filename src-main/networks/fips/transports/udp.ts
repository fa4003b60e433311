// Frames by UDP: one in each datagram. One socket for all neighbours, whose source port is where others reach this node.

import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Endpoint } from '../../../reachability/mapping.ts';
import type { Datagrams } from '../../../reachability/stun/socket.ts';
import { FIPS } from '../bounds.ts';
import { formatHostPort, type HostPort, parseHostPort } from './address.ts';
import type { Transport, TransportEvents } from './transport.ts';

export interface UdpOptions {
  readonly id: string;
  /** An IP address, and 0 for any port; or a socket that is bound, which is this transport's from then on. */
  readonly bind: HostPort | Socket;
  readonly mtu?: number;
  /** False: only those that were dialled may come. */
  readonly isOpen?: boolean;
  /** What is to be sent back for a datagram that is no frame; undefined: it may be one. */
  readonly answer?: (bytes: Buffer) => Buffer | undefined;
}

const MTU = 1280;
const BUFFER_BYTES = 4 * 1024 * 1024;
/** What the system says where there is no way. */
const NO_WAY = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

export class UdpTransport implements Transport {
  readonly type = 'udp';
  readonly id: string;
  readonly mtu: number;
  readonly isOpen: boolean;
  readonly #bind: HostPort | Socket;
  readonly #answer: (bytes: Buffer) => Buffer | undefined;
  readonly #family: 4 | 6;
  #socket: Socket | undefined;
  #local: string | undefined;
  #events: TransportEvents | undefined;
  /** Frames that the system has not taken yet, and what happens when it has. */
  #sending = 0;
  #sent: () => void = () => undefined;
  /** Parsing an address for each frame would cost more than the rest of sending it. */
  readonly #parsed = new Map<string, HostPort | undefined>();
  readonly #listeners = new Set<(bytes: Buffer, from: Endpoint) => void>();
  readonly datagrams: Datagrams = {
    send: (bytes, { address, port }) => void this.#socket?.send(bytes, port, address, () => undefined),
    onDatagram: (listener) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };

  constructor({ id, bind, mtu = MTU, isOpen = true, answer = () => undefined }: UdpOptions) {
    this.id = id;
    this.mtu = mtu;
    this.isOpen = isOpen;
    this.#bind = bind;
    this.#answer = answer;
    this.#family = isIPv6('host' in bind ? bind.host : bind.address().address) ? 6 : 4;
  }

  get isStarted(): boolean {
    return this.#socket !== undefined;
  }

  get local(): string | undefined {
    return this.#local;
  }

  async start(events: TransportEvents): Promise<void> {
    // One that is handed over hears at once, so that nothing is lost in between.
    const socket = 'host' in this.#bind ? await this.#open(this.#bind) : this.#bind;
    this.#socket = socket;
    this.#events = events;
    // What goes wrong with one datagram is no reason to end the others.
    socket.on('error', () => undefined);
    socket.on('message', (bytes, { address, port }) => {
      if (bytes.length > this.mtu) return;
      for (const listener of this.#listeners) listener(bytes, { address, port });
      const answer = this.#answer(bytes);
      if (answer) socket.send(answer, port, address, () => undefined);
      else events.received(formatHostPort({ host: address, port }), bytes);
    });
    const { address, port } = socket.address();
    this.#local = formatHostPort({ host: address, port });
  }

  async connect(target: string, signal: AbortSignal): Promise<string> {
    const parsed = parseHostPort(target);
    if (!parsed) throw new RangeError('not an address of the form host:port');
    const { address } = await lookup(parsed.host, { family: this.#family });
    signal.throwIfAborted();
    return formatHostPort({ host: address, port: parsed.port });
  }

  send(address: string, frame: Buffer): void {
    const socket = this.#socket;
    const to = this.#parse(address);
    if (!socket || !to || frame.length > this.mtu || socket.getSendQueueSize() > FIPS.unsentBytes) return;
    this.#sending += 1;
    socket.send(frame, to.port, to.host, (error) => {
      this.#sending -= 1;
      if (this.#sending === 0) this.#sent();
      if (error && 'code' in error && NO_WAY.has(String(error.code))) this.#events?.unreachable(address);
    });
  }

  openFor(): readonly string[] {
    return [];
  }

  close(): void {
    // There is nothing to close for one address.
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#local = undefined;
    this.#parsed.clear();
    if (!socket) return;
    socket.removeAllListeners('message');
    // What is still being sent, as a goodbye, would be lost with the socket.
    if (this.#sending > 0) {
      await new Promise<void>((resolve) => {
        this.#sent = resolve;
      });
    }
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  async #open({ host, port }: HostPort): Promise<Socket> {
    const type = this.#family === 6 ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    try {
      socket.bind({ address: host, port });
      await once(socket, 'listening');
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  #parse(address: string): HostPort | undefined {
    if (!this.#parsed.has(address)) {
      if (this.#parsed.size >= 4 * FIPS.peers) this.#parsed.clear();
      this.#parsed.set(address, parseHostPort(address));
    }
    return this.#parsed.get(address);
  }
}
