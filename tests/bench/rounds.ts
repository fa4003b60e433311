// Who is measured, at which points, in which order. Rounds are interleaved: machines drift, and what drifts then drifts for all.
import type { Wrapping } from './bodies.ts';
import type { Figures, Order } from './order.ts';
import { type Load, threadMs, totalMs } from './processes.ts';

export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** Other processes that are a part of it. */
  readonly others?: readonly number[];
  /** Connections that it can have at the most, where that is less than any point has. */
  readonly most?: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wrapping: Wrapping;
  /** What each reply must contain. */
  readonly expect: string;
}

/** A load: how many connections, and how large the chat is in bytes (0: a short question). */
export interface Point {
  readonly connections: number;
  readonly bytes: number;
  readonly seconds: number;
  /** See Order. */
  readonly everyMs?: number;
}

export interface Sample extends Figures {
  /** Processor of the contender for each request, all its threads, in microseconds. */
  readonly cpuUs: number;
  /** The same by the thread's name. */
  readonly threadsUs: Readonly<Record<string, number>>;
  /** What the load generator spent on each request. */
  readonly loadUs: number;
}

/** Nonces that the node remembers for 300 s at the most are 500,000; above it, it refuses. */
const REPLAY = { most: 480_000, forMs: 310_000 };
const SPARE = 1.25;
/** Requests a second that sealed ones are made for until it is known how many there will be. */
const guess = ({ bytes, connections }: Point) => Math.min(3e9 / (bytes * 8 + 600_000), connections === 1 ? 1500 : 5000);

export class Bench {
  readonly #load: Load;
  readonly #say: (line: string) => void;
  /** The highest rate seen so far, by contender and point. */
  readonly #rates = new Map<string, number>();
  #nonces: { readonly at: number; readonly count: number }[] = [];

  constructor(load: Load, say: (line: string) => void) {
    this.#load = load;
    this.#say = say;
  }

  async sample(contender: Contender, point: Point): Promise<Sample> {
    const { wrapping } = contender;
    const pids = pidsOf(contender);
    const remembered = wrapping.kind === 'task' || wrapping.kind === 'sealed';
    const key = `${contender.name} ${point.connections} ${point.bytes} ${point.everyMs}`;
    const rate = this.#rates.get(key) ?? guess(point);
    const most = Math.ceil(rate * SPARE * point.seconds) + point.connections;
    await this.#load.prepare(orderOf(contender, point, wrapping.kind === 'sealed' ? most : undefined));
    if (remembered) await this.#roomForNonces(most);
    const before = threadMs(...pids);
    const loadBefore = totalMs(threadMs(this.#load.pid));
    const figures = await this.#load.run();
    const after = threadMs(...pids);
    const loadMs = totalMs(threadMs(this.#load.pid)) - loadBefore;
    this.#rates.set(key, Math.max(figures.rps, this.#rates.get(key) ?? 0));
    if (remembered) this.#nonces.push({ at: performance.now(), count: figures.requests });
    const each = (ms: number) => (ms * 1000) / figures.requests;
    const threads = [...after].map(([name, ms]) => [name, each(ms - (before.get(name) ?? 0))] as const);
    return {
      ...figures,
      cpuUs: each(totalMs(after) - totalMs(before)),
      threadsUs: Object.fromEntries(threads.filter(([, us]) => us >= 0.05)),
      loadUs: each(loadMs),
    };
  }

  /** Each contender in turn at each of the points, `rounds` times: samples by contender, then point, then round. */
  async rounds(contenders: readonly Contender[], points: readonly Point[], rounds: number): Promise<Sample[][][]> {
    const table = contenders.map(() => points.map((): Sample[] => []));
    for (let round = 0; round < rounds; round += 1) {
      for (const [p, point] of points.entries()) {
        for (const [c, contender] of contenders.entries()) {
          const sample = await this.sample(contender, point);
          table[c]![p]!.push(sample);
          if (sample.errors > 0) {
            this.#say(`${contender.name}: ${sample.errors} errors at ${label(point)}, first: ${sample.firstError}`);
          }
        }
      }
      this.#say(`round ${round + 1} of ${rounds} at ${points.map(label).join('; ')}`);
    }
    return table;
  }

  /** Waits where the node's memory of nonces would be full before the end. */
  async #roomForNonces(coming: number): Promise<void> {
    for (let told = false; ; told = true) {
      const now = performance.now();
      this.#nonces = this.#nonces.filter(({ at }) => now - at < REPLAY.forMs);
      const remembered = this.#nonces.reduce((sum, { count }) => sum + count, 0);
      if (remembered + coming <= REPLAY.most || this.#nonces.length === 0) return;
      if (!told) this.#say(`waiting: the node remembers ${remembered} nonces of the last five minutes`);
      await new Promise((later) => setTimeout(later, 1000));
    }
  }
}

export const pidsOf = ({ pid, others = [] }: Contender): readonly number[] => [pid, ...others];

export function orderOf({ url, headers, wrapping, expect }: Contender, point: Point, most?: number): Order {
  return { url, headers, wrapping, expect, ...point, most };
}

export function label({ connections, bytes }: Pick<Point, 'connections' | 'bytes'>): string {
  const size = bytes === 0 ? '' : ` of ${bytes >= 1 << 20 ? `${bytes >> 20} MiB` : `${bytes >> 10} KiB`}`;
  return `${connections} ${connections === 1 ? 'connection' : 'connections'}${size}`;
}
