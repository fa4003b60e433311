// Where model servers may be: the usual ports of this computer, where OLLAMA_HOST puts Ollama, Windows' side of WSL, and what the
// user named. Nothing but this computer is looked at unless the user names it.

import { networkInterfaces } from 'node:os';
import { reasonFor } from '../../../src-i18n/reason.ts';
import type { ProbeView } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { rootOf } from './http.ts';
import { ollamaHostsOfServices } from './services.ts';
import { type Surroundings, surroundings } from './surroundings.ts';
import { windowsHost } from './wsl.ts';

export interface Place {
  readonly url: string;
  readonly source: ProbeView['source'];
  readonly apiKey?: string | undefined;
  /** What the user says it is. */
  readonly kind?: BackendKind;
  /** Why it is not looked at. */
  readonly skip?: Reason;
}

const OLLAMA_PORT = 11_434;
const LMSTUDIO_PORT = 1234;
/** The makes with a kind of their own first: Ollama, LM Studio, vLLM, llama.cpp (also LocalAI and llamafile), MeshLLM. */
const USUAL_PORTS = [OLLAMA_PORT, LMSTUDIO_PORT, 8000, 8080, 9337];
/** Jan, SGLang, KoboldCpp, text-generation-webui, GPT4All, exo; Docker Model Runner has its API under a path. */
const OTHER_PORTS = ['1337', '30000', '5001', '5000', '4891', '52415', '12434/engines'];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|\[::\])$/;

/** A home folder may lie on a disk that does not answer. */
const READING_MS = 300;

interface PlacesDeps {
  readonly clock: Clock;
  /** The addresses of this computer beyond loopback. */
  readonly hosts?: ReadonlySet<string>;
  readonly around?: Surroundings;
}

/** The preferred ones first. Takes a few file reads; never rejects. */
export async function usualPlaces({
  clock,
  hosts = outerHosts(),
  around = surroundings(),
}: PlacesDeps): Promise<Place[]> {
  const [services, windows] = await Promise.all([
    soon(clock, ollamaHostsOfServices(around), []),
    soon(clock, windowsHost(around), undefined),
  ]);
  const usual = [...USUAL_PORTS.map(String), ...OTHER_PORTS].flatMap((tail) => [
    { url: `http://127.0.0.1:${tail}`, source: 'usual' as const },
    { url: `http://[::1]:${tail}`, source: 'usual' as const },
  ]);
  return once([
    ...placesOf(around.env.OLLAMA_HOST, 'ollama-host', hosts),
    ...services.flatMap((value) => placesOf(value, 'service', hosts)),
    ...usual,
    ...(windows === undefined ? [] : [OLLAMA_PORT, LMSTUDIO_PORT]).map((port) => {
      return { url: `http://${windows}:${port}`, source: 'wsl' as const };
    }),
  ]);
}

function soon<T>(clock: Clock, reading: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(READING_MS, () => resolve(otherwise));
    reading.then(resolve, reject).finally(cancel);
  });
}

/** Each address once, as it came first. */
export function once(places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter(({ url }) => {
    const root = URL.canParse(url) ? rootOf(url) : url;
    return !seen.has(root) && seen.add(root);
  });
}

/** The addresses that a value of OLLAMA_HOST, in any form that Ollama takes, means to those who look from this computer. */
export function placesOf(
  value: string | undefined,
  source: 'ollama-host' | 'service',
  hosts: ReadonlySet<string>,
): Place[] {
  const text = (value ?? '').trim().replace(/^["']|["']$/g, '');
  const [, scheme, rest = ''] = /^(?:(https?):\/\/|(?!.*:\/\/))([^/]*)/i.exec(text) ?? [];
  if (rest === '' || rest.includes('@')) return [];
  // An IPv6 address may come without its brackets, then without a port too.
  const bare = /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(rest) ? `[${rest}]` : rest;
  const written = `${scheme ?? 'http'}://${bare.startsWith(':') ? `127.0.0.1${bare}` : bare}`;
  if (!URL.canParse(written)) return [];
  const { protocol, hostname, port } = new URL(written);
  // `URL` drops the port that a scheme implies; with a scheme that port is meant, without one Ollama's own is.
  const tail = port || (scheme ? '' : bare.endsWith(':80') ? '80' : String(OLLAMA_PORT));
  const everywhere = hostname === '0.0.0.0' || hostname === '[::]';
  return (everywhere ? ['127.0.0.1', '[::1]'] : [hostname]).map((host) => ({
    url: `${protocol}//${host}${tail && `:${tail}`}`,
    source,
    ...(!isHere(host, hosts) && { skip: reasonFor('probe.elsewhere') }),
  }));
}

/** Where a server is, whichever of this computer's own names the address uses. */
export function placeOf(url: string, hosts: ReadonlySet<string> = new Set()): string {
  const { protocol, hostname, port, pathname } = new URL(rootOf(url));
  const place = `${port || (protocol === 'https:' ? 443 : 80)}${pathname.replace(/\/+$/, '')}`;
  return `${isHere(hostname, hosts) ? 'here' : hostname}:${place}`;
}

/** Whether a URL's host is this computer. */
export function isHere(hostname: string, hosts: ReadonlySet<string>): boolean {
  return LOOPBACK.test(hostname) || hosts.has(hostname);
}

/**
 * Under which addresses others may reach this computer, as URLs write hosts: of its network cards, but also of VPNs and of
 * the bridges to containers and virtual machines. Those that need a zone (fe80::) are left out.
 */
export function outerHosts(interfaces: () => ReturnType<typeof networkInterfaces> = networkInterfaces): Set<string> {
  let all: ReturnType<typeof networkInterfaces> = {};
  try {
    all = interfaces();
  } catch {
    // Some sandboxes don't tell.
  }
  const addresses = Object.values(all).flatMap((each) => each ?? []);
  const outer = addresses.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return new Set(
    outer.map(({ family, address }) => new URL(`http://${family === 'IPv6' ? `[${address}]` : address}`).hostname),
  );
}
