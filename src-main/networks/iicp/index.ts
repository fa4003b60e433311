// IICP: answers AI tasks that strangers send over HTTP, found through a directory. Here is what the rest of the node sees of it;
// each run of it is a `RunningNode`, which is loaded when it is joined.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { IicpDetail } from '../../../src-preload/contract/networks/iicp.ts';
import type { NetworkCheck, NetworkHistory } from '../../../src-preload/contract/networks/index.ts';
import { Emitter } from '../../base/emitter.ts';
import { Pace } from '../../work/pace.ts';
import { NO_MODELS } from '../blockers.ts';
import type { NetworkHost } from '../host.ts';
import type {
  AccountCapability,
  Departure,
  IdentityCapability,
  InboundCapability,
  Network,
  NetworkStatus,
  PricingCapability,
  PublicIdentity,
  Signer,
} from '../network.ts';
import type { PersistentState } from './assemble.ts';
import { REPLAY } from './bounds.ts';
import { ownHealth, selfCheck } from './descriptor/self-check.ts';
import { EventLog } from './directory/events.ts';
import { hiddenBy } from './directory/reputation.ts';
import { RotationRefused } from './errors.ts';
import { Identity } from './identity/identity.ts';
import { Operator } from './identity/operator.ts';
import { placeOf } from './identity/place.ts';
import { intentOf } from './intents.ts';
import type { RunningNode } from './node.ts';
import { PrometheusMetrics } from './observe/prometheus.ts';
import type { IicpOptions } from './options.ts';
import { accountOf } from './pricing/account.ts';
import { Market } from './pricing/market.ts';
import { quoteFor } from './pricing/quote.ts';
import { PendingNonces } from './reach/pending-nonces.ts';
import { abandonReceipts } from './receipts/abandon.ts';
import { cooperationIn, operatorChoiceIn, pricingIn } from './settings.ts';
import { Cooperation } from './tasks/cooperation.ts';
import { SeenRecently } from './tasks/replay.ts';

