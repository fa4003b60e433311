// Keeps ports open at the home router for its callers: one driver for each request and family, all at one link to one router. It
// publishes one picture for each change. Nothing is published before it was granted, or after it may have ended.

import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { type Gateway, gatewayKey, stillHolds } from '../gateway/gateway.ts';
import type { Endpoint, Family, PortRequest } from '../mapping.ts';
import type { Place } from '../upnp/lan.ts';
import { RouterCalls } from './calls.ts';
import { Changes } from './changes.ts';
import { type Asking, MappingDriver, type Slot } from './driver.ts';
import type { Journal } from './journal.ts';
import { asMappingError, type LineEvents, RouterLink, type Way } from './link.ts';
import { ownAddresses } from './opening.ts';
import { Requests } from './requests.ts';
import { type NotificationSources, RouterNotifications } from './router-notifications.ts';
import { type MapperSnapshot, mappingView, routerView } from './snapshot.ts';
import { StaleMappings } from './stale-mappings.ts';
import type { MappingEvent } from './state.ts';
import { type MapperStep, Steps } from './steps.ts';

export type { Way } from './link.ts';
export type { MapperSnapshot } from './snapshot.ts';
export type { MapperStep } from './steps.ts';

export interface PortMapperDeps extends NotificationSources {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly journal: Journal;
  /** Best first. */
  readonly ways: readonly Way[];
  readonly gateways: {
    current(): Gateway | undefined;
    onChange(listener: (gateway: Gateway | undefined) => void): () => void;
  };
  /** A few characters of the node's id, for what a person reads in the router's list. */
  readonly tag: string;
}

export interface MapperSettings {
  readonly enabled: boolean;
  /** Ask at least this often, milliseconds; only shortens what the granted lifetimes ask for. */
  readonly renewEveryMs: number;
}

/** What passes unnoticed on one of the clocks: more is a sleep, or a clock that was set. */
const JUMP_MS = 5000;
const STOP_MS = 950;

