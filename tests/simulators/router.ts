// A home router that opens ports by PCP and NAT-PMP: real datagrams and a table of mappings, nothing forwarded. It encodes by
// itself, so that a mistake in our codecs can't hide; and it fails in the ways in which routers do.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../../src-main/base/clock.ts';
import type { Random } from '../../src-main/base/random.ts';
import {
  natPmpAddress,
  natPmpMap,
  natPmpRefusal,
  pcpAnswer,
  RESULT,
  type RouterRequest,
  readRequest,
} from './router/dialects.ts';
import type { RouterFaults } from './router/faults.ts';
import { MappingTable, type RouterMapping } from './router/table.ts';

export type { RouterFaults } from './router/faults.ts';
export type { RouterMapping } from './router/table.ts';

export interface RouterOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Listens on ::1 too, on the same port. Default true; false where the computer has no IPv6. */
  readonly ipv6?: boolean;
  /** Its address outside. Default 11.203.113.100: documentation ranges pass for reserved, as they should. */
  readonly external?: string;
  /** Seconds since it lost its state, at the start. Default 100. */
  readonly epoch?: number;
  /** Seconds that it grants at least and at most. Default 120 and 86400. */
  readonly lifetimes?: readonly [number, number];
}

/** A datagram that came in, understood or not, answered or not. */
export interface RouterPacket extends Partial<RouterRequest> {
  readonly from: { readonly address: string; readonly port: number };
  readonly bytes: Buffer;
  /** `clock.monotonic()`. */
  readonly at: number;
}

export interface PracticeRouter {
  /** `127.0.0.1`; and `::1` where there is IPv6. */
  readonly address: string;
  readonly address6: string | undefined;
  /** What is 5351 elsewhere. */
  readonly port: number;
  /** Adds to what is switched on; `undefined` switches off. */
  set(faults: RouterFaults): void;
  /** Switches all faults off. */
  heal(): void;
  mappings(): readonly RouterMapping[];
  /** Oldest first. */
  packets(): readonly RouterPacket[];
  forgetPackets(): void;
  /** These external ports belong to another computer from now on. */
  take(...ports: number[]): void;
  /** Everything is lost and the epoch starts at 0; with another address where one is given. */
  reboot(external?: string): void;
  /** The provider hands out another address; mappings stay. */
  move(external: string): void;
  /** Mappings are gone while the epoch runs on: buggy firmware. */
  forget(): void;
  jumpEpoch(seconds: number): void;
  /** Says unasked what it is, as routers do to 224.0.0.1:5350 and ff02::1. */
  announce(dialect: 'pcp' | 'nat-pmp', to: { readonly address: string; readonly port: number }): Promise<void>;
  /** Its service is gone: a question gets `port unreachable`. */
  leave(): Promise<void>;
  /** Listens again, on the same port. */
  comeBack(): Promise<void>;
  /** May be called twice. */
  stop(): Promise<void>;
}

export async function startRouter(
  deps: { readonly clock: Clock; readonly random: Random },
  options: RouterOptions = {},
): Promise<PracticeRouter> {
  const router = new Router(deps, options);
  await router.comeBack();
  return router;
}

const HOST = '127.0.0.1';
const HOST6 = '::1';

class Router implements PracticeRouter {
  readonly address = HOST;
  readonly address6: string | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #table: MappingTable;
  readonly #shortest: number;
  readonly #longest: number;
  #port: number;
  #external: string;
  #epochStart: number;
  #faults: RouterFaults = {};
  #packets: RouterPacket[] = [];
  #sockets: Socket[] = [];
  #stray: Socket | undefined;
  readonly #later = new Set<() => void>();

