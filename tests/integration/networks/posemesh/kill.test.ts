// A whole node in a process of its own is killed while it does a job, with the servers of the network in this one. Started again, it
// leaves no file, process or container behind; each lease was completed once, failed once or ran out; and its books agree with what
// the servers saw. A few moments of each kind of runner here, 50 in `npm run soak`. The table names them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { installationOf } from '../../../../src-main/backends/containers/installation.ts';
import { PRACTICE_CAPABILITY } from '../../../../src-main/practice/posemesh/index.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { type Mesh, mesh } from '../../../support/posemesh.ts';
import { Books, disagreement, endOf, isOver } from '../../../support/posemesh-books.ts';
import { script } from '../../../support/runners.ts';
import { until } from '../../../support/wait.ts';
import type { KillChildTask } from './kill-child.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
const CHILD = join(import.meta.dirname, 'kill-child.ts');
/** So short that a lease which was lost with its node runs out within the test. */
const LEASE_MS = 6000;
const PART = 64 * 1024;
const INPUT = Buffer.alloc(300_000, 'scan');

/** Says how far it is, leaves one result in one request and one in parts, and a child that goes on. */
const BODY = `read -r document
echo '{"progress":{"stage":"begun"}}'
sleep 600 >/dev/null 2>&1 &
sleep 0.2
head -c 150000 /dev/zero > "$HEARTH_OUTPUTS/large.bin"
echo '{"event":{"half":true}}'
sleep 0.2
echo done > "$HEARTH_OUTPUTS/small.json"`;

const started = await startPodman();
const without = 'reason' in started ? started.reason : undefined;
if (without !== undefined)
  console.warn(`SKIPPED: no node with containers was killed, for Podman does not run: ${without}`);
afterAll(() => ('stop' in started ? started.stop() : undefined));

interface Victim {
  readonly process: ChildProcess;
  readonly gone: Promise<unknown>;
  /** The next line that it says with this in it. */
  heard(name: 'ready' | 'counts' | 'counted' | 'killed'): Promise<unknown>;
  tell(order: object): void;
}

