// How the model servers stand, as callers, health and directory hear of it (IICP 1.3, 2.2, 2.4); and what is offered, which the
// directory is told anew when it changes.
import { expect, it } from 'vitest';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const BEAT_MS = 200;

async function settle(models: readonly string[]) {
  const list = await directory({ nextHeartbeatMs: BEAT_MS });
  const model = await modelServer({ shape: 'lmstudio', models, loaded: models });
  const server = await node({
    modelUrl: model.url,
    directoryUrl: list.url,
    beatMs: BEAT_MS,
    settings: { 'backends.inference': [{ kind: 'lmstudio', url: model.url }] },
  });
  const { nodeId } = (await server.state()).network;
  const asked = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>;
  return {
    list,
    model,
    server,
    health: () => asked(`${server.url}/iicp/health`),
    registry: () => asked(`${list.url}/v1/registry/nodes/${nodeId!.slice(0, 8)}`),
    look: () => server.engine.handle('backends.detect', undefined),
  };
}

it.each([
  ['loading', 'backend_loading', '30'],
  ['crashed', 'backend_unstable', '60'],
])(
  'a model that is %s turns tasks away, with a time, and all are told until it is well',
  async (word, reason, after) => {
    const { model, server, list, health, registry, look } = await settle(['llama3']);
    expect(await health()).toMatchObject({ status: 'ok', available: true, backend_stability: { backend_state: 'ok' } });
    model.setState('llama3', word);
    await look();
    const told = { backend_state: 'draining', reason_class: reason, retry_after_s: Number(after) };
    await until('the health to tell', async () => (await health()).available === false);
    expect(await health()).toMatchObject({ backend_stability: told });
    const refused = await post(server.url, chatTask());
    expect([refused.status, refused.headers.get('retry-after'), refused.json.error]).toEqual([
      503,
      after,
      { code: 'IICP-E024', message: 'draining', reason, retry_after_ms: Number(after) * 1000 },
    ]);
    await until('the directory to know', () => !list.nodes()[0]!.available);
    expect(await registry()).toMatchObject({ available: false, routable: false, backend_stability: told });
    expect((await server.state()).network.state).toBe('online');
    model.setState('llama3', undefined);
    await look();
    await until('the directory to know', () => list.nodes()[0]!.available);
    expect(await registry()).toMatchObject({ routable: true, backend_stability: { backend_state: 'ok' } });
    expect((await post(server.url, chatTask())).status).toBe(200);
  },
);

it('another model is registered, and one that is gone is not any more', async () => {
  const { model, list, health, look } = await settle(['llama3']);
  const registered = () => (list.nodes()[0]!.registration.capabilities as { models: string[] }[])[0]!.models;
  expect([registered(), (await health()).models]).toEqual([['llama3'], ['llama3']]);
  for (const models of [['llama3', 'qwen3'], ['qwen3']]) {
    model.setModels(models);
    await look();
    await until('a registration', () => registered().join() === models.join());
    await until('a beat', () => list.nodes()[0]!.healthModels?.join() === models.join());
    expect((await health()).models).toEqual(models);
  }
});
