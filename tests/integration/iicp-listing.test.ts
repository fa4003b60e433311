// A directory that takes heartbeats and shows the node to nobody.
import { expect, it } from 'vitest';
import { directory, modelServer, node } from '../support/network.ts';
import { until } from '../support/wait.ts';

const BEAT_MS = 100;

it('registers anew when the directory no longer lists it, and not while it takes no tasks itself', async () => {
  const list = await directory({ nextHeartbeatMs: BEAT_MS, registrationsPerMinute: 1000 });
  const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: BEAT_MS });
  const { nodeId } = (await server.state()).network;
  const registered = () => list.asked('POST /v1/register');
  await until('four looks', () => list.asked('GET /v1/registry/nodes/:') >= 4);
  expect(registered()).toBe(1);
  list.hide(nodeId!);
  await until('it to be listed again', () => registered() === 2);
  expect((await server.state()).network.state).toBe('online');
  await server.set('node.sharing', false);
  list.hide(nodeId!);
  const beats = list.beatsOf(nodeId!);
  await until('ten beats', () => list.beatsOf(nodeId!) >= beats + 10);
  expect(registered()).toBe(2);
});
