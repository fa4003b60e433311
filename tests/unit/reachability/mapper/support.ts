// A home with one router whose ways are scripted: each call waits for the test's answer, or is answered as the router would.

import { onTestFinished } from 'vitest';
import type { Clock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { MappingError, type MappingErrorFacts } from '../../../../src-main/reachability/errors.ts';
import type { Gateway } from '../../../../src-main/reachability/gateway/gateway.ts';
import { Journal, mapperMigrations } from '../../../../src-main/reachability/mapper/journal.ts';
import { type MapperSnapshot, PortMapper, type Way } from '../../../../src-main/reachability/mapper/mapper.ts';
import type {
  CheckAnswer,
  Family,
  Mapping,
  MappingProtocol,
  MappingWish,
  PortClient,
  ProbeAnswer,
  Within,
} from '../../../../src-main/reachability/mapping.ts';
import { openDatabase } from '../../../../src-main/storage/database.ts';
import type { Write } from '../../../../src-main/storage/write.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { seededRandom } from '../../../support/random.ts';

export const REQUEST = { id: 'tasks', transport: 'tcp', port: 9484, purpose: 'IICP tasks' } as const;
export const PUBLIC = '11.203.113.100';

export function gatewayAt(router = '192.168.77.1', local = '192.168.77.10', hardware = '02:00:00:00:00:01'): Gateway {
  return { name: 'eth0', v4: { router, local, prefix: 24 }, v6: undefined, hardware, behindVpn: false };
}

export function mappingError(facts: Partial<MappingErrorFacts> = {}): MappingError {
  return new MappingError('as scripted', {
    kind: 'timeout',
    reason: 'timeout',
    protocol: 'pcp',
    phase: 'install',
    ...facts,
  });
}

/** One way at one router, with the router's own table of what it has open: by internal port. */
export class ScriptedRouter {
  readonly calls: string[] = [];
  readonly open = new Map<string, MappingWish>();
  external = PUBLIC;
  lifetimeMs = 7_200_000;
  /** `clock.monotonic()` of the last loss of state; undefined: does not count. */
  bornAt: number | undefined = 0;
  listed: boolean | undefined;
  /** What each kind of call ends in instead. `hang`: only its signal ends it. */
  /** By IPv6 it opens what is asked for, at the address that it is for. */
  families: readonly Family[] = [4];
  readonly fails: Partial<Record<'probe' | 'install' | 'renew' | 'check' | 'remove', MappingError | 'hang'>> = {};
  shift = 0;
  probeMs = 0;
  most = 0;
  #out = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reboot(): void {
    this.bornAt = this.#clock.monotonic();
    this.open.clear();
  }

  epoch(): { epoch: number } | Record<string, never> {
    return this.bornAt === undefined ? {} : { epoch: Math.floor((this.#clock.monotonic() - this.bornAt) / 1000) + 100 };
  }

  async during<T>(kind: keyof ScriptedRouter['fails'], { signal, timeoutMs }: Within, answer: () => T): Promise<T> {
    this.calls.push(kind);
    this.#out += 1;
    this.most = Math.max(this.most, this.#out);
    try {
      signal.throwIfAborted();
      if (kind === 'probe') await this.#clock.sleep(Math.min(this.probeMs, timeoutMs), signal);
      if (kind === 'probe' && this.probeMs > timeoutMs)
        throw mappingError({ kind: 'unavailable', reason: 'not-found' });
      const failure = this.fails[kind];
      if (failure === 'hang') {
        await this.#clock.sleep(timeoutMs, signal);
        throw mappingError();
      }
      if (failure) throw failure;
      return answer();
    } finally {
      this.#out -= 1;
    }
  }
}

function scripted(protocol: MappingProtocol, router: ScriptedRouter, clock: Clock, local: string): PortClient {
  const grant = (wish: MappingWish, port: number): Mapping => {
    const v6 = wish.family === 6;
    router.open.set(v6 ? `${wish.transport} [${wish.internal.address}]:${port}` : `${wish.transport} ${port}`, wish);
    return {
      protocol,
      family: wish.family,
      transport: wish.transport,
      internal: wish.internal,
      external: v6 ? wish.internal : { address: router.external, port },
      lifetimeMs: router.lifetimeMs,
      grantedAt: clock.monotonic(),
      ...router.epoch(),
      handle: wish.handle,
    };
  };
  return {
    protocol,
    probe: (within) =>
      router.during(
        'probe',
        within,
        (): ProbeAnswer => ({ protocol, tookMs: 0, families: router.families, ...router.epoch() }),
      ),
    install: (wish, within) => router.during('install', within, () => grant(wish, wish.port + router.shift)),
    renew: (mapping, wish, within) =>
      router.during('renew', within, () => grant({ ...wish, handle: mapping.handle }, mapping.external.port)),
    check: (mapping, within) =>
      router.during('check', within, (): CheckAnswer => {
        const listed = router.listed === undefined ? {} : { listed: router.listed };
        const { address } = mapping.family === 6 ? mapping.external : { address: router.external };
        return { ...router.epoch(), external: address, ...listed };
      }),
    remove: (mapping, within) =>
      router.during('remove', within, () => {
        const { transport, external, internal } = mapping;
        if (mapping.family === 6) return void router.open.delete(`${transport} [${internal.address}]:${external.port}`);
        const key = `${transport} ${external.port}`;
        // By UPnP anybody may close anything, if they name the right one.
        const named = protocol === 'upnp' && router.open.get(key)?.internal.address === mapping.internal.address;
        if (named || mapping.internal.address === local) router.open.delete(key);
      }),
    close() {},
  };
}

export interface HomeOptions {
  readonly ways?: readonly (Omit<Way, 'create' | 'id'> & { readonly id: MappingProtocol })[];
  readonly gateway?: Gateway | undefined;
}

export async function home({ ways = [{ id: 'pcp' }], ...options }: HomeOptions = {}) {
  const clock = new HandClock();
  const file = `${temporaryFolder()}/hearth.db`;
  const database = await openDatabase({ clock, logger: silentLogger }, { file, migrations: mapperMigrations });
  // Known of, so that a clock that is turned by hand waits for the disk.
  const committer = {
    commit(writes: readonly Write[]): Promise<void> {
      const written = database.committer.commit(writes);
      writing.push(written);
      return written;
    },
  };
  const writing: Promise<void>[] = [];
  const routers = Object.fromEntries(ways.map(({ id }) => [id, new ScriptedRouter(clock)])) as Record<
    MappingProtocol,
    ScriptedRouter
  >;
  let current: Gateway | undefined = 'gateway' in options ? options.gateway : gatewayAt();
  const listeners = new Set<(gateway: Gateway | undefined) => void>();
  let hint = () => {};
  let notice = () => {};
  let listening = 0;
  const mappers: PortMapper[] = [];
  const random = seededRandom(7);

  function start({ tag = 'a1b2c3' } = {}) {
    const journal = new Journal({ committer, read: database.read });
    const mapper = new PortMapper(
      {
        clock,
        random,
        logger: silentLogger,
        journal,
        tag,
        ways: ways.map((way) => ({
          ...way,
          create: (gateway) => scripted(way.id, routers[way.id], clock, gateway.v4?.local ?? ''),
        })),
        gateways: {
          current: () => current,
          onChange(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
        announcements(_gateway, heard) {
          hint = heard;
          listening += 1;
          return () => {
            listening -= 1;
          };
        },
        notices(_gateway, heard) {
          notice = heard;
          listening += 1;
          return () => {
            listening -= 1;
          };
        },
      },
      { enabled: true, renewEveryMs: 30 * 60_000 },
    );
    mappers.push(mapper);
    const shown: MapperSnapshot[] = [];
    mapper.onChange((snapshot) => shown.push(snapshot));
    return { mapper, shown };
  }

  /** Turns the clock in small steps, and lets the disk keep up. */
  async function turn(ms: number): Promise<void> {
    const step = Math.max(10, Math.min(1000, ms / 20));
    for (let left = ms; left > 0; left -= step) {
      await clock.turn(Math.min(step, left));
      await written();
    }
  }

  async function written(): Promise<void> {
    for (let rounds = 0; rounds < 6; rounds += 1) {
      await Promise.allSettled(writing.splice(0));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  onTestFinished(async () => {
    for (const mapper of mappers) {
      const stopped = mapper.stop();
      await turn(1000);
      await stopped;
    }
    await database.close();
  });
  return {
    clock,
    routers,
    router: routers[ways[0]!.id],
    start,
    turn,
    rows: () => new Journal({ committer, read: database.read }).list(),
    listening: () => listening,
    announce: () => hint(),
    notice: () => notice(),
    move(gateway: Gateway | undefined) {
      current = gateway;
      for (const listener of listeners) listener(gateway);
    },
  };
}

export function v4(snapshot: MapperSnapshot) {
  return snapshot.mappings.find(({ family }) => family === 4);
}
