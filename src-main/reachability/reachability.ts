// How the outside gets in: keeps the router, tunnels and probers together, and gives networks and pages one
// picture. No prober outside is asked anything before a network wants inbound connections.

import { isIP } from 'node:net';
import type { ReachabilityView, ReachStep } from '../../src-preload/contract/reachability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { addressBytes } from './address-bytes.ts';
import { isPublicAddress } from './addresses.ts';
import type { WayFacts } from './detect/assess.ts';
import type { CarrierJudged } from './detect/carrier.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { RouterPage } from './gateway/page-title.ts';
import type { InboundAddress, InboundAddresses, InboundRequest } from './inbound.ts';
import { mappingViewsOf, pinholeOf, stepOf } from './mapped.ts';
import type { MapperSettings } from './mapper/mapper.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { MapperStep } from './mapper/steps.ts';
import type { PortRequest } from './mapping.ts';
import { type Askable, NetworkFacts } from './network-facts.ts';
import { addressText, OutsideChecks, type OutsideResult } from './outside.ts';
import { underWay } from './picture.ts';
import type { OutsideProber } from './prober.ts';
import { reportOf } from './report.ts';
import { RouterAddress } from './router-address.ts';
import { StepLog } from './step-log.ts';
import type { Datagrams } from './stun/socket.ts';
import { viewOf } from './view.ts';
import { factsOf, Way } from './way.ts';
import { within } from './within.ts';

/** The mapper of ports, as far as it is needed here. */
export interface Mapper {
  request(request: PortRequest): () => void;
  snapshot(): MapperSnapshot;
  steps(): readonly MapperStep[];
  onChange(listener: () => void): () => void;
  configure(settings: MapperSettings): void;
  /** The computer was away: leases and the router are looked at now. */
  resume(): void;
  /** A prober outside has tried the mapping of a request. */
  outside(id: string, family: 4 | 6, reached: boolean, address: string): void;
  /** Looks for a router, or checks what is held, at once. */
  probeNow(): void;
  /** For good, within a second; closes what is open. */
  stop(): Promise<void>;
}

export interface ReachabilityDeps extends Askable {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: {
    get<P extends SettingPath>(path: P): SettingValue<P>;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
  readonly gateways: {
    current(): Gateway | undefined;
    onChange(listener: () => void): () => void;
    onResume(listener: () => void): () => void;
    start(): Promise<void>;
    stop(): Promise<void>;
    look(): Promise<unknown>;
  };
  /** What the router's own page calls itself. Never rejects. */
  readonly pageTitle: (page: RouterPage, signal: AbortSignal) => Promise<string | undefined>;
  /** Tries an address by STUN, from the socket that is bound there. */
  readonly stunProber: (datagrams: Datagrams) => OutsideProber;
  /** A new one for each time that inbound connections are wanted, once the link is known. */
  readonly createMapper: (settings: MapperSettings) => Mapper;
}

const TEST_MS = 30_000;
const WAKING_MS = 10_000;
const TITLE_MS = 3000;

export class Reachability implements Service, InboundAddresses {
  readonly name = 'reachability';
  readonly #deps: ReachabilityDeps;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #ways = new Map<string, Way>();
  readonly #steps: StepLog;
  readonly #around: NetworkFacts;
  readonly #routerAddress: RouterAddress;
  #offs: (() => void)[] = [];
  #stop: AbortController | undefined;
  /** The link is watched and the router asked: only while inbound connections are wanted. */
  #mapper: Mapper | undefined;
  #offMapper: (() => void) | undefined;
  #turning = Promise.resolve();
  #starting = false;
  /** `Clock.monotonic()` of when the computer was said to be back. */
  #wokeAt = Number.NEGATIVE_INFINITY;
  #testing: Promise<void> | undefined;
  #carrierSteps = '';
  #foundAt: number | null = null;

