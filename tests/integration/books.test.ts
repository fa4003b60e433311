// What a running node tells of its work, its earnings and itself: each answer is held against the contract, and what is told in
// two places against each other.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { type Input, type Output, requests } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { CHAT, chatTask, directory, modelServer, node, post, type TestNode } from '../support/network.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };

/** As a page asks: the input is read and the answer parsed by the contract, so nothing more than it names comes through. */
async function ask<N extends RequestName>({ engine }: TestNode, name: N, input: Input<N>): Promise<Output<N>> {
  const given: unknown = requests[name].input.parse(input);
  return requests[name].output.parse(await engine.handle(name, given)) as Output<N>;
}

async function working() {
  const list = await directory();
  const model = await modelServer({ delayMs: 60 });
  const server = await node({ modelUrl: model.url, directoryUrl: list.url, beatMs: 100 });
  return { list, model, server };
}

describe('a node that has worked', () => {
  it('finds its tasks again, shows each, and adds up', async () => {
    const { list, server } = await working();
    const first = chatTask({ task_id: 'Needle-1' });
    await post(server.url, first);
    await post(server.url, chatTask({ payload: { messages: [{ role: 'user', content: 'hi' }], model: 'no-such' } }));
    const consumer = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
    await consumer.call({ intent: CHAT, payload: { messages: [{ role: 'user', content: 'x' }] } });
    consumer.close();
    await post(server.url, chatTask({ constraints: { timeout_ms: 100 } }));
    const all = await ask(server, 'work.list', {});
    expect(all.items.map(({ state }) => state)).toContain('done');
    const count = async (filter: Input<'work.count'>) => (await ask(server, 'work.count', filter)).count;
    expect(await count({})).toBe(all.items.length);
    expect((await count({ states: ['done'] })) + (await count({ states: ['timeout', 'failed'] }))).toBe(
      all.items.length,
    );
    const facets = await ask(server, 'work.facets', undefined);
    expect(facets.networks).toEqual([{ value: 'iicp', count: all.items.length }]);

    const [found] = (await ask(server, 'work.list', { filter: { text: 'needle' } })).items;
    const detail = await ask(server, 'work.detail', { id: found!.id });
    expect(detail).toMatchObject({
      ref: 'Needle-1',
      exposure: { arrived: 'direct', carried: 'plain', readBy: 'this-computer', contentKept: false },
      entries: [{ netMicro: found!.earnedMicro, task: { id: found!.id } }],
    });
    const { receivedAt, startedAt, serverMs, tookMs, finishedAt } = detail!.timings;
    expect(receivedAt!).toBeLessThanOrEqual(startedAt);
    expect(serverMs!).toBeGreaterThanOrEqual(50);
    expect(tookMs!).toBeGreaterThanOrEqual(serverMs!);
    expect(finishedAt!).toBeGreaterThanOrEqual(startedAt);
    expect(await ask(server, 'work.detail', { id: 999 })).toBe(null);

    const { value: earned } = await ask(server, 'earnings.get', undefined);
    const series = await ask(server, 'earnings.series', { by: 'day' });
    const net = series.total.sums.map(({ network, unit, netMicro, entries }) => ({
      network,
      unit,
      amountMicro: netMicro,
      entries,
    }));
    expect(net).toEqual(earned.total);
    expect(series.total.work[0]?.done).toBe(await count({ states: ['done'] }));
    for (const shown of [earned.total, net]) {
      expect(await ask(server, 'earnings.check', { through: earned.through, shown })).toMatchObject({ agrees: true });
    }
    const rows = await ask(server, 'earnings.rows', { filter: { network: 'iicp' } });
    expect(rows.items.reduce((sum, { netMicro }) => sum + netMicro, 0)).toBe(earned.total[0]?.amountMicro);
    const file = await ask(server, 'earnings.export', { format: 'json' });
    expect(JSON.parse(file.text).entries).toHaveLength(rows.items.length);
  });

  it('was at work as long as its tasks took', async () => {
    const { server } = await working();
    await Promise.all([post(server.url, chatTask()), post(server.url, chatTask())]);
    const { power } = (await ask(server, 'earnings.series', { by: 'day' })).total;
    expect(power.busyMs).toBeGreaterThanOrEqual(50);
    expect(power.openMs).toBeGreaterThanOrEqual(power.busyMs);
    expect(power.onMs).toBeGreaterThanOrEqual(power.openMs);
  });
});

describe('a node that is asked of itself', () => {
  it('tells its limits, its computer and its folder', async () => {
    const { server } = await working();
    await server.set('capacity.maxConcurrent', 3);
    const limits = await ask(server, 'limits.get', undefined);
    expect(limits).toMatchObject({ room: 3, most: 3 });
    expect(limits.limits[limits.binding!]).toMatchObject({ kind: 'slots', most: 3 });
    const hardware = await ask(server, 'hardware.get', undefined);
    expect(hardware.memory.totalBytes).toBeGreaterThan(0);
    const storage = await ask(server, 'storage.get', undefined);
    expect(storage).toMatchObject({ folder: server.dataDir, pruning: { keepDays: 365 } });
    expect(storage.parts.map(({ part }) => part)).toEqual(expect.arrayContaining(['database', 'keys', 'logs']));
  });

  it('tells what happened with its directory, heartbeats as one, and what failed with its reason', async () => {
    const { list, server } = await working();
    const history = async () => (await ask(server, 'networks.history', { id: 'iicp' })).items;
    await until('two heartbeats', async () =>
      (await history()).some(({ kind, count }) => kind === 'beat' && count >= 2),
    );
    await list.stop();
    const [failed] = await until('a heartbeat that fails', async () => {
      const items = await history();
      return items[0]?.kind === 'beat-failed' ? items : undefined;
    });
    expect(failed?.reason?.code).toBe('iicp.directory-unreachable');
    const kinds = (await history()).map(({ kind }) => kind);
    expect(kinds.at(-1)).toBe('registered');
    expect(new Set(kinds)).toEqual(new Set(['registered', 'beat', 'beat-failed']));
    expect(JSON.stringify(await history())).not.toMatch(/token/i);
  });
});
