// A network in memory, on time that stands still until it is turned: frames are lost, doubled, delayed and so overtake one another, all
// by a seed. What is due runs in order, and nothing waits.
import type { Random } from '../../../src-main/base/random.ts';
import { seededRandom } from '../../support/random.ts';

export interface Weather {
  /** Of a thousand frames, how many never arrive, and how many arrive twice. */
  readonly lost?: number;
  readonly doubled?: number;
  /** Milliseconds, at least and at most. */
  readonly delay?: readonly [number, number];
}

type Receive = (from: string, frame: Buffer) => void;

interface Due {
  readonly at: number;
  readonly nth: number;
  readonly fn: () => void;
}

export class FakeNetwork {
  readonly random: Random;
  weather: Weather;
  /** Frames that were sent, and bytes of them. */
  readonly sent = { frames: 0, bytes: 0 };
  #now = 0;
  #nth = 0;
  readonly #queue: Due[] = [];
  readonly #hosts = new Map<string, Receive>();
  /** Looks at a frame before it goes; false: it does not arrive. */
  passes: (from: string, to: string, frame: Buffer) => boolean = () => true;

  constructor(seed = 1, weather: Weather = {}) {
    this.random = seededRandom(seed);
    this.weather = weather;
  }

  readonly clock = {
    monotonic: () => this.#now,
    now: () => 1_700_000_000_000 + this.#now,
  };

  attach(address: string, receive: Receive): () => void {
    this.#hosts.set(address, receive);
    return () => void this.#hosts.delete(address);
  }

  send(from: string, to: string, frame: Buffer): void {
    this.sent.frames += 1;
    this.sent.bytes += frame.length;
    if (!this.passes(from, to, frame)) return;
    const { lost = 0, doubled = 0, delay: [least, most] = [1, 1] } = this.weather;
    if (this.random.int(1000) < lost) return;
    const times = this.random.int(1000) < doubled ? 2 : 1;
    for (let nth = 0; nth < times; nth += 1) {
      const wait = least + (most > least ? this.random.int(most - least + 1) : 0);
      this.after(wait, () => this.#hosts.get(to)?.(from, frame));
    }
  }

  after(ms: number, fn: () => void): void {
    this.#push({ at: this.#now + ms, nth: this.#nth++, fn });
  }

  /** Calls it every so often for as long as it says true. */
  every(ms: number, fn: () => boolean): void {
    this.after(ms, () => {
      if (fn()) this.every(ms, fn);
    });
  }

  turn(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#queue[0]; next && next.at <= end; next = this.#queue[0]) {
      this.#pop();
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }

  // A binary heap: a thousand nodes have tens of thousands of frames under way.
  #push(due: Due): void {
    const queue = this.#queue;
    let at = queue.push(due) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(due, queue[up]!)) break;
      queue[at] = queue[up]!;
      at = up;
    }
    queue[at] = due;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop()!;
    if (queue.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= queue.length) break;
      if (down + 1 < queue.length && before(queue[down + 1]!, queue[down]!)) down += 1;
      if (!before(queue[down]!, last)) break;
      queue[at] = queue[down]!;
      at = down;
    }
    queue[at] = last;
  }
}

const before = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.nth < other.nth);
