// A small model server with the shapes of Ollama or of any OpenAI-compatible server. It stands in for a real one when
// practising, in tests and as the upstream of the benchmark: same protocol, computed answers, faults on demand.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { BodyTooLarge, type Listening, type ListenOptions, listen, readBody, sendJson } from './http-server.ts';
import { isObject, ModelError, type Shelf } from './model/exchange.ts';
import { ollamaRoute } from './model/ollama.ts';
import { openaiError, openaiRoute } from './model/openai.ts';

export interface ModelServerOptions extends ListenOptions {
  readonly shape: 'ollama' | 'openai';
  /** Names with `embed` in them only embed. Default: one chat model and one embedding model. */
  readonly models?: readonly string[];
  /** Before each inference answer, milliseconds. */
  readonly delayMs?: number;
  /** Between two streamed chunks, milliseconds. */
  readonly chunkDelayMs?: number;
  /** How long a model that is not loaded takes to load, milliseconds. */
  readonly loadMs?: number;
  /** Models loaded from the start. */
  readonly loaded?: readonly string[];
  /** When set, every /v1 request must carry it as a bearer; else 401. */
  readonly apiKey?: string;
  /** Sent with every answer, e.g. the `server` header by which a flavour is told apart. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Length of an embedding. Default 32. */
  readonly dimensions?: number;
  /** How many requests `requests()` remembers, newest last. Default 1000; a benchmark sets 0. */
  readonly remember?: number;
}

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The client went away before it had its whole answer. */
  readonly aborted: boolean;
}

export interface ModelFailure {
  readonly status?: number;
  /** JSON by default a short error in the shape's own words. */
  readonly body?: unknown;
  /** Send half of an answer, then cut the connection. */
  readonly cut?: boolean;
  /** Send bytes that are not JSON. */
  readonly garbage?: boolean;
  /** Wait first, milliseconds. */
  readonly delay?: number;
  /** The path it is for; without it the next inference request (any POST) fails. */
  readonly route?: string;
  /** How many requests fail. Default 1. */
  readonly times?: number;
}

export interface ModelServer extends Listening {
  requests(): readonly SeenRequest[];
  /** Inference requests wait from now on, until `release`. */
  hold(): void;
  release(): void;
  /** How many requests wait in `hold` right now. */
  held(): number;
  failNext(failure: ModelFailure): void;
  /** Changes what the server offers, as pulling or removing a model would. */
  setModels(models: readonly string[]): void;
}

export const PRACTICE_CHAT_MODEL = 'practice-chat:1b';
export const PRACTICE_EMBED_MODEL = 'practice-embed:latest';

const MOST_BODY_BYTES = 32 * 1024 * 1024;

export async function startModelServer(
  { clock }: { readonly clock: Clock },
  options: ModelServerOptions,
): Promise<ModelServer> {
  const server = new Models(clock, options);
  const listening = await listen((req, res) => server.handle(req, res), options);
  return {
    url: listening.url,
    stop() {
      server.release();
      return listening.stop();
    },
    requests: () => server.seen,
    hold: () => server.hold(),
    release: () => server.release(),
    held: () => server.waiting.size,
    failNext: (failure) => void server.failures.push({ ...failure, left: failure.times ?? 1 }),
    setModels: (models) => server.setModels(models),
  };
}

type Noted = { -readonly [K in keyof SeenRequest]: SeenRequest[K] };

class Models implements Shelf {
  readonly shape: ModelServerOptions['shape'];
  readonly dimensions: number;
  readonly seen: Noted[] = [];
  readonly waiting = new Set<() => void>();
  readonly failures: (ModelFailure & { left: number })[] = [];
  readonly #clock: Clock;
  readonly #options: ModelServerOptions;
  readonly #loaded = new Map<string, number>();
  readonly #headers: readonly (readonly [string, string])[];
  #models: readonly string[];
  #holding = false;

