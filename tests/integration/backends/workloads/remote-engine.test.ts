// Boxes of an engine on another computer: a real Podman, reached by TLS with a certificate of each side and through a real SSH server. That
// the other computer is this one is all that is not as it would be.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openBoxes } from '../../../../src-main/backends/workloads/open.ts';
import { TEMPLATES } from '../../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { BoxesPart } from '../../../../src-main/engine/boxes/part.ts';
import type { ClaimedBox } from '../../../../src-main/networks/network.ts';
import { Capacity } from '../../../../src-main/work/capacity.ts';
import { NOTHING } from '../../../../src-main/work/resources.ts';
import type { NetworkId } from '../../../../src-preload/contract/networks/index.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { dockerAt } from '../../../support/boxes.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { CERTIFICATE, KEY } from '../../../support/localhost-tls.ts';
import { specOf } from '../../../support/made-boxes.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { OWN_NAME, type Sshd, startSshd } from '../../../support/sshd.ts';
import { until } from '../../../support/wait.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: an engine elsewhere was not tried with a real Podman: ${reason}`);
const podman = started as Podman;
const listening = reason === undefined ? await startSshd() : { reason };
const noSsh = 'reason' in listening ? listening.reason : undefined;
if (noSsh !== undefined) console.warn(`SKIPPED: an engine behind a real SSH server was not tried: ${noSsh}`);
const sshd = listening as Sshd;
afterAll(async () => {
  if ('stop' in listening) await listening.stop();
  if ('stop' in started) await started.stop();
});

const never = new AbortController().signal;
const socketPath = () => podman.host.replace('unix://', '');

function opened(choice: { at: string; certificates?: string }, ssh?: readonly string[]) {
  const deps = { clock: systemClock, logger: silentLogger, dataDir: temporaryFolder(), encrypts: () => true };
  const engine = BoxEngineChoice.parse({ engine: 'containers', ...choice });
  return openBoxes(engine, { ...deps, ...(ssh && { remote: { ssh } }) }, AbortSignal.timeout(60_000));
}

