// Asking one address what it is. A client of its own rather than the one that works with a server: it wants little, within half a
// second, and it notes whether the connection was accepted at all and what the headers claim.

import { connect } from 'node:net';
import { errors, Pool } from 'undici';
import { reasonFor } from '../../../src-i18n/reason.ts';
import type { ProbeView } from '../../../src-preload/contract/backends.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { rootOf } from './http.ts';
import { within } from './look.ts';
import { type Judgement, nextQuestions, recognise } from './recognise.ts';
import { parseObject } from './shapes.ts';
import { type Answer, headerSpeaksFor, type Sign, showsOf, signOf } from './signs.ts';

export interface Probed extends Judgement {
  readonly url: string;
  readonly signs: ReadonlyMap<string, Sign>;
  readonly answers: ProbeView['answers'];
  /** Milliseconds. */
  readonly took: number;
  /** Its time was over before all was answered. */
  readonly late: boolean;
}

export interface ProbeOptions {
  readonly apiKey?: string | undefined;
  /** For all questions together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked instead of what the answers suggest. */
  readonly only?: readonly string[];
}

/** Lists of a thousand models are well under it. */
const MOST_REPLY_BYTES = 4 * 1024 * 1024;

/** Never rejects, and takes little more than `timeoutMs`. */
export async function probe(clock: Clock, url: string, options: ProbeOptions): Promise<Probed> {
  const began = clock.monotonic();
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    const why = [reasonFor('probe.bad-address')];
    return {
      url,
      verdict: 'nothing',
      why,
      version: null,
      models: [],
      signs: new Map(),
      answers: [],
      took: 0,
      late: false,
    };
  }
  const { apiKey, timeoutMs, signal, only } = options;
  const asked = only ?? nextQuestions(new Map());
  const door = await knock(url, timeoutMs, signal);
  if (door !== 'open') {
    const signs = new Map(asked.map((path): [string, Sign] => [path, { is: 'refused' }]));
    const answers = asked.map((path) => ({ path, status: null, shows: showsOf({ is: 'refused' }, path) }));
    return { url, ...recognise(signs), signs, answers, took: clock.monotonic() - began, late: door === 'late' };
  }
  const asker = new Asker(url, apiKey, timeoutMs);
  const signs = new Map<string, Sign>();
  const answers: ProbeView['answers'] = [];
  let header: BackendKind | undefined;
  let late = true;
  await within(clock, timeoutMs - (clock.monotonic() - began), signal, async (stop) => {
    let paths: readonly string[] = asked;
    while (paths.length > 0) {
      for (const answer of await Promise.all(paths.map((path) => asker.ask(path, stop)))) {
        const sign = signOf(answer);
        signs.set(answer.path, sign);
        answers.push({ path: answer.path, status: answer.status, shows: showsOf(sign, answer.path) });
        header ??= answer.header;
      }
      paths = only || stop.aborted ? [] : nextQuestions(signs);
    }
    late = stop.aborted;
    // Some were never asked for want of time.
    if (!only) for (const path of nextQuestions(signs)) signs.set(path, { is: 'late' });
  });
  asker.close();
  return { url, ...recognise(signs, header), signs, answers, took: clock.monotonic() - began, late };
}

/**
 * What a connection meets, without a client around it: of the addresses that are looked at again and again nearly all
 * refuse, and this costs a fraction of a request.
 */
function knock(url: string, timeout: number, signal: AbortSignal | undefined): Promise<'open' | 'refused' | 'late'> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((done) => {
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)), timeout, signal });
    const end = (how: 'open' | 'refused' | 'late') => {
      socket.destroy();
      done(how);
    };
    socket.once('connect', () => end('open'));
    socket.once('timeout', () => end('late'));
    socket.on('error', () => end(signal?.aborted ? 'late' : 'refused'));
  });
}

class Asker {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Record<string, string>;
  #connected = false;

  constructor(url: string, apiKey: string | undefined, connectMs: number) {
    const { origin, pathname } = new URL(rootOf(url));
    this.#path = pathname === '/' ? '' : pathname;
    this.#pool = new Pool(origin, { pipelining: 1, allowH2: false, connectTimeout: connectMs });
    this.#pool.on('connect', () => {
      this.#connected = true;
    });
    const key = apiKey?.trim();
    this.#headers = { accept: 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  }

  /** Never rejects. Redirects are not followed. */
  async ask(path: string, signal: AbortSignal): Promise<Answer> {
    const none = { path, status: null, json: undefined, header: undefined };
    let status: number | null = null;
    try {
      const reply = await this.#pool.request({
        method: 'GET',
        path: this.#path + path,
        headers: this.#headers,
        signal,
      });
      status = reply.statusCode;
      const header = headerSpeaksFor(text(reply.headers['x-powered-by']), text(reply.headers.server));
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of reply.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_REPLY_BYTES) break;
        chunks.push(chunk);
      }
      const json = bytes > MOST_REPLY_BYTES ? undefined : parseObject(Buffer.concat(chunks).toString());
      return { path, outcome: 'reply', status, json, header };
    } catch (error) {
      return { ...none, status, outcome: this.#outcomeOf(error, signal) };
    }
  }

  /** Its sockets end by themselves: waiting for that would add to the time. */
  close(): void {
    void this.#pool.destroy();
  }

  #outcomeOf(error: unknown, signal: AbortSignal): Answer['outcome'] {
    if (signal.aborted) return this.#connected ? 'late' : 'refused';
    if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) return 'not-http';
    return this.#connected ? 'lost' : 'refused';
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
