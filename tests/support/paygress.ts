// A Paygress provider of the tests without relays: letters are handed in, answers are read from what waits to be published. Tables, house,
// wallet and mint are the real ones; the engine is in memory and outlives every provider.
import type Database from 'better-sqlite3';
import DatabaseFile from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { BoxFound, BoxSpec, BoxStatus } from '../../src-main/backends/workloads/backend.ts';
import { VolumeLocked } from '../../src-main/backends/workloads/errors.ts';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Catalog, OfferedSpec, Recipe } from '../../src-main/networks/paygress/catalog.ts';
import { durableMigrations } from '../../src-main/networks/paygress/durable/store.ts';
import { adoptAll } from '../../src-main/networks/paygress/leases/adopt.ts';
import type { HeldLeases, LeaseBoxes } from '../../src-main/networks/paygress/leases/deps.ts';
import { leaseMigrations, outsideMigrations } from '../../src-main/networks/paygress/leases/schema.ts';
import { Beats, beatMigrations } from '../../src-main/networks/paygress/offers/beats.ts';
import { Publisher, TIMES } from '../../src-main/networks/paygress/offers/publisher.ts';
import { Shop } from '../../src-main/networks/paygress/shop.ts';
import { toKey } from '../../src-main/networks/paygress/wire/filters.ts';
import { KIND, newLetter, oldLetter, openLetter } from '../../src-main/nostr/envelope.ts';
import type { NostrEvent } from '../../src-main/nostr/event.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import type { Dial } from '../../src-main/nostr/relay-socket.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import { Signer } from '../../src-main/nostr/signer.ts';
import { NostrStore } from '../../src-main/nostr/store.ts';
import { Ledger, ledgerMigrations } from '../../src-main/payments/ledger.ts';
import type { InboundAddresses } from '../../src-main/reachability/inbound.ts';
import { WriteConflict } from '../../src-main/storage/errors.ts';
import type { Committer } from '../../src-main/storage/write.ts';
import type { Http } from '../../src-main/wallet/mint/http.ts';
import type { PayoutSetting } from '../../src-main/wallet/payouts.ts';
import { walletMigrations } from '../../src-main/wallet/schema.ts';
import { Capacity } from '../../src-main/work/capacity.ts';
import { Refusals } from '../../src-main/work/refusals.ts';
import { NOTHING, type Resources } from '../../src-main/work/resources.ts';
import { WorkStore, workMigrations } from '../../src-main/work/store.ts';
import { Work } from '../../src-main/work/work.ts';
import { committerOf, openWallet, type TestWallet } from './wallet.ts';

const NETWORK = 'paygress';
/** Heartbeats go out when a test says so. */
const FOREVER = 86_400_000;

export const SPEC: OfferedSpec = {
  id: 'basic',
  name: 'Basic',
  description: 'One core',
  cpuMillicores: 1000,
  memoryMiB: 1024,
  diskMiB: 1024,
  rateMsat: 1000,
};

export const RECIPE: Recipe = {
  name: 'sandbox',
  image: 'sha256:00',
  env: { PORT: '8080' },
  passwordEnv: { user: 'EXEC_USER', password: 'EXEC_PASS' },
  sshPort: 22,
  ports: [{ port: 8080, label: 'http' }],
  dataPath: null,
  healthPort: 8080,
  minimum: { cpuMillicores: 500, memoryMiB: 512, diskMiB: 512 },
  readOnlyRoot: true,
};

export const CATALOG: Catalog = {
  specs: () => [SPEC],
  template: (slug) =>
    slug === 'sandbox' ? { recipe: RECIPE } : slug === 'bitcoin-node' ? { recipe: undefined } : undefined,
  encrypts: () => false,
  internet: () => true,
  image: (name) => (name === 'local/ssh' ? { ...RECIPE, name } : undefined),
};

type Call = 'needs' | 'create' | 'start' | 'stop' | 'remove' | 'status' | 'list' | 'answers';

