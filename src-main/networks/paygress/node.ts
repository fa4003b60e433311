// One run of Paygress: connected to its relays, selling what there is, and telling others so.

import type { Reason } from '../../../src-preload/contract/define.ts';
import { isPortFree } from '../../base/free-port.ts';
import { RelayPool, type RelayView } from '../../nostr/pool.ts';
import type { Signer } from '../../nostr/signer.ts';
import type { NetworkWallet } from '../../wallet/network-wallet.ts';
import type { NetworkHost } from '../host.ts';
import type { OfferedSpec } from './catalog.ts';
import { LEFT, NO_CARD, NO_MINT, NO_SPECS, NO_TEMPLATE, NOT_NOW, RELAYS_AWAY } from './causes.ts';
import type { History } from './history.ts';
import { HttpListener } from './http/listener.ts';
import { HttpService } from './http/service.ts';
import { type HeldLeases, NETWORK } from './leases/deps.ts';
import { catalogOf, isAnythingHere, madeHere, readyTemplates, unreached } from './offered.ts';
import type { Beats, RefusedRequests } from './offers/beats.ts';
import { type Free, nameFor, type OfferFacts } from './offers/offer.ts';
import { Publisher, TIMES } from './offers/publisher.ts';
import { tokenDigest } from './requests/spawn.ts';
import { Shop } from './shop.ts';
import { toKey } from './wire/filters.ts';

export interface NodeDeps {
  readonly host: NetworkHost;
  readonly signer: Signer;
  readonly held: HeldLeases;
  readonly history: History;
  readonly beats: Beats;
  readonly refused: RefusedRequests;
  readonly changed: () => void;
  /** Its user has left: nothing is sold or told, what there is comes to its end. */
  readonly closing: boolean;
}

/** How often it is looked whether something has changed that nobody tells of, such as hours and free room. */
const LOOK_MS = 5000;
const FIRST_LOOK_MS = 50;
const LOGIN = 22_242;
const FAREWELL_MS = 2000;
const FAREWELL_LOOK_MS = 20;
/** Until it is said that no relay can be reached. */
const PATIENCE_MS = 15_000;
/** What is owed when its user has left and can't be given back in this time is tried again after the next start. */
const CLOSING_MS = 3_600_000;

export class PaygressNode {
  readonly shop: Shop;
  readonly pool: RelayPool;
  readonly publisher: Publisher;
  readonly http: HttpListener;
  readonly #deps: NodeDeps;
  readonly #wallet: NetworkWallet;
  readonly #stop = new AbortController();
  readonly #offs: (() => void)[] = [];
  #running: Promise<void> = Promise.resolve();
  #wereAway = true;
  #wasConnected = false;

  /** Rejects with NoWallet. */
  static async open(deps: NodeDeps): Promise<PaygressNode> {
    const { host, signer } = deps;
    let shop: Shop | undefined;
    const wallet = await host.wallet.open({
      lockKey: () => signer.lockKey(),
      received: (payment) => shop?.leases.received(payment) ?? [],
    });
    const node = new PaygressNode(deps, wallet);
    shop = node.shop;
    return node;
  }

  private constructor(deps: NodeDeps, wallet: NetworkWallet) {
    const { host, signer, held, beats, refused, history, changed } = deps;
    const { settings, clock, boxes, logger, committer } = host;
    this.#deps = deps;
    this.#wallet = wallet;
    this.pool = new RelayPool(host, {
      network: NETWORK,
      logIn: (relay, challenge) =>
        signer.sign({
          kind: LOGIN,
          content: '',
          tags: [
            ['relay', relay],
            ['challenge', challenge],
          ],
        }),
    });
    const elsewhere = () => boxes.offer().engine?.host ?? null;
    this.shop = new Shop({
      ...host,
      boxes,
      wallet,
      signer,
      held,
      pool: this.pool,
      beat: () => this.publisher.beatNow(),
      catalog: catalogOf(settings, boxes),
      closed: () => this.closedBy?.message,
      portRange: () => [settings.get('networks.paygress.portFrom'), settings.get('networks.paygress.portTo')],
      routerPorts: () => elsewhere() === null && settings.get('networks.paygress.routerPorts'),
      inboundAddresses: host.inboundAddresses,
      // Those of another computer are its engine's to give.
      isPortFree: async (port) => elsewhere() !== null || (await isPortFree(port)),
      leastSeconds: () => settings.get('networks.paygress.leastSeconds'),
      address: () => this.address,
      noted: (event) => history.note(event),
      refused: (type) => [refused.count(type, clock.now())],
      changed: () => {
        this.publisher.look();
        changed();
      },
    });
    this.publisher = new Publisher(
      {
        clock,
        logger,
        committer,
        signer,
        pool: this.pool,
        beats,
        heartbeats: this.shop.heartbeats,
        facts: () => this.#facts(),
        free: () => this.free,
        active: () => this.shop.running,
        changed,
      },
      { ...TIMES, ...(host.beatMs !== undefined && { beatMs: host.beatMs }) },
    );
    this.http = this.#overHttp();
  }

