// Leases put together: the admission of requests, the leases themselves, what looks after them by itself, and what of them other
// providers share.

import type { Database } from 'better-sqlite3';
import type { Letter } from '../../nostr/envelope.ts';
import type { NostrEvent } from '../../nostr/event.ts';
import type { Outbox } from '../../nostr/outbox.ts';
import type { Received, RelayPool } from '../../nostr/pool.ts';
import type { InboundAddresses } from '../../reachability/inbound.ts';
import type { Write } from '../../storage/write.ts';
import { Durable } from './durable/durable.ts';
import { Heartbeats } from './durable/heartbeats.ts';
import { partingWords, SAID_FOR_MS } from './durable/parting.ts';
import { type PoolRelays, poolRelays } from './durable/relays.ts';
import { DurableStore } from './durable/store.ts';
import { DURABLE, majority } from './durable/times.ts';
import { ADMISSION } from './leases/bounds.ts';
import type { LeaseDeps, SharedLeases } from './leases/deps.ts';
import { Keeper } from './leases/keeper.ts';
import { Leases } from './leases/leases.ts';
import { OutsidePorts } from './leases/outside.ts';
import { type Lease, LeaseStore } from './leases/store.ts';
import { RequestAdmission, type RequestAdmissionDeps } from './requests/admission.ts';
import { sealBy } from './seal.ts';
import { KIND } from './wire/kinds.ts';
import { answerTo } from './wire/letter.ts';
import type { PrivateRequest } from './wire/request.ts';

export interface ShopDeps
  extends Omit<LeaseDeps, 'store' | 'seal' | 'shared' | 'outside'>,
    Pick<RequestAdmissionDeps, 'signer' | 'catalog' | 'closed' | 'isPortFree' | 'leastSeconds' | 'refused'> {
  readonly read: Database;
  readonly pool: Pick<RelayPool, 'ask' | 'publish' | 'subscribe' | 'health'> & { readonly outbox: Outbox };
  /** A heartbeat at once. */
  readonly beat: () => void;
  /** First and last port on this computer that may be given to customers. */
  readonly portRange: () => readonly [number, number];
  /** Whether the router is asked to open them. */
  readonly routerPorts: () => boolean;
  readonly inboundAddresses: InboundAddresses | undefined;
}

const MANY = 16;
const LOOK_MS = 10_000;

export class Shop {
  readonly store: LeaseStore;
  readonly leases: Leases;
  readonly heartbeats: Heartbeats;
  readonly outside: OutsidePorts;
  readonly #deps: ShopDeps;
  readonly #admission: RequestAdmission;
  readonly #keeper: Keeper;
  readonly #durableStore: DurableStore;
  readonly #durable: Durable;
  readonly #relays: PoolRelays;
  readonly #offs: (() => void)[] = [];