  constructor(deps: ReachabilityDeps) {
    this.#deps = deps;
    this.#steps = new StepLog(deps);
    this.#routerAddress = new RouterAddress(deps);
    this.#around = new NetworkFacts({
      ...deps,
      wanted: () => [...this.#ways.values()].map(({ request }) => request),
      note: (...steps) => this.#steps.note(...steps),
      changed: () => this.#refresh(),
    });
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = new AbortController();
    const { settings, gateways } = this.#deps;
    this.#offs = [
      settings.onChange((path) => path.startsWith('reachability.') && this.#turn()),
      gateways.onChange(() => this.#lineChanged()),
      gateways.onResume(() => this.#mapper?.resume()),
    ];
    this.#turn();
    await this.#turning;
  }

  async stop(): Promise<void> {
    const stop = this.#stop;
    if (!stop) return;
    this.#stop = undefined;
    stop.abort(new DOMException('reachability stops', 'AbortError'));
    for (const off of this.#offs) off();
    this.#around.stop();
    // A system that is slow to tell its routes is not waited for.
    if (this.#starting) void this.#deps.gateways.stop();
    await this.#turning;
    await this.#rest();
    await Promise.all([this.#around.idle, ...[...this.#ways.values()].map((way) => way.checks.stop())]);
  }

  open(request: InboundRequest): InboundAddress {
    const tried = (result: OutsideResult) => {
      this.#tellMapper(request.id, result);
      this.#refresh();
    };
    this.#ways.get(request.id)?.close();
    const { stunProber } = this.#deps;
    const prober = request.prober ?? (request.datagrams && stunProber(request.datagrams));
    const way = new Way(request, new OutsideChecks({ ...this.#deps, tried }), prober);
    this.#ways.set(request.id, way);
    this.#turn();
    this.#refresh();
    return {
      current: () => way.advertised,
      looking: () => this.#looking(way),
      offline: () => this.#around.found.offline,
      pinhole: () => pinholeOf(this.#snapshot(), request.id),
      onChange: (listener) => way.events.on('changed', listener),
      arrived: (remote) => {
        // Some routers put their own address in the place of the stranger's.
        if (isPublicAddress(remote) || isRouter(this.#gateway, remote)) way.checks.arrived();
      },
      close: () => {
        if (this.#ways.get(request.id) === way) this.#ways.delete(request.id);
        way.close();
        this.#turn();
        this.#refresh();
      },
    };
  }

  /**
   * The system says that the computer is back, or in use again: the line, the router and how others see it are looked at now
   * rather than with the next round. Not more often than every ten seconds. Never rejects.
   */
  async woke(): Promise<void> {
    const { clock, gateways, logger } = this.#deps;
    const now = clock.monotonic();
    if (!this.#mapper || now - this.#wokeAt < WAKING_MS) return;
    this.#wokeAt = now;
    await gateways.look().catch((error: unknown) => logger.debug('the line could not be looked at', { error }));
    this.#mapper?.resume();
    this.#around.ask();
  }

  /** Looks at everything anew: the line, the router, tunnels, and from outside. Bounded to half a minute. */
  async test(): Promise<void> {
    this.#testing ??= this.#test().finally(() => {
      this.#testing = undefined;
      this.#events.emit('changed', undefined);
    });
    this.#events.emit('changed', undefined);
    await this.#testing;
  }

  view(): ReachabilityView {
    return viewOf({
      enabled: this.#deps.settings.get('reachability.enabled'),
      testing: this.#testing !== undefined,
      ways: [...this.#ways.values()].map((way) => ({ way, looking: this.#looking(way), carrier: this.#carrier(way) })),
      gateway: this.#gateway,
      foundAt: this.#foundAt,
      snapshot: this.#snapshot(),
      found: this.#around.found,
    });
  }

  /** What the router's own page calls itself; null where it does not say, or inbound connections are not wanted. */
  async routerTitle(): Promise<string | null> {
    const { clock, pageTitle } = this.#deps;
    const v4 = this.#gateway?.v4;
    if (!v4 || !this.#stop) return null;
    const asked = within(clock, TITLE_MS, this.#stop.signal, (signal) => pageTitle(v4, signal));
    return (await asked.catch(() => undefined)) ?? null;
  }

  /** Newest first. */
  log(): ReachStep[] {
    return this.#steps.with((this.#mapper?.steps() ?? []).map(stepOf));
  }

  report(addresses: boolean): string {
    return reportOf(this.view(), this.log(), { addresses, now: this.#deps.clock.now() });
  }

  /** Brings what runs in line with what is wanted, one change after the other. */
  #turn(): void {
    this.#turning = this.#turning.then(
      () => this.#bringInLine(),
      () => this.#bringInLine(),
    );
  }

  async #bringInLine(): Promise<void> {
    const { gateways, settings, createMapper } = this.#deps;
    const wanted = this.#stop !== undefined && this.#ways.size > 0;
    const asking = {
      enabled: settings.get('reachability.enabled'),
      renewEveryMs: settings.get('reachability.renewMinutes') * 60_000,
    };
    if (wanted && !this.#mapper) {
      this.#starting = true;
      await gateways.start().finally(() => {
        this.#starting = false;
      });
      if (!this.#stop) return gateways.stop();
      this.#foundAt = gateways.current() ? this.#deps.clock.now() : null;
      this.#mapper = createMapper(asking);
      this.#offMapper = this.#mapper.onChange(() => this.#refresh());
      this.#around.start();
    }
    this.#mapper?.configure(asking);
    for (const way of this.#ways.values()) {
      if (!way.request.byHand) way.release ??= this.#mapper?.request(way.request);
    }
    if (!wanted) await this.#rest();
    this.#refresh();
  }

  /** No network wants to be reached any more: what is open is closed, and no prober is asked. */
  async #rest(): Promise<void> {
    const mapper = this.#mapper;
    if (!mapper) return;
    this.#mapper = undefined;
    this.#offMapper?.();
    this.#around.stop();
    for (const way of this.#ways.values()) way.release = undefined;
    await mapper.stop();
    await this.#deps.gateways.stop();
    this.#around.forget();
    this.#routerAddress.forget();
  }

  #snapshot(): MapperSnapshot {
    return this.#mapper?.snapshot() ?? NOTHING_MAPPED;
  }

  #lineChanged(): void {
    this.#foundAt = this.#deps.gateways.current() ? this.#deps.clock.now() : null;
    this.#around.lineChanged();
    this.#refresh();
  }

  get #gateway(): Gateway | undefined {
    return this.#mapper && this.#deps.gateways.current();
  }

  async #test(): Promise<void> {
    const { gateways, clock } = this.#deps;
    const mapper = this.#mapper;
    if (!mapper || !this.#stop) return;
    const all = async () => {
      await gateways.look();
      this.#around.ask();
      mapper.probeNow();
      await this.#around.idle;
      this.#refresh();
      await Promise.all([...this.#ways.values()].map((way) => way.checks.tryNow()));
    };
    await within(clock, TEST_MS, this.#stop.signal, () => all()).catch(() => undefined);
    this.#refresh();
  }

  /** Judges every inbound address anew; notifies those concerned where something is other than before. */
  #refresh(): void {
    if (this.#routerAddress.watch(this.#snapshot())) this.#around.ask();
    for (const way of this.#ways.values()) {
      const carrier = this.#carrier(way);
      this.#noteCarrier(carrier);
      const found = this.#around.found;
      way.look(this.#snapshot());
      const seenV4 = way.searched ? this.#routerAddress.seenV4(this.#gateway, found) : undefined;
      const facts = factsOf(way.request, { snapshot: this.#snapshot(), found, carrier, seenV4 });
      way.assess(facts);
      this.#lookAgain(way, facts);
      const now = JSON.stringify([way.advertised, this.#looking(way), found.offline]);
      if (now === way.published) continue;
      way.published = now;
      const { chosen, tier } = way.assessment!;
      const chosenFacts = { port: way.request.id, way: chosen?.way ?? null, tier, proven: chosen?.proven ?? false };
      this.#steps.note({ code: 'way.chosen', facts: chosenFacts });
      way.events.emit('changed', undefined);
    }
    this.#events.emit('changed', undefined);
  }

  /** What was seen from outside before there was reason to doubt it says little. Each doubt is followed once. */
  #lookAgain(way: Way, facts: WayFacts): void {
    const { unsure, recreated } = way.doubted(facts, this.#snapshot());
    way.checks.again([...unsure, ...recreated]);
    const mapper = this.#mapper;
    // What the router says is asked after this, for its answer leads here again.
    if (unsure.length > 0 && mapper) queueMicrotask(() => this.#mapper === mapper && mapper.probeNow());
  }

  #carrier({ request }: Way): CarrierJudged {
    return this.#routerAddress.carrier(request.id, this.#snapshot(), this.#gateway, this.#around.found);
  }

  /** Once, as long as it is the same. */
  #noteCarrier({ steps }: CarrierJudged): void {
    const now = JSON.stringify(steps);
    if (now === this.#carrierSteps || steps.length === 0) return;
    this.#carrierSteps = now;
    this.#steps.note(...steps);
  }

  #looking({ request, assessment, release }: Way): boolean {
    if (!this.#stop || assessment?.chosen || request.byHand) return false;
    if (!this.#around.found.asked || assessment?.pending) return true;
    // The mapper has not been asked for it yet: one change comes after the other.
    if (this.#mapper && !release) return true;
    return mappingViewsOf(this.#snapshot(), request.id).some(underWay);
  }

  /** It mends a mapping that lets nothing in. */
  #tellMapper(id: string, { address, probeResult }: OutsideResult): void {
    if (probeResult.kind === 'unknown') return;
    for (const { family, external } of mappingViewsOf(this.#snapshot(), id)) {
      if (!external || addressText({ host: external.address, port: external.port }) !== address) continue;
      this.#mapper?.outside(id, family, probeResult.kind === 'reached', external.address);
    }
  }
}

function isRouter(gateway: Gateway | undefined, remote: string): boolean {
  const bytes = isIP(remote.split('%')[0]!) === 0 ? undefined : addressBytes(remote);
  return [gateway?.v4?.router, gateway?.v6?.router].some((router) => {
    return router !== undefined && bytes !== undefined && addressBytes(router).equals(bytes);
  });
}

const NOTHING_MAPPED: MapperSnapshot = {
  enabled: false,
  mappings: [],
  router: null,
  counters: { active: 0, external: 0, renewals: 0 },
  natClass: 'unknown',
};
