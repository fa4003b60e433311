import { expect, test } from 'vitest';
import { tried } from '../../../src-renderer/lazily.ts';

/** Fails so many times, then gives its own count. */
function failing(times: number) {
  let calls = 0;
  return {
    load: async () => {
      calls += 1;
      if (calls <= times) throw new TypeError(`failed ${calls}`);
      return calls;
    },
    calls: () => calls,
  };
}

test.each([
  [0, 1],
  [1, 2],
  [3, 4],
])('what fails %i times is there with call %i', async (times, calls) => {
  const { load } = failing(times);
  expect(await tried(load, [0, 0, 0])).toBe(calls);
});

test('what fails over and over fails as it did the last time, and is not called for ever', async () => {
  const { load, calls } = failing(Number.POSITIVE_INFINITY);
  await expect(tried(load, [0, 0])).rejects.toThrow('failed 3');
  expect(calls()).toBe(3);
});