  constructor(clock: Clock, options: ModelServerOptions) {
    this.#clock = clock;
    this.#options = options;
    this.shape = options.shape;
    this.dimensions = options.dimensions ?? 32;
    this.#models = options.models ?? [PRACTICE_CHAT_MODEL, PRACTICE_EMBED_MODEL];
    this.#headers = Object.entries(options.headers ?? {});
    for (const model of options.loaded ?? []) this.#loaded.set(model, Number.POSITIVE_INFINITY);
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const method = req.method ?? 'GET';
    const path = (req.url ?? '/').split('?', 1)[0] as string;
    for (const [name, value] of this.#headers) res.setHeader(name, value);
    const noted: Noted = { method, path, body: undefined, at: this.#clock.now(), aborted: false };
    this.#note(noted);
    const gone = new AbortController();
    res.on('close', () => {
      if (res.writableFinished) return;
      noted.aborted = true;
      gone.abort(new Error('the client went away'));
    });
    try {
      if (method === 'POST') noted.body = await this.#bodyOf(req);
      await this.#answer(req, res, noted, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof ModelError) || res.headersSent) throw error;
      const own = this.shape === 'ollama' && !path.startsWith('/v1/');
      sendJson(res, error.status, own ? { error: error.message } : openaiError(this.shape, error));
    }
  }

  async #answer(req: IncomingMessage, res: ServerResponse, noted: Noted, gone: AbortSignal): Promise<void> {
    const { method, path } = noted;
    const { apiKey, delayMs = 0 } = this.#options;
    if (apiKey !== undefined && req.headers.authorization !== `Bearer ${apiKey}`) {
      throw new ModelError(401, 'Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key');
    }
    if (method === 'POST') {
      if (this.#holding) await this.#gate(gone);
      if (delayMs > 0) await this.#clock.sleep(delayMs, gone);
    }
    if (this.failures.length > 0 && (await this.#failed(res, method, path, gone))) return;
    const exchange = { method, path, body: isObject(noted.body) ? noted.body : {}, res, gone };
    if (this.shape === 'ollama' && (await ollamaRoute(this, exchange))) return;
    if (await openaiRoute(this, exchange)) return;
    if (this.shape === 'openai') throw new ModelError(404, `Invalid URL (${method} ${path})`);
    res.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
  }

  async #bodyOf(req: IncomingMessage): Promise<unknown> {
    const bytes = await readBody(req, MOST_BODY_BYTES).catch((error: unknown) => {
      throw error instanceof BodyTooLarge ? new ModelError(413, 'request body too large') : error;
    });
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(bytes.toString()) as unknown;
    } catch {
      throw new ModelError(400, 'invalid JSON in the request body');
    }
  }

  #note(request: Noted): void {
    const most = this.#options.remember ?? 1000;
    if (most === 0) return;
    if (this.seen.length >= most) this.seen.shift();
    this.seen.push(request);
  }

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const open of this.waiting) open();
    this.waiting.clear();
  }

  #gate(gone: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const open = () => {
        gone.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.delete(open);
        reject(gone.reason as Error);
      };
      this.waiting.add(open);
      gone.addEventListener('abort', leave, { once: true });
    });
  }

  /** Plays the first ordered failure that is meant for this request, if any. */
  async #failed(res: ServerResponse, method: string, path: string, gone: AbortSignal): Promise<boolean> {
    const at = this.failures.findIndex(({ route }) => (route === undefined ? method === 'POST' : route === path));
    const failure = this.failures[at];
    if (!failure) return false;
    if (--failure.left <= 0) this.failures.splice(at, 1);
    const { status, body, cut, garbage, delay } = failure;
    if (delay !== undefined) await this.#clock.sleep(delay, gone);
    if (status === undefined && body === undefined && !cut && !garbage) return false;
    if (cut) {
      res.writeHead(status ?? 200, { 'content-type': 'application/json', 'content-length': 100 });
      res.write('{"id":"chatcmpl-cut","choices":[', () => res.destroy());
    } else if (garbage) {
      res.writeHead(status ?? 200, { 'content-type': 'application/json' }).end('<html>this is not the model</html>');
    } else {
      const text = 'the model runner has unexpectedly stopped';
      sendJson(res, status ?? 500, body ?? openaiError(this.shape, new ModelError(500, text, 'api_error')));
    }
    return true;
  }

  setModels(models: readonly string[]): void {
    this.#models = models;
    for (const model of this.#loaded.keys()) if (!models.includes(model)) this.#loaded.delete(model);
  }

  names(): readonly string[] {
    return this.#models;
  }

  find(name: unknown): string | undefined {
    if (typeof name !== 'string') return undefined;
    if (this.#models.includes(name)) return name;
    if (this.shape !== 'ollama') return undefined;
    const latest = `${name}:latest`;
    return this.#models.includes(latest) ? latest : undefined;
  }

  async keep(model: string, forMs: number): Promise<void> {
    if (forMs === 0) {
      this.#loaded.delete(model);
      return;
    }
    const { loadMs = 0 } = this.#options;
    if (loadMs > 0 && !this.loaded().some((entry) => entry.model === model)) await this.#clock.sleep(loadMs);
    this.#loaded.set(model, forMs < 0 ? Number.POSITIVE_INFINITY : this.#clock.now() + forMs);
  }

  loaded(): readonly { readonly model: string; readonly expiresAt: number }[] {
    const now = this.#clock.now();
    for (const [model, expiresAt] of this.#loaded) if (expiresAt <= now) this.#loaded.delete(model);
    return [...this.#loaded].map(([model, expiresAt]) => ({ model, expiresAt }));
  }

  now(): number {
    return this.#clock.now();
  }

  pace(gone: AbortSignal): Promise<void> | undefined {
    const { chunkDelayMs = 0 } = this.#options;
    if (gone.aborted) return Promise.reject(gone.reason as Error);
    return chunkDelayMs > 0 ? this.#clock.sleep(chunkDelayMs, gone) : undefined;
  }
}
