import { describe, expect, it } from 'vitest';
import { BackendState, ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { NetworkView } from '../../../src-preload/contract/networks.ts';
import { RegistrationState } from '../../../src-preload/contract/networks.ts';
import { NodeState } from '../../../src-preload/contract/node.ts';
import { TaskState } from '../../../src-preload/contract/work.ts';
import {
  backendSigns,
  budgetWords,
  lookedWords,
  nodeSigns,
  noTasksWords,
  placesWords,
  probeSources,
  registrationSigns,
  taskKind,
  taskSigns,
  todayWords,
  verdictWords,
} from '../../../src-renderer/pages/home/words.ts';

const network = (registration: NetworkView['registration']) => ({ registration }) as NetworkView;

describe('the words of the home page', () => {
  it.each([
    ['node', NodeState.options, nodeSigns],
    ['backend', BackendState.options, backendSigns],
    ['registration', RegistrationState.options, registrationSigns],
    ['task', TaskState.options, taskSigns],
  ])('tell the states of a %s apart without colour', (_noun, states, signs) => {
    const words = states.map((state) => (signs as Record<string, { word: string }>)[state]?.word);
    expect(words.every((word) => word !== undefined && word.length > 0)).toBe(true);
    expect(new Set(words).size).toBe(states.length);
  });

  it('tell apart what addresses turned out to be, and why they were tried', () => {
    const words = Verdict.options.map((verdict) => verdictWords[verdict]);
    expect(new Set(words).size).toBe(Verdict.options.length);
    const sources = ProbeView.shape.source.options.filter((source) => source !== 'usual');
    expect(new Set(sources.map((source) => probeSources[source])).size).toBe(sources.length);
  });

  it('list addresses by port', () => {
    const urls = (hosts: string[], ports: number[]) =>
      ports.flatMap((port) => hosts.map((host) => `http://${host}:${port}`));
    expect(placesWords(urls(['127.0.0.1', '[::1]'], [1234, 8000, 8080]))).toBe(
      '127.0.0.1 and [::1], ports 1234, 8000 and 8080',
    );
    expect(placesWords([...urls(['127.0.0.1', '[::1]'], [1]), 'http://127.0.0.1:4000', 'https://localhost/v1'])).toBe(
      '127.0.0.1 and [::1], port 1; 127.0.0.1, port 4000; localhost, port 443',
    );
    expect(placesWords([])).toBe('');
  });

  it('count what was looked at, and what of a budget is used', () => {
    const tried = [{}, {}] as ProbeView[];
    expect(lookedWords({ at: 0, took: 512, tried })).toBe('2 addresses in 0.5 s');
    expect(lookedWords({ at: 0, took: 20, tried: tried.slice(1) })).toBe('1 address in 0.0 s');
    expect(budgetWords({ spent: 1204, tokens: 50_000 })).toBe('1\u202F204 of 50\u202F000 tokens today');
  });

  it('call kinds of tasks by plain names', () => {
    expect([
      taskKind('urn:iicp:intent:llm:chat:v1'),
      taskKind('urn:iicp:intent:llm:embedding:v2'),
      taskKind('urn:iicp:intent:audio:transcribe:v1'),
      taskKind('nonsense'),
    ]).toEqual(['Chat', 'Embedding', 'Transcription', 'nonsense']);
  });

  it('sum up the day, leaving out what did not happen', () => {
    expect(todayWords({ done: 0, failed: 0, cancelled: 0, refused: 0 })).toBe('None today');
    expect(todayWords({ done: 1031, failed: 0, cancelled: 0, refused: 2 })).toBe('1\u202F031 done · 2 refused today');
  });

  it('say why there is no task', () => {
    expect(noTasksWords([network('online')], false)).toMatch(/Sharing is off/);
    expect(noTasksWords([network('local')], true)).toMatch(/No directory lists this computer/);
    expect(noTasksWords(undefined, true)).toMatch(/No directory lists this computer/);
    expect(noTasksWords([network('online')], true)).toBe(
      'No tasks yet. 1 directory lists this computer. Quiet is normal at first.',
    );
    expect(noTasksWords([network('online'), network('online')], true)).toMatch(/2 directories list this/);
  });
});
