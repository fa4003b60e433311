// How often each customer and each relay may ask: a bucket of tokens for each name, which fills with time. Pure but for what it remembers.

import { LruCache } from '../../../base/lru-cache.ts';

interface Bucket {
  level: number;
  at: number;
}

const MINUTE_MS = 60_000;

export class Rates {
  readonly #perMinute: number;
  readonly #buckets: LruCache<string, Bucket>;

  constructor(perMinute: number, names: number) {
    this.#perMinute = perMinute;
    this.#buckets = new LruCache(names);
  }

  /** Whether it may, at this moment; one that may counts. */
  take(name: string, now: number): boolean {
    const most = this.#perMinute;
    const bucket = this.#buckets.get(name, () => ({ level: most, at: now }));
    bucket.level = Math.min(most, bucket.level + (Math.max(0, now - bucket.at) / MINUTE_MS) * most);
    bucket.at = now;
    if (bucket.level < 1) return false;
    bucket.level -= 1;
    return true;
  }
}

/** What may be said to each only once in a time. */
export class Once {
  readonly #everyMs: number;
  readonly #said: LruCache<string, { at: number }>;

  constructor(everyMs: number, names: number) {
    this.#everyMs = everyMs;
    this.#said = new LruCache(names);
  }

  take(name: string, now: number): boolean {
    const said = this.#said.get(name, () => ({ at: Number.NEGATIVE_INFINITY }));
    if (now - said.at < this.#everyMs) return false;
    said.at = now;
    return true;
  }
}
