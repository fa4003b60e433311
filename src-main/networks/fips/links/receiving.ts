// What the order and the times of frames that come tell of the way: how many were lost in a row, and whether the way gets slower.

export interface Bursts {
  readonly count: number;
  readonly longest: number;
  readonly mean: number;
  readonly lost: number;
}

/** A gap in the counters is a burst; gaps that follow one another without a frame in order between them are one. */
export class LossBursts {
  #next: number | undefined;
  #current = 0;
  #count = 0;
  #longest = 0;
  #lost = 0;

  observe(counter: number): void {
    const gap = this.#next === undefined ? 0 : counter - this.#next;
    if (gap > 0) {
      if (this.#current === 0) this.#count += 1;
      this.#current += gap;
      this.#lost += gap;
    } else this.#finish();
    this.#next = Math.max(this.#next ?? 0, counter + 1);
  }

  /** Since it was asked last. */
  take(): Bursts {
    this.#finish();
    const [count, longest, lost] = [this.#count, this.#longest, this.#lost];
    this.#count = 0;
    this.#longest = 0;
    this.#lost = 0;
    return { count, longest, lost, mean: count === 0 ? 0 : lost / count };
  }

  #finish(): void {
    this.#longest = Math.max(this.#longest, this.#current);
    this.#current = 0;
  }
}

const SAMPLES = 32;
const MOST_I32 = 0x7fff_ffff;

/** The slope of the last times of one way, by least squares. The two clocks differ, which a slope does not mind. */
export class DelayTrend {
  /** In no order, which a slope does not mind either. */
  readonly #ats: number[] = [];
  readonly #delays: number[] = [];
  #next = 0;

  /** Both in milliseconds. */
  observe(at: number, delay: number): void {
    this.#ats[this.#next] = at;
    this.#delays[this.#next] = delay;
    this.#next = (this.#next + 1) % SAMPLES;
  }

  microsecondsPerSecond(): number {
    const count = this.#ats.length;
    const meanAt = meanOf(this.#ats);
    const meanDelay = meanOf(this.#delays);
    let [over, under] = [0, 0];
    for (const [nth, at] of this.#ats.entries()) {
      over += (at - meanAt) * (this.#delays[nth]! - meanDelay);
      under += (at - meanAt) ** 2;
    }
    // Milliseconds in a millisecond are microseconds in a second, times a million.
    const slope = count < 2 || under === 0 ? 0 : Math.round((over / under) * 1_000_000);
    return Math.max(-MOST_I32, Math.min(MOST_I32, slope));
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
