// Reads of a reply no more than it takes to know that it is whole, and what it says.
import { decode } from 'cborg';
import { RESPONSE } from '../../src-main/practice/iicp/framing.ts';

export interface Reply {
  /** As HTTP has it; a native reply that is no failure counts as 200. */
  readonly status: number;
  readonly text: string;
}

/** Takes the bytes of one connection in turn; answers with the reply that they complete. One reply at a time is on its way. */
export interface Reader {
  push(bytes: string): Reply | undefined;
  /** What is there of a reply that is not whole. */
  readonly rest: string;
}

const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const LENGTH = /\r\ncontent-length: *(\d+)/i;

export class HttpReader implements Reader {
  rest = '';
  #whole = 0;

  push(bytes: string): Reply | undefined {
    this.rest += bytes;
    if (this.#whole === 0) this.#whole = lengthOf(this.rest);
    if (this.#whole === 0) return undefined;
    if (this.#whole < 0 ? !this.rest.endsWith('\r\n0\r\n\r\n') : this.rest.length < this.#whole) return undefined;
    const text = this.rest;
    this.rest = '';
    this.#whole = 0;
    return { status: Number(text.slice(9, 12)), text };
  }
}

/** Length of the whole reply; 0 while its head is not in, -1 where it comes in chunks. */
function lengthOf(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = text.slice(0, end);
  if (CHUNKED.test(head)) return -1;
  return end + 4 + Number(LENGTH.exec(head)?.[1] ?? 0);
}

const HEAD = 12;
/** In a map with whole numbers as keys: the number of a failure. */
const FAILURE = 100;
const LONGEST_FAILURE = 300;

export class FrameReader implements Reader {
  rest = '';

  push(bytes: string): Reply | undefined {
    this.rest += bytes;
    while (this.rest.length >= HEAD) {
      const head = Buffer.from(this.rest.slice(0, HEAD), 'latin1');
      const whole = HEAD + head.readUInt32BE(8);
      if (this.rest.length < whole) return undefined;
      const text = this.rest.slice(HEAD, whole);
      this.rest = this.rest.slice(whole);
      if (head[5] === RESPONSE) return { status: statusOf(text), text };
    }
    return undefined;
  }
}

/** Failures are short, so what is long need not be decoded to know that it is none. */
function statusOf(text: string): number {
  if (text.length > LONGEST_FAILURE) return 200;
  const fields = decode(Buffer.from(text, 'latin1'), { useMaps: true }) as ReadonlyMap<number, unknown>;
  return Number(fields.get(FAILURE) ?? 200);
}