export class IicpNetwork implements Network {
  readonly id = 'iicp';
  readonly name = 'network iicp';
  readonly identity: Required<IdentityCapability> = {
    open: () => this.#identify(),
    renew: () => this.#renew(),
    rotateKey: () => this.#rotateKey(),
    signer: () => this.#signer(),
  };
  readonly pricing: PricingCapability = {
    quote: (price) => quoteFor(price, pricingIn(this.#deps.settings), this.#offered()),
    seen: async () => {
      const node = this.#node;
      return node ? await this.#market.seen({ nodeId: node.identity.nodeId, directory: node.parts.directory }) : null;
    },
  };
  /** What the directory has on its account of this node, and what of it was received here. */
  readonly account: AccountCapability = {
    read: async () => {
      if (!this.#node) return null;
      const { identity, parts, signal } = this.#node;
      return await accountOf({ ...this.#deps, identity, directory: parts.directory }, signal);
    },
  };
  readonly inbound: InboundCapability = { try: () => this.#tryInbound(), endTry: () => this.#endTry() };
  readonly #deps: NetworkHost;
  readonly #options: IicpOptions;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #persistent: PersistentState;
  readonly #market: Market;
  #node: RunningNode | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  /** The inbound address is only tried; resolves with how to close it. */
  #trying: Promise<() => Promise<void>> | undefined;
  /** It runs, or is about to. */
  #wanted = false;

  constructor(deps: NetworkHost, options: IicpOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#market = new Market({
      clock: deps.clock,
      pricing: () => pricingIn(deps.settings),
      models: () => this.#offered(),
      wanted: () => ({ intent: deps.settings.get('networks.iicp.defaultIntent') }),
    });
    const seen = () => new SeenRecently(deps, REPLAY);
    this.#persistent = {
      history: new EventLog(deps),
      seen: { nonces: seen(), taskIds: seen(), sealed: seen() },
      prometheus: new PrometheusMetrics(),
      cooperation: new Cooperation(() => cooperationIn(deps.settings)),
      pendingNonces: new PendingNonces(),
      pace: new Pace(deps.clock),
    };
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Rejects with PortTaken or BindRefused. */
  async start(): Promise<void> {
    if (this.#node) return;
    this.#wanted = true;
    try {
      // It has the port.
      await this.#endTry();
      const identity = await this.#openIdentity();
      const changed = () => this.#events.emit('changed', undefined);
      const { RunningNode: Run } = await import('./node.ts');
      const node = new Run({ ...this.#deps, identity, persistent: this.#persistent, changed }, this.#options);
      await node.start().catch(async (error: unknown) => {
        await node.stop();
        throw error;
      });
      this.#node = node;
      changed();
    } finally {
      this.#wanted = this.#node !== undefined;
    }
  }

  async #tryInbound(): Promise<void> {
    if (this.#wanted || !this.#deps.inboundAddresses) return;
    this.#trying ??= import('./inbound/inbound-try.ts').then(({ tryInbound }) =>
      tryInbound({ ...this.#deps, pendingNonces: this.#persistent.pendingNonces }, this.#options),
    );
    const trying = this.#trying;
    await trying.catch((error: unknown) => {
      if (this.#trying === trying) this.#trying = undefined;
      throw error;
    });
  }

  async #endTry(): Promise<void> {
    const trying = this.#trying;
    this.#trying = undefined;
    const close = await trying?.catch(() => undefined);
    await close?.();
  }

  tellNow(): void {
    this.#node?.parts.membership.beatNow();
  }

  /** Takes no more tasks, lets its own end, and tells the directory. */
  async leave(departure: Departure): Promise<void> {
    await this.#node?.leave(departure);
  }

  async stop(): Promise<void> {
    const node = this.#node;
    if (!node) return;
    this.#node = undefined;
    this.#wanted = false;
    await node.stop();
    await this.#persistent.history.flush();
    this.#events.emit('changed', undefined);
  }

  get moved(): boolean {
    return (
      this.#node !== undefined &&
      this.#node.parts.place !== placeOf(this.#deps.settings.get('networks.iicp.directoryUrl'))
    );
  }

  status(): NetworkStatus {
    const node = this.#node;
    const { membership, endpoint, relay } = node?.parts ?? {};
    const { settings } = this.#deps;
    const [state, reason] = standingOf(node);
    const { lastAcceptedAt, registeredAt } = membership?.view ?? { lastAcceptedAt: null, registeredAt: null };
    const seenAt = lastAcceptedAt ?? registeredAt;
    return {
      state,
      reason,
      nodeId: node?.identity.nodeId ?? null,
      address: (endpoint ? endpoint.url : settings.get('networks.iicp.endpoint')) || null,
      relay: relay?.through ?? null,
      seen: seenAt === null ? null : { by: new URL(settings.get('networks.iicp.directoryUrl')).host, at: seenAt },
      events: this.#persistent.history.noted,
    };
  }

  blockers(): readonly Reason[] {
    return this.#deps.models.offered().length === 0 ? [NO_MODELS] : [];
  }

  detail(): IicpDetail {
    const { membership, listener, mesh, relay } = this.#node?.parts ?? {};
    const view = membership?.view;
    return {
      directoryUrl: this.#deps.settings.get('networks.iicp.directoryUrl'),
      listening: listener?.address?.text ?? null,
      registeredAt: view?.registeredAt ?? null,
      heartbeat: {
        sequence: view?.sequence ?? 0,
        lastAcceptedAt: view?.lastAcceptedAt ?? null,
        nextAt: view?.registered ? view.nextAt : null,
        failure: view?.beatFailure ?? null,
      },
      reputation: view?.reputation ?? null,
      mesh: mesh?.view() ?? null,
      relayed: relay?.workers ?? null,
    };
  }

  async #identify(): Promise<PublicIdentity> {
    const { nodeId, cxKey } = this.#node?.identity ?? (await this.#openIdentity());
    return { nodeId, publicKey: cxKey.publicKey.key };
  }

  async #signer(): Promise<Signer> {
    const { clock, settings } = this.#deps;
    const { nodeId } = await this.#identify();
    const operator = await Operator.open(this.#deps, operatorChoiceIn(settings), clock.now());
    return { nodeId, publicKey: operator.publicKey, sign: (text) => operator.sign(text) };
  }

  async #rotateKey(): Promise<Pick<PublicIdentity, 'publicKey'>> {
    if (!this.#node) throw new RotationRefused('not-registered');
    return await this.#node.rotateKey();
  }

  async #renew(): Promise<void> {
    if (this.#node) throw new TypeError('the network runs');
    const { clock, settings, settled } = this.#deps;
    await abandonReceipts(this.#deps);
    settled();
    await Identity.renew(this.#deps, settings.get('networks.iicp.directoryUrl'), clock.now());
  }

  check(): Promise<NetworkCheck> {
    const { clock, settings, models } = this.#deps;
    const { listener, directory } = this.#node?.parts ?? {};
    const nobody = () => Promise.resolve(undefined);
    return selfCheck({
      clock,
      status: () => ({ ...this.status(), reputation: this.detail().reputation }),
      health: (signal) => ownHealth(listener?.address?.text, signal),
      directory: directory ?? { listing: nobody, offers: async () => [], probe: nobody },
      proven: () => listener?.inbound?.current()?.proven,
      wanted: () => {
        const intent = settings.get('networks.iicp.defaultIntent');
        return { intent, model: models.offered().find(({ tasks }) => tasks.map(intentOf).includes(intent))?.id };
      },
    });
  }

  history(before: number, limit: number): NetworkHistory {
    return this.#persistent.history.page(before, limit);
  }

  /** What the directory has in its books, and what of it was received here. */
  #offered(): string[] {
    return this.#deps.models.offered().map(({ id }) => id);
  }

  /** One at a time: of two that find none, the second takes what the first has made. */
  #openIdentity(): Promise<Identity> {
    const { random, vault, settings } = this.#deps;
    const directoryUrl = settings.get('networks.iicp.directoryUrl');
    const opened = this.#opening.then(() => Identity.open({ random, vault }, directoryUrl));
    this.#opening = opened.catch(() => undefined);
    return opened;
  }
}

function standingOf(node: RunningNode | undefined): [NetworkStatus['state'], Reason | null] {
  if (!node) return ['off', null];
  const { membership, endpoint } = node.parts;
  const { registered, beatFailure, registrationFailure, reputation } = membership.view;
  const homeless = endpoint.missing;
  if (homeless) return [endpoint.looking ? 'starting' : 'blocked', homeless];
  if (registered) return beatFailure ? ['degraded', beatFailure] : ['online', hiddenBy(reputation) ?? null];
  return registrationFailure ? ['degraded', registrationFailure] : ['starting', null];
}
