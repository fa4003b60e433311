// A task's payload as admission needs it: a few facts to choose by, and what a model server gets of it. The same for one that lies
// here and for a large one that lies in another thread (offload.ts).

import type { InferenceTask } from '../../../backends/backend.ts';
import { type FilterLimits, filterPayload } from '../../../backends/inference/filter.ts';

export interface Outline {
  /** A JSON object; nothing else can be a payload. */
  readonly object: boolean;
  /** What it asks for; undefined where it leaves that open, null where it names something that can't be a model. */
  readonly model: string | null | undefined;
}

/** What the task says outside its payload; counts where the payload is silent. */
export interface Beside {
  readonly model: string | undefined;
  readonly maxTokens: number | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** `message` may be shown to the caller. */
export type Filtered =
  | {
      readonly ok: true;
      readonly payload: Members;
      /** The same as JSON text, where it is made already. */
      readonly encoded?: Uint8Array;
      /** Of its answer; undefined where that is not bounded in tokens. */
      readonly mostTokens: number | undefined;
    }
  | { readonly ok: false; readonly message: string };

export interface Payload {
  readonly outline: Outline;
  filter(task: InferenceTask, beside: Beside, limits: FilterLimits): Filtered | Promise<Filtered>;
}

/** Beyond it no name is one. */
const LONGEST_MODEL = 255;

export function payloadOf(value: unknown): Payload {
  return {
    outline: outlineOf(value),
    filter: (task, beside, limits) => filterBeside(task, value, beside, limits),
  };
}

export function outlineOf(value: unknown): Outline {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { object: false, model: undefined };
  const { model } = value as Members;
  if (model === undefined || model === null) return { object: true, model: undefined };
  return { object: true, model: typeof model === 'string' && model.length <= LONGEST_MODEL ? model : null };
}

export function filterBeside(task: InferenceTask, value: unknown, beside: Beside, limits: FilterLimits): Filtered {
  const members: Record<string, unknown> = { ...(value as Members) };
  members.model ??= beside.model;
  members.max_tokens ??= beside.maxTokens;
  const filtered = filterPayload(task, members, limits);
  if (!filtered.ok) return filtered;
  const { payload } = filtered;
  return { ok: true, payload, mostTokens: typeof payload.max_tokens === 'number' ? payload.max_tokens : undefined };
}
