// Boxes of Proxmox VE, at a little server of its own API's shapes: tasks that take their time and fail, locks, firewalls and terminals. Its
// containers are namespaces of this computer, so that what is run in one really runs; they hold nothing, which the probe has to find.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { openBoxes } from '../../../../src-main/backends/workloads/open.ts';
import { ProxmoxBoxes } from '../../../../src-main/backends/workloads/proxmox/boxes.ts';
import { ProxmoxClient } from '../../../../src-main/backends/workloads/proxmox/client.ts';
import { Cluster } from '../../../../src-main/backends/workloads/proxmox/cluster.ts';
import { ProxmoxImages } from '../../../../src-main/backends/workloads/proxmox/images.ts';
import { contentOf } from '../../../../src-main/backends/workloads/proxmox/plan.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { CERTIFICATE } from '../../../support/localhost-tls.ts';
import { freePort } from '../../../support/network.ts';
import { ProxmoxApi, TEMPLATE, TOKEN } from '../../../support/proxmox-api.ts';
import { whyNoContainers } from '../../../support/proxmox-container.ts';
import { until } from '../../../support/wait.ts';

const reason = whyNoContainers();
if (reason !== undefined) console.warn(`SKIPPED: what runs in boxes of Proxmox VE was not tried: ${reason}`);

const never = new AbortController().signal;
const IMAGE = contentOf({ volid: TEMPLATE, size: 3_000_000 });

function boxesAt(
  api: ProxmoxApi,
  more: { installation?: string; times?: object; vmids?: readonly [number, number] } = {},
) {
  const client = new ProxmoxClient({ origin: api.at, token: TOKEN, ca: CERTIFICATE }, systemClock);
  const { installation = 'of-this-test', times = {}, vmids = [1000, 1999] } = more;
  const cluster = new Cluster(client, installation);
  const boxes = new ProxmoxBoxes({
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    client,
    cluster,
    at: api.at,
    installation,
    storage: 'local-lvm',
    bridge: 'vmbr0',
    vmids,
    trial: () => Promise.resolve(IMAGE),
    ownNetworks: () => ['192.0.2.200/24'],
    mbitPerSecond: () => 20,
    times,
  });
  return { boxes, client, cluster };
}

const box = (more: Partial<BoxSpec> = {}): BoxSpec => ({
  id: 'lease-9',
  image: IMAGE,
  login: { password: 'abcDEF123456' },
  env: {},
  cpuMillicores: 500,
  memoryMiB: 64,
  diskMiB: 32,
  pids: 64,
  ports: [],
  network: 'internet',
  dataPath: null,
  readOnlyRoot: false,
  ...more,
});

const real = new ProxmoxApi();
await real.listen();
afterAll(() => real.stop());

workloadBackendSuite({
  name: 'Proxmox VE',
  reason,
  kind: 'system',
  standIn: { cpuMillicores: 4000, shutdown: 'kill -TERM 1' },
  backend: (installation, times = {}) => boxesAt(real, { times, ...(installation && { installation }) }).boxes,
  image: () => Promise.resolve(IMAGE),
  everything: () => [...real.guests.values()].map(({ config }) => String(config.hostname)),
  async without(during) {
    const { port } = real;
    await real.away();
    try {
      await during();
    } finally {
      await real.listen(port);
    }
  },
});

describe.skipIf(reason !== undefined)('a probe of Proxmox VE', () => {
  it('finds from inside that a box does not hold', { timeout: 120_000 }, async () => {
    const { boxes } = boxesAt(real);
    const { offered, checks } = await boxes.probe(never);
    expect(offered).toBe(false);
    const held = (id: string) => checks.find((check) => check.id === id)?.held;
    // Its containers are namespaces alone: root is this computer's, and no system call is forbidden.
    expect(['users', 'seccomp', 'memory', 'devices'].map(held)).toEqual([false, false, false, false]);
    expect(held('disk')).toBe(true);
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['this-computer', 'home-network', 'other-boxes']),
    );
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['this-computer', 'home-network', 'other-boxes']),
    );
    expect(real.guests.size).toBe(0);
  });
});

