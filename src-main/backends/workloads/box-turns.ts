// What is done with one box at a time, whatever the engine.

import { ask, type Doing } from './engine-requests.ts';

export class BoxTurns {
  /** By box: what is being done with it. */
  readonly #turns = new Map<string, Promise<unknown>>();

  /** Whether anything is being done with it. */
  has(id: string): boolean {
    return this.#turns.has(id);
  }

  get idle(): boolean {
    return this.#turns.size === 0;
  }

  /**
   * After what is being done with this box. The caller is answered as soon as the signal aborts; what was begun is taken back
   * behind it, before the next turn of the same box.
   */
  async take(
    id: string,
    signal: AbortSignal,
    ms: number,
    doing: Doing,
    run: (within: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await ask(doing, ms, signal, (within) => {
      const before = this.#turns.get(id) ?? Promise.resolve();
      const turn = before.then(async () => {
        within.throwIfAborted();
        await run(within);
      });
      const settled = turn.catch(() => undefined);
      this.#turns.set(id, settled);
      void settled.then(() => {
        if (this.#turns.get(id) === settled) this.#turns.delete(id);
      });
      return turn;
    });
  }
}
