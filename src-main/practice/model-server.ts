// A small model server with the shapes and quirks of the real makes, one file each in model/. It stands in for a real one
// when practising, in tests and as the upstream of the benchmark: same protocol, computed answers, faults on demand.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { BodyTooLarge, type Listening, type ListenOptions, listen, readBody, sendJson } from './http-server.ts';
import { anthropic } from './model/anthropic.ts';
import { isObject, ModelError, type Shape, type ShapeName } from './model/exchange.ts';
import { isForm, readForm } from './model/form.ts';
import { llamacpp } from './model/llamacpp.ts';
import { lmstudio } from './model/lmstudio.ts';
import { meshllm } from './model/meshllm.ts';
import { Models } from './model/models.ts';
import { ollama, ollamaRoute } from './model/ollama.ts';
import { openai } from './model/openai.ts';
import { vllm } from './model/vllm.ts';

export interface ModelServerOptions extends ListenOptions {
  readonly shape: ShapeName;
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
  /** When set, requests must carry it as the make wants it, but for the paths that it leaves open; else 401. */
  readonly apiKey?: string;
  /** Sent with every answer, in place of the make's own where the name is the same. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Length of an embedding. Default 32. */
  readonly dimensions?: number;
  /** How many requests `requests()` remembers, newest last. Default 1000; a benchmark sets 0. */
  readonly remember?: number;
  /**
   * Not ready before `ready()` is called: llama.cpp says 503 to everything, MeshLLM to all but `/health`, vLLM on `/health`.
   * Of no effect on others.
   */
  readonly starting?: boolean;
  /** Off: a model that is not loaded is refused (LM Studio, llama.cpp as a router). Default on. */
  readonly onDemand?: boolean;
  /** llama.cpp as a router, which loads and unloads models. Default: where it has not just one model. */
  readonly router?: boolean;
  /** llama.cpp: tasks at once. Default 4. */
  readonly slots?: number;
  /** vLLM in developer mode, which can be put to sleep. */
  readonly developer?: boolean;
  /** Answers Ollama's own routes too, besides those of its make. */
  readonly imitates?: 'ollama';
  /** Ends at once, as a crash would have it, when a payload has this text in it. */
  readonly endsOn?: string;
  /** Paths that it does not have, as in older versions or where a feature is switched off. */
  readonly without?: readonly string[];
}

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Parsed JSON, or a form's fields and files (see `FormFile`); undefined when there was none. */
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
  /** The path it is for; without it the next inference request or order (any POST but /api/show) fails. */
  readonly route?: string;
  /** How many requests fail. Default 1. */
  readonly times?: number;
}

export interface ModelServer extends Listening {
  requests(): readonly SeenRequest[];
  /** Inference requests, and orders to move a model, wait from now on, until `release`. */
  hold(): void;
  release(): void;
  /** How many requests wait in `hold` right now. */
  held(): number;
  failNext(failure: ModelFailure): void;
  /** Changes what the server offers, as pulling or removing a model would. */
  setModels(models: readonly string[]): void;
  /** Ends `starting`. */
  ready(): void;
  /**
   * The word with which the server describes a model from now on, undefined for the true one: for LM Studio an instance's
   * state (`loading`, `crashed`), for llama.cpp as a router its status (`sleeping`, `failed`), with one model and for vLLM
   * `sleeping`.
   */
  setState(model: string, word: string | undefined): void;
}

export const PRACTICE_CHAT_MODEL = 'practice-chat:1b';
export const PRACTICE_EMBED_MODEL = 'practice-embed:latest';

export const SHAPES: Readonly<Record<ShapeName, () => Shape>> = {
  ollama,
  openai,
  lmstudio,
  llamacpp,
  vllm,
  meshllm,
  anthropic,
};

const MOST_BODY_BYTES = 32 * 1024 * 1024;

export async function startModelServer(
  { clock }: { readonly clock: Clock },
  options: ModelServerOptions,
): Promise<ModelServer> {
  const server = new Server(clock, options);
  const listening = await listen((req, res) => server.handle(req, res), options);
  server.end = () => void listening.stop();
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
    setModels: (models) => server.store.setModels(models),
    ready: () => server.ready(),
    setState: (model, word) => server.store.setWord(model, word),
  };
}

