/** Answers that cost something to make and never change, up to a number of them: the one wanted longest ago is let go first. */
export class LruCache<K, V> {
  readonly #most: number;
  readonly #held = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K, make: () => V): V {
    const value = this.#held.has(key) ? this.#held.get(key)! : make();
    this.#held.delete(key);
    this.#held.set(key, value);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.#most) break;
      this.#held.delete(oldest);
    }
    return value;
  }
}
