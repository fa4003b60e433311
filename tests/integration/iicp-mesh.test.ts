// Nodes that exchange peers over loopback, as they ship.
import { describe, expect, it } from 'vitest';
import { directory, modelServer, node } from '../support/network.ts';
import { until } from '../support/wait.ts';

const peersPost = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/peers`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

describe('peer exchange', () => {
  it('is not there until it is switched on, and gone when it is switched off again', async () => {
    const list = await directory();
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url });
    expect((await peersPost(server.url, '{"known_peers":[]}')).status).toBe(404);
    expect((await server.state()).network.detail.mesh).toBeNull();
    await server.set('networks.iicp.mesh', true);
    await until('the route', async () => (await peersPost(server.url, '{"known_peers":[]}')).status === 200);
    expect((await peersPost(server.url, JSON.stringify({ known_peers: 'x'.repeat(300_000) }))).status).toBe(413);
    await server.set('networks.iicp.mesh', false);
    await until('no route', async () => (await peersPost(server.url, '{"known_peers":[]}')).status === 404);
  });

  it('finds another node through the directory, and shows that it answered', async () => {
    const list = await directory();
    const model = await modelServer();
    const settings = { 'networks.iicp.mesh': true, 'node.region': 'eu-central' };
    const first = await node({ modelUrl: model.url, directoryUrl: list.url, settings });
    const second = await node({ modelUrl: model.url, directoryUrl: list.url, settings });
    const { nodeId } = (await first.state()).network;
    await until('the second to know the first', async () => (await second.state()).network.detail.mesh?.answered === 1);
    const mesh = (await second.state()).network.detail.mesh!;
    expect(mesh.peers).toEqual([
      { nodeId, endpoint: first.url, region: 'eu-central', answeredAt: expect.any(Number) as number },
    ]);
    // The first was told of the second by its call, and has not called it yet.
    expect((await first.state()).network.detail.mesh).toMatchObject({ answered: 0, heardOf: 1 });
  });

  it('hears nobody without a signature where there is an operator key', async () => {
    const list = await directory();
    const settings = { 'networks.iicp.mesh': true, 'networks.iicp.operatorHmacKey': 'fleet' };
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, settings });
    const reply = await peersPost(server.url, '{"known_peers":[]}', { 'x-iicp-signature': 'f'.repeat(64) });
    expect([reply.status, await reply.json()]).toEqual([
      401,
      { error: { code: 'IICP-E012', message: 'invalid_signature' } },
    ]);
  });
});
