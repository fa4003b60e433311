// Reads a map of CBOR (RFC 8949) with whole numbers as keys, within bounds: the bytes are walked through and counted first, and only
// then does anything become an object. Texts and bytes are left where they are, in the frame.

import { decode } from 'cborg';

export interface CborBounds {
  /** Items of any kind, keys included. */
  readonly items: number;
  /** Maps and arrays within one another. */
  readonly levels: number;
  /** Bytes of all maps and arrays that are decoded. */
  readonly container: number;
}

/** The bytes are no such map, or more of one than is taken. */
export class BadCbor extends Error {}

/** Stands for a map or an array that is too large to be decoded, alone or after others. */
export const TOO_LARGE = Symbol('too large');

/** Shorter texts become strings at once; longer ones stay bytes, and a reader says how long they may be. */
const SHORT = 4096;

const DECODING = { useMaps: true, allowIndefinite: true, rejectDuplicateMapKeys: true } as const;

const [UNSIGNED, BYTES, TEXT, ARRAY, MAP, TAG, OTHER] = [0, 2, 3, 4, 5, 6, 7];
const BREAK = 0xff;
const INDEFINITE = 31;

/** The members of the map by their keys; those with keys that are no whole numbers are left out. Throws BadCbor. */
export function readMap(bytes: Buffer, bounds: CborBounds): ReadonlyMap<number, unknown> {
  const walk = new Walk(bytes, bounds);
  const fields = new Map<number, unknown>();
  let room = bounds.container;
  const { major, argument } = walk.head();
  if (major !== MAP) throw new BadCbor('not a map');
  for (let left = argument; left === undefined ? !walk.ends() : left > 0; left = left && left - 1) {
    const key = walk.item(1);
    const value = walk.item(1);
    if (key.major !== UNSIGNED || !Number.isSafeInteger(key.argument)) continue;
    if (fields.has(key.argument!)) throw new BadCbor('a key twice');
    const weight = value.major === ARRAY || value.major === MAP ? value.bytes.length : 0;
    fields.set(key.argument!, weight > room ? TOO_LARGE : read(value));
    if (weight <= room) room -= weight;
  }
  if (walk.left > 0) throw new BadCbor('more than a map');
  return fields;
}

interface Head {
  readonly major: number;
  /** Undefined: of indefinite length. */
  readonly argument: number | undefined;
}

interface Item extends Head {
  /** All of it. */
  readonly bytes: Buffer;
  /** Of a text or bytes. */
  readonly content: Buffer;
}

function read({ major, argument, bytes, content }: Item): unknown {
  if (major === UNSIGNED && Number.isSafeInteger(argument)) return argument;
  if (major === BYTES) return content;
  if (major === TEXT) return content.length > SHORT ? content : content.toString();
  try {
    return decode(bytes, DECODING);
  } catch (error) {
    throw new BadCbor('unreadable', { cause: error });
  }
}

/** Goes from item to item, counting, and makes nothing of them. */
class Walk {
  readonly #bytes: Buffer;
  readonly #bounds: CborBounds;
  #at = 0;
  #items = 0;

  constructor(bytes: Buffer, bounds: CborBounds) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** What an item begins with. */
  head(): Head {
    this.#items += 1;
    if (this.#items > this.#bounds.items) throw new BadCbor('too many items');
    const first = this.#bytes[this.#take(1)]!;
    const [major, low] = [first >> 5, first & 31];
    // False, true, null, undefined, and numbers with a fraction.
    if (major === OTHER && (low < 20 || low === 24)) throw new BadCbor('no such value');
    if (low < 24) return { major, argument: low };
    if (low === INDEFINITE && (major === ARRAY || major === MAP)) return { major, argument: undefined };
    if (low > 27) throw new BadCbor('not a length');
    const size = 1 << (low - 24);
    const at = this.#take(size);
    const argument = size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size);
    return { major, argument };
  }

  /** One whole item. Calls itself no deeper than the bound. */
  item(level: number): Item {
    const began = this.#at;
    const head = this.head();
    const content = this.#at;
    this.#rest(head, level);
    return { ...head, bytes: this.#bytes.subarray(began, this.#at), content: this.#bytes.subarray(content, this.#at) };
  }

  /** Steps over the end of what is of indefinite length, if it is here. */
  ends(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }

  #rest({ major, argument }: Head, level: number): void {
    if (major === BYTES || major === TEXT) return void this.#take(argument!);
    if (major === TAG) throw new BadCbor('tags are not taken');
    if (major !== ARRAY && major !== MAP) return;
    if (level >= this.#bounds.levels) throw new BadCbor('too deep');
    const each = major === MAP ? 2 : 1;
    if (argument === undefined) while (!this.ends()) for (let nth = 0; nth < each; nth += 1) this.#skip(level + 1);
    else for (let left = argument * each; left > 0; left -= 1) this.#skip(level + 1);
  }

  #skip(level: number): void {
    this.#rest(this.head(), level);
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.left) throw new BadCbor('it ends too early');
    this.#at = at + size;
    return at;
  }
}
