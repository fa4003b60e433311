// Intents, and how models are grouped into the capabilities that a node registers.

import type { InferenceTask } from '../../backends/backend.ts';
import type { Offered } from '../../backends/pool.ts';

const URN = /^urn:iicp:intent:[a-z0-9_-]+(?::[a-z0-9_-]+)+:v\d+$/;
const TASKS: ReadonlyMap<string, InferenceTask> = new Map(
  (['llm:chat', 'llm:completion', 'llm:embedding', 'audio:transcribe', 'audio:speech', 'safety:moderate'] as const).map(
    (task) => [intentOf(task), task],
  ),
);

/** How IICP writes a kind of work. */
export function intentOf(task: InferenceTask): string {
  return `urn:iicp:intent:${task}:v1`;
}

export function isIntent(text: string): boolean {
  return text.length <= 255 && URN.test(text);
}

/** The tool gate of IICP looks at the fourth part alone, whatever else the text is. */
export function isToolIntent(intent: string): boolean {
  return intent.split(':')[3] === 'tool';
}

/** What kind of work an intent asks of a backend; undefined where this node has none for it. */
export function taskOf(intent: string): InferenceTask | undefined {
  return TASKS.get(intent);
}

type Modality = 'text' | 'image' | 'audio';

function modalitiesOf(model: string): readonly Modality[] {
  const name = model.toLowerCase();
  const has = (...parts: string[]) => parts.some((part) => name.includes(part));
  const modalities: Modality[] = ['text'];
  if (has('-vl-', 'vision', 'llava', 'omni') || name.endsWith('-vl')) modalities.push('image');
  if (has('audio', 'voxtral', 'omni')) modalities.push('audio');
  return modalities;
}

/** In one capability, as directories take them (IICP 1.1). */
const MOST_MODELS = 64;

export interface Capability {
  readonly intent: string;
  readonly models: readonly string[];
  readonly max_tokens: number;
  readonly input_modalities: readonly string[];
}

/**
 * One object for each pair of intent and modalities, in order of first sight, and further ones where it has too many models; a model
 * stands under each intent that it can be asked for, the node's default one before the others. None without a model still offers the
 * default intent.
 */
export function capabilities(
  models: readonly Offered[],
  defaultIntent: string,
  maxTokens: number,
): readonly Capability[] {
  if (models.length === 0) {
    return [{ intent: defaultIntent, models: [], max_tokens: maxTokens, input_modalities: ['text'] }];
  }
  const groups = new Map<string, { intent: string; models: Set<string>; input_modalities: readonly string[] }>();
  for (const { id, tasks } of models) {
    const intents = tasks.map(intentOf).toSorted((a, b) => Number(b === defaultIntent) - Number(a === defaultIntent));
    for (const intent of intents) {
      const modalities = modalitiesFor(intent, id);
      const key = `${intent} ${modalities.join()}`;
      const group = groups.get(key) ?? { intent, models: new Set(), input_modalities: modalities };
      group.models.add(id);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap((group) =>
    inParts([...group.models]).map((part) => ({ ...group, models: part, max_tokens: maxTokens })),
  );
}

function inParts(models: readonly string[]): readonly (readonly string[])[] {
  const parts = Math.ceil(models.length / MOST_MODELS);
  return Array.from({ length: parts }, (_, part) => models.slice(part * MOST_MODELS, (part + 1) * MOST_MODELS));
}

/** By the model's name, except where the kind of work says it: what listens takes sound, and a completion is text alone. */
function modalitiesFor(intent: string, model: string): readonly Modality[] {
  switch (taskOf(intent)) {
    case 'audio:transcribe':
      return ['text', 'audio'];
    case 'llm:completion':
    case 'audio:speech':
      return ['text'];
    default:
      return modalitiesOf(model);
  }
}
