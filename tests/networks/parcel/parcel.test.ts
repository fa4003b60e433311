// The network of the tests lives in a whole node beside IICP, by one line in each registry.

import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../support/wait.ts';
import { joined as joinedNode } from './joined.ts';

const HOUR = 3_600_000;

const joined = () => joinedNode(onTestFinished);

describe('a second network', () => {
  it('stands beside the first, with a detail of its own and the one capability that it has', async () => {
    const { engine, view, manager } = await joined();
    expect(engine.take('networks').value.map(({ title }) => title)).toEqual([
      'IICP',
      'Posemesh',
      'Paygress',
      'FIPS',
      'Parcel',
    ]);
    expect(view()).toMatchObject({
      enabled: true,
      capabilities: ['identity'],
      nodeId: expect.stringMatching(/^parcel-[0-9a-f]{12}$/),
      detail: { managerUrl: `${manager.url}` },
    });
    expect(await engine.handle('networks.identify', { id: 'parcel' })).toMatchObject({ nodeId: view().nodeId });
    await expect(engine.handle('networks.rotateKey', { id: 'parcel' })).rejects.toMatchObject({
      code: 'networks.cannot',
    });
    expect(await engine.handle('networks.ask', { id: 'parcel', name: 'waiting' })).toEqual({ parcels: 0 });
  });

  it('is not said to lack a model, for it needs none', async () => {
    const { engine } = await joined();
    await until('the node to be ready', () => engine.take('node').value.state === 'ready');
  });

  it.each([
    ['job', undefined, 2_000_000],
    ['lease', 300, 5_000_000],
  ] as const)('does its %s, and is paid in its own unit', async (kind, lasts, amountMicro) => {
    const { engine, manager } = await joined();
    manager.order({ kind, ref: 'one', ...(lasts && { until: Date.now() + lasts }) });
    await until('the answer', () => manager.answers.get('one') === 'done');
    expect(engine.take('work').value.recent).toMatchObject([{ network: 'parcel', kind, state: 'done' }]);
    expect(engine.take('earnings').value.total).toMatchObject([{ network: 'parcel', unit: 'stamp', amountMicro }]);
  });

  it('takes nothing while sharing is paused, and leaves in good order', async () => {
    const { engine, manager, set, view } = await joined();
    await engine.handle('node.pause', undefined);
    manager.order({ kind: 'job', ref: 'late' });
    await until('the pause', () => engine.take('node').value.state === 'paused');
    expect([manager.waiting(), manager.joined.size]).toEqual([1, 1]);
    await set('networks.parcel.enabled', false);
    await until('it to be off', () => view().state === 'off');
    expect(manager.joined.size).toBe(0);
  });

  it('keeps a lease that runs over a pause', async () => {
    const { manager, engine } = await joined();
    manager.order({ kind: 'lease', ref: 'kept', until: Date.now() + HOUR });
    await until('the lease', () => engine.take('work').value.live.length === 1);
    await engine.handle('node.pause', undefined);
    await until('the pause', () => !engine.take('availability').value.answer.accepting);
    expect(engine.take('work').value.live).toMatchObject([{ kind: 'lease', network: 'parcel' }]);
  });
});