/** An engine in memory: what is made by one provider is there for the next. */
export class MemoryBoxes implements LeaseBoxes {
  readonly boxes = new Map<string, { readonly spec: BoxSpec; running: boolean }>();
  readonly calls: string[] = [];
  /** Called before each call: may throw, or never come back. */
  before: (call: Call, id: string) => Promise<void> | void = () => undefined;
  after: (call: Call, id: string) => Promise<void> | void = () => undefined;
  /** Never more at the same time. */
  most = 0;

  async needs({ cpuMillicores, memoryMiB, diskMiB, gpuMiB = 0, ports }: BoxSpec): Promise<Resources> {
    return { ...NOTHING, cpuMillicores, memoryMiB, diskMiB, gpuMiB, ports: ports.length };
  }

  /** The keys that volumes were encrypted by. */
  readonly keys: Uint8Array[] = [];

  create(spec: BoxSpec, _signal?: AbortSignal, key?: Uint8Array): Promise<void> {
    return this.#call('create', spec.id, () => {
      if (spec.encrypted && !this.boxes.has(spec.id)) {
        if (!key) throw new VolumeLocked(spec.id);
        this.keys.push(key);
      }
      const ports = spec.ports.map(({ host }) => host);
      for (const [id, other] of this.boxes) {
        const taken = other.spec.ports.some(({ host }) => ports.includes(host));
        if (id !== spec.id && taken) throw new Error(`a port of ${spec.id} is taken by ${id}`);
      }
      if (!this.boxes.has(spec.id)) this.boxes.set(spec.id, { spec, running: false });
      this.most = Math.max(this.most, this.boxes.size);
    });
  }

  start(id: string): Promise<void> {
    return this.#call('start', id, () => {
      const box = this.boxes.get(id);
      if (!box) throw new Error(`there is no box ${id}`);
      box.running = true;
    });
  }

  stop(id: string): Promise<void> {
    return this.#call('stop', id, () => {
      const box = this.boxes.get(id);
      if (box) box.running = false;
    });
  }

  remove(id: string): Promise<void> {
    return this.#call('remove', id, () => void this.boxes.delete(id));
  }

  status(id: string): Promise<BoxStatus> {
    return this.#call('status', id, () => {
      const box = this.boxes.get(id);
      return box ? (box.running ? 'running' : 'stopped') : 'absent';
    });
  }

  answers(id: string): Promise<boolean> {
    return this.#call('answers', id, () => this.boxes.get(id)?.running ?? false);
  }

  list(): Promise<readonly BoxFound[]> {
    return this.#call('list', '', () =>
      [...this.boxes].map(([id, { running }]) => ({ id, status: running ? 'running' : 'stopped', spec: '' })),
    );
  }

  async #call<T>(call: Call, id: string, work: () => T): Promise<T> {
    this.calls.push(call);
    await this.before(call, id);
    const made = work();
    await this.after(call, id);
    return made;
  }
}

export function providerDatabase(): Database.Database {
  const db = new DatabaseFile(':memory:');
  const all = [
    ...workMigrations,
    ...ledgerMigrations,
    ...walletMigrations,
    ...nostrMigrations,
    ...leaseMigrations,
    ...beatMigrations,
    ...durableMigrations,
    ...outsideMigrations,
  ];
  for (const { sql } of all) db.exec(sql);
  db.pragma('foreign_keys = ON');
  onTestFinished(() => void db.close());
  return db;
}

/** As the real writer tells of it. */
export function strictly(db: Database.Database): Committer {
  const inner = committerOf(db);
  return {
    async commit(writes) {
      try {
        await inner.commit(writes);
      } catch (error) {
        const { message, code } = error as Error & { code?: string };
        if (/rows changed by/.test(message) || code?.startsWith('SQLITE_CONSTRAINT'))
          throw new WriteConflict({ sqlite: message });
        throw error;
      }
    },
  };
}

