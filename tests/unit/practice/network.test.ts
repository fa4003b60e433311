import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { startPracticeNetwork } from '../../../src-main/practice/index.ts';
import { CHAT, registration } from './directory-help.ts';
import { call } from './help.ts';
import { type MiniNode, miniNode } from './node-help.ts';

const nodes: MiniNode[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  const gone = children.splice(0).map((child) => {
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    return exit;
  });
  await Promise.all([...gone, ...nodes.splice(0).map((node) => node.close())]);
});

const join = async (directoryUrl: string) => {
  const node = await miniNode();
  nodes.push(node);
  const reply = await call(
    `${directoryUrl}/v1/register`,
    'POST',
    registration(node.url, { cx_public_key: node.cxKey }),
  );
  expect(reply.status).toBe(201);
  return node;
};

describe('the practice network', () => {
  it('sends tasks to whoever registers, and closes everything it opened', async () => {
    const network = await startPracticeNetwork(
      { clock: systemClock, random: systemRandom, logger: silentLogger },
      { traffic: { everyMs: [1, 2] }, modelDelayMs: 0 },
    );
    const tags = await call(`${network.modelUrl}/api/tags`, 'GET');
    expect((tags.body.models as unknown[]).length).toBeGreaterThan(0);
    const node = await join(network.directoryUrl);
    await vi.waitFor(() => expect(network.traffic.succeeded()).toBeGreaterThan(2), { interval: 2 });
    expect(node.payloads[0]).toMatchObject({ messages: expect.any(Array) });
    await network.stop();
    await network.stop();
    await expect(fetch(network.directoryUrl)).rejects.toThrow();
    await expect(fetch(network.modelUrl)).rejects.toThrow();
  });
});

interface Spawned {
  readonly child: ChildProcess;
  readonly nextLine: () => Promise<Record<string, unknown>>;
  readonly exit: Promise<number | null>;
}

function run(...args: string[]): Spawned {
  const main = new URL('../../../src-main/practice/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async nextLine() {
      const { value } = await lines.next();
      return JSON.parse(String(value)) as Record<string, unknown>;
    },
    exit: new Promise((resolve) => child.once('exit', resolve)),
  };
}

describe('the practice servers as processes of their own', { timeout: 30_000 }, () => {
  it('a directory and a consumer meet over a node, faults included', async () => {
    const directory = run('directory', '--allow-private');
    const url = String((await directory.nextLine()).url);
    const node = await join(url);
    const consumer = ['consumer', '--directory', url, '--intent', CHAT, '--once', '--allow-private'];

    const answered = run(...consumer, '--prompt', 'who is there?');
    expect(await answered.nextLine()).toMatchObject({ nodeId: 'node-1', status: 'completed' });
    expect(await answered.exit).toBe(0);
    expect(node.payloads).toEqual([{ messages: [{ role: 'user', content: 'who is there?' }] }]);

    directory.child.stdin!.write(`${JSON.stringify({ fault: { status: 500 } })}\n`);
    expect(await directory.nextLine()).toEqual({ ok: true });
    const failed = run(...consumer);
    expect(await failed.nextLine()).toMatchObject({ error: { code: 'practice.directory-failed' } });
    expect(await failed.exit).toBe(1);

    directory.child.stdin!.write(`${JSON.stringify({ state: true })}\n`);
    expect(await directory.nextLine()).toMatchObject({ nodes: [{ nodeId: 'node-1', alive: true, beats: 0 }] });
    directory.child.kill('SIGTERM');
    expect(await directory.exit).toBe(0);
  });

  it('a model server says where it listens', async () => {
    const model = run('model', '--shape', 'openai', '--models', 'a,b');
    const { url } = await model.nextLine();
    const { data } = (await call(`${String(url)}/v1/models`, 'GET')).body as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('refuses arguments that make no sense', async () => {
    expect(
      await Promise.all([run('oven').exit, run('model', '--shape', 'round').exit, run('consumer', '--once').exit]),
    ).toEqual([2, 2, 2]);
  });
});