/** What holds, delays and failures are for: all that is posted but questions about a model. */
const isWork = (method: string, path: string) => method === 'POST' && path !== '/api/show';

type Noted = { -readonly [K in keyof SeenRequest]: SeenRequest[K] };

class Server {
  readonly store: Models;
  readonly seen: Noted[] = [];
  readonly waiting = new Set<() => void>();
  readonly failures: (ModelFailure & { left: number })[] = [];
  end = () => {};
  readonly #clock: Clock;
  readonly #options: ModelServerOptions;
  readonly #shape: Shape;
  readonly #headers: readonly (readonly [string, string])[];
  #starting: boolean;
  #holding = false;

  constructor(clock: Clock, options: ModelServerOptions) {
    const { shape, models = [PRACTICE_CHAT_MODEL, PRACTICE_EMBED_MODEL] } = options;
    this.#clock = clock;
    this.#options = options;
    this.#starting = options.starting ?? false;
    this.#shape = SHAPES[shape]();
    this.#headers = Object.entries({ ...this.#shape.headers, ...options.headers });
    const { onDemand = true, router = models.length !== 1, slots = 4, developer = false } = options;
    const { loaded = [], loadMs = 0, chunkDelayMs = 0, dimensions = 32 } = options;
    const traits = { onDemand, router, slots, developer };
    this.store = new Models(clock, { shape, models, loaded, loadMs, chunkDelayMs, dimensions, traits });
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const method = req.method ?? 'GET';
    const [path = '/', query = ''] = (req.url ?? '/').split('?', 2);
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
      await this.#answer(req, res, noted, query, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof ModelError) || res.headersSent) throw error;
      sendJson(res, error.status, this.#shape.error(error, path));
    }
  }

  async #answer(
    req: IncomingMessage,
    res: ServerResponse,
    noted: Noted,
    query: string,
    gone: AbortSignal,
  ): Promise<void> {
    const { method, path } = noted;
    const { apiKey, delayMs = 0, without, imitates, endsOn } = this.#options;
    const { headers } = req;
    const exchange = { method, path, query, headers, body: isObject(noted.body) ? noted.body : {}, res, gone };
    if (this.#starting && this.#shape.starting?.(exchange)) return;
    const fits = this.#shape.key ? this.#shape.key(headers) === apiKey : headers.authorization === `Bearer ${apiKey}`;
    if (apiKey !== undefined && !fits && !this.#shape.open?.(path)) {
      throw new ModelError(401, 'Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key');
    }
    if (isWork(method, path)) {
      if (endsOn !== undefined && JSON.stringify(noted.body).includes(endsOn)) return this.end();
      if (this.#holding) await this.#gate(gone);
      if (delayMs > 0) await this.#clock.sleep(delayMs, gone);
    }
    if (this.failures.length > 0 && (await this.#failed(res, method, path, gone))) return;
    if (!without?.includes(path)) {
      if (await this.#shape.route(this.store, exchange)) return;
      if (imitates === 'ollama' && (await ollamaRoute(this.store, exchange))) return;
    }
    this.#shape.unknown(exchange);
  }

  async #bodyOf(req: IncomingMessage): Promise<unknown> {
    const bytes = await readBody(req, MOST_BODY_BYTES).catch((error: unknown) => {
      throw error instanceof BodyTooLarge ? new ModelError(413, 'request body too large') : error;
    });
    if (bytes.length === 0) return undefined;
    const { 'content-type': type = '' } = req.headers;
    if (isForm(type)) return readForm(bytes, type);
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

  ready(): void {
    this.#starting = false;
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
    const at = this.failures.findIndex(({ route }) => (route === undefined ? isWork(method, path) : route === path));
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
      sendJson(res, status ?? 500, body ?? this.#shape.error(new ModelError(500, text, 'api_error'), path));
    }
    return true;
  }
}
