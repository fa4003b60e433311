// Boxes as containers (LXC) of Proxmox VE, alone or a whole cluster: each with a firewall of its own, which its node puts in force outside of it, on
// the node that has the most room. They have addresses of their own, so this computer leads customers to their ports. Everything that belongs to
// a box carries its tags, so that a start after a crash finds all of it, and nothing else.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { type Swept, sweptEach } from '../../containers/swept.ts';
import type { BoxEvent, BoxSpec, BoxStats, BoxStatus, Probe, WorkloadBackend } from '../backend.ts';
import { BOX, BOX_TIMES } from '../bounds.ts';
import { specHash } from '../box-plan.ts';
import { isThere, madeOrCleared, statusOr, systemContent, systemNeeds } from '../box-rules.ts';
import { BoxTurns } from '../box-turns.ts';
import { ask } from '../engine-requests.ts';
import {
  BoxAbsent,
  BoxInvalid,
  BoxStopped,
  EngineFailed,
  FilterFailed,
  ImageMissing,
  LimitsNotKept,
  NoNumber,
  TrialWithoutBash,
} from '../errors.ts';
import { probeFromInside } from '../probe.ts';
import { accepts } from '../says-something.ts';
import { isBusy, isMissing, type ProxmoxClient, ProxmoxError, written } from './client.ts';
import type { Cluster, Found } from './cluster.ts';
import { Forwarder } from './forwarder.ts';
import {
  containerPlan,
  FIREWALL_OPTIONS,
  firewallRules,
  isCutOff,
  isKept,
  netCutOff,
  portsIn,
  type TemplateContent,
  templateOf,
} from './plan.ts';
import { execThrough } from './terminal.ts';

const Current = z.object({
  status: z.string(),
  /** Of its cores, 0 to 1. */
  cpu: z.number().optional(),
  cpus: z.coerce.number().optional(),
  mem: z.number().optional(),
  netin: z.number().optional(),
  netout: z.number().optional(),
  /** Seconds. */
  uptime: z.number().optional(),
});
/** Numbers come as such or as text; what is neither is of no interest here. */
const Word = z.union([z.string(), z.number().transform(String), z.unknown().transform(() => '')]);
const Config = z.record(z.string(), Word);
const Interfaces = z.array(z.object({ name: z.string(), inet: z.string().optional() })).max(100);
const Rules = z.array(Config).max(1000);

export interface ProxmoxBoxesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly client: ProxmoxClient;
  readonly cluster: Cluster;
  /** Where it answers. */
  readonly at: string;
  readonly installation: string;
  /** Where roots of boxes are. */
  readonly storage: string;
  /** Where they are in a network, with somebody who gives them an address. */
  readonly bridge: string;
  /** Numbers that boxes may have, the first and the last. */
  readonly vmids: readonly [number, number];
  /** The template that tries are made with; undefined: there is none. */
  readonly trial: (signal: AbortSignal) => Promise<string | undefined>;
  readonly ownNetworks: () => readonly string[];
  readonly mbitPerSecond: () => number | null;
  readonly times?: Partial<typeof BOX_TIMES>;
}

/** A root is unpacked, and a whole system begins. */
const TIMES = { ...BOX_TIMES, create: 90_000, start: 60_000, probe: 300_000 };
const TRIAL = { memoryMiB: 256, diskMiB: 2048 } as const;
const NUMBERS = 20;
const LOOK_MS = 500;
const MIB = 1024 * 1024;
/** It tells nobody what happens. */
const WATCH_MS = 5000;

/** Its customer is root: by its password, which an image's own settings may forbid. */
const LET_IN = `if [ -d /etc/ssh ]; then mkdir -p /etc/ssh/sshd_config.d; printf 'PermitRootLogin yes\\nPasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/00-hearth.conf; grep -qi '^include /etc/ssh/sshd_config.d' /etc/ssh/sshd_config || cat /etc/ssh/sshd_config.d/00-hearth.conf >>/etc/ssh/sshd_config; for s in ssh sshd; do systemctl try-restart $s || rc-service $s --ifstarted restart; done; fi >/dev/null 2>&1; true`;

/** What its command prints, on its own disk. */
const PRINTED = '/var/log/hearth.log';
const SHOW_LOGS = `journalctl --no-pager -q -n 200 2>/dev/null | tail -c ${BOX.logBytes / 2}; tail -c ${BOX.logBytes / 2} ${PRINTED} 2>/dev/null`;

