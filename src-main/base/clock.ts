// Time as a value: everything above base/ takes a Clock, so that tests can hold and turn it.

export interface Clock {
  /** Wall time, milliseconds since the epoch. Jumps when the user or NTP sets the clock. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. On Linux it stands still in suspend. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `fn` once after `ms` unless the returned function is called first. */
  after(ms: number, fn: () => void): () => void;
}

/** setTimeout takes a 32-bit delay and fires at once beyond it; longer waits are taken in pieces. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = systemClock.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  },
  after(ms, fn) {
    const due = performance.now() + ms;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = Math.max(0, due - performance.now());
      timer = left > LONGEST_TIMEOUT ? setTimeout(arm, LONGEST_TIMEOUT) : setTimeout(fn, left);
    };
    arm();
    return () => clearTimeout(timer);
  },
};
