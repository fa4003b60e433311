// The end of what a runner logs while it does a job, in bounded memory: its last lines say why it failed.

import { RUNNER } from './bounds.ts';

export class RunLog {
  #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;

  add(text: string): void {
    this.#lines.push(text);
    this.#bytes += Buffer.byteLength(text) + 1;
    // By halves: to drop one line for each that comes would move all others each time.
    if (this.#bytes > 2 * RUNNER.logBytes) this.#trim();
  }

  /** Oldest first; before them, how many there were, where some were dropped. */
  lines(): readonly string[] {
    this.#trim();
    return this.#dropped > 0 ? [`(${this.#dropped} lines before these were dropped)`, ...this.#lines] : this.#lines;
  }

  #trim(): void {
    let first = 0;
    while (this.#bytes > RUNNER.logBytes) {
      this.#bytes -= Buffer.byteLength(this.#lines[first]!) + 1;
      first += 1;
    }
    this.#lines = this.#lines.slice(first);
    this.#dropped += first;
  }
}
