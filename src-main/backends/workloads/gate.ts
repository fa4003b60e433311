// So many at once, the others in the order in which they came: an engine that is asked for fifty boxes at the same time has all of them
// ready at the end, and one that is asked for a few at a time has the first ones ready at once. What ends something that was begun goes
// before what begins something new.

export class Gate {
  readonly #ending: (() => void)[] = [];
  readonly #beginning: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Rejects with the signal's reason while it waits, and with what `work` rejects with. */
  async through<T>(signal: AbortSignal, what: 'begins' | 'ends', work: () => Promise<T>): Promise<T> {
    await this.#enter(signal, what === 'ends' ? this.#ending : this.#beginning);
    try {
      return await work();
    } finally {
      const next = this.#ending.shift() ?? this.#beginning.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #enter(signal: AbortSignal, waiting: (() => void)[]): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
