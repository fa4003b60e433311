// How the outside gets in, for whoever asks: keeps the router, tunnels and witnesses together, and tells networks and pages one
// picture. Nobody outside is asked anything before a network wants a way in.

import type {
  MappingView,
  NatType,
  OutsideProof,
  PortView,
  ReachabilityView,
  ReachStep,
  TunnelView,
} from '../../src-preload/contract/reachability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { addressKind, isPublicAddress } from './addresses.ts';
import { type Assessment, assess, type Candidate, candidatesOf, type Proven, type WayFacts } from './detect/assess.ts';
import { type CarrierJudged, judgeCarrier } from './detect/carrier.ts';
import type { Ipv6Qualified, Step } from './detect/lines.ts';
import type { Gateway } from './gateway/gateway.ts';
import { factsText, mappingViewOf, pinholeOf, renewedAt, stepOf } from './mapped.ts';
import type { MapperSettings } from './mapper/mapper.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { MapperStep } from './mapper/steps.ts';
import type { PortRequest } from './mapping.ts';
import { addressText, OutsideChecks, type OutsideResult } from './outside.ts';
import { chainOf, holds, NOT_REACHED, underWay } from './picture.ts';
import { reportOf } from './report.ts';
import type { Advertised, WayIn, WayInRequest, WaysIn } from './way-in.ts';

/** How others see this computer come from. */
export interface SeenFrom {
  readonly v4: string | null;
  readonly v6: string | null;
  readonly natType: NatType;
}

/** The mapper of ports, as far as it is needed here. */
export interface Mapper {
  request(request: PortRequest): () => void;
  snapshot(): MapperSnapshot;
  steps(): readonly MapperStep[];
  onChange(listener: () => void): () => void;
  configure(settings: MapperSettings): void;
  /** The computer was away: leases and the router are looked at now. */
  resume(): void;
  /** Somebody outside has tried the mapping of a request. */
  outside(id: string, family: 4 | 6, reached: boolean): void;
  /** Looks for a router, or checks what is held, at once. */
  probeNow(): void;
  /** For good, within a second; closes what is open. */
  stop(): Promise<void>;
}

export interface ReachabilityDeps {
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
  /** A new one for each time that somebody wants a way in, once the line is known. */
  readonly createMapper: (settings: MapperSettings) => Mapper;
  /** Public IPv4 addresses on this computer's own cards. */
  readonly publicV4: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Which of a line's lasting IPv6 addresses are worth telling; `seenFrom` as for `qualifyIpv6`. */
  readonly ipv6: (gateway: Gateway | undefined, seenFrom: string | null | undefined) => Promise<Ipv6Qualified>;
  /** The names of an address, as the name service has them; none where there are none. */
  readonly names: (address: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly stun: (servers: readonly string[], signal: AbortSignal) => Promise<SeenFrom>;
  /** Tunnels that run here, lead to this port and answer as this node. */
  readonly tunnels: (port: number, nodeId: string, signal: AbortSignal) => Promise<readonly TunnelView[]>;
}

/** What this computer's own addresses can do, and the names of the one it is seen from. */
interface Own {
  readonly publicV4: readonly string[];
  readonly ipv6: readonly string[];
  readonly names: readonly string[];
}

const NOTHING_OWN: Own = { publicV4: [], ipv6: [], names: [] };
const STUN_MS = 5000;
const NAMES_MS = 3000;
const TUNNELS_MS = 5000;
const ROUND_MS = 5 * 60_000;
const TEST_MS = 30_000;
const MOST_STEPS = 200;

export class Reachability implements Service, WaysIn {
  readonly name = 'reachability';
  readonly #deps: ReachabilityDeps;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #ways = new Map<string, Way>();
  #offs: (() => void)[] = [];
  #stop: AbortController | undefined;
  /** The line is watched and the router asked: only while somebody wants a way in. */
  #mapper: Mapper | undefined;
  #offMapper: (() => void) | undefined;
  #turning = Promise.resolve();
  #cancelRound: (() => void) | undefined;
  #round: Promise<void> | undefined;
  /** Ends the round that runs: what it finds is of a line that is no more, or for nobody. */
  #abandon: AbortController | undefined;
  #testing: Promise<void> | undefined;
  #seenFrom: (SeenFrom & { readonly at: number }) | undefined;
  #asked = false;
  #tunnels: readonly TunnelView[] = [];
  #own: Own = NOTHING_OWN;
  #carrierTold = '';
  #external: string | undefined;
  #externalSince = 0;
  #foundAt: number | null = null;
  #steps: ReachStep[] = [];

