// The models of one server: what the server says of each, and what the user chose for it.

import type { ModelState, ModelView } from '../../src-preload/contract/backends.ts';
import type { InferenceTask, ModelSetting } from '../../src-preload/contract/settings/backends.ts';
import type { ModelStatus } from './backend.ts';
import { tasksByName } from './tasks.ts';

export interface Model {
  readonly id: string;
  readonly state: ModelState;
  readonly on: boolean;
  readonly tasks: readonly InferenceTask[];
  /** Tasks at once; null where only the server's limit holds. */
  readonly most: number | null;
  readonly maxTokens: number | null;
  readonly keepWarm: boolean;
  readonly memory: ModelView['memory'];
}

export interface Choices {
  /** Only these are on; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** For this server, the general ones first. */
  readonly settings: readonly ModelSetting[];
  /** What servers of this make can do. */
  readonly tasks: readonly InferenceTask[];
  /** Whether two names mean the same model there. */
  readonly same: (name: string, asked: string) => boolean;
}

export function modelOf({ id, state, tasks, memory }: ModelStatus, choices: Choices): Model {
  const chosen: Partial<ModelSetting> = Object.assign(
    {},
    ...choices.settings.filter(({ model }) => choices.same(id, model)),
  );
  const listed = choices.only?.some((model) => choices.same(id, model)) ?? true;
  const able = (chosen.tasks ?? tasks ?? tasksByName(id)).filter((task) => choices.tasks.includes(task));
  return {
    id,
    state,
    on: listed && (chosen.on ?? true),
    tasks: able,
    most: chosen.maxConcurrent ?? null,
    maxTokens: chosen.maxTokens ?? null,
    keepWarm: chosen.keepWarm ?? false,
    memory: memory ?? null,
  };
}

/** A task can be sent to it now; cold counts, for the server loads it when a task needs it. */
export function canServe({ state }: Pick<Model, 'state'>): boolean {
  return state === 'loaded' || state === 'unknown' || state === 'cold';
}

export function viewOf(model: Model, { offered, running }: { offered: boolean; running: number }): ModelView {
  const { id, state, on, tasks, most, keepWarm, memory } = model;
  return { id, state, offered, on, tasks: [...tasks], running, most, keepWarm, memory };
}
