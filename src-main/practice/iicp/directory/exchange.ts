// A request that the practice directory answers, and the ways to refuse it.

import type { IncomingHttpHeaders } from 'node:http';

export type Json = Readonly<Record<string, unknown>>;

export interface ApiRequest {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  /** The part of the path behind the route, for routes that take one. */
  readonly rest: string;
  readonly ip: string;
}

export interface ApiReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is a refusal; the server writes `status` and `body` as they stand. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The usual error shape: `{error: {code, message}}`. */
export function refusal(status: number, code: string, message: string): Refusal {
  return new Refusal(status, { error: { code, message } });
}

/** The shape of IICP-E034, E049 and E050: `{error: code, message, ...}`. */
export function flatRefusal(status: number, code: string, message: string, more: Json = {}): Refusal {
  const headers = typeof more.retry_after === 'number' ? { 'retry-after': String(more.retry_after) } : undefined;
  return new Refusal(status, { error: code, message, ...more }, headers);
}

export const invalid = (message: string): Refusal => refusal(422, 'validation_error', message);

export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (\S{1,512})$/i.exec(headers.authorization ?? '')?.[1];
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A whole number from the query within bounds, or the fallback when it is absent. */
export function wholeNumber(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw invalid(`${name} must be a whole number of at least 1`);
  return Math.min(Number(text), most);
}
