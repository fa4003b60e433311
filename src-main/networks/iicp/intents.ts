// Intents, and how models are grouped into the capabilities that a node registers.

import type { InferenceTask } from '../../backends/backend.ts';

const URN = /^urn:iicp:intent:[a-z0-9_-]+(?::[a-z0-9_-]+)+:v\d+$/;
export const EMBEDDING_INTENT = 'urn:iicp:intent:llm:embedding:v1';
const CHAT_INTENT = 'urn:iicp:intent:llm:chat:v1';

const TASKS: Readonly<Record<string, InferenceTask>> = {
  [CHAT_INTENT]: 'llm:chat',
  [EMBEDDING_INTENT]: 'llm:embedding',
};

export function isIntent(text: string): boolean {
  return text.length <= 255 && URN.test(text);
}

/** The tool gate of IICP looks at the fourth part alone, whatever else the text is. */
export function isToolIntent(intent: string): boolean {
  return intent.split(':')[3] === 'tool';
}

/** What kind of work an intent asks of a backend; undefined where this node has none for it. */
export function taskOf(intent: string): InferenceTask | undefined {
  return Object.hasOwn(TASKS, intent) ? TASKS[intent] : undefined;
}

export function intentOf(model: string, defaultIntent: string): string {
  return model.toLowerCase().includes('embed') ? EMBEDDING_INTENT : defaultIntent;
}

type Modality = 'text' | 'image' | 'audio';

export function modalitiesOf(model: string): readonly Modality[] {
  const name = model.toLowerCase();
  const has = (...parts: string[]) => parts.some((part) => name.includes(part));
  const modalities: Modality[] = ['text'];
  if (has('-vl-', 'vision', 'llava', 'omni') || name.endsWith('-vl')) modalities.push('image');
  if (has('audio', 'voxtral', 'omni')) modalities.push('audio');
  return modalities;
}

export interface Capability {
  readonly intent: string;
  readonly models: readonly string[];
  readonly max_tokens: number;
  readonly input_modalities: readonly string[];
}

/** One object for each pair of intent and modalities, in order of first sight; none without a model still offers the default intent. */
export function capabilities(
  models: readonly string[],
  defaultIntent: string,
  maxTokens: number,
): readonly Capability[] {
  if (models.length === 0) {
    return [{ intent: defaultIntent, models: [], max_tokens: maxTokens, input_modalities: ['text'] }];
  }
  const groups = new Map<string, { intent: string; models: string[]; input_modalities: readonly string[] }>();
  for (const model of new Set(models)) {
    const intent = intentOf(model, defaultIntent);
    const modalities = modalitiesOf(model);
    const key = `${intent} ${modalities.join()}`;
    const group = groups.get(key) ?? { intent, models: [], input_modalities: modalities };
    group.models.push(model);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, max_tokens: maxTokens }));
}
