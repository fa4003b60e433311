// Remembers what was seen for a while: nonces and sealed bodies always, task ids where the user asked for it. What is remembered
// is never dropped early, for a replay would earn twice; when there is no room for more, the new one is refused.
// Plain numbers in arrays: as strings in a Map half a million of them cost the collector of garbage more than the tasks did.

import { hash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';

/** The protocol's 300 s. The number bounds memory at 16 MB a kind, and is more than 1600 tasks a second for that long. */
export const SEEN = { keepMs: 300_000, most: 500_000 };

/** Of a hash 128 bits are kept: who finds two values alike in them has one of his own requests refused. */
const WORDS = 4;

interface Memory {
  /** In order of arrival, going round. */
  readonly keys: Uint32Array;
  readonly times: Float64Array;
  /** Where a key is in those two, plus one; 0 is free. Open addressing, at most half full. */
  readonly slots: Uint32Array;
}

export class SeenRecently {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #most: number;
  /** Unknown to strangers, so that they can't choose what falls into one place. */
  readonly #salt: string;
  readonly #key = new Uint32Array(WORDS);
  /** Made for the first value, in full: the system gives pages as they are written to. */
  #memory: Memory | undefined;
  #oldest = 0;
  #size = 0;

  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    options: { readonly keepMs: number; readonly most: number },
  ) {
    this.#clock = deps.clock;
    this.#keepMs = options.keepMs;
    this.#most = options.most;
    this.#salt = deps.random.bytes(16).toString('hex');
  }

  /** `first` within the span, or `again`, which does not lengthen the span; `full` remembers nothing. */
  admit(value: string): 'first' | 'again' | 'full' {
    this.#memory ??= memoryFor(this.#most);
    const now = this.#clock.monotonic();
    this.#forget(this.#memory, now);
    this.#key.set(wordsOf(hash('sha256', this.#salt + value, 'binary')));
    const slot = this.#find(this.#memory);
    if (slot === undefined) return 'again';
    if (this.#size === this.#most) return 'full';
    const { keys, times, slots } = this.#memory;
    const at = (this.#oldest + this.#size) % this.#most;
    keys.set(this.#key, at * WORDS);
    times[at] = now;
    slots[slot] = at + 1;
    this.#size += 1;
    return 'first';
  }

  get size(): number {
    return this.#size;
  }

  /** The slot for the key; undefined where it has one. */
  #find({ keys, slots }: Memory): number | undefined {
    const mask = slots.length - 1;
    for (let slot = this.#key[0]! & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot]!;
      if (held === 0) return slot;
      const from = (held - 1) * WORDS;
      let same = 0;
      while (same < WORDS && keys[from + same] === this.#key[same]) same++;
      if (same === WORDS) return undefined;
    }
  }

  #forget(memory: Memory, now: number): void {
    while (this.#size > 0 && now - memory.times[this.#oldest]! >= this.#keepMs) {
      free(memory, this.#oldest);
      this.#oldest = (this.#oldest + 1) % this.#most;
      this.#size -= 1;
    }
  }
}

/** From a digest as Latin-1 text: two and a half times cheaper to get than its bytes. */
function wordsOf(digest: string): number[] {
  const words: number[] = [];
  for (let at = 0; at < WORDS * 4; at += 4) {
    const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8);
    words.push(low | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24));
  }
  return words;
}

function memoryFor(most: number): Memory {
  const slots = 2 ** Math.ceil(Math.log2(2 * most));
  return { keys: new Uint32Array(most * WORDS), times: new Float64Array(most), slots: new Uint32Array(slots) };
}

/** Frees the slot of an entry and moves up those behind that it kept from their places (Knuth, 6.4, algorithm R). */
function free({ keys, slots }: Memory, at: number): void {
  const mask = slots.length - 1;
  const home = (held: number) => keys[(held - 1) * WORDS]! & mask;
  let gap = home(at + 1);
  while (slots[gap] !== at + 1) gap = (gap + 1) & mask;
  for (let next = (gap + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
    // It may move where its own place is not between the gap and it.
    if (((next - home(slots[next]!)) & mask) < ((next - gap) & mask)) continue;
    slots[gap] = slots[next]!;
    gap = next;
  }
  slots[gap] = 0;
}
