// Lists that the network's form types as one line. Pure.
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';

/** What models can be offered for, as IICP writes it. */
export const INTENTS: readonly string[] = InferenceTask.options.map((task) => `urn:iicp:intent:${task}:v1`);

/** Names of hosts between commas or spaces, each once. */
export function hostsIn(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/[\s,;]+/))].filter((host) => host !== '');
}