  constructor(deps: ReachabilityDeps) {
    this.#deps = deps;
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
    this.#cancelRound?.();
    await this.#turning;
    await this.#rest();
    await Promise.all([this.#round, ...[...this.#ways.values()].map((way) => way.checks.stop())]);
  }

  open(request: WayInRequest): WayIn {
    const tried = (result: OutsideResult) => {
      this.#tellMapper(request.id, result);
      this.#refresh();
    };
    const way = new Way(request, new OutsideChecks({ ...this.#deps, tried }));
    this.#ways.set(request.id, way);
    this.#turn();
    this.#refresh();
    return {
      current: () => this.#advertised(way),
      looking: () => this.#looking(way),
      pinhole: () => pinholeOf(this.#snapshot(), request.id),
      onChange: (listener) => way.events.on('changed', listener),
      arrived: (remote) => {
        if (isPublicAddress(remote)) way.checks.arrived();
      },
      close: () => {
        if (this.#ways.get(request.id) === way) this.#ways.delete(request.id);
        way.release?.();
        way.release = undefined;
        void way.checks.stop();
        this.#turn();
        this.#refresh();
      },
    };
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
    const { gateways, settings } = this.#deps;
    const gateway = this.#mapper && gateways.current();
    const snapshot = this.#snapshot();
    const [way] = this.#ways.values();
    const assessment = way?.assessment;
    const ports = [...this.#ways.values()].map((each) => this.#portView(each, snapshot));
    const mappings = ports.flatMap((port) => port.mappings);
    const proof = ports[0]?.proof ?? null;
    const enabled = settings.get('reachability.enabled');
    const carrier = way && this.#carrier(way);
    const chain = chainOf({
      enabled: enabled && !way?.request.byHand,
      wanted: this.#ways.size > 0,
      router: gateway && { at: this.#foundAt, by: routerName(gateway, snapshot) },
      mappings,
      renewedAt: renewedAt(snapshot),
      proof,
      witnessed: way?.request.witness !== undefined,
      carrierNat: carrier?.carrierNat ?? false,
      behindAnotherNat: carrier?.behindAnotherNat ?? false,
    });
    return {
      enabled,
      wanted: this.#ways.size > 0,
      testing: this.#testing !== undefined,
      tier: assessment && !this.#looking(way!) ? assessment.tier : null,
      method: assessment?.chosen?.method ?? null,
      exposure: assessment && !this.#looking(way!) ? assessment.exposure : null,
      natType: assessment?.natType ?? 'unknown',
      natClass: mappings.some(holds) || assessment?.chosen?.way === 'interface' ? 'open' : 'unknown',
      chain,
      router: gateway
        ? {
            interface: gateway.name,
            address: gateway.v4?.router ?? gateway.v6?.router ?? null,
            local: gateway.v4?.local ?? gateway.v6?.globals[0]?.address ?? null,
            name: snapshot.router?.name || null,
            model: snapshot.router?.model || null,
            behindVpn: gateway.behindVpn,
          }
        : null,
      seenFrom: this.#seenFrom ? { v4: this.#seenFrom.v4, v6: this.#seenFrom.v6, at: this.#seenFrom.at } : null,
      tunnels: [...this.#tunnels],
      ports,
      counters: {
        active: snapshot.counters.active,
        renewals: snapshot.counters.renewals,
        rebootsSeen: snapshot.router?.rebootsSeen ?? 0,
      },
      reason: assessment?.chosen || !way ? null : (chain.find(({ state }) => state === 'failed')?.reason ?? null),
    };
  }

  /** Newest first. */
  log(): ReachStep[] {
    return [...this.#steps, ...(this.#mapper?.steps() ?? []).map(stepOf)]
      .sort((a, b) => b.at - a.at)
      .slice(0, MOST_STEPS);
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
      await gateways.start();
      if (!this.#stop) return gateways.stop();
      this.#foundAt = gateways.current() ? this.#deps.clock.now() : null;
      this.#mapper = createMapper(asking);
      this.#offMapper = this.#mapper.onChange(() => this.#refresh());
      this.#startRound();
    }
    this.#mapper?.configure(asking);
    for (const way of this.#ways.values()) {
      if (!way.request.byHand) way.release ??= this.#mapper?.request(way.request);
    }
    if (!wanted) await this.#rest();
    this.#refresh();
  }

  /** Nobody wants to be reached any more: what is open is closed, and nobody is asked. */
  async #rest(): Promise<void> {
    const mapper = this.#mapper;
    if (!mapper) return;
    this.#mapper = undefined;
    this.#offMapper?.();
    this.#cancelRound?.();
    this.#abandonRound();
    for (const way of this.#ways.values()) way.release = undefined;
    await mapper.stop();
    await this.#deps.gateways.stop();
    this.#seenFrom = undefined;
    this.#asked = false;
    this.#tunnels = [];
    this.#own = NOTHING_OWN;
    this.#external = undefined;
  }

  #snapshot(): MapperSnapshot {
    return this.#mapper?.snapshot() ?? NOTHING_MAPPED;
  }

  #lineChanged(): void {
    this.#foundAt = this.#deps.gateways.current() ? this.#deps.clock.now() : null;
    this.#seenFrom = undefined;
    this.#abandonRound();
    this.#startRound();
    this.#refresh();
  }

  #abandonRound(): void {
    this.#abandon?.abort(new DOMException('the line is another', 'AbortError'));
  }

  /** STUN and tunnels, now and every few minutes; never two rounds at once. */
  #startRound(): void {
    if (!this.#mapper || !this.#stop) return;
    this.#cancelRound?.();
    if (this.#round) return;
    const abandon = new AbortController();
    this.#abandon = abandon;
    this.#round = this.#askAround(AbortSignal.any([this.#stop.signal, abandon.signal])).finally(() => {
      this.#round = undefined;
      if (!this.#mapper || !this.#stop) return;
      if (abandon.signal.aborted) return this.#startRound();
      this.#asked = true;
      this.#cancelRound = this.#deps.clock.after(ROUND_MS, () => this.#startRound());
      this.#refresh();
    });
  }

  async #askAround(signal: AbortSignal): Promise<void> {
    const { settings, clock, logger, stun, tunnels } = this.#deps;
    const servers = settings.get('reachability.stunServers');
    const [way] = this.#ways.values();
    const seen = servers.length > 0 && within(clock, STUN_MS, signal, (bounded) => stun(servers, bounded));
    const found =
      way !== undefined &&
      settings.get('reachability.tunnels') &&
      within(clock, TUNNELS_MS, signal, (bounded) => tunnels(way.request.port, way.request.nodeId, bounded));
    const [from, running] = await Promise.allSettled([seen, found]);
    if (signal.aborted) return;
    if (from.status === 'rejected') logger.debug('no STUN server answered', { error: from.reason });
    if (from.status === 'fulfilled' && from.value) {
      const before = this.#seenFrom;
      this.#seenFrom = { ...from.value, at: clock.now() };
      if (before?.v4 !== from.value.v4 || before?.v6 !== from.value.v6)
        this.#note('stun.seen', { v4: from.value.v4, v6: from.value.v6, nat: from.value.natType });
    }
    if (running.status === 'fulfilled') this.#tunnels = running.value || [];
    await this.#lookAtOwn(signal).catch((error: unknown) => {
      if (!signal.aborted) logger.debug('the own addresses could not be judged', { error });
    });
  }

  async #lookAtOwn(signal: AbortSignal): Promise<void> {
    const { clock, gateways, publicV4, ipv6, names } = this.#deps;
    const seen = this.#seenFrom;
    const [v4, qualified, named] = await within(clock, NAMES_MS, signal, (bounded) =>
      Promise.all([
        publicV4(bounded),
        ipv6(gateways.current(), seen ? seen.v6 : undefined),
        seen?.v4 ? names(seen.v4, bounded).catch(() => []) : [],
      ]),
    );
    if (signal.aborted) return;
    if (JSON.stringify(qualified.addresses) !== JSON.stringify(this.#own.ipv6)) this.#noteAll(qualified.steps);
    this.#own = { publicV4: v4, ipv6: qualified.addresses, names: named };
  }

  async #test(): Promise<void> {
    const { gateways, clock } = this.#deps;
    const mapper = this.#mapper;
    if (!mapper || !this.#stop) return;
    const all = async () => {
      await gateways.look();
      this.#startRound();
      mapper.probeNow();
      await this.#round;
      this.#refresh();
      await Promise.all([...this.#ways.values()].map((way) => way.checks.tryNow()));
    };
    await within(clock, TEST_MS, this.#stop.signal, () => all()).catch(() => undefined);
    this.#refresh();
  }

  /** Judges every way in anew; tells whom it concerns where something is other than before. */
  #refresh(): void {
    this.#watchExternal();
    for (const way of this.#ways.values()) {
      const facts = this.#facts(way);
      way.checks.watch(
        candidatesOf(facts).map(({ place }) => place),
        way.request.witness,
      );
      way.assessment = assess(facts, (candidate) => this.#proven(way, candidate));
      const told = JSON.stringify([this.#advertised(way), this.#looking(way)]);
      if (told === way.told) continue;
      way.told = told;
      const { chosen, tier } = way.assessment;
      this.#note('way.chosen', { way: chosen?.way ?? null, tier, proven: chosen?.proven ?? false });
      way.events.emit('changed', undefined);
    }
    this.#events.emit('changed', undefined);
  }

  #proven({ request, checks }: Way, { place }: Candidate): Proven {
    if (!request.witness) return 'untold';
    return checks.result(place)?.sighting.kind ?? 'pending';
  }

  /** Whether something stands between the router and the Internet that no router of ours can open. */
  #carrier({ request }: Way): CarrierJudged {
    const gateway = this.#mapper && this.#deps.gateways.current();
    const held = this.#mappingsOf(request.id).find((mapping) => mapping.family === 4 && holds(mapping));
    const told = held?.external?.address ?? this.#snapshot().router?.external ?? undefined;
    return judgeCarrier({
      external: told === undefined ? undefined : { address: told, kind: addressKind(told) },
      addressless: held === undefined && (this.#snapshot().router?.addressless ?? false),
      // Behind a VPN, what goes out by itself is seen from somewhere else than this line.
      seenFrom: (gateway?.behindVpn || this.#seenFromIsOld() ? undefined : this.#seenFrom?.v4) ?? undefined,
      names: this.#own.names,
    });
  }

  /** The router has another address than when others were asked how they see us. */
  #seenFromIsOld(): boolean {
    return this.#seenFrom !== undefined && this.#seenFrom.at < this.#externalSince;
  }

  /** Another address of the router's makes what STUN servers said a thing of the past. */
  #watchExternal(): void {
    const external = this.#snapshot()
      .mappings.filter(({ family }) => family === 4)
      .map(({ granted }) => granted?.external.address)
      .find((address) => address !== undefined);
    if (external === undefined || external === this.#external) return;
    const first = this.#external === undefined;
    this.#external = external;
    if (first) return;
    this.#externalSince = this.#deps.clock.now();
    this.#startRound();
  }

  #facts(way: Way): WayFacts {
    const { request } = way;
    const carrier = this.#carrier(way);
    const told = JSON.stringify(carrier.steps);
    if (told !== this.#carrierTold && carrier.steps.length > 0) {
      this.#carrierTold = told;
      this.#noteAll(carrier.steps);
    }
    const held = this.#mappingsOf(request.id).filter((mapping) => holds(mapping) && mapping.external);
    return {
      port: request.port,
      byHand: request.byHand ?? '',
      publicV4: this.#own.publicV4,
      globalV6: this.#own.ipv6,
      mapped: held.map((mapping) => ({
        family: mapping.family,
        external: { host: mapping.external!.address, port: mapping.external!.port },
        behindAnotherNat:
          mapping.behindAnotherNat || (carrier.behindAnotherNat && !isPublicAddress(mapping.external!.address)),
        doubtful: mapping.family === 4 && carrier.behindAnotherNat,
      })),
      tunnels: this.#tunnels.filter(({ healthy }) => healthy).map(({ url }) => url),
      relay: undefined,
      natType: this.#seenFrom?.natType ?? 'unknown',
      carrierNat: carrier.carrierNat,
    };
  }

  #looking({ request, assessment }: Way): boolean {
    if (!this.#stop || assessment?.chosen || request.byHand) return false;
    return !this.#asked || assessment?.pending === true || this.#mappingsOf(request.id).some(underWay);
  }

  #advertised(way: Way): Advertised | null {
    const { assessment } = way;
    if (!assessment?.chosen) return null;
    const { endpoint, tier, method, proven } = assessment.chosen;
    const { natType, exposure, lastStep } = assessment;
    return { endpoint, tier, method, natType, exposure, lastStep, proven };
  }

  #mappingsOf(id: string): readonly MappingView[] {
    return mappingsIn(this.#snapshot(), id);
  }

  #portView(way: Way, snapshot: MapperSnapshot): PortView {
    const { id, transport, port, purpose } = way.request;
    return {
      id,
      transport,
      port,
      purpose,
      mappings: mappingsIn(snapshot, id),
      advertised: way.assessment?.chosen?.endpoint ?? null,
      proof: this.#proofOf(way),
    };
  }

  /** Of what is told to others; else of the best that was tried. */
  #proofOf({ assessment, checks }: Way): OutsideProof | null {
    const places = [assessment?.chosen, ...(assessment?.candidates ?? [])].flatMap((each) => each?.place ?? []);
    const result = places.map((place) => checks.result(place)).find((each) => each && each.sighting.kind !== 'untold');
    if (!result) return null;
    const { address, sighting, witness, at, tookMs, seen } = result;
    const reached = sighting.kind === 'reached';
    return { address, reached, witness, at, tookMs, seen, reason: reached ? null : NOT_REACHED };
  }

  #noteAll(steps: readonly Step[]): void {
    for (const { code, facts } of steps) this.#note(code, facts);
  }

  /** It mends a mapping that lets nobody in. */
  #tellMapper(id: string, { address, sighting }: OutsideResult): void {
    if (sighting.kind === 'untold') return;
    for (const { family, external } of this.#mappingsOf(id)) {
      if (!external || addressText({ host: external.address, port: external.port }) !== address) continue;
      this.#mapper?.outside(id, family, sighting.kind === 'reached');
    }
  }

  #note(code: string, facts: Step['facts']): void {
    const step = { at: this.#deps.clock.now(), code, facts: factsText(facts) };
    this.#steps = [step, ...this.#steps].slice(0, MOST_STEPS);
  }
}

/** What somebody wants and what was found out about it. */
class Way {
  readonly request: WayInRequest;
  readonly checks: OutsideChecks;
  readonly events = new Emitter<{ changed: undefined }>();
  assessment: Assessment | undefined;
  release: (() => void) | undefined;
  /** What was announced last. */
  told = '';

  constructor(request: WayInRequest, checks: OutsideChecks) {
    this.request = request;
    this.checks = checks;
  }
}

const NOTHING_MAPPED: MapperSnapshot = {
  enabled: false,
  mappings: [],
  router: null,
  counters: { active: 0, external: 0, renewals: 0 },
  natClass: 'unknown',
};

function mappingsIn({ mappings }: MapperSnapshot, id: string): MappingView[] {
  return mappings.filter(({ request }) => request.id === id).map(mappingViewOf);
}

function routerName({ v4, v6, name }: Gateway, { router }: MapperSnapshot): string {
  return (router?.name || v4?.router) ?? v6?.router ?? name;
}

/** Rejects with the signal's reason when the time is over, whatever `work` makes of its signal. */
async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (bounded: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(ms, () => late.abort(new DOMException('no answer in time', 'TimeoutError')));
  const bounded = AbortSignal.any([signal, late.signal]);
  try {
    return await Promise.race([
      work(bounded),
      new Promise<never>((_resolve, reject) => {
        if (bounded.aborted) reject(bounded.reason);
        bounded.addEventListener('abort', () => reject(bounded.reason), { once: true });
      }),
    ]);
  } finally {
    cancel();
  }
}
