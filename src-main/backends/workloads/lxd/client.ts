// LXD's and Incus' interface (REST over a Unix socket or TLS, LXD rest-api 1.0): requests within a time and a size, operations waited for, and
// what happens as it happens.

import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** What the engine answers to a request that it refuses. */
export class LxdError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ANSWER_BYTES = 8 * 1024 * 1024;
const CONNECT_MS = 5000;

const Answer = z.object({
  type: z.enum(['sync', 'async', 'error']),
  error: z.string().optional(),
  error_code: z.number().optional(),
  metadata: z.unknown(),
});
const Operation = z.object({
  id: z.string(),
  status_code: z.number(),
  err: z.string().optional(),
  metadata: z.unknown(),
});
type Operation = z.infer<typeof Operation>;

export interface FileMeta {
  readonly uid: number;
  readonly gid: number;
  readonly mode: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How one on another computer is spoken to. */
export interface LxdRemote {
  /** Such as `https://server:8443`. */
  readonly origin: string;
  /** This side's, which the other one trusts. */
  readonly cert: string;
  readonly key: string;
  /** The other side's own, or who has signed it. */
  readonly server: string;
}

export class LxdClient {
  readonly #origin: string;
  readonly #channels: string;
  readonly #tls: ConnectionOptions;
  readonly #agent: Agent;

  /** `at`: the path of a socket of this computer, or another one. */
  constructor(at: string | LxdRemote) {
    const local = typeof at === 'string';
    this.#origin = local ? 'http://lxd' : at.origin;
    this.#channels = local ? `ws+unix://${at}:` : at.origin.replace(/^https/, 'wss');
    this.#tls = local ? {} : tlsOf(at);
    const connect = local ? { socketPath: at } : this.#tls;
    this.#agent = new Agent({ connect: { ...connect, timeout: CONNECT_MS } as Agent.Options['connect'] & object });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** What it says, once it has been done. Rejects with LxdError, or with what broke the connection. */
  async ask(method: Method, path: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answered = await this.#answer(method, path, signal, text, { 'content-type': 'application/json' });
    return answered.type === 'async' ? (await this.#ended(answered, signal)).metadata : answered.metadata;
  }

  /** A request whose body is a file, such as an image. */
  async send(path: string, signal: AbortSignal, bytes: AsyncIterable<Uint8Array>, headers: Record<string, string>) {
    const answered = await this.#answer('POST', path, signal, bytes, headers);
    return answered.type === 'async' ? (await this.#ended(answered, signal)).metadata : answered.metadata;
  }

  /** Undefined where there is none. */
  async readFile(path: string, most: number, signal: AbortSignal): Promise<(FileMeta & { text: string }) | undefined> {
    const { statusCode, headers, body } = await request(`${this.#origin}${path}`, { dispatcher: this.#agent, signal });
    const bytes = await whole(body, most);
    if (statusCode === 404) return undefined;
    if (statusCode !== 200) throw new LxdError(statusCode, bytes.toString('utf8').slice(0, 300));
    const said = (name: string) => String(headers[`x-lxd-${name}`] ?? headers[`x-incus-${name}`] ?? '');
    if (said('type') === 'directory') return undefined;
    return { text: bytes.toString('utf8'), uid: Number(said('uid')), gid: Number(said('gid')), mode: said('mode') };
  }

  /** `text` null: a folder. */
  async writeFile(path: string, text: string | null, meta: FileMeta, signal: AbortSignal): Promise<void> {
    const headers: Record<string, string> = {};
    for (const make of ['x-lxd', 'x-incus']) {
      headers[`${make}-uid`] = String(meta.uid);
      headers[`${make}-gid`] = String(meta.gid);
      headers[`${make}-mode`] = meta.mode;
      headers[`${make}-type`] = text === null ? 'directory' : 'file';
    }
    await this.#answer('POST', path, signal, text ?? '', headers);
  }

  /** The bytes that it answers with, the first `most` of them. */
  async text(path: string, most: number, signal: AbortSignal): Promise<string> {
    const { statusCode, body } = await request(`${this.#origin}${path}`, { dispatcher: this.#agent, signal });
    const bytes = await whole(body, most);
    if (statusCode !== 200) throw new LxdError(statusCode, bytes.toString('utf8').slice(0, 300));
    return bytes.toString('utf8');
  }

  /** A channel of an operation, or of what happens. */
  channel(path: string): WebSocket {
    return new WebSocket(`${this.#channels}${path}`, {
      ...this.#tls,
      maxPayload: ANSWER_BYTES,
      handshakeTimeout: CONNECT_MS,
    });
  }

  /** What goes on in its own time, such as a program in a box: its operation, not waited for. */
  async begin(path: string, signal: AbortSignal, body: unknown): Promise<Operation> {
    const answered = await this.#answer('POST', path, signal, JSON.stringify(body), {
      'content-type': 'application/json',
    });
    return Operation.parse(answered.metadata);
  }

  /** Rejects with LxdError where it failed. */
  async ended(id: string, signal: AbortSignal): Promise<Operation> {
    const said = await this.#answer('GET', `/1.0/operations/${encodeURIComponent(id)}/wait`, signal);
    const operation = Operation.parse(said.metadata);
    if (operation.status_code !== 200) throw new LxdError(operation.status_code, operation.err ?? 'it failed');
    return operation;
  }

  #ended(answered: z.infer<typeof Answer>, signal: AbortSignal): Promise<Operation> {
    return this.ended(Operation.parse(answered.metadata).id, signal);
  }

  async #answer(
    method: Method,
    path: string,
    signal: AbortSignal,
    sent?: string | AsyncIterable<Uint8Array>,
    headers: Record<string, string> = {},
  ): Promise<z.infer<typeof Answer>> {
    const { body } = await request(`${this.#origin}${path}`, {
      method,
      dispatcher: this.#agent,
      signal,
      headers,
      // An operation may take minutes; its caller knows how long.
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(sent !== undefined && { body: sent as string }),
    });
    const answered = Answer.parse(JSON.parse((await whole(body, ANSWER_BYTES)).toString('utf8')));
    if (answered.type === 'error') throw new LxdError(answered.error_code ?? 500, answered.error ?? 'refused');
    return answered;
  }
}

/** A certificate that was named itself is believed whatever its name: the one that they make for themselves has the name of their computer. */
function tlsOf({ cert, key, server }: LxdRemote): ConnectionOptions {
  return {
    cert,
    key,
    ca: server,
    checkServerIdentity: (host, shown) =>
      new X509Certificate(server).raw.equals(shown.raw) ? undefined : checkServerIdentity(host, shown),
  };
}

async function whole(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > most) throw new Error(`more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export const isMissing = (error: unknown) => error instanceof LxdError && error.status === 404;
