// A call's limit as one signal, and what ended a call: as the mapper's error, or as the caller's own reason.

import type { Clock } from '../../base/clock.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import type { Within } from '../mapping.ts';
import { SoapError } from './soap.ts';
import { XmlError } from './xml.ts';

/** The call's time is over. */
export class TimeIsOver extends Error {}

/**
 * Runs something under a limit, which may ask how many milliseconds are left; `signal` also aborts when it has ended, so that
 * nothing of it goes on. Rejects with MappingError or with the reason of the caller's own signal.
 */
export async function inTime<T>(
  { clock }: { readonly clock: Clock },
  phase: MappingPhase,
  { signal, timeoutMs }: Within,
  run: (signal: AbortSignal, left: () => number) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const end = clock.monotonic() + timeoutMs;
  const cancel = clock.after(timeoutMs, () => inner.abort(new TimeIsOver('the time is over')));
  const abort = () => inner.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await run(inner.signal, () => Math.max(0, end - clock.monotonic()));
  } catch (error) {
    signal.throwIfAborted();
    throw asError(error, phase);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    inner.abort(new TimeIsOver('the call has ended'));
  }
}

const FORBIDDEN =
  'This computer does not let Hearth reach the router. Look at its firewall, and on a Mac at Privacy, Local Network.';

/** The operating system said no, not the router. */
function forbidden(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return true;
  }
  return false;
}

function asError(cause: unknown, phase: MappingPhase): MappingError {
  if (cause instanceof MappingError) return cause;
  const facts = { protocol: 'upnp', phase, cause } as const;
  if (cause instanceof TimeIsOver) {
    const message = 'The router did not answer in time.';
    return new MappingError(message, { ...facts, kind: 'timeout', reason: 'timeout' });
  }
  if (cause instanceof XmlError || (cause instanceof SoapError && cause.status === undefined)) {
    const message = 'The router answered something that does not make sense.';
    return new MappingError(message, { ...facts, kind: 'transport', reason: 'malformed' });
  }
  const raw = cause instanceof SoapError && cause.status !== undefined ? { raw: cause.status } : {};
  const message = forbidden(cause) ? FORBIDDEN : 'The connection to the router failed.';
  return new MappingError(message, { ...facts, ...raw, kind: 'transport', reason: 'transport' });
}

/** What is pleasant to know but not worth a call's failure: undefined when it fails or takes longer than `ms`. */
export async function ifSoon<T>(
  { clock }: { readonly clock: Clock },
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await inTime({ clock }, 'probe', { signal, timeoutMs: ms }, run);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
