// What attackers send, made from nothing of ours: frames, CBOR, HTTP and JSON, in good order or with what is wrong about them.
import fc from 'fast-check';

export const MIB = 1024 * 1024;
export const FRAME = { init: 1, discover: 3, call: 5, response: 6, close: 7, ping: 9, bind: 11 } as const;
const CHAT = 'urn:iicp:intent:llm:chat:v1';

/** `length`: what the header says, where that is not how much comes. */
export function frame(type: number, payload: Uint8Array, length = payload.length): Buffer {
  const head = Buffer.from([0x49, 0x49, 0x43, 0x50, 1, type, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(length >>> 0, 8);
  return Buffer.concat([head, payload]);
}

/** A map with one key, under which `item` stands so often that all of it takes `bytes`. Its own bytes are the smallest there are. */
export function many(key: number, item: number, bytes: number): Buffer {
  const head = Buffer.from([0xa1, ...uint(key), 0x9a, 0, 0, 0, 0]);
  const count = bytes - head.length - 12;
  head.writeUInt32BE(count, head.length - 4);
  return Buffer.concat([head, Buffer.alloc(count, item)]);
}

/** Lists in lists. */
export const deep = (key: number, levels: number) =>
  Buffer.concat([Buffer.from([0xa1, ...uint(key)]), Buffer.alloc(levels, 0x81), Buffer.from([0])]);

/** A map with so many keys of its own. */
export function keys(count: number): Buffer {
  const parts = [Buffer.from([0xba, 0, 0, 0, 0])];
  parts[0]!.writeUInt32BE(count, 1);
  for (let key = 0; key < count; key += 1) {
    const pair = Buffer.from([0x1a, 0, 0, 0, 0, 0]);
    pair.writeUInt32BE(key, 1);
    parts.push(pair);
  }
  return Buffer.concat(parts);
}

/** A map with a text of so many bytes. */
export function text(key: number, bytes: number, major = 0x7a): Buffer {
  const head = Buffer.from([0xa1, ...uint(key), major, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes, head.length - 4);
  return Buffer.concat([head, Buffer.alloc(bytes, 0x61)]);
}

const uint = (value: number) => (value < 24 ? [value] : [0x18, value]);

export const EMPTY_MAP = 0xa0;
export const EMPTY_LIST = 0x80;

/** CBOR that begins like a message and goes wrong anywhere: lengths that lie, ends that are missing, tags, floats, odd keys. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 24 }) },
  fc.constantFrom(
    [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0xbb, 0, 0, 0, 1, 0, 0, 0, 0],
    [0x7a, 0x7f, 0xff, 0xff, 0xff],
  ),
  fc.constantFrom([0x9f], [0xbf], [0x5f], [0x7f], [0xff], [0xf9, 0x7e, 0], [0xc2, 0x42, 1, 0], [0xa2, 1, 1, 1, 2]),
);
export const hostileCbor = fc
  .array(piece, { minLength: 1, maxLength: 40 })
  .map((pieces) => Buffer.from([0xa1, 1, ...pieces.flatMap((each) => [...each])]));
export const hostileFrame = fc
  .record({
    type: fc.oneof(fc.constantFrom(...Object.values(FRAME)), fc.nat(255)),
    payload: hostileCbor,
    length: fc.option(fc.nat(0xffff_ffff), { freq: 4 }),
  })
  .map(({ type, payload, length }) => frame(type, payload, length ?? payload.length));

/** So many of them, the same in each run. */
export const some = <T>(arbitrary: fc.Arbitrary<T>, count: number, seed: number): readonly T[] =>
  fc.sample(arbitrary, { numRuns: count, seed });

interface Request {
  readonly path?: string;
  readonly headers?: string;
  /** What is said of the body's length. */
  readonly length?: number;
  readonly keep?: boolean;
}

export function post(
  body: string | Buffer,
  { path = '/v1/task', headers = '', length, keep = false }: Request = {},
): Buffer {
  const connection = keep ? '' : 'Connection: close\r\n';
  const size = length ?? Buffer.byteLength(body);
  const head = `POST ${path} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n${connection}${headers}Content-Length: ${size}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

export const get = (path: string, headers = '', host = 'node') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Connection: close\r\n\r\n`;

let count = 0;
/** A task like any other, but for what is changed of it. */
export function task(
  changes: Readonly<Record<string, unknown>> = {},
  payload: Readonly<Record<string, unknown>> = {},
): string {
  count += 1;
  return JSON.stringify({
    task_id: `hostile-${count}`,
    intent: CHAT,
    payload: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 4, ...payload },
    ...changes,
  });
}

/** JSON of so many bytes whose values are as small as they come. */
export const values = (bytes: number, value = '{}') => {
  const times = Math.floor(bytes / (value.length + 1));
  return `[${`${value},`.repeat(times)}0]`;
};
export const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);
