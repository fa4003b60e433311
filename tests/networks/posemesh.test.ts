// Posemesh holds to what every network has to hold to, and does its jobs in a whole node, called back and with its wallet.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { PRACTICE_CAPABILITY, type PracticeMesh, startPracticeMesh } from '../../src-main/practice/posemesh/index.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { type JoinedNode, networkSuite } from '../suites/network.ts';
import { composed } from '../support/composed.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/free-port.ts';
import { IMAGE, type Podman, startPodman } from '../support/podman.ts';
import { script } from '../support/runners.ts';
import { until } from '../support/wait.ts';

const SECRET = 'a-registration-secret-that-is-nowhere-shown';
const KEY = '4c0883a69102937d6231471b5dbb6204fe5129617082798ce3f4fdf2548b6f90';
const ADDRESS = '0xfdbb6caf01414300c16ea14859fec7736d95355f';
const LONG_S = 1;

async function mesh(): Promise<PracticeMesh> {
  const servers = await startPracticeMesh({ clock, random });
  onTestFinished(() => servers.stop());
  return servers;
}

interface Choices {
  readonly mode?: 'callback' | 'wallet';
  readonly dataDir?: string;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly runners?: readonly object[];
}

/** A whole node that has joined those servers. */
async function nodeAt(
  servers: PracticeMesh,
  { mode = 'callback', dataDir = temporaryFolder(), ...more }: Choices = {},
) {
  const engine = await composed(dataDir);
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  const port = more.port ?? (await freePort());
  const own: Record<string, unknown> = {
    ddsBaseUrl: servers.dds.url,
    dmsBaseUrl: servers.dms.baseUrl,
    regSecret: SECRET,
    privateKey: KEY,
    registrationMode: mode,
    noop: true,
    noopSleepSecs: LONG_S,
    pollBackoffMsMin: 20,
    pollBackoffMsMax: 40,
    jobDiskMiB: 16,
    ...(mode === 'callback' && { nodeUrl: `http://127.0.0.1:${port}`, httpPort: port }),
    ...more.settings,
  };
  for (const [name, value] of Object.entries(own)) await set(`networks.posemesh.${name}`, value);
  if (more.runners) await set('backends.runners', more.runners);
  await set('networks.posemesh.enabled', true);
  await engine.start();
  const view = () => viewOf(engine.take('networks').value, 'posemesh')!;
  return { engine, dataDir, set, view, port };
}

const order = ({ dms, domain }: PracticeMesh, inputs: readonly string[] = []) =>
  dms.order({ capability: PRACTICE_CAPABILITY, domainId: domain.domainId, domainUrl: domain.url, inputs });

async function joined(servers: PracticeMesh, choices: Choices = {}): Promise<JoinedNode> {
  const node = await nodeAt(servers, choices);
  const { dds, dms } = servers;
  const ended = () => dms.jobs.at(-1)?.reports.at(-1)?.kind;
  return {
    ...node,
    async do() {
      order(servers);
      await until('its report', () => ended() === 'complete');
    },
    begin: () => void order(servers),
    async offer() {
      const job = order(servers);
      if (!node.engine.take('availability').value.answer.accepting) {
        const polls = dms.polls();
        await clock.sleep(300);
        expect(dms.polls()).toBe(polls);
        return job.state !== 'queued';
      }
      await until('it to be leased', () => job.state !== 'queued');
      return true;
    },
    seen: async () => (await dds.probe()) > 0,
    hasItBack: () => ended() === 'fail',
    async again(dataDir) {
      await node.engine.stop();
      // What it says as it ends would not be said in a crash.
      const job = dms.jobs.at(-1)!;
      job.reports.length = 0;
      job.state = 'leased';
      job.leasedUntil = clock.now() + 60_000;
      return await joined(servers, { dataDir, port: node.port });
    },
    secrets: () => [SECRET, KEY, ...dds.tokens, ...dds.secretsGiven, ...dms.jobs.flatMap(({ tokens }) => tokens)],
  };
}

networkSuite({ id: 'posemesh', join: async () => await joined(await mesh()) });

