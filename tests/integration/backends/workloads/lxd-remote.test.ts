// Boxes of an LXD on another computer, reached by TLS with a certificate of each side, alone and as the member of a cluster: a real one, and
// that the other computer is this one is all that is not as it would be.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openBoxes } from '../../../../src-main/backends/workloads/open.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { CERTIFICATE } from '../../../support/localhost-tls.ts';
import { type Lxd, startLxd } from '../../../support/lxd.ts';
import { freePort } from '../../../support/network.ts';
import { until } from '../../../support/wait.ts';

const started = await startLxd();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: an engine elsewhere was not tried with a real LXD: ${reason}`);
const lxd = started as Lxd;
afterAll(async () => {
  if ('stop' in started) await started.stop();
});

const never = new AbortController().signal;

function opened(at: string, certificates: string) {
  const choice = BoxEngineChoice.parse({ engine: 'lxd', at, certificates, pool: 'quotas' });
  const deps = { clock: systemClock, logger: silentLogger, dataDir: temporaryFolder(), mbitPerSecond: () => null };
  return openBoxes(choice, deps, AbortSignal.timeout(60_000));
}

async function aBoxRuns({ boxes }: Awaited<ReturnType<typeof openBoxes>>): Promise<void> {
  const port = await freePort();
  const spec = {
    id: 'lease-1',
    image: `lxd:${lxd.fingerprint}`,
    command: ['/bin/sh', '-c', 'while :; do echo hello | nc -l -p 80; done'],
    env: {},
    cpuMillicores: 500,
    memoryMiB: 64,
    diskMiB: 32,
    pids: 32,
    ports: [{ host: port, box: 80, protocol: 'tcp' as const }],
    network: 'internet' as const,
    dataPath: null,
    readOnlyRoot: true,
  };
  await boxes.create(spec, never);
  await boxes.start(spec.id, never);
  await until('it to answer', () => boxes.answers(spec.id, 80, never));
  expect(await boxes.exec(spec.id, ['echo', 'inside'], never)).toEqual({ exitCode: 0, output: 'inside\n' });
  await expect(boxes.create({ ...spec, id: 'lease-2' }, never)).rejects.toMatchObject({
    code: 'workloads.ports-taken',
  });
  await boxes.remove(spec.id, never);
  expect(await boxes.status(spec.id, never)).toBe('absent');
}

describe.skipIf(reason !== undefined)('an LXD elsewhere', { timeout: 180_000 }, () => {
  const keys = mkdtempSync(join(tmpdir(), 'hearth-lxd-keys-'));
  afterAll(() => rmSync(keys, { recursive: true, force: true }));
  let at = '';

  it('is spoken to by those whom it trusts alone, and believed by its own certificate', async () => {
    at = `https://127.0.0.1:${await freePort()}`;
    lxd.lxc('config', 'set', 'core.https_address', new URL(at).host);
    const file = (name: string) => join(keys, name);
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=hearth -keyout ${file('client.key')} -out ${file('client.crt')}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    await expect(opened(at, keys)).rejects.toMatchObject({ code: 'containers.remote-certificates' });
    writeFileSync(file('server.crt'), CERTIFICATE);
    const unreachable = { code: 'containers.engine-unreachable', details: { host: '127.0.0.1' } };
    await expect(opened(at, keys)).rejects.toMatchObject(unreachable);
    copyFileSync(join(dirname(lxd.socket), 'server.crt'), file('server.crt'));
    await expect(opened(at, keys)).rejects.toMatchObject({ code: 'workloads.lxd-untrusted' });
    lxd.lxc('config', 'trust', 'add', file('client.crt'));
  });

  it('makes boxes that hold', async () => {
    const found = await opened(at, keys);
    expect(found.engine).toMatchObject({ kind: 'lxd', make: 'lxd', host: '127.0.0.1', at });
    const probe = await found.boxes.probe(never);
    expect(probe.checks.filter(({ held }) => !held)).toEqual([]);
    expect(probe.checks.map(({ id }) => id)).toEqual(expect.arrayContaining(['this-computer', 'home-network']));
    const heard: string[] = [];
    const leave = new AbortController();
    const watched = found.boxes.watch(({ kind }) => void heard.push(kind), leave.signal);
    await aBoxRuns(found);
    await until('its end to be told', () => heard.includes('removed'));
    leave.abort();
    await watched;
    await found.boxes.sweep(new Set(), never);
  });

  it('makes them on the member of a cluster that customers are led to', async () => {
    lxd.lxc('cluster', 'enable', 'first');
    // It has another certificate since: that of the cluster.
    copyFileSync(join(dirname(lxd.socket), 'cluster.crt'), join(keys, 'server.crt'));
    const found = await until('it to answer', () => opened(at, keys).catch(() => undefined));
    expect((await found.boxes.probe(never)).offered).toBe(true);
    await aBoxRuns(found);
    await found.boxes.sweep(new Set(), never);
    expect(JSON.parse(lxd.lxc('list', '--format', 'json'))).toEqual([]);
  });
});
