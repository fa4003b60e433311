// One run of FIPS: transports, links and routes, then the peers that are set, then all parts that stand on these; ended in reverse, with a
// goodbye to the neighbours while there are still transports to say it by.

import { EventEmitter } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { toReason } from '../../base/errors.ts';
import type { NetworkHost } from '../host.ts';
import { DOWN, NO_NEIGHBOUR, NO_PEERS, TRANSIT_SPENT } from './causes.ts';
import { type Config, peersIn, transitIn } from './config.ts';
import { controlAnswer } from './control/answers.ts';
import { ControlServer } from './control/control-server.ts';
import { Stats } from './control/stats.ts';
import { type Access, admits } from './dialing/access.ts';
import { AccessLists } from './dialing/access-lists.ts';
import { Dialer } from './dialing/dialer.ts';
import type { MayReach } from './discovery/routable.ts';
import type { History } from './history.ts';
import type { Identity } from './identity/identity.ts';
import type { NodeAddr } from './identity/names.ts';
import { LinkLayer } from './link-layer.ts';
import { Mesh } from './mesh.ts';
import { ownParts } from './own-parts.ts';
import { listenRefused, ownTransports } from './own-transports.ts';
import type { Finding, MakePart } from './parts.ts';
import { Transit } from './routing/transit.ts';
import { StartedParts } from './started-parts.ts';
import { Surroundings } from './surroundings.ts';
import { Traffic } from './traffic.ts';
import type { TransitVolume } from './transit-volume.ts';
import { OnionService } from './transports/onion-service.ts';
import type { Transport } from './transports/transport.ts';
import { DisconnectReason } from './wire/link-message.ts';

type HostParts = Pick<
  NetworkHost,
  | 'clock'
  | 'random'
  | 'logger'
  | 'committer'
  | 'read'
  | 'settings'
  | 'availability'
  | 'dataUse'
  | 'version'
  | 'fault'
  | 'inboundAddresses'
  | 'pages'
>;

export interface FipsNodeDeps {
  readonly host: HostParts;
  readonly identity: Identity;
  readonly history: Pick<History, 'note'>;
  readonly volume: TransitVolume;
  readonly changed: () => void;
  /** By default those that the settings want. */
  readonly parts?: readonly MakePart[];
  /** Which addresses that strangers name may be sent to; by default every public one. */
  readonly mayReach?: MayReach;
  /** By default those of this computer. */
  readonly interfaces?: typeof networkInterfaces;
}

export type NodeState = 'created' | 'starting' | 'running' | 'stopping' | 'stopped';

/** So long it may take until a first neighbour is there. */
const PATIENCE_MS = 30_000;
const FLUSH_TICKS = 60;

export class FipsNode {
  readonly config: Config;
  readonly identity: Identity;
  readonly mesh: Mesh;
  readonly layer: LinkLayer;
  readonly dialer: Dialer;
  readonly transit: Transit;
  readonly traffic = new Traffic();
  readonly transports: readonly Transport[];
  readonly startedAt: number;
  readonly #deps: FipsNodeDeps;
  readonly #parts: StartedParts;
  readonly #access: AccessLists;
  /** Where fipsctl is answered. */
  readonly stats: Stats | undefined;
  readonly #control: ControlServer | undefined;
  readonly #onion: OnionService | undefined;
  readonly #surroundings: Surroundings;
  /** Stands for all that is passed on, where data use is counted. */
  readonly #passed = Object.assign(new EventEmitter(), { bytesRead: 0, bytesWritten: 0 });
  #state: NodeState = 'created';
  #offSettings: () => void = () => undefined;
  #transportFailure: Reason | undefined;
  #ticks = 0;
  #wasSpent = false;

