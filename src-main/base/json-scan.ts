// Looks through the bytes of a JSON text without making anything of them. What a stranger sends is a few bytes for each object that it
// becomes, and an object takes a hundred: so depth and number are bounded before anything is parsed, and what is only passed on is
// never parsed at all. Takes exactly what JSON.parse takes (RFC 8259), in one pass.

import { isUtf8 } from 'node:buffer';

export interface JsonBounds {
  /** Arrays and objects within one another. */
  readonly depth: number;
  /** Values, those that hold others included. */
  readonly values: number;
}

export type JsonFault = 'not-json' | 'too-deep' | 'too-many';

export interface ScannedJson {
  readonly kind: 'object' | 'array' | 'scalar';
  /** With itself: an object with one value is empty. */
  readonly values: number;
  /** Of an object, those members that were asked for, as they stand in the text. Of two by one name the last counts. */
  readonly members: ReadonlyMap<string, Uint8Array>;
}

const NONE: ReadonlySet<string> = new Set();

/** `wanted`: names of an object's own members. */
export function scanJson(
  bytes: Uint8Array,
  bounds: JsonBounds,
  wanted: ReadonlySet<string> = NONE,
): ScannedJson | JsonFault {
  return new Scanner(bytes, bounds, wanted).run();
}

/** What JSON.parse makes of a text within the bounds, in a box of its own, for `null` is a value too. */
export function parseJson(given: Buffer | string, bounds: JsonBounds): { readonly value: unknown } | JsonFault {
  const found = scanJson(typeof given === 'string' ? Buffer.from(given) : given, bounds);
  return typeof found === 'string' ? found : { value: JSON.parse(given.toString()) };
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [MINUS, DOT, ZERO, NINE] = [0x2d, 0x2e, 0x30, 0x39];
const U = 0x75;
/** By byte: what may follow a backslash alone, and what stands for itself in a string. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
const WORDS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));
/** Of a name in quotes, with each of its characters escaped (`\u0061`). */
const LONGEST_NAME = 2 + 6 * 64;

/** Thrown and caught in here alone, always the same three: to make an error takes longer than to read a task. */
class Fault extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault);
    this.fault = fault;
  }
}
const NOT_JSON = new Fault('not-json');
const TOO_DEEP = new Fault('too-deep');
const TOO_MANY = new Fault('too-many');

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #bounds: JsonBounds;
  readonly #wanted: ReadonlySet<string>;
  readonly #members = new Map<string, Uint8Array>();
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, bounds: JsonBounds, wanted: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#bounds = bounds;
    this.#wanted = wanted;
  }

  run(): ScannedJson | JsonFault {
    try {
      this.#space();
      const first = this.#bytes[this.#at];
      const kind = first === OPEN_OBJECT ? 'object' : first === OPEN_ARRAY ? 'array' : 'scalar';
      this.#value(0);
      this.#space();
      // Bytes that are no UTF-8 would be read as something that was never sent.
      if (this.#at < this.#bytes.length || !isUtf8(this.#bytes)) return 'not-json';
      return { kind, values: this.#values, members: this.#members };
    } catch (error) {
      if (error instanceof Fault) return error.fault;
      throw error;
    }
  }

  /** Calls itself no deeper than the bound. */
  #value(depth: number): void {
    this.#values += 1;
    if (this.#values > this.#bounds.values) throw TOO_MANY;
    const byte = this.#bytes[this.#at] ?? 0;
    if (byte === QUOTE) this.#string();
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth >= this.#bounds.depth) throw TOO_DEEP;
      this.#at += 1;
      if (byte === OPEN_OBJECT) this.#object(depth);
      else this.#array(depth);
    } else {
      const word = WORDS.get(byte);
      if (word) this.#word(word);
      else this.#number();
    }
  }

  #array(depth: number): void {
    this.#space();
    if (this.#take(CLOSE_ARRAY)) return;
    do {
      this.#space();
      this.#value(depth + 1);
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_ARRAY)) throw NOT_JSON;
  }

  #object(depth: number): void {
    this.#space();
    if (this.#take(CLOSE_OBJECT)) return;
    do {
      this.#space();
      const named = this.#at;
      this.#string();
      const name = depth === 0 ? this.#name(named) : undefined;
      this.#space();
      if (!this.#take(COLON)) throw NOT_JSON;
      this.#space();
      const began = this.#at;
      this.#value(depth + 1);
      if (name !== undefined) this.#members.set(name, this.#bytes.subarray(began, this.#at));
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_OBJECT)) throw NOT_JSON;
  }

  /** The name that began there and ends here, if it is wanted. */
  #name(began: number): string | undefined {
    if (this.#wanted.size === 0 || this.#at - began > LONGEST_NAME) return undefined;
    const name = JSON.parse(Buffer.from(this.#bytes.subarray(began, this.#at)).toString()) as string;
    return this.#wanted.has(name) ? name : undefined;
  }

  #string(): void {
    if (!this.#take(QUOTE)) throw NOT_JSON;
    const bytes = this.#bytes;
    let at = this.#at;
    const { length } = bytes;
    for (;;) {
      while (at < length && PLAIN[bytes[at]!] === 1) at += 1;
      if (at >= length) throw NOT_JSON;
      if (bytes[at] === QUOTE) break;
      if (bytes[at] !== BACKSLASH) throw NOT_JSON;
      if (ESCAPED[bytes[at + 1]!] === 1) at += 2;
      else if (bytes[at + 1] === U && isHex4(bytes, at + 2)) at += 6;
      else throw NOT_JSON;
    }
    this.#at = at + 1;
  }

  #number(): void {
    this.#take(MINUS);
    if (!this.#take(ZERO)) this.#digits();
    if (this.#take(DOT)) this.#digits();
    const byte = this.#bytes[this.#at];
    if (byte === 0x65 || byte === 0x45) {
      this.#at += 1;
      if (!this.#take(MINUS)) this.#take(0x2b);
      this.#digits();
    }
  }

  #digits(): void {
    const began = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at += 1;
    if (this.#at === began) throw NOT_JSON;
  }

  #word(word: Uint8Array): void {
    for (const byte of word) if (!this.#take(byte)) throw NOT_JSON;
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= ZERO && byte <= NINE;
const isHex = (byte: number | undefined) =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const isHex4 = (bytes: Uint8Array, at: number) =>
  isHex(bytes[at]) && isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && isHex(bytes[at + 3]);
