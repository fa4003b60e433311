// What reviewers would have to look for in every file, looked for once. The sizes are a report: a long file is no mistake, but
// the next giant should be seen while it is small.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const LONG = 400;

/** Tools that read a default export by their own custom, and the stand-in for a module that has one. */
const DEFAULTS = /(^[a-z.-]+\.config\.ts$)|(^tests\/host\/electron\.mjs$)/;
/** Holds an example of each offence. */
const SELF = 'tests/unit/hygiene.test.ts';

const files = globSync(['src-*/**/*.{ts,tsx}', 'tests/**/*.{ts,tsx,mjs,js,cjs}', 'scripts/**/*.mjs', '*.ts'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path !== SELF)
  .sort()
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

interface Rule {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly breaks: (text: string) => boolean;
}

const isTest = (path: string) => path.endsWith('.test.ts');
const rules: readonly Rule[] = [
  { name: 'runs all of its tests', applies: isTest, breaks: (text) => /\b(?:it|test|describe)\.only\b/.test(text) },
  // By itself, or by what every implementation of one interface has to pass.
  { name: 'asserts something', applies: isTest, breaks: (text) => !/\b(?:expect[\w.]*|\w+Suite)\(/.test(text) },
  { name: 'is finished', applies: () => true, breaks: (text) => /\b(?:TO[D]O|FIX[M]E|XX[X])\b/.test(text) },
  {
    name: 'names what it exports',
    applies: (path) => !DEFAULTS.test(path),
    breaks: (text) => /^export default\b/m.test(text),
  },
  { name: 'does not sleep in a test', applies: isTest, breaks: (text) => /await (?:sleep|delay|wait)\(\d/.test(text) },
];

const offenders = ({ applies, breaks }: Rule) =>
  files.filter(({ path, text }) => applies(path) && breaks(text)).map(({ path }) => path);

describe('each file', () => {
  it('is looked at', () => {
    expect(files.length).toBeGreaterThan(200);
  });

  it.each(rules)('$name', (rule) => {
    expect(offenders(rule)).toEqual([]);
  });

  it.each([
    ['runs all of its tests', "it.only('x', () => {});", "it('x.only', () => {});"],
    ['asserts something', "it('x', () => {});", "it('x', () => { expect(1).toBe(1); });"],
    ['is finished', `// TO${'DO'}: later`, '// what is left to do is nothing'],
    ['names what it exports', 'export default class {}', 'export class X {}'],
    ['does not sleep in a test', 'await sleep(50);', 'await until(50);'],
  ])('would be found if it did not: "%s"', (name, bad, good) => {
    const { breaks } = rules.find((rule) => rule.name === name)!;
    expect([breaks(bad), breaks(good)]).toEqual([true, false]);
  });
});

afterAll(() => {
  const long = files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LONG)
    .sort((a, b) => b.lines - a.lines)
    .map(({ path, lines }) => `${String(lines).padStart(6)} ${path}`);
  if (long.length > 0) console.info(`above ${LONG} lines:\n${long.join('\n')}`);
});
