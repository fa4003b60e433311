// A directory that fails in every way it can: the node serves meanwhile, is back within one beat, and no outcome is lost
// from the metrics it reports or told twice.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Fault } from '../../src-main/practice/iicp/directory/faults.ts';
import { startDirectory } from '../../src-main/practice/iicp/directory.ts';
import { chatTask, directory, freePort, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

/** A beat of 200 ms in place of 30 s: what takes minutes there takes a second here. */
const BEAT_MS = 200;

describe('a node and its directory', () => {
  it('registers with what it is, beats, and answers each challenge', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({
      modelUrl: (await modelServer({ models: ['llama3', 'nomic-embed-text'] })).url,
      directoryUrl: list.url,
      beatMs: BEAT_MS,
      settings: { 'node.region': 'eu-central', 'capacity.maxConcurrent': 3 },
    });
    const { nodeId } = (await server.state()).network;
    await until('three beats', () => list.beatsOf(nodeId!) >= 3);
    expect(list.livenessOf(nodeId!)).toMatchObject({ missing: 0, wrong: 0 });
    expect(list.livenessOf(nodeId!).verified).toBeGreaterThanOrEqual(2);
    expect(list.nodes()[0]!.registration).toMatchObject({
      endpoint: server.url,
      region: 'eu-central',
      limits: { max_concurrent: 3, tokens_per_min: 10_000 },
      sdk_language: 'typescript',
      backend: 'ollama',
      implementation_name: 'hearth',
      cx_public_key: { algorithm: 'X25519', features: ['response_encryption_v1'] },
    });
    const capabilities = list.nodes()[0]!.registration.capabilities as { intent: string }[];
    expect(capabilities.map(({ intent }) => intent.split(':').slice(3, 5).join(':'))).toEqual([
      'llm:chat',
      'llm:completion',
      'llm:embedding',
    ]);
  });

  it.each<[string, Fault]>([
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['410', { status: 410 }],
    ['500', { status: 500 }],
    ['garbage', 'garbage'],
    ['a way to another host', { redirect: 'http://localhost:9' }],
    ['nothing, having done it', 'drop'],
  ])('serves while every answer is %s, is back within a beat, and loses no outcome', async (_name, fault) => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS, registrationsPerMinute: 10_000 });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    const { nodeId } = (await server.state()).network;
    list.fault(fault);
    await until('the trouble to be noticed', async () => (await server.state()).network.state === 'degraded');
    for (let count = 0; count < 5; count += 1) expect((await post(server.url, chatTask())).status).toBe(200);
    const failure = await server.state();
    expect(failure.network.reason?.message).toMatch(/\w/);
    const before = list.beatsOf(nodeId!);
    list.fault(null);
    await until('it to be back', async () => (await server.state()).network.state === 'online', 5 * BEAT_MS + 3000);
    await until('a beat', () => list.beatsOf(nodeId!) > before);
    await until('all outcomes to be reported', () => list.metricsOf(nodeId!).success === 5);
    await until('two more beats', () => list.beatsOf(nodeId!) > before + 2);
    expect(list.metricsOf(nodeId!)).toEqual({ success: 5, failed: 0 });
  });

  it('waits for one that answers nothing, and for one that is not there at all', async () => {
    const port = await freePort();
    const model = await modelServer();
    const url = `http://127.0.0.1:${port}`;
    const server = await node({ modelUrl: model.url, directoryUrl: url, beatMs: BEAT_MS, online: false });
    await until(
      'the trouble to be told',
      async () => (await server.state()).network.reason?.code === 'iicp.directory-unreachable',
    );
    expect((await post(server.url, chatTask())).status).toBe(200);
    const list = await startDirectory(
      { clock: systemClock, random: systemRandom },
      { port, allowPrivateEndpoints: true, nextHeartbeatMs: BEAT_MS },
    );
    try {
      await until('the node to be listed', async () => (await server.state()).network.state === 'online');
      list.fault('silent');
      expect((await post(server.url, chatTask())).status).toBe(200);
      await until('a beat to be missed', async () => (await server.state()).network.state === 'degraded', 20_000);
      list.fault(null);
      await until('it to be back', async () => (await server.state()).network.state === 'online', 20_000);
      const { nodeId } = (await server.state()).network;
      await until('both outcomes', () => list.metricsOf(nodeId!).success === 2);
    } finally {
      await list.stop();
    }
  });

  it('keeps its name and key over a restart, and comes back when the directory forgot it', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const model = await modelServer();
    const options = { modelUrl: model.url, directoryUrl: list.url, beatMs: BEAT_MS };
    const first = await node(options);
    const { registration } = list.nodes()[0]!;
    const { nodeId } = (await first.state()).network;
    await post(first.url, chatTask());
    await first.stop();
    expect(list.nodes().filter(({ available }) => available)).toEqual([]);
    const second = await node({ ...options, dataDir: first.dataDir });
    expect((await second.state()).network.nodeId).toBe(nodeId);
    expect(list.nodes()[0]!.registration.cx_public_key).toEqual(registration.cx_public_key);
    await until('the outcome of the first run', () => list.metricsOf(nodeId!).success === 1);
    list.forget(nodeId!);
    await until('it to be back', () => list.nodes().some((entry) => entry.nodeId === nodeId && entry.alive));
  });

  it('tells at once what has changed, and that it takes nothing while it is switched off', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    await server.set('node.region', 'eu-north');
    await until('the new region', () => list.nodes()[0]!.registration.region === 'eu-north');
    await server.engine.handle('node.pause', undefined);
    await until('it to be unavailable', () => !list.nodes()[0]!.available);
    await server.engine.handle('node.resume', undefined);
    await until('it to be available', () => list.nodes()[0]!.available);
  });

  it('gives no directory what another one gave', async () => {
    const first = await directory({ nextHeartbeatMs: BEAT_MS });
    const second = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: first.url, beatMs: BEAT_MS });
    await server.set('networks.iicp.directoryUrl', second.url);
    await until('the other to list it', () => second.nodes().some(({ alive }) => alive));
    expect(second.nodes()[0]!.registration).not.toHaveProperty('current_node_token');
    await server.set('networks.iicp.directoryUrl', first.url);
    await until('the first to list it again', () => first.nodes().some(({ alive }) => alive));
    expect(first.nodes()[0]!.registration).toHaveProperty('current_node_token');
  });

  it('is away when its address is taken from it, and is back with a mended one at once', async () => {
    const list = await directory({ nextHeartbeatMs: 60_000 });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: 30_000 });
    await server.set('networks.iicp.endpoint', '');
    await until('it to be away', () => list.nodes().every(({ available }) => !available));
    expect((await server.state()).network).toMatchObject({
      state: 'blocked',
      reason: { code: 'iicp.no-endpoint' },
    });
    await server.set('networks.iicp.endpoint', 'http://127.0.0.1:9');
    await until('it to be refused', async () => (await server.state()).network.reason?.code === 'IICP-E036');
    await server.set('networks.iicp.endpoint', server.url);
    await until('it to be back', async () => (await server.state()).network.state === 'online', 5000);
  });

  it('is not locked out by a registration whose answer got lost, though it has another address by then', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    const elsewhere = server.url.replace('127.0.0.1', 'localhost');
    list.fault('drop', { route: '/v1/register', times: 1 });
    await server.set('networks.iicp.endpoint', elsewhere);
    await until('the directory to have taken it', () => list.nodes()[0]!.endpoint === elsewhere);
    // Both addresses answer: whoever has no token is not let from one to the other.
    await server.set('networks.iicp.endpoint', server.url);
    await until('it to be back at its own', () => list.nodes()[0]!.endpoint === server.url);
    await until('it to be online', async () => (await server.state()).network.state === 'online');
    expect(list.nodes()).toHaveLength(1);
  });

  it('is the same directory when a slash is added to its address, and keeps the token that it gave', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS, strictOwnership: true });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
    const registered = list.asked('POST /v1/register');
    await server.set('networks.iicp.directoryUrl', `${list.url}/v1/`);
    await until('it to have registered anew', () => list.asked('POST /v1/register') > registered);
    await until('it to be online', async () => (await server.state()).network.state === 'online');
    expect([(await server.state()).network.reason, list.asked('DELETE /v1/register')]).toEqual([null, 0]);
  });

  it('registers without a model too, hidden until there is one', async () => {
    const list = await directory({ nextHeartbeatMs: BEAT_MS });
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url, beatMs: BEAT_MS });
    const { nodeId } = (await server.state()).network;
    model.setModels([]);
    await server.engine.handle('backends.detect', undefined);
    await until('it to be hidden', () => list.nodes()[0]!.healthModels?.length === 0 && !list.nodes()[0]!.available);
    list.forget(nodeId!);
    await until('it to register all the same', () => list.nodes().some(({ alive }) => alive));
    expect(list.nodes()[0]!.registration.capabilities).toMatchObject([{ models: [] }]);
    model.setModels(['llama3']);
    await server.engine.handle('backends.detect', undefined);
    await until('the model to be told', () => JSON.stringify(list.nodes()[0]!.registration).includes('llama3'));
  });

  it('does not register a private address with a public directory, and says so', async () => {
    const server = await node({
      modelUrl: (await modelServer()).url,
      settings: {
        'networks.iicp.endpoint': 'http://192.168.1.10:9484',
        'networks.iicp.directoryUrl': 'https://directory.iicp-example.org/api',
      },
    });
    expect((await server.state()).network).toMatchObject({
      state: 'blocked',
      reason: { code: 'iicp.private-endpoint' },
    });
  });

  it('says which port is taken and serves once it is free', async () => {
    const port = await freePort();
    const model = await modelServer();
    const first = await node({ modelUrl: model.url, port });
    const second = await node({ modelUrl: model.url, port });
    const services = (await second.state()).node.services.find(({ name }) => name === 'network iicp');
    expect(services).toMatchObject({
      state: 'degraded',
      reason: { code: 'iicp.port-taken-by', message: expect.stringContaining(String(port)) },
    });
    expect((await second.state()).node).toMatchObject({ state: 'needs-you', reason: { code: 'iicp.port-taken-by' } });
    await first.stop();
    await until('it to listen', async () => (await second.state()).network.detail.listening !== null);
    expect((await post(second.url, chatTask())).status).toBe(200);
  });
});