  constructor({ clock, random }: { clock: Clock; random: Random }, options: RouterOptions) {
    const { port = 0, ipv6 = true, external = '11.203.113.100', epoch = 100, lifetimes = [120, 86_400] } = options;
    this.#clock = clock;
    this.#random = random;
    this.#table = new MappingTable({ clock });
    [this.#shortest, this.#longest] = lifetimes;
    this.#port = port;
    this.#external = external;
    this.#epochStart = clock.monotonic() - epoch * 1000;
    this.address6 = ipv6 ? HOST6 : undefined;
  }

  get port(): number {
    return this.#port;
  }

  set(faults: RouterFaults): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  heal(): void {
    this.#faults = {};
  }

  mappings(): readonly RouterMapping[] {
    return this.#table.list();
  }

  packets(): readonly RouterPacket[] {
    return [...this.#packets];
  }

  forgetPackets(): void {
    this.#packets = [];
  }

  take(...ports: number[]): void {
    for (const port of ports) this.#table.taken.add(port);
  }

  reboot(external = this.#external): void {
    this.#table.clear();
    this.#external = external;
    this.#epochStart = this.#clock.monotonic();
  }

  move(external: string): void {
    this.#external = external;
    for (const mapping of this.#table.list()) {
      if (!mapping.client.includes(':')) this.#table.put({ ...mapping, externalAddress: external });
    }
  }

  forget(): void {
    this.#table.clear();
  }

  jumpEpoch(seconds: number): void {
    this.#epochStart -= seconds * 1000;
  }

  async announce(dialect: 'pcp' | 'nat-pmp', to: { address: string; port: number }): Promise<void> {
    const bytes =
      dialect === 'pcp' ? pcpAnswer(Buffer.alloc(2), this.#epoch(), {}) : natPmpAddress(this.#epoch(), this.#external);
    const socket = this.#sockets[to.address.includes(':') ? 1 : 0];
    if (!socket) throw new Error('the router is not listening');
    await new Promise<void>((resolve, reject) => {
      socket.send(bytes, to.port, to.address, (error) => (error ? reject(error) : resolve()));
    });
  }

  async leave(): Promise<void> {
    for (const cancel of this.#later) cancel();
    this.#later.clear();
    const open = [...this.#sockets, ...(this.#stray ? [this.#stray] : [])];
    this.#sockets = [];
    this.#stray = undefined;
    await Promise.all(open.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  async comeBack(): Promise<void> {
    if (this.#sockets.length > 0) return;
    this.#sockets = await this.#listen();
    this.#stray = await bound(HOST, 0);
    for (const socket of this.#sockets) {
      // What can't be sent, or came back as unreachable, is lost like any datagram.
      socket.on('error', () => undefined);
      socket.on('message', (bytes, from) => this.#receive(socket, bytes, from));
    }
  }

  stop(): Promise<void> {
    return this.leave();
  }

  /** Both families on one port; the other one's may be taken, so a few are tried. */
  async #listen(): Promise<Socket[]> {
    for (let left = 20; ; left -= 1) {
      const first = await bound(HOST, this.#port);
      try {
        const { port } = first.address();
        const sockets = this.address6 === undefined ? [first] : [first, await bound(HOST6, port)];
        this.#port = port;
        return sockets;
      } catch (error) {
        await new Promise<void>((resolve) => first.close(() => resolve()));
        if (left === 0 || this.#port !== 0) throw error;
      }
    }
  }

  #epoch(): number {
    return Math.max(0, Math.floor((this.#clock.monotonic() - this.#epochStart) / 1000));
  }

  #receive(socket: Socket, bytes: Buffer, from: RemoteInfo): void {
    const request = readRequest(bytes);
    const known = typeof request === 'object' ? request : {};
    this.#packets.push({
      ...known,
      from: { address: from.address, port: from.port },
      bytes,
      at: this.#clock.monotonic(),
    });
    if (request === undefined || this.#loses(known)) return;
    const answer = this.#answer(bytes, request, from);
    if (answer) this.#send(socket, answer, from);
  }

  #loses({ kind }: Partial<RouterRequest>): boolean {
    const { silent, lose = 0, loss = 0 } = this.#faults;
    if (lose > 0) {
      this.set({ lose: lose - 1 });
      return true;
    }
    if (silent === 'all' || (silent === 'map' && kind === 'map')) return true;
    return this.#random.int(100) < loss;
  }

  #answer(bytes: Buffer, request: RouterRequest | number, from: RemoteInfo): Buffer | undefined {
    const { pcp, natPmp, refuseProbe, refuse, short } = this.#faults;
    const isPcp = bytes[0] !== 0;
    const lacking = isPcp ? pcp : natPmp;
    if (lacking === 'silent') return undefined;
    if (lacking) {
      return isPcp
        ? natPmpRefusal(bytes, this.#epoch(), RESULT.unsupportedVersion)
        : pcpAnswer(bytes.subarray(0, 2), this.#epoch(), { result: RESULT.unsupportedVersion });
    }
    if (typeof request === 'number') {
      return isPcp
        ? pcpAnswer(bytes, this.#epoch(), { result: request })
        : natPmpRefusal(bytes, this.#epoch(), request);
    }
    if (request.kind === 'probe') {
      const result = refuseProbe ?? (isPcp && request.client !== from.address ? RESULT.mismatch : 0);
      if (isPcp) return pcpAnswer(bytes, this.#epoch(), { result });
      return natPmpAddress(this.#epoch(), result === 0 ? this.#external : '0.0.0.0', result);
    }
    if (refuse) {
      const { result, lifetime = 0 } = refuse;
      if (isPcp) return pcpAnswer(bytes, this.#epoch(), { result, lifetime });
      return short ? natPmpRefusal(bytes, this.#epoch(), result) : natPmpMap(bytes, this.#epoch(), 0, 0, result);
    }
    return isPcp ? this.#pcpMap(bytes, request, from.address) : this.#natPmpMap(bytes, request, from.address);
  }

  #pcpMap(bytes: Buffer, request: RouterRequest, client: string): Buffer {
    const { transport = 'tcp', internal = 0, suggested = 0, lifetime = 0, nonce, preferFailure } = request;
    const refuse = (result: number) => pcpAnswer(bytes, this.#epoch(), { result, lifetime: 30 });
    if (request.client !== client) return refuse(RESULT.mismatch);
    const place = { client, transport, internal };
    const had = this.#table.find(place);
    if (had && had.nonce !== nonce) return refuse(RESULT.notAuthorized);
    if (lifetime === 0) {
      this.#table.drop(place);
      return pcpAnswer(bytes, this.#epoch(), {});
    }
    // A hole in the firewall for an address of the client's own has that address and port outside too.
    const own = client.includes(':');
    const address = own ? client : this.#external;
    const wanted = (own ? internal : had?.external) ?? (suggested || internal);
    const port = own ? internal : this.#table.freePort(address, wanted + (had ? 0 : (this.#faults.shift ?? 0)), place);
    const wants = request.suggestedAddress !== undefined && !/^(0\.0\.0\.0|::)$/.test(request.suggestedAddress);
    const other = port !== suggested || (wants && request.suggestedAddress !== address);
    if (preferFailure && !had && other) return refuse(RESULT.cannotProvide);
    if (port === 0) return refuse(RESULT.noResources);
    const granted = this.#grant(lifetime);
    const mapping = {
      dialect: 'pcp',
      ...place,
      externalAddress: address,
      external: port,
      lifetime: granted,
      nonce,
    } as const;
    if (granted > 0) this.#table.put(mapping);
    return pcpAnswer(bytes, this.#epoch(), { lifetime: granted, external: { address, port } });
  }

  #natPmpMap(bytes: Buffer, request: RouterRequest, client: string): Buffer {
    const { transport = 'tcp', internal = 0, suggested = 0, lifetime = 0 } = request;
    const place = { client, transport, internal };
    if (lifetime === 0) {
      if (internal === 0) this.#table.dropAll(place);
      else this.#table.drop(place);
      return natPmpMap(bytes, this.#epoch(), 0, 0);
    }
    const had = this.#table.find(place);
    const wanted = (suggested || internal) + (this.#faults.shift ?? 0);
    const port = had?.external ?? this.#table.freePort(this.#external, wanted, place);
    const granted = this.#grant(lifetime);
    const mapping = { dialect: 'nat-pmp', ...place, externalAddress: this.#external, external: port } as const;
    if (granted > 0) this.#table.put({ ...mapping, lifetime: granted, nonce: undefined });
    return natPmpMap(bytes, this.#epoch(), port, granted);
  }

  #grant(asked: number): number {
    const { clamp, zeroLife } = this.#faults;
    if (zeroLife) return 0;
    return Math.min(Math.max(asked, this.#shortest), this.#longest, clamp ?? Number.POSITIVE_INFINITY);
  }

  #send(socket: Socket, answer: Buffer, to: RemoteInfo): void {
    const { delay = 0, loss = 0, wrongSource, truncate, copies = 1, garbage, tamper } = this.#faults;
    if (loss > 0 && this.#random.int(100) < loss) return;
    const bent = tamper ? tamper(answer) : answer;
    if (!bent) return;
    const from = wrongSource ? this.#stray : socket;
    const sent = [
      ...(garbage ? [this.#random.bytes(40)] : []),
      ...Array<Buffer>(copies).fill(bent.subarray(0, truncate)),
    ];
    const go = () => {
      for (const bytes of sent) if (this.#sockets.includes(socket)) from?.send(bytes, to.port, to.address);
    };
    if (delay === 0) {
      go();
      return;
    }
    const cancel = this.#clock.after(delay, () => {
      this.#later.delete(cancel);
      go();
    });
    this.#later.add(cancel);
  }
}

function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4' });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
