import { describe, expect, it } from 'vitest';
import type { InferenceTask } from '../../../src-main/backends/backend.ts';
import { modelOf } from '../../../src-main/backends/models.ts';
import { tasksByName } from '../../../src-main/backends/tasks.ts';
import { InferenceTask as Task } from '../../../src-preload/contract/settings/backends.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'llm:chat,llm:completion': [
    'llama3.2:3b',
    'qwen2.5-vl-7b-instruct',
    'gpt-oss:20b',
    'mistral-7b-instruct',
    'llava:7b',
    'llama-guard3:8b',
    'bagel-7b',
    'settsu-7b',
    'gate5-mini',
    'barking-llama',
    'assttest',
    'canary-llama',
    '',
  ],
  'llm:embedding': [
    'nomic-embed-text:latest',
    'Snowflake-Arctic-Embed2',
    'text-embedding-3-small',
    'bge-m3',
    'BAAI/bge-small-en-v1.5',
    'intfloat/multilingual-e5-large',
    'gte-qwen2-7b-instruct',
    'all-minilm:33m',
  ],
  'audio:transcribe': [
    'whisper-1',
    'Systran/faster-whisper-large-v3',
    'gpt-4o-mini-transcribe',
    'nvidia/parakeet-tdt-0.6b-v3',
    'nvidia/canary-1b-flash',
    'moonshine-base',
    'qwen3-asr-1.7b',
    'kyutai/stt-1b',
  ],
  'audio:speech': [
    'tts-1-hd',
    'gpt-4o-mini-tts',
    'hexgrad/Kokoro-82M',
    'coqui/XTTS-v2',
    'OuteTTS-0.2-500M',
    'qwen3-tts',
    'piper-en_US-lessac',
    'suno/bark-small',
    'orpheus-3b',
    'chatterbox',
  ],
  'safety:moderate': ['omni-moderation-latest', 'text-moderation-stable'],
  '': ['bge-reranker-v2-m3', 'jina-rerank'],
};

describe('what a model is for', () => {
  it.each(Object.entries(NAMES).flatMap(([tasks, names]) => names.map((name) => [name, tasks])))(
    'is guessed for %j as "%s"',
    (name, tasks) => {
      expect(tasksByName(name as string).join()).toBe(tasks);
    },
  );

  it('is guessed for some name for each kind of work', () => {
    expect(new Set(Object.keys(NAMES).flatMap((tasks) => tasks.split(',')))).toEqual(new Set(['', ...Task.options]));
  });

  it('is what the server says rather than what the name does, and what the user says rather than either', () => {
    const tasksOf = (told: InferenceTask[] | undefined, chosen: InferenceTask[] | undefined) =>
      modelOf(
        { id: 'whisper-1', state: 'loaded', ...(told && { tasks: told }) },
        {
          only: undefined,
          settings: chosen ? [{ model: 'whisper-1', tasks: chosen }] : [],
          tasks: Task.options,
          same: (name, asked) => name === asked,
        },
      ).tasks;
    expect([
      tasksOf(undefined, undefined),
      tasksOf(['llm:chat'], undefined),
      tasksOf(undefined, ['audio:speech']),
      tasksOf(['llm:chat'], ['audio:speech', 'llm:embedding']),
    ]).toEqual([['audio:transcribe'], ['llm:chat'], ['audio:speech'], ['audio:speech', 'llm:embedding']]);
  });

  it('is never more than a server of that make can do', () => {
    const choices = { only: undefined, settings: [], tasks: ['llm:chat'] as const, same: () => false };
    expect(modelOf({ id: 'llama3', state: 'loaded' }, choices).tasks).toEqual(['llm:chat']);
    expect(modelOf({ id: 'whisper-1', state: 'loaded' }, choices).tasks).toEqual([]);
  });
});
