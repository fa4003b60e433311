// Answers for `.fips` on loopback, and nowhere else: what another computer learned here, it could not use, and names of the user's own are
// nobody's business.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../../base/clock.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import { answerTo } from './answer.ts';
import { NAMES } from './bounds.ts';
import type { Hosts } from './names.ts';

export const DNS_PORT = 5354;
/** Where either is missing, the other is enough. */
const ADDRESSES = [
  ['udp6', '::1'],
  ['udp4', '127.0.0.1'],
] as const;
const LOOPBACK = /^(?:::1|127(?:\.\d+){3})$/;

export interface ResponderDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
  hosts(): Hosts;
  /** A node was asked for, and may be sent to next. */
  asked(xOnly: Buffer): void;
}

export class Responder {
  readonly #deps: ResponderDeps;
  readonly #bucket: TokenBucket;
  #sockets: readonly Socket[] = [];

  constructor(deps: ResponderDeps) {
    this.#deps = deps;
    this.#bucket = new TokenBucket(NAMES.questions, NAMES.questions, deps.clock.monotonic());
  }

  /** Where it listens; none: nowhere. */
  get ports(): readonly number[] {
    return this.#sockets.map((socket) => socket.address().port);
  }

  /** Rejects where it can have the port on neither address. */
  async start(port = DNS_PORT): Promise<void> {
    const opened = await Promise.allSettled(ADDRESSES.map(([type, address]) => this.#open(type, address, port)));
    this.#sockets = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const [first] = opened;
    if (this.#sockets.length === 0 && first?.status === 'rejected') throw first.reason;
  }

  async stop(): Promise<void> {
    const sockets = this.#sockets;
    this.#sockets = [];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  async #open(type: 'udp4' | 'udp6', address: string, port: number): Promise<Socket> {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    try {
      socket.bind({ address, port, exclusive: true });
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('message', (question, from) => this.#onQuestion(socket, question, from));
    // Of an answer that nobody waits for any more.
    socket.on('error', () => undefined);
    return socket;
  }

  #onQuestion(socket: Socket, question: Buffer, from: { readonly address: string; readonly port: number }): void {
    if (!LOOPBACK.test(from.address) || !this.#bucket.take(this.#deps.clock.monotonic())) return;
    const answer = answerTo(question, this.#deps.hosts());
    if (!answer) return;
    if (answer.xOnly) this.#deps.asked(answer.xOnly);
    socket.send(answer.bytes, from.port, from.address, () => undefined);
  }
}
