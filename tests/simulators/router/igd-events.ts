// Subscriptions at the practice router (UPnP Device Architecture 1.1, 4): it tells those who asked, over HTTP, when its address
// outside is another one. Written from the protocol and without any of our client's code.

import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Clock } from '../../../src-main/base/clock.ts';
import type { Faults } from './igd-tables.ts';

export interface Subscriber {
  readonly callback: string;
  /** `Clock.monotonic()` at which it ends. */
  readonly until: number;
  /** The number of the next message. */
  readonly next: number;
}

interface State {
  readonly external: string;
  readonly faults: Faults;
}

const MOST = 20;
const PATIENCE_MS = 1000;

export class IgdEvents {
  readonly #clock: Clock;
  readonly subscribers = new Map<string, Subscriber>();
  readonly asked: string[] = [];
  #given = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  clear(): void {
    this.subscribers.clear();
  }

  answer(req: IncomingMessage, res: ServerResponse, state: State): void {
    const { sid, headers } = this.#taken(req, state);
    const status = sid === undefined ? 412 : 200;
    this.asked.push(
      `${req.method}${req.headers.sid && req.method === 'SUBSCRIBE' ? ' again' : ''}${status === 200 ? '' : `=${status}`}`,
    );
    res.writeHead(status, { ...headers, 'content-length': 0, connection: 'close' }).end();
    if (sid === undefined || req.method !== 'SUBSCRIBE' || req.headers.sid !== undefined) return;
    // How things are, first.
    void this.#visit(sid, state.external);
  }

  /** All of them, of how things are now. */
  async tell(external: string): Promise<void> {
    await Promise.all([...this.subscribers.keys()].map((sid) => this.#visit(sid, external)));
  }

  #taken(req: IncomingMessage, { faults }: State): { sid?: string; headers?: Record<string, string> } {
    const { sid } = req.headers;
    const known = typeof sid === 'string' ? this.#known(sid) : undefined;
    if (faults.noEvents || req.url !== '/evt') return {};
    if (req.method === 'UNSUBSCRIBE') {
      return known && this.subscribers.delete(String(sid)) ? { sid: String(sid) } : {};
    }
    const asked = Number(/^Second-(\d+)$/.exec(String(req.headers.timeout))?.[1] ?? 1800);
    const seconds = Math.min(asked, faults.eventsS ?? 1800);
    const until = this.#clock.monotonic() + seconds * 1000;
    const granted = (id: string) => ({ sid: id, headers: { SID: id, TIMEOUT: `Second-${seconds}` } });
    if (typeof sid === 'string') {
      if (!known || req.headers.callback !== undefined || req.headers.nt !== undefined) return {};
      this.subscribers.set(sid, { ...known, until });
      return granted(sid);
    }
    const callback = /^<(http:\/\/[^>]+)>$/.exec(String(req.headers.callback ?? ''))?.[1];
    // Only the one that asks gets an answer.
    const asker = (req.socket.remoteAddress ?? '').replace('::ffff:', '');
    const own = callback !== undefined && URL.parse(callback)?.hostname === asker;
    if (!own || req.headers.nt !== 'upnp:event' || this.subscribers.size >= MOST) return {};
    this.#given += 1;
    const id = `uuid:practice-${this.#given}`;
    this.subscribers.set(id, { callback, until, next: 0 });
    return granted(id);
  }

  #known(sid: string): Subscriber | undefined {
    const subscriber = this.subscribers.get(sid);
    if (subscriber && subscriber.until <= this.#clock.monotonic()) this.subscribers.delete(sid);
    return this.subscribers.get(sid);
  }

  /** Resolves when it was heard, or was not. */
  async #visit(sid: string, external: string): Promise<void> {
    const subscriber = this.#known(sid);
    if (!subscriber) return;
    this.subscribers.set(sid, { ...subscriber, next: subscriber.next + 1 });
    const property = `<e:property><ExternalIPAddress>${external}</ExternalIPAddress></e:property>`;
    const body = `<?xml version="1.0"?><e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">${property}</e:propertyset>`;
    await new Promise<void>((resolve) => {
      const req = request(subscriber.callback, {
        method: 'NOTIFY',
        agent: false,
        timeout: PATIENCE_MS,
        headers: {
          'CONTENT-TYPE': 'text/xml; charset="utf-8"',
          'CONTENT-LENGTH': Buffer.byteLength(body),
          NT: 'upnp:event',
          NTS: 'upnp:propchange',
          SID: sid,
          SEQ: subscriber.next,
        },
      });
      req.on('timeout', () => req.destroy());
      req.on('error', () => resolve());
      req.on('response', (res) => res.resume().on('close', resolve));
      req.end(body);
    });
  }
}
