// Finding other nodes of the mesh and being found: adverts on relays, holes punched through routers, neighbours on the local network.
// What it finds it tells its owner, who decides whom to dial; only what comes through a punched hole it hands to the links itself.

import { isPublicAddress } from '../../../reachability/addresses.ts';
import { systemLookUp } from '../../../reachability/stun/servers.ts';
import { encodeNpub, type NodeAddr, nodeAddrOf, shortNpub } from '../identity/names.ts';
import { UdpTransport } from '../transports/udp.ts';
import { type SessionMessage, SessionType } from '../wire/session-packet.ts';
import type { Advert, AdvertContent, AdvertEndpoint } from './advert.ts';
import { Adverts } from './adverts.ts';
import { localAddresses } from './attempt.ts';
import type { DiscoveryNews, DiscoveryPorts, DiscoverySettings, PunchFault } from './discovery-ports.ts';
import { Failures } from './failures.ts';
import { Lan } from './lan.ts';
import { lanScope } from './lan-records.ts';
import { OwnAdvert } from './own-advert.ts';
import { publicTargets } from './public-targets.ts';
import { ackTo, sessionHash } from './punch.ts';
import { Relays } from './relays.ts';
import { type Answer, encodeSignal, type Offer, readSignal } from './signal.ts';
import { roomFor, sweep } from './sweep.ts';
import { SWEEP_AGE_MS, SWEEP_DELAY_MS } from './times.ts';
import { type By, type Opened, Traversals } from './traversals.ts';

export interface Whereabouts {
  /** `none`: relays have no advert of it. `away`: no relay has answered. */
  readonly knownAs: 'advert' | 'none' | 'away';
  readonly endpoints: readonly AdvertEndpoint[];
}

export class Discovery {
  readonly #ports: DiscoveryPorts;
  readonly #settings: DiscoverySettings;
  readonly #news: DiscoveryNews;
  readonly #mayReach: (address: string) => boolean;
  readonly #self: string;
  readonly #adverts = new Adverts();
  readonly #failures = new Failures();
  readonly #relays: Relays;
  readonly #traversals: Traversals;
  readonly #own: OwnAdvert;
  readonly #lan: Lan;
  #stopping = new AbortController();
  #running = false;
  #startedAt = 0;
  #hasSwept = false;