export class ProxmoxBoxes implements WorkloadBackend {
  readonly id: string;
  readonly #deps: ProxmoxBoxesDeps;
  readonly #times: typeof BOX_TIMES;
  readonly #turns = new BoxTurns();
  readonly #ways = new Forwarder();
  /** What is to be run once when it begins. */
  readonly #commands = new Map<string, readonly string[]>();
  readonly #used = new Map<string, { readonly at: number; readonly uptime: number; readonly nanos: number }>();

  constructor(deps: ProxmoxBoxesDeps) {
    this.#deps = deps;
    this.id = `proxmox at ${deps.at}`;
    this.#times = { ...TIMES, ...deps.times };
  }

  async capacity(signal: AbortSignal) {
    const { cluster, storage } = this.#deps;
    const [nodes, diskBytes] = await ask('ask', this.#times.ask, signal, (within) =>
      Promise.all([cluster.nodes(within), cluster.sizeOf(storage, within)]),
    );
    return {
      cpuMillicores: nodes.reduce((sum, { cores }) => sum + cores * 1000, 0),
      memoryMiB: Math.floor(nodes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / MIB),
      diskMiB: diskBytes === undefined ? null : Math.floor(diskBytes / MIB),
    };
  }

  needs(spec: BoxSpec) {
    return Promise.resolve(systemNeeds(spec));
  }

  probe(signal: AbortSignal): Promise<Probe> {
    const { clock, cluster, trial, ownNetworks, at } = this.#deps;
    const { hostname, port } = new URL(at);
    return ask('ask', this.#times.probe, signal, async (within) =>
      probeFromInside(
        {
          clock,
          boxes: this,
          kind: 'system',
          ownNetworks: () => ownNetworks(),
          // Of the nodes, what listens for certain is what is spoken to here.
          more: [...new Set([...(await cluster.networks(within)).map((cidr) => cidr.split('/')[0]!), hostname])]
            .filter((address) => /^[\d.]+$/.test(address) && !address.startsWith('127.'))
            .map((address) => ({ check: 'this-computer', address, port: Number(port || 8006) }) as const),
          disk: () => Promise.resolve('quota'),
          size: TRIAL,
          unlimitedProcesses: true,
          image: async () => {
            const image = await trial(within);
            if (image === undefined) throw new ImageMissing();
            return image;
          },
          run: async (id, script) => {
            const tried = ['bash', '-c', `mkdir -p /data; ${script}`];
            const { exitCode, output } = await this.#exec(id, tried, BOX.logBytes, within);
            if (exitCode === 127) throw new TrialWithoutBash();
            return output;
          },
          network: async (id) => ({ gateway: '', address: await this.#address(id, within) }),
          machines: () => Promise.resolve({ accelerator: 'shared' }),
          encryption: () => Promise.resolve({ works: false, seen: null }),
          graphics: () => Promise.resolve({ works: false, seen: 'boxes of Proxmox VE get none' }),
        },
        within,
      ),
    );
  }

  create(spec: BoxSpec, signal: AbortSignal): Promise<void> {
    return this.#turns.take(spec.id, signal, this.#times.create, 'create', async (within) => {
      const template = systemContent(spec, templateOf);
      if (spec.ports.some(({ protocol }) => protocol !== 'tcp')) throw new BoxInvalid('ports');
      const there = await this.#find(spec.id, within);
      const isMade = isThere(spec, there?.spec);
      await this.#ways.listen(spec.id, spec.ports);
      if (spec.command) this.#commands.set(spec.id, withEnv(spec.env, spec.command));
      if (isMade) return;
      const clear = () => this.#clear(spec.id, AbortSignal.timeout(this.#times.remove));
      await madeOrCleared(spec, this.#deps.logger, () => this.#make(spec, template, within), clear);
    });
  }

  async #make(spec: BoxSpec, template: TemplateContent, signal: AbortSignal): Promise<void> {
    const { cluster, client, storage } = this.#deps;
    await cluster.assertFirewall(signal);
    const cores = Math.ceil(spec.cpuMillicores / 1000);
    const node = await cluster.nodeFor(template, storage, { ...spec, cores }, signal).catch(async (error: unknown) => {
      // A template that is nowhere is another reason than no room.
      throw (await cluster.has(template, signal)) ? error : new ImageMissing();
    });
    const vmid = await this.#numbered(spec, template.volid, node, signal);
    const path = `/nodes/${node}/lxc/${vmid}`;
    await this.#close(spec, path, signal);
    const plan = this.#planOf(spec, template.volid, vmid);
    const config = Config.parse(await client.ask('GET', `${path}/config`, signal));
    const missing = limitNotKept(plan, config);
    if (missing !== undefined) throw new LimitsNotKept(missing);
  }

