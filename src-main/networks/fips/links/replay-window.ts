// Which of the last counters have been seen (RFC 6479): frames may overtake one another, and none is taken twice. A counter is marked
// only once its seal has been found right, so that strangers can't use up those of a peer.

const WINDOW = 2048;
const BITS = 32;

export class ReplayWindow {
  readonly #seen = new Uint32Array(WINDOW / BITS);
  #next = 0;

  /** The one after the highest that was marked. */
  get next(): number {
    return this.#next;
  }

  /** False: it was marked, or is too old to tell. */
  isNew(counter: number): boolean {
    if (counter >= this.#next) return true;
    if (counter < this.#next - WINDOW) return false;
    return (this.#seen[wordOf(counter)]! & bitOf(counter)) === 0;
  }

  mark(counter: number): void {
    if (counter >= this.#next) {
      this.#clear(counter);
      this.#next = counter + 1;
    }
    this.#seen[wordOf(counter)]! |= bitOf(counter);
  }

  /** The places of those between, which so far stand for counters that are too old now. */
  #clear(until: number): void {
    if (until - this.#next >= WINDOW) this.#seen.fill(0);
    else for (let each = this.#next; each <= until; each += 1) this.#seen[wordOf(each)]! &= ~bitOf(each);
  }
}

const wordOf = (counter: number) => Math.floor((counter % WINDOW) / BITS);
const bitOf = (counter: number) => 1 << (counter % BITS);