export interface ProviderLife<B extends LeaseBoxes = MemoryBoxes> {
  readonly db: Database.Database;
  /** Of its vault: wallet words and key. */
  readonly values: Map<string, string>;
  readonly boxes: B;
  readonly clock?: Clock;
  readonly http?: Http;
  /** By default nothing is paid out by itself. */
  readonly payout?: PayoutSetting;
  readonly wrap?: (committer: Committer) => Committer;
  /** So many machines of `SPEC` fit. */
  readonly places?: number;
  /** Machines are made at an engine elsewhere, where so many fit; by default on this computer. */
  readonly placesElsewhere?: number;
  readonly catalog?: Catalog;
  readonly isPortFree?: (port: number) => Promise<boolean>;
  /** First and last: of each file with a real engine its own, for engines share this computer's. */
  readonly ports?: readonly [number, number];
  readonly longestOffer?: () => number | null;
  /** Where it is, with heartbeats that it sends when it is told to; by default nowhere. */
  readonly relays?: readonly string[];
  readonly dial?: Dial;
  /** The router, which is asked for each port; by default none is. */
  readonly addresses?: InboundAddresses;
  /** It was killed, so that nobody waits for its end. */
  readonly isDead?: () => boolean;
}

export interface Provider {
  readonly own: TestWallet;
  readonly shop: Shop;
  readonly signer: Signer;
  readonly work: Work;
  readonly capacity: Capacity;
  readonly committer: Committer;
  readonly publisher: Publisher;
  /** Why nothing is sold; undefined: it is. */
  closed: string | undefined;
  /** As a relay hands it on; false: it was seen in this run or an earlier one. */
  hand(event: NostrEvent, relay?: string): boolean;
  /** What was published for this key, opened, oldest first. */
  repliesTo(customer: Signer): readonly Record<string, unknown>[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Where they are made is for who puts a node together to say, and not for an engine. */
function boxesOf({ boxes, placesElsewhere }: ProviderLife<LeaseBoxes>): LeaseBoxes {
  if (placesElsewhere === undefined) return boxes;
  const needs = async (spec: BoxSpec) => ({ ...(await boxes.needs(spec)), elsewhere: true });
  return new Proxy(boxes, {
    get: (all, name) => (name === 'needs' ? needs : (all[name as keyof LeaseBoxes] as () => unknown).bind(all)),
  });
}

export const newLife = (): ProviderLife => ({
  db: providerDatabase(),
  values: new Map(),
  boxes: new MemoryBoxes(),
});

export async function openProvider<B extends LeaseBoxes>(life: ProviderLife<B>): Promise<Provider> {
  const { db, values, clock = systemClock, wrap = (committer) => committer, places = 3 } = life;
  const committer = wrap(strictly(db));
  const { http, payout } = life;
  const own = openWallet({
    db,
    values,
    clock,
    ...(http && { http }),
    ...(payout && { payout }),
    wrap: () => committer,
  });
  const base = { clock, random: systemRandom, logger: silentLogger, committer, read: db };
  const signer = new Signer({ ...base, vault: own.vault }, 'paygress.nostr-key');
  if (!signer.publicKey) await signer.make();
  if (!own.wallet.exists) await own.wallet.make();
  const roomOf = (count: number) => ({
    ...NOTHING,
    cpuMillicores: count * SPEC.cpuMillicores,
    memoryMiB: count * SPEC.memoryMiB,
    diskMiB: count * SPEC.diskMiB,
    gpuMiB: 8192,
    ports: 1000,
  });
  const capacity = new Capacity({
    clock,
    lent: () => ({ resources: roomOf(places), gpuShared: false, limitOf: () => undefined }),
    elsewhere: () => roomOf(life.placesElsewhere ?? 0),
    placeOf: () => 0,
    longestOffer: life.longestOffer ?? (() => null),
  });
  const store = new WorkStore(db);
  const refusals = new Refusals({ ...base });
  const work = new Work({ ...base, store, ledger: new Ledger(db), refusals, capacity, handBack: () => false });
  const nostr = new NostrStore(db, NETWORK);
  const pool = new RelayPool({ ...base, ...(life.dial && { dial: life.dial }) }, { network: NETWORK });
  const passed = new Set<string>();
  const held: HeldLeases = { running: new Map(), keeper: undefined };
  const provider: Omit<Provider, 'shop' | 'publisher'> & { shop?: Shop; publisher?: Publisher } = {
    own,
    signer,
    work,
    capacity,
    committer,
    closed: undefined,
    hand(event, relay = 'ws://relay.test') {
      if (passed.has(event.id) || nostr.isSeen('letters', event.id)) return false;
      passed.add(event.id);
      provider.shop!.take({ event, relay, seen: nostr.see('letters', event.id, clock.now()) });
      return true;
    },
    repliesTo: (customer) =>
      db
        .prepare<[], { event: string }>('SELECT event FROM nostr_outbox')
        .all()
        .map(({ event }) => JSON.parse(event) as NostrEvent)
        .filter(({ kind, tags }) => (kind === KIND.old || kind === KIND.wrap) && tags[0]?.[1] === customer.publicKey)
        .map((event) => openLetter(event, customer))
        .filter((letter) => typeof letter !== 'string')
        .sort((one, other) => one.at - other.at)
        .map(({ text }) => JSON.parse(text) as Record<string, unknown>),
    async start() {
      const open = (await work.recover()).get(NETWORK) ?? [];
      await adoptAll({ store: provider.shop!.store, held, clock }, open);
      await own.wallet.start();
      if (life.relays) {
        pool.start(life.relays);
        const since = Math.floor(clock.now() / 1000);
        pool.subscribe({ name: 'letters', filters: toKey(signer.publicKey!), since }, (got) =>
          provider.shop!.take(got),
        );
        provider.publisher!.start();
      }
      provider.shop!.start();
    },
    async stop() {
      await provider.shop!.stop();
      await provider.publisher!.stop();
      await pool.stop();
      await own.wallet.stop();
    },
  };
  provider.shop = new Shop({
    ...base,
    work,
    held,
    slots: capacity,
    boxes: boxesOf(life),
    signer,
    pool,
    beat: () => provider.publisher?.beatNow(),
    wallet: own.wallet.open(NETWORK, {
      lockKey: () => signer.lockKey(),
      received: (payment) => provider.shop?.leases.received(payment) ?? [],
    }),
    catalog: life.catalog ?? CATALOG,
    closed: () => provider.closed,
    portRange: () => life.ports ?? [31_000, 31_099],
    routerPorts: () => life.addresses !== undefined,
    inboundAddresses: life.addresses,
    isPortFree: life.isPortFree ?? (() => Promise.resolve(true)),
    leastSeconds: () => 10,
    address: () => (life.addresses ? '' : 'box.example.org'),
    refused: () => [],
    changed: () => undefined,
    noted: () => undefined,
  });
  const { heartbeats } = provider.shop;
  const nothing = { cpuMillicores: 0, memoryMiB: 0, diskMiB: 0 };
  const facts = {
    publicKey: signer.publicKey!,
    name: 'test',
    location: '',
    specs: [SPEC],
    mints: [],
    templates: [],
    engine: null,
    internet: true,
    uptimePercent: 100,
    jobsDone: 0,
    httpUrl: '',
  };
  provider.publisher = new Publisher(
    {
      ...base,
      signer,
      pool,
      heartbeats,
      beats: new Beats(db),
      facts: () => facts,
      free: () => nothing,
      active: () => 0,
      changed: () => undefined,
    },
    { ...TIMES, beatMs: FOREVER, offerMs: FOREVER },
  );
  onTestFinished(async () => {
    if (!life.isDead?.()) await provider.stop();
  });
  return provider as Provider;
}

/** Somebody who writes to the provider. */
export function letterTo(
  customer: Signer,
  provider: Pick<Provider, 'signer'>,
  body: object | string,
  {
    way = 'nip04',
    at = Math.floor(Date.now() / 1000),
  }: { readonly way?: 'nip04' | 'nip17'; readonly at?: number } = {},
): NostrEvent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const to = provider.signer.publicKey!;
  if (way === 'nip04') return oldLetter(text, to, customer, { at });
  return newLetter(text, to, { signer: customer, random: systemRandom, now: at * 1000 }, { at });
}

export const spawnOf = (token: string, more: object = {}) => ({
  cashu_token: token,
  pod_spec_id: 'basic',
  pod_image: 'ubuntu:22.04',
  ssh_username: 'root',
  ssh_password: 'AsecretWord12',
  template_slug: 'sandbox',
  ...more,
});
