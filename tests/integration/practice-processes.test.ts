// The practice servers as processes of their own, with a real node between them.
import { describe, expect, it } from 'vitest';
import { CHAT, node } from '../support/network.ts';
import { practiceCall, practiceProcess, practiceServer } from '../support/practice-process.ts';

describe('the practice servers as processes of their own', () => {
  it('meet over a node, faults included', async () => {
    const directory = practiceProcess('directory', '--allow-private');
    const directoryUrl = (await directory.heard()).url as string;
    const modelUrl = await practiceServer('model', '--shape', 'ollama', '--models', 'llama3');
    const { nodeId } = (await (await node({ modelUrl, directoryUrl })).state()).network;
    const ask = () =>
      practiceCall('--directory', directoryUrl, '--intent', CHAT, '--allow-private', '--prompt', 'hello');
    expect(await ask()).toMatchObject({ code: 0, line: { nodeId, status: 'completed' } });

    directory.tell({ fault: { status: 500 }, route: '/v1/discover' });
    expect(await directory.heard()).toEqual({ ok: true });
    expect(await ask()).toMatchObject({ code: 1, line: { error: { code: 'practice.directory-failed' } } });

    directory.tell({ state: true });
    expect(await directory.heard()).toMatchObject({ nodes: [{ nodeId, alive: true }] });
    directory.child.kill('SIGTERM');
    expect(await directory.code).toBe(0);
  });

  it('have the models that they are told to have', async () => {
    const url = await practiceServer('model', '--shape', 'openai', '--models', 'a,b');
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('refuse arguments that make no sense', async () => {
    const senseless = [['oven'], ['model', '--shape', 'round'], ['consumer', '--once']];
    expect(await Promise.all(senseless.map((args) => practiceProcess(...args).code))).toEqual([2, 2, 2]);
  });
});
