// A whole node that sells machines of a real Podman is killed, or the engine, or both, at moments by chance between what a customer asks
// and the removal of what they rented. Once both are there again the computer has what the open leases need and nothing else, nothing of
// somebody else's was touched, and nobody has lost a sat. All of it happens in a network namespace of its own, behind a router of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { installationOf } from '../../src-main/backends/containers/installation.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { connectSocket } from '../../src-main/faces/socket.ts';
import { type Lease, LeaseStore } from '../../src-main/networks/paygress/leases/store.ts';
import { openLetter } from '../../src-main/nostr/envelope.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';
import { Purse } from '../../src-main/practice/paygress/purse.ts';
import { holdings } from '../../src-main/wallet/check.ts';
import { WalletStore } from '../../src-main/wallet/store.ts';
import { dockerAt } from '../support/boxes.ts';
import { composed } from '../support/composed.ts';
import { doorway } from '../support/doorway.ts';
import { temporaryFolder } from '../support/folder.ts';
import { join as joinNamespaces, namespace, whyNoNamespaces } from '../support/namespaces.ts';
import { practiceRelay, testSigner } from '../support/nostr.ts';
import { letterTo, spawnOf } from '../support/paygress.ts';
import { IMAGE, startPodman } from '../support/podman.ts';
import { seededRandom } from '../support/random.ts';
import { type Launched, launch } from '../support/serving.ts';
import { type Needed, OTHERS, SoldHouse } from '../support/sold-house.ts';
import { SCRIPT } from '../support/volume-helper.ts';
import { until } from '../support/wait.ts';
import { practiceMint } from '../support/wallet.ts';

const LONG = process.env.HEARTH_SOAK === '1';
/** Each costs a whole trial of whether a box would hold. */
const KILLS = LONG ? 100 : 6;
const SEED = Number(process.env.HEARTH_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));

const TARGETS = ['node', 'engine', 'both'] as const;
type Target = (typeof TARGETS)[number];
/** Where a lease is when the killing begins to be near, and how long after that it may come. */
const PHASES = { asked: 600, made: 3000, started: 2500, runs: 1500, ended: 2500, expired: 2500 } as const;
type Phase = keyof typeof PHASES;
const PHASE_NAMES = Object.keys(PHASES) as Phase[];

const PORTS = [31_000, 31_099] as const;
const FUNDS = 1_000_000;
const LONG_S = 7200;
const SHORT_S = 4;
/** Before the next comes, all but the oldest are ended: each has five GiB of the disk. */
const MOST_OPEN = 2;
const DISK_BYTES = 30 * 1024 ** 3;
/** Of a computer that is busy with other tests, and of a machine that stopped three times and waits for two minutes before it is tried again. */
const SETTLED_MS = 240_000;
const LOG_LINES = 40;
const SPEC = {
  id: 'basic',
  name: 'Basic',
  description: '',
  cpuMillicores: 500,
  memoryMiB: 1024,
  diskMiB: 5120,
  rateMsat: 1000,
};
const VOLUMES = '/var/lib/hearth-volumes';

/** What its router is made of. */
const TOOLS = ['nft', 'miniupnpd'];

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  const absent = TOOLS.filter((tool) => !existsSync(join('/usr/sbin', tool)));
  return absent.length > 0 ? `not installed: ${absent.join(', ')}` : whyNoNamespaces();
}

const missing = whyNot();
if (missing !== undefined)
  console.warn(`SKIPPED: no node was killed while it sold machines of a real Podman: ${missing}`);

it.skipIf(missing !== undefined)(
  'leaves of a killed node and engine what open leases need and nothing else, and nobody loses a sat',
  { timeout: LONG ? 7_200_000 : 600_000 },
  async ({ skip }) => {
    const world = await makeWorld();
    if ('reason' in world) {
      console.warn(`SKIPPED: no node was killed while it sold machines of a real Podman: ${world.reason}`);
      return skip(world.reason);
    }
    await new Killing(world).all();
  },
);

interface Spawned {
  readonly customer: Signer;
  readonly token: string;
  /** What came of the token is known, and what came back is in the purse. */
  done: boolean;
}

type World = Exclude<Awaited<ReturnType<typeof makeWorld>>, { readonly reason: string }>;

