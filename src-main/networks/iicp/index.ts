// IICP: answers AI tasks that strangers send over HTTP, found through a directory. Put together here from its parts.

import type { Database } from 'better-sqlite3';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { NetworkAccount } from '../../../src-preload/contract/earnings.ts';
import type { NetworkCheck, NetworkHistory, NetworkView } from '../../../src-preload/contract/networks.ts';
import type { PriceTry } from '../../../src-preload/contract/pricing.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { SettingPath, SettingValue } from '../../../src-preload/contract/settings/index.ts';
import type { AvailabilityAnswer } from '../../availability/availability.ts';
import type { CountedConnection } from '../../availability/data-use.ts';
import type { DailyWindow } from '../../availability/windows.ts';
import type { Offered } from '../../backends/pool.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { toHearthError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Claims } from '../../payments/claims.ts';
import type { WayIn, WaysIn } from '../../reachability/way-in.ts';
import type { OutsideWitness } from '../../reachability/witness.ts';
import type { Committer } from '../../storage/write.ts';
import type { Slots } from '../../work/slots.ts';
import type { WorkStore } from '../../work/store.ts';
import type { Work } from '../../work/work.ts';
import type { Network, Reckoning } from '../network.ts';
import { Access } from './access.ts';
import { Cooperation, type CooperationPolicy, policyBlock } from './cooperation.ts';
import { askedMicro, mostMicro } from './credits.ts';
import { CxKeys } from './cx.ts';
import { Desk, type ModelServers } from './desk.ts';
import { DirectoryClient } from './directory.ts';
import { RotationRefused } from './errors.ts';
import { EventLog, eventMigrations } from './events.ts';
import type { NodeFacts, ReachFacts } from './facts.ts';
import { healthBody } from './health.ts';
import { HeavyWork } from './heavy.ts';
import { Identity, type Vault } from './identity.ts';
import { capabilities, intentOf } from './intents.ts';
import { Journal, type JournalDeps } from './journal.ts';
import { Membership } from './membership.ts';
import { Mesh } from './mesh/index.ts';
import { Metrics, metricsMigrations } from './metrics.ts';
import { Operator } from './operator.ts';
import { AutomaticPort, portMigrations } from './port.ts';
import { capOf, declaredOf, multiplierFor, type Pricing } from './pricing.ts';
import { CombinedWitness, type Voice } from './reach/combined.ts';
import { DialBack } from './reach/dial-back.ts';
import { HearthWitness } from './reach/hearth-witness.ts';
import { PeersWitness } from './reach/peers-witness.ts';
import { Waited } from './reach/waited.ts';
import { Receipts } from './receipts.ts';
import { RELAY_PORT } from './relay/elect.ts';
import { RelaySide } from './relay/index.ts';
import { SeenRecently } from './replay.ts';
import { looksRoutable } from './routable.ts';
import { ownHealth, selfCheck } from './self-check.ts';
import { TaskServer } from './server.ts';
import { openSpans, type Spans } from './spans.ts';
import { Tally } from './tally.ts';
import type { WatchedEnd, WatchedTask } from './watch.ts';
import { DirectoryWitness } from './witness.ts';

export const iicpMigrations = [...metricsMigrations, ...portMigrations, ...eventMigrations];

export interface IicpDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly vault: Vault;
  readonly settings: {
    get<P extends SettingPath>(path: P): SettingValue<P>;
    isSet(path: SettingPath): boolean;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
  readonly availability: { answer(): AvailabilityAnswer; windows(): readonly DailyWindow[] };
  /** Counts what passes through a connection. */
  readonly dataUse: { watch(connection: CountedConnection): void };
  readonly slots: Slots;
  readonly work: Work;
  readonly workStore: WorkStore;
  readonly claims: Claims;
  readonly models: ModelServers & {
    offered(): readonly Offered[];
    /** Whether all that is offered comes from Ollama. */
    onlyOllama(): boolean;
    onOffer(listener: () => void): () => void;
    kindOf(backendId: string): BackendKind | undefined;
    /** Whether a server that is set or was found has not been looked at yet. */
    checking(): boolean;
  };
  /** How the outside gets in; undefined: only by an address that the user has set. */
  readonly waysIn?: WaysIn | undefined;
  readonly lineFile: JournalDeps['lineFile'];
  /** Told when claims were settled. */
  readonly settled: () => void;
  /** Whether its tasks are told to a collector of traces, where the user has named one. */
  readonly traced: boolean;
  /** Told what a loop of this network could not go on with. */
  readonly fault: (error: unknown) => void;
}

