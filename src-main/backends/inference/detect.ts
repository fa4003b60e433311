// Looks where model servers usually live and names what answers by the shape of its answers: LM Studio answers 200 with an
// error to paths it doesn't know, and llama.cpp's server imitates some of Ollama's, so a status proves nothing.

import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { type Exchange, Upstream } from './http.ts';
import { within } from './look.ts';
import { isLlamaServer, type Json, ollamaTags, ollamaVersion, openaiModels, parseObject } from './shapes.ts';

export interface DetectedBackend {
  readonly url: string;
  readonly kind: BackendKind;
  readonly version: string | null;
  readonly models: readonly string[];
}

/**
 * Nothing: no one listens. Silent: no answer in time. Denied: it wants a key, so the user must name it in the settings.
 * Other: it answers, but not as a model server. Same: a model server that another address has already shown.
 */
export type Verdict = BackendKind | 'nothing' | 'silent' | 'denied' | 'other' | 'same';

export interface Detection {
  readonly backends: readonly DetectedBackend[];
  /** Every address that was tried, in the order given. */
  readonly tried: readonly { readonly url: string; readonly verdict: Verdict }[];
}

export interface DetectOptions {
  /** Addresses, the preferred one of a server first. */
  readonly candidates: readonly string[];
  /** For each address; all are tried at once. 500 ms by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const PROBE_MS = 500;
const OLLAMA_PORT = 11_434;
/** Ollama, LM Studio, vLLM, llama.cpp. */
const USUAL_PORTS = [OLLAMA_PORT, 1234, 8000, 8080];
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Never rejects, and takes little more than `timeoutMs` whatever is out there. */
export async function detect({ clock }: { readonly clock: Clock }, options: DetectOptions): Promise<Detection> {
  const { candidates, timeoutMs = PROBE_MS, signal } = options;
  const probes = await Promise.all(candidates.map((url) => probe(clock, url, timeoutMs, signal)));
  const backends: DetectedBackend[] = [];
  const seen = new Set<string>();
  const tried = probes.map(({ url, verdict, backend }) => {
    if (!backend) return { url, verdict };
    const { kind, version, models } = backend;
    const known = JSON.stringify([placeOf(url), kind, version, models]);
    if (seen.has(known)) return { url, verdict: 'same' as const };
    seen.add(known);
    backends.push(backend);
    return { url, verdict };
  });
  return { backends, tried };
}

/** Where a server is, whichever of this computer's own names the address uses. */
export function placeOf(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  const place = `${port || (protocol === 'https:' ? 443 : 80)}${pathname.replace(/\/+$/, '')}`;
  return `${LOOPBACK.has(hostname) ? 'here' : hostname}:${place}`;
}

/**
 * The usual addresses on this computer. `ollamaHost` is the variable OLLAMA_HOST in any form that Ollama takes; it is followed
 * only where it points to this computer, for nothing else is looked at unless the user names it.
 */
export function usualAddresses(ollamaHost?: string): string[] {
  const usual = USUAL_PORTS.flatMap((port) => [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
  return [...new Set([...ollamaAddresses(ollamaHost), ...usual])];
}

function ollamaAddresses(value = ''): string[] {
  const text = value.trim().replace(/^["']|["']$/g, '');
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?([^/]*)/i.exec(text) ?? [];
  if (rest === '') return [];
  // An IPv6 address may come without its brackets, then without a port too.
  const bare = /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(rest) ? `[${rest}]` : rest;
  const written = `${scheme ?? 'http'}://${bare.startsWith(':') ? `127.0.0.1${bare}` : bare}`;
  if (!URL.canParse(written)) return [];
  const { protocol, hostname, port } = new URL(written);
  // `URL` drops the port that a scheme implies; with a scheme that port is meant, without one Ollama's own is.
  const tail = port || (scheme ? '' : bare.endsWith(':80') ? '80' : String(OLLAMA_PORT));
  const hosts = hostname === '0.0.0.0' || hostname === '[::]' ? ['127.0.0.1', '[::1]'] : [hostname];
  return hosts.filter((host) => LOOPBACK.has(host)).map((host) => `${protocol}//${host}${tail && `:${tail}`}`);
}

interface Probed {
  readonly url: string;
  readonly verdict: Verdict;
  readonly backend?: DetectedBackend;
}

async function probe(clock: Clock, url: string, ms: number, outer: AbortSignal | undefined): Promise<Probed> {
  if (!URL.canParse(url)) return { url, verdict: 'nothing' };
  const upstream = new Upstream({ url, connectMs: ms });
  try {
    return await within(clock, ms, outer, (signal) => recognise(upstream, url, signal));
  } finally {
    // Its sockets close by themselves; waiting for it would add to the time.
    void upstream.close();
  }
}

async function recognise(upstream: Upstream, url: string, signal: AbortSignal): Promise<Probed> {
  const get = (path: string) => upstream.get(path, signal);
  const [about, listed] = await Promise.all([get('/api/version'), get('/v1/models')]);
  const version = ollamaVersion(jsonOf(about));
  if (version !== undefined) {
    const [tags, props] = await Promise.all([get('/api/tags'), get('/props')]);
    const models = ollamaTags(jsonOf(tags));
    if (models && !isLlamaServer(jsonOf(props))) {
      return { url, verdict: 'ollama', backend: { url, kind: 'ollama', version, models } };
    }
  }
  const models = openaiModels(jsonOf(listed));
  if (models) return { url, verdict: 'openai', backend: { url, kind: 'openai', version: null, models } };
  return { url, verdict: nameless([about, listed]) };
}

function jsonOf(exchange: Exchange): Json {
  const ok = exchange.kind === 'reply' && exchange.status >= 200 && exchange.status < 300;
  return (ok ? parseObject(exchange.bytes.toString()) : undefined) ?? {};
}

function nameless(exchanges: readonly Exchange[]): Verdict {
  if (exchanges.some((each) => each.kind === 'reply' && (each.status === 401 || each.status === 403))) return 'denied';
  if (exchanges.every((each) => each.kind === 'lost')) return 'nothing';
  return exchanges.some((each) => each.kind === 'aborted') ? 'silent' : 'other';
}
