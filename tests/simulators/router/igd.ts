// A home router's UPnP side to practise against: it is searched for, describes itself and takes the calls of an Internet Gateway
// Device, with the faults that real ones have. Written from the protocol and without any of our client's code, so that a mistake
// there can't hide here.

import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src-main/base/clock.ts';
import { describe, FIREWALL, wanType } from './igd-documents.ts';
import { IgdEvents, type Subscriber } from './igd-events.ts';
import { type Call, type Entry, type Faults, type Hole, IgdTables } from './igd-tables.ts';

export type { Subscriber } from './igd-events.ts';
export type { Entry, Faults, Hole } from './igd-tables.ts';

export interface IgdOptions {
  /** Where it listens; default 127.0.0.1. An IPv6 address is listened on in the same way. */
  readonly host?: string;
  readonly faults?: Faults;
  /** Its address outside; default 11.203.113.100. */
  readonly external?: string;
}

/** A running one. What it holds may be looked at and changed while it runs. */
export interface Igd {
  /** Where it is searched for. */
  readonly ssdpPort: number;
  readonly entries: Map<string, Entry>;
  readonly holes: Map<number, Hole>;
  /** Calls so far, in order, as `Action` or `Action=CODE` when refused. */
  readonly calls: readonly string[];
  faults: Faults;
  external: string;
  /** Subscribers to changes, by the SID that they were given. */
  readonly subscribers: ReadonlyMap<string, Subscriber>;
  /** What its subscribers have asked for so far: `SUBSCRIBE`, `SUBSCRIBE again`, `UNSUBSCRIBE`, `=CODE` when refused. */
  readonly subscriptions: readonly string[];
  /** The provider hands out another address; subscribers are notified. Resolves when all have heard it, or would not. */
  move(external: string): Promise<void>;
  /** Forgets everything and comes back at another HTTP port, as many do. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const SEARCHED = /ssdp:all|upnp:rootdevice|InternetGatewayDevice:[12]|WANIPConnection|WANPPPConnection|WANIPv6Firewall/;
const LONGEST_BODY = 64 * 1024;

export async function startIgd({ clock }: { readonly clock: Clock }, options: IgdOptions = {}): Promise<Igd> {
  const igd = new PracticeIgd(clock, options);
  await igd.start();
  return igd;
}

class PracticeIgd extends IgdTables implements Igd {
  readonly #clock: Clock;
  readonly #host: string;
  #socket: Socket | undefined;
  #server: Server | undefined;
  readonly #events: IgdEvents;
  ssdpPort = 0;

  constructor(clock: Clock, { host = '127.0.0.1', faults = {}, external = '11.203.113.100' }: IgdOptions) {
    super(clock, faults, external);
    this.#clock = clock;
    this.#host = host;
    this.#events = new IgdEvents(clock);
  }

  get subscribers(): ReadonlyMap<string, Subscriber> {
    return this.#events.subscribers;
  }

  get subscriptions(): readonly string[] {
    return this.#events.asked;
  }

  async move(external: string): Promise<void> {
    this.external = external;
    await this.#events.tell(external);
  }

  async start(): Promise<void> {
    await this.#listen();
    const socket = createSocket(this.#host.includes(':') ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('message', (message, { address, port }) => this.#answerSearch(socket, message.toString(), address, port));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, this.#host, resolve);
    });
    this.ssdpPort = socket.address().port;
  }

  async restart(): Promise<void> {
    this.clear();
    this.#events.clear();
    const before = this.#server;
    await this.#listen();
    await close(before);
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
    const server = this.#server;
    this.#server = undefined;
    await close(server);
  }

  async #listen(): Promise<void> {
    const server = createServer((req, res) => {
      this.#answer(req, res).catch(() => res.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, this.#host, resolve);
    });
    this.#server = server;
  }

  get #port(): number {
    return (this.#server!.address() as AddressInfo).port;
  }

  #answerSearch(socket: Socket, message: string, address: string, port: number): void {
    const target = /^ST:\s*(.+?)\r$/im.exec(message)?.[1] ?? '';
    if (this.faults.mute || !message.startsWith('M-SEARCH * HTTP/1.1\r\n') || !SEARCHED.test(target)) return;
    if (target.endsWith(':2') && (this.faults.igd1 || this.faults.ppp)) return;
    const host = this.faults.location ?? (this.#host.includes(':') ? `[${this.#host}]` : this.#host);
    const lines = [
      'HTTP/1.1 200 OK',
      'CACHE-CONTROL: max-age=120',
      `ST: ${target}`,
      `USN: uuid:0b5f1f4e-3a4e-4b0e-8a6b-6f1d2a3c4d5e::${target}`,
      'EXT:',
      'SERVER: Practice/1.0 UPnP/1.1 Router/1.0',
      `LOCATION: http://${host}:${this.#port}/desc.xml`,
    ];
    const reply = `${lines.join('\r\n')}\r\n\r\n`;
    // Twice, as miniupnpd does.
    for (let times = 0; times < 2; times += 1) socket.send(reply, port, address, () => undefined);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { faults } = this;
    if (faults.deadHttp) return;
    if (faults.reset) return void req.socket.destroy();
    if (faults.slowMs) await this.#clock.sleep(faults.slowMs);
    const body = await text(req);
    if (faults.flood) return this.#flood(res);
    if (faults.redirect) return void res.writeHead(307, { location: faults.redirect }).end();
    if (req.method === 'SUBSCRIBE' || req.method === 'UNSUBSCRIBE') {
      return this.#events.answer(req, res, { external: this.external, faults });
    }
    if (req.method === 'GET') {
      if (req.url !== '/desc.xml') return this.#send(res, 404, '');
      return this.#send(res, 200, faults.badXml ? '<root><device>' : (faults.document ?? describe(faults)));
    }
    const [, type = '', action = ''] = /^"?([^"#]+)#(\w+)"?$/.exec(String(req.headers.soapaction ?? '')) ?? [];
    const from = (req.socket.remoteAddress ?? '').replace('::ffff:', '');
    const call: Call = { action, type, from, arg: (name) => argument(body, name) };
    const outcome = type === FIREWALL ? this.firewall(call) : type === wanType(faults) ? this.wan(call) : 401;
    if (typeof outcome === 'number') return this.#send(res, 500, fault(outcome));
    const inner = Object.entries(outcome).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`);
    const answer = `<u:${action}Response xmlns:u="${type}">${inner.join('')}</u:${action}Response>`;
    return this.#send(res, 200, envelope(answer));
  }

  #send(res: ServerResponse, status: number, body: string): void {
    const length = this.faults.chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    res.writeHead(status, { 'content-type': 'text/xml; charset="utf-8"', connection: 'close', ...length });
    // In two pieces, so that chunks are more than one.
    if (this.faults.chunked) res.write(body.slice(0, body.length / 2));
    res.end(this.faults.chunked ? body.slice(body.length / 2) : body);
  }

  /** Chunks without end, as fast as they are taken. */
  #flood(res: ServerResponse): void {
    const piece = Buffer.alloc(16 * 1024, '<a>');
    const more = () => {
      while (!res.destroyed && res.write(piece));
    };
    res.writeHead(200, { 'content-type': 'text/xml' });
    res.on('drain', more);
    more();
  }
}

function close(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!server) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function text(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of req) {
    body += String(part);
    if (body.length > LONGEST_BODY) throw new Error('too long');
  }
  return body;
}

function argument(body: string, name: string): string | undefined {
  const raw = new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return raw?.replace(/&(lt|gt|quot|apos|amp);/g, (_, sign: string) => SIGNS[sign] ?? '');
}

const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function envelope(inner: string): string {
  const soap = 'http://schemas.xmlsoap.org/soap/';
  return `<?xml version="1.0"?>\n<s:Envelope xmlns:s="${soap}envelope/" s:encodingStyle="${soap}encoding/"><s:Body>${inner}</s:Body></s:Envelope>`;
}

function fault(code: number): string {
  const detail = `<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${code}</errorCode><errorDescription>No</errorDescription></UPnPError>`;
  return envelope(
    `<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>${detail}</detail></s:Fault>`,
  );
}
