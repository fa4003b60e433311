import { z } from 'zod';

/** See `Category` in src-main/base/errors.ts for what each one asks of the caller. */
export const Category = z.enum([
  'invalid',
  'denied',
  'rejected',
  'unavailable',
  'exhausted',
  'conflict',
  'cancelled',
  'broken',
]);

/** How a failure crosses a face. `message` is fit for a user's eyes; nothing else of the error crosses. */
export const Failure = z.object({
  code: z.string(),
  category: Category,
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  retryAfterMs: z.number().optional(),
});
export type Failure = z.infer<typeof Failure>;

export type Reply<V = unknown> =
  | { readonly ok: true; readonly value: V }
  | { readonly ok: false; readonly failure: Failure };
