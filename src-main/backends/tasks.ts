// What a model is for, told by its name. Servers seldom say, so this is a guess that the user can correct for each model.

import type { InferenceTask } from '../../src-preload/contract/settings/backends.ts';

/** In this order; the first that the name holds decides. That `embed` means embeddings is IICP's own rule (IICP 4). */
const BY_NAME: readonly (readonly [pattern: RegExp, tasks: readonly InferenceTask[]])[] = [
  [/embed/, ['llm:embedding']],
  [
    /whisper|transcri|parakeet|canary-\d|moonshine|speech-to-text|(?:^|[^a-z])(?:asr|stt)(?:[^a-z]|$)/,
    ['audio:transcribe'],
  ],
  [/kokoro|text-to-speech|(?:^|[^a-z])tts(?:[^a-z]|$)/, ['audio:speech']],
  [/moderation/, ['safety:moderate']],
];

/** What a model that writes text can be asked for. */
const TEXT: readonly InferenceTask[] = ['llm:chat', 'llm:completion'];

export function tasksByName(model: string): readonly InferenceTask[] {
  const name = model.toLowerCase();
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? TEXT;
}