export interface IicpOptions {
  readonly version: string;
  /** Heartbeat interval before a directory asks for another one; the protocol's 30 s. */
  readonly beatMs: number;
  /** Speak native framing beside HTTP, and say so. */
  readonly native?: boolean;
  /** The endpoint of a practice node, from the port it got; it is registered although it is local. */
  readonly localEndpoint?: (port: number) => string;
}

/** The protocol's 300 s. The number bounds memory at 16 MB a kind, and is more than 1600 tasks a second for that long. */
const SEEN = { keepMs: 300_000, most: 500_000 };
/** How long its own tasks are waited for when the network alone is left. */
const IDLE_MS = 30_000;
/** How long each kind of witness is waited for; together less than a try may take. */
const WITNESS_MS = { own: 4000, stranger: 4000, directory: 10_000 };

interface Running {
  readonly identity: Identity;
  readonly heavy: HeavyWork;
  readonly desk: Desk;
  readonly server: TaskServer;
  readonly directory: DirectoryClient;
  readonly membership: Membership;
  readonly mesh: Mesh;
  readonly relay: RelaySide;
  readonly access: Access;
  readonly journal: Journal;
  readonly spans: Spans | undefined;
  wayIn: WayIn | undefined;
  readonly stop: AbortController;
  readonly loop: Promise<unknown>;
  readonly off: readonly (() => void)[];
}

export class IicpNetwork implements Network {
  readonly id = 'iicp';
  readonly name = 'network iicp';
  readonly #deps: IicpDeps;
  readonly #options: IicpOptions;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #history: EventLog;
  readonly #seen: Record<'nonces' | 'taskIds' | 'sealed', SeenRecently>;
  /** Counts over restarts of the network, as scrapers expect. */
  readonly #tally = new Tally();
  readonly #cooperation = new Cooperation(() => this.#cooperationPolicy());
  /** Undefined: it is not told whose node this is. */
  #operator: Operator | undefined;
  readonly #waited = new Waited();
  #running: Running | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  #leaving = false;

