// So many at the same time, the others in their order, and no more of them than there is room for.

export class Queue {
  readonly #atOnce: number;
  readonly #most: number;
  readonly #waiting: ((mayGo: boolean) => void)[] = [];
  #busy = 0;
  #stopped = false;

  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /** False: there was no room, or it was stopped before its turn, and it was not begun. Rejects as `work` does. */
  async take(work: () => Promise<void>): Promise<boolean> {
    if (this.#stopped) return false;
    if (this.#busy >= this.#atOnce) {
      if (this.#waiting.length >= this.#most) return false;
      // Who goes hands its place on, so that nobody who comes in between takes it.
      if (!(await new Promise<boolean>((resolve) => this.#waiting.push(resolve)))) return false;
    } else this.#busy += 1;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next(true);
      else this.#busy -= 1;
    }
    return true;
  }

  stop(): void {
    this.#stopped = true;
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }
}
