import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';
import { BackendKind, InferenceTask } from './settings/backends.ts';

/**
 * Off: not used, the reason says why. Not found: nothing answers. No model: it answers but has none. Cold: models on disk,
 * none in memory. Loading: none ready yet, one on its way. Ready: can serve now.
 */
export const BackendState = z.enum(['checking', 'off', 'not-found', 'no-model', 'cold', 'loading', 'ready', 'failing']);
export type BackendState = z.infer<typeof BackendState>;

/** Unknown: the server does not tell what is in memory. */
export const ModelState = z.enum(['unknown', 'cold', 'loading', 'loaded', 'failing']);
export type ModelState = z.infer<typeof ModelState>;

const Bytes = z.number().int().nonnegative();

export const ModelView = z.object({
  id: z.string(),
  state: ModelState,
  /** Listed to networks now. */
  offered: z.boolean(),
  /** Switched on by the user, or left on. */
  on: z.boolean(),
  tasks: z.array(InferenceTask),
  running: z.number().int().nonnegative(),
  /** Tasks at once, where it has a limit of its own. */
  most: z.number().int().nullable(),
  keepWarm: z.boolean(),
  /** What it takes up while it is in memory, and how much of that is the graphics card's; null: it is not, or its server does not tell. */
  memory: z.object({ bytes: Bytes, graphicsBytes: Bytes }).nullable(),
});
export type ModelView = z.infer<typeof ModelView>;

export const BackendView = z.object({
  id: z.string(),
  kind: BackendKind,
  url: z.string(),
  /** `found` by looking at the usual local addresses, or `set` by the user. */
  origin: z.enum(['found', 'set']),
  state: BackendState,
  reason: Reason.nullable(),
  /** It answered, and does so no more: since when, and how many running tasks went back to their callers for it. */
  lost: z.object({ since: Time, returned: z.number().int().nonnegative() }).nullable(),
  /** True beside whatever state: such as that others can reach it. */
  warnings: z.array(Reason),
  version: z.string().nullable(),
  models: z.array(ModelView),
  /** Whether models can be put into memory and out of it from here. */
  loads: z.boolean(),
  unloads: z.boolean(),
  checkedAt: Time.nullable(),
  running: z.number().int().nonnegative(),
  /** Calls at once, where it has a limit of its own. */
  most: z.number().int().nullable(),
  /** Tokens today, in and out together. */
  budget: z.object({ tokens: z.number().int(), spent: z.number().int() }).nullable(),
});
export type BackendView = z.infer<typeof BackendView>;

/**
 * What an address turned out to be. Nothing: no one listens. Silent: no answer in time. Denied: it wants a key. Other: it
 * answers, but not as a model server. Same: a model server that another address has already shown. Skipped: not asked.
 */
export const Verdict = z.enum([...BackendKind.options, 'nothing', 'silent', 'denied', 'other', 'same', 'skipped']);
export type Verdict = z.infer<typeof Verdict>;

/** One address that was tried, with what it answered: the evidence behind its verdict. */
export const ProbeView = z.object({
  url: z.string(),
  /** Why it was tried. */
  source: z.enum(['usual', 'ollama-host', 'service', 'wsl', 'user']),
  verdict: Verdict,
  /** What was seen of it, a sentence each. */
  why: z.array(Reason),
  answers: z.array(
    z.object({
      path: z.string(),
      /** Null where no answer came. */
      status: z.number().int().nullable(),
      /** What was recognised in it. */
      shows: Reason,
    }),
  ),
  version: z.string().nullable(),
  models: z.array(z.string()),
  warnings: z.array(Reason),
  /** Milliseconds. */
  took: z.number().nonnegative(),
});
export type ProbeView = z.infer<typeof ProbeView>;

export const DetectionView = z.object({
  at: Time,
  /** Milliseconds. */
  took: z.number().nonnegative(),
  /** In the order of preference. */
  tried: z.array(ProbeView),
});
export type DetectionView = z.infer<typeof DetectionView>;

const OneModel = z.object({ backend: z.string().max(2048), model: z.string().min(1).max(255) });
/** `tookMs` until the server's own list said so. */
const Moved = z.object({ tookMs: z.number().nonnegative() });

export const backendsRequests = {
  'backends.get': request(Nothing, live(z.array(BackendView))),
  /** Looks again at all the usual addresses and those of the user; answers when done (within a few seconds). */
  'backends.detect': request(Nothing, live(z.array(BackendView))),
  /** Every address tried in the last look, with its answers; null before the first. */
  'backends.tried': request(Nothing, DetectionView.nullable()),
  /** Puts a model into memory. Answers when the server says that it is there. */
  'backends.load': request(OneModel, Moved),
  /** Takes a model out of memory. Answers when the server no longer lists it as loaded. */
  'backends.unload': request(OneModel, Moved),
};
export const backendsPushes = { 'backends.changed': live(z.array(BackendView)) };
