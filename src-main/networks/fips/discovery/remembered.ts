// When something last was, for a number of keys: the one that was set longest ago is forgotten first.

export class Remembered {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it was less than so long ago. */
  isWithin(key: string, ms: number, now: number): boolean {
    const at = this.#held.get(key);
    return at !== undefined && now - at < ms;
  }

  set(key: string, now: number): void {
    this.#held.delete(key);
    this.#held.set(key, now);
    if (this.#held.size > this.#most) this.#held.delete(this.#held.keys().next().value!);
  }
}
