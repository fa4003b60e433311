// Both sides of relaying as the network has them: a worker of another node's relay where there is no other inbound address, or a relay for others;
// each only where the user allows it, and never both.

import type { lookup as systemLookup } from 'node:dns';
import type { Socket } from 'node:net';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { Route } from '../../../inbound/routes.ts';
import { publicOnly } from '../../../reachability/public-only.ts';
import type { Peer } from '../mesh/peers.ts';
import { RelayAccept } from './accept.ts';
import { RelayCooldowns } from './cooldowns.ts';
import { distrusted, elect, offersOf, type Relay, relayAt, relaysIn } from './elect.ts';
import { PeerForward } from './peer.ts';
import { waiting } from './rejections.ts';
import { type RelayRoutesDeps, relayRoutes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { type TicketRules, Tickets } from './tickets.ts';
import { type Bound, type FoundRelay, RelayWorker, type RelayWorkerDeps } from './worker.ts';

export interface RelaySideDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeId: string;
  readonly directory: {
    discoverRelays(intent: string, signal: AbortSignal): Promise<readonly unknown[]>;
    relayTicket(
      nodeId: string,
      relay: string | undefined,
      token: string,
      signal: AbortSignal,
    ): Promise<string | undefined>;
    directoryKey(signal: AbortSignal): Promise<string | undefined>;
  };
  readonly token: () => string | undefined;
  readonly settings: () => RelaySettings;
  /** Whether this node is reachable in no other way. */
  readonly homeless: () => boolean;
  readonly mayDial: (endpoint: string) => boolean;
  readonly peers: () => readonly Peer[];
  readonly httpPort: () => number;
  readonly offer: () => { readonly intent: string; readonly models: readonly string[] };
  readonly handle: RelayWorkerDeps['handle'];
  readonly offload: RelayRoutesDeps['offload'];
  readonly connected: (socket: Socket) => void;
  /** Called with the address of each that came to where workers come in. */
  readonly arrived: (remote: string) => void;
  readonly changed: () => void;
  readonly fault: (error: unknown) => void;
  /** For tests: the system's resolver otherwise. */
  readonly resolve?: typeof systemLookup;
}

export interface RelaySettings {
  /** `off`, `auto`, or a relay as `host:port`. */
  readonly use: string;
  readonly serve: boolean;
  /** Where workers come in. */
  readonly port: number;
  readonly bind: string;
  /** Take only workers with a ticket that the directory signed. */
  readonly tickets: boolean;
}

export interface RelaySideOptions {
  /** Bytes of the largest task. */
  readonly most: number;
  /** Private addresses are right here. */
  readonly local: boolean;
  readonly tickets?: TicketRules | undefined;
}

interface Serving {
  readonly sessions: Sessions;
  readonly accept: RelayAccept;
  readonly peers: PeerForward;
  readonly settings: string;
}

/** How often the directory's key is asked for, where tickets are needed. */
const KEY_MS = 3_600_000;
const KEY_AGAIN_MS = 30_000;

export class RelaySide {
  readonly routes: readonly Route[];
  readonly #deps: RelaySideDeps;
  readonly #options: RelaySideOptions;
  readonly #worker: RelayWorker;
  readonly #cooldowns: RelayCooldowns;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #serving: Serving | undefined;
  #turning: Promise<void> = Promise.resolve();
  #used = '';
  #key: string | undefined;
  #cancelKey: (() => void) | undefined;

  constructor(deps: RelaySideDeps, options: RelaySideOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#cooldowns = new RelayCooldowns(deps.clock);
    this.#worker = new RelayWorker(
      {
        ...deps,
        wanted: () => this.wanted,
        find: (signal) => this.#find(signal),
        tried: (relay, served) => (served ? this.#cooldowns.served(relay) : this.#cooldowns.failed(relay)),
        ticket: (...given) => this.#ticket(...given),
      },
      options,
    );
    this.routes = relayRoutes({
      ...deps,
      sessions: () => this.#serving?.sessions,
      toPeer: async (nodeId, task, signal) => {
        const peer = deps.peers().find((each) => each.nodeId === nodeId);
        return peer && this.#serving ? this.#serving.peers.send(peer.endpoint, task, signal) : 'unknown';
      },
    });
  }

