// How much of a relay is read: so much a second for long, and a burst now and then. What goes beyond is read later, by leaving it in
// the socket, so that a flood costs no memory here and loses nothing of the relay's.

export interface AllowanceOptions {
  readonly perSecond: number;
  readonly burst: number;
}

export class Allowance {
  readonly #options: AllowanceOptions;
  #left: number;
  #at: number | undefined;

  constructor(options: AllowanceOptions) {
    this.#options = options;
    this.#left = options.burst;
  }

  /** Takes one; answers for how many milliseconds nothing more may be read. `at`: of the monotonic clock. */
  take(at: number): number {
    const { perSecond, burst } = this.#options;
    this.#left = Math.min(burst, this.#left + ((at - (this.#at ?? at)) * perSecond) / 1000);
    this.#at = at;
    this.#left -= 1;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / perSecond);
  }
}
