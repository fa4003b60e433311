// Looking for the router's UPnP server: one question to the router and to everybody on its line, from one socket bound to our own
// address. What comes back is a stranger's word: it only ever says where on this line to look further.

import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import { UPNP } from '../bounds.ts';
import { type Line, sameHost } from './lan.ts';

/** A device says that there is a router's description at `location`. */
export interface SsdpAnswer {
  readonly location: string;
  /** The address that it came from. */
  readonly source: string;
  /** It was about a router, rather than about any other device. */
  readonly router: boolean;
}

export interface SsdpOptions {
  readonly line: Line;
  /** How long to wait for a first answer, milliseconds. */
  readonly forMs: number;
  /** Ends the search, whatever was found by then. */
  readonly signal: AbortSignal;
  /** The port that is asked. */
  readonly port: number;
}

export const SSDP_PORT = 1900;
/** When to ask again, should there still be need. */
const AGAIN_MS = [200, 600];
/**
 * The router itself may answer after others of its line, asked again as well. No other is waited for once it has. By IPv6 it has
 * several addresses, and may answer from any: there the first may well be it.
 */
const LINGER_MS = { 4: 400, 6: 50 } as const;

/** Routers of the second version answer to the first as well. */
const FIRST_TARGETS = ['urn:schemas-upnp-org:device:InternetGatewayDevice:1'];
/**
 * For all there is, only when no router has answered: a router sends one answer for each of its services then, and some take half a
 * second over it in which they do nothing else.
 */
const TARGETS = [...FIRST_TARGETS, 'urn:schemas-upnp-org:device:InternetGatewayDevice:2', 'ssdp:all'];
const OF_ROUTER = /:(?:InternetGatewayDevice|WANDevice|WANConnectionDevice|WANIPConnection|WANPPPConnection):/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** Any but a tab. */
const CONTROL = /[^\P{Cc}\t]/u;
const GROUP = { 4: '239.255.255.250', 6: 'ff02::c' } as const;

/** Those about routers first. Empty when no answer came in time; rejects when there is no socket to be had. */
export async function search(
  { clock }: { readonly clock: Clock },
  { line, forMs, signal, port }: SsdpOptions,
): Promise<SsdpAnswer[]> {
  const found = new Map<string, SsdpAnswer>();
  if (signal.aborted) return [];
  const socket = createSocket({ type: line.family === 4 ? 'udp4' : 'udp6' });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = () => resolve();
  const cancels = [clock.after(forMs, done)];
  signal.addEventListener('abort', done, { once: true });
  socket.on('error', reject);
  let datagrams = 0;
  let lingering = false;
  socket.on('message', (message, { address }) => {
    datagrams += 1;
    if (datagrams >= UPNP.datagrams) return done();
    const answer = line.has(address) ? readAnswer(message, address) : undefined;
    if (!answer) return;
    const key = `${answer.source} ${answer.location}`;
    if (found.size < UPNP.answers || found.has(key)) {
      found.set(key, found.get(key)?.router ? found.get(key)! : answer);
    }
    // Only a router's answer hurries: others of its line may well be faster than it.
    if (!answer.router) return;
    if (sameHost(address, line.router)) return done();
    if (lingering) return;
    lingering = true;
    cancels.push(clock.after(LINGER_MS[line.family], done));
  });
  try {
    socket.bind({ port: 0, address: line.local }, () => {
      ask(socket, line, port, FIRST_TARGETS);
      for (const ms of AGAIN_MS) cancels.push(clock.after(ms, () => ask(socket, line, port, TARGETS)));
    });
    await promise;
  } finally {
    signal.removeEventListener('abort', done);
    for (const cancel of cancels) cancel();
    socket.removeListener('error', reject);
    socket.on('error', () => undefined);
    socket.close();
  }
  return [...found.values()].sort((one, other) => Number(other.router) - Number(one.router));
}

/** The router alone first: its answer comes through a firewall of this computer that drops what it has not asked for. */
function ask(socket: Socket, { family, router, local }: Line, port: number, targets: readonly string[]): void {
  const zone = router.indexOf('%') < 0 ? '' : router.slice(router.indexOf('%'));
  for (const host of [router, GROUP[family] + zone]) {
    if (host !== router) setGroup(socket, family, local, zone);
    for (const target of targets) {
      socket.send(question(host, port, target), port, host, () => undefined); // lost ones are asked for again
    }
  }
}

function setGroup(socket: Socket, family: 4 | 6, local: string, zone: string): void {
  try {
    if (family === 4) socket.setMulticastInterface(local);
    else if (zone !== '') socket.setMulticastInterface(`::${zone}`);
    socket.setMulticastTTL(2);
  } catch {
    // A line without multicast still has its router.
  }
}

function question(host: string, port: number, target: string): string {
  const shown = host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
  const lines = ['M-SEARCH * HTTP/1.1', `HOST: ${shown}:${port}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${target}`];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Undefined for whatever is not a whole, plain answer to a search with a LOCATION. */
export function readAnswer(message: Buffer, source: string): SsdpAnswer | undefined {
  const headers = headersOf(message, /^HTTP\/1\.[01] 200(?: |$)/);
  const location = headers?.get('location');
  if (!headers || !location) return undefined;
  return { location, source, router: isOfRouter(`${headers.get('st') ?? ''} ${headers.get('usn') ?? ''}`) };
}

/** By lower-case name. Undefined for what does not begin so, is too long, or has anything in it that is no header. */
export function headersOf(message: Buffer, begin: RegExp): ReadonlyMap<string, string> | undefined {
  if (message.length > UPNP.datagram) return undefined;
  const [first = '', ...lines] = message.toString('latin1').split(/\r?\n/, UPNP.headers + 2);
  if (!begin.test(first)) return undefined;
  const end = lines.indexOf('');
  if (end < 0 && lines.length > UPNP.headers) return undefined;
  const headers = new Map<string, string>();
  for (const line of end < 0 ? lines : lines.slice(0, end)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    const value = line.slice(colon + 1).trim();
    if (!TOKEN.test(name) || CONTROL.test(value)) return undefined;
    // The first one counts: a second LOCATION is no honest answer.
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value);
  }
  return headers;
}

/** By the types that a message names. */
export function isOfRouter(types: string): boolean {
  return OF_ROUTER.test(types);
}
