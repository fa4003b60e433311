import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { BackendKind } from './settings/backends.ts';

/** Not found: nothing answers. No model: it answers but has none. Cold: models on disk, none loaded. Ready: can serve now. */
export const BackendState = z.enum(['checking', 'not-found', 'no-model', 'cold', 'ready', 'failing']);
export type BackendState = z.infer<typeof BackendState>;

export const BackendView = z.object({
  id: z.string(),
  kind: BackendKind,
  url: z.string(),
  /** `found` by looking at the usual local addresses, or `set` by the user. */
  origin: z.enum(['found', 'set']),
  state: BackendState,
  reason: Reason.nullable(),
  version: z.string().nullable(),
  models: z.array(z.object({ id: z.string(), loaded: z.boolean().nullable(), offered: z.boolean() })),
  checkedAt: Time.nullable(),
  running: z.number().int().nonnegative(),
});
export type BackendView = z.infer<typeof BackendView>;

export const backendsRequests = {
  'backends.get': request(Nothing, live(z.array(BackendView))),
  /** Looks again at all the usual addresses and those of the user; answers when done (within a few seconds). */
  'backends.detect': request(Nothing, live(z.array(BackendView))),
};
export const backendsPushes = { 'backends.changed': live(z.array(BackendView)) };
