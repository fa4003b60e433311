// A setting made out of the one in force, while others change it too.
import { afterAll, afterEach, expect, it, vi } from 'vitest';

const asked: { name: string; input: unknown }[] = [];
let answer: (name: string, input: unknown) => unknown;
vi.resetModules();
vi.doMock('../../../src-renderer/bridge/index.ts', () => ({
  engine: () => ({
    async ask(name: string, input: unknown) {
      asked.push({ name, input });
      return answer(name, input);
    },
  }),
}));
const { BridgeError } = await import('../../../src-renderer/bridge/failure.ts');
const { changeSetting } = await import('../../../src-renderer/settings.ts');
const { settingsStore } = await import('../../../src-renderer/stores/settings.ts');

afterAll(() => {
  vi.doUnmock('../../../src-renderer/bridge/index.ts');
  vi.resetModules();
});

const PATH = 'capacity.maxConcurrent';
let revision = 0;
const live = (value: number) => {
  revision += 1;
  return { boot: 'one', revision, value: [{ path: PATH, value }] } as never;
};
const changedMeanwhile = () =>
  new BridgeError({ code: 'settings.changed-meanwhile', category: 'conflict', message: 'Changed.', details: {} });

afterEach(() => {
  asked.length = 0;
});

it('is made anew out of what another has made of it meanwhile, so that nobody’s change is lost', async () => {
  settingsStore.getState().accept(live(4));
  let kept = 7;
  answer = (name, input) => {
    if (name === 'settings.get') return live(kept);
    const { was, value } = input as { was: number; value: number };
    if (was !== kept) throw changedMeanwhile();
    kept = value;
    return undefined;
  };
  expect(await changeSetting(PATH, (value) => value + 1)).toBe(true);
  expect(kept).toBe(8);
  expect(asked.filter(({ name }) => name === 'settings.set').map(({ input }) => input)).toEqual([
    { path: PATH, value: 5, was: 4 },
    { path: PATH, value: 8, was: 7 },
  ]);
});

it('gives up where it changes again and again, and asks nothing where there is nothing to do', async () => {
  settingsStore.getState().accept(live(4));
  answer = (name) => {
    if (name === 'settings.get') return live(revision);
    throw changedMeanwhile();
  };
  expect(await changeSetting(PATH, (value) => value + 1)).toBe(false);
  expect(asked.filter(({ name }) => name === 'settings.set')).toHaveLength(5);
  asked.length = 0;
  expect(await changeSetting(PATH, () => undefined)).toBe(true);
  expect(asked).toEqual([]);
});