describe('boxes of Proxmox VE', { timeout: 60_000 }, () => {
  const api = new ProxmoxApi();
  api.scripted = admitting;
  beforeAll(() => api.listen());
  afterEach(() => {
    api.guests.clear();
    api.firewall = 1;
    api.fault = () => undefined;
    api.taskFault = () => undefined;
  });
  afterAll(() => api.stop());
  const at = (more: Parameters<typeof boxesAt>[1] = {}) => boxesAt(api, more).boxes;
  const guest = () => [...api.guests.values()][0]!;

  it('are unprivileged, without swap and nesting, on the node with the most free memory', async () => {
    await at().create(box(), never);
    const { node, config, options, rules } = guest();
    expect(node).toBe('pve2');
    expect(config).toMatchObject({
      unprivileged: '1',
      swap: '0',
      memory: '64',
      cpulimit: '0.5',
      features: 'nesting=0',
    });
    expect(config.net0).toContain('firewall=1,ip=dhcp,rate=2.5');
    expect(JSON.stringify(config)).not.toContain('abcDEF123456');
    expect(options).toMatchObject({
      enable: '1',
      policy_in: 'DROP',
      policy_out: 'DROP',
      ipfilter: '1',
      macfilter: '1',
    });
    const [first] = rules;
    expect(first).toMatchObject({ type: 'out', action: 'REJECT', dest: expect.stringContaining('192.168.0.0/16') });
    expect(first!.dest).toContain('198.51.100.0/24');
    expect(rules.filter(({ action }) => action === 'ACCEPT').map(({ dest }) => dest)).toEqual([
      '0.0.0.0/1',
      '128.0.0.0/1',
    ]);
  });

  it('have what all nodes have that answer, and of a storage that they share what it has once', async () => {
    const pve2 = api.nodes.get('pve2')!;
    const all = { cpuMillicores: 4000, memoryMiB: 16_384, diskMiB: 102_400 };
    expect(await at().capacity(never)).toEqual(all);
    api.shared = true;
    try {
      expect(await at().capacity(never)).toEqual({ ...all, diskMiB: 51_200 });
      pve2.online = false;
      expect(await at().capacity(never)).toEqual({ cpuMillicores: 2000, memoryMiB: 8192, diskMiB: 51_200 });
    } finally {
      api.shared = false;
      pve2.online = true;
    }
  });

  it('go to another node where the first has no template or is away, and nowhere where none has room', async () => {
    const pve2 = api.nodes.get('pve2')!;
    pve2.templates.clear();
    try {
      await at().create(box(), never);
      expect(guest().node).toBe('pve1');
      await at().remove('lease-9', never);
      const large = at().create(box({ memoryMiB: 4096 }), never);
      await expect(large).rejects.toMatchObject({ code: 'workloads.no-node' });
    } finally {
      pve2.templates.set(TEMPLATE, 3_000_000);
    }
    pve2.online = false;
    try {
      await at().create(box(), never);
      expect(guest().node).toBe('pve1');
    } finally {
      pve2.online = true;
    }
  });

  it('are not made, nor started, where the firewall of the datacenter is off', async () => {
    api.firewall = 0;
    await expect(at().create(box(), never)).rejects.toMatchObject({ code: 'workloads.firewall-off' });
    expect((await at().probe(never)).checks).toEqual([
      { id: 'packet-filter', held: false, seen: expect.stringContaining('firewall of the datacenter') },
    ]);
    api.firewall = 1;
    await at().create(box(), never);
    api.firewall = 0;
    await expect(at().start('lease-9', never)).rejects.toMatchObject({ code: 'workloads.firewall-off' });
    expect(guest().running).toBeUndefined();
  });

  it('are not started once somebody has opened them there', async () => {
    await at().create(box(), never);
    guest().options.policy_out = 'ACCEPT';
    await expect(at().start('lease-9', never)).rejects.toMatchObject({ code: 'workloads.filter-failed' });
    guest().options.policy_out = 'DROP';
    guest().config.net0 = String(guest().config.net0).replace('firewall=1', 'firewall=0');
    await expect(at().start('lease-9', never)).rejects.toMatchObject({ code: 'workloads.limits-not-kept' });
    expect(guest().running).toBeUndefined();
  });

  it.each(['vzcreate', 'vzstart', 'vzdestroy'])(
    'say so where the task %s fails, and are gone after a removal',
    async (type) => {
      api.taskFault = (each) => (each === type ? 'unable to create CT 1000 - storage is full' : undefined);
      const boxes = at();
      const all = async () => {
        await boxes.create(box(), never);
        await boxes.start('lease-9', never);
        await boxes.remove('lease-9', never);
      };
      await expect(all()).rejects.toMatchObject({
        code: expect.stringMatching(/^workloads\.engine-(?:create|start|remove)$/),
      });
      api.taskFault = () => undefined;
      await boxes.remove('lease-9', never);
      expect(api.guests.size).toBe(0);
    },
  );

  it.each([
    ['an answer that is none', () => ({ body: '<html>' }) as const],
    ['another shape', () => ({ body: '{"data":{"status":7}}' }) as const],
    ['a refusal', () => ({ status: 500, message: 'got timeout' }) as const],
    ['a connection that ends', () => 'reset' as const],
    ['silence', () => 'hang' as const],
  ])('are unknown by %s, and never absent', async (_name, fault) => {
    const boxes = at({ times: { ask: 500 } });
    await boxes.create(box(), never);
    api.fault = fault;
    expect(await boxes.status('lease-9', never)).toBe('unknown');
    expect(await boxes.adopt(box(), never)).toBe('unknown');
    await expect(boxes.list(never)).rejects.toMatchObject({ code: expect.stringMatching(/^workloads\.engine/) });
  });

  it('have the plug pulled and put in again, and nothing else changed', async () => {
    await at().create(box(), never);
    const { net0 } = guest().config;
    await at().cutOff('lease-9', true, never);
    expect(guest().config.net0).toBe(`${String(net0)},link_down=1`);
    // It has no address to be led to then.
    await at().start('lease-9', never);
    expect(await at().answers('lease-9', 8080, never)).toBe(false);
    await at().cutOff('lease-9', false, never);
    expect(guest().config.net0).toBe(net0);
  });

  it('wait where another program has a lock on them', async () => {
    const boxes = at();
    await boxes.create(box(), never);
    const there = guest();
    there.lock = 'backup';
    const removed = boxes.remove('lease-9', never);
    await until('it to be tried', () => api.asked.filter((said) => said.startsWith('DELETE')).length > 0);
    expect(api.guests.size).toBe(1);
    there.lock = undefined;
    await removed;
    expect(api.guests.size).toBe(0);
  });

  it('take no number that others have, and none beyond their own', async () => {
    const vmids = [1000, 1001] as const;
    const boxes = at({ vmids });
    await boxes.create(box(), never);
    await at({ vmids, installation: 'another' }).create(box(), never);
    expect(new Set(api.guests.keys())).toEqual(new Set(vmids));
    const third = boxes.create(box({ id: 'lease-3' }), never);
    await expect(third).rejects.toMatchObject({ code: 'workloads.no-number' });
    expect(api.guests.size).toBe(2);
    await boxes.sweep(new Set(), never);
    expect(api.guests.size).toBe(1);
  });

  it('are refused with ports of UDP, which nothing leads to them', async () => {
    const spec = box({ ports: [{ host: await freePort(), box: 53, protocol: 'udp' }] });
    await expect(at().create(spec, never)).rejects.toMatchObject({ code: 'workloads.box-invalid' });
    expect(api.guests.size).toBe(0);
  });

  it('begin with a template of their owner’s, or with a file that is sent to every node by its sum', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-proxmox-images-'));
    try {
      const path = join(folder, 'tiny.tar.zst');
      writeFileSync(path, 'not really one');
      const sha256 = createHash('sha256').update('not really one').digest('hex');
      const from = (template: { from: string; sha256?: string }) => {
        const { client, cluster } = boxesAt(api);
        const templates = () => templatesWith([], [{ name: 'tiny', ...template }]);
        return new ProxmoxImages({ clock: systemClock, client, cluster, templates, folder });
      };
      const own = from({ from: `image:${TEMPLATE}` });
      expect(await own.pull('machine-tiny', () => undefined, never)).toMatchObject({ id: IMAGE, bytes: 3_000_000 });
      const sent = from({ from: path, sha256 });
      const { id } = await sent.pull('machine-tiny', () => undefined, never);
      expect(id).toBe(`pve:14:local:vztmpl/hearth-${sha256}.tar.zst`);
      for (const { templates } of api.nodes.values()) expect(templates.size).toBe(2);
      await at().create(box({ image: id }), never);
      await sent.remove('machine-tiny', never);
      for (const { templates } of api.nodes.values()) expect(templates.size).toBe(1);
      const wrong = from({ from: path, sha256: '0'.repeat(64) }).pull('machine-tiny', () => undefined, never);
      await expect(wrong).rejects.toMatchObject({ code: 'workloads.machine-sum' });
      const nowhere = from({ from: 'image:local:vztmpl/none.tar.zst' }).pull('machine-tiny', () => undefined, never);
      await expect(nowhere).rejects.toMatchObject({ code: 'workloads.machine-missing' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leave no file that Hearth has sent when their node goes, unless another node has boxes there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-proxmox-images-'));
    try {
      const path = join(folder, 'tiny.tar.zst');
      writeFileSync(path, 'not really one');
      const sha256 = createHash('sha256').update('not really one').digest('hex');
      const { client, cluster } = boxesAt(api);
      const templates = () => templatesWith([], [{ name: 'tiny', from: path, sha256 }]);
      const images = new ProxmoxImages({ clock: systemClock, client, cluster, templates, folder });
      await images.pull('machine-tiny', () => undefined, never);
      const there = () => [...api.nodes.values()].map((node) => [...node.templates.keys()]);
      const sent = `local:vztmpl/hearth-${sha256}.tar.zst`;
      const both = [...api.nodes].map(() => [TEMPLATE, sent]);
      const other = at({ installation: 'another' });
      await other.create(box(), never);
      expect([await images.removeAll(never), there()]).toEqual([[], both]);
      await other.remove('lease-9', never);
      api.inUse.add(sent);
      expect([await images.removeAll(never), there()]).toEqual([[...api.nodes].map(() => sent), both]);
      api.inUse.clear();
      expect([await images.removeAll(never), there()]).toEqual([[], [...api.nodes].map(() => [TEMPLATE])]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are found by a token in a file, and by a certificate that was named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-proxmox-keys-'));
    const opened = () => {
      const choice = BoxEngineChoice.parse({ engine: 'proxmox', at: api.at, certificates: folder });
      return openBoxes(choice, { clock: systemClock, logger: silentLogger, dataDir: folder }, never);
    };
    try {
      await expect(opened()).rejects.toMatchObject({ code: 'containers.remote-certificates' });
      writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
      // Nobody has signed it whom everybody believes.
      await expect(opened()).rejects.toMatchObject({ code: 'containers.engine-unreachable' });
      writeFileSync(join(folder, 'ca.pem'), CERTIFICATE);
      const { engine, boxes, images } = await opened();
      expect(engine).toMatchObject({ kind: 'proxmox', make: 'proxmox', at: api.at, host: null, elsewhere: true });
      expect(await boxes.list(never)).toEqual([]);
      expect((await images.list(never)).every(({ pinned }) => pinned === null)).toBe(true);
      writeFileSync(join(folder, 'token'), 'hearth@pve!boxes=00000000-0000-0000-0000-000000000000');
      const refused = await opened().catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'workloads.proxmox-refused' });
      expect(JSON.stringify(refused)).not.toContain('00000000-0000');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A terminal at which everything that is typed has been done, and well. */
function admitting(typed: string): string {
  const mark = /printf '\\n%s' ([0-9a-f]{24})/.exec(typed)?.[1];
  return mark !== undefined && typed.endsWith('exit\n') ? `\n${mark}-begin\n${mark}-end:0\n` : '';
}