describe('posemesh in a whole node', () => {
  it('does jobs in a row with its wallet, and its books have what the manager said of each', async () => {
    const servers = await mesh();
    const scan = servers.domain.put('scan', 'zip', Buffer.alloc(1000));
    const node = await nodeAt(servers, { mode: 'wallet', settings: { noopSleepSecs: 0 } });
    await until('it to be online', () => node.view().state === 'online');
    const jobs = Array.from({ length: 10 }, () => order(servers, [servers.domain.cidOf(scan)]));
    await until('all of them', () => jobs.every(({ state }) => state === 'completed'), 30_000);
    expect(jobs.map(({ reports }) => reports.length)).toEqual(jobs.map(() => 1));
    await until('their entries', () => node.engine.take('earnings').value.total[0]?.entries === 10);
    expect(node.engine.take('earnings').value.total).toMatchObject([
      { network: 'posemesh', unit: 'auki-credit', amountMicro: 2_500_000 },
    ]);
    expect(node.view()).toMatchObject({
      nodeId: ADDRESS,
      detail: { mode: 'wallet', calledBack: false, listening: null },
    });
    expect(readdirSync(join(node.dataDir, 'work', 'posemesh'))).toEqual([]);
  });

  it('shows a job that runs, and sweeps at its start what another run has left', async () => {
    const servers = await mesh();
    const dataDir = temporaryFolder();
    const stale = join(dataDir, 'work', 'posemesh', 'domain-input-stale');
    mkdirSync(stale, { recursive: true });
    writeFileSync(join(stale, 'file'), 'x');
    const node = await nodeAt(servers, { mode: 'wallet', dataDir, settings: { noopSleepSecs: 60 } });
    const scan = servers.domain.put('scan', 'zip', Buffer.alloc(1000));
    const job = order(servers, [servers.domain.cidOf(scan)]);
    const shown = await until('the job', () => node.view().detail.jobs.find(({ inputBytes }) => inputBytes > 0));
    expect(shown).toMatchObject({
      taskId: job.taskId,
      capability: PRACTICE_CAPABILITY,
      stage: 'practice',
      inputs: 1,
      inputBytes: 1000,
      attempts: 1,
      maxAttempts: 3,
    });
    expect(readdirSync(join(dataDir, 'work', 'posemesh'))).toHaveLength(1);
    await node.engine.stop();
    expect(job.reports).toMatchObject([
      { kind: 'fail', body: { reason: expect.stringMatching(/^handed back/) as string } },
    ]);
    expect(readdirSync(join(dataDir, 'work', 'posemesh'))).toEqual([]);
  });

  it.each([
    ['its secret', { regSecret: '' }, 'posemesh.no-secret'],
    ['a runner', { noop: false }, 'posemesh.no-runner'],
    ['an address', { registrationMode: 'callback', nodeUrl: '' }, 'posemesh.no-address'],
  ])('is blocked without %s, and says what to do', async (_, settings, code) => {
    const node = await nodeAt(await mesh(), { mode: 'wallet', settings: { httpPort: 0, ...settings } });
    await until('it to be blocked', () => node.view().state === 'blocked');
    expect(node.view().reason).toMatchObject({ code, action: expect.any(String) as string });
  });

  it('registers anew when it is forgotten, and goes on', async () => {
    const servers = await mesh();
    const node = await nodeAt(servers, { mode: 'wallet', settings: { noopSleepSecs: 0, tokenReauthMaxRetries: 0 } });
    await until('it to be online', () => node.view().state === 'online');
    servers.dds.forget();
    await until('it to be known again', () => servers.dds.nodes().length === 1);
    const job = order(servers);
    await until('a job', () => job.state === 'completed');
  });

  it('stands a manager that is away, and says so until it is back', async () => {
    const servers = await mesh();
    const node = await nodeAt(servers, { mode: 'wallet', settings: { noopSleepSecs: 0 } });
    servers.dms.fault('drop');
    await until('trouble', () => node.view().state === 'degraded');
    expect(node.view().reason?.code).toBe('posemesh.dms-unreachable');
    servers.dms.clearFaults();
    const job = order(servers);
    await until('a job', () => job.state === 'completed');
    await until('no trouble', () => node.view().state === 'online');
  });

  it('takes over the variables of an official node, and no wallet is lost unasked', async () => {
    const servers = await mesh();
    const node = await nodeAt(servers, { mode: 'wallet' });
    const ask = (name: string, input: object) => node.engine.handle('networks.ask', { id: 'posemesh', name, input });
    const other = 'e331b6d69882b4ed5bb7f55b585d7d0f7dc3aeca4a3deee8d16bde3eca51aace';
    const text = `DMS_WIRE=legacy\nREG_SECRET=another-secret\nSECP256K1_PRIVHEX=${other}\nLOG_FORMAT=text\n`;
    const looked = await ask('readVariables', { text });
    expect(looked).toMatchObject({
      settings: ['networks.posemesh.regSecret', 'networks.posemesh.privateKey', 'networks.posemesh.dmsWire'],
      problems: [],
      notes: [{ code: 'posemesh.env-unused' }],
      wallet: { address: '0xd182e2bdd769a7e299d1257b29331975311d7003', replaces: ADDRESS },
    });
    expect(await ask('importVariables', { text, replaceWallet: false })).toMatchObject({ done: false });
    expect(await ask('importVariables', { text: 'ENABLE_NOOP=yes', replaceWallet: false })).toMatchObject({
      done: false,
      problems: [{ code: 'posemesh.env-bool' }],
    });
    expect(node.view().detail.address).toBe(ADDRESS);
    const done = await ask('importVariables', { text, replaceWallet: true });
    expect(done).toMatchObject({ done: true });
    expect(JSON.stringify([looked, done])).not.toMatch(new RegExp(`${other}|another-secret`));
    await until('the other wallet', () => node.view().nodeId === '0xd182e2bdd769a7e299d1257b29331975311d7003');
  });
});

