// What the routes of the model server see of one request, and what makes a shape. The server fills it in; the shapes only
// read it and write replies.

import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

export type Json = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands after the `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  readonly res: ServerResponse;
  /** Aborts when the client goes away before its answer is complete. */
  readonly gone: AbortSignal;
}

export type ShapeName = 'ollama' | 'openai' | 'lmstudio' | 'llamacpp' | 'vllm' | 'meshllm' | 'anthropic';

/** One make of server, with its words and its quirks. Made anew for each server, so that it may remember things. */
export interface Shape {
  /** Sent with every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The key that a request carries; the bearer's, where left out. */
  readonly key?: (headers: IncomingHttpHeaders) => unknown;
  /** Paths that need no key where one is set. */
  readonly open?: (path: string) => boolean;
  /** What it answers before it is ready; false where that is what it always does. */
  readonly starting?: (exchange: Exchange) => boolean;
  /** Answers one of its routes; false when the path is not one of them. Throws ModelError for refusals. */
  route(store: ModelStore, exchange: Exchange): Promise<boolean>;
  /** Answers any other path. */
  unknown(exchange: Exchange): void;
  /** A refusal in its words. */
  error(error: ModelError, path: string): Json;
}

/** What all shapes need from the server. */
export interface ModelStore {
  readonly shape: ShapeName;
  readonly dimensions: number;
  /** Options of single shapes, see `ModelServerOptions`. */
  readonly traits: Traits;
  /** The model's full name on this server, or undefined. Ollama reads a name without tag as `:latest`. */
  find(name: unknown): string | undefined;
  names(): readonly string[];
  /** Loads (waiting for a cold start) and restarts the time to live; 0 unloads, negative means for ever. */
  keep(model: string, forMs: number): Promise<void>;
  loaded(): readonly { readonly model: string; readonly expiresAt: number }[];
  isLoaded(model: string): boolean;
  isLoading(model: string): boolean;
  /** The word that a test has set for it, see `ModelServer.setState`. */
  word(model: string): string | undefined;
  setWord(model: string, word: string | undefined): void;
  /** Epoch milliseconds. */
  now(): number;
  /** The pause between two streamed chunks; rejects when the client is gone. */
  pace(gone: AbortSignal): Promise<void> | undefined;
}

export interface Traits {
  readonly onDemand: boolean;
  readonly router: boolean;
  readonly slots: number;
  readonly developer: boolean;
}

/** An answer that is an error; each dialect has its own way to write it. */
export class ModelError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;

  constructor(status: number, message: string, type = 'invalid_request_error', code: string | null = null) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
  }
}

export const isEmbedder = (model: string): boolean => model.toLowerCase().includes('embed');

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of chat messages: content strings and the text parts of content lists, one per line with its role. */
export function textOf(messages: readonly unknown[]): string {
  let text = '';
  for (const message of messages) {
    if (!isObject(message)) throw new ModelError(400, 'each message must be an object');
    const { role, content } = message;
    if (typeof content === 'string') text += `${String(role)} ${content}\n`;
    else if (Array.isArray(content)) {
      for (const part of content) if (isObject(part) && typeof part.text === 'string') text += `${part.text}\n`;
    }
  }
  return text;
}
