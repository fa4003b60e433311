// Its kinds of work: what models do, written as intents.
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import type { Translate } from '../../i18n/keys.ts';
import { inferenceWord } from '../../signs.ts';

/** What models can be offered for. */
export const INTENTS: readonly string[] = InferenceTask.options.map((task) => `urn:iicp:intent:${task}:v1`);

/** "Chat" for `urn:iicp:intent:llm:chat:v1`; an intent that there is no word for reads as it is written, without its frame. */
export function workWords(intent: string, t: Translate): string | undefined {
  const task = /^urn:iicp:intent:(.+):v\d+$/.exec(intent)?.[1];
  return task === undefined ? undefined : inferenceWord(task, t);
}
