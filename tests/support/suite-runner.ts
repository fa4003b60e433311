// Runs suites in a system in which there is nothing but Node: what they ask of vitest, one test after another, a line for each.

export { expect } from 'vitest';

type Work = () => unknown;
type Case = (name: string, work: Work) => void;

interface Group {
  readonly name: string;
  readonly before: Work[];
  readonly after: Work[];
  readonly each: Work[];
  readonly tests: { readonly name: string; readonly work: Work }[];
}

const groups: Group[] = [];
/** Of the test that runs. */
const endings: Work[] = [];
const newest = () => groups.at(-1)!;

function group(name: string, _options: object, declare: () => void): void {
  groups.push({ name, before: [], after: [], each: [], tests: [] });
  declare();
}
const nothing = () => undefined;
export const describe = { skipIf: (skipped: boolean) => (skipped ? nothing : group) };

const test: Case = (name, work) => void newest().tests.push({ name, work });
const each =
  (all: readonly (string | readonly unknown[])[]) => (name: string, work: (...of: readonly unknown[]) => unknown) => {
    for (const one of all) {
      const of: readonly unknown[] = typeof one === 'string' ? [one] : one;
      test(name.replace('%s', String(of[0])), () => work(...of));
    }
  };
export const it = Object.assign(test, {
  each,
  skip: nothing,
  skipIf: (skipped: boolean) => (skipped ? nothing : test),
});
export const beforeAll = (work: Work) => void newest().before.push(work);
export const afterAll = (work: Work) => void newest().after.push(work);
export const afterEach = (work: Work) => void newest().each.push(work);
export const onTestFinished = (work: Work) => void endings.push(work);

/** What was declared so far. `tell` hears of each test, and of what it failed by. */
export async function runAll(tell: (name: string, failure: unknown) => void): Promise<void> {
  const tried = async (name: string, all: readonly Work[]) => {
    try {
      for (const work of all) await work();
      return true;
    } catch (error) {
      tell(name, error);
      return false;
    }
  };
  for (const { name, before, after, each, tests } of groups.splice(0)) {
    if (await tried(`${name}: before all`, before))
      for (const one of tests) {
        const passed = await tried(one.name, [one.work]);
        const ended = await tried(one.name, [...endings.splice(0), ...each]);
        if (passed && ended) tell(one.name, undefined);
      }
    await tried(`${name}: after all`, after);
  }
}
