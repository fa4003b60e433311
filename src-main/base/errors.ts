// One error type with fields instead of prose. Each area keeps its subclasses in an errors.ts of its own; the faces turn
// them into failure envelopes and the supervisor reads the category and nothing else.

/**
 * What a caller can do about it:
 * invalid: mend the input · denied: not allowed, ask the user · rejected: the other side said no · unavailable: try again later ·
 * exhausted: a limit of ours, wait · conflict: someone else was first · cancelled: it was asked to stop · broken: a bug or damage
 */
export type Category =
  | 'invalid'
  | 'denied'
  | 'rejected'
  | 'unavailable'
  | 'exhausted'
  | 'conflict'
  | 'cancelled'
  | 'broken';

export type Details = Readonly<Record<string, string | number | boolean | null>>;

export interface HearthErrorOptions {
  /** Stable, dotted, e.g. `storage.locked`. */
  readonly code: string;
  readonly category: Category;
  /** A plain sentence with a next step, fit for a user's eyes. Never a secret, never a payload. */
  readonly message: string;
  /** What differs from one such error to the next. The sentence is filled with them in every language, and programs read them. */
  readonly details?: Details;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class HearthError extends Error {
  readonly code: string;
  readonly category: Category;
  readonly details: Details;
  readonly retryAfterMs: number | undefined;

  constructor(options: HearthErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.category = options.category;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Used at the faces and in the supervisor only: elsewhere an unknown error travels as it is. */
export function toHearthError(error: unknown): HearthError {
  if (error instanceof HearthError) return error;
  return new HearthError({
    code: 'internal.unexpected',
    category: 'broken',
    message: 'Something went wrong inside Hearth. The log has the details; restarting may help.',
    cause: error,
  });
}

/** An error as a part shows it later: its sentence, and the values that fill it in every language. */
export function toReason({ code, details, message }: HearthError) {
  const values = Object.entries(details).filter(
    (detail): detail is [string, string | number] => typeof detail[1] === 'string' || typeof detail[1] === 'number',
  );
  return { code, ...(values.length > 0 && { values: Object.fromEntries(values) }), message };
}

/** Closes a union: a forgotten member is a type error here. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
