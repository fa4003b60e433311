// Failures on this side of the bridge: the engine's, rebuilt from their envelope, and those of the way there.
import { z } from 'zod';
import type { Reason } from '../../src-preload/contract/define.ts';
import { Failure, type Reply } from '../../src-preload/contract/failure.ts';

export class BridgeError extends Error {
  readonly code: string;
  readonly category: Failure['category'];
  readonly details: Failure['details'];
  readonly retryAfterMs: number | undefined;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.name = 'BridgeError';
    this.code = failure.code;
    this.category = failure.category;
    this.details = failure.details;
    this.retryAfterMs = failure.retryAfterMs;
  }

  /** What a page says of it: its code picks the sentence, and its details fill it. */
  get reason(): Reason {
    const values = Object.entries(this.details).filter(
      (detail): detail is [string, string | number] => typeof detail[1] === 'string' || typeof detail[1] === 'number',
    );
    return { code: this.code, values: Object.fromEntries(values), message: this.message };
  }
}

export const ReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown().optional() }),
  z.object({ ok: z.literal(false), failure: Failure }),
]);

/** The way to the engine is not open, or broke before the answer came. What was asked may have happened. */
export function lostFailure(): Failure {
  return {
    code: 'bridge.lost',
    category: 'unavailable',
    message: 'The connection to Hearth is lost, so this was not confirmed. It is being restored.',
    details: {},
  };
}

/** The person left the question whether it is the owner who asks. */
export function notConfirmedFailure(): Failure {
  return {
    code: 'bridge.not-confirmed',
    category: 'cancelled',
    message: 'Nothing was done: it was not confirmed at the computer.',
    details: {},
  };
}

/** What came is not in the contract: the page and the program are of different versions, or one has a bug. */
export function malformed(what: string, cause?: unknown): BridgeError {
  return new BridgeError(
    {
      code: 'bridge.malformed',
      category: 'broken',
      message: 'Hearth sent something this page does not understand. Reload the page; if it stays, update Hearth.',
      details: { what },
    },
    cause,
  );
}

export function refuse(failure: Failure): Reply {
  return { ok: false, failure };
}

/** Whatever was thrown, as something that can be shown. */
export function toBridgeError(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  return new BridgeError(
    {
      code: 'bridge.unexpected',
      category: 'broken',
      message: 'Something went wrong in this page. Reload it; if it stays, restart Hearth.',
      details: {},
    },
    thrown,
  );
}