  #overHttp(): HttpListener {
    const { host, signer, changed } = this.#deps;
    const { settings, boxes } = host;
    const { shop } = this;
    const service = new HttpService({
      ...host,
      store: shop.store,
      ask: (letter, request) => shop.ask(letter, request),
      passwordOf: (lease) => shop.leases.passwordOf(lease),
      digest: tokenDigest,
      specs: () => this.#specs,
      mints: () => this.mints,
      name: () => this.name,
      location: () => settings.get('networks.paygress.location'),
      leastSeconds: () => settings.get('networks.paygress.leastSeconds'),
      internet: () => boxes.offer().internet,
      secret: () => signer.lockKey() ?? '',
    });
    const wanted = () =>
      settings.get('networks.paygress.http') && !this.#deps.closing
        ? { bind: settings.get('networks.paygress.httpBind'), port: settings.get('networks.paygress.httpPort') }
        : undefined;
    return new HttpListener({ ...host, memory: host.inboundMemory, service, wanted, changed });
  }

  /** Throws BadRelayAddress, TooManyRelays. */
  start(): void {
    const { host, signer } = this.#deps;
    const { settings, clock, boxes } = host;
    this.pool.start(settings.get('networks.paygress.relays'));
    this.#offs.push(
      this.pool.subscribe(
        { name: 'letters', filters: toKey(signer.publicKey ?? ''), since: Math.floor(clock.now() / 1000) },
        (got) => this.shop.take(got),
      ),
      boxes.onChange(() => this.publisher.look()),
      boxes.onEvent(({ kind }) => {
        if (kind === 'exited' || kind === 'out-of-memory' || kind === 'engine-back') this.shop.lookAtBoxes();
      }),
      settings.onChange(() => {
        this.shop.outside.look();
        this.publisher.look();
        this.http.look();
      }),
    );
    this.shop.start();
    this.http.look();
    if (this.#deps.closing) {
      this.#running = this.#close();
      return;
    }
    this.publisher.start();
    this.#running = this.#look();
  }

  /** Of one that closes: all has come to its end, or can't now. */
  get closed(): Promise<void> {
    return this.#running;
  }

  /** Takes nothing more, and says so. What is sold stays where it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const off of this.#offs.splice(0)) off();
    await Promise.all([this.http.stop(), this.shop.stop()]);
    await this.publisher.stop();
    await this.#running;
    await this.pool.stop();
  }

  /** Ends all that is sold, with a refund of what is left of each. */
  async endAll(): Promise<void> {
    await Promise.allSettled(this.shop.store.open().map(({ job }) => this.shop.leases.evict(job)));
  }

  get mints(): readonly string[] {
    return this.#wallet.mints();
  }

  reaches(mint: string): Promise<boolean> {
    return this.#wallet.reaches(mint);
  }

  get name(): string {
    const { host, signer } = this.#deps;
    return host.settings.get('networks.paygress.name') || nameFor(signer.publicKey ?? '00'.repeat(3));
  }

  /** Why nothing is sold now; undefined: it is. */
  get closedBy(): Reason | undefined {
    if (this.#deps.closing) return LEFT;
    const [lack] = this.lacks;
    return lack ?? (this.#deps.host.availability.answer().accepting ? undefined : NOT_NOW);
  }

  /** What this computer lacks. */
  get lacks(): readonly Reason[] {
    const { settings, boxes } = this.#deps.host;
    const offer = boxes.offer();
    const isAnySet = settings.get('networks.paygress.specs').length > 0;
    return [
      ...(this.mints.length === 0 ? [NO_MINT] : []),
      ...(isAnySet ? [] : [NO_SPECS]),
      ...unreached(this.shop.outside, this.address),
      ...(offer.missing ? [offer.missing] : isAnythingHere(offer) ? [] : [NO_TEMPLATE]),
      // While the engine is being tried, that is said in its place.
      ...(isAnySet && !offer.missing && this.#specs.length === 0 ? [NO_CARD] : []),
    ];
  }

  /** What of the machines that are set can be made here. */
  get #specs(): readonly OfferedSpec[] {
    const { settings, boxes } = this.#deps.host;
    return madeHere(settings.get('networks.paygress.specs'), boxes.offer());
  }

  /** What customers are told to connect to; empty: it is not known. */
  get address(): string {
    const { settings, boxes } = this.#deps.host;
    return settings.get('networks.paygress.address') || (boxes.offer().engine?.host ?? '');
  }

  get free(): Free | null {
    if (this.closedBy) return null;
    const { cpuMillicores, memoryMiB, diskMiB } = this.#deps.host.boxes.free();
    return { cpuMillicores, memoryMiB, diskMiB };
  }

  relays(): readonly RelayView[] {
    return this.pool.health();
  }

  /** It was connected once, or should have been by now. */
  get wasConnected(): boolean {
    return this.#wasConnected;
  }

  /** Says that nothing is free any more, as far as relays take it in a moment. */
  async farewell(): Promise<void> {
    const { clock } = this.#deps.host;
    await this.publisher.farewell();
    const end = clock.monotonic() + FAREWELL_MS;
    while (this.connected && this.pool.outbox.size > 0 && clock.monotonic() < end) await clock.sleep(FAREWELL_LOOK_MS);
  }

  get connected(): boolean {
    return this.relays().some(({ state }) => state === 'open');
  }

  #facts(): OfferFacts {
    const { host, signer, beats } = this.#deps;
    const { settings, boxes, clock } = host;
    const offer = boxes.offer();
    return {
      publicKey: signer.publicKey ?? '',
      name: this.name,
      location: settings.get('networks.paygress.location'),
      specs: this.#specs,
      mints: this.mints,
      templates: [...(this.closedBy ? ['paused'] : []), ...readyTemplates(offer)],
      engine: offer.engine?.make ?? null,
      internet: offer.internet,
      uptimePercent: beats.uptimePercent(clock.now()),
      jobsDone: this.shop.store.done(),
      httpUrl: settings.get('networks.paygress.http') ? settings.get('networks.paygress.httpUrl') : '',
    };
  }

  /** Ends what is sold, gives back what is left, and tells its customers; then there is nothing more to do. */
  async #close(): Promise<void> {
    const { clock } = this.#deps.host;
    const { signal } = this.#stop;
    const began = clock.monotonic();
    await this.endAll();
    const { store } = this.shop;
    const isOwed = () =>
      store.open().length > 0 ||
      store.refundsWaiting().n > 0 ||
      store.untold().length > 0 ||
      // One relay is enough: another may be away for as long as it likes.
      this.pool.outbox.unheard > 0;
    while (!signal.aborted && isOwed() && clock.monotonic() - began < CLOSING_MS) {
      await clock.sleep(FAREWELL_MS, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { host, history, changed } = this.#deps;
    const { signal } = this.#stop;
    const began = host.clock.monotonic();
    while (!signal.aborted) {
      const isAway = !this.connected;
      const isLate = host.clock.monotonic() - began > PATIENCE_MS;
      if (isLate && isAway && !this.#wasConnected) history.note('relays-away', RELAYS_AWAY);
      this.#wasConnected ||= !isAway || isLate;
      if (isAway !== this.#wereAway) {
        this.#wereAway = isAway;
        if (isAway) history.note('relays-away', RELAYS_AWAY);
        else history.note('offered');
        changed();
      }
      this.publisher.look();
      await host.clock.sleep(this.#wasConnected ? LOOK_MS : FIRST_LOOK_MS, signal).catch(() => undefined);
    }
  }
}
