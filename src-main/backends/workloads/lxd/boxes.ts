// Boxes as system containers of LXD or Incus: each with users of its own, in a network whose rules the engine puts in force outside of it.
// Everything that belongs to a box carries its keys, so that a start after a crash finds all of it, and nothing else.

import { createServer } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { inTime } from '../../containers/requests.ts';
import { type Swept, sweptEach } from '../../containers/swept.ts';
import type { BoxEvent, BoxSpec, BoxStatus, GraphicsProbe, Probe, WorkloadBackend } from '../backend.ts';
import { BOX, BOX_TIMES } from '../bounds.ts';
import { isThere, madeOrCleared, statusIn, statusOr, systemContent, systemNeeds } from '../box-rules.ts';
import { BoxTurns } from '../box-turns.ts';
import { ask, inItsTime } from '../engine-requests.ts';
import {
  BoxAbsent,
  BoxStopped,
  EngineFailed,
  FilterFailed,
  ImageMissing,
  LimitsNotKept,
  PortsTaken,
} from '../errors.ts';
import { LATE, tryGraphics } from '../graphics-trial.ts';
import { hashed } from '../password.ts';
import { probeFromInside } from '../probe.ts';
import { accepts, saysSomethingAt } from '../says-something.ts';
import { isMissing, type LxdClient, LxdError } from './client.ts';
import { execIn } from './exec.ts';
import {
  aclPlan,
  COMMAND_PATH,
  contentOf,
  fingerprintOf,
  HOUSE_ADDRESSES,
  instanceOf,
  instancePlan,
  isCutOff,
  KEYS,
  leasedBy,
  networkOf,
  networkPlan,
  nicCutOff,
} from './plan.ts';

const Instance = z.object({
  name: z.string(),
  status: z.string(),
  config: z.record(z.string(), z.string()),
  devices: z.record(z.string(), z.record(z.string(), z.string())),
});
const State = z.object({
  status: z.string(),
  cpu: z.object({ usage: z.number() }),
  memory: z.object({ usage: z.number() }),
  processes: z.number(),
  network: z
    .record(
      z.string(),
      z.object({
        addresses: z.array(z.object({ family: z.string(), address: z.string(), scope: z.string() })),
        counters: z.object({ bytes_received: z.number(), bytes_sent: z.number() }),
      }),
    )
    .nullable(),
});
const Resources = z.object({ cpu: z.object({ total: z.number() }), memory: z.object({ total: z.number() }) });
const PoolSpace = z.object({ space: z.object({ total: z.number() }) });
const Pools = z.array(z.object({ name: z.string(), driver: z.string() }));
const Members = z.array(z.object({ server_name: z.string() })).max(100);
const Network = z.object({ config: z.record(z.string(), z.string()) });
const Event = z.object({ metadata: z.object({ action: z.string(), source: z.string() }) });

export interface LxdBoxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly client: LxdClient;
  readonly make: 'lxd' | 'incus';
  /** Where it answers. */
  readonly at: string;
  /** Of a cluster, the member that boxes are made on. */
  readonly member?: string | undefined;
  /** The computer whose ports boxes have, and a port there at which something listens; left out: this one. */
  readonly elsewhere?: { readonly host: string; readonly port: number } | undefined;
  readonly installation: string;
  /** The storage pool that roots are in; undefined: the one called `default`, or the first. */
  readonly pool: string | undefined;
  /** The fingerprint of an image of programs of this computer, which tries are made with. */
  readonly toolbox: (signal: AbortSignal) => Promise<string>;
  readonly ownNetworks: () => readonly string[];
  readonly mbitPerSecond: () => number | null;
  /** The graphics cards that boxes get whose spec says so, as CDI names them; and whether any of their memory is lent. */
  readonly cards: () => string;
  readonly lendsCards: () => boolean;
  readonly times?: Partial<typeof BOX_TIMES>;
}

