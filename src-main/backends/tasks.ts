// What a model is for, guessed from its name. Servers seldom say, so this is a guess that the user can correct for each model.

import type { InferenceTask } from '../../src-preload/contract/settings/backends.ts';

/** A word of a name: not within a longer one. */
const word = (words: string) => new RegExp(`(?:^|[^a-z])(?:${words})(?:[^a-z]|$)`);

/** In this order; the first that the name holds decides. That `embed` means embeddings is IICP's own rule (IICP 4). */
const BY_NAME: readonly (readonly [pattern: RegExp, tasks: readonly InferenceTask[]])[] = [
  // They put texts in order, which no intent asks for.
  [/rerank/, []],
  [/embed/, ['llm:embedding']],
  [word('bge|gte|e5|minilm'), ['llm:embedding']],
  [/whisper|transcri|parakeet|canary-\d|moonshine|speech-to-text/, ['audio:transcribe']],
  [word('asr|stt'), ['audio:transcribe']],
  // What ends in it counts too: XTTS, OuteTTS, MeloTTS.
  [/kokoro|text-to-speech|chatterbox|cosyvoice|tts(?:[^a-z]|$)/, ['audio:speech']],
  [word('piper|bark|orpheus'), ['audio:speech']],
  [/moderation/, ['safety:moderate']],
];

/** What a model that writes text can be asked for. */
const TEXT: readonly InferenceTask[] = ['llm:chat', 'llm:completion'];

/** None for a model that no kind of work is known for. */
export function tasksByName(model: string): readonly InferenceTask[] {
  const name = model.toLowerCase();
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? TEXT;
}
