// Remembers what was seen for a while: nonces and sealed bodies always, task ids where the user asked for it. What is remembered
// is dropped early only where its task was not paid, for a replay of any other would earn twice; when there is no room for more,
// the new one is refused.
// Plain numbers in arrays: as strings in a Map half a million of them cost the collector of garbage more than the tasks did.

import { hash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';

/** Of a hash 128 bits are kept: who finds two values alike in them has one of his own requests refused. */
const WORDS = 4;
/** Callers are counted apart by so many places for their hashes: two at one place share what one may have. */
const CALLER_PLACES = 2 ** 16 - 1;
/** Of an entry in no list. */
const NONE = 0;

interface Memory {
  readonly keys: Uint32Array;
  readonly times: Float64Array;
  /** Who has brought it: a place in `counts`, plus one; 0 for callers without a share. */
  readonly callers: Uint16Array;
  /** The entries in use in order of arrival, and in `next` alone the free ones. Here and in `slots` an entry is its place plus one. */
  readonly next: Uint32Array;
  readonly previous: Uint32Array;
  /** Where a key is. Open addressing, at most half full. */
  readonly slots: Uint32Array;
  /** How many entries a caller has. */
  readonly counts: Uint32Array;
}

/** What stands for a value, as one caller brings it. */
export interface Mark {
  readonly key: readonly number[];
  readonly caller: number;
  /** When it was remembered. */
  at: number;
}

export interface SeenOptions {
  readonly keepMs: number;
  readonly most: number;
  /** Of one caller. */
  readonly perCaller: number;
}

/** `first` within the span, or `again`, or there is no room for it. */
export type Verdict = 'first' | 'again' | 'full';

export class SeenRecently {
  readonly #clock: Clock;
  readonly #options: SeenOptions;
  /** Unknown to strangers, so that they can't choose what falls into one place. */
  readonly #salt: string;
  /** Made for the first value, in full: the system gives pages as they are written to. */
  #memory: Memory | undefined;
  #oldest = NONE;
  #newest = NONE;
  /** Entries that were used and are free again; those that never were begin at `#fresh`. */
  #free = NONE;
  #fresh = 0;
  #size = 0;

  constructor(deps: { readonly clock: Clock; readonly random: Random }, options: SeenOptions) {
    this.#clock = deps.clock;
    this.#options = options;
    this.#salt = deps.random.bytes(16).toString('hex');
  }

  get size(): number {
    return this.#size;
  }

  /** `caller`: what one sender can't easily have many of; undefined: an intermediary through which all may come. */
  markOf(value: string, caller?: string): Mark {
    return {
      key: wordsOf(hash('sha256', this.#salt + value, 'binary')),
      caller: caller === undefined ? NONE : this.#placeOf(caller),
      at: Number.NaN,
    };
  }

  /** What `remember` would say now. */
  look({ key, caller }: Mark): Verdict {
    const memory = this.#upToDate();
    if (memory.slots[slotFor(memory, key)] !== NONE) return 'again';
    return this.#hasRoom(memory, caller) ? 'first' : 'full';
  }

  /** `again` does not lengthen the span; `full` remembers nothing. */
  remember(mark: Mark): Verdict {
    const { key, caller } = mark;
    const memory = this.#upToDate();
    const slot = slotFor(memory, key);
    if (memory.slots[slot] !== NONE) return 'again';
    if (!this.#hasRoom(memory, caller)) return 'full';
    const entry = this.#take(memory);
    memory.keys.set(key, (entry - 1) * WORDS);
    mark.at = this.#clock.monotonic();
    memory.times[entry - 1] = mark.at;
    memory.callers[entry - 1] = caller;
    memory.slots[slot] = entry;
    if (caller !== NONE) memory.counts[caller - 1]! += 1;
    this.#append(memory, entry);
    return 'first';
  }

  /** As if it had never come. What came with the same value after its span stays. */
  forget({ key, at }: Mark): void {
    const memory = this.#upToDate();
    const entry = memory.slots[slotFor(memory, key)]!;
    if (entry !== NONE && memory.times[entry - 1] === at) this.#drop(memory, entry);
  }

  #placeOf(caller: string): number {
    return (wordsOf(hash('sha256', `${this.#salt} ${caller}`, 'binary'))[0]! % CALLER_PLACES) + 1;
  }

  #hasRoom({ counts }: Memory, caller: number): boolean {
    const { most, perCaller } = this.#options;
    return this.#size < most && (caller === NONE || counts[caller - 1]! < perCaller);
  }

  /** Without what is older than the span. */
  #upToDate(): Memory {
    this.#memory ??= memoryFor(this.#options.most);
    const memory = this.#memory;
    const now = this.#clock.monotonic();
    while (this.#oldest !== NONE && now - memory.times[this.#oldest - 1]! >= this.#options.keepMs) {
      this.#drop(memory, this.#oldest);
    }
    return memory;
  }

  #take({ next }: Memory): number {
    const entry = this.#free;
    if (entry === NONE) return ++this.#fresh;
    this.#free = next[entry - 1]!;
    return entry;
  }

  #append({ next, previous }: Memory, entry: number): void {
    previous[entry - 1] = this.#newest;
    next[entry - 1] = NONE;
    if (this.#newest === NONE) this.#oldest = entry;
    else next[this.#newest - 1] = entry;
    this.#newest = entry;
    this.#size += 1;
  }

  #drop(memory: Memory, entry: number): void {
    const { next, previous, callers, counts } = memory;
    const [before, after] = [previous[entry - 1]!, next[entry - 1]!];
    if (before === NONE) this.#oldest = after;
    else next[before - 1] = after;
    if (after === NONE) this.#newest = before;
    else previous[after - 1] = before;
    freeSlot(memory, entry);
    const caller = callers[entry - 1]!;
    if (caller !== NONE) counts[caller - 1]! -= 1;
    next[entry - 1] = this.#free;
    this.#free = entry;
    this.#size -= 1;
  }
}

