import { describe, expect, it } from 'vitest';
import { standing, wrongKind } from '../../../../src-main/backends/inference/look.ts';
import type { ModelState } from '../../../../src-preload/contract/backends.ts';

describe('a server', () => {
  it.each<[readonly ModelState[], string, string | undefined]>([
    [['loaded', 'failing', 'cold', 'loading'], 'ready', undefined],
    [['unknown', 'failing'], 'ready', undefined],
    [['cold', 'loading', 'failing'], 'loading', 'backends.loading'],
    [['cold', 'failing'], 'cold', 'backends.cold'],
    [['failing'], 'failing', 'backends.model-failing'],
  ])('is as ready as its readiest model: %j', (states, state, code) => {
    const look = standing(states.map((each, index) => ({ id: String(index), state: each })));
    expect([look.state, look.reason?.code]).toEqual([state, code]);
  });

  it('is of the wrong kind only where it was found to be of another', () => {
    for (const found of ['vllm', 'denied', 'silent', 'other', 'nothing']) {
      expect(wrongKind('http://127.0.0.1:1', 'vllm', found)).toBeUndefined();
    }
    expect(wrongKind('http://127.0.0.1:1', 'vllm', 'ollama')).toMatchObject({
      state: 'failing',
      models: [],
      reason: {
        code: 'backends.wrong-kind',
        message: 'What answers at http://127.0.0.1:1 is Ollama, but it is set as vLLM.',
        action: 'Set its kind to "ollama", or correct its address.',
      },
    });
  });
});
