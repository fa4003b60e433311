import { beforeAll, describe, expect, it } from 'vitest';
import { BackendState, ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { NetworkState } from '../../../src-preload/contract/networks/index.ts';
import { NodeState } from '../../../src-preload/contract/node.ts';
import { TaskState } from '../../../src-preload/contract/work.ts';
import { languages } from '../../../src-renderer/i18n/index.ts';
import type { Key } from '../../../src-renderer/i18n/keys.ts';
import { workWords } from '../../../src-renderer/networks/lookup.ts';
import { placesWords, probeWords, verdictWord } from '../../../src-renderer/pages/capacity/words.ts';
import { noTasksWords } from '../../../src-renderer/pages/home/tasks.tsx';
import { todayWords } from '../../../src-renderer/pages/home/today.tsx';
import { backendSigns, networkSigns, nodeSigns, taskSigns } from '../../../src-renderer/signs.ts';
import { speak } from './speech.ts';

const network = (state: NetworkView['state']) => ({ state }) as NetworkView;

describe.each(languages)('the words for states in %s', (code) => {
  it.each([
    ['node', NodeState.options, nodeSigns],
    ['backend', BackendState.options, backendSigns],
    ['network', NetworkState.options, networkSigns],
    ['task', TaskState.options, taskSigns],
  ])('tell the states of a %s apart without colour', async (_noun, states, signs) => {
    const { t } = await speak(code);
    const words = states.map((state) => t((signs as Record<string, { word: Key }>)[state]!.word));
    expect(words.every((word) => word.length > 0)).toBe(true);
    expect(new Set(words).size).toBe(states.length);
  });

  it('tell apart what addresses turned out to be, and why they were tried', async () => {
    const { t } = await speak(code);
    expect(new Set(Verdict.options.map((verdict) => verdictWord(verdict, t))).size).toBe(Verdict.options.length);
    const sources = ProbeView.shape.source.options;
    const probe = { url: 'http://a', verdict: 'ollama' } as ProbeView;
    expect(new Set(sources.map((source) => probeWords({ ...probe, source }, t))).size).toBe(sources.length);
  });
});

describe('the words of the pages', () => {
  let en: Awaited<ReturnType<typeof speak>>;
  beforeAll(async () => {
    en = await speak('en');
  });

  it('list addresses by port', () => {
    const urls = (hosts: string[], ports: number[]) =>
      ports.flatMap((port) => hosts.map((host) => `http://${host}:${port}`));
    const words = (list: string[]) => placesWords(list, en.t, en.f);
    expect(words(urls(['127.0.0.1', '[::1]'], [1234, 8000, 8080]))).toBe(
      '127.0.0.1 and [::1], ports 1234, 8000 and 8080',
    );
    expect(words([...urls(['127.0.0.1', '[::1]'], [1]), 'http://127.0.0.1:4000', 'https://localhost/v1'])).toBe(
      '127.0.0.1 and [::1], port 1; 127.0.0.1, port 4000; localhost, port 443',
    );
    expect(words([])).toBe('');
  });

  it('call kinds of tasks by plain names', () => {
    expect(
      [
        'urn:iicp:intent:llm:chat:v1',
        'urn:iicp:intent:llm:embedding:v2',
        'urn:iicp:intent:audio:transcribe:v1',
        'nonsense',
      ].map((intent) => workWords(intent, en.t)),
    ).toEqual(['Chat', 'Embedding', 'Transcription', 'nonsense']);
  });

  it('sum up the day, leaving out what did not happen', () => {
    expect(todayWords({ done: 0, failed: 0, cancelled: 0, refused: 0 }, en.t)).toBe('None today');
    expect(todayWords({ done: 1031, failed: 0, cancelled: 0, refused: 2 }, en.t)).toBe('1\u202F031 done · 2 refused');
  });

  it('say why there is no task', () => {
    expect(noTasksWords([network('online')], false, en.t)).toMatch(/Sharing is off/);
    expect(noTasksWords([network('blocked')], true, en.t)).toMatch(/visible to no network yet/);
    expect(noTasksWords(undefined, true, en.t)).toMatch(/visible to no network yet/);
    expect(noTasksWords([network('online')], true, en.t)).toBe(
      'No tasks yet. This computer is visible to 1 network. Quiet is normal at first.',
    );
    expect(noTasksWords([network('online'), network('online')], true, en.t)).toMatch(/visible to 2 networks/);
  });
});
