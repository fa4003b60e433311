import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelSetting } from '../../../../src-preload/contract/settings/backends.ts';
import { choiceOf, isTied, type Target, withChoice, withSwitch } from '../../../../src-renderer/parts/choices.ts';

const URL_HERE = 'http://127.0.0.1:11434';
const target = (alone: boolean, model = 'a:latest'): Target => ({
  backend: { id: URL_HERE, kind: 'ollama', url: URL_HERE },
  model,
  alone,
});

const entry: fc.Arbitrary<ModelSetting> = fc.record(
  {
    model: fc.constantFrom('a', 'a:latest', 'b:latest'),
    backend: fc.constantFrom(URL_HERE, `${URL_HERE}/v1/`, 'http://10.0.0.1:1'),
    on: fc.boolean(),
    keepWarm: fc.boolean(),
    maxConcurrent: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['model'] },
);

describe('a choice for a model', () => {
  it('of a switch holds afterwards, whatever was chosen before, and leaves other models alone', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), fc.boolean(), fc.boolean(), (list, alone, on) => {
        const other = target(alone, 'b:latest');
        const next = withSwitch(list, target(alone), 'on', on);
        expect(choiceOf(next, target(alone)).on ?? true).toBe(on);
        expect(choiceOf(next, other)).toEqual(choiceOf(list, other));
      }),
    );
  });

  it('is tied to a server only where another has the model too', () => {
    expect(withChoice([], target(true), { on: false })).toEqual([{ model: 'a:latest', on: false }]);
    const tied = withChoice([], target(false), { maxConcurrent: 2 });
    expect(tied).toEqual([{ model: 'a:latest', backend: URL_HERE, maxConcurrent: 2 }]);
    expect([isTied([], target(true)), isTied(tied, target(true))]).toEqual([false, true]);
  });

  it('goes when nothing is left of it', () => {
    expect(withChoice([{ model: 'a', on: false }], target(true), { on: undefined })).toEqual([]);
  });
});
