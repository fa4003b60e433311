// Boxes in a node beside a real Podman: tried, made for a network, found again by the next run, swept where nobody claims them, and gone
// with the node.
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { installationOf } from '../../../src-main/backends/containers/installation.ts';
import { TEMPLATES } from '../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { BoxesPart } from '../../../src-main/engine/boxes/part.ts';
import { removeBoxes } from '../../../src-main/engine/boxes/removal.ts';
import type { Moved } from '../../../src-main/engine/boxes/use.ts';
import type { EngineEvent } from '../../../src-main/networks/boxes.ts';
import type { ClaimedBox } from '../../../src-main/networks/network.ts';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import { REMOVAL_WORDS, type RemovalView } from '../../../src-preload/contract/removal.ts';
import { dockerAt } from '../../support/boxes.ts';
import { composed } from '../../support/composed.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { specOf } from '../../support/made-boxes.ts';
import { freePort } from '../../support/network.ts';
import { IMAGE, type Podman, startPodman } from '../../support/podman.ts';
import { until } from '../../support/wait.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: boxes of a node were not tried with a real Podman: ${reason}`);
const podman = started as Podman;
const before = process.env.DOCKER_HOST;
if (reason === undefined) process.env.DOCKER_HOST = podman.host;
afterAll(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
  if (reason === undefined) await podman.stop();
});

const SELLER = 'iicp' as NetworkId;
const never = new AbortController().signal;
/** What comes until the other end is through. */
function receivedFrom(port: number): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    connect(port, '127.0.0.1')
      .on('data', (piece) => {
        bytes += piece.length;
      })
      .on('error', () => undefined)
      .on('close', () => resolve(bytes));
  });
}

const ROOM = { slots: 0, cpuMillicores: 2000, memoryMiB: 1024, diskMiB: 1024, gpuMiB: 0, ports: 4 };

async function nodeIn(dataDir: string, claimed: () => readonly ClaimedBox[], counted: Moved[] = []) {
  const part = new BoxesPart(
    {
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      capacity: { roomFor: () => ROOM },
      work: { endLease: async () => undefined, resourcesOf: () => ROOM },
      mbitPerSecond: () => 20,
      monthlyBytes: () => null,
      templates: () => TEMPLATES,
      encrypts: () => false,
      sizes: () => false,
      cards: () => 'nvidia.com/gpu=all',
      lendsCards: () => false,
      slowMachines: () => false,
      internet: () => true,
      ports: () => 16,
      engine: () => ({ engine: 'containers' as const }),
      countData: (moved) => counted.push(moved),
      joined: () => true,
      networks: () => [{ id: SELLER, boxes: { claimed } }],
    },
    { dataDir },
  );
  await part.start();
  onTestFinished(() => part.stop());
  const decided = () => until('the verdict', () => ['open', 'refused'].includes(part.view().stage), 150_000);
  return { part, choice: part.choiceOf(SELLER), decided };
}

