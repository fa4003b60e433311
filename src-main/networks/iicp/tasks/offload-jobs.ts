// Offloaded work itself, wherever it is done: in its thread, or where that is missing on the main one.

import { isAscii } from 'node:buffer';
import { parseJson, scanJson } from '../../../base/json-scan.ts';
import type { Random } from '../../../base/random.ts';
import { TASK_JSON } from '../bounds.ts';
import { responseHash } from '../receipts/receipt.ts';
import { type CxKeys, sealReply } from './cx.ts';
import type { Answers, Held, Job, JobKind, JobOf } from './offload-wire.ts';
import { filterBeside, outlineOf } from './payload.ts';
import { isRefusal, readTask, type TaskRequest } from './wire.ts';

type Workers = { readonly [K in JobKind]: (job: JobOf<K>) => Answers[K] };

interface Body {
  readonly request: TaskRequest;
  payload: unknown;
  /** No backslash in the text it was read from: none of its strings wants escaping. */
  plain: boolean;
}

/** Stands for what stays behind. */
const HELD = true;

export class OffloadJobs {
  #keys: CxKeys;
  readonly #random: Random;
  readonly #held = new Map<Held, Body>();
  /** Parts are put together in it. */
  #scratch = Buffer.alloc(0);

  constructor(deps: { readonly random: Random }, keys: CxKeys) {
    this.#random = deps.random;
    this.#keys = keys;
  }

  use(keys: CxKeys): void {
    this.#keys = keys;
  }

  run<K extends JobKind>(job: JobOf<K>): Answers[K] {
    return (this.#workers[job.kind] as (job: Job) => Answers[K])(job);
  }

  /** The same memory for each body. */
  #together(body: readonly Uint8Array[]): Buffer {
    const size = sizeOf(body);
    if (this.#scratch.length < size) this.#scratch = Buffer.allocUnsafeSlow(size);
    return joined(body, this.#scratch);
  }

  /** Throws where it was read by a thread that is no more. */
  #bodyOf(held: Held): Body {
    const body = this.#held.get(held);
    if (!body) throw new RangeError('no such body');
    return body;
  }

  readonly #workers: Workers = {
    open: ({ envelope, taskId, intent }) => {
      const opened = this.#keys.open(envelope, taskId, intent);
      return opened && { plaintext: opened.plaintext, mark: opened.mark, secret: opened.replySecret(this.#random) };
    },
    seal: ({ secret, taskId, text }) => sealReply(secret, taskId, text),
    digest: ({ text }) => ({ hash: responseHash(text) }),
    read: ({ held, body }) => {
      const bytes = this.#together(body);
      const found = scanJson(bytes, TASK_JSON);
      if (typeof found === 'string') return { kind: 'faulty', fault: found };
      const text = textOf(bytes);
      const request = readTask(JSON.parse(text));
      if (isRefusal(request)) return { kind: 'refused', refusal: request };
      const { payload, envelope } = request;
      this.#held.set(held, { request, payload, plain: isPlain(text) });
      const outside = { ...request, payload: payload && HELD, envelope: envelope && HELD };
      return { kind: 'task', request: outside, outline: outlineOf(payload) };
    },
    unseal: ({ held }) => {
      const body = this.#bodyOf(held);
      const { envelope, taskId, intent } = body.request;
      const opened = this.#keys.open(envelope, taskId, intent);
      if (!opened) return undefined;
      const parsed = parseJson(opened.plaintext, TASK_JSON);
      body.payload = typeof parsed === 'string' ? undefined : parsed.value;
      body.plain = isPlain(opened.plaintext);
      const outline = body.payload === undefined ? undefined : outlineOf(body.payload);
      return { mark: opened.mark, secret: opened.replySecret(this.#random), outline };
    },
    filter: ({ held, task, beside, limits }) => {
      const { payload, plain } = this.#bodyOf(held);
      this.#held.delete(held);
      const filtered = filterBeside(task, payload, beside, limits);
      if (!filtered.ok) return { ok: false, message: filtered.message };
      return { ok: true, encoded: encode(filtered.payload, plain), mostTokens: filtered.mostTokens };
    },
    scan: ({ body, wanted, bounds }) => {
      const bytes = joined(body, Buffer.allocUnsafeSlow(sizeOf(body))) as Buffer<ArrayBuffer>;
      const found = scanJson(bytes, bounds, wanted);
      return typeof found === 'string' ? { fault: found } : { ...found, bytes };
    },
    drop: ({ held }) => {
      this.#held.delete(held);
      return undefined;
    },
  };
}

const isPlain = (text: string) => !text.includes('\\');

/** Strings of at least this length are worth the detour. */
const LONG = 1024;
/** Stands for a long string. Where nothing was escaped no string can hold it. */
const MARK = '\u0001';
const MARK_AS_JSON = JSON.stringify(MARK);

/**
 * As JSON, in a buffer of its own, which can be handed over. To look for what wants escaping takes most of the time of writing
 * a long string, so where nothing does they are put in as they are.
 */
function encode(value: unknown, plain: boolean): Uint8Array<ArrayBuffer> {
  if (!plain) return written([JSON.stringify(value)]);
  const long: string[] = [];
  const text = JSON.stringify(value, (_name, each) => (isLong(each) ? keep(long, each) : each));
  const [first = '', ...rest] = text.split(MARK_AS_JSON);
  return written([first, ...rest.flatMap((after, at) => ['"', long[at]!, `"${after}`])]);
}

const isLong = (value: unknown): value is string => typeof value === 'string' && value.length >= LONG;

function keep(list: string[], text: string): string {
  list.push(text);
  return MARK;
}

function written(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const sizes = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    at += bytes.write(text, at, sizes[index] === text.length ? 'latin1' : 'utf8');
  }
  return bytes as Uint8Array<ArrayBuffer>;
}

const sizeOf = (body: readonly Uint8Array[]) => body.reduce((sum, part) => sum + part.length, 0);

function joined(body: readonly Uint8Array[], into: Buffer): Buffer {
  let at = 0;
  for (const part of body) {
    into.set(part, at);
    at += part.length;
  }
  return into.subarray(0, at);
}

/** ASCII, as inline images and sound are nearly all through, is decoded in a quarter of the time as Latin-1. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}
