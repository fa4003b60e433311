// So many at once, and so many in a second from then on.

export class TokenBucket {
  readonly #most: number;
  readonly #perMs: number;
  #tokens: number;
  #since: number;

  /** `now` here and below: monotonic milliseconds. */
  constructor(most: number, perSecond: number, now: number) {
    this.#most = most;
    this.#perMs = perSecond / 1000;
    this.#tokens = most;
    this.#since = now;
  }

  /** False: there is none left now. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#since) * this.#perMs);
    this.#since = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