async function victim(task: KillChildTask): Promise<Victim> {
  const env = { ...process.env, HEARTH_REACHABILITY: 'none' };
  const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const gone = once(child, 'close');
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const one: Victim = {
    process: child,
    gone,
    async heard(name) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the node ended and never said: ${name}`);
        const word = JSON.parse(value) as Record<string, unknown>;
        if (name in word) return word[name];
      }
    },
    tell: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
  };
  await one.heard('ready');
  return one;
}

/** Processes whose environment says that they are of this installation. */
function marked(workFolder: string): number {
  const mark = `HEARTH_INSTALLATION=${installationOf(workFolder)}`;
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  }).length;
}

interface Kind {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Moments in the short form and in the long one. */
  readonly kills: readonly [number, number];
}

async function killed(servers: Mesh, { name, settings, kills: [few, many] }: Kind): Promise<void> {
  const kills = SOAK ? many : few;
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const workFolder = join(dataDir, 'work', 'posemesh');
  const scan = servers.domain.put('scan_2026-01-02_03-04-05', 'zip', INPUT);
  const order = () =>
    servers.dms.order({
      capability: PRACTICE_CAPABILITY,
      domainId: servers.domain.domainId,
      domainUrl: servers.domain.url,
      inputs: [servers.domain.cidOf(scan)],
    });
  const task: KillChildTask = {
    dataDir,
    settings: {
      'networks.posemesh.ddsBaseUrl': servers.dds.url,
      'networks.posemesh.dmsBaseUrl': servers.dms.baseUrl,
      'networks.posemesh.registrationMode': 'wallet',
      'networks.posemesh.regSecret': 'a-secret',
      'networks.posemesh.pollBackoffMsMin': 50,
      'networks.posemesh.pollBackoffMsMax': 100,
      'networks.posemesh.multipartMinBytes': 100_000,
      'networks.posemesh.jobDiskMiB': 64,
      ...settings,
      'networks.posemesh.enabled': true,
    },
  };
  const again = { ...task, settings: {} };

  // How many moments there are: those of a job that is left alone.
  let node = await victim(task);
  const books = new Books(dataDir);
  onTestFinished(() => books.close());
  node.tell({ killAt: Number.MAX_SAFE_INTEGER });
  await node.heard('counts');
  const whole = order();
  await until('a job that is left alone', () => isOver(whole));
  await until('its end in the books', () => books.all().every(({ state }) => state !== null));
  node.tell({ stop: true });
  const moments = Number(await node.heard('counted'));
  await node.gone;
  expect(whole.reports.map(({ body }) => body.reason ?? 'done')).toEqual(['done']);
  expect([whole.state, disagreement(whole, books.all())]).toEqual(['completed', []]);

  const table: string[] = [];
  node = await victim(again);
  for (let kill = 0; kill < kills; kill += 1) {
    const killAt = 1 + Math.floor(((kill + 0.5) * moments) / kills);
    node.tell({ killAt });
    await node.heard('counts');
    const job = order();
    const point = String(await node.heard('killed'));
    await node.gone;
    // Whatever runs on has lost its node, and the next one has to end it.
    node = await victim(again);
    await until(`the end of what was killed ${point}`, () => {
      const all = books.all();
      return isOver(job) && all.every(({ state, owed }) => state !== null && owed === 0);
    });
    const own = books.all().filter(({ ref }) => ref === job.taskId);
    const told = own.map(endOf);
    table.push(`${String(killAt).padStart(3)}  ${point} | ${job.leases.join(', ')} | ${told.join(', ') || 'nothing'}`);
    expect(disagreement(job, own), table.at(-1)).toEqual([]);
    // The profile of system calls stays, where the job was leased again and done here to its end.
    const left = existsSync(workFolder) ? readdirSync(workFolder).filter((name) => name !== 'seccomp.json') : [];
    expect(left, table.at(-1)).toEqual([]);
    expect(marked(workFolder), table.at(-1)).toBe(0);
    if ('names' in started) expect(started.names(), table.at(-1)).toEqual([]);
  }
  node.tell({ stop: true });
  await node.gone;
  console.info(
    `SIGKILL with ${name}, ${moments} moments: moment | the manager saw | the books say\n${table.join('\n')}`,
  );
  expect(table).toHaveLength(kills);
}

/** What there is of containers goes to the other two where they can't be had. */
const rest = without === undefined ? 0 : 8;

describe('a node that is killed while it does a job', { timeout: SOAK ? 1_800_000 : 240_000 }, () => {
  const servers = () => mesh({ dms: { leaseMs: LEASE_MS }, domain: { partBytes: PART } });

  it('of the practice runner', async () => {
    const settings = { 'networks.posemesh.noop': true, 'networks.posemesh.noopSleepSecs': 0 };
    await killed(await servers(), { name: 'noop', settings, kills: [2, 16 + rest] });
  });

  it.skipIf(process.platform !== 'linux')('by a program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-program-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const program = script(folder, 'run.sh', `#!/bin/sh\n${BODY}\n`);
    const settings = { 'backends.runners': [{ kind: 'program', capability: PRACTICE_CAPABILITY, program }] };
    await killed(await servers(), { name: 'a program', settings, kills: [4, 18 + rest] });
  });

  it.skipIf(without !== undefined)('in a container', async () => {
    const { host } = started as Podman;
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = host;
    onTestFinished(() => {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    });
    const runner = { kind: 'container', capability: PRACTICE_CAPABILITY, image: IMAGE, args: ['/bin/sh', '-c', BODY] };
    await killed(await servers(), { name: 'a container', settings: { 'backends.runners': [runner] }, kills: [2, 16] });
  });
});
