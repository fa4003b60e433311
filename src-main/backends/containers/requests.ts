// How an engine is asked: each request within a time, and given up as soon as its caller gives up.

import { HearthError } from '../../base/errors.ts';

/** For one request: to make or remove a container takes an engine seconds on a slow disk. */
export const REQUEST_MS = 30_000;

export interface Asking {
  readonly ms: number;
  readonly signal: AbortSignal;
  /** What came of it where the engine did not do it, a time that is over among it. */
  readonly failed: (cause: unknown) => Error;
}

/** Rejects with the signal's reason, with an error of Hearth's as it is, and with what `failed` makes of all else. */
export async function answerOf<T>(
  { ms, signal, failed }: Asking,
  request: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const within = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  try {
    return await inTime(request(within), within);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof HearthError ? error : failed(error);
  }
}

/** Not every request of dockerode's can be aborted: one that takes too long goes on without us. */
export async function inTime<T>(request: Promise<T>, signal: AbortSignal): Promise<T> {
  request.catch(() => undefined);
  const over = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    over.abort();
  }
}

export function isAbsent(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}

/** Undefined where there is no such thing. */
export async function unlessAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