describe.skipIf(reason !== undefined)('boxes in a node', { timeout: 240_000 }, () => {
  const image = async () => (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
  const forever = ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
  const box = async (id: string) =>
    specOf(id, { image: await image(), command: forever, memoryMiB: 32, diskMiB: 8, pids: 32 });

  it('outlive the node that made them, are found by the next, and go where nobody claims them', async () => {
    const dataDir = temporaryFolder();
    const claimed: ClaimedBox[] = [{ id: 'lease-1', job: 1 }];
    const one = await nodeIn(dataDir, () => [...claimed, { id: 'lease-2', job: 2 }]);
    await one.decided();
    const { missing, engine } = one.choice.offer();
    expect([missing, engine?.make, engine?.disk]).toEqual([null, 'podman', 'memory']);
    for (const id of ['lease-1', 'lease-2']) {
      await one.choice.create(await box(id), never);
      await one.choice.start(id, never);
    }
    await until('both to be shown', () => one.part.view().boxes.length === 2);
    await one.part.stop();

    const two = await nodeIn(dataDir, () => claimed);
    expect(await two.choice.adopt(await box('lease-1'), never)).toBe('running');
    await two.decided();
    expect((await two.choice.list(never)).map(({ id }) => id)).toEqual(['lease-1']);
    await until('what it takes', () => (two.part.view().boxes[0]?.use.length ?? 0) > 0, 90_000);
    await two.part.stop();

    expect(await removeBoxes(dataDir)).toBe(true);
    expect(podman.names()).toEqual([]);
  });

  it('are tried in a whole node when its owner asks, and all go with the node', async () => {
    const dataDir = temporaryFolder();
    const node = await composed(dataDir);
    onTestFinished(() => node.stop());
    await node.start();
    const stage = () => node.take('boxes').value.stage;
    expect(stage()).toBe('off');
    await node.handle('boxes.probe', undefined);
    await until('the verdict', () => ['open', 'refused'].includes(stage()), 150_000);
    const { probe, boxes } = node.take('boxes').value;
    expect([stage(), boxes]).toEqual(['open', []]);
    expect(probe?.checks.filter(({ held }) => !held)).toEqual([]);
    // As a run that was ended in their midst leaves them.
    await dockerAt(podman.host).createContainer({
      name: `hearth-${installationOf(join(dataDir, 'workloads'))}-iicp-left`,
      Image: IMAGE,
      Labels: {
        'hearth.installation': installationOf(join(dataDir, 'workloads')),
        'hearth.box': 'iicp-left',
        'hearth.role': 'box',
      },
    });
    expect(podman.names()).toHaveLength(1);
    const removal = { confirm: REMOVAL_WORDS, keepKeys: false };
    const { items, remains } = (await node.handle('removal.run', removal)) as RemovalView;
    expect([items, podman.names()]).toEqual([[], []]);
    const images = (await dockerAt(podman.host).listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    expect([images, remains.filter(({ code }) => code === 'removal.images')]).toEqual([[IMAGE], []]);
  });

  it('are counted to the end, whoever ends them, and over a restart of the node', async () => {
    const dataDir = temporaryFolder();
    const claimed = ['itself', 'stopped', 'later'].map((id, job) => ({ id, job }));
    const counted: Moved[] = [];
    const bytes = () => counted.reduce((sum, moved) => sum + moved.in + moved.out, 0);
    const one = await nodeIn(dataDir, () => claimed, counted);
    await one.decided();
    /** Who connects gets a million bytes; then it goes on or ends. */
    const give = async (of: typeof one, id: string, then: string) => {
      const host = await freePort();
      const command = ['/bin/sh', '-c', `head -c 1000000 /dev/zero | nc -l -p 8000; ${then}`];
      const spec = { ...(await box(id)), command, ports: [{ host, box: 8000, protocol: 'tcp' as const }] };
      await of.choice.create(spec, never);
      await of.choice.start(id, never);
      return () => until('all of it', async () => (await receivedFrom(host)) === 1_000_000);
    };
    const forAWhile = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
    const rest = await give(one, 'later', forAWhile);
    await (await give(one, 'itself', 'exit 0'))();
    await until('what it moved', () => bytes() > 1_000_000, 60_000);

    await (await give(one, 'stopped', forAWhile))();
    await one.choice.stop('stopped', never);
    expect(bytes()).toBeGreaterThan(2_000_000);

    await one.part.stop();
    await rest();
    const two = await nodeIn(dataDir, () => claimed, counted);
    await until('what it moved meanwhile', () => bytes() > 3_000_000, 150_000);
    expect(bytes()).toBeLessThan(3_500_000);
    for (const { id } of claimed) await two.choice.remove(id, never);
  });

  it('are unknown while their engine is away, and its network hears of it', async () => {
    const { part, choice, decided } = await nodeIn(temporaryFolder(), () => [{ id: 'lease-1', job: 1 }]);
    await decided();
    await choice.create(await box('lease-1'), never);
    await choice.start('lease-1', never);
    const heard: (EngineEvent | { readonly kind: string })[] = [];
    choice.onEvent((event) => heard.push(event));
    await podman.kill();
    try {
      await until('the loss', () => heard.some(({ kind }) => kind === 'engine-lost'));
      expect(await choice.status('lease-1', never)).toBe('unknown');
      expect(part.view()).toMatchObject({ stage: 'none', missing: { code: expect.stringMatching(/engine/) } });
    } finally {
      await podman.revive();
    }
    await until('it to be back', () => heard.some(({ kind }) => kind === 'engine-back'), 120_000);
    expect(await choice.status('lease-1', never)).toBe('running');
    await choice.remove('lease-1', never);
    await decided();
  });
});
