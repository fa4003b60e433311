import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What each test below leaves behind, and the word by which the complaint should name it. */
const LEAVINGS = [
  ['a timer', 'setTimeout(() => undefined, 60_000).unref()', 'a timer set at'],
  ['an interval', 'setInterval(() => undefined, 60_000)', 'an interval set at'],
  ['a server', "createServer().listen(0, '127.0.0.1')", 'TCPServerWrap'],
  ['a worker', "new Worker('setInterval(() => {}, 60_000)', { eval: true })", 'worker thread'],
  [
    'a process',
    "spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], { stdio: 'ignore' }).once('spawn', function () { this.emit('online'); })",
    'ProcessWrap',
  ],
] as const;

const TEXT = `
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
const kept = [];
afterAll(() => { for (const thing of kept) { thing.terminate?.(); thing.kill?.(); thing.close?.(); clearInterval(thing); } });
${LEAVINGS.map(
  ([name, code]) => `it('leaves ${name}', async () => {
  const thing = ${code};
  kept.push(thing);
  await new Promise((done) => thing.once?.('listening', done).once('online', done) ?? done());
});`,
).join('\n')}
it('closes after itself', async () => {
  const server = createServer((_, res) => res.setHeader('connection', 'close').end('x'));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  expect(await (await fetch('http://127.0.0.1:' + server.address().port)).text()).toBe('x');
  const timer = setTimeout(() => undefined, 60_000);
  await new Promise((done) => setTimeout(done, 5));
  clearTimeout(timer);
  server.close();
});
`;

describe('a test that leaves something running', () => {
  it('fails, whatever it is, and one that does not passes', () => {
    const folder = temporaryFolder();
    const setup = join(ROOT, 'tests/support/leaks.ts');
    const config = { test: { globals: true, pool: 'forks', setupFiles: [setup], include: ['*.test.mjs'] } };
    writeFileSync(join(folder, 'leaving.test.mjs'), TEXT);
    writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};`);
    const report = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const { VITEST: _, VITEST_POOL_ID: __, VITEST_WORKER_ID: ___, ...env } = process.env;
    const args = [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', report];
    spawnSync(process.execPath, args, { cwd: folder, env: { ...env, LEAK_GRACE_MS: '1000' }, stdio: 'ignore' });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const told = results.map(
      ({ title, status, failureMessages }) => [title, status, failureMessages.join('\n')] as const,
    );
    expect(told.map(([title, status]) => [title, status])).toEqual([
      ...LEAVINGS.map(([name]) => [`leaves ${name}`, 'failed']),
      ['closes after itself', 'passed'],
    ]);
    const unnamed = LEAVINGS.filter(([, , word], index) => {
      const message = told[index]![2];
      return !message.includes('left something running') || !message.includes(word);
    });
    expect(unnamed).toEqual([]);
  }, 60_000);
});
