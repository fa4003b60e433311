// Boxes of a real LXD: what every backend has to hold to, and what is its own.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LxdBoxes } from '../../../../src-main/backends/workloads/lxd/boxes.ts';
import { LxdClient } from '../../../../src-main/backends/workloads/lxd/client.ts';
import { LxdImages } from '../../../../src-main/backends/workloads/lxd/images.ts';
import { networkOf } from '../../../../src-main/backends/workloads/lxd/plan.ts';
import { lxdToolbox } from '../../../../src-main/backends/workloads/lxd/toolbox.ts';
import { ownNetworks } from '../../../../src-main/backends/workloads/own-networks.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { runner } from '../../../../src-main/base/run.ts';
import { hostileBoxSuite } from '../../../suites/hostile-box.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { type Lxd, startLxd } from '../../../support/lxd.ts';
import { until } from '../../../support/wait.ts';

const started = await startLxd();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: boxes were not tried with a real LXD: ${reason}`);
const lxd = started as Lxd;
const folder = mkdtempSync(join(tmpdir(), 'hearth-lxd-'));

const client = reason === undefined ? new LxdClient(lxd.socket) : undefined;
afterAll(async () => {
  await client?.close();
  if ('stop' in started) await started.stop();
  rmSync(folder, { recursive: true, force: true });
});

const backend = (installation = 'of-this-test', times: object = {}, lent = false) =>
  new LxdBoxes({
    clock: systemClock,
    logger: silentLogger,
    client: client!,
    make: 'lxd',
    at: lxd.socket,
    installation,
    pool: 'quotas',
    toolbox: (signal) => lxdToolbox({ client: client!, run: runner(process.env), installation }, signal),
    ownNetworks,
    // It takes a part of the kernel that small ones lack.
    mbitPerSecond: () => null,
    cards: () => 'nvidia.com/gpu=all',
    lendsCards: () => lent,
    times,
  });

workloadBackendSuite({
  name: 'LXD',
  reason,
  kind: 'system',
  backend,
  image: async () => `lxd:${lxd.fingerprint}`,
  everything: () => (JSON.parse(lxd.lxc('list', '--format', 'json')) as { name: string }[]).map(({ name }) => name),
  async without(during) {
    await lxd.kill();
    try {
      await during();
    } finally {
      await lxd.revive();
    }
  },
});

it.skipIf(reason !== undefined)('give no graphics card where none was seen in a box of LXD', async () => {
  const { offered, graphics } = await backend('of-this-test', {}, true).probe(AbortSignal.timeout(240_000));
  console.info(`a graphics card was tried with a real LXD: ${graphics.seen}`);
  expect(offered).toBe(true);
  expect(graphics.seen).toMatch(graphics.works ? /^\/dev\// : /./);
});

hostileBoxSuite({
  name: 'LXD',
  reason,
  kind: 'system',
  backend: () => backend(),
  images: async () => ({ busybox: `lxd:${lxd.fingerprint}`, toolbox: '' }),
  async network(id) {
    const run = (...words: readonly string[]) => lxd.lxc('exec', `h-of-this-test-${id}`, '--', ...words);
    return await until('its address', () => {
      const gateway = /via (\S+)/.exec(run('ip', 'route', 'show', 'default'))?.[1];
      const address = /inet ([\d.]+)/.exec(run('ip', 'addr', 'show', 'eth0'))?.[1];
      return gateway === undefined || address === undefined ? undefined : { gateway, address };
    });
  },
  // From this computer itself: containers that the engine makes without being told otherwise are in another network.
  reachedWithout: (address, port) =>
    new Promise((resolve) => {
      connect(port, address)
        .once('connect', () => resolve(true))
        .once('error', () => resolve(false));
    }),
});

describe.skipIf(reason !== undefined)('a box of LXD', { timeout: 120_000 }, () => {
  const never = new AbortController().signal;
  const box = (more: object = {}) => ({
    id: 'lease-9',
    image: `lxd:${lxd.fingerprint}`,
    login: { password: 'abcDEF123456' },
    env: {},
    cpuMillicores: 500,
    memoryMiB: 64,
    diskMiB: 32,
    pids: 64,
    ports: [],
    network: 'internet' as const,
    dataPath: null,
    readOnlyRoot: false,
    ...more,
  });
  const imagesFrom = (from: string, sha256?: string, name = 'tiny') =>
    new LxdImages({
      installation: 'of-this-test',
      clock: systemClock,
      client: client!,
      folder,
      templates: () => templatesWith([], [{ name, from, ...(sha256 !== undefined && { sha256 }) }]),
    });

  it('has its root’s password as a hash, before it begins', async () => {
    const boxes = backend();
    await boxes.create(box(), never);
    const shadow = lxd.lxc('file', 'pull', 'h-of-this-test-lease-9/etc/shadow', '-');
    expect(shadow).toMatch(/^root:\$6\$[^:]+:19000:/);
    expect(lxd.lxc('config', 'show', 'h-of-this-test-lease-9')).not.toContain('abcDEF123456');
    await boxes.remove('lease-9', never);
    await boxes.sweep(new Set(), never);
  });

  it('never has an address that the house tries with, also in a network of an earlier version', async () => {
    const boxes = backend();
    await boxes.create(box(), never);
    await boxes.remove('lease-9', never);
    const ranges = () => lxd.lxc('network', 'get', networkOf('of-this-test'), 'ipv4.dhcp.ranges').trim();
    expect(ranges()).toMatch(/^10\.\d+\.\d+\.2-10\.\d+\.\d+\.249$/);
    lxd.lxc('network', 'unset', networkOf('of-this-test'), 'ipv4.dhcp.ranges');
    const fresh = backend();
    await fresh.create(box(), never);
    expect(ranges()).toMatch(/\.2-\S+\.249$/);
    await fresh.remove('lease-9', never);
    await fresh.sweep(new Set(), never);
  });

  it('reaches nothing of this computer or its home from inside, whoever is root in there', async () => {
    const arrived: string[] = [];
    const server = createServer((socket) => {
      arrived.push(`${socket.localAddress}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const boxes = backend();
    try {
      await boxes.create(box({ command: ['/bin/sh', '-c', 'while :; do sleep 1; done'] }), never);
      await boxes.start('lease-9', never);
      const run = async (command: string) => (await boxes.exec('lease-9', ['/bin/sh', '-c', command], never)).output;
      const gateway = await until('its address', async () => /via (\S+)/.exec(await run('ip route show default'))?.[1]);
      const own = ownNetworks().map((cidr) => cidr.split('/')[0]!);
      const strange = ['192.168.1.1 80', '169.254.169.254 80', '100.64.0.1 80', '9.9.9.9 25'];
      for (const at of [...[...own, gateway].map((address) => `${address} ${port}`), ...strange])
        expect([at, await run(`nc -w 2 ${at} </dev/null >/dev/null 2>&1 && echo REACHED`)]).toEqual([at, '']);
      // Nor with rules, addresses and routes of its own making.
      await run(`ip addr add 10.99.0.2/24 dev eth0; nft flush ruleset; iptables -F; ip route add default dev eth0`);
      expect(await run(`nc -w 2 ${own[0] ?? gateway} ${port} </dev/null >/dev/null 2>&1 && echo REACHED`)).toBe('');
      expect(arrived).toEqual([]);
      expect(await run('cat /etc/resolv.conf')).toBe('nameserver 9.9.9.9\nnameserver 149.112.112.112\n');
    } finally {
      server.close();
      await boxes.remove('lease-9', never);
      await boxes.sweep(new Set(), never);
    }
  });

  it('says nothing to its network while it is cut off, not even to ask for an address', async () => {
    const boxes = backend();
    try {
      await boxes.create(box({ command: ['/bin/sh', '-c', 'while :; do sleep 1; done'] }), never);
      await boxes.start('lease-9', never);
      const run = async (command: string) => (await boxes.exec('lease-9', ['/bin/sh', '-c', command], never)).output;
      await until('its address', async () => /via (\S+)/.exec(await run('ip route show default'))?.[1]);
      const asks = () => run('udhcpc -i eth0 -n -q -t 2 -T 1 -s /bin/true >/dev/null 2>&1 && echo ANSWERED');
      expect(await asks()).toBe('ANSWERED\n');
      await boxes.cutOff('lease-9', true, never);
      expect(await asks()).toBe('');
      // Under another address, too.
      const gateway = /via (\S+)/.exec(await run('ip route show default'))![1]!;
      const other = gateway.replace(/\d+$/, '99');
      expect(
        await run(`ip addr add ${other}/24 dev eth0; arping -c 2 -w 3 -I eth0 ${gateway} >/dev/null && echo ANSWERED`),
      ).toBe('');
      await boxes.cutOff('lease-9', false, never);
      expect(await asks()).toBe('ANSWERED\n');
    } finally {
      await boxes.remove('lease-9', never);
      await boxes.sweep(new Set(), never);
    }
  });

  it('begins with an image of its owner’s choice: one of the engine’s own, or a file by its sum', async () => {
    expect(await imagesFrom('image:hearth-test').list(never)).toContainEqual(
      expect.objectContaining({
        slug: 'machine-tiny',
        pinned: expect.objectContaining({ id: `lxd:${lxd.fingerprint}` }),
      }),
    );
    const nowhere = imagesFrom('image:nothing');
    await expect(nowhere.pull('machine-tiny', () => undefined, never)).rejects.toMatchObject({
      code: 'workloads.machine-missing',
    });
    const sha256 = createHash('sha256').update(readFileSync(lxd.image)).digest('hex');
    const { id } = await imagesFrom(lxd.image, sha256).pull('machine-tiny', () => undefined, never);
    expect(id).toBe(`lxd:${sha256}`);
    const wrong = imagesFrom(lxd.image, '0'.repeat(64)).pull('machine-tiny', () => undefined, never);
    await expect(wrong).rejects.toMatchObject({ code: 'workloads.machine-sum' });
  });

  const fingerprints = () =>
    (JSON.parse(lxd.lxc('image', 'list', '--format', 'json')) as { fingerprint: string }[]).map(
      (one) => one.fingerprint,
    );

  it('leaves no image that nobody may rent any more, and none of others’ is touched', async () => {
    // The same image, as another file.
    const other = join(folder, 'other.tar');
    writeFileSync(other, gunzipSync(readFileSync(lxd.image)));
    const sum = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    const first = imagesFrom(other, sum(other), 'other');
    await first.pull('machine-other', () => undefined, never);
    expect(fingerprints()).toContain(sum(other));
    // By command, though it is not allowed any more.
    const later = imagesFrom('image:hearth-test');
    await expect(later.remove('machine-none', never)).rejects.toMatchObject({ code: 'workloads.unknown-template' });
    await later.remove('machine-other', never);
    expect(fingerprints()).not.toContain(sum(other));
    // By the next pull.
    await first.pull('machine-other', () => undefined, never);
    await later.pull('machine-tiny', () => undefined, never);
    expect(fingerprints()).not.toContain(sum(other));
    expect(fingerprints()).toContain(lxd.fingerprint);
  });

  it('takes with it what its node has put there, and nothing of its owner’s', async () => {
    const images = imagesFrom('image:hearth-test');
    await lxdToolbox({ client: client!, run: runner(process.env), installation: 'of-this-test' }, never);
    expect(fingerprints().length).toBeGreaterThan(1);
    expect([await images.removeAll(never), fingerprints()]).toEqual([[], [lxd.fingerprint]]);
  });

  it('is tried with one image alone, also after programs of this computer have changed', async () => {
    const of = { client: client!, run: runner(process.env), installation: 'of-this-test' };
    const made = await lxdToolbox(of, never);
    expect(await lxdToolbox(of, never)).toBe(made);
    // As if it were of other programs: its name is theirs.
    for (const alias of (JSON.parse(lxd.lxc('image', 'alias', 'list', '--format', 'json')) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name.startsWith('hearth-toolbox-')))
      lxd.lxc('image', 'alias', 'rename', alias, 'hearth-toolbox-earlier');
    const next = await lxdToolbox(of, never);
    expect(fingerprints().filter((each) => each === made || each === next)).toEqual([next]);
  });
});
