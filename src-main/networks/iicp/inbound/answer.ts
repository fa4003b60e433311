// What a caller is answered, before it is put on a wire.

import type * as wire from '../tasks/wire.ts';

/** JSON text and its status; `text` undefined where the caller has gone and no answer is read. */
export interface Answer {
  readonly status: number;
  readonly text: string | undefined;
  readonly retryAfterS?: number;
}

/** No caller reads it; the number is the one that web servers log for a caller who left. */
export const CALLER_GONE: Answer = { status: 499, text: undefined };

export function toAnswer(refusal: wire.Refusal): Answer {
  const { status, body, retryAfterS } = refusal;
  return { status, text: JSON.stringify(body), ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}

export const RETRY_WHEN_DRAINING_S = 30;
export const RETRY_WHEN_BUSY_S = 2;

/** Called with the next piece of an answer's text. */
export type Piecemeal = (text: string) => void;
