// The service of reachability with everything around it played: a router that holds what it is told to hold, a line, a witness, STUN
// and tunnels. What it tells is what the real service makes of that.
import { silentLogger } from '../../src-main/base/logger.ts';
import type { Gateway } from '../../src-main/reachability/gateway/gateway.ts';
import type { InboundRequest } from '../../src-main/reachability/inbound.ts';
import type { MapperSettings } from '../../src-main/reachability/mapper/mapper.ts';
import type { MapperSnapshot, MappingView } from '../../src-main/reachability/mapper/snapshot.ts';
import type { PortRequest } from '../../src-main/reachability/mapping.ts';
import type { SeenFrom } from '../../src-main/reachability/network-facts.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../../src-main/reachability/prober.ts';
import { type Mapper, Reachability } from '../../src-main/reachability/reachability.ts';
import type { Datagrams } from '../../src-main/reachability/stun/socket.ts';
import type { TunnelView } from '../../src-preload/contract/reachability.ts';
import { settings as known, type SettingPath, type SettingValue } from '../../src-preload/contract/settings/index.ts';
import { HandClock } from './clock.ts';
import { seededRandom } from './random.ts';

export const EXTERNAL = '11.0.0.1';
export const PORT = 9484;
export const NODE_ID = '5f0c1d2e3b4a';

export const LINE: Gateway = {
  name: 'eth0',
  v4: { router: '192.168.178.1', local: '192.168.178.20', prefix: 24 },
  v6: undefined,
  hardware: undefined,
  behindVpn: false,
};

/** A router that does what the test says, for whatever is asked of it. */
export class PlayedMapper implements Mapper {
  settings: MapperSettings;
  readonly requests = new Map<string, PortRequest>();
  /** What somebody outside is said to have found, as `id family reached`. */
  readonly heard: string[] = [];
  probes = 0;
  resumes = 0;
  stopped = false;
  #held: Partial<MappingView> = {};
  #router: MapperSnapshot['router'] = null;
  readonly #listeners = new Set<() => void>();
  readonly #clock: HandClock;

  constructor(clock: HandClock, settings: MapperSettings) {
    this.#clock = clock;
    this.settings = settings;
  }

  request(request: PortRequest): () => void {
    this.requests.set(request.id, request);
    return () => void this.requests.delete(request.id);
  }

  /** Whatever is asked for is held like this from now on. */
  hold(held: Partial<MappingView>, router: Partial<NonNullable<MapperSnapshot['router']>> = {}): void {
    this.#held = held;
    this.#router = {
      interfaceName: 'eth0',
      v4: '192.168.178.1',
      v6: null,
      behindVpn: false,
      name: 'FRITZ!Box 7590',
      model: 'AVM',
      epoch: null,
      ways: ['upnp'],
      external: null,
      addressless: false,
      rebootsSeen: 0,
      ...router,
    };
    for (const listener of this.#listeners) listener();
  }

  /** Open by UPnP for an hour, or as `change` has it. */
  map(change: Partial<MappingView> = {}, external = EXTERNAL, handle = ''): void {
    const now = this.#clock.now();
    this.hold({
      state: 'mapped',
      external: { address: external, port: PORT },
      granted: {
        protocol: 'upnp',
        way: 'upnp',
        internal: { address: '192.168.178.20', port: PORT },
        external: { address: external, port: PORT },
        handle,
        grantedAt: now,
        lifetimeMs: 3_600_000,
        expiresAt: now + 3_600_000,
        nextRenewalAt: now + 1_800_000,
      },
      ...change,
    });
  }

  snapshot(): MapperSnapshot {
    const mappings = [...this.requests.values()].map(
      (request): MappingView => ({
        request,
        family: 4,
        state: this.settings.enabled ? 'probing' : 'unavailable',
        external: null,
        granted: null,
        behindAnotherNat: false,
        unreachable: false,
        strikes: 0,
        renewals: 0,
        recreated: 0,
        nextSearchAt: null,
        lastError: null,
        ...(this.settings.enabled ? this.#held : {}),
      }),
    );
    const active = mappings.filter(({ external }) => external !== null).length;
    return {
      enabled: this.settings.enabled,
      mappings,
      router: this.#router,
      counters: { active, external: active, renewals: 0 },
      natClass: active > 0 ? 'open' : 'unknown',
    };
  }

  steps = () => [];
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  configure(settings: MapperSettings): void {
    this.settings = settings;
  }
  resume(): void {
    this.resumes += 1;
  }
  outside(id: string, family: 4 | 6, reached: boolean): void {
    this.heard.push(`${id} IPv${family} ${reached ? 'reached' : 'not reached'}`);
  }
  probeNow(): void {
    this.probes += 1;
  }
  async stop(): Promise<void> {
    this.stopped = true;
    this.requests.clear();
  }
}

/** Answers each try as it is told to. */
export class PlayedProber implements OutsideProber {
  readonly name = 'directory.example';
  readonly asked: OutsideTarget[] = [];
  answer: (target: OutsideTarget, signal: AbortSignal) => ProbeResult | Promise<ProbeResult> = () => ({
    kind: 'reached',
  });

  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    this.asked.push(target);
    return this.answer(target, signal);
  }

