// What the routes of the model server see of one request, and the shapes they answer in. The server fills it in; the
// Ollama and OpenAI dialects only read it and write replies.

import type { ServerResponse } from 'node:http';

export type Json = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: Json;
  readonly res: ServerResponse;
  /** Aborts when the client goes away before its answer is complete. */
  readonly gone: AbortSignal;
}

/** What both dialects need from the server. */
export interface Shelf {
  readonly shape: 'ollama' | 'openai';
  readonly dimensions: number;
  /** The model's full name on this server, or undefined. Ollama reads a name without tag as `:latest`. */
  find(name: unknown): string | undefined;
  names(): readonly string[];
  /** Loads (waiting for a cold start) and restarts the time to live; 0 unloads, negative means for ever. */
  keep(model: string, forMs: number): Promise<void>;
  loaded(): readonly { readonly model: string; readonly expiresAt: number }[];
  /** Epoch milliseconds. */
  now(): number;
  /** The pause between two streamed chunks; rejects when the client is gone. */
  pace(gone: AbortSignal): Promise<void> | undefined;
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
