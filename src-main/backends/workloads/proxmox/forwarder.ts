// Ports of this computer that lead to containers of another one, for as long as this process lives: where boxes have addresses of their own,
// and the router knows this computer alone.

import { connect, createServer, type Server, type Socket } from 'node:net';
import type { BoxPort } from '../backend.ts';
import { BOX } from '../bounds.ts';
import { PortsTaken } from '../errors.ts';

const CONNECT_MS = 10_000;

interface Way {
  readonly servers: readonly Server[];
  readonly ports: string;
  readonly open: Set<Socket>;
  /** Where it leads; undefined: the box does not run. */
  address: string | undefined;
}

export class Forwarder {
  readonly #ways = new Map<string, Way>();

  /** From then on nobody else has these ports. Rejects with PortsTaken. */
  async listen(id: string, ports: readonly BoxPort[]): Promise<void> {
    const text = JSON.stringify(ports);
    if (this.#ways.get(id)?.ports === text) return;
    this.close(id);
    const servers: Server[] = [];
    const way: Way = { servers, ports: text, open: new Set(), address: undefined };
    this.#ways.set(id, way);
    try {
      for (const { host, box } of ports) servers.push(await listening(host, (socket) => lead(way, socket, box)));
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
}

function lead(way: Way, outside: Socket, port: number): void {
  outside.on('error', () => undefined);
  if (way.address === undefined || way.open.size >= BOX.connections) return void outside.destroy();
  way.open.add(outside);
  const inside = connect({ host: way.address, port, timeout: CONNECT_MS });
  inside.on('error', () => undefined);
  const late = () => inside.destroy();
  inside.once('timeout', late);
  inside.once('connect', () => inside.off('timeout', late));
  outside.pipe(inside).pipe(outside);
  outside.once('close', () => {
    way.open.delete(outside);
    inside.destroy();
  });
  inside.once('close', () => outside.destroy());
}

function listening(port: number, taken: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    // One side may end what it says and go on listening.
    const server = createServer({ allowHalfOpen: true }, taken);
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server.unref()));
  });
}
