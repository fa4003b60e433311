// Ports of this computer that lead to containers of another one, for as long as this process lives: where boxes have addresses of their own,
// and the router knows this computer alone.

import { connect, createServer, type Server, type Socket } from 'node:net';
import type { BoxPort } from '../backend.ts';
import { PortsTaken } from '../errors.ts';
import { BOX_PORTS } from './bounds.ts';

/** Then the system asks whether the other end is still there. */
const KEEP_ALIVE_MS = 60_000;

interface Way {
  readonly servers: readonly Server[];
  readonly ports: string;
  readonly open: Set<Socket>;
  /** How many of them each address has. */
  readonly callers: Map<string, number>;
  /** Where it leads; undefined: the box does not run. */
  address: string | undefined;
}

export class Forwarder {
  readonly #bounds: typeof BOX_PORTS;
  readonly #ways = new Map<string, Way>();
  #open = 0;

  /** Others than the usual bounds, for tests. */
  constructor(bounds: Partial<typeof BOX_PORTS> = {}) {
    this.#bounds = { ...BOX_PORTS, ...bounds };
  }

  /** From then on nobody else has these ports. Rejects with PortsTaken. */
  async listen(id: string, ports: readonly BoxPort[]): Promise<void> {
    const text = JSON.stringify(ports);
    if (this.#ways.get(id)?.ports === text) return;
    this.close(id);
    const servers: Server[] = [];
    const way: Way = { servers, ports: text, open: new Set(), callers: new Map(), address: undefined };
    this.#ways.set(id, way);
    const { heldBytes } = this.#bounds;
    try {
      for (const { host, box } of ports)
        servers.push(await listening(host, heldBytes, (socket) => this.#take(way, socket, box)));
    } catch (error) {
      this.close(id);
      throw new PortsTaken(error);
    }
  }

  /** `address` undefined: nowhere for now. */
  lead(id: string, address: string | undefined): void {
    const way = this.#ways.get(id);
    if (!way) return;
    way.address = address;
    if (address === undefined) for (const socket of way.open) socket.destroy();
  }

  addressOf(id: string): string | undefined {
    return this.#ways.get(id)?.address;
  }

  close(id: string): void {
    const way = this.#ways.get(id);
    this.#ways.delete(id);
    for (const server of way?.servers ?? []) server.close();
    for (const socket of way?.open ?? []) socket.destroy();
  }

  #take(way: Way, socket: Socket, port: number): void {
    socket.on('error', () => undefined);
    const { address, callers } = way;
    const caller = socket.remoteAddress;
    if (address === undefined || caller === undefined || !this.#hasRoom(way, caller)) return void socket.destroy();
    way.open.add(socket);
    this.#open += 1;
    callers.set(caller, (callers.get(caller) ?? 0) + 1);
    socket.once('close', () => {
      way.open.delete(socket);
      this.#open -= 1;
      const left = callers.get(caller)! - 1;
      if (left === 0) callers.delete(caller);
      else callers.set(caller, left);
    });
    this.#join(socket, address, port);
  }

  #hasRoom({ open, callers }: Way, caller: string): boolean {
    const { perBox, perAddress, loopback, together, reserved } = this.#bounds;
    if (open.size >= (this.#open >= together ? reserved : perBox)) return false;
    return (callers.get(caller) ?? 0) < (caller.startsWith('127.') ? loopback : perAddress);
  }

  /** Each is read only as fast as the other one takes it, and both are gone when one is. */
  #join(outside: Socket, host: string, port: number): void {
    const { connectMs, idleMs, stalledMs, heldBytes } = this.#bounds;
    const options = { host, port, allowHalfOpen: true, highWaterMark: heldBytes, timeout: connectMs };
    const inside = connect(options);
    inside.on('error', () => undefined);
    const wait = () => {
      if (inside.connecting) return;
      const both = [outside, inside];
      const isStalled = both.some((socket) => socket.writableNeedDrain || socket.readableEnded);
      for (const socket of both) socket.setTimeout(isStalled ? stalledMs : idleMs);
    };
    inside.once('connect', wait);
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      for (const change of ['pause', 'resume', 'end']) socket.on(change, wait);
      socket.once('timeout', () => socket.destroy());
      socket.once('close', () => other.destroy());
    }
    outside.pipe(inside).pipe(outside);
  }
}

function listening(port: number, highWaterMark: number, taken: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    // One side may end what it says and go on listening.
    const server = createServer({ allowHalfOpen: true, highWaterMark }, taken);
    // One that could not be taken is its caller's loss alone.
    server.on('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server.unref()));
  });
}