export class PortMapper {
  readonly #deps: PortMapperDeps;
  readonly #calls: RouterCalls;
  readonly #steps: Steps;
  readonly #events = new Emitter<{ change: MapperSnapshot }>();
  readonly #changes = new Changes(() => this.#publish());
  readonly #staleMappings: StaleMappings;
  readonly #requests = new Requests({
    changes: this.#changes,
    create: (...asked) => this.#newDriver(...asked),
    begin: (driver) => this.#begin(driver),
  });
  /** What was published last of each, to count what is another one. */
  readonly #published = new WeakMap<MappingDriver, string>();
  #settings: MapperSettings;
  #link: RouterLink | undefined;
  #notifications: RouterNotifications | undefined;
  readonly #offGateways: () => void;
  #stopped: Promise<void> | undefined;
  #offset: number;
  #externals = 0;
  #renewals = 0;
  #snapshot: MapperSnapshot;
  #shown = '';
  /** What the answer that is being taken in has brought back. */
  #justGranted: MappingDriver | undefined;

  constructor(deps: PortMapperDeps, settings: MapperSettings) {
    this.#deps = deps;
    this.#settings = settings;
    this.#calls = new RouterCalls(deps);
    this.#steps = new Steps(deps);
    this.#staleMappings = new StaleMappings({
      ...deps,
      calls: this.#calls,
      steps: this.#steps,
      drivers: (requestId, family) => this.#requests.of(requestId, family),
    });
    this.#offset = deps.clock.now() - deps.clock.monotonic();
    this.#snapshot = this.#picture();
    this.#offGateways = deps.gateways.onChange((gateway) => this.#lineChanged(gateway));
    this.#lineChanged(deps.gateways.current());
  }

  /** Asks for a port until the returned function is called. The same id again is the same request. */
  request(request: PortRequest): () => void {
    return this.#requests.add(request);
  }

  snapshot(): MapperSnapshot {
    return this.#snapshot;
  }

  /** What was tried and what came of it, oldest first. */
  steps(): readonly MapperStep[] {
    return this.#steps.list();
  }

  /** Called with every change, once, with the whole of it. Returns its off. */
  onChange(listener: (snapshot: MapperSnapshot) => void): () => void {
    return this.#events.on('change', listener);
  }

  configure(settings: MapperSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (this.#stopped) return;
    this.#changes.run(() => {
      if (before.enabled !== settings.enabled) this.#steps.add(settings.enabled ? 'switched-on' : 'switched-off');
      for (const driver of this.#requests.drivers()) {
        if (!settings.enabled) driver.send({ kind: 'off' });
        else if (!before.enabled) this.#begin(driver);
        else driver.send({ kind: 'configChanged' });
      }
    });
  }

  /** The computer was away: what was known of time and leases is checked. */
  resume(): void {
    const { clock } = this.#deps;
    const offset = clock.now() - clock.monotonic();
    const sleptMs = Math.max(0, offset - this.#offset);
    this.#offset = offset;
    if (this.#stopped) return;
    this.#link?.reboots.forget();
    this.#notifications?.again();
    this.#changes.run(() => {
      this.#steps.add('resumed', { sleptMs: Math.round(sleptMs) });
      for (const driver of this.#requests.drivers()) driver.send({ kind: 'resume', sleptMs });
    });
  }

  /** What a prober outside found about what a mapping leads to; `address`: which, where there are several. */
  outside(requestId: string, family: Family, ok: boolean, address?: string): void {
    const all = this.#requests.of(requestId, family);
    const driver = all.find(({ state }) => {
      const { lease } = state;
      return lease !== undefined && (address === undefined || lease.mapping.external.address === address);
    });
    if (!driver) return;
    this.#changes.run(() => {
      driver.note(ok ? 'outside-reached' : 'outside-failed');
      driver.send({ kind: 'outsideCheck', ok });
    });
  }

  /** Looks for a router, or checks what is held, at once. */
  probeNow(): void {
    this.#changes.run(() => {
      for (const driver of this.#requests.drivers()) {
        const { lease } = driver.state;
        driver.send(lease ? { kind: 'announce' } : { kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** Publishes nothing any more, then closes every port once, all at the same time. Within a second; never rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    this.#offGateways();
    this.#staleMappings.cancel();
    const link = this.#link;
    const deaf = this.#notifications?.end(true);
    const others = link && this.#staleMappings.closeNow(link);
    const gone = this.#requests.end();
    const late = new AbortController();
    const limit = this.#deps.clock.sleep(STOP_MS, late.signal).catch(() => undefined);
    await Promise.race([Promise.all([gone, others, deaf]), limit]);
    late.abort(new Error('all have stopped'));
    link?.end();
    this.#link = undefined;
    this.#changes.run(() => {
      this.#steps.add('stopped');
      this.#requests.drop();
    });
  }

  #newDriver(slot: Slot, stopped: () => void): MappingDriver {
    const driver: MappingDriver = new MappingDriver(
      {
        ...this.#deps,
        calls: this.#calls,
        steps: this.#steps,
        changes: this.#changes,
        renewEveryMs: () => this.#settings.renewEveryMs,
        link: () => this.#link,
      },
      slot,
      {
        due: (due) => this.#due(driver, due),
        answered: (...answer) => this.#answered(driver, ...answer),
        stopped,
      },
    );
    return driver;
  }

  #begin(driver: MappingDriver): void {
    const { enabled } = this.#settings;
    const { request, family } = driver;
    const others = this.#requests.of(request.id, family).filter((each) => each !== driver);
    const taken = others.map(({ internal }) => internal?.address);
    const own = this.#link ? ownAddresses(this.#link.gateway, family) : [];
    const address = own.find((each) => !taken.includes(each));
    driver.internal = address === undefined ? undefined : { address, port: request.port };
    driver.send({ kind: 'networkChanged', present: enabled && address !== undefined });
  }

  #due(driver: MappingDriver, due: number): void {
    const { clock } = this.#deps;
    // Suspended, or stopped by a signal: whatever was planned is checked instead.
    const late = clock.monotonic() - due > JUMP_MS;
    if (late || Math.abs(clock.now() - clock.monotonic() - this.#offset) > JUMP_MS) this.resume();
    this.#changes.run(() => driver.send({ kind: 'tick' }));
  }

  #answered(driver: MappingDriver, asked: Asking, event: MappingEvent, link: RouterLink): void {
    const { family } = driver;
    if (event.kind === 'granted') {
      const { mapping } = event;
      if (asked.kind === 'renew') this.#renewals += 1;
      this.#justGranted = driver;
      link.count(mapping.protocol, family, mapping.epoch);
      this.#justGranted = undefined;
      this.#closeStaleMappings(link);
      const moved = asked.kind === 'renew' && mapping.external.address !== asked.mapping.external.address;
      if (moved) this.#moved(driver);
    }
    const protocol = link.client(asked.way)?.protocol;
    if (event.kind === 'checked' && protocol) link.count(protocol, family, event.answer.epoch);
  }

  /** Another external address for one is another one for all. */
  #moved(driver: MappingDriver): void {
    driver.note('moved');
    const now = driver.state.lease?.mapping.external.address;
    for (const other of this.#requests.drivers()) {
      const { lease } = other.state;
      const old = lease && driver.family === 4 && other.family === 4 && lease.mapping.external.address !== now;
      if (old) other.send({ kind: 'epochLost' });
    }
  }

  #lineChanged(found: Gateway | undefined): void {
    const before = this.#link?.gateway;
    if (before && found && gatewayKey(before) === gatewayKey(found)) return;
    const holds = (family: Family, address: string | undefined) =>
      address !== undefined && before && found ? stillHolds(family, address, before, found) : false;
    const held = [...this.#requests.drivers()].filter(({ family, state }) =>
      holds(family, state.lease?.mapping.internal.address),
    );
    const same = held.length > 0 || holds(4, before?.v4?.local);
    // As the journal knows it.
    const gateway = found && same ? { ...found, hardware: found.hardware ?? before?.hardware } : found;
    void this.#notifications?.end(same);
    this.#staleMappings.cancel();
    this.#link?.end();
    this.#link = gateway && this.#newLine(gateway, same ? this.#link : undefined);
    this.#notifications = gateway && this.#newNotifications(gateway);
    this.#changes.run(() => {
      this.#steps.add('network-changed', gateway ? { router: gateway.v4?.router ?? gateway.v6?.router ?? '' } : {});
      for (const driver of this.#requests.drivers()) if (!held.includes(driver)) driver.internal = undefined;
      for (const driver of this.#requests.drivers()) {
        // What the router holds for an address that stays is looked after at once, and published all the while.
        if (held.includes(driver)) driver.send({ kind: 'resume', sleptMs: 0 });
        else this.#begin(driver);
      }
      if (held.length > 0) this.#link?.search();
    });
  }

  #newNotifications(gateway: Gateway): RouterNotifications {
    return new RouterNotifications(this.#deps, gateway, {
      announced: () => this.#announced(),
      noticed: () => {
        this.#steps.add('announced');
        this.#lookByUpnp();
      },
      restarted: () => this.#lookByUpnp(),
    });
  }

  #newLine(gateway: Gateway, before: RouterLink | undefined): RouterLink {
    const tell = (send: () => void) => {
      if (this.#link === link) this.#changes.run(send);
    };
    const events: LineEvents = {
      searching: () => tell(() => this.#steps.add('searching')),
      answered: (way, { tookMs }) => tell(() => this.#steps.add('way-answered', { way, tookMs: Math.round(tookMs) })),
      failed: (way, { reason, kind }) => tell(() => this.#failedWay(link, { way, kind, reason })),
      found: () => tell(() => this.#found(link)),
      absent: (error) => tell(() => this.#absent(error)),
      rebooted: () => tell(() => this.#rebooted(this.#justGranted)),
    };
    const link: RouterLink = new RouterLink(this.#deps, gateway, events, before);
    return link;
  }

  #failedWay(link: RouterLink, facts: MapperStep['facts']): void {
    this.#steps.add('way-failed', facts);
    if (facts.reason === 'double-nat') link.addressless = true;
    // The last one of the round has answered, or not, only after this.
    this.#changes.afterwards(() => {
      if (this.#link === link && link.settled) this.#changes.run(() => this.#noWay(link));
    });
  }

  #found(link: RouterLink): void {
    for (const driver of this.#requests.drivers()) {
      const ways = link.ways(driver.family);
      if (ways.length > 0) driver.send({ kind: 'found', ways: this.#staleMappings.first(link, driver, ways) });
    }
    this.#noWay(link);
    this.#closeStaleMappings(link);
  }

  /** A family that none of those who answered can do. */
  #noWay(link: RouterLink): void {
    if (!link.settled || link.answering().length === 0) return;
    for (const driver of this.#requests.drivers()) {
      if (link.ways(driver.family).length === 0) driver.send({ kind: 'absent', error: undefined });
    }
  }

  #absent(error: Parameters<typeof asMappingError>[0]): void {
    this.#steps.add('nobody-answered');
    const absent = error === undefined ? undefined : asMappingError(error, 'probe');
    for (const driver of this.#requests.drivers()) driver.send({ kind: 'absent', error: absent });
  }

  #announced(): void {
    this.#changes.run(() => {
      this.#steps.add('announced');
      // One question is enough: all learn from the count that comes with its answer. Who holds nothing looks for the router.
      let asked = false;
      for (const driver of this.#requests.drivers()) {
        const { phase, lease, call } = driver.state;
        if (lease && !call && !asked) {
          asked = true;
          driver.send({ kind: 'announce' });
        } else if (phase === 'lost' || phase === 'unavailable') driver.send({ kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** By UPnP no answer has a count from which the others could learn: each is looked for. */
  #lookByUpnp(): void {
    this.#changes.run(() => {
      for (const driver of this.#requests.drivers()) {
        const { phase, lease, call } = driver.state;
        if (lease?.mapping.protocol === 'upnp' && !call) driver.send({ kind: 'announce' });
        else if (phase === 'lost') driver.send({ kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** `except`: what the answer with it has just brought back. */
  #rebooted(except: MappingDriver | undefined): void {
    this.#steps.add('router-restarted');
    for (const driver of this.#requests.drivers()) if (driver !== except) driver.send({ kind: 'epochLost' });
  }

  /** Where a router that holds something for us by UPnP tells of changes. */
  #eventsAt(): Place | undefined {
    for (const { state } of this.#requests.drivers()) {
      const { lease } = state;
      const place = lease && this.#link?.client(lease.way)?.eventsAt?.();
      if (place) return place;
    }
    return undefined;
  }

  #closeStaleMappings(link: RouterLink): void {
    if (!this.#stopped) this.#staleMappings.closeSoon(link);
  }

  #publish(): void {
    if (!this.#stopped) this.#notifications?.attend(this.#eventsAt());
    const next = this.#picture();
    const shown = JSON.stringify(next);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#snapshot = next;
    this.#events.emit('change', next);
  }

  #picture(): MapperSnapshot {
    const times = { steady: this.#deps.clock.monotonic(), offset: this.#offset };
    // Of addresses that are not there one stands for all.
    const shown = [...this.#requests.drivers()].filter(({ nth, internal }) => nth === 0 || internal !== undefined);
    const mappings = shown.map((driver) => {
      const view = mappingView(driver.request, driver.family, driver.state, times);
      this.#tell(driver, view.external);
      return view;
    });
    const active = mappings.filter(({ external }) => external).length;
    return {
      enabled: this.#settings.enabled,
      mappings,
      router: this.#link ? routerView(this.#link) : null,
      counters: { active, external: this.#externals, renewals: this.#renewals },
      natClass: active > 0 ? 'open' : 'unknown',
    };
  }

  #tell(driver: MappingDriver, external: Endpoint | null): void {
    const now = external ? JSON.stringify(external) : '';
    if (external && now !== (this.#published.get(driver) ?? '')) this.#externals += 1;
    this.#published.set(driver, now);
  }
}
