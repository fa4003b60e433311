// What stands in native frames (IICP 6.5, 6.6): CBOR maps with whole numbers as keys. Reading takes text and bytes for each other, as
// the SDKs do; writing keeps their order of keys, so that our bytes are theirs.

import { encode } from 'cborg';
import { NATIVE } from './bounds.ts';
import { BadCbor, readMap, TOO_LARGE } from './cbor.ts';
import { encodeFrame, FrameType, NotFramed } from './frame.ts';

/** Short texts are strings; bytes and longer texts are parts of the frame. */
export type Fields = ReadonlyMap<number, unknown>;

/** As they were put in. */
const ENCODING = { mapSorter: () => 0, ignoreUndefinedProperties: true } as const;

/** An empty payload counts as an empty map. Throws NotFramed for what is no map, or too much of one. */
export function readFields(payload: Buffer): Fields {
  if (payload.length === 0) return new Map();
  try {
    return readMap(payload, NATIVE);
  } catch (error) {
    throw error instanceof BadCbor ? new NotFramed(error.message) : error;
  }
}

export function writeFrame(type: number, fields: readonly (readonly [number, unknown])[]): Buffer {
  return encodeFrame(type, encode(new Map(fields.filter(([, value]) => value !== undefined)), ENCODING));
}

/** Text of a field, given as text or as bytes of UTF-8; undefined where it is missing, something else or longer than `most`. */
export function textOf(fields: Fields, key: number, most: number): string | undefined {
  const value = fields.get(key);
  // A character takes at most three bytes for each unit that it counts as.
  const text = Buffer.isBuffer(value) && value.length <= 3 * most ? value.toString() : value;
  return typeof text === 'string' && text.length <= most ? text : undefined;
}

/** Bytes of JSON that travel as they are, as text, or as CBOR of the same. Undefined: none, or more CBOR than is taken. */
export function jsonOf(fields: Fields, key: number): Buffer | undefined {
  const value = fields.get(key);
  if (value === undefined || value === TOO_LARGE) return undefined;
  if (Buffer.isBuffer(value)) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(plain(value)));
}

/** Maps with text keys as objects: what JSON can say. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'bigint' ? Number(value) : value;
}

export interface Call {
  readonly sessionId: string | undefined;
  readonly intent: string;
  readonly callId: string | undefined;
  readonly taskId: string | undefined;
  /** JSON, most likely: it has not been parsed yet. */
  readonly payload: Buffer;
}

const MOST_ID = 256;
const MOST_INTENT = 256;

/** Undefined where what must be there is not. */
export function readCall(fields: Fields): Call | undefined {
  const intent = textOf(fields, 3, MOST_INTENT);
  const payload = jsonOf(fields, 5);
  if (intent === undefined || payload === undefined) return undefined;
  return {
    sessionId: textOf(fields, 2, MOST_ID),
    intent,
    callId: textOf(fields, 15, MOST_ID),
    taskId: textOf(fields, 24, MOST_ID),
    payload,
  };
}

export const writeInit = () => writeFrame(FrameType.init, [[1, 1]]);
export const writeAck = (nodeId?: string) =>
  writeFrame(FrameType.ack, [
    [1, 1],
    [2, nodeId],
  ]);

/** A PING's answer carries what came with it. */
export const writePong = (echo: unknown) => writeFrame(FrameType.pong, [[1, echo]]);

export const writeResult = ({ sessionId, callId }: Pick<Call, 'sessionId' | 'callId'>, result: unknown) =>
  writeFrame(FrameType.response, [
    [2, sessionId],
    [15, callId],
    [5, encode(result, ENCODING)],
  ]);

export const writeFailure = (
  { sessionId, callId }: Pick<Call, 'sessionId' | 'callId'>,
  code: number,
  message: string,
) =>
  writeFrame(FrameType.response, [
    [2, sessionId],
    [15, callId],
    [100, code],
    [101, message],
  ]);

export interface StreamPart {
  readonly status: 'partial' | 'success' | 'error' | 'timeout';
  readonly state: 'partial' | 'completed' | 'failed' | 'timed_out';
  /** From 0, without gaps. */
  readonly sequence: number;
  /** The next piece of the text; of an answer that has come whole, all of it. */
  readonly chunk?: unknown;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly tokens?: number | undefined;
}

/** A piece of a streamed answer; every state but `partial` is the last. */
export function writePart(call: Pick<Call, 'sessionId' | 'callId' | 'taskId'>, part: StreamPart): Buffer {
  const last = part.state !== 'partial';
  const { error } = part;
  return writeFrame(FrameType.response, [
    [1, 1],
    [2, call.sessionId],
    [3, call.callId],
    [4, part.status],
    [5, part.chunk],
    [6, error && new Map<number, string>([[1, error.code]]).set(2, error.message)],
    [7, part.tokens],
    [12, last],
    [13, new Map<number, unknown>([[1, call.taskId]]).set(2, part.sequence).set(3, part.state).set(4, last)],
  ]);
}