  constructor(deps: FipsNodeDeps, config: Config) {
    const { host, identity, volume } = deps;
    const { clock, random, settings } = host;
    this.#deps = deps;
    this.config = config;
    this.identity = identity;
    this.startedAt = clock.now();
    this.#surroundings = new Surroundings({
      clock,
      interfaces: deps.interfaces ?? networkInterfaces,
      own: identity.ipv6,
    });
    const epoch = random.bytes(8);
    this.transit = new Transit({
      now: () => clock.monotonic(),
      limits: () => transitIn(settings),
      isLending: () => host.availability.answer().accepting,
      monthBytes: () => volume.bytes,
      passed: (bytes) => {
        volume.add(bytes);
        this.#passed.bytesRead += bytes;
        this.#passed.bytesWritten += bytes;
      },
    });
    this.transports = ownTransports(clock, config);
    const ids = new Set(this.transports.map(({ id }) => id));
    this.mesh = new Mesh({
      clock,
      random,
      identity,
      epoch,
      transit: this.transit,
      // Links may have transports of their own: holes that were punched.
      mtuOf: (transport) => this.layer.mtuOf(transport) ?? 0,
      admits: (xOnly) => this.admits(xOnly),
      up: (peer) => this.#up(peer.addr),
      down: (peer, why) => {
        this.transit.lose(peer.addr);
        this.dialer.down(peer.addr);
        deps.history.note('peer-down', DOWN[why]);
        deps.changed();
      },
      unanswered: ({ addr }) => this.dialer.unanswered(addr),
      message: (from, message, congestion) => this.#parts.message(from, message, congestion),
      established: (addr) => {
        this.#parts.established(addr);
        deps.changed();
      },
      failed: (addr) => {
        this.#parts.failed(addr);
        deps.changed();
      },
    });
    this.layer = new LinkLayer(
      { clock, random, identity, epoch, transports: this.transports },
      {
        admits: (xOnly) => this.mesh.admits(xOnly),
        up: (peer) => this.mesh.up(peer),
        down: (peer, why) => this.mesh.down(peer, why),
        unanswered: (dial) => this.mesh.unanswered(dial),
        received: (peer, message, congestion) => this.mesh.received(peer, message, congestion),
        measured: () => this.mesh.measured(),
        ticked: () => this.#ticked(),
      },
    );
    this.mesh.attach(this.layer.links);
    this.dialer = new Dialer({
      clock,
      me: identity.nodeAddr,
      hasTransport: (id) => ids.has(id),
      dial: ({ transport, address }, xOnly, signal) => this.layer.dial({ transport, target: address, xOnly }, signal),
      isUp: (addr) => this.layer.links.peers.has(addr),
      isDialling: (addr) => this.layer.links.dials.has(addr),
      admits: (xOnly) => this.admits(xOnly),
      elsewhere: (addr) => this.#parts.elsewhere(addr),
      changed: deps.changed,
    });
    this.#access = new AccessLists(settings, () => this.#accessChanged());
    this.stats = config.controlSocket === undefined ? undefined : new Stats();
    this.#control =
      config.controlSocket === undefined
        ? undefined
        : new ControlServer(
            { clock, answer: async (request) => controlAnswer(this, { version: host.version }, request) },
            config.controlSocket,
          );
    const { identity: own, layer, mesh, dialer } = this;
    const access = { identity: own, layer, mesh, dialer, admits: (xOnly: Buffer) => this.admits(xOnly) };
    const service = config.tor?.service;
    this.#onion = service && new OnionService(clock, { ...service, changed: deps.changed });
    const around = { ...deps, onion: () => this.onion, came: () => deps.history.note('console-visited') };
    const parts = (deps.parts ?? ownParts(around, config)).map((make) => make(access));
    this.#parts = new StartedParts(parts, host.logger);
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Rejects with ListenRefused where no place to listen can be had; what was opened is closed then. */
  async start(): Promise<void> {
    const { host, history } = this.#deps;
    const { settings } = host;
    this.#state = 'starting';
    this.dialer.set(peersIn(settings));
    await Promise.all([this.#access.look(), this.#onion?.look()]);
    try {
      await this.#openTransports();
    } catch (error) {
      await this.stop();
      throw error;
    }
    host.dataUse.watch(this.#passed);
    this.#offSettings = settings.onChange((path) => this.#settingChanged(path));
    this.dialer.start();
    await this.#parts.start();
    await this.#control?.start().catch((error: unknown) => {
      host.logger.warn('fipsctl is not answered', { error });
      history.note('control-failed', this.controlFailure);
    });
    this.#state = 'running';
    history.note('started');
    this.#deps.changed();
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'stopping') return;
    this.#state = 'stopping';
    this.#offSettings();
    await this.#control?.stop();
    await this.#parts.stop();
    this.dialer.stop();
    await this.layer.stop();
    this.#passed.emit('close');
    await this.#deps.volume.flush();
    this.#state = 'stopped';
  }

  admits(xOnly: Buffer): boolean {
    return admits(this.access, xOnly);
  }

  /** Who may be a neighbour: the lists of the settings and those of the files, as one. */
  get access(): Access {
    return this.#access.all;
  }

  /** The onion service that leads here, and its port; undefined: there is none, or Tor has not named it yet. */
  get onion(): string | undefined {
    return this.#onion?.address;
  }

  /** Where fipsctl is answered; undefined: nowhere. */
  get controlPath(): string | undefined {
    return this.#control?.path;
  }

  get controlFailure(): Reason | undefined {
    return this.#control?.failure && toReason(this.#control.failure);
  }

  /** Undefined: there is nothing to find nodes by. */
  get finding(): Finding | undefined {
    return this.#parts.finding;
  }

  /** What its user wants of the parts and can't have now. */
  get partTroubles(): readonly Reason[] {
    return this.#parts.troubles;
  }

  /** Opens the pages of the Hearth on that node: a link that works once. */
  visit(node: string): Promise<string> {
    return this.#parts.visit(node);
  }

  get upMs(): number {
    return this.#deps.host.clock.now() - this.startedAt;
  }

  /** Which addresses that strangers name may be sent to; undefined: every public one. */
  get mayReach(): MayReach | undefined {
    return this.#deps.mayReach;
  }

  get wallNow(): number {
    return this.#deps.host.clock.now();
  }

  /** A moment of the monotonic clock as epoch milliseconds. */
  wall(monotonic: number): number {
    const { clock } = this.#deps.host;
    return Math.round(clock.now() + (monotonic - clock.monotonic()));
  }

  /** Lets a neighbour go, which is not dialled again by itself; false: there is none, and none was wanted. */
  disconnect(addr: NodeAddr): boolean {
    const known = this.dialer.knows(addr);
    const isUp = this.layer.links.peers.has(addr);
    this.dialer.hold(addr);
    this.layer.links.remove(addr, DisconnectReason.configurationChange);
    this.#deps.changed();
    return known || isUp;
  }

  /** Why it does not do all that it should. */
  get trouble(): Reason | undefined {
    if (this.#transportFailure) return this.#transportFailure;
    if (this.layer.links.peers.size > 0 || this.#deps.host.clock.now() - this.startedAt < PATIENCE_MS) return undefined;
    return this.dialer.standing().some(({ state }) => state !== 'idle' && state !== 'held') ? NO_NEIGHBOUR : NO_PEERS;
  }

  #up(addr: NodeAddr): void {
    this.dialer.up(addr);
    this.#deps.history.note('peer-up');
    this.#deps.changed();
  }

  async #openTransports(): Promise<void> {
    const failed = await this.layer.start();
    const { logger } = this.#deps.host;
    const refusals = [...failed].map(([id, error]) => {
      logger.warn('a transport could not be started', { transport: id, error });
      return listenRefused(this.config, id, error);
    });
    const [first] = refusals;
    if (!first) return;
    const isListening = this.transports.some(({ local }) => local !== undefined);
    if (!isListening) throw first;
    this.#transportFailure = toReason(first);
    this.#deps.history.note('transport-failed', this.#transportFailure);
  }

  #ticked(): void {
    this.#ticks += 1;
    this.lookAround();
    void this.#access.look();
    void this.#onion?.look();
    this.dialer.tick();
    this.mesh.ticked();
    this.traffic.tick(this.layer.links.peers);
    this.#countStats();
    this.#parts.tick();
    this.#lookAtVolume();
    if (this.#ticks % FLUSH_TICKS === 0) void this.#deps.volume.flush();
  }

  #countStats(): void {
    const { router, sessions } = this.mesh;
    const facts = { depth: router.tree.coordinates.length - 1, sessions: sessions.all.size };
    this.stats?.tick(this.#deps.host.clock.monotonic(), this.layer.links.peers, facts);
  }

  /** Looks now whether this computer was away or is in another network. */
  lookAround(): void {
    const change = this.state === 'running' ? this.#surroundings.look() : undefined;
    if (!change) return;
    this.layer.links.woke();
    this.dialer.hurry();
    this.#parts.networkChanged();
    this.#deps.history.note(change);
  }

  #lookAtVolume(): void {
    const isSpent = this.transit.state === 'spent';
    if (isSpent && !this.#wasSpent) this.#deps.history.note('transit-spent', TRANSIT_SPENT);
    this.#wasSpent = isSpent;
  }

  #settingChanged(path: string): void {
    if (path === 'networks.fips.peers') this.dialer.set(peersIn(this.#deps.host.settings));
    if (['peers', 'allow', 'deny', 'accessFolder'].some((name) => path === `networks.fips.${name}`))
      this.#accessChanged();
    if (path.startsWith('networks.fips.')) this.#parts.settingsChanged();
    this.#deps.changed();
  }

  /** Those that may not be neighbours any more are let go. */
  #accessChanged(): void {
    this.#access.forget();
    for (const { addr, xOnly } of this.layer.links.peers.values()) {
      if (!this.admits(xOnly)) this.layer.links.remove(addr, DisconnectReason.securityViolation);
    }
  }
}
