// A node whose directory holds its name for somebody else begins anew, because its user says so and not before.
import { expect, it } from 'vitest';
import { CxKey } from '../../src-main/networks/iicp/tasks/cx.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

it('gives up a name that is locked for a new one, with what it had earned under the old one and not received', async () => {
  const list = await directory({ strictOwnership: true });
  const modelUrl = (await modelServer()).url;
  const first = await node({ modelUrl, directoryUrl: list.url });
  const { nodeId: locked, registration } = list.nodes()[0]!;
  await first.stop();
  // The directory loses its database, and somebody takes the name while this node is away.
  list.forget(locked);
  const taken = await fetch(`${list.url}/v1/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...registration,
      nat_type: 'symmetric',
      transport_method: 'direct',
      cx_public_key: CxKey.generate().publicKey,
    }),
  });
  expect([taken.status, await taken.text()]).toEqual([201, expect.any(String)]);
  const server = await node({ modelUrl, directoryUrl: list.url, dataDir: first.dataDir, online: false });
  await until('the directory to refuse', async () => (await server.state()).network.reason?.code === 'IICP-E049');
  // Whoever knows the address can be served all the same; nobody pays for it.
  expect((await post(server.url, chatTask())).status).toBe(200);
  const earned = async () => (await server.state()).earnings.total[0]?.amountMicro;
  expect(await earned()).toBeGreaterThan(0);
  expect((await server.state()).network.nodeId).toBe(locked);

  const fresh = (await server.engine.handle('networks.newIdentity', { id: 'iicp' })) as { nodeId: string };
  await until('the node to be online', async () => (await server.state()).network.state === 'online');
  expect((await server.state()).network.nodeId).toBe(fresh.nodeId);
  expect(new Set(list.nodes().map(({ nodeId }) => nodeId))).toEqual(new Set([locked, fresh.nodeId]));
  expect(fresh.nodeId).not.toBe(locked);
  expect(await earned()).toBe(0);

  // What it does from now on is paid, and it stays who it is.
  expect((await post(server.url, chatTask())).status).toBe(200);
  const balance = () => list.nodes().find(({ nodeId }) => nodeId === fresh.nodeId)?.balance ?? 0;
  await until('an award', () => balance() > 0);
  expect(list.nodes().find(({ nodeId }) => nodeId === locked)?.balance).toBe(0);
  await server.stop();
  const again = await node({ modelUrl, directoryUrl: list.url, dataDir: first.dataDir });
  expect((await again.state()).network.nodeId).toBe(fresh.nodeId);
});
