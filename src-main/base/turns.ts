// One after another by name: what is asked for under a name waits for what was asked for before under the same.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects as `work` does; the next in line has its turn all the same. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }

  /** Resolves when what has been asked for so far is over. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
