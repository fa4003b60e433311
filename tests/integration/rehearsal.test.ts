// A rehearsal with the user's own model servers: what its card says, and that nothing of it is left.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compose } from '../../src-main/engine/compose.ts';
import type { RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import { json, routes, scriptedServer } from '../suites/scripted-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { modelServer } from '../support/network.ts';
import { hearth } from '../support/serving.ts';
import { until } from '../support/wait.ts';

/** A node that was never started, with these model servers. */
async function engine(servers: readonly Readonly<Record<string, unknown>>[]) {
  const dataDir = temporaryFolder();
  const made = await compose({ dataDir, mode: 'headless', practice: false, logLevel: 'debug', autoDetect: false });
  onTestFinished(() => made.stop());
  await made.handle('settings.set', { path: 'backends.inference', value: servers });
  const run = (model?: string) => made.handle('rehearsal.run', { model }) as Promise<RehearsalView>;
  return { engine: made, dataDir, run };
}

const states = ({ checks }: RehearsalView) => Object.fromEntries(checks.map(({ name, state }) => [name, state]));
const says = ({ checks }: RehearsalView, wanted: string) => checks.find(({ name }) => name === wanted)!.reason.message;
const staleMappings = () => readdirSync(tmpdir()).filter((name) => name.startsWith('hearth-rehearsal-'));

const OK = 'ok';
const ALL_OK = {
  found: OK,
  registered: OK,
  sealed: OK,
  admitted: OK,
  answered: OK,
  'replay-refused': OK,
  'tampering-refused': OK,
  metered: OK,
  booked: OK,
  'cleaned-up': OK,
};

describe('a rehearsal', () => {
  it('goes the whole way with the real server, books nothing in the real ledger, and leaves nothing', async () => {
    const before = staleMappings();
    const model = await modelServer({ models: ['a:1b', 'b:1b'], loaded: ['b:1b'], delayMs: 20 });
    const { engine: node, run } = await engine([{ kind: 'ollama', url: model.url }]);
    const card = await run();
    expect(states(card)).toEqual(ALL_OK);
    expect(card).toMatchObject({ ok: true, model: 'b:1b', backend: { kind: 'ollama', url: model.url } });
    expect(card.firstMs).toBeGreaterThanOrEqual(20);
    expect(card.addedMs).toBeGreaterThan(0);
    // The server's own 20 ms are not the node's.
    expect(card.tokensPerSecond).toBeLessThan(128 / 0.02);
    // First, five short ones, a long one: those refused never reach the model server.
    expect(model.requests().filter(({ path }) => path === '/v1/chat/completions')).toHaveLength(7);
    expect(node.take('earnings').value.total).toEqual([]);
    expect(node.take('work').value.recent).toEqual([]);
    expect(node.take('networks').value[0]!.enabled).toBe(false);
    expect(staleMappings()).toEqual(before);
  });

  it('tells on its way how far it is and what has been looked at, and afterwards what it came to', async () => {
    const model = await modelServer({ models: ['a:1b'], delayMs: 20 });
    const { engine: node, run } = await engine([{ kind: 'ollama', url: model.url }]);
    expect(node.take('rehearsal').value).toEqual({ running: null, last: null });
    const seen: { done: number; checks: number }[] = [];
    const off = node.onChange((name) => {
      const { running } = node.take('rehearsal').value;
      if (name === 'rehearsal' && running) seen.push({ done: running.done, checks: running.checks.length });
    });
    const card = await run();
    off();
    expect(node.take('rehearsal').value).toEqual({ running: null, last: card });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(seen.at(-1)!.done).toBeLessThanOrEqual(1);
    expect(seen.some(({ done, checks }) => done < 1 && checks > 0 && checks < card.checks.length)).toBe(true);
  });

  it('takes the model it is told to, and says where there is none such', async () => {
    const model = await modelServer({ models: ['a:1b', 'nomic-embed-text'] });
    const { run } = await engine([{ kind: 'ollama', url: model.url }]);
    expect(await run('nomic-embed-text')).toMatchObject({ ok: true, model: 'nomic-embed-text' });
    const none = await run('nothing:1b');
    expect(none.ok).toBe(false);
    expect(states(none)).toMatchObject({ found: 'failed', registered: 'skipped', 'cleaned-up': OK });
    expect(says(none, 'found')).toContain('nothing:1b');
  });

  it('tells in a sentence which step failed', async () => {
    const broken = await scriptedServer(
      routes({
        '/v1/models': json({ data: [{ id: 'm' }] }),
        '/v1/chat/completions': json({ error: 'secret words of the server' }, 500),
      }),
    );
    const { run } = await engine([{ kind: 'openai', url: broken.url }]);
    const card = await run();
    expect(states(card)).toMatchObject({ admitted: OK, answered: 'failed', booked: 'skipped', 'cleaned-up': OK });
    expect(says(card, 'answered')).toContain('server-error');
    expect(JSON.stringify(card)).not.toContain('secret words');
  });

  it('says that a server which counts no tokens earns nothing', async () => {
    const uncounting = await scriptedServer(
      routes({
        '/v1/models': json({ data: [{ id: 'm' }] }),
        '/v1/chat/completions': json({ choices: [{ index: 0, message: { role: 'assistant', content: 'hi' } }] }),
      }),
    );
    const { run } = await engine([{ kind: 'openai', url: uncounting.url }]);
    const card = await run();
    expect(states(card)).toMatchObject({ answered: OK, metered: 'failed', booked: OK });
    expect(says(card, 'metered')).toContain('does not count tokens');
  });

  it('says what is wrong where no server answers', async () => {
    const { run } = await engine([]);
    const card = await run();
    expect(states(card)).toMatchObject({ found: 'failed', 'cleaned-up': OK });
    expect(card.checks[0]!.reason.action).toContain('hearth detect');
  });

  it('asks nothing of a server that is paid for each token', async () => {
    const paid = await scriptedServer(json({ data: [{ id: 'claude', type: 'model' }] }));
    const server = { kind: 'anthropic', url: paid.url, enabled: true, dailyTokens: 1_000_000, apiKey: 'sk' };
    const { run } = await engine([server]);
    expect((await run()).ok).toBe(false);
    expect(paid.calls).toEqual([]);
  });

  it('runs one at a time, and ends with the node', async () => {
    const before = staleMappings();
    const model = await modelServer({ models: ['a:1b'] });
    const { engine: node, run } = await engine([{ kind: 'ollama', url: model.url }]);
    model.hold();
    const first = run().catch((error: unknown) => error);
    await until('the task to reach the model server', () => model.held() === 1);
    await expect(run()).rejects.toMatchObject({ code: 'rehearsal.running' });
    await node.stop();
    expect(await first).toMatchObject({ code: 'rehearsal.stopped' });
    await until('the model server to be left alone', () => model.held() === 0);
    expect(staleMappings()).toEqual(before);
  });
});

describe('hearth rehearse', () => {
  it('prints the card, as words and as JSON, and answers the shell with its verdict', async () => {
    const model = await modelServer({ models: ['a:1b'] });
    const dataDir = temporaryFolder();
    const on = (...args: string[]) => hearth([...args, '--data', dataDir]);
    await on('settings', 'set', 'backends.inference', JSON.stringify([{ kind: 'ollama', url: model.url }]));
    const words = await on('rehearse', 'a:1b');
    expect([words.code, words.stderr]).toEqual([0, '']);
    for (const line of [/^ok +found /m, /^ok +booked /m, /tokens\/s/, /ms added/, /^It works\.$/m]) {
      expect(words.stdout).toMatch(line);
    }
    const failed = await on('rehearse', 'no-such-model', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false });
  });
});
