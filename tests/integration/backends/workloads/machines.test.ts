// Whole machines of a real QEMU, each in a locked container of a real Podman: what every backend has to hold to, and what is a machine's own.
// They boot a kernel of this computer.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createWeb } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BoxImages } from '../../../../src-main/backends/workloads/box-images.ts';
import { MachineImages } from '../../../../src-main/backends/workloads/machine-images.ts';
import { MACHINE_TOOLS } from '../../../../src-main/backends/workloads/machines.ts';
import { ownNetworks } from '../../../../src-main/backends/workloads/own-networks.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import { toolboxImage } from '../../../../src-main/backends/workloads/toolbox.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { runner } from '../../../../src-main/base/run.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { boxesAt, dockerAt } from '../../../support/boxes.ts';
import { makeMachineDisk } from '../../../support/machine-disk.ts';
import { freePort } from '../../../support/network.ts';
import { type Podman, startPodman } from '../../../support/podman.ts';
import { until } from '../../../support/wait.ts';

const disk = makeMachineDisk();
const started = 'reason' in disk ? disk : await startPodman();
const seen =
  'reason' in started ? undefined : await (await boxesAt(started.host))().probe(AbortSignal.timeout(120_000));
const reason =
  'reason' in started ? started.reason : seen?.machines.accelerator === null ? seen.machines.seen : undefined;
if (reason !== undefined) console.warn(`SKIPPED: no machine was tried with a real QEMU: ${reason}`);
else console.info(`machines are run by ${seen?.machines.accelerator}`);
const podman = started as Podman;
const folder = mkdtempSync(join(tmpdir(), 'hearth-machines-'));
const never = new AbortController().signal;
const from = 'reason' in disk ? '' : disk.path;
const sha256 = 'reason' in disk ? '' : disk.sha256;

afterAll(async () => {
  if (!('reason' in disk)) disk.remove();
  if ('stop' in started) await started.stop();
  rmSync(folder, { recursive: true, force: true });
});

const backend = reason === undefined ? await boxesAt(podman.host) : undefined;

const toolbox = (signal: AbortSignal) =>
  toolboxImage({ run: runner(process.env), tools: MACHINE_TOOLS }, dockerAt(podman.host), signal);

const machineImages = (kept = folder, clock = systemClock) =>
  new MachineImages({
    clock,
    engine: { docker: dockerAt(podman.host), make: 'podman' },
    installation: 'of-this-test',
    folder: kept,
    toolbox,
  });

function imagesFrom(place: string, sum = sha256, kept = folder) {
  return new BoxImages(dockerAt(podman.host), {
    machines: machineImages(kept),
    templates: () => templatesWith([], [{ name: 'tiny', from: place, sha256: sum }]),
  });
}
const pulled = async () => (await imagesFrom(from).pull('machine-tiny', () => undefined, never)).id;
const ours = () => [...podman.names(), ...podman.volumes().filter((name) => !name.includes('-machine-'))];

workloadBackendSuite({
  name: 'QEMU',
  reason,
  kind: 'machine',
  backend: (...of) => backend!(...of),
  image: pulled,
  everything: ours,
  async without(during) {
    await podman.kill();
    try {
      await during();
    } finally {
      await podman.revive();
    }
  },
});

