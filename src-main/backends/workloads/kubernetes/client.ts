// The API of Kubernetes: who is asked, and as whom, is read from a kubeconfig by the official client; what is asked, and what of the answer
// is taken, is bounded here, and no word of a cluster ends this process.

import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { Lines } from '../../containers/lines.ts';

/** What it answers to a request that it refuses (a `Status`). */
export class KubernetesError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Asked {
  readonly query?: Query;
  readonly body?: object;
}

const ANSWER_BYTES = 16 * 1024 * 1024;
const LINE_BYTES = 2 * 1024 * 1024;
const MESSAGE_CHARACTERS = 500;
const CONNECT_MS = 10_000;
/** Then a watch ends, and another goes on from where it was. */
const WATCH_SECONDS = 300;

const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
});

export class KubernetesClient {
  readonly #config: KubeConfig;
  readonly #server: string;

  /** Of the context that is current in it. */
  constructor(config: KubeConfig) {
    this.#config = config;
    this.#server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  }

  get at(): string {
    return this.#server;
  }

  /** Rejects with KubernetesError, or with what broke the connection. */
  async ask(method: Method, path: string, signal: AbortSignal, { query = {}, body }: Asked = {}): Promise<unknown> {
    const changes = method !== 'GET' && method !== 'DELETE';
    // A field that it does not know is one that it would not keep to.
    const strict = changes ? { fieldValidation: 'Strict', fieldManager: 'hearth' } : {};
    const answer = await this.#send(method, path, { ...strict, ...query }, signal, body);
    const text = (await whole(answer, ANSWER_BYTES)).toString('utf8');
    const said = parsed(text);
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, said);
    if (said === undefined) throw new KubernetesError(502, 'NoJson', 'the answer is no JSON');
    return said;
  }

  /** As it is, cut to its first `most` bytes. */
  async text(path: string, query: Query, most: number, signal: AbortSignal): Promise<string> {
    const answer = await this.#send('GET', path, query, signal);
    const { statusCode = 0 } = answer;
    if (statusCode !== 200) throw refusal(statusCode, parsed((await whole(answer, ANSWER_BYTES)).toString('utf8')));
    return (await whole(answer, most, true)).toString('utf8');
  }

  /** What a watch says, until it ends. */
  async *watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<unknown, void> {
    // A cluster that is gone without a word is noticed by that.
    const within = AbortSignal.any([signal, AbortSignal.timeout(2 * WATCH_SECONDS * 1000)]);
    const watch = { watch: true, allowWatchBookmarks: true, timeoutSeconds: WATCH_SECONDS };
    const answer = await this.#send('GET', path, { ...query, ...watch }, within);
    const { statusCode = 0 } = answer;
    if (statusCode !== 200) throw refusal(statusCode, parsed((await whole(answer, ANSWER_BYTES)).toString('utf8')));
    const lines = new Lines(LINE_BYTES);
    try {
      for await (const bytes of answer)
        for (const { bytes: line, cut } of lines.take(bytes as Buffer)) {
          const said = cut ? undefined : parsed(line.toString('utf8'));
          if (said === undefined) throw new KubernetesError(502, 'NoJson', 'an event is no JSON');
          yield said;
        }
    } finally {
      answer.destroy();
    }
  }

  /** A channel of numbered streams (`v4.channel.k8s.io`). */
  async channel(path: string, query: Query): Promise<WebSocket> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    const { agent, headers, auth, ca, cert, key, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, rejectUnauthorized, servername };
    return new WebSocket(`${this.#server.replace(/^https/, 'wss')}${path}${written(query)}`, ['v4.channel.k8s.io'], {
      ...Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
      ...(agent && { agent }),
      ...(auth != null && { auth }),
      headers: headers as Record<string, string>,
      maxPayload: ANSWER_BYTES,
      handshakeTimeout: CONNECT_MS,
      followRedirects: false,
    });
  }

  async #send(
    method: Method,
    path: string,
    query: Query,
    signal: AbortSignal,
    body?: object,
  ): Promise<IncomingMessage> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    signal.throwIfAborted();
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        `${this.#server}${path}${written(query)}`,
        {
          ...options,
          method,
          signal,
          headers: {
            ...(options.headers as Record<string, string> | undefined),
            accept: 'application/json',
            ...(content && { 'content-type': 'application/json', 'content-length': content.length }),
          },
        },
        // Nobody else is told who asks: a redirect is an answer like any other.
        resolve,
      );
      request.once('error', reject);
      request.end(content);
    });
  }
}

function refusal(code: number, said: unknown): KubernetesError {
  const status = Status.safeParse(said).data;
  const message = (status?.message ?? `answered ${code}`).slice(0, MESSAGE_CHARACTERS);
  return new KubernetesError(code, status?.reason ?? '', message);
}

function written(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function whole(body: AsyncIterable<Uint8Array>, most: number, cut = false): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    pieces.push(piece);
    if (length <= most) continue;
    if (!cut) throw new Error(`more than ${most} bytes`);
    break;
  }
  return Buffer.concat(pieces).subarray(0, most);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only a `Status` of its own: a proxy before it that knows no such page says nothing of boxes. */
export const isMissing = (error: unknown) =>
  error instanceof KubernetesError && error.status === 404 && error.reason === 'NotFound';
export const isThere = (error: unknown) => error instanceof KubernetesError && error.reason === 'AlreadyExists';
