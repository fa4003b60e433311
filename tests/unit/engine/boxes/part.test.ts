// Boxes in a node: when an engine is looked for, what is swept and what is kept, who gets which box, and what comes of an engine that goes
// away.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BoxEvent } from '../../../../src-main/backends/workloads/backend.ts';
import type { OpenEngine } from '../../../../src-main/backends/workloads/open.ts';
import { TEMPLATES } from '../../../../src-main/backends/workloads/templates.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { lendsCards } from '../../../../src-main/engine/boxes/elsewhere.ts';
import { EngineMarker } from '../../../../src-main/engine/boxes/marker.ts';
import { isChosen, type Opener } from '../../../../src-main/engine/boxes/opener.ts';
import { BoxesPart } from '../../../../src-main/engine/boxes/part.ts';
import { removeAllOfBoxes, removeBoxes } from '../../../../src-main/engine/boxes/removal.ts';
import type { EngineEvent } from '../../../../src-main/networks/boxes.ts';
import type { ClaimedBox } from '../../../../src-main/networks/network.ts';
import { NOTHING } from '../../../../src-main/work/resources.ts';
import type { NetworkId } from '../../../../src-preload/contract/networks/index.ts';
import type { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import type { Resources } from '../../../../src-preload/contract/work.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { HOLDS, MadeEngine, specOf } from '../../../support/made-boxes.ts';
import { seededRandom } from '../../../support/random.ts';

const ROOM: Resources = { slots: 1, cpuMillicores: 8000, memoryMiB: 2000, diskMiB: 9000, gpuMiB: 0, ports: 3 };
const never = new AbortController().signal;
const THERE: BoxEngineChoice = { engine: 'containers', at: 'tcp://s', certificates: '/k' };
function elsewhere(more: Partial<OpenEngine> = {}): MadeEngine {
  const engine = new MadeEngine();
  engine.engine = { ...engine.engine, at: 'tcp://s', host: 's', certificates: '/k', elsewhere: true, ...more };
  return engine;
}
const A = 'iicp' as NetworkId;
const B = 'posemesh' as NetworkId;

interface SetUp {
  readonly dataDir?: string;
  readonly joined?: readonly NetworkId[];
  readonly engine?: MadeEngine;
  readonly claims?: Partial<Record<NetworkId, () => readonly ClaimedBox[]>>;
}

function setUp({
  dataDir = temporaryFolder(),
  joined = [A],
  claims = { [A]: () => [], [B]: () => [] },
  engine = new MadeEngine(),
}: SetUp = {}) {
  const clock = new HandClock();
  const counted: unknown[] = [];
  const ended: number[] = [];
  const switches = new Set(joined);
  const chosen: { engine: BoxEngineChoice; internet: boolean; gpuMiB: number } = {
    engine: { engine: 'containers' },
    internet: true,
    gpuMiB: 0,
  };
  const part: BoxesPart = new BoxesPart(
    {
      clock,
      random: seededRandom(),
      logger: silentLogger,
      capacity: { roomFor: (_network, of) => (of?.elsewhere ? part.elsewhere() : ROOM) },
      work: { endLease: async (id) => void ended.push(id), resourcesOf: (id) => (id === 7 ? ROOM : undefined) },
      mbitPerSecond: () => 20,
      monthlyBytes: () => null,
      templates: () => TEMPLATES,
      encrypts: () => false,
      sizes: () => false,
      cards: () => 'nvidia.com/gpu=all',
      lendsCards: () => lendsCards(chosen.engine, chosen.gpuMiB),
      slowMachines: () => false,
      internet: () => chosen.internet,
      ports: () => 16,
      engine: () => chosen.engine,
      countData: (moved) => counted.push(moved),
      joined: (id) => switches.has(id),
      networks: () => [A, B].map((id) => ({ id, ...(claims[id] && { boxes: { claimed: claims[id] } }) })),
    },
    { dataDir, open: engine.open },
  );
  onTestFinished(async () => {
    await part.stop();
    expect(clock.timers).toBe(0);
  });
  return { part, clock, engine, counted, ended, switches, chosen, dataDir, marker: new EngineMarker(dataDir) };
}

async function started(of: SetUp = {}) {
  const all = setUp(of);
  await all.part.start();
  await all.clock.turn(0);
  return all;
}

describe('the engine for boxes', () => {
  it('is left alone while nobody sells boxes, and looked for when a network that does is joined', async () => {
    const { part, engine, clock, switches, marker } = await started({ joined: [] });
    await clock.turn(3_600_000);
    expect([engine.calls, part.view().stage, part.view().missing?.code]).toEqual([[], 'off', 'boxes.off']);
    switches.add(A);
    part.look();
    await clock.turn(0);
    expect(engine.calls).toEqual(['open any', 'sweep', 'probe']);
    expect(part.view()).toMatchObject({ stage: 'open', missing: null, wanted: true, engine: { make: 'podman' } });
    expect(marker.read()).toEqual({ socket: '/run/made.sock', engine: 'containers' });
  });

  it('is not looked for by a network that sells no boxes', async () => {
    const { engine } = await started({ claims: {} });
    expect(engine.calls).toEqual([]);
  });

  it('is tried where its owner wants to know, and left again', async () => {
    const { part, engine, clock } = await started({ joined: [] });
    part.probe();
    await clock.turn(0);
    expect([engine.calls, part.view().stage]).toEqual([['open any', 'sweep', 'probe'], 'open']);
    expect(part.view().probe?.checks).toEqual(HOLDS.checks);
  });

  it('is tried again when something of the graphics cards is lent, when nothing is any more, and when they are others', async () => {
    const { part, engine, clock, chosen } = await started();
    const asked = async (of?: { others: boolean }) => {
      engine.calls.length = 0;
      part.lookAtCards(of);
      await clock.turn(0);
      return engine.calls.includes('probe');
    };
    expect([await asked(), await asked({ others: true })]).toEqual([false, false]);
    chosen.gpuMiB = 4096;
    engine.probe = { ...HOLDS, graphics: { works: false, seen: 'no such device' } };
    expect([await asked(), await asked()]).toEqual([true, false]);
    engine.probe = { ...HOLDS, graphics: { works: true, seen: '/dev/nvidia0' } };
    expect([await asked({ others: true }), await asked()]).toEqual([true, false]);
    expect(part.choiceOf(A).offer().engine?.graphics).toBe(true);
    chosen.gpuMiB = 0;
    engine.probe = HOLDS;
    expect([await asked(), await asked()]).toEqual([true, false]);
    expect(part.choiceOf(A).offer().engine?.graphics).toBe(false);
  });

  it('elsewhere lends of its graphics cards what its owner says, and nothing of this computer’s', async () => {
    const { part, clock, chosen } = setUp({ engine: elsewhere() });
    chosen.engine = THERE;
    await part.start();
    await clock.turn(0);
    expect([part.elsewhere().gpuMiB, lendsCards(THERE, 4096)]).toEqual([0, false]);
    chosen.engine = { ...THERE, gpuGiB: 8 } as BoxEngineChoice;
    expect([part.elsewhere().gpuMiB, lendsCards(chosen.engine, 0)]).toEqual([8192, true]);
    expect(lendsCards({ engine: 'containers', gpuGiB: 8 }, 0)).toBe(false);
  });

  it('says why it can’t be tried, until something changes', async () => {
    const { part, engine, clock, switches } = await started({ joined: [] });
    engine.down();
    part.probe();
    await clock.turn(3_600_000);
    expect([engine.calls, part.view().stage]).toEqual([['open any'], 'none']);
    part.look();
    await clock.turn(0);
    expect(part.view().stage).toBe('off');
    switches.add(A);
    part.look();
    engine.up();
    await clock.turn(10_000);
    expect(part.view().stage).toBe('open');
  });

  it('never holds up the start', async () => {
    const { part, engine, clock } = setUp();
    engine.probe = new Promise(() => undefined);
    await part.start();
    await clock.turn(0);
    expect([part.view().stage, part.view().missing?.code]).toEqual(['probing', 'boxes.probing']);
  });

  it('says what a box would not be held by, and makes none', async () => {
    const { part, engine, clock } = setUp();
    engine.probe = {
      ...HOLDS,
      offered: false,
      checks: [...HOLDS.checks, { id: 'ipv6', held: false, seen: 'reached' }],
    };
    await part.start();
    await clock.turn(0);
    expect(part.view()).toMatchObject({
      stage: 'refused',
      missing: { code: 'boxes.does-not-hold', values: { checks: 'ipv6' } },
    });
    await expect(part.choiceOf(A).create(specOf('lease-1'), never)).rejects.toMatchObject({
      code: 'boxes.not-offered',
    });
    expect(engine.boxes.size).toBe(0);
  });

  it('is looked for again and again where none answers, at growing intervals', async () => {
    const { part, engine, clock } = setUp();
    engine.down();
    await part.start();
    await clock.turn(0);
    expect(part.view()).toMatchObject({ stage: 'none', engine: null, missing: { code: 'workloads.engine-lost' } });
    await clock.turn(600_000);
    const tries = engine.calls.length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(15);
    const heard: (BoxEvent | EngineEvent)[] = [];
    part.choiceOf(A).onEvent((event) => heard.push(event));
    engine.up();
    await clock.turn(300_000);
    expect([part.view().stage, heard]).toEqual(['open', [{ kind: 'engine-back' }]]);
  });

  it('is tried anew when it comes back, and its networks hear of both', async () => {
    const { part, engine, clock } = await started();
    const heard: (BoxEvent | EngineEvent)[] = [];
    part.choiceOf(A).onEvent((event) => heard.push(event));
    engine.down();
    await clock.turn(0);
    expect([heard, part.view().stage]).toEqual([[{ kind: 'engine-lost' }], 'none']);
    engine.up();
    await clock.turn(60_000);
    expect([heard.at(-1), part.view().stage]).toEqual([{ kind: 'engine-back' }, 'open']);
    expect(engine.calls.filter((call) => call === 'probe')).toHaveLength(2);
  });

  it('is kept until its boxes have ended where another was chosen, and the other one is tried then', async () => {
    const claimed: ClaimedBox[] = [{ id: 'lease-1', job: 7 }];
    const { part, engine, clock, chosen, marker } = await started({ claims: { [A]: () => claimed } });
    chosen.engine = { engine: 'containers', at: 'ssh://server' };
    engine.engine = { ...engine.engine, at: 'ssh://server', host: 'server' };
    part.look();
    await clock.turn(600_000);
    expect([part.view().engine?.at, engine.calls.lastIndexOf('open any')]).toEqual(['/run/made.sock', 0]);
    const choice = part.choiceOf(A);
    expect([part.view().stage, choice.offer().missing]).toMatchObject([
      'changing',
      { code: 'boxes.changing', values: { engine: 'made', count: 1 } },
    ]);
    // What is there goes on, and nothing is added to it.
    engine.boxes.set('iicp-lease-1', { spec: specOf('iicp-lease-1'), running: false });
    await choice.create(specOf('lease-1'), never);
    await expect(choice.create(specOf('lease-2'), never)).rejects.toMatchObject({
      code: 'boxes.not-offered',
      details: { why: 'boxes.changing' },
    });
    claimed.pop();
    await clock.turn(60_000);
    expect(part.view()).toMatchObject({ stage: 'open', engine: { at: 'ssh://server' } });
    expect(engine.calls.filter((call) => call === 'probe')).toHaveLength(2);
    expect(marker.read()?.socket).toBe('ssh://server');
  });
});

it('another engine than the one that was chosen is asked again at growing intervals, and sells nothing', async () => {
  const { part, engine, clock, chosen } = setUp();
  chosen.engine = { engine: 'lxd' };
  await part.start();
  await clock.turn(0);
  expect([part.view().stage, part.view().missing?.code]).toEqual(['none', 'boxes.engine-differs']);
  await clock.turn(3_600_000);
  const opened = engine.calls.filter((call) => call === 'open any').length;
  expect(opened).toBeGreaterThan(10);
  expect(opened).toBeLessThan(30);
  expect(new Set(engine.calls)).toEqual(new Set(['open any']));
  chosen.engine = { engine: 'containers' };
  part.look();
  await clock.turn(0);
  expect(part.view().stage).toBe('open');
});

it('a box that can’t be removed is tried again at intervals where nobody wants any', async () => {
  const dataDir = temporaryFolder();
  new EngineMarker(dataDir).write({ socket: '/run/made.sock', engine: 'containers' });
  const { part, engine, clock, marker } = setUp({ dataDir, joined: [] });
  engine.boxes.set('iicp-lease-2', { spec: specOf('x'), running: true });
  engine.stuck.add('iicp-lease-2');
  await part.start();
  await clock.turn(3_600_000);
  const swept = () => engine.calls.filter((call) => call.startsWith('sweep')).length;
  expect([part.view().stage, swept()]).toEqual(['off', 13]);
  engine.stuck.clear();
  await clock.turn(300_000);
  expect([engine.boxes.size, marker.read()]).toEqual([0, undefined]);
});

it('an engine that is chosen again sells again', async () => {
  const { part, clock, chosen } = await started({ claims: { [A]: () => [{ id: 'lease-1', job: 7 }] } });
  chosen.engine = { engine: 'lxd' };
  part.look();
  await clock.turn(0);
  expect(part.view().stage).toBe('changing');
  chosen.engine = { engine: 'containers' };
  part.look();
  await clock.turn(0);
  expect([part.view().stage, part.choiceOf(A).offer().missing]).toEqual(['open', null]);
});

describe('an engine that answers', () => {
  const local: OpenEngine = {
    kind: 'containers',
    make: 'podman',
    at: '/run/a.sock',
    rootless: true,
    host: null,
    elsewhere: false,
  };
  const remote: OpenEngine = { ...local, at: 'tcp://server', host: 'server', certificates: '/keys' };
  const lxd: OpenEngine = { ...local, kind: 'lxd', make: 'lxd' };
  it.each<[string, OpenEngine, BoxEngineChoice, boolean]>([
    ['any of this computer', local, { engine: 'containers' }, true],
    ['another computer', local, { engine: 'containers', at: 'ssh://server' }, false],
    ['this computer', remote, { engine: 'containers' }, false],
    ['where it is', remote, { engine: 'containers', at: 'tcp://server', certificates: '/keys' }, true],
    ['other certificates', remote, { engine: 'containers', at: 'tcp://server', certificates: '/others' }, false],
    ['system containers', local, { engine: 'lxd' }, false],
    ['containers', lxd, { engine: 'containers' }, false],
    ['any LXD', lxd, { engine: 'lxd' }, true],
    ['its socket', lxd, { engine: 'lxd', socket: '/run/a.sock' }, true],
    ['another socket', lxd, { engine: 'lxd', socket: '/run/b.sock' }, false],
  ])('is chosen or not: %s', (_name, engine, chosen, is) => {
    expect(isChosen(engine, chosen)).toBe(is);
  });
});

describe('boxes of an earlier run', () => {
  it('are swept but for those that networks claim, joined or not', async () => {
    const all = setUp({ claims: { [A]: () => [{ id: 'lease-1', job: 7 }], [B]: () => [{ id: 'lease-1', job: 8 }] } });
    for (const id of ['iicp-lease-1', 'iicp-lease-2', 'posemesh-lease-1', 'probe', 'other-lease-1'])
      all.engine.boxes.set(id, { spec: specOf(id), running: true });
    await all.part.start();
    await all.clock.turn(0);
    expect([...all.engine.boxes.keys()]).toEqual(['iicp-lease-1', 'posemesh-lease-1']);
  });

  it('keep no other from being removed, nor any from being made, where one can’t be', async () => {
    const all = setUp();
    for (const id of ['iicp-lease-1', 'iicp-lease-2', 'iicp-lease-3'])
      all.engine.boxes.set(id, { spec: specOf(id), running: true });
    all.engine.stuck.add('iicp-lease-1');
    await all.part.start();
    await all.clock.turn(1000);
    expect([[...all.engine.boxes.keys()], all.part.view().stage]).toEqual([['iicp-lease-1'], 'open']);
    expect(all.engine.askedAgain).toBe(0);
    all.part.probe();
    await all.clock.turn(1000);
    await all.part.end('iicp-lease-1');
    expect([all.engine.askedAgain, all.engine.boxes.size]).toEqual([2, 0]);
  });

  it('are swept where no network is joined any more, and the engine is forgotten then', async () => {
    const dataDir = temporaryFolder();
    new EngineMarker(dataDir).write({ socket: '/run/made.sock', engine: 'containers' });
    const { engine, marker, part } = setUp({ dataDir, joined: [] });
    engine.boxes.set('iicp-lease-2', { spec: specOf('x'), running: true });
    await part.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect([engine.calls, engine.boxes.size, marker.read()]).toEqual([
      ['open /run/made.sock', 'sweep iicp-lease-2'],
      0,
      undefined,
    ]);
    expect(part.view().stage).toBe('off');
  });

  it('all stay where a network does not say which are its own', async () => {
    const all = setUp({
      claims: {
        [A]: () => {
          throw new Error('a mistake');
        },
      },
    });
    all.engine.boxes.set('iicp-lease-1', { spec: specOf('x'), running: true });
    await all.part.start();
    await all.clock.turn(0);
    expect([all.engine.boxes.size, all.engine.calls]).toEqual([1, ['open any', 'probe']]);
  });

  it('are asked about at the engine that has them, and at no other', async () => {
    const dataDir = temporaryFolder();
    new EngineMarker(dataDir).write({ socket: '/run/earlier.sock', engine: 'containers' });
    const { part, engine, clock } = setUp({ dataDir, claims: { [A]: () => [{ id: 'lease-1', job: 7 }] } });
    engine.down();
    await part.start();
    await clock.turn(0);
    expect(await part.choiceOf(A).status('lease-1', never)).toBe('unknown');
    expect(new Set(engine.calls)).toEqual(new Set(['open /run/earlier.sock']));
  });

  it('are found before the part is started, as a network needs that recovers', async () => {
    const { part, engine } = setUp();
    engine.boxes.set('iicp-lease-1', { spec: specOf('x'), running: true });
    const choice = part.choiceOf(A);
    expect([await choice.status('lease-1', never), await choice.adopt(specOf('lease-2'), never)]).toEqual([
      'running',
      'absent',
    ]);
  });
});

describe('boxes of a network', () => {
  it('are its own by their names, and no other network reaches them', async () => {
    const { part, engine } = await started();
    const [own, other] = [part.choiceOf(A), part.choiceOf(B)];
    await own.create(specOf('lease-1'), never);
    await own.start('lease-1', never);
    expect([...engine.boxes.keys()]).toEqual(['iicp-lease-1']);
    expect([(await own.list(never)).map(({ id }) => id), await other.list(never)]).toEqual([['lease-1'], []]);
    expect([await own.status('lease-1', never), await other.status('lease-1', never)]).toEqual(['running', 'absent']);
    await expect(own.exec('../iicp-x', ['id'], never)).rejects.toMatchObject({ code: 'workloads.box-invalid' });
    await expect(own.remove('x'.repeat(31), never)).rejects.toMatchObject({ code: 'workloads.box-invalid' });
  });

  it('are made when the probe that is under way has ended well', async () => {
    const { part, engine, clock } = setUp();
    const probe = Promise.withResolvers<typeof HOLDS>();
    engine.probe = probe.promise;
    await part.start();
    await clock.turn(0);
    const made = part.choiceOf(A).create(specOf('lease-1'), never);
    const left = new AbortController();
    const leaves = part.choiceOf(A).create(specOf('lease-2'), left.signal);
    left.abort(new Error('left'));
    await expect(leaves).rejects.toThrow('left');
    probe.resolve(HOLDS);
    await made;
    expect([...engine.boxes.keys()]).toEqual(['iicp-lease-1']);
  });

  it('are told of what becomes of them, and of nobody else’s', async () => {
    const { part, engine } = await started();
    const heard: (BoxEvent | EngineEvent)[] = [];
    const off = part.choiceOf(A).onEvent((event) => heard.push(event));
    engine.exit('iicp-lease-1');
    engine.exit('posemesh-lease-1');
    engine.exit('probe');
    off();
    engine.exit('iicp-lease-1');
    expect(heard).toEqual([{ id: 'lease-1', kind: 'exited' }]);
  });

  it('can have what is lent, and no more than the engine has', async () => {
    const { part } = await started();
    const choice = part.choiceOf(A);
    expect(choice.free()).toEqual({ cpuMillicores: 4000, memoryMiB: 2000, diskMiB: 9000, ports: 3 });
    expect(choice.offer()).toMatchObject({ missing: null, engine: { isolation: 'shared-kernel', disk: 'quota' } });
    expect(choice.offer().templates.map(({ content }) => content)).toEqual([null, null, null, null, null, null]);
  });

  it('can have what an engine elsewhere has, whatever this computer lends', async () => {
    const here = await started();
    const needs = await here.part.choiceOf(A).needs(specOf('lease-1'));
    expect([here.part.elsewhere(), needs.elsewhere, here.part.view().engine?.lends]).toEqual([NOTHING, false, null]);
    const { part, engine, clock, chosen } = setUp({ engine: elsewhere() });
    chosen.engine = THERE;
    engine.capacity = { cpuMillicores: 64_000, memoryMiB: 256_000, diskMiB: 900_000 };
    await part.start();
    await clock.turn(0);
    const there = part.choiceOf(A);
    expect(there.free()).toEqual({ ...engine.capacity, ports: 65_535 });
    expect(await there.needs(specOf('lease-1'))).toMatchObject({ cpuMillicores: 500, elsewhere: true });
    expect(part.view().engine).toMatchObject({ capacity: engine.capacity, lends: engine.capacity });
    engine.down();
    await clock.turn(0);
    expect(part.elsewhere()).toEqual(NOTHING);
  });

  it.each<[string, BoxEngineChoice, Partial<OpenEngine>, number | null, object, string | undefined]>([
    [
      'as much as their owner gives them of it',
      { ...THERE, cores: 2, memoryGiB: 1, diskGiB: 3 },
      {},
      9000,
      { cpuMillicores: 2000, memoryMiB: 1024, diskMiB: 3072 },
      undefined,
    ],
    [
      'no more than there is, whatever their owner gives them',
      { ...THERE, cores: 99, memoryGiB: 99, diskGiB: 99 },
      {},
      9000,
      { cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 9000 },
      undefined,
    ],
    ['of a disk that nobody says the size of nothing', THERE, {}, null, { diskMiB: 0 }, 'boxes.disk-not-said'],
    ['of such a disk what their owner says', { ...THERE, diskGiB: 3 }, {}, null, { diskMiB: 3072 }, undefined],
    [
      'this computer’s ports where they lead there',
      { engine: 'containers' },
      { host: null },
      9000,
      { ports: 16 },
      undefined,
    ],
  ])('elsewhere can have %s', async (_, choice, more, diskMiB, expected, missing) => {
    const engine = elsewhere(more);
    engine.capacity = { cpuMillicores: 4000, memoryMiB: 8192, diskMiB };
    const { part, chosen, clock } = setUp({ engine });
    chosen.engine = choice;
    await part.start();
    await clock.turn(0);
    expect(part.choiceOf(A).free()).toMatchObject(expected);
    expect([part.view().missing?.code, part.choiceOf(A).offer().missing?.code]).toEqual([missing, missing]);
  });

  it('are told whether new ones may use the Internet, and when that has changed', async () => {
    const { part, chosen } = await started();
    const choice = part.choiceOf(A);
    const heard: boolean[] = [];
    choice.onChange(() => heard.push(choice.offer().internet));
    chosen.internet = false;
    await part.lookAtImages();
    expect(heard).toEqual([false]);
  });
});

describe('what is shown of boxes', () => {
  it('is whose they are, what they hold, and what they take over time', async () => {
    const { part, engine, clock, counted } = await started({ claims: { [A]: () => [{ id: 'lease-1', job: 7 }] } });
    await part.choiceOf(A).create(specOf('lease-1'), never);
    await part.choiceOf(A).start('lease-1', never);
    await clock.turn(1000);
    expect(part.view().boxes).toEqual([
      {
        id: 'iicp-lease-1',
        network: A,
        job: 7,
        status: 'running',
        ended: null,
        resources: ROOM,
        use: [],
        movedBytes: 0,
      },
    ]);
    engine.cpuNanos = 5e9;
    await clock.turn(21_000);
    const [box] = part.view().boxes;
    expect(box?.use.map(({ memoryMiB }) => memoryMiB)).toEqual([64]);
    // Five seconds of one core in about twenty.
    expect(box?.use[0]?.cpuMillicores).toBeGreaterThan(200);
    expect([box?.movedBytes, counted.at(-1)]).toEqual([5000, { in: 5000, out: 0 }]);
    engine.down();
    await clock.turn(0);
    expect(part.view().boxes[0]?.status).toBe('unknown');
  });

  it('counts into the data plan only where it passes this computer', async () => {
    const { part, engine, clock, counted, chosen } = setUp();
    chosen.engine = { engine: 'containers', at: 'ssh://server' };
    engine.engine = { ...engine.engine, at: 'ssh://server', host: 'server' };
    await part.start();
    await clock.turn(0);
    await part.choiceOf(A).create(specOf('lease-1'), never);
    await part.choiceOf(A).start('lease-1', never);
    await clock.turn(1000);
    engine.cpuNanos = 5e9;
    await clock.turn(21_000);
    expect([part.view().boxes[0]?.movedBytes, counted]).toEqual([5000, []]);
  });

  it('counts to the end of each, and over a restart of Hearth', async () => {
    const claims = { [A]: () => ['lease-1', 'lease-2', 'lease-3'].map((id, at) => ({ id, job: at })) };
    const one = await started({ claims });
    const choice = one.part.choiceOf(A);
    for (const id of ['lease-1', 'lease-2', 'lease-3']) {
      await choice.create(specOf(id), never);
      await choice.start(id, never);
    }
    const bytes = ({ counted }: typeof one) => counted.reduce<number>((sum, of) => sum + (of as { in: number }).in, 0);
    one.engine.cpuNanos = 1e9;
    await choice.stop('lease-1', never);
    expect(bytes(one)).toBe(1000);
    one.engine.cpuNanos = 2e9;
    await choice.remove('lease-2', never);
    expect(bytes(one)).toBe(3000);
    await one.clock.turn(21_000);
    expect(bytes(one)).toBe(6000);
    await one.part.stop();

    const two = setUp({ dataDir: one.dataDir, claims: { [A]: () => [{ id: 'lease-1', job: 0 }] } });
    for (const id of ['iicp-lease-1', 'iicp-lease-3']) two.engine.boxes.set(id, { spec: specOf(id), running: true });
    two.engine.cpuNanos = 10e9;
    await two.part.start();
    await two.clock.turn(0);
    // One of them was swept, for nobody claims it any more.
    expect([bytes(two), [...two.engine.boxes.keys()]]).toEqual([16_000, ['iicp-lease-1']]);
  });

  it('is why one stopped by itself, until it is started again', async () => {
    const { part, engine, clock } = await started();
    const choice = part.choiceOf(A);
    await choice.create(specOf('lease-1'), never);
    const runs = () => choice.start('lease-1', never);
    const ended = async () => {
      await clock.turn(1000);
      return part.view().boxes[0]?.ended;
    };
    await runs();
    engine.exit('iicp-lease-1', 4);
    expect(await ended()).toMatchObject({ kind: 'exited', exitCode: 4 });
    await runs();
    expect(await ended()).toBeNull();
    // Docker says it before the end, Podman is asked after it.
    engine.say({ id: 'iicp-lease-1', kind: 'out-of-memory' });
    engine.exit('iicp-lease-1', 137);
    expect(await ended()).toMatchObject({ kind: 'out-of-memory', exitCode: 137 });
    await runs();
    engine.exit('iicp-lease-1');
    expect(await ended()).toMatchObject({ kind: 'exited', exitCode: null });
    engine.say({ id: 'iicp-lease-1', kind: 'out-of-memory' });
    expect(await ended()).toMatchObject({ kind: 'out-of-memory' });
    await runs();
    await choice.stop('lease-1', never);
    expect(await ended()).toBeNull();
  });

  it('leaves out what the house makes to try the engine', async () => {
    const { part, engine, clock } = await started();
    for (const id of ['probe', 'neighbour', 'iicp-lease-1']) engine.boxes.set(id, { spec: specOf(id), running: true });
    engine.exit('probe');
    await clock.turn(1000);
    expect(part.view().boxes.map(({ id, job }) => [id, job])).toEqual([['iicp-lease-1', null]]);
  });

  it('keeps half an hour of each', async () => {
    const { part, clock } = await started({ claims: { [A]: () => [{ id: 'lease-1', job: 7 }] } });
    await part.choiceOf(A).create(specOf('lease-1'), never);
    await part.choiceOf(A).start('lease-1', never);
    await clock.turn(7_200_000);
    expect(part.view().boxes[0]?.use).toHaveLength(90);
  });
});

describe('a box that its owner ends', () => {
  it('ends with its lease, and goes by itself where it has none', async () => {
    const { part, engine, ended } = await started({ claims: { [A]: () => [{ id: 'lease-1', job: 7 }] } });
    for (const id of ['iicp-lease-1', 'iicp-lease-9']) engine.boxes.set(id, { spec: specOf(id), running: true });
    expect(await part.logs('iicp-lease-9')).toBe('log of iicp-lease-9');
    await part.end('iicp-lease-1');
    await part.end('iicp-lease-9');
    expect([ended, [...engine.boxes.keys()]]).toEqual([[7], ['iicp-lease-1']]);
    await expect(part.end('iicp-lease-9')).rejects.toMatchObject({ code: 'boxes.unknown' });
    await expect(part.logs('nothing')).rejects.toMatchObject({ code: 'boxes.unknown' });
  });
});

describe('removing a node', () => {
  it('takes all its boxes with it, claimed or not', async () => {
    const dataDir = temporaryFolder();
    new EngineMarker(dataDir).write({ socket: '/run/made.sock', engine: 'containers' });
    const engine = new MadeEngine();
    engine.boxes.set('iicp-lease-1', { spec: specOf('x'), running: true });
    expect([await removeBoxes(dataDir, engine.open), engine.boxes.size]).toEqual([true, 0]);
  });

  it('says which images its engine has kept', async () => {
    const dataDir = temporaryFolder();
    new EngineMarker(dataDir).write({ socket: '/run/made.sock', engine: 'containers' });
    const engine = new MadeEngine();
    expect(await removeAllOfBoxes(dataDir, engine.open)).toEqual({ boxesLeft: false, remains: [] });
    engine.imagesLeft = ['localhost/hearth-template-relay:latest'];
    expect(await removeAllOfBoxes(dataDir, engine.open)).toEqual({
      boxesLeft: false,
      remains: [
        {
          code: 'removal.images',
          values: { engine: 'made', names: 'localhost/hearth-template-relay:latest' },
          says: expect.stringContaining('remove it there'),
        },
      ],
    });
    // They are what its boxes are made of.
    engine.boxes.set('iicp-lease-1', { spec: specOf('x'), running: true });
    engine.stuck.add('iicp-lease-1');
    expect(await removeAllOfBoxes(dataDir, engine.open)).toEqual({ boxesLeft: true, remains: [] });
  });

  it('takes what is at engines that were used before, and says which of them do not answer', async () => {
    const dataDir = temporaryFolder();
    const marker = new EngineMarker(dataDir);
    const engines = new Map(
      ['/run/first.sock', '/run/gone.sock', '/run/made.sock'].map((at) => [at, new MadeEngine()]),
    );
    for (const [at, engine] of engines) {
      engine.engine = { ...engine.engine, at };
      marker.write({ socket: at, engine: 'containers' });
    }
    // As when the last box has gone.
    marker.remove();
    marker.write({ socket: '/run/made.sock', engine: 'containers' });
    const [first, gone, present] = [...engines.values()] as [MadeEngine, MadeEngine, MadeEngine];
    first.imagesLeft = ['localhost/hearth-template-relay:latest'];
    gone.down();
    const open: Opener = async (place) => engines.get(place!.socket)!.open(place);
    expect(await removeAllOfBoxes(dataDir, open)).toMatchObject({
      boxesLeft: false,
      remains: [
        { code: 'removal.images', values: { names: 'localhost/hearth-template-relay:latest' } },
        { code: 'removal.unreached', values: { engine: '/run/gone.sock' } },
      ],
    });
    expect([first.calls, present.calls]).toEqual([
      ['open /run/first.sock', 'sweep'],
      ['open /run/made.sock', 'sweep'],
    ]);
    first.boxes.set('iicp-lease-1', { spec: specOf('x'), running: false });
    first.stuck.add('iicp-lease-1');
    marker.use({ socket: '/run/first.sock', engine: 'containers' });
    gone.up();
    expect(await removeAllOfBoxes(dataDir, open)).toEqual({ boxesLeft: true, remains: [] });
    // What was found empty is not asked again.
    expect(marker.used().map(({ socket }) => socket)).toEqual(['/run/first.sock', '/run/made.sock']);
  });

  it('knows where images were pulled to, and where boxes were tried, also when none is left', async () => {
    const { part, engine, clock, marker } = await started({ joined: [] });
    engine.engine = { ...engine.engine, at: '/run/pulled.sock' };
    await part.pull('relay');
    const pulled = { socket: '/run/pulled.sock', engine: 'containers' };
    expect([marker.read(), marker.used()]).toEqual([undefined, [pulled]]);
    part.probe();
    await clock.turn(0);
    expect(marker.read()).toEqual(pulled);
    await clock.turn(3_600_000);
    expect([marker.read(), marker.used()]).toEqual([undefined, [pulled]]);
  });

  it('says that some may be left where their engine does not answer', async () => {
    const dataDir = temporaryFolder();
    const engine = new MadeEngine();
    engine.down();
    expect([await removeBoxes(dataDir, engine.open), engine.calls]).toEqual([true, []]);
    new EngineMarker(dataDir).write({ socket: '/run/made.sock', engine: 'containers' });
    expect(await removeBoxes(dataDir, engine.open)).toBe(false);
    expect(existsSync(join(dataDir, 'workloads'))).toBe(true);
  });
});