/** From a digest as Latin-1 text: two and a half times cheaper to get than its bytes. */
function wordsOf(digest: string): number[] {
  const words: number[] = [];
  for (let at = 0; at < WORDS * 4; at += 4) {
    const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8);
    words.push((low | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)) >>> 0);
  }
  return words;
}

function memoryFor(most: number): Memory {
  return {
    keys: new Uint32Array(most * WORDS),
    times: new Float64Array(most),
    callers: new Uint16Array(most),
    next: new Uint32Array(most),
    previous: new Uint32Array(most),
    slots: new Uint32Array(2 ** Math.ceil(Math.log2(2 * most))),
    counts: new Uint32Array(CALLER_PLACES),
  };
}

/** The slot that holds the key, or the free one that is for it. */
function slotFor({ keys, slots }: Memory, key: readonly number[]): number {
  const mask = slots.length - 1;
  for (let slot = key[0]! & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[slot]!;
    if (entry === NONE) return slot;
    const from = (entry - 1) * WORDS;
    let same = 0;
    while (same < WORDS && keys[from + same] === key[same]) same++;
    if (same === WORDS) return slot;
  }
}

/** Frees the slot of an entry and moves up those behind that it kept from their places (Knuth, 6.4, algorithm R). */
function freeSlot({ keys, slots }: Memory, entry: number): void {
  const mask = slots.length - 1;
  const home = (held: number) => keys[(held - 1) * WORDS]! & mask;
  let gap = home(entry);
  while (slots[gap] !== entry) gap = (gap + 1) & mask;
  for (let next = (gap + 1) & mask; slots[next] !== NONE; next = (next + 1) & mask) {
    // It may move where its own place is not between the gap and it.
    if (((next - home(slots[next]!)) & mask) < ((next - gap) & mask)) continue;
    slots[gap] = slots[next]!;
    gap = next;
  }
  slots[gap] = NONE;
}
