import { type Clock, systemClock } from '../../src-main/base/clock.ts';

/** A clock that goes by itself and is set forward without anybody waiting; timers that are set keep to the time that passes. */
export function hurried(): { readonly clock: Clock; readonly by: (ms: number) => void } {
  let ahead = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
  };
  const by = (ms: number): void => {
    ahead += ms;
  };
  return { clock, by };
}

/** A clock that stands still until it is turned; what became due is called in order, each at its own time. */
export class HandClock implements Clock {
  #now: number;
  #mono = 0;
  #next = 0;
  readonly #due = new Map<number, { at: number; fn: () => void }>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now = () => this.#now;
  monotonic = () => this.#mono;

  /** How many timers are set: none should be left when a thing has stopped. */
  get timers(): number {
    return this.#due.size;
  }

  /** Milliseconds to the next timer; Infinity: none is set. */
  get nextIn(): number {
    return Math.min(...[...this.#due.values()].map(({ at }) => at - this.#mono));
  }

  after(ms: number, fn: () => void): () => void {
    this.#next += 1;
    const id = this.#next;
    this.#due.set(id, { at: this.#mono + ms, fn });
    return () => void this.#due.delete(id);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Time goes by and nothing is called, as in a computer that sleeps; what became due is called in the next turn. */
  skip(ms: number): void {
    this.#move(this.#mono + ms);
  }

  /** Wall time alone jumps, as when the user sets it or a time server lies. */
  set(by: number): void {
    this.#now += by;
  }

  /** Moves on and lets promises settle after each timer. */
  async turn(ms: number): Promise<void> {
    const end = this.#mono + ms;
    for (;;) {
      await settle();
      const next = [...this.#due]
        .filter(([, timer]) => timer.at <= end)
        .sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (!next) break;
      const [id, { at, fn }] = next;
      this.#due.delete(id);
      this.#move(at);
      fn();
    }
    this.#move(end);
    await settle();
  }

  #move(to: number): void {
    if (to <= this.#mono) return;
    this.#now += to - this.#mono;
    this.#mono = to;
  }
}

/** Lets everything that is already resolved run its course. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