const EVENTS: Readonly<Record<string, BoxEvent['kind']>> = {
  'instance-started': 'started',
  'instance-stopped': 'exited',
  'instance-shutdown': 'exited',
  'instance-deleted': 'removed',
};

const ROOT = { uid: 0, gid: 0 } as const;
const BUSY_MS = 200;
const FILE_BYTES = 1024 * 1024;
const MIB = 1024 * 1024;

export class LxdBoxes implements WorkloadBackend {
  readonly id: string;
  readonly #deps: LxdBoxesDeps;
  readonly #times: typeof BOX_TIMES;
  readonly #turns = new BoxTurns();
  #ready: Promise<string> | undefined;

  constructor(deps: LxdBoxesDeps) {
    this.#deps = deps;
    this.id = `${deps.make} at ${deps.at}`;
    this.#times = { ...BOX_TIMES, ...deps.times };
  }

  async capacity(signal: AbortSignal) {
    const [{ cpu, memory }, space] = await ask('ask', this.#times.ask, signal, (within) =>
      Promise.all([this.#get(`/1.0/resources${this.#target}`, Resources, within), this.#space(within)]),
    );
    return {
      cpuMillicores: cpu.total * 1000,
      memoryMiB: Math.floor(memory.total / MIB),
      diskMiB: space === undefined ? null : Math.floor(space / MIB),
    };
  }

  needs(spec: BoxSpec) {
    return Promise.resolve(systemNeeds(spec));
  }

  probe(signal: AbortSignal): Promise<Probe> {
    const { clock, toolbox, ownNetworks } = this.#deps;
    const { probe, graphicsTrial } = this.#times;
    return ask('ask', probe + graphicsTrial, signal, async (within) => {
      this.#ready = undefined;
      return probeFromInside(
        {
          clock,
          boxes: this,
          kind: 'system',
          ownNetworks,
          listening: this.#deps.elsewhere?.port,
          disk: () => Promise.resolve('quota'),
          image: async () => contentOf(await toolbox(within)),
          network: (id) => this.#networkOf(id, within),
          ms: probe,
          // A system container is one by itself: there is nothing that it would have to run on.
          machines: () => Promise.resolve({ accelerator: 'shared' }),
          // Its pools are its own.
          encryption: () => Promise.resolve({ works: false, seen: null }),
          graphics: () =>
            inItsTime(graphicsTrial, within, (own) => this.#tryGraphics(own), { works: false, seen: LATE }),
        },
        within,
      );
    });
  }

  async #tryGraphics(signal: AbortSignal): Promise<GraphicsProbe> {
    const { clock, toolbox, lendsCards } = this.#deps;
    if (!lendsCards()) return { works: false, seen: null };
    const image = async () => contentOf(await toolbox(signal));
    return tryGraphics({ clock, boxes: this, image, size: { diskMiB: 64, pids: 64 } }, signal);
  }

  create(spec: BoxSpec, signal: AbortSignal): Promise<void> {
    return this.#turns.take(spec.id, signal, this.#times.create, 'create', async (within) => {
      const fingerprint = systemContent(spec, fingerprintOf, { cards: true });
      const there = await this.#instance(spec.id, within);
      if (isThere(spec, there && (there.config[KEYS.spec] ?? ''))) return;
      const clear = () => this.#clear(spec.id, AbortSignal.timeout(this.#times.remove));
      await madeOrCleared(spec, this.#deps.logger, () => this.#make(spec, fingerprint, within), clear);
    });
  }

  async #make(spec: BoxSpec, fingerprint: string, signal: AbortSignal): Promise<void> {
    const { client, installation, mbitPerSecond, elsewhere, cards } = this.#deps;
    for (const { host, protocol } of spec.ports) {
      if (protocol !== 'tcp') continue;
      if (!elsewhere) await assertFree(host);
      else if (await accepts(host, signal, elsewhere.host)) throw new PortsTaken(undefined);
    }
    const pool = await this.#prepared(signal);
    const passwordHash = spec.login && (await hashed(spec.login.password, signal));
    const of = { installation, spec, fingerprint, pool, mbitPerSecond: mbitPerSecond(), passwordHash, cards: cards() };
    const plan = instancePlan(of);
    await this.#housed(spec.id, plan.devices, plan.config, signal);
    try {
      // Not aborted: an engine goes on with it all the same, and what it makes then would be left.
      await client.ask('POST', `/1.0/instances${this.#target}`, new AbortController().signal, plan);
    } catch (error) {
      if (error instanceof LxdError && /image.*not (?:found|provided)|fingerprint/i.test(error.message))
        throw new ImageMissing();
      throw error;
    }
    signal.throwIfAborted();
    const made = await this.#instance(spec.id, signal);
    const missing = Object.entries(plan.config).find(([key, value]) => made?.config[key] !== value)?.[0];
    if (missing !== undefined) throw new LimitsNotKept(missing);
    if (passwordHash !== undefined) await this.#letIn(spec.id, passwordHash, signal);
    if (spec.command) await this.#put(spec.id, COMMAND_PATH, scriptOf(spec.command), '0700', signal);
  }

