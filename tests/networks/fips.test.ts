// FIPS holds to what every network has to hold to. It does no work, so what it takes or does not is what it passes on for others.
import { describe, expect, it, onTestFinished } from 'vitest';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { type JoinedNode, networkSuite } from '../suites/network.ts';
import { composed } from '../support/composed.ts';
import { asPeer, fipsRun } from '../support/fips-run.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/wait.ts';

const KEY = '4c'.repeat(32);
const ours = Identity.of(Buffer.from(KEY, 'hex'))!;

/** Two nodes, one of which dials the whole node between them and the other is dialled by it. */
async function neighbours() {
  const right = fipsRun({ secret: 0x32 });
  await right.node.start();
  return { right };
}

type Neighbours = Awaited<ReturnType<typeof neighbours>>;

async function nodeAt({ right }: Neighbours, dataDir = temporaryFolder()) {
  const engine = await composed(dataDir);
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  const own = {
    key: KEY,
    udpBind: '127.0.0.1:0',
    transit: true,
    peers: [{ ...asPeer(right.identity, right.udp), alias: 'right' }],
    enabled: true,
  };
  for (const [name, value] of Object.entries(own)) await set(`networks.fips.${name}`, value);
  await engine.start();
  const view = () => viewOf(engine.take('networks').value, 'fips')!;
  await until('it to listen', () => view().detail.listening.length > 0);
  const udp = view().detail.listening[0]!.replace('udp ', '');
  const left = fipsRun({ secret: 0x31, settings: { peers: [asPeer(ours, udp)] } });
  await left.node.start();
  return { engine, dataDir, set, view, left };
}

let nth = 0;

async function joined(around: Neighbours, dataDir?: string): Promise<JoinedNode> {
  const { left, ...node } = await nodeAt(around, dataDir);
  const { right } = around;
  const isUp = () => right.node.layer.links.peers.has(ours.nodeAddr);
  const passed = () => node.view().detail.transit;
  return {
    ...node,
    do: () => Promise.reject(new Error('FIPS does no work')),
    begin: () => expect.unreachable('FIPS does no work'),
    async offer() {
      nth += 1;
      const { router } = left.node.mesh;
      const accepting = node.engine.take('availability').value.answer.accepting;
      await until('the way to be as it should', () => router.knows(right.identity.nodeAddr) === accepting);
      const before = passed().packets;
      left.say(right.identity, `offer ${nth}`);
      if (!accepting) {
        await until('it to be given up', () => !left.node.mesh.sessions.all.has(right.identity.nodeAddr));
        return passed().packets > before;
      }
      await until('it to be passed on', () => left.node.mesh.sessions.all.get(right.identity.nodeAddr)?.current);
      return true;
    },
    seen: async () => {
      const { enabled } = node.view();
      await until('the other end to see it so', () => isUp() === enabled);
      return isUp();
    },
    async again(folder) {
      await node.engine.stop();
      return await joined(around, folder);
    },
    secrets: () => [KEY],
  };
}

networkSuite({ id: 'fips', join: async () => await joined(await neighbours()) });

describe('FIPS in a whole node', () => {
  it('earns nothing: no entry, no work, no unit', async () => {
    const node = await joined(await neighbours());
    await until('it to be online', () => viewOf(node.engine.take('networks').value, 'fips')!.state === 'online');
    expect(await node.offer()).toBe(true);
    expect(node.engine.take('earnings').value.total).toEqual([]);
    expect(node.engine.take('work').value.recent).toEqual([]);
  });

  it('makes a key of its own where its user has none, keeps it, and takes another when told', async () => {
    const dataDir = temporaryFolder();
    const first = await composed(dataDir);
    await first.start();
    const made = (await first.handle('networks.identify', { id: 'fips' })) as { nodeId: string };
    expect(made.nodeId).toMatch(/^npub1/);
    expect(await first.handle('networks.identify', { id: 'fips' })).toEqual(made);
    await first.stop();
    const second = await composed(dataDir);
    onTestFinished(() => second.stop());
    await second.start();
    expect(await second.handle('networks.identify', { id: 'fips' })).toEqual(made);
    await second.handle('settings.set', { path: 'networks.fips.key', value: KEY });
    expect(await second.handle('networks.identify', { id: 'fips' })).toMatchObject({ nodeId: ours.npub });
  });

  it('shows the mesh, and lets a neighbour go and come back by its verbs', async () => {
    const around = await neighbours();
    const { engine, view } = await nodeAt(around);
    const { npub } = around.right.identity;
    const ask = (name: string, input?: unknown) => engine.handle('networks.ask', { id: 'fips', name, input });
    await until('both neighbours', () => view().detail.neighbours === 2);
    expect(view()).toMatchObject({ state: 'online', nodeId: ours.npub, address: ours.ipv6 });
    expect(await ask('mesh')).toMatchObject({ wanted: [{ npub, alias: 'right', state: 'up' }] });
    expect(await ask('disconnect', { npub })).toEqual({ npub, disconnected: true });
    await until('it to be gone', () => view().detail.neighbours === 1);
    expect(await ask('mesh')).toMatchObject({ wanted: [{ state: 'held' }] });
    expect(await ask('connect', { npub })).toEqual({ npub });
    await until('it to be back', () => view().detail.neighbours === 2);
    await expect(ask('connect', { npub: ours.npub })).rejects.toMatchObject({ code: 'fips.peer-self' });
    await expect(ask('disconnect', { npub: ours.npub })).rejects.toMatchObject({ code: 'fips.peer-not-neighbour' });
    expect(await ask('look', { npub, addr: '' })).toBeNull();
    expect(await ask('look', { npub: npub.replace('npub1', 'npub1q'), addr: '' })).toMatchObject({
      code: 'fips.peer-npub',
    });
    expect(await ask('look', { npub, addr: 'nowhere' })).toMatchObject({ code: 'fips.peer-address' });
  });
});
