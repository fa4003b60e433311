// What a router tells those who have subscribed to its service (UPnP Device Architecture 1.1, 4): that its address outside, or its
// list of ports, is another one. It is the only way to learn of a new address at once by UPnP. The router connects to us for it, at
// a path that no other computer knows; what it says is not read, for any computer on the link may pretend to be it: a hint to look.

import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { atMostOnceASecond } from '../announcements.ts';
import { UPNP } from '../bounds.ts';
import { exchange, type HttpAnswer } from './http.ts';
import { type Place, sameHost } from './lan.ts';
import { headersOf } from './ssdp.ts';

export interface EventsDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface EventsAt {
  /** Where the router takes subscriptions; only this host is listened to. */
  readonly place: Place;
  /** Our own address on its line. */
  readonly local: string;
}

/** Kept alive until it is ended. Where the router takes none, or never tells, nothing is heard and nothing else happens. */
export interface Subscription {
  /** The router may have forgotten it: it is asked now, and subscribed to anew if so. */
  again(): void;
  /** Nothing is heard any more. Resolves when the router knows, if it is to know; within half a second, and never rejects. */
  end(tell: boolean): Promise<void>;
}

const ASKED_S = 1800;
const LONGEST_S = 86_400;
const END_MS = 500;
const AGAIN_MS = [15_000, 60_000, 300_000];
const PATH_BYTES = 16;
const SID = /^[\x21-\x7e]{1,128}$/;

/** Calls `hint` when the router has something new, at most once a second. */
export function subscribe(deps: EventsDeps, at: EventsAt, hint: () => void): Subscription {
  return new RouterEvents(deps, at, hint);
}

class RouterEvents implements Subscription {
  readonly #deps: EventsDeps;
  readonly #at: EventsAt;
  readonly #path: string;
  readonly #limiter: ReturnType<typeof atMostOnceASecond>;
  readonly #visits = new Set<Socket>();
  readonly #ended = new AbortController();
  readonly #server = createServer((socket) => this.#meet(socket));
  #sid: string | undefined;
  #asking = false;
  /** Asked for while a question was out. */
  #more = false;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(deps: EventsDeps, at: EventsAt, hint: () => void) {
    this.#deps = deps;
    this.#at = at;
    this.#path = `/${deps.random.bytes(PATH_BYTES).toString('hex')}`;
    this.#limiter = atMostOnceASecond(deps, hint);
    this.#server.on('error', () => this.#server.close());
    this.#server.listen({ host: at.local, port: 0 }, () => this.again());
  }

  again(): void {
    if (this.#asking) this.#more = true;
    else if (this.#server.listening && !this.#ended.signal.aborted) void this.#keep();
  }

  async end(tell: boolean): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error('no one listens to the router any more'));
    this.#cancel?.();
    this.#limiter.end();
    this.#server.close();
    for (const socket of this.#visits) socket.destroy();
    const sid = this.#sid;
    this.#sid = undefined;
    if (tell && sid !== undefined) await this.#ask('UNSUBSCRIBE', { SID: sid }, END_MS, null);
  }

  /** One question at a time; the next one when half of what was granted is over, or later where it fails. */
  async #keep(): Promise<void> {
    this.#cancel?.();
    this.#asking = true;
    const granted = (this.#sid === undefined ? undefined : await this.#renew()) ?? (await this.#begin());
    this.#asking = false;
    if (this.#ended.signal.aborted) return;
    this.#failures = granted === undefined ? this.#failures + 1 : 0;
    const pause = AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length) - 1] ?? AGAIN_MS[0]!;
    const wait = granted === undefined ? pause : Math.max(UPNP.subscribeAgainMs, granted / 2);
    this.#cancel = this.#deps.clock.after(this.#more ? UPNP.subscribeAgainMs : wait, () => this.again());
    this.#more = false;
  }

  /** Milliseconds that it was granted for; undefined: not at all. */
  async #begin(): Promise<number | undefined> {
    if (this.#ended.signal.aborted) return undefined;
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return undefined;
    const callback = `<http://${this.#at.local}:${address.port}${this.#path}>`;
    const answer = await this.#ask('SUBSCRIBE', { CALLBACK: callback, NT: 'upnp:event', TIMEOUT: `Second-${ASKED_S}` });
    const { sid } = answer?.headers ?? {};
    if (answer?.status !== 200 || typeof sid !== 'string' || !SID.test(sid)) return undefined;
    if (!this.#ended.signal.aborted) this.#sid = sid;
    return grantedMs(answer);
  }

  async #renew(): Promise<number | undefined> {
    const sid = this.#sid!;
    const answer = await this.#ask('SUBSCRIBE', { SID: sid, TIMEOUT: `Second-${ASKED_S}` });
    if (answer?.status === 200) return grantedMs(answer);
    this.#sid = undefined;
    return undefined;
  }

  /** Undefined where it failed. */
  async #ask(
    method: 'SUBSCRIBE' | 'UNSUBSCRIBE',
    headers: Readonly<Record<string, string>>,
    forMs = UPNP.subscribeMs,
    ended: AbortSignal | null = this.#ended.signal,
  ): Promise<HttpAnswer | undefined> {
    const late = new AbortController();
    const cancel = this.#deps.clock.after(forMs, () => late.abort(new Error('no answer in time')));
    const signal = ended ? AbortSignal.any([ended, late.signal]) : late.signal;
    try {
      return await exchange({ ...this.#at, event: { method, headers }, signal });
    } catch {
      return undefined;
    } finally {
      cancel();
    }
  }

  #meet(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const known = sameHost(socket.remoteAddress ?? '', this.#at.place.host);
    if (!known || this.#visits.size >= UPNP.visits || this.#ended.signal.aborted) return void socket.destroy();
    this.#visits.add(socket);
    const cancel = this.#deps.clock.after(UPNP.visitMs, () => socket.destroy());
    socket.on('close', () => {
      cancel();
      this.#visits.delete(socket);
    });
    let head: Buffer | undefined = Buffer.alloc(0);
    let size = 0;
    socket.on('data', (part: Buffer) => {
      size += part.length;
      if (size > UPNP.visit) return void socket.destroy();
      if (!head) return;
      head = Buffer.concat([head, part]);
      const end = /\r?\n\r?\n/.exec(head.toString('latin1', 0, UPNP.visitHead))?.index;
      if (end === undefined) return void (head.length >= UPNP.visitHead && socket.destroy());
      const status = this.#heard(head.subarray(0, end));
      head = undefined;
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
  }

  /** What its visit is answered. The first message of a subscription says how things are, not what is new. */
  #heard(head: Buffer): string {
    const headers = headersOf(head, new RegExp(`^NOTIFY ${this.#path} HTTP/1\\.[01]$`));
    if (!headers) return '404 Not Found';
    if (headers.get('nt') !== 'upnp:event' || headers.get('nts') !== 'upnp:propchange') return '400 Bad Request';
    const sid = headers.get('sid');
    // It comes before the answer to the subscription where the router is quick.
    if (this.#sid === undefined && this.#asking) return '200 OK';
    if (sid === undefined || sid !== this.#sid) return '412 Precondition Failed';
    if (headers.get('seq') !== '0') this.#limiter.hear();
    return '200 OK';
  }
}

function grantedMs({ headers }: HttpAnswer): number {
  const seconds = Number(/^Second-(\d{1,9})$/i.exec(String(headers.timeout ?? ''))?.[1] ?? ASKED_S);
  return Math.min(seconds, LONGEST_S) * 1000;
}