  /** Fixed addresses within the network of boxes. */
  async #housed(
    id: string,
    devices: Record<string, Record<string, string>>,
    config: Record<string, string>,
    signal: AbortSignal,
  ): Promise<void> {
    const last = HOUSE_ADDRESSES[id];
    const nic = devices.eth0;
    if (last === undefined || !nic) return;
    const gateway = await this.#gateway(signal);
    const address = gateway.replace(/\d+$/, String(last));
    nic['ipv4.address'] = address;
    config['environment.HEARTH_ADDRESS'] = `${address}/24`;
    config['environment.HEARTH_GATEWAY'] = gateway;
  }

  /** The customer is root: by its password, which an image's own settings may forbid. */
  async #letIn(id: string, passwordHash: string, signal: AbortSignal): Promise<void> {
    const { client } = this.#deps;
    const shadow = await client.readFile(this.#file(id, '/etc/shadow'), FILE_BYTES, signal);
    if (shadow) {
      const text = shadow.text.replace(/^root:[^:]*/m, () => `root:${passwordHash}`);
      await client.writeFile(this.#file(id, '/etc/shadow'), text, shadow, signal);
    }
    const sshd = await client.readFile(this.#file(id, '/etc/ssh/sshd_config'), FILE_BYTES, signal);
    if (sshd) {
      const said = 'PermitRootLogin yes\nPasswordAuthentication yes\n';
      await this.#put(id, '/etc/ssh/sshd_config.d/00-hearth.conf', said, '0644', signal);
    }
  }

  async #put(id: string, path: string, text: string, mode: string, signal: AbortSignal): Promise<void> {
    const { client } = this.#deps;
    const folders = path.split('/').slice(1, -1);
    for (let depth = 1; depth <= folders.length; depth += 1) {
      const folder = `/${folders.slice(0, depth).join('/')}`;
      // One that is there stays as it is.
      await client.writeFile(this.#file(id, folder), null, { ...ROOT, mode: '0755' }, signal).catch(() => undefined);
    }
    await client.writeFile(this.#file(id, path), text, { ...ROOT, mode }, signal);
  }

  start(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'start', async (within) => {
      const box = await this.#instance(id, within);
      if (!box) throw new BoxAbsent(id);
      if (isRunning(box.status)) return;
      await this.#prepared(within);
      await this.#turnTo(id, { action: 'start' }, within);
    });
  }

  stop(id: string, signal: AbortSignal): Promise<void> {
    const { grace, ask: asked } = this.#times;
    return this.#turns.take(id, signal, grace + 2 * asked, 'remove', (within) => this.#end(id, grace, within));
  }

  async #end(id: string, graceMs: number, signal: AbortSignal): Promise<void> {
    const box = await this.#instance(id, signal);
    if (!box || !isRunning(box.status)) return;
    if (graceMs > 0) {
      const seconds = Math.max(1, Math.round(graceMs / 1000));
      const ended = await this.#turnTo(id, { action: 'stop', timeout: seconds }, signal).then(
        () => true,
        () => false,
      );
      if (ended) return;
    }
    await this.#turnTo(id, { action: 'stop', force: true, timeout: -1 }, signal).catch(async (error: unknown) => {
      // It may have ended meanwhile.
      const now = await this.#instance(id, signal);
      if (now && isRunning(now.status)) throw error;
    });
  }

  async #turnTo(id: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#deps.client.ask('PUT', `${this.#path(id)}/state`, signal, body);
  }

  remove(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.remove, 'remove', (within) => this.#clear(id, within));
  }

  async #clear(id: string, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#deps;
    while (true) {
      try {
        await this.#end(id, 0, signal);
        await client.ask('DELETE', this.#path(id), signal);
        return;
      } catch (error) {
        if (isMissing(error)) return;
        // One that ended by itself, or did not begin, is being cleared up by its engine for a while.
        if (!(error instanceof LxdError && /busy/i.test(error.message))) throw error;
        await clock.sleep(BUSY_MS, signal);
      }
    }
  }

  status(id: string, signal: AbortSignal): Promise<BoxStatus> {
    return statusOr(signal, async () => {
      const box = await ask('ask', this.#times.ask, signal, (within) => this.#instance(id, within));
      if (!box) return 'absent';
      return isRunning(box.status) ? 'running' : 'stopped';
    });
  }

  adopt(spec: BoxSpec, signal: AbortSignal): Promise<BoxStatus> {
    return statusOr(signal, async () => statusIn(await this.list(signal), spec));
  }

  exec(id: string, command: readonly string[], signal: AbortSignal) {
    return ask('ask', this.#times.exec, signal, async (within) => {
      const box = await this.#instance(id, within);
      if (!box) throw new BoxAbsent(id);
      if (!isRunning(box.status)) throw new BoxStopped(id);
      return execIn(this.#deps.client, this.#path(id), command, BOX.execBytes, within);
    });
  }

  /** From this computer, where the engine takes the connection first: a server in there has to say something. */
  answers(id: string, port: number, signal: AbortSignal): Promise<boolean> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const box = await this.#instance(id, within);
      const way = Object.values(box?.devices ?? {}).find(({ connect }) => connect === `tcp:127.0.0.1:${port}`);
      const host = /:(\d+)$/.exec(way?.listen ?? '')?.[1];
      return host !== undefined && (await saysSomethingAt(Number(host), within, this.#deps.elsewhere?.host));
    });
  }

  stats(id: string, signal: AbortSignal) {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const { cpu, memory, processes, network } = await this.#state(id, within);
      const nic = network?.eth0;
      return {
        cpuNanos: cpu.usage,
        memoryBytes: memory.usage,
        pids: Math.max(0, processes),
        network: nic ? { receivedBytes: nic.counters.bytes_received, sentBytes: nic.counters.bytes_sent } : null,
      };
    });
  }

  cutOff(id: string, isCut: boolean, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'ask', async (within) => {
      const box = await this.#instance(id, within);
      if (!box) throw new BoxAbsent(id);
      const nic = box.devices.eth0;
      if (!nic || isCutOff(nic) === isCut) return;
      await this.#deps.client.ask('PATCH', this.#path(id), within, { devices: { eth0: nicCutOff(nic, isCut) } });
    });
  }

  logs(id: string, signal: AbortSignal): Promise<string> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      try {
        const said = await this.#deps.client.text(`${this.#path(id)}/console`, 4 * MIB, within);
        return Buffer.from(said).subarray(-BOX.logBytes).toString('utf8');
      } catch (error) {
        // One that has not run yet has none.
        if (error instanceof LxdError) return '';
        throw error;
      }
    });
  }

  async list(signal: AbortSignal) {
    const all = await ask('ask', this.#times.ask, signal, (within) => this.#instances(within));
    return all.map(({ config, status }) => ({
      id: config[KEYS.box]!,
      status: isRunning(status) ? ('running' as const) : ('stopped' as const),
      spec: config[KEYS.spec] ?? '',
    }));
  }

  async sweep(keep: ReadonlySet<string>, signal: AbortSignal): Promise<Swept> {
    const all = await this.list(signal);
    const over = all.map(({ id }) => id).filter((id) => !keep.has(id) && !this.#turns.has(id));
    const swept = await sweptEach(over, (id) => this.remove(id, signal), signal);
    if (keep.size === 0 && swept.gone.length === all.length && this.#turns.idle) await this.#dropNetwork(signal);
    return swept;
  }

  async watch(listener: (event: BoxEvent) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { client, installation } = this.#deps;
    const beginning = instanceOf(installation, '');
    const socket = client.channel('/1.0/events?type=lifecycle');
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        socket.terminate();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      socket.on('message', (bytes: Buffer) => {
        const found = Event.safeParse(parsed(bytes));
        const name = /^\/1\.0\/instances\/([^/?]+)/.exec(found.data?.metadata.source ?? '')?.[1];
        const kind = EVENTS[found.data?.metadata.action ?? ''];
        if (kind && name?.startsWith(beginning)) listener({ id: name.slice(beginning.length), kind });
      });
      const lost = (error: unknown) => {
        signal.removeEventListener('abort', end);
        if (signal.aborted) resolve();
        else reject(new EngineFailed('ask', error));
      };
      socket.on('error', lost);
      socket.on('close', () => lost(new Error('the events ended')));
    });
  }

  /** The network of all boxes and its rules, in force; the pool of their roots. Made once, or when a start of the engine has lost them. */
  #prepared(signal: AbortSignal): Promise<string> {
    // Who leaves meanwhile leaves the others waiting: an engine goes on with what it was asked.
    this.#ready ??= this.#prepare(AbortSignal.timeout(this.#times.create)).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return inTime(this.#ready, signal);
  }

  async #prepare(signal: AbortSignal): Promise<string> {
    const { installation, ownNetworks, client } = this.#deps;
    const name = networkOf(installation);
    const acl = aclPlan(installation, ownNetworks());
    try {
      if (await this.#there(`/1.0/network-acls/${name}`, signal)) {
        await client.ask('PUT', `/1.0/network-acls/${name}`, signal, acl);
      } else await client.ask('POST', '/1.0/network-acls', signal, acl);
      if (!(await this.#there(`/1.0/networks/${name}`, signal))) await this.#makeNetwork(signal);
      const { config } = await this.#get(`/1.0/networks/${name}`, Network, signal);
      if (config['security.acls'] !== name) throw new Error('its network has other rules');
      // One that an earlier version has made leases out the addresses of the house as well.
      const ranges = leasedBy(config['ipv4.address'] ?? '');
      if (config['ipv4.dhcp.ranges'] !== ranges)
        await client.ask('PATCH', `/1.0/networks/${name}`, signal, { config: { 'ipv4.dhcp.ranges': ranges } });
    } catch (error) {
      signal.throwIfAborted();
      throw new FilterFailed(error);
    }
    const chosen = await this.#pool(signal);
    if (chosen === undefined) throw new LimitsNotKept('disk');
    return chosen;
  }

  /** The one that its owner has named, the one called so by the engine itself, or the first. */
  async #pool(signal: AbortSignal): Promise<string | undefined> {
    const { pool } = this.#deps;
    const pools = await this.#get('/1.0/storage-pools?recursion=1', Pools, signal);
    const chosen = pools.find((each) => each.name === (pool ?? 'default'));
    return (chosen ?? (pool === undefined ? pools[0] : undefined))?.name;
  }

  /** Bytes of that pool; undefined where there is none. */
  async #space(signal: AbortSignal): Promise<number | undefined> {
    const pool = await this.#pool(signal);
    if (pool === undefined) return undefined;
    const at = `/1.0/storage-pools/${encodeURIComponent(pool)}/resources${this.#target}`;
    return (await this.#get(at, PoolSpace, signal)).space.total;
  }

  /** A cluster is told of each member first, and then of what holds for all. */
  async #makeNetwork(signal: AbortSignal): Promise<void> {
    const { installation, ownNetworks, client, member } = this.#deps;
    const plan = networkPlan(installation, ownNetworks());
    if (member !== undefined) {
      const members = Members.parse(await client.ask('GET', '/1.0/cluster/members?recursion=1', signal));
      for (const { server_name } of members) {
        const target = `?target=${encodeURIComponent(server_name)}`;
        await client.ask('POST', `/1.0/networks${target}`, signal, { name: plan.name, type: plan.type });
      }
    }
    await client.ask('POST', '/1.0/networks', signal, plan);
  }

  async #dropNetwork(signal: AbortSignal): Promise<void> {
    const name = networkOf(this.#deps.installation);
    this.#ready = undefined;
    for (const path of [`/1.0/networks/${name}`, `/1.0/network-acls/${name}`])
      await this.#deps.client.ask('DELETE', path, signal).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
  }

  async #gateway(signal: AbortSignal): Promise<string> {
    const name = networkOf(this.#deps.installation);
    const { config } = await this.#get(`/1.0/networks/${name}`, Network, signal);
    return (config['ipv4.address'] ?? '').split('/')[0]!;
  }

  async #networkOf(id: string, signal: AbortSignal) {
    const box = await this.#instance(id, signal);
    return { gateway: await this.#gateway(signal), address: box?.devices.eth0?.['ipv4.address'] ?? '' };
  }

  async #there(path: string, signal: AbortSignal): Promise<boolean> {
    return this.#deps.client.ask('GET', path, signal).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw error;
      },
    );
  }

  async #state(id: string, signal: AbortSignal): Promise<z.infer<typeof State>> {
    try {
      return await this.#get(`${this.#path(id)}/state`, State, signal);
    } catch (error) {
      if (isMissing(error)) throw new BoxAbsent(id);
      throw error;
    }
  }

  async #instance(id: string, signal: AbortSignal): Promise<z.infer<typeof Instance> | undefined> {
    try {
      const found = await this.#get(this.#path(id), Instance, signal);
      return found.config[KEYS.installation] === this.#deps.installation ? found : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #instances(signal: AbortSignal): Promise<readonly z.infer<typeof Instance>[]> {
    const all = await this.#get('/1.0/instances?recursion=1', z.array(Instance), signal);
    return all.filter(
      ({ config }) => config[KEYS.installation] === this.#deps.installation && config[KEYS.box] !== undefined,
    );
  }

  async #get<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return shape.parse(await this.#deps.client.ask('GET', path, signal));
  }

  /** Of a cluster: on the member that customers are led to. */
  get #target(): string {
    const { member } = this.#deps;
    return member === undefined ? '' : `?target=${encodeURIComponent(member)}`;
  }

  #path(id: string): string {
    return `/1.0/instances/${encodeURIComponent(instanceOf(this.#deps.installation, id))}`;
  }

  #file(id: string, path: string): string {
    return `${this.#path(id)}/files?path=${encodeURIComponent(path)}`;
  }
}

/** What has been frozen is there, and goes on when it is thawed. */
const isRunning = (status: string) => status === 'Running' || status === 'Frozen' || status === 'Stopping';

/** For sh, with each word as it is. */
const scriptOf = (command: readonly string[]) =>
  `#!/bin/sh\nexec ${command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}\n`;

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The engine would say so when the box is started, and by then it is paid for. */
function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new PortsTaken(error)));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve()));
  });
}
