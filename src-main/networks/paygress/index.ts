// Paygress: sells containers on this computer by the second, for ecash. Here is what the rest of the node sees of it; each run of it is a
// `PaygressNode`.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { NetworkCheck, NetworkHistory } from '../../../src-preload/contract/networks/index.ts';
import type { PaygressDetail } from '../../../src-preload/contract/networks/paygress.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Signer } from '../../nostr/signer.ts';
import type { OpenJob } from '../../work/work.ts';
import type { NetworkHost } from '../host.ts';
import type {
  BoxesCapability,
  Departure,
  IdentityCapability,
  Network,
  NetworkStatus,
  PublicIdentity,
} from '../network.ts';
import { NO_WALLET, NOT_NOW, RELAYS_AWAY } from './causes.ts';
import { CHECKS, checkLines } from './check.ts';
import { KeyHeld, KeyInUse, NoLease, NotRunning } from './errors.ts';
import { History } from './history.ts';
import { KEY, knownKey } from './key.ts';
import { adoptAll } from './leases/adopt.ts';
import type { HeldLeases } from './leases/deps.ts';
import { LeaseStore } from './leases/store.ts';
import type { PaygressNode } from './node.ts';
import { withheld } from './offered.ts';
import { Beats, RefusedRequests } from './offers/beats.ts';
import { nameFor } from './offers/offer.ts';
import { leaseView, leaseViews } from './views.ts';

/** How often it is looked whether there is a wallet by now. */
const LOOK_MS = 2000;