  #planOf(spec: BoxSpec, volid: string, vmid: number) {
    const { installation, storage, bridge, mbitPerSecond } = this.#deps;
    return containerPlan({ installation, spec, vmid, volid, storage, bridge, mbitPerSecond: mbitPerSecond() });
  }

  /** Others take numbers as well. */
  async #numbered(spec: BoxSpec, volid: string, node: string, signal: AbortSignal): Promise<number> {
    const { cluster, client, vmids, random } = this.#deps;
    const [first, last] = vmids;
    const taken = new Set(await cluster.taken(signal));
    for (let tried = 0; tried < NUMBERS; tried += 1) {
      const free = Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((vmid) => !taken.has(vmid));
      const vmid = free.length > 0 ? free[random.int(free.length)] : undefined;
      if (vmid === undefined) break;
      try {
        await client.run('POST', `/nodes/${node}/lxc`, signal, this.#planOf(spec, volid, vmid));
        return vmid;
      } catch (error) {
        if (!(error instanceof ProxmoxError && /already exists|config file already exists/i.test(error.message))) {
          // What a task has half made has no tags yet.
          await this.#destroy({ node, vmid }, AbortSignal.timeout(this.#times.remove)).catch(() => undefined);
          throw error;
        }
        taken.add(vmid);
      }
    }
    throw new NoNumber();
  }

  /** Its firewall, in force before it starts. */
  async #close(spec: BoxSpec, path: string, signal: AbortSignal): Promise<void> {
    const { client, cluster, ownNetworks } = this.#deps;
    const own = ownNetworks();
    try {
      const networks = [...own, ...(await cluster.networks(signal))];
      const from = own.map((cidr) => cidr.split('/')[0]!);
      const rules = firewallRules({ spec, networks, from });
      await client.ask('PUT', `${path}/firewall/options`, signal, FIREWALL_OPTIONS);
      // Each new one is put before those that there are.
      for (const rule of rules.toReversed()) await client.ask('POST', `${path}/firewall/rules`, signal, rule);
      const kept = Rules.parse(await client.ask('GET', `${path}/firewall/rules`, signal));
      if (!isKept(rules, kept)) throw new Error('its firewall has other rules');
      await this.#assertClosed(path, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof HearthError ? error : new FilterFailed(error);
    }
  }

  async #assertClosed(path: string, signal: AbortSignal): Promise<void> {
    const { client, cluster } = this.#deps;
    await cluster.assertFirewall(signal);
    const options = Config.parse(await client.ask('GET', `${path}/firewall/options`, signal));
    const off = Object.entries(written(FIREWALL_OPTIONS)).find(([name, told]) => (options[name] ?? '0') !== told);
    if (off) throw new FilterFailed(new Error(`${off[0]} of its firewall is not as it was told`));
  }

  start(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'start', async (within) => {
      const { client } = this.#deps;
      const box = await this.#find(id, within);
      if (!box) throw new BoxAbsent(id);
      const path = pathOf(box);
      const config = Config.parse(await client.ask('GET', `${path}/config`, within));
      const ports = portsIn(config.description ?? '');
      await this.#ways.listen(id, ports);
      if ((await this.#current(box, within)).status !== 'running') {
        if (!/(?:^|,)firewall=1(?:,|$)/.test(config.net0 ?? '')) throw new LimitsNotKept('network');
        await this.#assertClosed(path, within);
        await client.run('POST', `${path}/status/start`, within);
        const command = this.#commands.get(id);
        // The terminal that it is begun at ends, perhaps before it has a session of its own.
        const started =
          command && `; trap '' HUP; mkdir -p /var/log; (setsid ${quoted(command)} </dev/null >${PRINTED} 2>&1 &)`;
        const script = `${LET_IN}${started ?? ''}`;
        await this.#exec(id, ['sh', '-c', script], BOX.execBytes, within);
      }
      if (!isCutOff(config.net0 ?? '')) await this.#lead(id, ports, within);
    });
  }

  /** To its address, once it has one. */
  async #lead(id: string, ports: BoxSpec['ports'], signal: AbortSignal): Promise<void> {
    while (ports.length > 0) {
      const address = await this.#address(id, signal);
      this.#ways.lead(id, address || undefined);
      if (address) break;
      await this.#deps.clock.sleep(LOOK_MS, signal);
    }
  }

  cutOff(id: string, isCut: boolean, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'ask', async (within) => {
      const { client } = this.#deps;
      const box = await this.#find(id, within);
      if (!box) throw new BoxAbsent(id);
      const path = pathOf(box);
      const { net0 = '', description = '' } = Config.parse(await client.ask('GET', `${path}/config`, within));
      if (isCutOff(net0) === isCut) return;
      await client.ask('PUT', `${path}/config`, within, { net0: netCutOff(net0, isCut) });
      // One that began without its network has no address yet.
      if (!isCut && (await this.#statusOf(box, within)) === 'running')
        await this.#lead(id, portsIn(description), within);
    });
  }

  stop(id: string, signal: AbortSignal): Promise<void> {
    const { grace, ask: asked } = this.#times;
    return this.#turns.take(id, signal, grace + 2 * asked, 'remove', async (within) => {
      const box = await this.#find(id, within);
      if (box) await this.#end(box, grace, within);
    });
  }

  async #end(box: Found, graceMs: number, signal: AbortSignal): Promise<void> {
    const { client } = this.#deps;
    this.#ways.lead(box.id, undefined);
    if ((await this.#current(box, signal)).status !== 'running') return;
    const status = `${pathOf(box)}/status`;
    try {
      if (graceMs > 0) {
        const timeout = Math.max(1, Math.round(graceMs / 1000));
        await client.run('POST', `${status}/shutdown`, signal, { timeout, forceStop: true });
      } else await client.run('POST', `${status}/stop`, signal);
    } catch (error) {
      signal.throwIfAborted();
      // It may have ended meanwhile.
      if ((await this.#current(box, signal)).status === 'running') throw error;
    }
  }

  remove(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.remove, 'remove', (within) => this.#clear(id, within));
  }

  async #clear(id: string, signal: AbortSignal): Promise<void> {
    this.#ways.close(id);
    this.#commands.delete(id);
    this.#used.delete(id);
    // More than one may carry its tags, where a node answered late.
    while (true) {
      const box = await this.#find(id, signal);
      if (!box) return;
      await this.#destroy(box, signal);
    }
  }

  async #destroy(box: Pick<Found, 'node' | 'vmid'>, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#deps;
    while (true) {
      try {
        return await client.run('DELETE', pathOf(box), signal, { force: true, purge: true });
      } catch (error) {
        if (isMissing(error)) return;
        if (!isBusy(error)) throw error;
        await clock.sleep(LOOK_MS, signal);
      }
    }
  }

  status(id: string, signal: AbortSignal): Promise<BoxStatus> {
    return this.#said(signal, async (within) => {
      const box = await this.#find(id, within);
      return (box && (await this.#statusOf(box, within))) ?? 'absent';
    });
  }

  #said(signal: AbortSignal, request: (within: AbortSignal) => Promise<BoxStatus>): Promise<BoxStatus> {
    return statusOr(signal, () => ask('ask', this.#times.ask, signal, request));
  }

  adopt(spec: BoxSpec, signal: AbortSignal): Promise<BoxStatus> {
    return this.#said(signal, async (within) => {
      const box = await this.#find(spec.id, within);
      if (box?.spec !== specHash(spec)) return 'absent';
      const status = await this.#statusOf(box, within);
      if (status === undefined) return 'absent';
      // What led to it has ended with the process that made it.
      await this.#ways.listen(spec.id, spec.ports);
      if (status === 'running') this.#ways.lead(spec.id, (await this.#address(spec.id, within)) || undefined);
      return status;
    });
  }

  exec(id: string, command: readonly string[], signal: AbortSignal) {
    return ask('ask', this.#times.exec, signal, (within) => this.#exec(id, command, BOX.execBytes, within));
  }

  async #exec(id: string, command: readonly string[], most: number, signal: AbortSignal) {
    const box = await this.#find(id, signal);
    if (!box) throw new BoxAbsent(id);
    if ((await this.#current(box, signal)).status !== 'running') throw new BoxStopped(id);
    return execThrough(this.#deps.client, pathOf(box), command, most, signal);
  }

  answers(id: string, port: number, signal: AbortSignal): Promise<boolean> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const address = await this.#address(id, within);
      if (!address) return false;
      // A router may give it another one.
      if (address !== this.#ways.addressOf(id)) this.#ways.lead(id, address);
      return accepts(port, within, address);
    });
  }

  /** It says how busy each is just now: what was used is that by the time between looks. */
  stats(id: string, signal: AbortSignal): Promise<BoxStats> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const box = await this.#find(id, within);
      if (!box) throw new BoxAbsent(id);
      const { cpu = 0, cpus = 1, mem = 0, netin = 0, netout = 0, uptime = 0 } = await this.#current(box, within);
      const now = this.#deps.clock.monotonic();
      const last = this.#used.get(id);
      const goesOn = last && last.uptime <= uptime ? last : { at: now - uptime * 1000, uptime: 0, nanos: 0 };
      const nanos = goesOn.nanos + Math.round(cpu * cpus * (now - goesOn.at) * 1e6);
      this.#used.set(id, { at: now, uptime, nanos });
      return { cpuNanos: nanos, memoryBytes: mem, pids: null, network: { receivedBytes: netin, sentBytes: netout } };
    });
  }

  /** A system keeps what it prints to itself: its journal, and what was run when it began. */
  logs(id: string, signal: AbortSignal): Promise<string> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const box = await this.#find(id, within);
      if ((box && (await this.#statusOf(box, within))) !== 'running') return '';
      return (await this.#exec(id, ['sh', '-c', SHOW_LOGS], BOX.logBytes, within)).output;
    });
  }

  async list(signal: AbortSignal) {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const all = await this.#deps.cluster.boxes(within);
      const found = await Promise.all(
        all.map(async ({ id, spec, ...of }) => {
          const status = await this.#statusOf(of, within);
          return status === undefined ? [] : [{ id, spec, status }];
        }),
      );
      return found.flat();
    });
  }

  async sweep(keep: ReadonlySet<string>, signal: AbortSignal): Promise<Swept> {
    const all = await ask('ask', this.#times.ask, signal, (within) => this.#deps.cluster.boxes(within));
    const left = new Set(all.map(({ id }) => id).filter((id) => !keep.has(id) && !this.#turns.has(id)));
    return sweptEach(left, (id) => this.remove(id, signal), signal);
  }

  async watch(listener: (event: BoxEvent) => void, signal: AbortSignal): Promise<void> {
    let before: ReadonlyMap<string, 'running' | 'stopped'> | undefined;
    try {
      while (!signal.aborted) {
        const now = new Map((await this.list(signal)).map(({ id, status }) => [id, status]));
        for (const [id, status] of now)
          if (before && before.get(id) !== status && !(before.get(id) === undefined && status === 'stopped'))
            listener({ id, kind: status === 'running' ? 'started' : 'exited' });
        for (const id of before?.keys() ?? []) if (!now.has(id)) listener({ id, kind: 'removed' });
        before = now;
        await this.#deps.clock.sleep(WATCH_MS, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof HearthError ? error : new EngineFailed('ask', error);
    }
  }

  async #find(id: string, signal: AbortSignal): Promise<Found | undefined> {
    return (await this.#deps.cluster.boxes(signal)).find((box) => box.id === id);
  }

  /** Undefined: it has gone meanwhile. */
  async #statusOf(box: Pick<Found, 'node' | 'vmid'>, signal: AbortSignal): Promise<'running' | 'stopped' | undefined> {
    try {
      return (await this.#current(box, signal)).status === 'running' ? 'running' : 'stopped';
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #current(box: Pick<Found, 'node' | 'vmid'>, signal: AbortSignal): Promise<z.infer<typeof Current>> {
    return Current.parse(await this.#deps.client.ask('GET', `${pathOf(box)}/status/current`, signal));
  }

  /** Empty: it has none yet. */
  async #address(id: string, signal: AbortSignal): Promise<string> {
    const box = await this.#find(id, signal);
    if (!box || (await this.#current(box, signal)).status !== 'running') return '';
    const all = Interfaces.parse(await this.#deps.client.ask('GET', `${pathOf(box)}/interfaces`, signal));
    return all.find(({ name }) => name === 'eth0')?.inet?.split('/')[0] ?? '';
  }
}

const pathOf = ({ node, vmid }: Pick<Found, 'node' | 'vmid'>) => `/nodes/${node}/lxc/${vmid}`;

const quoted = (words: readonly string[]) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

const withEnv = (env: BoxSpec['env'], command: readonly string[]) => [
  'env',
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ...command,
];

/** The first that is not as it was told. */
function limitNotKept(
  plan: ReturnType<typeof containerPlan>,
  config: Readonly<Record<string, string>>,
): string | undefined {
  const said = (name: string) => config[name] ?? '';
  const wrong: readonly (readonly [string, boolean])[] = [
    ['memory', said('memory') !== String(plan.memory)],
    ['swap', said('swap') !== '0'],
    ['cores', said('cores') !== String(plan.cores)],
    ['cpulimit', Number(said('cpulimit')) !== plan.cpulimit],
    ['users', said('unprivileged') !== '1'],
    ['nesting', /nesting=1/.test(said('features'))],
    ['disk', !/(?:^|,)size=[\d.]+[KMGT]?/.test(said('rootfs'))],
    ['network', !/(?:^|,)firewall=1(?:,|$)/.test(said('net0'))],
    ['rate', /rate=/.test(plan.net0) && !/(?:^|,)rate=/.test(said('net0'))],
  ];
  return wrong.find(([, is]) => is)?.[0];
}