  constructor(ports: DiscoveryPorts, settings: DiscoverySettings, news: DiscoveryNews) {
    this.#ports = ports;
    this.#settings = settings;
    this.#news = news;
    this.#mayReach = ports.mayReach ?? isPublicAddress;
    this.#self = ports.identity.xOnly.toString('hex');
    const { clock, random, signer, pool, logger } = ports;
    this.#relays = new Relays({
      clock,
      random,
      signer,
      pool,
      app: settings.app,
      mayReach: this.#mayReach,
      advert: (advert) => void this.#adverts.add(advert),
      signal: (pubkey, signal) => this.#traversals.receive(pubkey, signal, 'relay'),
      unpublished: (error) => logger.warn('an advert could not be kept for publication', { error }),
    });
    this.#traversals = new Traversals({
      clock,
      random,
      ...(ports.lookUp && { lookUp: ports.lookUp }),
      xOnly: ports.identity.xOnly,
      how: () => ({
        stunServers: settings.stunServers,
        local: settings.shareLocal ? localAddresses() : [],
        mayReach: this.#mayReach,
      }),
      tell: (pubkey, signal, by) => this.#tell(pubkey, signal, by),
      wants: (pubkey) => this.#wants(pubkey),
      skewed: (pubkey, skewMs) => this.#failures.skewed(pubkey, skewMs),
      opened: (opened) => this.#adopt(opened),
      failed: (pubkey, by, fault, said) => this.#failed(pubkey, by, fault, said),
    });
    const outside = { clock, random, ...(ports.lookUp && { lookUp: ports.lookUp }), mayReach: this.#mayReach };
    this.#own = new OwnAdvert(
      {
        ...outside,
        advertised: () => ports.advertised(),
        publish: (content) => this.#relays.publish(content),
      },
      settings,
    );
    this.#lan = new Lan({
      clock,
      self: () => {
        const port = ports.lanPort();
        return port === undefined ? undefined : { xOnly: ports.identity.xOnly, port, scope: lanScope(settings.app) };
      },
      nearby: (xOnly, addresses) => this.#news.nearby(xOnly, addresses),
    });
  }

  /** The pool is started already. */
  start(): void {
    this.#running = true;
    this.#stopping = new AbortController();
    this.#startedAt = this.#ports.clock.monotonic();
    this.#hasSwept = false;
    this.#relays.start();
    const { relays, lan, advertise } = this.#settings;
    if (relays.length > 0) this.#relays.publishInbox(relays);
    if (!advertise && this.#relays.mayBeRead) this.#relays.withdraw();
    if (lan) this.#lan.start();
    this.tick();
  }

  /** The advert stays: it is over by itself, and the next start would have to wait for relays that count. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#stopping.abort(new Error('discovery is stopped'));
    this.#relays.stop();
    await Promise.all([this.#traversals.stop(), ...(this.#settings.lan ? [this.#lan.stop()] : [])]);
    this.#own.forget();
  }

  /** Once a second. */
  tick(): void {
    if (!this.#running) return;
    if (this.#settings.advertise) this.#own.tick(this.#stopping.signal);
    this.#sweep();
  }

  /** The computer is in another network, or awake again. */
  networkChanged(): void {
    if (!this.#running) return;
    this.#own.moved();
    if (this.#settings.lan) this.#lan.again();
    this.tick();
  }

  /** What others read of this node; undefined: nothing. */
  get advert(): AdvertContent | undefined {
    return this.#own.content;
  }

  /** Of other nodes, those that are valid. */
  get adverts(): readonly Advert[] {
    return this.#adverts.all(this.#ports.clock.now());
  }

  /** The newest of that node that is valid, without asking for it. */
  advertOf(xOnly: Uint8Array): Advert | undefined {
    return this.#adverts.get(hexOf(xOnly), this.#ports.clock.now());
  }

  /** Attempts of that node, where any has failed or its clock was compared. */
  standingOf(xOnly: Uint8Array): ReturnType<Failures['get']> {
    return this.#failures.get(hexOf(xOnly));
  }

  isPunching(xOnly: Uint8Array): boolean {
    return this.#traversals.isUnderWay(hexOf(xOnly));
  }

  /** Where its advert says it is, names looked up; asked of the relays where it isn't known. Rejects when discovery is stopped. */
  async whereIs(xOnly: Uint8Array): Promise<Whereabouts> {
    const { clock, lookUp = systemLookUp } = this.#ports;
    const { signal } = this.#stopping;
    const { advert, known } = await this.#findAdvert(hexOf(xOnly));
    if (!advert) return { knownAs: known ? 'none' : 'away', endpoints: [] };
    return {
      knownAs: 'advert',
      endpoints: await publicTargets({ clock, lookUp }, advert.endpoints, this.#mayReach, signal),
    };
  }

  /** Begins to punch a hole to it. What comes of it is told: `punched` or `punchFailed`. False: that is under way, or too much is. */
  punch(xOnly: Uint8Array): boolean {
    const pubkey = hexOf(xOnly);
    if (!this.#running || this.#traversals.isUnderWay(pubkey)) return false;
    const addr = nodeAddrOf(xOnly);
    this.#findAdvert(pubkey).then(
      ({ advert, known }) => {
        const byRelay = advert !== undefined && this.#relays.shares(advert.signalRelays);
        const by = byRelay ? 'relay' : this.#ports.hasSession(addr) ? 'session' : undefined;
        if (by) this.#traversals.request(pubkey, by);
        else this.#failed(pubkey, 'relay', advert ? 'no-shared-relay' : known ? 'no-advert' : 'relays-away');
      },
      () => undefined,
    );
    return true;
  }

  /** What is there at its address speaks another version. False: that is known. */
  mismatched(xOnly: Uint8Array): boolean {
    return this.#failures.mismatched(hexOf(xOnly), this.#ports.clock.now());
  }

  /** What came in a session; false: it is not for discovery. */
  receive(from: NodeAddr, { type, body }: SessionMessage): boolean {
    if (type !== SessionType.offer && type !== SessionType.answer) return false;
    const key = this.#ports.keyOf(from);
    const signal = this.#running ? readSignal(body.toString()) : undefined;
    if (key && signal && (signal.type === 'offer') === (type === SessionType.offer)) {
      this.#traversals.receive(hexOf(key), signal, 'session');
    }
    return true;
  }

  async #findAdvert(pubkey: string): ReturnType<Relays['ask']> {
    const held = this.#adverts.get(pubkey, this.#ports.clock.now());
    if (held) return { advert: held, known: true };
    const found = await this.#relays.ask(pubkey, this.#stopping.signal);
    if (found.advert) this.#adverts.add(found.advert);
    return found;
  }

  #tell(pubkey: string, signal: Offer | Answer, by: By): boolean {
    if (by === 'relay') return this.#relays.tell(pubkey, signal);
    const addr = nodeAddrOf(Buffer.from(pubkey, 'hex'));
    if (!this.#ports.hasSession(addr)) return false;
    this.#ports.say(addr, { type: SessionType[signal.type], body: Buffer.from(encodeSignal(signal)) });
    return true;
  }

  #wants(pubkey: string): boolean {
    const xOnly = Buffer.from(pubkey, 'hex');
    const { mostPeers, peers } = this.#ports.room();
    const { links } = this.#ports.layer;
    return peers < mostPeers && !links.peers.has(nodeAddrOf(xOnly)) && this.#ports.admits(xOnly);
  }

  /** The very socket that the hole was punched with becomes a transport, for as long as a link uses it. */
  #adopt({ pubkey, by, outbound, sessionId, through, socket }: Opened): void {
    const xOnly = Buffer.from(pubkey, 'hex');
    const { layer, random, logger } = this.#ports;
    this.#failures.succeeded(pubkey);
    // Meanwhile it may have come by another way.
    if (!this.#running || layer.links.peers.has(nodeAddrOf(xOnly))) return;
    const { address: host, port } = through.remote;
    const session = sessionHash(sessionId);
    const id = `udp-${random.bytes(6).toString('hex')}`;
    // The other end goes on asking until it has had an answer.
    const answer = (bytes: Buffer) => ackTo(bytes, session);
    const transport = new UdpTransport({ id, bind: socket.release(), answer });
    const remote = { transport: id, address: `${host}:${port}` };
    // Nothing is waited for in between: what comes now would be lost.
    layer.adopt(transport).catch((error: unknown) => logger.warn('a punched hole could not be used', { error }));
    const dialled = layer.links.dial({ xOnly, remote });
    if (through.frame) layer.links.receive(remote, through.frame);
    logger.info('a hole was punched', { peer: shortNpub(encodeNpub(xOnly)), by, outbound, dialled });
    this.#news.punched(xOnly, { by, outbound });
  }

  #failed(pubkey: string, by: By, fault: PunchFault, said?: string): void {
    if (!this.#running) return;
    const { clock, logger } = this.#ports;
    const xOnly = Buffer.from(pubkey, 'hex');
    // A newer node reads offers in sessions alone.
    if (by === 'relay' && fault === 'no-answer' && this.#ports.hasSession(nodeAddrOf(xOnly))) {
      if (this.#traversals.request(pubkey, 'session')) return;
    }
    const { streak, cooldownUntil, crossed, warn } = this.#failures.failed(pubkey, clock.now());
    const facts = { peer: shortNpub(encodeNpub(xOnly)), by, fault, streak };
    if (warn) logger.warn('no hole could be punched', facts);
    else logger.debug('no hole could be punched', facts);
    if (crossed) void this.#recheck(pubkey).catch(() => undefined);
    this.#news.punchFailed({ xOnly, fault, said, streak, cooldownUntil });
  }

  /** Whether what is known of it is old: after too many failures it is left alone, unless there is something new to try. */
  async #recheck(pubkey: string): Promise<void> {
    const { clock } = this.#ports;
    const before = this.#adverts.get(pubkey, clock.now());
    const { advert, known } = await this.#relays.ask(pubkey, this.#stopping.signal);
    if (advert && advert.createdAt > (before?.createdAt ?? 0)) this.#adverts.add(advert);
    else if (!advert && known) this.#adverts.delete(pubkey);
    else return;
    this.#failures.succeeded(pubkey);
  }

  #sweep(): void {
    const { clock, random, standing, logger } = this.#ports;
    if (this.#settings.policy !== 'open') return;
    if (clock.monotonic() - this.#startedAt < SWEEP_DELAY_MS) return;
    const isFirst = !this.#hasSwept;
    this.#hasSwept = true;
    const now = clock.now();
    const all = this.#adverts.all(now);
    // Else the same few would be looked at each time, and many lying ones would hide the rest.
    const from = all.length === 0 ? 0 : random.int(all.length);
    const { candidates, skipped } = sweep([...all.slice(from), ...all.slice(0, from)], standing, {
      self: this.#self,
      now,
      maxAgeMs: isFirst ? SWEEP_AGE_MS : Number.POSITIVE_INFINITY,
      room: roomFor(this.#ports.room()),
      canPunch: this.#settings.stunServers.length > 0,
      inCooldown: (pubkey) => this.#failures.inCooldown(pubkey, now),
    });
    if (isFirst || candidates.length > 0) {
      logger.info('adverts were looked through', { found: candidates.length, skipped: Object.fromEntries(skipped) });
    }
    if (candidates.length > 0) this.#news.candidates(candidates);
  }
}

const hexOf = (xOnly: Uint8Array) => Buffer.from(xOnly).toString('hex');