  constructor(deps: IicpDeps, options: IicpOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#history = new EventLog(deps);
    const seen = () => new SeenRecently(deps, SEEN);
    this.#seen = { nonces: seen(), taskIds: seen(), sealed: seen() };
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Listens before it registers: the directory dials back. Rejects with PortTaken or BindRefused. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { settings, clock, logger, work, models } = this.#deps;
    this.#leaving = false;
    const directoryUrl = settings.get('networks.iicp.directoryUrl');
    const identity = await this.#openIdentity(directoryUrl);
    await this.#openOperator();
    const directory = new DirectoryClient(directoryUrl, settings.get('networks.iicp.redirectHosts'));
    const access = new Access({
      clock,
      logger,
      required: () => settings.get('networks.iicp.requireToken'),
      nodeId: identity.nodeId,
      nodeToken: () => identity.token,
      directory,
    });
    const heavy = new HeavyWork(this.#deps, new CxKeys(identity.keys(clock.now())));
    const receipts = new Receipts(
      {
        ...this.#deps,
        identity,
        directory,
        operatorHmacKey: () => settings.get('networks.iicp.operatorHmacKey'),
        enabled: () => settings.get('networks.iicp.credits'),
        renew: () => membership.renew(),
        changed: this.#deps.settled,
      },
      directoryUrl,
    );
    const desk = new Desk({
      ...this.#deps,
      heavy,
      seen: this.#seen,
      access,
      cooperation: this.#cooperation,
      accepting: () => (this.#leaving ? LEAVING : publicly(this.#deps.availability.answer())),
      policy: () => ({
        nodeId: identity.nodeId,
        maxTokens: settings.get('capacity.maxTokens'),
        idempotency: settings.get('networks.iicp.idempotency'),
      }),
      pricing: () => this.#pricing(),
      watch: (task) => this.#watch(task),
      decided: (...made) => this.#tally.decided(...made),
      claims: receipts,
    });
    const mesh = this.#openMesh(identity, directory);
    const relay = this.#openRelay(identity, directory, desk, mesh);
    const dialBack = new DialBack(
      { clock, on: () => settings.get('reachability.witnessForOthers'), waited: this.#waited },
      { local: this.#isLocal() },
    );
    const witness = this.#witness(directory, mesh);
    const listen = async (port: number) => {
      const server = new TaskServer(
        {
          clock,
          logger,
          desk,
          refused: () => work.refuse(),
          routes: [mesh.route, ...relay.routes, ...dialBack.routes],
          health: () => this.#health(identity),
          metrics: () =>
            settings.get('networks.iicp.metrics') ? this.#tally.text({ peers: mesh.peers().length }) : undefined,
          native: this.#options.native ? this.#nativeSide(identity) : undefined,
          connected: (socket) => {
            this.#deps.dataUse.watch(socket);
            this.#running?.wayIn?.arrived(socket.remoteAddress ?? '');
          },
        },
        {
          bind: settings.get('networks.iicp.bind'),
          port,
          cors: settings.get('networks.iicp.cors'),
          maxBodyBytes: settings.get('networks.iicp.maxBodyMiB') * 1024 * 1024,
        },
      );
      await server.start();
      return server;
    };
    const spans = this.#deps.traced
      ? await openSpans(this.#deps, { version: this.#options.version, nodeId: identity.nodeId })
      : undefined;
    const server = settings.isSet('networks.iicp.port')
      ? await listen(settings.get('networks.iicp.port'))
      : await new AutomaticPort(this.#deps).take(listen);
    const journal = new Journal(this.#deps, identity.nodeId);
    const membership = new Membership(
      {
        ...this.#deps,
        identity,
        directory,
        metrics: new Metrics({ ...this.#deps, outcomes: this.#deps.workStore }),
        facts: () => this.#facts(identity),
        operatorHmacKey: () => settings.get('networks.iicp.operatorHmacKey'),
        pulse: () => this.#pulse(),
        changed: () => this.#events.emit('changed', undefined),
        journal,
        beatFailed: (status, code) => this.#tally.heartbeatFailed(status, code),
        note: (kind, facts) => this.#history.note(kind, facts),
      },
      { beatMs: this.#options.beatMs },
    );
    const stop = new AbortController();
    const look = () => {
      relay.look();
      membership.wake();
      this.#events.emit('changed', undefined);
    };
    const openWayIn = () => {
      const wayIn = this.#openWayIn(server, witness, identity);
      wayIn?.onChange(look);
      return wayIn;
    };
    const settingChanged = (path: SettingPath) => {
      if (path === 'networks.iicp.endpoint' && this.#running) {
        this.#running.wayIn?.close();
        this.#running.wayIn = openWayIn();
      }
      if (path.startsWith('networks.iicp.operator')) void this.#openOperator().then(look, this.#deps.fault);
      if (path === 'networks.iicp.mesh') void mesh.turn(settings.get(path));
      look();
    };
    this.#running = {
      identity,
      heavy,
      desk,
      server,
      directory,
      membership,
      mesh,
      relay,
      access,
      journal,
      spans,
      wayIn: openWayIn(),
      stop,
      // A moment later: its first look asks this network, which must know what runs.
      loop: Promise.all(
        [membership, receipts].map((loop) =>
          Promise.resolve()
            .then(() => loop.run(stop.signal))
            .catch(this.#deps.fault),
        ),
      ),
      off: [settings.onChange(settingChanged), models.onOffer(look)],
    };
    void mesh.turn(settings.get('networks.iicp.mesh'));
    relay.start();
    this.#events.emit('changed', undefined);
  }

  slept(): void {
    this.#running?.membership.slept();
  }

  /** Takes no more tasks, lets its own end, and deregisters. */
  async leave(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#leaving = true;
    await running.desk.idle(IDLE_MS);
    await this.#endLoop(running);
    await running.membership.leave();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    await this.#endLoop(running);
    running.wayIn?.close();
    await running.relay.stop();
    await running.mesh.stop();
    running.access.stop();
    await running.server.stop();
    await running.heavy.stop();
    await running.directory.close();
    await running.journal.close();
    await running.spans?.close();
    await this.#history.flush();
    this.#events.emit('changed', undefined);
  }

  #openMesh(identity: Identity, directory: DirectoryClient): Mesh {
    const { settings, clock, logger, fault } = this.#deps;
    return new Mesh(
      {
        clock,
        logger,
        fault,
        directory,
        self: () => ({
          nodeId: identity.nodeId,
          endpoint: this.#homeless() ? '' : this.#endpoint(),
          relayCapable: this.#relayPort() !== undefined,
          relayPort: this.#relayPort() ?? RELAY_PORT,
          relayLoad: this.#running?.relay.load ?? 0,
        }),
        operatorKey: () => settings.get('networks.iicp.operatorHmacKey'),
        changed: () => this.#events.emit('changed', undefined),
      },
      { local: this.#isLocal() },
    );
  }

  #openRelay(identity: Identity, directory: DirectoryClient, desk: Desk, mesh: Mesh): RelaySide {
    const { settings, models, dataUse } = this.#deps;
    const local = this.#isLocal();
    return new RelaySide(
      {
        ...this.#deps,
        nodeId: identity.nodeId,
        directory,
        token: () => identity.token,
        settings: () => ({
          use: settings.get('networks.iicp.relayUse'),
          serve: settings.get('networks.iicp.relayServe'),
          port: settings.get('networks.iicp.relayPort'),
          bind: settings.get('networks.iicp.bind'),
          tickets: settings.get('networks.iicp.relayTickets'),
        }),
        homeless: () => !this.#ownEndpoint() && !this.#running?.wayIn?.looking(),
        mayDial: (endpoint) => local || looksRoutable(endpoint),
        peers: () => mesh.peers(),
        // Where a router opens another port than ours, callers come to that one.
        httpPort: () => httpPortOf(this.#ownEndpoint()) ?? this.#running?.server.address?.port ?? 0,
        offer: () => ({
          intent: settings.get('networks.iicp.defaultIntent'),
          models: models.offered().map(({ id }) => id),
        }),
        handle: (body, stop) => desk.handle(body, stop),
        connected: (socket) => dataUse.watch(socket),
        changed: () => {
          this.#running?.membership.wake();
          this.#events.emit('changed', undefined);
        },
      },
      { most: settings.get('networks.iicp.maxBodyMiB') * 1024 * 1024, local },
    );
  }

  /** Where workers come in, as others are told; only a node that is reached without a relay is one. */
  #relayPort(): number | undefined {
    return this.#ownEndpoint() ? this.#running?.relay.acceptPort : undefined;
  }

  /** The network is this computer's own or its neighbours'. */
  #isLocal(): boolean {
    return (
      this.#options.localEndpoint !== undefined || !looksRoutable(this.#deps.settings.get('networks.iicp.directoryUrl'))
    );
  }

  /** A practice node and one that listens for this computer alone have no outside. */
  #openWayIn(server: TaskServer, witness: OutsideWitness, identity: Identity): WayIn | undefined {
    const { settings, waysIn } = this.#deps;
    const port = server.address?.port;
    const local = ['localhost', '127.0.0.1', '::1'].includes(settings.get('networks.iicp.bind'));
    if (!waysIn || local || port === undefined || this.#options.localEndpoint) return undefined;
    return waysIn.open({
      id: 'iicp',
      transport: 'tcp',
      port,
      purpose: 'IICP tasks',
      nodeId: identity.nodeId,
      witness,
      byHand: settings.get('networks.iicp.endpoint'),
    });
  }

  /** Who tries our address from outside: the user's second Hearth, some peers, the directory. */
  #witness(directory: DirectoryClient, mesh: Mesh): OutsideWitness {
    const { clock, random, settings } = this.#deps;
    const waited = this.#waited;
    const peers = () => mesh.peers().map(({ endpoint }) => endpoint);
    const strangers = new PeersWitness({ clock, random, waited, peers }, { local: this.#isLocal() });
    const probe = new DirectoryWitness(directory, settings.get('networks.iicp.directoryUrl'));
    return new CombinedWitness(clock, () => {
      const second = settings.get('reachability.witness');
      const voices: Omit<Voice, 'withinMs'>[] = [
        ...(second ? [{ kind: 'own' as const, witness: new HearthWitness({ waited }, second) }] : []),
        ...(peers().length > 0 ? [{ kind: 'stranger' as const, witness: strangers }] : []),
        { kind: 'directory', witness: probe },
      ];
      return voices.map((voice) => ({ ...voice, withinMs: WITNESS_MS[voice.kind] }));
    });
  }

  async #endLoop(running: Running): Promise<void> {
    for (const off of running.off) off();
    running.stop.abort(new DOMException('the network stops', 'AbortError'));
    await running.loop;
  }

  status(): NetworkView {
    const { settings } = this.#deps;
    const running = this.#running;
    const view = running?.membership.view;
    const [registration, reason] = this.#registration(running);
    return {
      id: this.id,
      title: 'IICP',
      enabled: settings.get('networks.iicp.enabled'),
      registration,
      reason,
      directoryUrl: settings.get('networks.iicp.directoryUrl'),
      endpoint: this.#endpoint() || null,
      listening: running?.server.address?.text ?? null,
      nodeId: running?.identity.nodeId ?? null,
      registeredAt: view?.registeredAt ?? null,
      heartbeat: {
        sequence: view?.sequence ?? 0,
        lastAcceptedAt: view?.lastAcceptedAt ?? null,
        nextAt: view?.registered ? view.nextAt : null,
        failure: view?.beatFailure ?? null,
      },
      reputation: view?.reputation ?? null,
      mesh: running?.mesh.view() ?? null,
      relay: running?.relay.through ?? null,
      relayed: running?.relay.workers ?? null,
    };
  }

  async identify(): Promise<{ readonly nodeId: string; readonly publicKey: string }> {
    const directoryUrl = this.#deps.settings.get('networks.iicp.directoryUrl');
    const { nodeId, cxKey } = this.#running?.identity ?? (await this.#openIdentity(directoryUrl));
    return { nodeId, publicKey: cxKey.publicKey.key };
  }

  async rotateKey(): Promise<{ readonly publicKey: string }> {
    const running = this.#running;
    if (!running) throw new RotationRefused('not-registered');
    const { identity, heavy, membership } = running;
    const fresh = await identity.rotate(this.#deps.clock.now());
    // Before anybody is told of it.
    heavy.use(new CxKeys(identity.keys(this.#deps.clock.now())));
    membership.wake();
    return { publicKey: fresh.publicKey.key };
  }

  /** As it is wanted now. A key that was made is on disk before anybody is told of it. */
  async #openOperator(): Promise<void> {
    const { settings, clock } = this.#deps;
    const wanted = settings.get('networks.iicp.operator');
    const choice = {
      seed: settings.get('networks.iicp.operatorSeed'),
      since: settings.get('networks.iicp.operatorSince'),
    };
    this.#operator = wanted ? await Operator.open(this.#deps, choice, clock.now()) : undefined;
  }

  /** One at a time: of two that find none, the second takes what the first has made. */
  #openIdentity(directoryUrl: string): Promise<Identity> {
    const { random, vault } = this.#deps;
    const opened = this.#opening.then(() => Identity.open({ random, vault }, directoryUrl));
    this.#opening = opened.catch(() => undefined);
    return opened;
  }

  check(): Promise<NetworkCheck> {
    const { clock, settings, models } = this.#deps;
    const running = this.#running;
    const nobody = () => Promise.resolve(undefined);
    return selfCheck({
      clock,
      status: () => this.status(),
      health: (signal) => ownHealth(running?.server.address?.text, signal),
      directory: running?.directory ?? { listing: nobody, offers: async () => [], probe: nobody },
      proven: () => running?.wayIn?.current()?.proven,
      wanted: () => {
        const intent = settings.get('networks.iicp.defaultIntent');
        return { intent, model: models.offered().find(({ tasks }) => tasks.map(intentOf).includes(intent))?.id };
      },
    });
  }

  history(before: number, limit: number): NetworkHistory {
    return this.#history.page(before, limit);
  }

  #registration(running: Running | undefined): [NetworkView['registration'], Reason | null] {
    if (!running) return ['off', null];
    const { view } = running.membership;
    const homeless = this.#homeless();
    if (homeless) return ['local', homeless];
    if (view.registered) return view.beatFailure ? ['offline', view.beatFailure] : ['online', null];
    return view.registrationFailure ? ['offline', view.registrationFailure] : ['registering', null];
  }

  /** Why there is no address to register, if so. */
  #homeless(): Reason | null {
    const endpoint = this.#endpoint();
    if (!endpoint && this.#running?.wayIn?.looking()) {
      return { code: 'iicp.looking-for-way-in', message: 'Finding out how this computer can be reached from outside.' };
    }
    if (!endpoint && this.#running?.relay.wanted) {
      return {
        code: 'iicp.no-relay',
        message: 'This node asks for a relay that passes tasks on to it; none has let it in yet.',
        action: 'Hearth keeps asking. You can also name a relay: hearth settings set networks.iicp.relayUse HOST:9485',
      };
    }
    if (!endpoint) {
      return {
        code: 'iicp.no-endpoint',
        message: 'This node listens, but nobody outside can reach it yet.',
        action:
          'See what stands in the way on the Network page or with: hearth reach. Or set the address yourself: hearth settings set networks.iicp.endpoint http://ADDRESS:9484',
      };
    }
    if (this.#mayRegister(endpoint)) return null;
    return {
      code: 'iicp.private-endpoint',
      message: `${endpoint} can't be reached from the Internet, so it is not registered with a public directory.`,
      action: 'Set a public one: hearth settings set networks.iicp.endpoint http://ADDRESS:9484',
    };
  }

  /** A directory in the local network may list local addresses; one outside would only be sent astray. */
  #mayRegister(endpoint: string): boolean {
    return looksRoutable(endpoint) || this.#isLocal();
  }

  #endpoint(): string {
    return this.#ownEndpoint() || (this.#running?.relay.bound?.endpoint ?? '');
  }

  /** Without a relay's. */
  #ownEndpoint(): string {
    const port = this.#running?.server.address?.port;
    if (this.#options.localEndpoint && port !== undefined) return this.#options.localEndpoint(port);
    return this.#deps.settings.get('networks.iicp.endpoint') || (this.#running?.wayIn?.current()?.endpoint ?? '');
  }

  /** What the user has set wins. Only what somebody outside has seen is told; of the rest the directory makes its own picture. */
  #reach(): ReachFacts {
    const { settings } = this.#deps;
    const method = settings.get('networks.iicp.transportMethod');
    const natType = settings.get('networks.iicp.natType');
    const byHand = settings.get('networks.iicp.endpoint') !== '';
    const found = byHand ? undefined : (this.#running?.wayIn?.current() ?? undefined);
    const relay = this.#ownEndpoint() ? undefined : this.#running?.relay.bound;
    return {
      relay,
      natType: natType !== 'auto' ? natType : found?.proven ? found.natType : 'unknown',
      method: method !== 'auto' ? method : found?.method,
      exposure: found?.exposure,
      tier: found?.tier,
      lastStep: found?.lastStep,
    };
  }

  #facts(identity: Identity): NodeFacts | 'nothing' | 'wait' {
    if (this.#homeless()) return 'nothing';
    const { settings, models, availability } = this.#deps;
    // A moment later there are models to tell of, most likely.
    if (models.checking()) return 'wait';
    return {
      version: this.#options.version,
      nodeId: identity.nodeId,
      cxPublicKey: identity.cxKey.publicKey,
      endpoint: this.#endpoint(),
      native: this.#options.native ?? false,
      relayPort: this.#relayPort(),
      reach: this.#reach(),
      region: settings.get('node.region'),
      models: models.offered(),
      defaultIntent: settings.get('networks.iicp.defaultIntent'),
      maxTokens: settings.get('capacity.maxTokens'),
      maxConcurrent: settings.get('capacity.maxConcurrent'),
      tokensPerMinute: settings.get('capacity.tokensPerMinute'),
      windows: availability.windows(),
      onlyOllama: models.onlyOllama(),
      operatorHmacKey: settings.get('networks.iicp.operatorHmacKey'),
      operator: this.#operator?.block(
        identity.nodeId,
        settings.get('networks.iicp.operatorName'),
        this.#deps.clock.now(),
      ),
      policy: policyBlock(this.#cooperationPolicy()),
      price: this.#declared(),
    };
  }

  #cooperationPolicy(): CooperationPolicy {
    const { settings } = this.#deps;
    return {
      enabled: settings.get('networks.iicp.cooperation'),
      worker: settings.get('networks.iicp.cooperationWorker'),
      atOnce: settings.get('networks.iicp.cooperationAtOnce'),
      mostMs: settings.get('networks.iicp.cooperationSeconds') * 1000,
    };
  }

  /** What the directory has in its books, and what of it was received here. */
  async account(): Promise<NetworkAccount | null> {
    const running = this.#running;
    if (!running) return null;
    const { claims, clock, settings } = this.#deps;
    const place = settings.get('networks.iicp.directoryUrl');
    const sums = claims.sums('iicp', place);
    const receivedMicro = sums.reduce((all, { state, awardedMicro }) => all + (state === 'paid' ? awardedMicro : 0), 0);
    const { nodeId, token } = running.identity;
    const known = { network: 'iicp', unit: 'credit', place, claims: sums, receivedMicro };
    const claiming = settings.get('networks.iicp.credits');
    try {
      if (token === undefined) return { ...known, claiming, theirs: null, failure: NOT_KNOWN, differenceMicro: null };
      const account = await running.directory.account({ nodeId, token }, running.stop.signal);
      const differenceMicro = account.earnedMicro === null ? null : account.earnedMicro - receivedMicro;
      return { ...known, claiming, theirs: { ...account, at: clock.now() }, failure: null, differenceMicro };
    } catch (error) {
      const { code, message } = toHearthError(error);
      return { ...known, claiming, theirs: null, failure: { code, message }, differenceMicro: null };
    }
  }

  reckoning(price: Omit<PriceTry, 'network'>): Reckoning {
    const pricing = { ...this.#pricing(), ...defined(price) };
    const models = this.#deps.models.offered().map(({ id }) => id);
    return {
      unit: 'credit',
      declared: declaredOf(pricing, models)?.multiplier ?? 1,
      cap: capOf(models),
      models: models.map((id) => ({ id, multiplier: multiplierFor(pricing, id), cap: capOf([id]) })),
      micro: (tokens, model, at) => askedMicro(tokens, pricing, model, at),
      mostMicro,
    };
  }

  #pricing(): Pricing {
    const { settings } = this.#deps;
    return {
      multiplier: settings.get('pricing.iicp.multiplier'),
      model: settings.get('pricing.iicp.model'),
      models: settings.get('pricing.iicp.models'),
      sign: settings.get('pricing.iicp.sign'),
      from: settings.get('pricing.iicp.from'),
      until: settings.get('pricing.iicp.until'),
    };
  }

  #declared() {
    const { models } = this.#deps;
    return declaredOf(
      this.#pricing(),
      models.offered().map(({ id }) => id),
    );
  }

  /** What a caller of native framing is told of this node; of others it knows nothing. */
  #nativeSide(identity: Identity) {
    const { nodeId } = identity;
    return {
      nodeId: () => nodeId,
      discover: (intent: string) => {
        const { settings, models } = this.#deps;
        const facts = this.#facts(identity);
        if (typeof facts === 'string') return [];
        const offered = capabilities(models.offered(), facts.defaultIntent, facts.maxTokens).filter(
          (capability) => capability.intent === intent,
        );
        if (offered.length === 0) return [];
        const names = [...new Set(offered.flatMap((capability) => capability.models))];
        return [{ node_id: nodeId, endpoint: facts.endpoint, region: settings.get('node.region'), models: names }];
      },
    };
  }

  #pulse() {
    const { availability, settings, slots, models } = this.#deps;
    const { accepting, slots: effective } = availability.answer();
    return {
      accepting,
      effective,
      active: slots.active,
      maxConcurrent: settings.get('capacity.maxConcurrent'),
      models: models.offered().map(({ id }) => id),
      stability: models.stability(),
      price: this.#declared(),
    };
  }

  #watch(task: WatchedTask): (end: WatchedEnd) => void {
    const { spans } = this.#running ?? {};
    const span = spans?.begin(task, this.#deps.models.kindOf(task.backendId));
    return (end) => {
      this.#tally.ended(task, end);
      span?.(end);
    };
  }

  #health(identity: Identity): Readonly<Record<string, unknown>> {
    const { settings } = this.#deps;
    return healthBody({
      ...this.#pulse(),
      nodeId: identity.nodeId,
      region: settings.get('node.region'),
      intent: settings.get('networks.iicp.defaultIntent'),
      pinhole: this.#running?.wayIn?.pinhole() ?? null,
    });
  }
}

const NOT_KNOWN = {
  code: 'iicp.not-registered',
  message: 'The directory does not know this node yet, so it keeps no books of it.',
};

function defined<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as { [K in keyof T]: NonNullable<T[K]> };
}

function httpPortOf(endpoint: string): number | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, port } = new URL(endpoint);
  return protocol === 'http:' ? Number(port || 80) : undefined;
}

const LEAVING = { accepting: false, bound: 'leaving' };

/** Strangers learn that this node takes no work, and not that its user plays a game or has come home. */
function publicly({ accepting, bound }: AvailabilityAnswer): { accepting: boolean; bound: string | null } {
  return accepting ? OPEN : { accepting, bound: bound === 'draining' || bound === 'storage' ? bound : 'paused' };
}

const OPEN = { accepting: true, bound: null };