const started = await startPodman();
const without = 'reason' in started ? started.reason : undefined;
if (without !== undefined) console.warn(`SKIPPED: jobs in containers were not tried with a real Podman: ${without}`);
afterAll(() => ('stop' in started ? started.stop() : undefined));

/** Says how far it is, logs a line, and leaves a copy of its input in capitals. */
const UPPER = `read -r document
echo '{"progress":{"stage":"copying"}}'
echo 'a line for its user'
cat "$HEARTH_INPUTS"/datasets/*/* | tr a-z A-Z > "$HEARTH_OUTPUTS/upper.txt"`;

describe('posemesh with a runner of the user’s own', () => {
  async function tenJobs(servers: PracticeMesh, runner: object) {
    const scan = servers.domain.put('scan', 'txt', Buffer.from('as it was'));
    const runners = [{ capability: PRACTICE_CAPABILITY, ...runner }];
    const node = await nodeAt(servers, { mode: 'wallet', settings: { noop: false }, runners });
    await until('it to be online', () => node.view().state === 'online');
    expect(node.view().detail.capabilities).toEqual([PRACTICE_CAPABILITY]);
    const jobs = Array.from({ length: 10 }, () => order(servers, [servers.domain.cidOf(scan)]));
    // Ten containers, one after another.
    await until('all of them', () => jobs.every(({ reports }) => reports.length > 0), 200_000);
    expect(jobs.map(({ reports }) => reports.map(({ kind, body }) => [kind, body]))).toMatchObject(
      jobs.map(() => [['complete', {}]]),
    );
    const results = servers.domain.data.filter(({ name }) => name.includes('upper'));
    expect(results.map(({ bytes }) => String(bytes))).toEqual(jobs.map(() => 'AS IT WAS'));
    await node.engine.stop();
    // A profile of system calls, which is no job's.
    expect(readdirSync(join(node.dataDir, 'work', 'posemesh')).filter((name) => name !== 'seccomp.json')).toEqual([]);
    const log = readFileSync(join(node.dataDir, 'logs', 'posemesh-runners.log'), 'utf8');
    expect(log.match(/^a line for its user$/gm)).toHaveLength(10);
    expect(log).toContain(`task ${jobs[0]!.taskId} ${PRACTICE_CAPABILITY}`);
  }

  it.skipIf(process.platform === 'win32')('does ten jobs in a row by a program', async () => {
    const program = script(temporaryFolder(), 'upper.sh', `#!/bin/sh\n${UPPER}\n`);
    await tenJobs(await mesh(), { kind: 'program', program });
  });

  it.skipIf(without !== undefined)('does ten jobs in a row in containers', { timeout: 240_000 }, async () => {
    const podman = started as Podman;
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = podman.host;
    onTestFinished(() => {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    });
    await tenJobs(await mesh(), { kind: 'container', image: IMAGE, args: ['/bin/sh', '-c', UPPER] });
    expect(podman.names()).toEqual([]);
  });

  it('is registered for what its runners can do, and for the new ones once they were changed', async () => {
    const servers = await mesh();
    const program = script(temporaryFolder(), 'none.sh', '#!/bin/sh\nexit 0\n');
    const runner = { kind: 'program', program };
    const node = await nodeAt(servers, {
      mode: 'wallet',
      settings: { noop: false },
      runners: [{ ...runner, capability: '/mine/one/v1' }],
    });
    await until('it to be known', () => servers.dds.nodes().length === 1);
    expect(servers.dds.nodes()[0]).toMatchObject({ capabilities: ['/mine/one/v1'] });
    await node.set('backends.runners', [{ ...runner, capability: '/mine/two/v1' }]);
    await until('the other', () => node.view().detail.capabilities[0] === '/mine/two/v1');
    await until('it to be known anew', () => servers.dds.nodes()[0]?.capabilities[0] === '/mine/two/v1');
  });
});
