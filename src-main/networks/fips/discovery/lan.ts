// Nodes in the local network, by multicast DNS: this one says where it is, and hears where others are. One socket for each network card,
// for what is sent goes out by one.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import multicastDns, { type MulticastDNS, type QueryPacket, type ResponsePacket } from 'multicast-dns';
import type { Clock } from '../../../base/clock.ts';
import { formatHostPort } from '../transports/address.ts';
import { DISCOVERY } from './bounds.ts';
import { LanGate } from './lan-gate.ts';
import {
  type Card,
  isOurs,
  type LanNeighbour,
  type LanSelf,
  lanRecords,
  reachable,
  readNeighbours,
  SERVICE,
} from './lan-records.ts';
import { Remembered } from './remembered.ts';

export interface LanPorts {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Undefined: there is no port to be dialled at, so nothing is said. */
  self(): LanSelf | undefined;
  /** A neighbour that says so, and where: `host:port`, the best first. It may be said again and again. */
  nearby(xOnly: Buffer, addresses: readonly string[]): void;
}

/** RFC 6762 5.2: asked at once, then less and less often. */
const ASK_MS = [1000, 2000, 4000, 8000, 16_000, 32_000];
const ASK_LATER_MS = 60_000;
const MOST_CARDS = 8;
/** The same neighbour at the same place is not told of more often. */
const AGAIN_MS = 5000;

interface Line {
  readonly mdns: MulticastDNS;
  readonly card: Card;
}

export class Lan {
  readonly #ports: LanPorts;
  readonly #lines = new Map<string, Line>();
  readonly #gate: LanGate;
  readonly #told = new Remembered(DISCOVERY.lanNodes);
  #cancel: () => void = () => undefined;
  #asked = 0;

  constructor(ports: LanPorts) {
    this.#ports = ports;
    this.#gate = new LanGate(ports.clock.monotonic());
  }

  start(): void {
    this.again();
  }

  /** Asks and tells anew, as when there is another network. */
  again(): void {
    this.#cancel();
    this.#asked = 0;
    this.#round();
  }

  /** Says goodbye, as far as it can be said. */
  async stop(): Promise<void> {
    this.#cancel();
    const self = this.#ports.self();
    await Promise.all(
      [...this.#lines.values()].map(async ({ mdns, card }) => {
        if (self)
          await new Promise<void>((done) => mdns.respond([...lanRecords(self, [card.address], true)], () => done()));
        await new Promise<void>((done) => mdns.destroy(() => done()));
      }),
    );
    this.#lines.clear();
  }

  #round(): void {
    this.#followCards();
    for (const line of this.#lines.values()) {
      line.mdns.query([{ name: SERVICE, type: 'PTR' }]);
      if (this.#asked < 2) this.#announce(line);
    }
    const wait = ASK_MS[this.#asked] ?? ASK_LATER_MS;
    this.#asked += 1;
    this.#cancel = this.#ports.clock.after(wait, () => this.#round());
  }

  #announce({ mdns, card }: Line): void {
    const self = this.#ports.self();
    if (self) mdns.respond([...lanRecords(self, [card.address])]);
  }

  #followCards(): void {
    const cards = cardsOfOurs();
    for (const [address, { mdns }] of this.#lines) {
      if (cards.some((card) => card.address === address)) continue;
      this.#lines.delete(address);
      mdns.destroy();
    }
    for (const card of cards) if (!this.#lines.has(card.address)) this.#lines.set(card.address, this.#open(card));
  }

  #open(card: Card): Line {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const mdns = multicastDns({ socket, interface: card.address, bind: '0.0.0.0' });
    this.#bridle(socket);
    const line: Line = { mdns, card };
    const lost = () => {
      if (this.#lines.get(card.address) === line) this.#lines.delete(card.address);
      mdns.destroy();
    };
    // Another program has the port for itself, or the card is gone: it is tried again in the next round.
    mdns.on('error', lost);
    mdns.on('query', (packet, from) => this.#onQuery(line, packet, from));
    mdns.on('response', (packet, from) => this.#onResponse(line, packet, from));
    return line;
  }

  /** The library parses whatever comes, as fast as it comes. */
  #bridle(socket: Socket): void {
    const parse = socket.listeners('message') as ((bytes: Buffer, from: RemoteInfo) => void)[];
    socket.removeAllListeners('message');
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
      if (!this.#gate.passes(bytes, this.#ports.clock.monotonic())) return;
      for (const each of parse) each(bytes, from);
    });
  }

  #onQuery(line: Line, { questions }: QueryPacket, from: RemoteInfo): void {
    const self = this.#ports.self();
    if (!self || !isNear(from, line.card)) return;
    if (questions.some(({ name }) => isOurs(name, self.xOnly))) this.#announce(line);
  }

  #onResponse({ card }: Line, { answers, additionals }: ResponsePacket, from: RemoteInfo): void {
    const self = this.#ports.self();
    if (!self) return;
    for (const neighbour of readNeighbours([...answers, ...additionals])) {
      if (neighbour.xOnly.equals(self.xOnly)) continue;
      if (self.scope !== undefined && neighbour.scope !== self.scope) continue;
      const at = reachable(neighbour, from.address, [card]);
      if (at.length > 0) this.#tell(neighbour, at);
    }
  }

  #tell({ xOnly, port }: LanNeighbour, hosts: readonly string[]): void {
    const addresses = hosts.map((host) => formatHostPort({ host, port }));
    const key = `${xOnly.toString('hex')} ${addresses[0]}`;
    const now = this.#ports.clock.monotonic();
    if (this.#told.isWithin(key, AGAIN_MS, now)) return;
    this.#told.set(key, now);
    this.#ports.nearby(xOnly, addresses);
  }
}

function cardsOfOurs(): readonly Card[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .slice(0, MOST_CARDS);
}

function isNear({ address }: RemoteInfo, card: Card): boolean {
  return (
    reachable({ addresses: [address], xOnly: Buffer.alloc(0), port: 0, scope: undefined }, address, [card]).length > 0
  );
}
