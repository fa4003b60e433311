// A bound on the time of what others do for us.

import type { Clock } from '../base/clock.ts';

/** Rejects with the signal's reason when the time is over, whatever `work` makes of its signal. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (bounded: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(ms, () => late.abort(new DOMException('no answer in time', 'TimeoutError')));
  const bounded = AbortSignal.any([signal, late.signal]);
  try {
    return await Promise.race([
      work(bounded),
      new Promise<never>((_resolve, reject) => {
        if (bounded.aborted) reject(bounded.reason);
        bounded.addEventListener('abort', () => reject(bounded.reason), { once: true });
      }),
    ]);
  } finally {
    cancel();
  }
}
