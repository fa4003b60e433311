// llama.cpp as this folder's package brings it, with the few calls that are used here. It runs in the mode made for servers:
// several requests share one model, each has a number, and any of them can be cancelled.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CONTEXT } from './tiny-model.ts';

export const PACKAGE = '@fugood/node-llama-linux-x64';

/** Requests worked on at once; others wait inside. */
const SLOTS = 2;
/** Tokens of an embedding's input: it must fit in one batch. */
export const BATCH = 512;

/** How the generation came to its end; `cancelled` only when the signal asked for it. */
export type Ending = 'word' | 'limit' | 'end' | 'context' | 'cancelled';

export interface Generation {
  readonly text: string;
  readonly promptTokens: number;
  /** Generated, those of a word that ended it included. */
  readonly tokens: number;
  readonly ending: Ending;
}

export interface GenerationRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly seed?: number | undefined;
  readonly stop: readonly string[];
  /** As OpenAI's clients write it: llama.cpp makes a grammar of its schema, or ends by it. */
  readonly format?: unknown;
}

interface Binding {
  readonly LlamaContext: new (options: Readonly<Record<string, unknown>>) => NativeContext;
}

/** What is called of the package's own class; it has no type declarations. */
interface NativeContext {
  getModelInfo(): { readonly nParams: number };
  getFormattedChat(messages: unknown, template: undefined, options: object): string | { readonly prompt: string };
  tokenize(text: string): Promise<{ readonly tokens: { readonly length: number } }>;
  enableParallelMode(options: { readonly n_parallel: number; readonly n_batch: number }): boolean;
  getParallelStatus(): { readonly requests: readonly { readonly request_id: number }[] };
  queueCompletion(
    options: Readonly<Record<string, unknown>>,
    told: (error: unknown, news: Token | Finished) => void,
  ): { readonly requestId: number };
  queueEmbedding(
    text: string,
    options: { readonly embd_normalize: number },
    told: (error: unknown, result: { readonly embedding: readonly number[] }) => void,
  ): void;
  cancelRequest(requestId: number): void;
}

interface Token {
  readonly token: string;
}

interface Finished {
  readonly token?: undefined;
  readonly text: string;
  readonly tokens_predicted: number;
  readonly stopped_eos: boolean;
  readonly stopped_limit: boolean;
  readonly stopped_word: boolean;
  readonly context_full: boolean;
  readonly timings: { readonly cache_n: number; readonly prompt_n: number };
}

const load = createRequire(import.meta.url);

/** Loads the native part. Throws where the package is missing or made for another platform. */
export function loadBinding(): { readonly binding: Binding; readonly version: string } {
  const manifest = JSON.parse(readFileSync(load.resolve(`${PACKAGE}/package.json`), 'utf8')) as { version: string };
  return { binding: load(PACKAGE) as Binding, version: manifest.version };
}

export class Llama {
  readonly parameters: number;
  readonly #native: NativeContext;

  /** Throws where the file is no model. */
  constructor(binding: Binding, file: string) {
    this.#native = new binding.LlamaContext({
      model: file,
      use_mmap: false,
      n_threads: 1,
      n_parallel: SLOTS,
      n_ctx: SLOTS * CONTEXT,
      n_batch: BATCH,
      embedding: true,
      pooling_type: 'mean',
    });
    this.parameters = this.#native.getModelInfo().nParams;
    if (!this.#native.enableParallelMode({ n_parallel: SLOTS, n_batch: BATCH })) throw new Error('no parallel mode');
  }

  /** Messages as one text, by the template in the model's file. Throws for what that template can't take. */
  promptOf(messages: unknown): string {
    const options = { jinja: true, add_generation_prompt: true, force_pure_content: true };
    const formatted = this.#native.getFormattedChat(messages, undefined, options);
    return typeof formatted === 'string' ? formatted : formatted.prompt;
  }

  async count(text: string): Promise<number> {
    return (await this.#native.tokenize(text)).tokens.length;
  }

  /** `began` is called with the first token. When the signal asks, resolves once the generation has really ended. */
  generate(request: GenerationRequest, signal: AbortSignal, began: () => void): Promise<Generation> {
    const { prompt, maxTokens, temperature, topP, seed, stop, format } = request;
    // Left out, the sampler that drops likely tokens now and then would do so even at temperature 0.
    const options: Record<string, unknown> = { prompt, n_predict: maxTokens, stop, xtc_probability: 0 };
    if (temperature !== undefined) options.temperature = temperature;
    if (topP !== undefined) options.top_p = topP;
    if (seed !== undefined) options.seed = seed | 0;
    if (format !== undefined) options.response_format = format;
    if (signal.aborted) return Promise.resolve(cancelled(0));
    return new Promise((resolve, reject) => {
      let tokens = 0;
      const { requestId } = this.#native.queueCompletion(options, (error, news) => {
        if (!error && news.token !== undefined) {
          if (++tokens === 1) began();
          return;
        }
        signal.removeEventListener('abort', cancel);
        if (error) reject(failed(error));
        else resolve(generationOf(news as Finished));
      });
      const cancel = () => {
        this.#native.cancelRequest(requestId);
        // The binding tells of a cancelled request nowhere but here.
        void this.#over(requestId).then(() => resolve(cancelled(tokens)));
      };
      signal.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Of length 1. */
  embed(text: string): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.#native.queueEmbedding(text, { embd_normalize: 2 }, (error, result) => {
        if (error) reject(failed(error));
        else resolve(result.embedding);
      });
    });
  }

  async #over(requestId: number): Promise<void> {
    const runs = () => this.#native.getParallelStatus().requests.some(({ request_id: id }) => id === requestId);
    while (runs()) await new Promise(setImmediate);
  }
}

const failed = (cause: unknown) => new Error('llama.cpp failed', { cause });
const cancelled = (tokens: number): Generation => ({ text: '', promptTokens: 0, tokens, ending: 'cancelled' });

function generationOf(finished: Finished): Generation {
  const { text, tokens_predicted: tokens, timings, stopped_word, stopped_limit, context_full } = finished;
  const ending = stopped_word ? 'word' : stopped_limit ? 'limit' : context_full ? 'context' : 'end';
  return { text, promptTokens: timings.cache_n + timings.prompt_n, tokens, ending };
}
