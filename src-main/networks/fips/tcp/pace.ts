// How much may be under way, and how long to wait for an answer: NewReno (RFC 5681, 6582) and the timer of RFC 6298. It counts bytes
// and sends none.

const FIRST_SEGMENTS = 10;
const MOST_WINDOW = 1024 * 1024;
const FIRST_RTO_MS = 1000;
const LEAST_RTO_MS = 250;
const MOST_RTO_MS = 20_000;
const DUPLICATES = 3;

export class Pace {
  mss: number;
  #window: number;
  #threshold = Number.POSITIVE_INFINITY;
  #duplicates = 0;
  /** Recovery from a loss goes on until that offset is acknowledged. */
  #recoverTo: number | undefined;
  #srtt: number | undefined;
  #variance = 0;
  #rto = FIRST_RTO_MS;
  #backoff = 0;

  constructor(mss: number) {
    this.mss = mss;
    this.#window = FIRST_SEGMENTS * mss;
  }

  /** Bytes that may be under way. */
  get window(): number {
    return this.#window;
  }

  get rto(): number {
    return Math.min(MOST_RTO_MS, this.#rto * 2 ** this.#backoff);
  }

  /** Timers that ran out since something new was acknowledged. */
  get backoff(): number {
    return this.#backoff;
  }

  measured(ms: number): void {
    if (this.#srtt === undefined) {
      this.#srtt = ms;
      this.#variance = ms / 2;
    } else {
      this.#variance = 0.75 * this.#variance + 0.25 * Math.abs(this.#srtt - ms);
      this.#srtt = 0.875 * this.#srtt + 0.125 * ms;
    }
    this.#rto = Math.max(LEAST_RTO_MS, this.#srtt + 4 * this.#variance);
  }

  /** So many bytes more, up to that offset. True: the segment there was lost too and has to go again. */
  acknowledged(bytes: number, offset: number): boolean {
    this.#duplicates = 0;
    this.#backoff = 0;
    if (this.#recoverTo !== undefined) {
      if (offset < this.#recoverTo) {
        this.#window = Math.max(this.mss, this.#window - bytes + this.mss);
        return true;
      }
      this.#recoverTo = undefined;
      this.#window = this.#threshold;
      return false;
    }
    const grown =
      this.#window < this.#threshold
        ? Math.min(bytes, 2 * this.mss)
        : (this.mss * Math.min(bytes, this.#window)) / this.#window;
    this.#window = Math.min(MOST_WINDOW, this.#window + grown);
    return false;
  }

  /** The same acknowledgment again. True: the segment after it has to go again. `sent`: all up to that offset is under way. */
  duplicate(underWay: number, sent: number): boolean {
    this.#duplicates += 1;
    if (this.#recoverTo !== undefined) {
      this.#window += this.mss;
      return false;
    }
    if (this.#duplicates !== DUPLICATES) return false;
    this.#threshold = Math.max(underWay / 2, 2 * this.mss);
    this.#window = this.#threshold + DUPLICATES * this.mss;
    this.#recoverTo = sent;
    return true;
  }

  /** No answer in time. */
  timedOut(underWay: number): void {
    if (this.#backoff === 0) this.#threshold = Math.max(underWay / 2, 2 * this.mss);
    this.#window = this.mss;
    this.#duplicates = 0;
    this.#recoverTo = undefined;
    this.#backoff += 1;
  }
}