  constructor(deps: ShopDeps) {
    const { signer, pool, clock, logger } = deps;
    this.#deps = deps;
    this.store = new LeaseStore(deps.read);
    this.#durableStore = new DurableStore(deps.read);
    const changed = () => {
      this.#admission.changed();
      this.#keeper.look();
      deps.changed();
    };
    const failed = (error: unknown) => logger.warn('what other providers are to know could not be kept', { error });
    const relays = () => pool.health().map(({ url }) => url);
    this.heartbeats = new Heartbeats({ ...deps, store: this.#durableStore, relays, failed });
    this.#relays = poolRelays({
      clock,
      pool,
      relays,
      failed,
      own: signer.publicKey ?? '',
      sign: (template) => signer.sign(template),
      acks: this.heartbeats.acks,
      beat: () => deps.beat(),
      until: () => clock.now() + SAID_FOR_MS,
    });
    // After the one above, by which the acknowledgement is known.
    this.#offs.push(pool.outbox.on('taken', ({ id }) => this.heartbeats.taken(id)));
    this.outside = new OutsidePorts({
      clock,
      addresses: deps.inboundAddresses,
      wanted: deps.routerPorts,
      range: deps.portRange,
      changed: deps.changed,
    });
    const own: LeaseDeps = {
      ...deps,
      store: this.store,
      outside: this.outside,
      seal: sealBy(signer),
      shared: this.#shared(),
      changed,
    };
    this.leases = new Leases(own);
    this.#durable = new Durable({
      ...deps,
      store: this.#durableStore,
      heartbeats: this.heartbeats,
      relays: this.#relays,
      quorum: () => majority(relays().length),
      leases: this.#durableLeases(own),
    });
    this.#admission = new RequestAdmission({
      ...deps,
      ...own,
      outbox: pool.outbox,
      leases: this.leases,
      publicKey: signer.publicKey ?? '',
      durable: this.#durableStore,
      isHeard: () => this.heartbeats.areFresh,
    });
    this.#keeper = new Keeper({
      ...own,
      leases: this.leases,
      settle: () => this.#admission.settle(),
      tell: (owner, way, text) => this.#tell(owner, way, text),
    });
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    this.outside.look();
    for (const port of this.store.portsOutside()) this.outside.keep(port);
    this.#keeper.start();
    this.#durable.start();
    this.#admission.resume();
  }

  /** Takes nothing more. What is sold stays, and so does what is owed; what others would start by themselves is stopped. */
  async stop(): Promise<void> {
    await this.#durable.stop();
    await Promise.all([this.#admission.stop(), this.leases.stop()]);
    await this.#keeper.stop();
    await this.leases.refunds.idle();
    for (const off of this.#offs.splice(0)) off();
    this.#relays.end();
    this.outside.stop();
  }

  /** Something may have happened to boxes. */
  lookAtBoxes(): void {
    this.#keeper.lookAtBoxes();
    this.#durable.look();
  }

  /** Tries refunds that wait again, at once. */
  async refundNow(): Promise<void> {
    await this.leases.refunds.look(true);
  }

  /** As RequestAdmission.ask. */
  ask(letter: Letter, request: PrivateRequest): Promise<string> {
    return this.#admission.ask(letter, request);
  }

  take(received: Received): void {
    const { event, seen } = received;
    if (event.kind !== KIND.revocation) {
      this.#admission.take(received);
      return;
    }
    this.#durable.heard(event);
    this.#deps.committer.commit([seen]).catch((error: unknown) => {
      this.#deps.logger.warn('a revocation could not be noted', { error });
    });
  }

  /** How many machines run; places that are kept for others are none. */
  get running(): number {
    const shared = this.#shared();
    return this.store.open().filter(({ job, state }) => state === 'active' && shared.of(job)?.role !== 'standby')
      .length;
  }

  #tell(owner: string, way: Lease['way'], text: string): readonly Write[] {
    const { signer, random, clock, pool } = this.#deps;
    // Who came without a key asks again.
    if (owner === '') return [];
    const now = clock.now();
    const letter = { by: way, from: owner, text: '', id: '', at: Math.floor(now / 1000) };
    const event: NostrEvent = answerTo(letter, text, { signer, random, now });
    return pool.outbox.put(event, { wanted: MANY, until: now + ADMISSION.repliesMs });
  }

  #shared(): SharedLeases {
    const of: SharedLeases['of'] = (job) => {
      const lease = this.#durableStore.of(job);
      return lease?.role === 'standby' && lease.state.phase.is === 'promoted' ? undefined : lease;
    };
    return {
      of,
      mayStartForMs: () => (this.heartbeats.areFresh ? Math.floor(DURABLE.fenceMs - this.heartbeats.ageMs) : 0),
      began: (job) => this.#durable.began(job),
      ended: (job) => this.#durable.ended(job),
      parting: (lease) => this.#parting(lease),
    };
  }

  #parting({ job, startedAt, endedAs }: Lease): readonly Write[] {
    const { clock, signer, pool, logger } = this.#deps;
    const shared = this.#durableStore.of(job);
    if (!shared) return [];
    const isEarly = startedAt !== null && (endedAs === 'failed' || endedAs === 'evicted');
    const quorum = () => majority(pool.health().length);
    try {
      return partingWords(shared, isEarly, clock.now(), { signer, outbox: pool.outbox, quorum });
    } catch (error) {
      // Others find out by the silence.
      logger.warn('other providers could not be told that a lease is over', { job, error });
      return [];
    }
  }

  #durableLeases({ seal, boxes }: LeaseDeps): ConstructorParameters<typeof Durable>[0]['leases'] {
    const { store, leases } = this;
    const inForce = (job: number) => {
      const lease = store.lease(job);
      return lease?.state === 'active' ? lease : undefined;
    };
    const boxOf = (job: number) => store.lease(job)?.box ?? '';
    return {
      paidUntil: (job) => inForce(job)?.paidUntil,
      status: (job) => boxes.status(boxOf(job), AbortSignal.timeout(LOOK_MS)),
      start: (job, signal) => leases.startBox(job, signal),
      stop: (job) => boxes.stop(boxOf(job), AbortSignal.timeout(LOOK_MS)),
      remove: (job) => leases.removeBox(job),
      lose: (job, why) => leases.lose(job, why),
      promoted: (job) => {
        const lease = inForce(job);
        if (!lease) return [];
        const text = leases.accessOf(lease, lease.paidUntil);
        this.#deps.noted('lease-began');
        return [store.setAccess(job, seal.seal(text)), ...this.#tell(lease.owner, lease.way, text)];
      },
    };
  }
}
