// What leaving costs: whatever stops a node but its user's wish to leave, its directory is told that it is away and keeps its place.
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Directory } from '../../src-main/practice/iicp/directory.ts';
import type { NetworkAccount } from '../../src-preload/contract/earnings.ts';
import { startRelay } from '../simulators/relay.ts';
import { chatTask, directory, modelServer, node, post, type TestNode } from '../support/network.ts';
import { until } from '../support/wait.ts';

const LEFT = 'DELETE /v1/register';

async function running(list: Directory, more: Partial<Parameters<typeof node>[0]> = {}): Promise<TestNode> {
  return node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: 100, ...more });
}

/** One task, and the credits that it brought. */
async function earn(server: TestNode, list: Directory): Promise<void> {
  const [{ nodeId, balance } = { nodeId: '', balance: 0 }] = list.nodes();
  expect((await post(server.url, chatTask())).status).toBe(200);
  await until('the directory to pay', () => list.nodes().some((one) => one.nodeId === nodeId && one.balance > balance));
}

const told = (list: Directory) =>
  list.nodes().map(({ available, maxConcurrent, healthModels }) => ({ available, maxConcurrent, healthModels }));
const AWAY = [{ available: false, maxConcurrent: 0, healthModels: [] }];

describe('a node that stops', () => {
  it('for a restart is told of as away, keeps its place and its credits, and is back with the next start', async () => {
    const list = await directory({ dialect: 'rust' });
    const first = await running(list);
    await earn(first, list);
    const [before] = list.nodes();
    await first.stop();
    expect([list.asked(LEFT), told(list)]).toEqual([0, AWAY]);
    const again = await running(list, { dataDir: first.dataDir });
    await until('it to be offered again', () => list.nodes()[0]!.available && list.nodes()[0]!.maxConcurrent > 0);
    expect(list.nodes()[0]).toMatchObject({ nodeId: before!.nodeId, balance: before!.balance });
    await earn(again, list);
  });

  it('because its user stopped it gives its place up, unless it has credits there', async () => {
    const poor = await directory();
    await (await running(poor)).engine.stop({ departure: 'stop' });
    expect([poor.asked(LEFT), poor.nodes()]).toEqual([1, []]);
    const list = await directory();
    const rich = await running(list);
    await earn(rich, list);
    await rich.engine.stop({ departure: 'stop' });
    expect([list.asked(LEFT), told(list)]).toEqual([0, AWAY]);
  });

  it('while credits are on their way keeps its place, whatever is said of it', async () => {
    const list = await directory();
    const server = await running(list);
    list.fault({ status: 503 }, { route: '/v1/credits/award' });
    expect((await post(server.url, chatTask())).status).toBe(200);
    await server.engine.stop({ departure: 'stop' });
    expect([list.asked(LEFT), told(list)]).toEqual([0, AWAY]);
  });

  it('does as it is set: stays always, or leaves always', async () => {
    const [kept, given] = [await directory(), await directory()];
    const stays = await running(kept, { settings: { 'networks.iicp.atStop': 'stay' } });
    await stays.engine.stop({ departure: 'stop' });
    const leaves = await running(given, { settings: { 'networks.iicp.atStop': 'leave' } });
    await earn(leaves, given);
    await leaves.engine.stop({ departure: 'stop' });
    expect([kept.asked(LEFT), given.asked(LEFT)]).toEqual([0, 1]);
  });

  it('for good gives its place up, whatever is set', async () => {
    const list = await directory();
    const server = await running(list, { settings: { 'networks.iicp.atStop': 'stay' } });
    await earn(server, list);
    await server.set('networks.iicp.enabled', false);
    await until('it to be gone', () => list.nodes().length === 0);
    expect(list.asked(LEFT)).toBe(1);
  });
});

describe('a node that has left and come back', () => {
  it('is told that its directory will not pay it any more, by the fault that official ones have', async () => {
    const list = await directory({ dialect: 'rust' });
    const server = await running(list);
    await earn(server, list);
    await server.set('networks.iicp.enabled', false);
    await until('it to be gone', () => list.nodes().length === 0);
    // Its directory knows before its server has closed: until then a task would still reach the old one.
    await until('it to be off', async () => (await server.state()).network.state === 'off');
    await server.set('networks.iicp.enabled', true);
    await until('it to be online', async () => (await server.state()).network.state === 'online');
    expect((await post(server.url, chatTask())).status).toBe(200);
    const trouble = async () => {
      const [account] = (await server.engine.handle('earnings.accounts', undefined)) as readonly NetworkAccount[];
      return account?.trouble;
    };
    await until('the account to say so', async () => (await trouble())?.code === 'iicp.books-disagree');
    expect((await trouble())?.action).toContain('hearth new-identity');
    expect(list.nodes()[0]?.balance).toBe(0);
  });
});

describe('a node that goes on', () => {
  it('is away where it has lost its address or its relay, and back with the next one, in its old place', async () => {
    const list = await directory();
    const relay = await startRelay({ random: systemRandom });
    const server = await running(list, {
      settings: { 'networks.iicp.endpoint': '', 'networks.iicp.relayUse': `127.0.0.1:${relay.port}` },
    });
    const [before] = list.nodes();
    await server.set('networks.iicp.relayUse', 'off');
    await until('it to be away', () => list.nodes()[0]!.healthModels?.length === 0);
    await relay.stop();
    await server.set('networks.iicp.endpoint', server.url);
    await until('it to be back', () => (list.nodes()[0]!.healthModels ?? []).length > 0);
    expect(list.nodes()).toMatchObject([{ nodeId: before!.nodeId, endpoint: server.url, available: true }]);
    expect(list.asked(LEFT)).toBe(0);
  });

  it('says at once that its computer goes to sleep, and that it is awake again', async () => {
    const list = await directory();
    const server = await running(list, { beatMs: 30_000 });
    server.engine.suspend(true);
    await until('the directory to know', () => list.nodes()[0]?.available === false);
    server.engine.suspend(false);
    await until('the directory to know', () => list.nodes()[0]?.available === true);
    expect(list.asked(LEFT)).toBe(0);
  });

  it('keeps its place through a new start of the network', async () => {
    const list = await directory();
    const server = await running(list);
    await server.set('networks.iicp.maxBodyMiB', 8);
    await until('it to have registered anew', () => list.asked('POST /v1/register') >= 2);
    await until('it to be online', async () => (await server.state()).network.state === 'online');
    expect([list.asked(LEFT), list.nodes().length]).toEqual([0, 1]);
  });
});