/** Podman's socket behind TLS, for those who show the certificate. */
async function overTls(): Promise<number> {
  const server = createServer(
    { key: KEY, cert: CERTIFICATE, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true },
    (socket) => {
      const engine = connect(socketPath());
      socket.pipe(engine).pipe(socket);
      socket.on('error', () => engine.destroy());
      engine.on('error', () => socket.destroy());
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

function certificates(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  const all = { 'ca.pem': CERTIFICATE, 'cert.pem': CERTIFICATE, 'key.pem': KEY, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return folder;
}

const SELLER = 'iicp' as NetworkId;
const LAPTOP = { ...NOTHING, cpuMillicores: 250, memoryMiB: 64, diskMiB: 64, ports: 1 };

/** What a node has of boxes, on a computer that lends next to nothing. */
function nodeAt(choice: BoxEngineChoice, dataDir: string, claimed: () => readonly ClaimedBox[]) {
  const clock = systemClock;
  const capacity: Capacity = new Capacity({
    clock,
    lent: () => ({ resources: LAPTOP, gpuShared: false, limitOf: () => LAPTOP }),
    elsewhere: () => part.elsewhere(),
    placeOf: () => 0,
    longestOffer: () => null,
  });
  const part: BoxesPart = new BoxesPart(
    {
      clock,
      random: systemRandom,
      logger: silentLogger,
      capacity,
      work: { endLease: async () => undefined, resourcesOf: () => undefined },
      mbitPerSecond: () => 20,
      monthlyBytes: () => null,
      templates: () => TEMPLATES,
      encrypts: () => false,
      sizes: () => false,
      cards: () => 'nvidia.com/gpu=all',
      lendsCards: () => false,
      slowMachines: () => false,
      internet: () => true,
      ports: () => 1,
      engine: () => choice,
      countData: () => undefined,
      joined: () => true,
      networks: () => [{ id: SELLER, boxes: { claimed } }],
    },
    { dataDir },
  );
  return { part, capacity };
}

/** From preparing one to its end, with a word from inside. */
async function aBoxRuns({ boxes }: Awaited<ReturnType<typeof openBoxes>>): Promise<void> {
  const spec = {
    id: 'lease-1',
    image: (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id,
    command: ['/bin/sh', '-c', 'echo began; trap "exit 0" TERM; while :; do sleep 0.1; done'],
    env: {},
    cpuMillicores: 500,
    memoryMiB: 32,
    diskMiB: 8,
    pids: 32,
    ports: [],
    network: 'internet',
    dataPath: '/data',
    readOnlyRoot: true,
  } as const;
  await boxes.create(spec, never);
  await boxes.start(spec.id, never);
  await until('it to begin', async () => (await boxes.logs(spec.id, never)).includes('began'));
  expect(await boxes.exec(spec.id, ['echo', 'inside'], never)).toEqual({ exitCode: 0, output: 'inside\n' });
  await boxes.remove(spec.id, never);
  expect(await boxes.status(spec.id, never)).toBe('absent');
}

describe.skipIf(reason !== undefined)('an engine elsewhere, by TLS', { timeout: 120_000 }, () => {
  it('makes boxes that hold, and none that are encrypted here', async () => {
    const port = await overTls();
    const found = await opened({ at: `tcp://localhost:${port}`, certificates: certificates() });
    expect(found.engine).toMatchObject({ make: 'podman', host: 'localhost', at: `tcp://localhost:${port}` });
    const probe = await found.boxes.probe(never);
    expect(probe.checks.filter(({ held }) => !held)).toEqual([]);
    expect(probe).toMatchObject({ offered: true, encryption: { works: false } });
    await aBoxRuns(found);
    await found.boxes.sweep(new Set(), never);
    expect(podman.names()).toEqual([]);
  });

  it('gives boxes what it has, and they take nothing of what this computer lends, after a restart as well', async () => {
    const at = `tcp://localhost:${await overTls()}`;
    const choice = BoxEngineChoice.parse({ engine: 'containers', at, certificates: certificates(), memoryGiB: 1 });
    const dataDir = temporaryFolder();
    const claimed: ClaimedBox[] = [];
    const run = async () => {
      const { part, capacity } = nodeAt(choice, dataDir, () => claimed);
      await part.start();
      onTestFinished(() => part.stop());
      await until('the verdict', () => part.view().stage === 'open', 150_000);
      return { part, capacity, boxes: part.choiceOf(SELLER) };
    };
    const one = await run();
    expect(one.part.view().engine).toMatchObject({ lends: { memoryMiB: 1024, diskMiB: expect.any(Number) } });
    const content = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
    const spec = specOf('lease-1', { image: content, command: ['/bin/sleep', '600'], memoryMiB: 600, diskMiB: 8 });
    const { elsewhere = false, ...resources } = await one.boxes.needs(spec);
    const lease = { network: SELLER, kind: 'lease', until: systemClock.now() + 60_000, elsewhere } as const;
    // Far more than this computer lends, and more than half of what the engine's owner gives.
    expect(one.capacity.tryClaim(resources, { ...lease, elsewhere: false })).toBeUndefined();
    expect(one.capacity.tryClaim(resources, lease)).toBeDefined();
    expect(one.capacity.tryClaim(resources, lease)).toBeUndefined();
    expect([one.capacity.held(), one.boxes.free().memoryMiB]).toEqual([[], 1024 - resources.memoryMiB]);
    claimed.push({ id: 'lease-1', job: 1 });
    await one.boxes.create(spec, never);
    await one.boxes.start('lease-1', never);
    await one.part.stop();

    const two = await run();
    expect(await two.boxes.adopt(spec, never)).toBe('running');
    two.capacity.hold(resources, lease);
    expect([two.capacity.held(), two.boxes.free().memoryMiB]).toEqual([[], 1024 - resources.memoryMiB]);
    await two.boxes.remove('lease-1', never);
  });

  it('is not spoken to without a certificate, nor believed with another one', async () => {
    const at = `tcp://localhost:${await overTls()}`;
    await expect(opened({ at, certificates: temporaryFolder() })).rejects.toMatchObject({
      code: 'containers.remote-certificates',
    });
    const folder = temporaryFolder();
    const other = join(folder, 'ca.pem');
    const made = `req -x509 -newkey ed25519 -nodes -subj /CN=localhost -keyout ${join(folder, 'key')} -out ${other}`;
    execFileSync('openssl', made.split(' '), { stdio: 'ignore' });
    await expect(
      opened({ at, certificates: certificates({ 'ca.pem': readFileSync(other, 'utf8') }) }),
    ).rejects.toMatchObject({ code: 'containers.engine-unreachable', details: { host: 'localhost' } });
  });
});

describe.skipIf(noSsh !== undefined)('an engine elsewhere, by SSH', { timeout: 120_000 }, () => {
  const at = () => `ssh://${OWN_NAME}@127.0.0.1:${sshd.port}${socketPath()}`;
  /** Those that lead to it. */
  const clients = () =>
    execFileSync('pgrep', ['-f', `engine.sock:${socketPath()}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);

  it('makes boxes that hold, is reached again when the connection was cut, and opens one alone', async () => {
    const found = await opened({ at: at() }, sshd.ssh);
    expect(found.engine).toMatchObject({ make: 'podman', host: '127.0.0.1', at: at() });
    expect((await found.boxes.probe(never)).offered).toBe(true);
    await aBoxRuns(found);
    await opened({ at: at() }, sshd.ssh);
    const [client, ...more] = clients();
    expect(more).toEqual([]);
    process.kill(client!, 'SIGKILL');
    await until('it to be gone', async () => (await found.boxes.status('lease-1', never)) === 'unknown');
    await aBoxRuns(await opened({ at: at() }, sshd.ssh));
    expect(clients()).toHaveLength(1);
    process.kill(clients()[0]!);
  });

  it('is not believed where nobody knows the computer, and nobody is asked', async () => {
    await expect(opened({ at: at() }, sshd.stranger)).rejects.toMatchObject({
      code: 'containers.engine-unreachable',
      cause: { message: expect.stringMatching(/host key verification failed/i) },
    });
  });
});