describe.skipIf(reason !== undefined)('a machine of QEMU', { timeout: 240_000 }, () => {
  const machine = async (more: object = {}) => ({
    id: 'lease-9',
    image: await pulled(),
    login: { password: 'abcDEF123456' },
    env: {},
    cpuMillicores: 1000,
    memoryMiB: 192,
    diskMiB: 64,
    pids: 64,
    ports: [],
    network: 'internet' as const,
    dataPath: null,
    readOnlyRoot: true,
    ...more,
  });

  it('lets its customer in as root by SSH, ends when it is asked to, and has kept its disk', async () => {
    const port = await freePort();
    const spec = await machine({ ports: [{ host: port, box: 22, protocol: 'tcp' }] });
    const boxes = backend!();
    await boxes.create(spec, never);
    await boxes.start(spec.id, never);
    await until('its SSH server', () => boxes.answers(spec.id, 22, never));
    expect(await ssh(port, 'wrongPassword1', 'id -u')).toBeUndefined();
    expect(await ssh(port, 'abcDEF123456', 'id -u; hostname')).toBe('0\nlease-9\n');
    // Beyond the boot image, where nothing is.
    await ssh(port, 'abcDEF123456', 'echo kept-by-me | dd of=/dev/vda bs=1M seek=60; sync');
    await expect(boxes.exec(spec.id, ['true'], never)).rejects.toMatchObject({ code: 'workloads.no-exec' });
    expect(await boxes.stats(spec.id, never)).toMatchObject({ network: { receivedBytes: expect.any(Number) } });
    await boxes.stop(spec.id, never);
    expect(await boxes.status(spec.id, never)).toBe('stopped');
    await boxes.start(spec.id, never);
    await until('its SSH server again', () => boxes.answers(spec.id, 22, never));
    expect(await ssh(port, 'abcDEF123456', 'dd if=/dev/vda bs=1M skip=60 count=1 | head -c 12')).toBe('kept-by-me\n\0');
    // Nothing that the engine shows has the password.
    const shown = JSON.stringify(await dockerAt(podman.host).getContainer('hearth-of-this-test-lease-9').inspect());
    expect(shown).not.toContain('abcDEF123456');
    await boxes.remove(spec.id, never);
  });

  it('writes no more than its disk has', async () => {
    const spec = await machine({ command: ['sh', '-c', 'dd if=/dev/zero of=/dev/vda bs=1M; echo full; sleep 1000'] });
    const boxes = backend!();
    await boxes.create(spec, never);
    await boxes.start(spec.id, never);
    await until('it to be full', async () => (await boxes.logs(spec.id, never)).includes('full'));
    expect(await boxes.logs(spec.id, never)).toMatch(/No space left on device/);
    await boxes.remove(spec.id, never);
    expect(ours()).toEqual([]);
  });

  it('that does not hear its power button is ended', async () => {
    const spec = await machine({ command: ['sh', '-c', 'killall head; echo deaf; while :; do sleep 1; done'] });
    const boxes = backend!(undefined, { machineGrace: 1000 });
    await boxes.create(spec, never);
    await boxes.start(spec.id, never);
    await until('it to hear nothing', async () => (await boxes.logs(spec.id, never)).includes('deaf'));
    await boxes.stop(spec.id, never);
    expect(await boxes.status(spec.id, never)).toBe('stopped');
    await boxes.remove(spec.id, never);
  });

  it('reaches nothing of this computer or its home from inside, whoever is root in there', async () => {
    const arrived: string[] = [];
    const server = createServer();
    server.on('connection', (socket) => {
      arrived.push(`${socket.localAddress}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const own = ownNetworks().map((cidr) => cidr.split('/')[0]!);
    // What QEMU calls this computer, its own name server, and what there is at home and in clouds.
    const strange = ['192.168.1.1 80', '169.254.169.254 80', '100.64.0.1 80', '9.9.9.9 25'];
    const tries = [...own, '10.0.2.2', '10.0.2.3'].map((address) => `${address} ${port}`).concat(strange);
    const script = tries.map((at) => `echo "try ${at}: $(nc -w 3 ${at} </dev/null 2>&1 && echo REACHED)"`).join('; ');
    const spec = await machine({ command: ['sh', '-c', `${script}; echo done; sleep 1000`] });
    const boxes = backend!();
    try {
      await boxes.create(spec, never);
      await boxes.start(spec.id, never);
      await until('all tries', async () =>
        (await boxes.logs(spec.id, never)).replaceAll('\r', '').includes('\ndone\n'),
      );
      const said = (await boxes.logs(spec.id, never)).match(/^try .*$/gm);
      console.info(said?.join('\n'));
      expect(said).toHaveLength(tries.length);
      expect(said!.filter((line) => line.includes('REACHED'))).toEqual([]);
      expect(arrived).toEqual([]);
    } finally {
      server.close();
      await boxes.remove(spec.id, never);
    }
  });

  it('is refused where its image is another than its owner has named, or none that stands alone', async () => {
    await expect(
      imagesFrom(from, '0'.repeat(64), join(folder, 'other')).pull('machine-tiny', () => undefined, never),
    ).rejects.toMatchObject({ code: 'workloads.machine-sum' });
    await expect(
      imagesFrom('/nowhere/disk', sha256, join(folder, 'other')).pull('machine-tiny', () => undefined, never),
    ).rejects.toMatchObject({ code: 'workloads.machine-missing' });
    const wanting = await machine({ env: { A: 'b' } });
    await expect(backend!().create(wanting, never)).rejects.toMatchObject({ code: 'workloads.box-invalid' });
  });

  it('leaves nothing of an import or a trial that was ended in its midst, and touches none that goes on', async () => {
    await pulled();
    const docker = dockerAt(podman.host);
    const kept = podman.volumes().filter((name) => name.includes('-machine-'));
    const volume = 'hearth-of-this-test-machine-0123456789abcdef';
    const mine = { 'hearth.installation': 'of-this-test' };
    const begun = async () => {
      await docker.createVolume({ Name: volume, Labels: mine });
      await docker.createContainer({
        name: 'hearth-of-this-test-trial.import',
        Image: await toolbox(never),
        Cmd: ['true'],
        Labels: { ...mine, 'hearth.role': 'import' },
        HostConfig: { Binds: [`${volume}:/base:rw`] },
      });
    };
    const there = () => [
      podman.names(),
      podman
        .volumes()
        .filter((name) => name.includes('-machine-'))
        .sort(),
    ];
    await begun();
    const during = [['hearth-of-this-test-trial.import'], [...kept, volume].sort()];
    await machineImages().sweep(never);
    expect(there()).toEqual(during);
    const later = { ...systemClock, now: () => systemClock.now() + 3 * 3_600_000 };
    // Of the one that is kept nothing goes, however old it is.
    await machineImages(folder, later).sweep(never);
    expect(there()).toEqual([[], kept]);
    await begun();
    expect([await machineImages().dropAll(never), there()]).toEqual([[], [[], []]]);

    await docker.createContainer({
      name: 'hearth-of-this-test-trial.tcg',
      Image: await toolbox(never),
      Cmd: ['true'],
      Labels: { ...mine, 'hearth.box': 'trial' },
    });
    await backend!().sweep(new Set(), never);
    expect(podman.names()).toEqual([]);
  });

  it('has its image fetched to the end, from where it was broken off', async () => {
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(from);
    const asked: (string | undefined)[] = [];
    const server = createWeb((request, response) => {
      asked.push(request.headers.range);
      const at = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(at > 0 ? 206 : 200, { 'content-length': bytes.length - at });
      if (asked.length > 1) response.end(bytes.subarray(at));
      else response.write(bytes.subarray(0, 5_000_000), () => response.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as { port: number };
      const images = imagesFrom(`http://127.0.0.1:${port}/tiny.img`, sha256, join(folder, 'fetched'));
      await expect(images.pull('machine-tiny', () => undefined, never)).rejects.toMatchObject({
        code: 'workloads.machine-fetch',
      });
      const progress: number[] = [];
      const { id } = await images.pull('machine-tiny', ({ doneBytes }) => void progress.push(doneBytes), never);
      expect(id).toBe(await pulled());
      expect([asked[0], asked[1]]).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
      expect(progress.at(-1)).toBe(bytes.length);
    } finally {
      server.close();
    }
  });
});

/** Undefined where it was not let in. */
function ssh(port: number, password: string, command: string): Promise<string | undefined> {
  const options = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'NumberOfPasswordPrompts=1',
  ];
  const args = ['-e', 'ssh', ...options, '-p', String(port), 'root@127.0.0.1', command];
  return new Promise((resolve) => {
    execFile('sshpass', args, { env: { ...process.env, SSHPASS: password }, encoding: 'utf8' }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}