  /** Whether it answers at all. */
  there = true;
  readonly answers = async () => this.there;
}

export interface Played {
  readonly clock: HandClock;
  readonly reachability: Reachability;
  readonly prober: PlayedProber;
  readonly mappers: PlayedMapper[];
  /** The one that works now. @throws Error where none does */
  mapper(): PlayedMapper;
  /** The line and what is found on it; to be changed at will. */
  readonly around: {
    line: Gateway | undefined;
    /** Until the system has told them, or nobody waits for it any more. */
    routes: Promise<void>;
    looks: number;
    /** Whether it is: 1, or 0. */
    watched: number;
    seenFrom: (signal: AbortSignal) => Promise<SeenFrom>;
    /** How often STUN servers were asked. */
    stunAsked: number;
    names: readonly string[];
    /** Of the router's own page. */
    title: string | undefined;
    publicV4: readonly string[];
    tunnels: readonly TunnelView[] | Promise<readonly TunnelView[]>;
    /** By which ports. */
    readonly tunnelsAskedFor: number[];
    /** The sockets from which STUN servers were to try. */
    readonly triedBy: Datagrams[];
  };
  set<P extends SettingPath>(path: P, value: SettingValue<P>): void;
  lineChanged(): void;
  resumed(): void;
  /** What the task server of IICP asks for, or with changes. */
  request(change?: Partial<InboundRequest>): InboundRequest;
}

export function playedReachability(now?: number): Played {
  const clock = new HandClock(now);
  const values = new Map<SettingPath, unknown>();
  const heard = {
    settings: new Set<(path: SettingPath) => void>(),
    line: new Set<() => void>(),
    resume: new Set<() => void>(),
  };
  const on = <T>(set: Set<T>, listener: T) => {
    set.add(listener);
    return () => void set.delete(listener);
  };
  const mappers: PlayedMapper[] = [];
  const ended = Promise.withResolvers<void>();
  const prober = new PlayedProber();
  // Where a router has opened the port it proves that it was us; anywhere else somebody answers.
  prober.answer = ({ host }) => {
    const open = mappers.at(-1)?.snapshot().mappings ?? [];
    const known = open.some(({ external }) => external?.address === host);
    return known ? { kind: 'reached', nonce: true } : { kind: 'reached' };
  };
  const around: Played['around'] = {
    line: LINE,
    routes: Promise.resolve(),
    looks: 0,
    watched: 0,
    seenFrom: async () => ({ v4: EXTERNAL, v6: null, natType: 'port_restricted' }),
    stunAsked: 0,
    names: [],
    title: undefined,
    publicV4: [],
    tunnels: [],
    tunnelsAskedFor: [],
    triedBy: [],
  };
  const reachability = new Reachability({
    clock,
    random: seededRandom(),
    logger: silentLogger,
    settings: {
      get: <P extends SettingPath>(path: P) =>
        (values.has(path) ? values.get(path) : known[path].initial) as SettingValue<P>,
      onChange: (listener) => on(heard.settings, listener),
    },
    gateways: {
      current: () => around.line,
      onChange: (listener) => on(heard.line, listener),
      onResume: (listener) => on(heard.resume, listener),
      start: async () => {
        around.watched += 1;
        await Promise.race([around.routes, ended.promise]);
      },
      stop: async () => {
        ended.resolve();
        around.watched = 0;
      },
      look: async () => {
        around.looks += 1;
      },
    },
    stunProber: (datagrams) => {
      around.triedBy.push(datagrams);
      return prober;
    },
    createMapper: (settings) => {
      const mapper = new PlayedMapper(clock, settings);
      mappers.push(mapper);
      return mapper;
    },
    pageTitle: async () => around.title,
    publicV4: async () => around.publicV4,
    ipv6: async () => ({ addresses: [], steps: [] }),
    names: async () => around.names,
    stun: (_servers, signal) => {
      around.stunAsked += 1;
      return around.seenFrom(signal);
    },
    tunnels: async (port) => {
      around.tunnelsAskedFor.push(port);
      return around.tunnels;
    },
  });
  return {
    clock,
    reachability,
    prober,
    mappers,
    mapper() {
      const mapper = mappers.at(-1);
      if (!mapper || mapper.stopped) throw new Error('no router is asked');
      return mapper;
    },
    around,
    set(path, value) {
      values.set(path, value);
      for (const listener of heard.settings) listener(path);
    },
    lineChanged() {
      for (const listener of heard.line) listener();
    },
    resumed() {
      for (const listener of heard.resume) listener();
    },
    request: (change) => ({
      id: 'iicp',
      transport: 'tcp',
      port: PORT,
      purpose: 'IICP tasks',
      prober,
      http: { path: '/iicp/health', isOurs: (text) => text === NODE_ID },
      ...change,
    }),
  };
}
