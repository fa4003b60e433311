// Keeps ports open at the home router for whoever asked: drives the state machines, one for each request and family, and
// publishes one picture for each change. Nothing is told to others before it was granted, or after it may have ended.

import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { type Gateway, gatewayKey } from '../gateway/gateway.ts';
import type { Endpoint, Family, PortRequest } from '../mapping.ts';
import { RouterCalls } from './calls.ts';
import type { Journal } from './journal.ts';
import { asMappingError, RouterLine, type Way } from './line.ts';
import { mappingStep } from './machine.ts';
import { internalOf, routerKey } from './opening.ts';
import { type MapperSnapshot, mappingView } from './snapshot.ts';
import { type MappingEffect, type MappingEvent, type MappingState, newMapping, nextTick } from './state.ts';
import { type MapperStep, type MapperStepCode, Steps } from './steps.ts';

export type { Way } from './line.ts';
export type { MapperSnapshot } from './snapshot.ts';
export type { MapperStep, MapperStepCode } from './steps.ts';

export interface PortMapperDeps {
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
  /** Calls `hint` when the router seems to have something new; returns what ends it. */
  readonly announcements?: (gateway: Gateway, hint: () => void) => () => void;
  /** The same for a router that has only UPnP to say it with. */
  readonly notices?: (gateway: Gateway, hint: () => void) => () => void;
  /** A few characters of the node's id, for what a person reads in the router's list. */
  readonly tag: string;
}

export interface MapperSettings {
  readonly enabled: boolean;
  /** Ask at least this often, milliseconds; only shortens what the granted lifetimes ask for. */
  readonly renewEveryMs: number;
}

interface Entry {
  readonly key: string;
  readonly request: PortRequest;
  readonly family: Family;
  state: MappingState;
  call: { readonly number: number; readonly abort: AbortController } | undefined;
  cancelTick: (() => void) | undefined;
  /** What others were told last, to count what is another one. */
  told: string;
}

const FAMILIES = [4, 6] as const;
/** What passes unnoticed on one of the clocks: more is a sleep, or a clock that somebody has set. */
const JUMP_MS = 5000;
/** Whoever wants a port after a start has asked by then; what nobody wants is closed. */
const TIDY_MS = 5000;
const STOP_MS = 950;

export class PortMapper {
  readonly #deps: PortMapperDeps;
  readonly #calls: RouterCalls;
  readonly #steps: Steps;
  readonly #events = new Emitter<{ change: MapperSnapshot }>();
  readonly #entries = new Map<string, Entry>();
  /** Asked for again while what was had for them before is being closed. */
  readonly #successors = new Map<string, PortRequest>();
  /** What is to be done when the change is published. */
  readonly #todo: (() => void)[] = [];
  #depth = 0;
  #settings: MapperSettings;
  #line: RouterLine | undefined;
  #endLine: (() => void) | undefined;
  #offGateways: (() => void) | undefined;
  #stopped: Promise<void> | undefined;
  #offset: number;
  #externals = 0;
  #renewals = 0;
  #snapshot: MapperSnapshot;
  #shown = '';
  #waiting: (() => void)[] = [];
  #justGranted: Entry | undefined;
  #cancelTidy: (() => void) | undefined;

  constructor(deps: PortMapperDeps, settings: MapperSettings) {
    this.#deps = deps;
    this.#settings = settings;
    this.#calls = new RouterCalls(deps);
    this.#steps = new Steps(deps);
    this.#offset = deps.clock.now() - deps.clock.monotonic();
    this.#snapshot = this.#picture();
    this.#offGateways = deps.gateways.onChange((gateway) => this.#lineChanged(gateway));
    this.#lineChanged(deps.gateways.current());
  }