export class PaygressNetwork implements Network {
  readonly id = 'paygress';
  readonly name = 'network paygress';
  readonly identity: IdentityCapability = { open: () => this.#identify() };
  readonly boxes: BoxesCapability = {
    claimed: () => this.#store.open().map(({ box, job }) => ({ id: box, job })),
  };
  readonly #host: NetworkHost;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #history: History;
  readonly #store: LeaseStore;
  readonly #beats: Beats;
  readonly #refused: RefusedRequests;
  /** As it was before the signer was there. */
  readonly #sealed: PublicIdentity | undefined;
  #signer: Signer | undefined;
  readonly #held: HeldLeases = { running: new Map(), keeper: undefined };
  #node: PaygressNode | undefined;
  /** Brings what was sold to its end after its user has left. */
  #closing: { readonly stop: () => Promise<void> } | undefined;
  #stop: AbortController | undefined;
  #waiting: Promise<void> = Promise.resolve();

  constructor(host: NetworkHost) {
    this.#host = host;
    this.#history = new History(host);
    this.#store = new LeaseStore(host.read);
    this.#beats = new Beats(host.read);
    this.#refused = new RefusedRequests(host.read);
    this.#sealed = knownKey(host.vault);
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Waits for a wallet where there is none yet. Rejects with BadRelayAddress, TooManyRelays. */
  async start(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    await this.#closing?.stop();
    await this.#identify();
    if (this.#host.wallet.exists) await this.#begin();
    else this.#waiting = this.#whenThereIsAWallet(stop.signal);
    this.#changed();
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#stop = undefined;
    await this.#waiting;
    const node = this.#node;
    this.#node = undefined;
    await Promise.all([node?.stop(), this.#closing?.stop()]);
    await this.#history.flush();
    this.#changed();
    if (node) this.#closeIfLeft();
  }

  async leave(departure: Departure): Promise<void> {
    const node = this.#node;
    if (!node) return;
    // What was paid for is a promise, which nobody keeps who is not there.
    if (departure !== 'restart') await node.endAll();
    await node.farewell();
    if (departure === 'leave') this.#history.note('left');
  }

  async recover(open: readonly OpenJob[]): Promise<void> {
    await adoptAll({ store: this.#store, held: this.#held, clock: this.#host.clock }, open);
    this.#closeIfLeft();
  }

  status(): NetworkStatus {
    const node = this.#node;
    const beatAt = node?.publisher.beatAt ?? null;
    return {
      ...this.#state(node),
      nodeId: this.#stop ? (this.#known()?.nodeId ?? null) : null,
      address: node?.address || null,
      relay: null,
      seen: node?.connected && beatAt !== null ? { by: this.#firstOpen(node), at: beatAt } : null,
      events: this.#history.noted,
    };
  }

  detail(): PaygressDetail {
    const { settings, clock, boxes } = this.#host;
    const node = this.#node;
    const known = this.#known();
    return {
      npub: known?.nodeId ?? null,
      name: settings.get('networks.paygress.name') || (known ? nameFor(known.publicKey) : ''),
      address: settings.get('networks.paygress.address'),
      relays: node
        ? node.relays().map(({ url, state, why, said, document }) => ({
            url,
            open: state === 'open',
            said: why ?? said.at(-1)?.text ?? null,
            name: document?.name ?? null,
          }))
        : settings.get('networks.paygress.relays').map((url) => ({ url, open: false, said: null, name: null })),
      mints: [...(node?.mints ?? [])],
      specs: settings.get('networks.paygress.specs'),
      withheld: withheld(settings.get('networks.paygress.specs'), boxes.offer()),
      templates: boxes
        .offer()
        .templates.filter(({ content }) => content !== null)
        .map(({ slug }) => slug),
      closed: node ? (node.closedBy ?? null) : NOT_NOW,
      free: node?.free ?? null,
      offeredAt: node?.publisher.offeredAt ?? null,
      beatAt: node?.publisher.beatAt ?? null,
      uptimePercent: this.#beats.uptimePercent(clock.now()),
      jobsDone: this.#store.done(),
      leases: leaseViews(this.#store, this.#store.open(), clock.now()),
      refundsWaiting: { ...this.#store.refundsWaiting() },
      refused: this.#refused.all(),
    };
  }

  blockers(): readonly Reason[] {
    if (!this.#host.wallet.exists) return [NO_WALLET];
    return this.#node?.lacks ?? [];
  }

  async check(): Promise<NetworkCheck> {
    const verdicts = await checkLines({ node: this.#node, host: this.#host, publicKey: this.#known()?.publicKey });
    const lines = CHECKS.map((id) => ({ id, ...verdicts[id] }));
    const ok = lines.every(({ state }) => state === 'ok' || state === 'skipped');
    return { id: this.id, at: this.#host.clock.now(), ok, lines } as NetworkCheck;
  }

  history(before: number, limit: number): NetworkHistory {
    return this.#history.page(before, limit);
  }

  tellNow(): void {
    this.#node?.publisher.look();
  }

  async ask(name: string, input: unknown): Promise<unknown> {
    switch (name) {
      case 'leases': {
        const { before = Number.MAX_SAFE_INTEGER, limit } = input as { before?: number; limit: number };
        const page = this.#store.page(before, limit + 1);
        const items = leaseViews(this.#store, page.slice(0, limit), this.#host.clock.now());
        return { items, next: page.length > limit ? items.at(-1)!.id : null };
      }
      case 'end':
        return this.#end((input as { id: number }).id);
      case 'refund':
        if (!this.#node) throw new NotRunning();
        await this.#node.shop.refundNow();
        return this.#store.refundsWaiting();
      case 'market': {
        if (!this.#node) throw new NotRunning();
        const { marketOf } = await import('./offers/market.ts');
        return marketOf(this.#node.pool, this.#known()?.publicKey ?? '', this.#host.clock.now());
      }
      case 'showKey':
        return { nsec: (await this.#own()).reveal() };
      default: {
        const { key, password, replace } = input as { key: string; password?: string; replace: boolean };
        if (this.#stop) throw new KeyInUse();
        if (replace && (this.#closing || this.#isOwed)) throw new KeyHeld();
        const signer = await this.#own();
        await (replace ? signer.replace(key, password) : signer.bringIn(key, password));
        this.#changed();
        return { npub: signer.npub ?? '' };
      }
    }
  }

  async #end(id: number): Promise<unknown> {
    const lease = this.#store.lease(id);
    if (!lease || lease.endedAs !== null) throw new NoLease();
    if (!this.#node) throw new NotRunning();
    await this.#host.work.endLease(id);
    return { id: leaseView(this.#store, lease, this.#host.clock.now()).id };
  }

  async #begin(): Promise<void> {
    const node = await this.#open(false);
    node.start();
    this.#node = node;
    this.#changed();
  }

  async #open(closing: boolean): Promise<PaygressNode> {
    const { PaygressNode } = await import('./node.ts');
    return await PaygressNode.open({
      host: this.#host,
      signer: await this.#own(),
      held: this.#held,
      history: this.#history,
      beats: this.#beats,
      refused: this.#refused,
      changed: () => this.#changed(),
      closing,
    });
  }

  /** What was sold holds its part of this computer and is owed, whether its user is still there or not. */
  #closeIfLeft(): void {
    const { settings, wallet, logger } = this.#host;
    if (!this.#isOwed || this.#closing || settings.get('networks.paygress.enabled') || !wallet.exists) return;
    const stop = new AbortController();
    const running = this.#close(stop.signal)
      .catch((error: unknown) => logger.error('what is rented could not be brought to its end', { error }))
      .finally(() => {
        this.#closing = undefined;
        this.#changed();
      });
    this.#closing = {
      stop: async () => {
        stop.abort();
        await running;
      },
    };
  }

  get #isOwed(): boolean {
    return this.#store.open().length > 0 || this.#store.refundsWaiting().n > 0 || this.#store.untold().length > 0;
  }

  async #close(signal: AbortSignal): Promise<void> {
    const node = await this.#open(true);
    try {
      node.start();
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([node.closed, aborted]);
    } finally {
      await node.stop();
    }
  }

  async #whenThereIsAWallet(signal: AbortSignal): Promise<void> {
    const { clock, wallet, fault } = this.#host;
    while (!signal.aborted && !wallet.exists) await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    await this.#begin().catch((error: unknown) => fault(error));
  }

  #state(node: PaygressNode | undefined): Pick<NetworkStatus, 'state' | 'reason'> {
    if (!this.#stop) return { state: 'off', reason: null };
    if (!node) return { state: 'blocked', reason: NO_WALLET };
    const [lack] = node.lacks;
    if (lack) return { state: 'blocked', reason: lack };
    if (node.connected && node.publisher.beatAt !== null) return { state: 'online', reason: null };
    return node.wasConnected ? { state: 'degraded', reason: RELAYS_AWAY } : { state: 'starting', reason: null };
  }

  #firstOpen(node: PaygressNode): string {
    const open = node.relays().find(({ state }) => state === 'open');
    return open ? new URL(open.url).host : '';
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }

  async #identify(): Promise<PublicIdentity> {
    if (!this.#known()) await (await this.#own()).make();
    return this.#known()!;
  }

  #known(): PublicIdentity | undefined {
    return this.#signer?.publicKey === undefined
      ? this.#sealed
      : { nodeId: this.#signer.npub ?? '', publicKey: this.#signer.publicKey };
  }

  /** With what signs, encrypts and reads keys, which takes more to load than all else of a network that is not joined. */
  async #own(): Promise<Signer> {
    const { Signer } = await import('../../nostr/signer.ts');
    this.#signer ??= new Signer(this.#host, KEY);
    return this.#signer;
  }
}
