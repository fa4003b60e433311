// Frames by TCP, one behind another, for networks that let nothing else through. A connection carries one link, in both directions.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { FIPS } from '../bounds.ts';
import { FrameCutter } from '../wire/stream.ts';
import { formatHostPort, type HostPort, parseHostPort } from './address.ts';
import { TooLate, type Transport, type TransportEvents } from './transport.ts';

export interface TcpOptions {
  readonly id: string;
  /** Undefined: it does not listen, and only dials. */
  readonly bind?: HostPort | undefined;
  readonly mtu?: number;
  /** How others are reached, where that is not by TCP alone. */
  readonly proxy?: TcpProxy;
}

/** Connects to others for this computer. */
export interface TcpProxy {
  readonly type: 'tor';
  readonly connectMs: number;
  /** Rejects with the signal's reason, and leaves nothing open then. */
  connect(target: HostPort, signal: AbortSignal): Promise<Socket>;
}

const MTU = 1400;
const CONNECT_MS = 5000;
const STOP_MS = 1000;
const KEEP_ALIVE_MS = 30_000;

interface Connection {
  readonly socket: Socket;
  readonly since: number;
}

export class TcpTransport implements Transport {
  readonly type: 'tcp' | 'tor';
  readonly id: string;
  readonly mtu: number;
  readonly #proxy: TcpProxy | undefined;
  readonly #bind: HostPort | undefined;
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #connections = new Map<string, Connection>();
  #server: Server | undefined;
  #events: TransportEvents | undefined;
  #local: string | undefined;

  constructor(
    { clock }: { readonly clock: Pick<Clock, 'monotonic' | 'after'> },
    { id, bind, mtu = MTU, proxy }: TcpOptions,
  ) {
    this.type = proxy?.type ?? 'tcp';
    this.#proxy = proxy;
    this.id = id;
    this.mtu = mtu;
    this.#bind = bind;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#bind !== undefined;
  }

  get isStarted(): boolean {
    return this.#events !== undefined;
  }

  get local(): string | undefined {
    return this.#local;
  }

  async start(events: TransportEvents): Promise<void> {
    if (!this.#bind) {
      this.#events = events;
      return;
    }
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    server.maxConnections = FIPS.connections;
    server.on('connection', (socket) => void this.#hold(socket));
    server.listen(this.#bind.port, this.#bind.host);
    await once(server, 'listening');
    this.#events = events;
    server.on('error', () => undefined);
    this.#server = server;
    const bound = server.address();
    if (bound && typeof bound === 'object') this.#local = formatHostPort({ host: bound.address, port: bound.port });
  }

  async connect(target: string, signal: AbortSignal): Promise<string> {
    const parsed = parseHostPort(target);
    if (!parsed || !this.#events) throw new RangeError('not an address of the form host:port');
    // Through a proxy all seem to be at the same place: the name of the target stands for it, and there is one connection to each.
    if (this.#proxy && this.#connections.has(target)) return target;
    const late = new AbortController();
    const connectMs = this.#proxy?.connectMs ?? CONNECT_MS;
    const cancel = this.#clock.after(connectMs, () => late.abort(new TooLate()));
    try {
      const either = AbortSignal.any([signal, late.signal]);
      const socket = await (this.#proxy ? this.#proxy.connect(parsed, either) : connectTo(parsed, either));
      const address = this.#hold(socket, this.#proxy && target);
      if (address === undefined) throw new Error('the connection has ended already');
      return address;
    } finally {
      cancel();
    }
  }

  send(address: string, frame: Buffer): void {
    const socket = this.#connections.get(address)?.socket;
    if (socket && frame.length <= this.mtu && socket.writableLength <= FIPS.unsentBytes) socket.write(frame);
  }

  openFor(ms: number): readonly string[] {
    const before = this.#clock.monotonic() - ms;
    return [...this.#connections].filter(([, { since }]) => since <= before).map(([address]) => address);
  }

  close(address: string): void {
    // What was sent last, as a goodbye, still goes.
    this.#connections.get(address)?.socket.destroySoon();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#local = undefined;
    this.#events = undefined;
    const ended = [...this.#connections.values()].map(async ({ socket }) => {
      const closed = once(socket, 'close');
      // What was sent last, as a goodbye, still goes, if the other end takes it.
      const cancel = this.#clock.after(STOP_MS, () => socket.destroy());
      socket.destroySoon();
      await closed;
      cancel();
    });
    this.#connections.clear();
    await Promise.all(ended);
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Its address, by which frames go out and come in from now on; undefined: it has ended already. */
  #hold(socket: Socket, name?: string): string | undefined {
    const { remoteAddress: host, remotePort: port } = socket;
    socket.on('error', () => undefined);
    if (host === undefined || port === undefined || !this.#events) {
      socket.destroy();
      return undefined;
    }
    const address = name ?? formatHostPort({ host, port });
    this.#connections.get(address)?.socket.destroy();
    const cutter = new FrameCutter(this.mtu);
    this.#connections.set(address, { socket, since: this.#clock.monotonic() });
    socket.on('data', (bytes) => {
      for (const frame of cutter.push(bytes)) this.#events?.received(address, frame);
      if (cutter.broken) socket.destroy();
    });
    socket.on('close', () => {
      // Another may have its name by now.
      if (this.#connections.get(address)?.socket !== socket) return;
      this.#connections.delete(address);
      this.#events?.closed(address);
    });
    return address;
  }
}

/** Rejects with the signal's reason, and leaves nothing open then. */
export async function connectTo({ host, port }: HostPort, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}