  start(): void {
    this.#used = this.#deps.settings().use;
    this.#loop = this.#worker.run(this.#stop.signal).catch(this.#deps.fault);
    this.look();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new DOMException('the network stops', 'AbortError'));
    await this.#loop;
    await this.#turning;
    await this.#endServing();
  }

  /** A node that serves as a relay does not use one. */
  get wanted(): boolean {
    const { use, serve } = this.#deps.settings();
    return use !== 'off' && !serve && this.#deps.homeless();
  }

  /** The relay whose endpoint is ours too. */
  get bound(): Bound | undefined {
    return this.wanted ? this.#worker.advertised : undefined;
  }

  /** The relay that passes on to us now, as a person is shown it. */
  get through(): string | undefined {
    const bound = this.bound;
    return bound && `${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}`;
  }

  /** Why no relay lets this node in yet, for as long as it wants one. */
  get waiting(): Reason | undefined {
    return this.wanted ? waiting(this.#deps.settings().use, this.#worker.failure) : undefined;
  }

  /** How many are bound here; undefined while this node is no relay. */
  get workers(): number | undefined {
    return this.#serving?.sessions.size;
  }

  /** Where workers come in here; undefined: nowhere. */
  get acceptPort(): number | undefined {
    return this.#serving?.accept.port;
  }

  /** Part of all sessions that are taken, 0 to 1. */
  get load(): number {
    return this.#serving ? this.#serving.sessions.load : 0;
  }

  /** Looks at settings and inbound reachability anew. */
  look(): void {
    const { use } = this.#deps.settings();
    if (use === this.#used) this.#worker.wake();
    else this.#worker.again();
    this.#used = use;
    this.#turning = this.#turning.then(() => this.#turn()).catch(this.#deps.fault);
  }

  async #turn(): Promise<void> {
    const settings = this.#deps.settings();
    const wanted = settings.serve && !this.#stop.signal.aborted ? JSON.stringify({ ...settings, use: '' }) : undefined;
    if (wanted === this.#serving?.settings) return;
    await this.#endServing();
    if (wanted !== undefined) await this.#serve(settings, wanted);
    this.#deps.changed();
  }

  async #serve({ bind, port, tickets }: RelaySettings, settings: string): Promise<void> {
    const { clock, nodeId, logger, connected, arrived } = this.#deps;
    const { required = false, key } = this.#options.tickets ?? {};
    const needed = tickets || required;
    const sessions = new Sessions({
      ...this.#deps,
      tickets: needed || key !== undefined ? new Tickets(clock, nodeId, () => key ?? this.#key, needed) : undefined,
    });
    const came = (socket: Socket) => {
      connected(socket);
      arrived(socket.remoteAddress ?? '');
    };
    const accept = new RelayAccept(
      { ...this.#deps, sessions, connected: came },
      { bind, port, most: this.#options.most },
    );
    try {
      await accept.start();
    } catch (error) {
      // The rest of the node goes on; the next look tries again.
      logger.warn('no workers can be accepted', { error });
      return;
    }
    this.#serving = { sessions, accept, peers: new PeerForward(this.#options), settings };
    if (needed && key === undefined) void this.#keepKey();
  }

  async #endServing(): Promise<void> {
    const serving = this.#serving;
    this.#serving = undefined;
    this.#cancelKey?.();
    if (!serving) return;
    serving.sessions.end();
    await serving.accept.stop();
    await serving.peers.close();
  }

  async #keepKey(): Promise<void> {
    const { directory, clock, logger } = this.#deps;
    try {
      this.#key = (await directory.directoryKey(this.#stop.signal)) ?? this.#key;
    } catch (error) {
      if (!this.#stop.signal.aborted) logger.warn("the directory's key could not be fetched", { error });
    }
    if (!this.#serving || this.#stop.signal.aborted) return;
    this.#cancelKey?.();
    this.#cancelKey = clock.after(this.#key ? KEY_MS : KEY_AGAIN_MS, () => void this.#keepKey());
  }

  async #find(signal: AbortSignal): Promise<FoundRelay | undefined> {
    const { directory, settings, nodeId, mayDial, offer, peers } = this.#deps;
    const { use } = settings();
    // Named by the user, it may be anywhere.
    if (use !== 'auto') return relayAt(use);
    const heard = relaysIn(
      peers()
        .filter(({ relayCapable }) => relayCapable)
        .map(asFound),
      nodeId,
      mayDial,
    );
    const listed = await directory.discoverRelays(offer().intent, signal).catch((error: unknown) => {
      // While the directory is away, those that nodes tell each other of do.
      if (signal.aborted || heard.length === 0) throw error;
      return [];
    });
    const found = relaysIn(listed, nodeId, mayDial);
    const bad = distrusted(listed);
    const trusted = heard.filter((each) => !bad.has(each.nodeId));
    const open = this.#cooldowns.among(offersOf(trusted, found));
    const relay = elect(nodeId, open);
    const lookup = this.#options.local ? undefined : publicOnly(this.#deps.resolve);
    return relay && { ...relay, others: open.length > 1, lookup };
  }

  /**
   * Best effort: many relays ask for none. One that was never registered has no token to ask for a ticket with, and nothing true to
   * register before it is bound: relays that insist are passed over until another one has brought it into the directory.
   */
  async #ticket(relay: Relay, signal: AbortSignal): Promise<string | undefined> {
    const { directory, nodeId, token, logger } = this.#deps;
    const own = token();
    if (own === undefined) return undefined;
    try {
      return await directory.relayTicket(nodeId, relay.nodeId, own, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      logger.debug('no ticket for the relay', { error });
      return undefined;
    }
  }
}

const asFound = (peer: Peer) => ({
  node_id: peer.nodeId,
  endpoint: peer.endpoint,
  relay_capable: true,
  relay_accept_port: peer.relayPort,
  load: peer.relayLoad,
});