  /** Asks for a port until the returned function is called. The same id again is the same request. */
  request(request: PortRequest): () => void {
    const key = (family: Family) => `${request.id}/${family}`;
    if (this.#stopped) return () => {};
    this.#change(() => {
      for (const family of FAMILIES) {
        const before = this.#entries.get(key(family));
        if (before?.state.phase === 'stopping') this.#successors.set(before.key, request);
        else if (!before) this.#enter(request, family);
      }
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#change(() => {
        for (const family of FAMILIES) {
          const entry = this.#entries.get(key(family));
          if (!this.#successors.delete(key(family)) && entry) this.#send(entry, { kind: 'stop' });
        }
      });
    };
  }

  #enter(request: PortRequest, family: Family): void {
    const key = `${request.id}/${family}`;
    const entry = { key, request, family, state: newMapping, call: undefined, cancelTick: undefined, told: '' };
    this.#entries.set(key, entry);
    this.#begin(entry);
  }

  snapshot(): MapperSnapshot {
    return this.#snapshot;
  }

  /** What was tried and what came of it, oldest first. */
  steps(): readonly MapperStep[] {
    return this.#steps.list();
  }

  /** Told of every change, once, with the whole of it. Returns its off. */
  onChange(listener: (snapshot: MapperSnapshot) => void): () => void {
    return this.#events.on('change', listener);
  }

  configure(settings: MapperSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (this.#stopped) return;
    this.#change(() => {
      if (before.enabled !== settings.enabled) this.#steps.add(settings.enabled ? 'switched-on' : 'switched-off');
      for (const entry of this.#entries.values()) {
        if (!settings.enabled) this.#send(entry, { kind: 'off' });
        else if (!before.enabled) this.#begin(entry);
        else this.#send(entry, { kind: 'configChanged' });
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
    this.#line?.reboots.forget();
    this.#change(() => {
      this.#steps.add('resumed', { sleptMs: Math.round(sleptMs) });
      for (const entry of this.#entries.values()) this.#send(entry, { kind: 'resume', sleptMs });
    });
  }

  /** What somebody outside found about what a mapping leads to. */
  outside(requestId: string, family: Family, ok: boolean): void {
    const entry = this.#entries.get(`${requestId}/${family}`);
    if (!entry) return;
    this.#change(() => {
      this.#note(entry, ok ? 'outside-reached' : 'outside-failed');
      this.#send(entry, { kind: 'outsideCheck', ok });
    });
  }

  /** Looks for a router, or checks what is held, at once. */
  probeNow(): void {
    this.#change(() => {
      for (const entry of this.#entries.values()) {
        const { lease } = entry.state;
        this.#send(entry, lease ? { kind: 'announce' } : { kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** Tells nobody any more, then closes every port once, all at the same time. Within a second; never rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    this.#offGateways?.();
    this.#endLine?.();
    const line = this.#line;
    const others = line ? this.#leftBehind(line).map((row) => this.#calls.removeRow(line, row)) : [];
    this.#change(() => {
      for (const entry of this.#entries.values()) this.#send(entry, { kind: 'stop' });
    });
    const all = new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#wake();
    });
    const late = new AbortController();
    const limit = this.#deps.clock.sleep(STOP_MS, late.signal).catch(() => undefined);
    await Promise.race([Promise.all([all, ...others]), limit]);
    late.abort(new Error('all have stopped'));
    line?.end();
    this.#line = undefined;
    for (const entry of this.#entries.values()) entry.cancelTick?.();
    this.#change(() => {
      this.#steps.add('stopped');
      this.#entries.clear();
    });
  }

  #wake(): void {
    if ([...this.#entries.values()].some(({ state }) => state.phase !== 'stopped')) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #begin(entry: Entry): void {
    const { enabled } = this.#settings;
    const internal = this.#line && internalOf(this.#line.gateway, entry.family, entry.request.port);
    this.#send(entry, { kind: 'networkChanged', present: enabled && internal !== undefined });
  }

  #lineChanged(gateway: Gateway | undefined): void {
    const before = this.#line?.gateway;
    if (before && gateway && gatewayKey(before) === gatewayKey(gateway)) return;
    this.#endLine?.();
    this.#line?.end();
    const line = gateway && this.#newLine(gateway);
    this.#line = line;
    const endAnnouncements = gateway && this.#deps.announcements?.(gateway, () => this.#announced());
    const endNotices = gateway && this.#deps.notices?.(gateway, () => this.#noticed());
    this.#endLine = () => {
      endAnnouncements?.();
      endNotices?.();
      this.#cancelTidy?.();
      this.#cancelTidy = undefined;
    };
    this.#change(() => {
      this.#steps.add('network-changed', gateway ? { router: gateway.v4?.router ?? gateway.v6?.router ?? '' } : {});
      for (const entry of this.#entries.values()) this.#begin(entry);
    });
  }

  #newLine(gateway: Gateway): RouterLine {
    const tell = (send: () => void) => {
      if (this.#line === line) this.#change(send);
    };
    const line: RouterLine = new RouterLine(this.#deps, gateway, {
      searching: () => tell(() => this.#steps.add('searching')),
      answered: (way, { tookMs }) => tell(() => this.#steps.add('way-answered', { way, tookMs: Math.round(tookMs) })),
      failed: (way, { reason, kind }) => tell(() => this.#failedWay(line, { way, kind, reason })),
      found: () => tell(() => this.#found(line)),
      absent: (error) => tell(() => this.#absent(error)),
      rebooted: () => tell(() => this.#rebooted(this.#justGranted)),
    });
    return line;
  }

  #failedWay(line: RouterLine, facts: MapperStep['facts']): void {
    this.#steps.add('way-failed', facts);
    if (facts.reason === 'double-nat') line.addressless = true;
    // The last one of the round has answered, or not, only after this.
    this.#todo.push(() => {
      if (this.#line === line && line.settled) this.#change(() => this.#noWay(line));
    });
  }

  #found(line: RouterLine): void {
    for (const entry of this.#entries.values()) {
      const ways = line.ways(entry.family);
      if (ways.length > 0) this.#send(entry, { kind: 'found', ways: this.#known(line, entry, ways) });
    }
    this.#noWay(line);
    this.#tidySoon(line);
  }

  /** A family that none of those who answered can do. */
  #noWay(line: RouterLine): void {
    if (!line.settled || line.answering().length === 0) return;
    for (const entry of this.#entries.values()) {
      if (line.ways(entry.family).length === 0) this.#send(entry, { kind: 'absent', error: undefined });
    }
  }

  #absent(error: Parameters<typeof asMappingError>[0]): void {
    this.#steps.add('nobody-answered');
    const told = error === undefined ? undefined : asMappingError(error, 'probe');
    for (const entry of this.#entries.values()) this.#send(entry, { kind: 'absent', error: told });
  }

  /** What is open from before is taken up by the way that it was opened by: without a gap, and never twice. */
  #known(line: RouterLine, { request, family }: Entry, ways: readonly string[]): readonly string[] {
    const router = routerKey(line.gateway);
    const rows = this.#deps.journal.list();
    const before = rows.find((row) => row.router === router && row.request === request.id && row.family === family);
    if (!before || !ways.includes(before.way) || !line.answering().includes(before.way)) return ways;
    return [before.way, ...ways.filter((way) => way !== before.way)];
  }

  #announced(): void {
    this.#change(() => {
      this.#steps.add('announced');
      // One question is enough: all learn from the count that comes with its answer. Who holds nothing looks for the router.
      let asked = false;
      for (const entry of this.#entries.values()) {
        const { phase, lease, call } = entry.state;
        if (lease && !call && !asked) {
          asked = true;
          this.#send(entry, { kind: 'announce' });
        } else if (phase === 'lost' || phase === 'unavailable') this.#send(entry, { kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** By UPnP no answer has a count from which the others could learn: each is looked for. */
  #noticed(): void {
    this.#change(() => {
      this.#steps.add('announced');
      for (const entry of this.#entries.values()) {
        const { phase, lease, call } = entry.state;
        if (lease?.mapping.protocol === 'upnp' && !call) this.#send(entry, { kind: 'announce' });
        else if (phase === 'lost') this.#send(entry, { kind: 'resume', sleptMs: 0 });
      }
    });
  }

  /** `except`: what the answer that told it has just brought back. */
  #rebooted(except: Entry | undefined): void {
    this.#steps.add('router-restarted');
    for (const entry of this.#entries.values()) if (entry !== except) this.#send(entry, { kind: 'epochLost' });
  }

  #tidySoon(line: RouterLine): void {
    if (this.#stopped) return;
    this.#cancelTidy ??= this.#deps.clock.after(TIDY_MS, () => {
      this.#cancelTidy = undefined;
      this.#tidy(line);
    });
  }

  /** Closes what an earlier run, or a way that did not answer in time, has left at this very router. */
  #tidy(line: RouterLine): void {
    const now = this.#deps.clock.now();
    for (const row of this.#deps.journal.list()) {
      if (row.endsAt !== null && row.endsAt < now) void this.#calls.forget(row);
    }
    for (const row of this.#leftBehind(line)) {
      void this.#calls.removeRow(line, row).then((removed) => {
        this.#steps.add(removed ? 'removed' : 'left-behind', { way: row.way, port: row.externalPort }, row);
      });
    }
  }

  #leftBehind(line: RouterLine) {
    const router = routerKey(line.gateway);
    const answering = line.answering();
    return this.#deps.journal.list().filter((row) => {
      const entry = this.#entries.get(`${row.request}/${row.family}`);
      const used = entry?.state.lease?.way ?? entry?.state.open;
      return row.router === router && answering.includes(row.way) && used !== row.way;
    });
  }

  /** Another external address for one is another one for all. */
  #moved(entry: Entry): void {
    this.#note(entry, 'moved');
    const now = entry.state.lease?.mapping.external.address;
    for (const other of this.#entries.values()) {
      const { lease } = other.state;
      const old = lease && other.family === entry.family && lease.mapping.external.address !== now;
      if (old) this.#send(other, { kind: 'epochLost' });
    }
  }

  #send(entry: Entry, event: MappingEvent): void {
    const { clock, random } = this.#deps;
    const { renewEveryMs } = this.#settings;
    const before = entry.state;
    const { state, effects } = mappingStep(before, event, { now: clock.monotonic(), random, renewEveryMs });
    entry.state = state;
    if (before.lease && !state.lease) this.#note(entry, 'withdrawn', { phase: state.phase });
    for (const effect of effects) this.#todo.push(() => this.#run(entry, effect));
    this.#arm(entry);
    if (state.phase === 'stopped') this.#gone(entry);
  }

  #gone(entry: Entry): void {
    entry.cancelTick?.();
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    const successor = this.#successors.get(entry.key);
    this.#successors.delete(entry.key);
    if (successor && !this.#stopped) this.#enter(successor, entry.family);
    this.#wake();
  }

  #arm(entry: Entry): void {
    entry.cancelTick?.();
    entry.cancelTick = undefined;
    const due = nextTick(entry.state);
    if (due === Number.POSITIVE_INFINITY || entry.state.phase === 'stopped') return;
    const { clock } = this.#deps;
    entry.cancelTick = clock.after(Math.max(0, due - clock.monotonic()), () => {
      // Suspended, or stopped by a signal: whatever was planned is checked instead.
      const late = clock.monotonic() - due > JUMP_MS;
      if (late || Math.abs(clock.now() - clock.monotonic() - this.#offset) > JUMP_MS) this.resume();
      this.#change(() => this.#send(entry, { kind: 'tick' }));
    });
  }

  #run(entry: Entry, effect: MappingEffect): void {
    const line = this.#line;
    if (effect.kind === 'cancel') {
      if (entry.call?.number === effect.call) entry.call.abort.abort(new Error('no longer of use'));
    } else if (effect.kind === 'search') line?.search();
    else if (line) void this.#call(entry, effect, line);
  }

  async #call(entry: Entry, effect: Exclude<MappingEffect, { kind: 'search' | 'cancel' }>, line: RouterLine) {
    const { call, kind, way } = effect;
    const { request, family } = entry;
    const abort = new AbortController();
    entry.call = { number: call, abort };
    const signal = AbortSignal.any([abort.signal, line.signal]);
    const about = { line, way, request, family, signal, again: entry.state.triedTwice };
    let event: MappingEvent;
    try {
      if (kind !== 'check') this.#note(entry, 'asked', { kind, way });
      event = await this.#perform(effect, about);
    } catch (error) {
      event = { kind: 'failed', call, error: this.#told(error, kind) };
    }
    if (signal.aborted || this.#line !== line) return;
    this.#change(() => {
      this.#noteAnswer(entry, kind, way, event);
      if (event.kind === 'granted' && kind === 'renew') this.#renewals += 1;
      this.#send(entry, event);
      if (event.kind === 'granted') {
        this.#justGranted = entry;
        line.count(event.mapping.protocol, family, event.mapping.epoch);
        this.#justGranted = undefined;
        this.#tidySoon(line);
        if (effect.kind === 'renew' && event.mapping.external.address !== effect.mapping.external.address)
          this.#moved(entry);
      }
      const protocol = line.client(way)?.protocol;
      if (event.kind === 'checked' && protocol) line.count(protocol, family, event.answer.epoch);
    });
  }

  async #perform(
    effect: Exclude<MappingEffect, { kind: 'search' | 'cancel' }>,
    about: Parameters<RouterCalls['install']>[0],
  ): Promise<MappingEvent> {
    const { call } = effect;
    switch (effect.kind) {
      case 'install':
        return { kind: 'granted', call, mapping: await this.#calls.install(about, effect.otherPort) };
      case 'renew':
        return { kind: 'granted', call, mapping: await this.#calls.renew(about, effect.mapping) };
      case 'check':
        return { kind: 'checked', call, answer: await this.#calls.check(about, effect.mapping) };
      default:
        await this.#calls.remove(about, effect.mapping);
        return { kind: 'removed', call };
    }
  }

  #told(error: unknown, phase: 'install' | 'renew' | 'check' | 'remove') {
    const told = asMappingError(error, phase);
    if (told !== error) this.#deps.logger.debug('asking the router failed', { phase, error });
    return told;
  }

  #note(entry: Entry, code: MapperStepCode, facts: MapperStep['facts'] = {}): void {
    this.#steps.add(code, facts, { request: entry.request.id, family: entry.family });
  }

  #noteAnswer(entry: Entry, asked: string, way: string, event: MappingEvent): void {
    if (event.kind === 'failed') {
      const { kind, reason, raw } = event.error;
      this.#note(entry, 'failed', { asked, way, kind, reason, ...(raw === undefined ? {} : { raw }) });
    } else if (event.kind === 'removed') this.#note(entry, 'removed', { way });
    else if (event.kind === 'granted') {
      const { external, lifetimeMs } = event.mapping;
      // Zero: without an end.
      const seconds = Number.isFinite(lifetimeMs) ? Math.round(lifetimeMs / 1000) : 0;
      const facts = { way, address: external.address, port: external.port, seconds };
      this.#note(entry, asked === 'renew' ? 'renewed' : 'granted', facts);
    }
  }

  /** Runs what changes something; publishes once when all of it is done, then does what follows from it. */
  #change(run: () => void): void {
    this.#depth += 1;
    try {
      run();
    } finally {
      this.#depth -= 1;
    }
    if (this.#depth > 0) return;
    this.#publish();
    for (const todo of this.#todo.splice(0)) todo();
  }

  #publish(): void {
    const next = this.#picture();
    const shown = JSON.stringify(next);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#snapshot = next;
    this.#events.emit('change', next);
  }

  #picture(): MapperSnapshot {
    const times = { steady: this.#deps.clock.monotonic(), offset: this.#offset };
    const entries = [...this.#entries.values()];
    const mappings = entries.map(({ request, family, state }) => mappingView(request, family, state, times));
    for (const [index, { external }] of mappings.entries()) this.#tell(entries[index]!, external);
    const active = mappings.filter(({ external }) => external).length;
    return {
      enabled: this.#settings.enabled,
      mappings,
      router: this.#router(),
      counters: { active, external: this.#externals, renewals: this.#renewals },
      natClass: active > 0 ? 'open' : 'unknown',
    };
  }

  #tell(entry: Entry, external: Endpoint | null): void {
    const now = external ? JSON.stringify(external) : '';
    if (external && now !== entry.told) this.#externals += 1;
    entry.told = now;
  }

  #router(): MapperSnapshot['router'] {
    const line = this.#line;
    if (!line) return null;
    const { name, v4, v6, behindVpn } = line.gateway;
    const ways = line.answering();
    const external = ways.map((way) => line.answer(way)?.external).find((address) => address !== undefined);
    const named = ways.map((way) => line.answer(way)?.router).find((router) => router !== undefined);
    return {
      interfaceName: name,
      v4: v4?.router ?? null,
      v6: v6?.router ?? null,
      behindVpn,
      name: named?.name ?? '',
      model: named?.model ?? '',
      external: external ?? null,
      addressless: external === undefined && (line.addressless || ways.includes('upnp')),
      epoch: line.epoch,
      ways,
      rebootsSeen: line.rebootsSeen,
    };
  }
}