class Killing {
  readonly #world: World;
  readonly #random = seededRandom(SEED);
  readonly #spawned: Spawned[] = [];
  readonly #claimed = new Set<string>();
  /** What an engine that was killed has left and does not know; no customer may get a port of it. */
  readonly #lostRules = new Set<string>();
  readonly #lostPorts = new Set<number>();
  #lostCables = 0;
  readonly #table: string[] = [];
  #node: Launched | undefined;
  #longestMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async all(): Promise<void> {
    console.info(`HEARTH_SEED=${SEED}`);
    await this.#startNode();
    await this.#settled('before anything is sold', 'node');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const phase = PHASE_NAMES[kill % PHASE_NAMES.length]!;
      // So that each phase meets each target, in the short form over several runs.
      const target = TARGETS[(SEED + kill + Math.floor(kill / PHASE_NAMES.length)) % TARGETS.length]!;
      await this.#kill(kill, phase, target);
    }
    await this.#selling();
    for (const { job } of this.#open()) await this.#end(job);
    await this.#settled('after all were ended', 'node');
    expect(this.#open()).toEqual([]);
    console.info(`killed | found again\n${this.#table.join('\n')}`);
    console.info(
      `all in order within ${Math.round(this.#longestMs)} ms of each restart; engines that were killed have left ${this.#lostRules.size} rules and ${this.#lostCables} cables`,
    );
    this.#node!.process.kill('SIGTERM');
    expect(await this.#node!.ended).toBe(0);
    expect(this.#world.opened()).toEqual([]);
  }

  async #kill(number: number, phase: Phase, target: Target): Promise<void> {
    const { podman, installation } = this.#world;
    await this.#selling();
    await this.#makeRoom();
    await this.#reach(phase);
    const after = this.#random.int(PHASES[phase]);
    await new Promise((resolve) => setTimeout(resolve, after));
    const where = this.#whereNow();
    const whole = target !== 'node' && this.#random.int(2) === 1;
    const name = `${number}: ${target}${whole ? ' with its containers' : ''}, ${after} ms after ${phase} (${where})`;
    if (target !== 'engine') {
      this.#node!.process.kill('SIGKILL');
      await this.#node!.ended;
    }
    if (target !== 'node') await (whole ? podman.crash(`hearth-${installation}`) : podman.kill());
    const began = performance.now();
    await Promise.all([
      ...(target === 'node' ? [] : [podman.revive()]),
      ...(target === 'engine' ? [] : [this.#startNode()]),
    ]);
    await this.#settled(name, target);
    const took = performance.now() - began;
    this.#longestMs = Math.max(this.#longestMs, took);
    const states = this.#books((store) => store.open().map(({ job, state }) => `${job} ${state}`));
    this.#table.push(`${name} | ${states.join(', ') || 'nothing'} after ${Math.round(took)} ms`);
  }

  /** A lease is where it is to be. */
  async #reach(phase: Phase): Promise<void> {
    if (phase === 'ended') {
      const job = this.#open()[0]?.job ?? (await this.#active(await this.#spawn(LONG_S)));
      void this.#end(job).catch(() => undefined);
      return;
    }
    const spawned = await this.#spawn(phase === 'expired' ? SHORT_S : LONG_S);
    if (phase === 'asked') return;
    const wanted = { made: 'reserved', started: 'prepared', runs: 'active', expired: 'active' } as const;
    const lease = await this.#reached(spawned, wanted[phase]);
    if (phase !== 'expired') return;
    const { paidUntil } = await this.#watched((store) => {
      const now = store.lease(lease);
      return now?.state === 'active' ? now : undefined;
    });
    await until('its end to be near', () => Date.now() > paidUntil - 500);
  }

  async #active(spawned: Spawned): Promise<number> {
    return await this.#reached(spawned, 'active');
  }

  #reached(spawned: Spawned, state: 'reserved' | 'prepared' | 'active'): Promise<number> {
    const order = ['reserved', 'prepared', 'paid', 'active', 'ending', 'closed'];
    return this.#watched((store) => {
      const lease = this.#leaseOf(store, spawned);
      const [reply] = this.#replies(spawned.customer);
      if (!lease && reply !== undefined) throw new Error(`nothing was sold: ${reply}`);
      return lease && order.indexOf(lease.state) >= order.indexOf(state) ? lease.job : undefined;
    });
  }

  /** Looks at the books until they say so. */
  async #watched<T>(look: (store: LeaseStore) => T | undefined): Promise<T> {
    const db = this.#database();
    try {
      const store = new LeaseStore(db);
      return (await until('the books to say so', () => look(store))) as T;
    } finally {
      db.close();
    }
  }

  #leaseOf(store: LeaseStore, { customer }: Spawned): Lease | undefined {
    return store.newestOf(customer.publicKey!) ?? undefined;
  }

  async #spawn(seconds: number): Promise<Spawned> {
    const { relay, purse, provider } = this.#world;
    const customer = await testSigner();
    const token = await purse.take(seconds);
    const spawned = { customer, token, done: false };
    this.#spawned.push(spawned);
    relay.add(letterTo(customer, provider, spawnOf(token, { template_slug: 'agent-sandbox', pod_image: '' })));
    return spawned;
  }

  /** By the owner of the computer. */
  async #end(job: number): Promise<void> {
    const client = await this.#client();
    try {
      await client.request('networks.ask', { id: 'paygress', name: 'end', input: { id: job } }, { timeoutMs: 120_000 });
    } finally {
      client.close();
    }
  }

  async #makeRoom(): Promise<void> {
    for (const { job } of this.#open().slice(MOST_OPEN - 1)) await this.#end(job);
  }

  /** It would take an order now. */
  async #selling(): Promise<void> {
    const client = await this.#client();
    try {
      await until('machines to be sold', async () => {
        const { value } = await client.request('boxes.get', undefined);
        return value.stage === 'open';
      });
    } finally {
      client.close();
    }
  }

  async #client() {
    const client = await connectSocket(this.#world.dataDir);
    if (!client) throw new Error('the node does not answer');
    return client;
  }

  async #startNode(): Promise<void> {
    const { dataDir, env, inside } = this.#world;
    this.#node = await launch(['--headless', '--data', dataDir, '--log-level', 'info'], env, { inside });
  }

  #open(): readonly Lease[] {
    return this.#books((store) => store.open());
  }

  #whereNow(): string {
    const states = this.#books((store) => store.open().map(({ job, state }) => `${job} ${state}`));
    return states.join(', ') || 'nothing';
  }

  #database(): Database.Database {
    return new Database(join(this.#world.dataDir, 'hearth.db'), { readonly: true, timeout: 10_000 });
  }

  #books<T>(look: (store: LeaseStore, wallet: WalletStore) => T): T {
    const db = this.#database();
    try {
      return look(new LeaseStore(db), new WalletStore(db));
    } finally {
      db.close();
    }
  }

  async #settled(name: string, target: Target): Promise<void> {
    let last: readonly string[] = [];
    try {
      await until(
        'all to be in order',
        async () => {
          last = await this.#faults(target).catch((error: unknown) => [String(error)]);
          return last.length === 0;
        },
        SETTLED_MS,
      );
    } catch (error) {
      const logged = readFileSync(join(this.#world.dataDir, 'logs', 'hearth.log'), 'utf8')
        .split('\n')
        .filter((line) => /"level":[456]0/.test(line));
      const all = [...this.#table, name, ...last, ...logged.slice(-LOG_LINES)];
      throw new Error(all.join('\n'), { cause: error });
    }
    if (target !== 'node') await this.#forgive();
    expect(await this.#forgotten(), name).toEqual([]);
    await this.#expectMoney(name);
  }

  async #faults(target: Target): Promise<readonly string[]> {
    const open = this.#books((store, wallet) => {
      const faults = [
        ...store.unanswered().map(({ job }) => `not answered: ${job}`),
        ...store.pending().map(({ job, state }) => `payment of ${job} is ${state}`),
        ...store
          .open()
          .flatMap(({ job, state, dueAt, paidUntil }) =>
            state === 'active' && dueAt >= paidUntil ? [] : [`${job} is ${state}`],
          ),
        ...(store.refundsWaiting().n > 0 ? ['refunds wait'] : []),
        ...(store.untold().length > 0 ? ['refunds are untold'] : []),
        ...holdings(wallet).flatMap(({ reserved, differenceMicro }) =>
          reserved === 0 && differenceMicro === 0 ? [] : ['the wallet is at something'],
        ),
      ];
      return { faults, needed: neededBy(store) };
    });
    const unheard = this.#spawned.filter(({ customer }) => this.#replies(customer).length === 0);
    if (open.faults.length > 0 || unheard.length > 0)
      return [...open.faults, ...unheard.map(() => 'a customer has heard nothing')];
    const house = await this.#world.house.faults(open.needed);
    return target === 'node' && house.length === 0 ? await this.#forgotten() : house;
  }

  /** Rules and cables that only the engine could have known of, had it not been killed in their midst: docs/isolation.md. */
  async #forgotten(): Promise<readonly string[]> {
    const { house } = this.#world;
    const needed = this.#books(neededBy);
    const { gone, left } = await house.rules(needed);
    const cables = await house.looseCables();
    const ports = needed.flatMap((lease) => lease.ports).filter((port) => this.#lostPorts.has(port));
    return [
      ...gone.map((rule) => `rule of somebody else's is gone: ${rule}`),
      ...left.filter((rule) => !this.#lostRules.has(rule)).map((rule) => `rule is left: ${rule}`),
      ...(cables === this.#lostCables ? [] : [`${cables} cables are loose, and ${this.#lostCables} were`]),
      ...ports.map((port) => `a customer got port ${port}, which a rule leads elsewhere`),
    ];
  }

  async #forgive(): Promise<void> {
    const { house } = this.#world;
    for (const rule of (await house.rules(this.#books(neededBy))).left) {
      this.#lostRules.add(rule);
      const port = /--dport (\d+)/.exec(rule)?.[1];
      if (port !== undefined) this.#lostPorts.add(Number(port));
    }
    this.#lostCables = await house.looseCables();
  }

  /** What customers have, what they have given for machines that run or ran, and what came back of the rest. */
  async #expectMoney(name: string): Promise<void> {
    const { purse } = this.#world;
    for (const spawned of this.#spawned.filter(({ done }) => !done)) {
      const replies = this.#replies(spawned.customer);
      const refunds = replies.flatMap((text) => text.match(/cashuB[\w=-]+/g) ?? []);
      for (const refund of refunds) {
        expect(this.#claimed.has(refund), `${name}: a refund was told of twice`).toBe(false);
        this.#claimed.add(refund);
        await purse.claim(refund);
      }
      const lease = this.#books((store) => this.#leaseOf(store, spawned));
      // Refused: its token was not touched.
      if (!lease) await purse.claim(spawned.token);
      spawned.done = lease === undefined || lease.state === 'closed';
    }
    const ours = this.#books((_, wallet) => holdings(wallet).reduce((sum, { unspent }) => sum + unspent, 0));
    expect(purse.sats + ours, name).toBe(FUNDS);
  }

  #replies(customer: Signer): readonly string[] {
    return this.#world.relay.kept
      .all()
      .map((event) => openLetter(event as never, customer))
      .flatMap((letter) =>
        typeof letter === 'object' && letter.from === this.#world.provider.signer.publicKey ? [letter.text] : [],
      );
  }
}

const neededBy = (store: LeaseStore): readonly Needed[] =>
  store.open().map(({ job, box }) => ({ box, ports: store.ports(job).map(({ port }) => port) }));

/** A computer with somebody else's things on it, behind a router, and a node on it that is ready to sell. */
async function makeWorld() {
  const router = namespace('router');
  const home = namespace('home');
  joinNamespaces(router, home, '10.97.31');
  home.ip('route', 'add', 'default', 'via', '10.97.31.1');
  const opened = await startRouter(router);
  const dataDir = temporaryFolder();
  const installation = installationOf(join(dataDir, 'workloads'));
  const volumes = madeVolume(installation);
  const podman = await startPodman({ inside: home.network });
  if ('reason' in podman) return podman;
  onTestFinished(() => podman.stop());
  const docker = dockerAt(podman.host);
  await makeTemplate(docker);
  await somebodyElses(docker, home.network);

  const relay = await practiceRelay();
  const mint = await practiceMint({ paysItself: true });
  await doorway(
    home,
    [relay.url, mint.url].map((url) => Number(new URL(url).port)),
  );
  const purse = await Purse.open(mint.url, systemClock);
  await purse.fill(FUNDS);
  const signer = await settingUp(dataDir, relay.url, mint.url, volumes);
  const house = await SoldHouse.before({
    docker,
    folder: dirname(podman.host.replace('unix://', '')),
    installation,
    inside: home.network,
    opened,
    volumes: volumes ? VOLUMES : undefined,
    ports: PORTS,
  });
  return {
    podman,
    house,
    dataDir,
    installation,
    relay,
    purse,
    opened,
    inside: home.network,
    env: { DOCKER_HOST: podman.host, HEARTH_REACHABILITY: '' },
    provider: { signer },
  };
}

/** Opens ports for whoever asks by PCP or NAT-PMP. Which are open. */
async function startRouter(router: ReturnType<typeof namespace>): Promise<() => readonly number[]> {
  const chains = 'table inet filter { chain miniupnpd { } ; chain prerouting_miniupnpd { } ; }';
  const [program, ...front] = router.network;
  execFileSync(program, [...front, 'nft', chains]);
  // There is no outside: who asks for it is told at once, and need not wait for nothing.
  execFileSync(program, [...front, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  router.ip('route', 'add', 'unreachable', 'default');
  const main = join(import.meta.dirname, '../lab/faulty-router/router-child.ts');
  const child = spawn(program, [...front, process.execPath, main, '10.97.31.1', '11.203.113.100', 'noupnp'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const open = new Set<number>();
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('ready')) ready.resolve();
    const [, what, port] = /^\d+ (map|unmap) tcp:(\d+)/.exec(line) ?? [];
    if (what === 'map') open.add(Number(port));
    if (what === 'unmap') open.delete(Number(port));
  });
  await ready.promise;
  return () => [...open].sort((one, other) => one - other);
}

/** What the program that makes volumes answers. */
function askForVolume(line: string): string {
  return execFileSync('/bin/sh', [SCRIPT], { input: `${line}\n`, encoding: 'utf8' }).split('\n')[1] ?? '';
}

/** Whether this computer makes volumes of a size: then there is one of somebody else's. */
function madeVolume(installation: string): boolean {
  mkdirSync(VOLUMES, { recursive: true, mode: 0o755 });
  const { bavail, bsize } = statfsSync(VOLUMES);
  const name = `somebody-elses-${process.pid}`;
  const said = bavail * bsize < DISK_BYTES ? 'the disk has too little room' : askForVolume(`plain ${name} 8 root`);
  if (!said.startsWith('ok')) {
    console.warn(`machines were sold without volumes of a size: ${said}`);
    return false;
  }
  onTestFinished(() => {
    // Of a node that was found at fault.
    for (const left of readdirSync(VOLUMES).filter(
      (one) => one.startsWith(`${installation}-`) && !one.endsWith('.img'),
    ))
      askForVolume(`destroy ${left}`);
    const wasThere = readFileSync('/proc/mounts', 'utf8').includes(`${VOLUMES}/${name} `);
    askForVolume(`destroy ${name}`);
    expect(wasThere).toBe(true);
  });
  return true;
}

async function makeTemplate(docker: ReturnType<typeof dockerAt>): Promise<void> {
  const serve = 'mkdir -p /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www';
  const made = await docker.createContainer({ Image: IMAGE, Cmd: ['/bin/sh', '-c', serve] });
  await made.commit({ repo: 'localhost/hearth-template-agent-sandbox', tag: 'latest' });
  await made.remove();
}

async function somebodyElses(docker: ReturnType<typeof dockerAt>, inside: readonly string[]): Promise<void> {
  await docker.createNetwork({ Name: 'others-network' });
  await docker.createVolume({ Name: 'others-volume' });
  for (const [name, network, port] of [
    ['others-one', 'others-network', '30101'],
    ['hearth-0123456789abcdef-paygress-lease-1', 'podman', '30102'],
  ] as const) {
    const made = await docker.createContainer({
      name,
      Image: IMAGE,
      Cmd: ['sleep', '36000'],
      Labels: { 'hearth.installation': '0123456789abcdef', 'hearth.box': 'paygress-lease-1', 'hearth.role': 'box' },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NetworkMode: network,
        Binds: ['others-volume:/others'],
        PortBindings: { '80/tcp': [{ HostPort: port }] },
      },
    });
    await made.start();
  }
  const [program = '', ...front] = inside;
  const table = `table inet ${OTHERS} { chain input { type filter hook input priority 10; tcp dport 9 drop; }; }`;
  execFileSync(program, [...front, 'nft', table]);
}

/** Answers who it is to its customers. */
async function settingUp(dataDir: string, relay: string, mint: string, volumes: boolean): Promise<Signer> {
  const engine = await composed(dataDir);
  try {
    const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
    await engine.handle('wallet.make', {});
    await engine.handle('wallet.trust', { url: mint, anyway: false });
    const own = {
      relays: [relay],
      specs: [SPEC],
      leastSeconds: 1,
      routerPorts: true,
      portFrom: PORTS[0],
      portTo: PORTS[1],
    };
    for (const [name, value] of Object.entries(own)) await set(`networks.paygress.${name}`, value);
    const lent = { cpuMillicores: 16_000, memoryMiB: 65_536, diskMiB: 65_536, ports: 32 };
    for (const [name, value] of Object.entries(lent)) await set(`capacity.${name}`, value);
    await set('backends.sizedVolumes', volumes);
    await set('networks.paygress.enabled', true);
    await engine.handle('networks.identify', { id: 'paygress' });
    const { nsec } = (await engine.handle('networks.ask', { id: 'paygress', name: 'showKey' })) as { nsec: string };
    return await testSigner(nsec);
  } finally {
    await engine.stop();
  }
}
