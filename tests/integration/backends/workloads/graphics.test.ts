// Boxes with a graphics card at a real Podman, where a device of the test's own takes the place of a card.
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findEngine, surroundings } from '../../../../src-main/backends/containers/engine.ts';
import { graphicsCards } from '../../../../src-main/backends/containers/graphics-cards.ts';
import { imageHere, makeContainer } from '../../../../src-main/backends/containers/making.ts';
import { planOf } from '../../../../src-main/backends/runners/container-plan.ts';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { endOfLog } from '../../../../src-main/backends/workloads/engine-requests.ts';
import { LOOK } from '../../../../src-main/backends/workloads/graphics-trial.ts';
import type { ContainerRunnerSetting } from '../../../../src-preload/contract/settings/runners.ts';
import { boxesAt, dockerAt, hostileAt } from '../../../support/boxes.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { until } from '../../../support/wait.ts';

const never = new AbortController().signal;
/** Where Podman looks for descriptions of devices; it knows no other place. */
const FOLDER = '/etc/cdi';
const FILE = `${FOLDER}/hearth-test-${process.pid}.json`;
const KIND = `hearth.test/gpu${process.pid}`;
const DEVICE = '/dev/hearth-gpu';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: a graphics card was not tried with a real Podman: ${reason}`);
const podman = started as Podman;
// Undefined: it is there already.
const made = reason === undefined ? mkdirSync(FOLDER, { recursive: true }) : undefined;
if (reason === undefined) {
  // What /dev/null is, by another name.
  const node = { path: DEVICE, type: 'c', major: 1, minor: 3, permissions: 'rw' };
  const disk = { path: '/dev/hearth-disk', type: 'b', major: 7, minor: 0, permissions: 'rw' };
  const devices = [
    { name: 'all', containerEdits: { deviceNodes: [node] } },
    { name: 'disk', containerEdits: { deviceNodes: [node, disk] } },
    { name: 'none', containerEdits: { env: ['HEARTH_CARD=none'] } },
  ];
  writeFileSync(FILE, JSON.stringify({ cdiVersion: '0.3.0', kind: KIND, devices }));
}
afterAll(async () => {
  rmSync(FILE, { force: true });
  if (made !== undefined) rmdirSync(FOLDER);
  if ('stop' in started) await started.stop();
});
const backend = reason === undefined ? await boxesAt(podman.host) : undefined;
const boxes = (cards?: string) => backend!('of-this-test', {}, 10_000, undefined, undefined, false, cards);

const specOf = (id: string, image: string, more: Partial<BoxSpec> = {}): BoxSpec => ({
  id,
  image,
  command: ['bash', '-c', `${LOOK}\ndeclare -p NVIDIA_VISIBLE_DEVICES; exec sleep infinity`],
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', NVIDIA_VISIBLE_DEVICES: 'all' },
  cpuMillicores: 500,
  memoryMiB: 64,
  diskMiB: 16,
  pids: 32,
  ports: [],
  network: 'internet',
  dataPath: '/data',
  readOnlyRoot: true,
  ...more,
});

interface Runtime {
  readonly process: { readonly capabilities: object; readonly noNewPrivileges: boolean; readonly rlimits: object };
  readonly root: { readonly readonly: boolean };
  readonly mounts: readonly { readonly destination: string; readonly type: string; readonly options: string[] }[];
  readonly linux: {
    readonly seccomp: { readonly syscalls: readonly object[] };
    readonly namespaces: readonly { readonly type: string }[];
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly resources: { readonly memory: object; readonly cpu: object; readonly pids: object };
    readonly devices?: readonly { readonly path: string }[];
  };
}

/** What the program was told that puts a container into its walls. */
async function madeAs(name: string) {
  const docker = dockerAt(podman.host);
  const { Id, HostConfig } = await docker.getContainer(name).inspect();
  const store = join(dirname(podman.host.replace('unix://', '')), 'store/overlay-containers');
  const config = JSON.parse(readFileSync(join(store, Id, 'userdata/config.json'), 'utf8')) as Runtime;
  const {
    process: { capabilities, noNewPrivileges, rlimits },
    root,
    mounts,
    linux,
  } = config;
  const { seccomp, namespaces, maskedPaths, readonlyPaths, resources } = linux;
  const { SecurityOpt: _, Devices, NetworkMode: __, Binds, ContainerIDFile: ___, LogConfig, ...limits } = HostConfig;
  return {
    held: {
      capabilities,
      noNewPrivileges,
      rlimits,
      seccomp,
      maskedPaths,
      readonlyPaths,
      isReadOnly: root.readonly,
      // Podman 4.3 does not hear of one for control groups by Docker's interface.
      namespaces: namespaces
        .map(({ type }) => type)
        .filter((type) => type !== 'cgroup')
        .sort(),
      mounts: mounts
        .map(({ destination, type, options }) => `${destination} ${type} ${[...options].sort().join(',')}`)
        .sort(),
      resources: [resources.memory, resources.cpu, resources.pids],
    },
    limits: { ...limits, log: LogConfig!.Config, binds: Binds!.map((bind: string) => bind.split(':').slice(1)) },
    devices: (Devices as readonly { PathInContainer: string }[]).map(({ PathInContainer }) => PathInContainer),
  };
}

it.skipIf(reason !== undefined)('a box of Podman gets a card by its spec alone, and nothing else by it', async () => {
  const at = boxes(`${KIND}=all`);
  const { toolbox } = await hostileAt(() => podman.host).images();
  const ask = (id: string, ...command: string[]) => at.exec(id, command, never);
  try {
    const specs = [specOf('lease-1', toolbox, { gpuMiB: 4096 }), specOf('lease-2', toolbox)];
    for (const spec of specs) {
      await at.create(spec, never);
      await at.start(spec.id, never);
      await until('it to have looked', async () => /NVIDIA/.test(await at.logs(spec.id, never)));
    }
    expect((await at.needs(specs[0]!)).gpuMiB).toBe(4096);
    const said = await Promise.all(specs.map(async ({ id }) => (await at.logs(id, never)).split('\n')));
    const [having, without] = said.map((lines) => lines.filter((line) => /^(?:held|disk|open|shut) /.test(line)));
    expect(without!.some((line) => line.startsWith('held CapBnd:'))).toBe(true);
    expect(having!.filter((line) => !without!.includes(line))).toEqual([`open ${DEVICE}`]);
    expect(without!.filter((line) => !having!.includes(line))).toEqual([]);
    expect(said[1]).toContain('declare -x NVIDIA_VISIBLE_DEVICES="void"');
    // One is made by Podman's own interface, and the other by Docker's: what holds them is the same, to the last system call.
    const [one, other] = await Promise.all(specs.map(({ id }) => madeAs(`hearth-of-this-test-${id}`)));
    expect(one!.held).toEqual(other!.held);
    expect(one!.held.seccomp.syscalls.length).toBeGreaterThan(10);
    expect(one!.limits).toEqual(other!.limits);
    expect([one!.devices, other!.devices]).toEqual([[DEVICE], []]);
    // A device of another name, its own disk among them, can't be made there.
    for (const { id } of specs) {
      expect((await ask(id, 'mknod', '/tmp/disk', 'b', '7', '0')).exitCode).not.toBe(0);
      const kept = await ask(id, 'bash', '-c', 'echo kept >/data/it && echo "$(</data/it)"');
      expect(kept.output.trim()).toBe('kept');
      expect((await ask(id, 'bash', '-c', 'echo 1 >/outside')).exitCode).not.toBe(0);
    }
    expect(await at.adopt(specs[0]!, never)).toBe('running');
    expect(await at.adopt({ ...specs[0]!, gpuMiB: 1 }, never)).toBe('absent');
  } finally {
    await at.sweep(new Set(), never);
  }
  expect([...podman.names(), ...podman.volumes()]).toEqual([]);
});

it.skipIf(reason !== undefined).each([
  ['all', { works: true, seen: DEVICE }],
  ['disk', { works: false, seen: 'a box with a card had a disk: /dev/hearth-disk' }],
  ['none', { works: false, seen: 'a box that was to have a card had no more devices than one without' }],
])('what is tried beforehand says of a card that is %s', async (name, graphics) => {
  const probe = await boxes(`${KIND}=${name}`).probe(never);
  expect(probe.checks.filter(({ held }) => !held)).toEqual([]);
  expect(probe).toMatchObject({ offered: true, graphics });
});

it.skipIf(reason !== undefined)('a card that is not there is none, and the engine says so', async () => {
  const { offered, graphics } = await boxes(`${KIND}=other`).probe(never);
  expect(offered).toBe(true);
  expect(graphics.works).toBe(false);
  expect(graphics.seen).toContain(`${KIND}=other`);
  expect((await boxes().probe(never)).graphics).toEqual({ works: false, seen: null });
  expect(podman.names()).toEqual([]);
});

it.skipIf(reason !== undefined)('a container of a runner whose user has ticked it gets one as well', async () => {
  const engine = await findEngine({ ...surroundings(), env: { DOCKER_HOST: podman.host } }, never);
  const image = await imageHere(engine.docker, IMAGE, Error);
  const setting: ContainerRunnerSetting = {
    kind: 'container',
    capability: '/a/b',
    image: IMAGE,
    gpu: true,
    args: ['ls', '/dev'],
  };
  const plan = planOf(setting, engine, surroundings(), {
    name: 'hearth-runner',
    installation: 'of-this-test',
    image: image!,
    seccomp: undefined,
    inputs: '/usr/share',
    outputs: '/tmp',
  });
  plan.HostConfig!.DeviceRequests = [graphicsCards(engine, `${KIND}=all`)];
  plan.HostConfig!.LogConfig = { Type: 'k8s-file', Config: {} };
  const container = await makeContainer(engine, plan, Error);
  try {
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    expect(await endOfLog(container, 4096, never)).toMatch(/^hearth-gpu$/m);
  } finally {
    await container.remove({ force: true });
  }
});
