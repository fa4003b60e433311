// Holes in the router's IPv6 firewall by UPnP (WANIPv6FirewallControl:1). Nothing is translated: a hole is for one of our own
// addresses, and a router only opens it for who asks from that very address. What it does not tell is for how long, so the time
// asked for is taken; that the hole is there is read back where the router can say it.

import type { Clock } from '../../base/clock.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type {
  CheckAnswer,
  Mapping,
  MappingWish,
  PortClient,
  PortClientFactory,
  ProbeAnswer,
  Within,
} from '../mapping.ts';
import { inTime } from './deadline.ts';
import { FIREWALL_SERVICE } from './description.ts';
import { exchange, HttpError } from './http.ts';
import { type Line, lineV4, lineV6, type Place } from './lan.ts';
import { locate } from './locate.ts';
import { type Arguments, readResult, refusal, SoapError, type SoapResult, soapCall } from './soap.ts';
import { SSDP_PORT } from './ssdp.ts';
import { XmlError } from './xml.ts';

export interface PinholeDeps {
  readonly clock: Clock;
}

export interface PinholeOptions {
  /** Where routers listen for searches; another one in tests. */
  readonly ssdpPort?: number;
}

interface Firewall {
  readonly control: Place;
  readonly name: string;
  readonly model: string;
}

type Ask = (action: string, args: Arguments) => Promise<SoapResult>;

/** A handle is the hole's UniqueID behind this; that of a router whose firewall lets everything in has none. */
const HANDLE = 'pinhole:';
const PROTOCOL_NUMBER = { tcp: 6, udp: 17 } as const;
/** By the service: a day at most. */
const LONGEST_LEASE_S = 86_400;
const FIREWALL_DISABLED = 702;
/** No such hole; miniupnpd says 402. */
const GONE = new Set([402, 704]);

/** For gateways with IPv6 and a global address of ours; towards any other one each call rejects with `no-gateway`. */
export function pinholeClients(deps: PinholeDeps, options: PinholeOptions = {}): PortClientFactory {
  return (gateway) => new PinholeClient(deps, gateway, options);
}

class PinholeClient implements PortClient {
  readonly protocol = 'upnp';
  readonly #deps: PinholeDeps;
  readonly #gateway: Gateway;
  readonly #ssdpPort: number;
  readonly #closed = new AbortController();
  #firewall: Firewall | undefined;
  /** Whose each UniqueID was when we last heard of it: after a restart the router gives them out anew. */
  readonly #holes = new Map<string, string>();

  constructor(deps: PinholeDeps, gateway: Gateway, { ssdpPort = SSDP_PORT }: PinholeOptions) {
    this.#deps = deps;
    this.#gateway = gateway;
    this.#ssdpPort = ssdpPort;
  }

  async probe(within: Within): Promise<ProbeAnswer> {
    const began = this.#deps.clock.monotonic();
    const local = this.#gateway.v6?.globals[0]?.address;
    const { name, model } = await this.#inTime('probe', within, async (signal, left) => {
      this.#firewall = undefined;
      const line = this.#line(local, 'probe');
      const firewall = await this.#find(line, signal, left, 'probe');
      // Asked at the router's IPv6 address: whether that answers is what matters.
      await this.#status((action, args) => this.#call(line, firewall, action, args, signal), 'probe');
      return firewall;
    });
    const tookMs = this.#deps.clock.monotonic() - began;
    return { protocol: 'upnp', tookMs, router: { name, model }, families: [6] };
  }

  async install(wish: MappingWish, within: Within): Promise<Mapping> {
    return await this.#asking('install', wish.internal.address, within, (ask) => this.#add(ask, wish, 'install'));
  }

  async renew({ handle }: Mapping, wish: MappingWish, within: Within): Promise<Mapping> {
    return await this.#asking('renew', wish.internal.address, within, async (ask) => {
      const id = idIn(handle);
      if (id !== undefined && this.#holes.get(id) === keyOf(wish)) {
        const lease = seconds(wish.lifetimeMs);
        const result = await ask('UpdatePinhole', [
          ['UniqueID', id],
          ['NewLeaseTime', lease],
        ]);
        if (result.ok) return this.#mapping(wish, id, lease);
        this.#holes.delete(id);
      }
      // Gone, or never ours: asked for again. A hole that is still there is the same one then.
      return await this.#add(ask, wish, 'renew');
    });
  }

  async check({ internal, handle }: Mapping, within: Within): Promise<CheckAnswer> {
    return await this.#asking('check', internal.address, within, async (ask) => {
      const id = idIn(handle);
      if (id === undefined) {
        const { enabled } = await this.#status(ask, 'check');
        return { listed: !enabled };
      }
      const listed = await isListed(ask, id);
      return listed === undefined ? {} : { listed };
    });
  }

  async remove({ internal, transport, handle }: Mapping, within: Within): Promise<void> {
    const id = idIn(handle);
    if (id === undefined) return;
    const owner = this.#holes.get(id);
    if (owner !== undefined && owner !== keyOf({ transport, internal })) return;
    await this.#asking('remove', internal.address, within, async (ask) => {
      const result = await ask('DeletePinhole', [['UniqueID', id]]);
      if (!result.ok && !GONE.has(result.code)) throw refusal(result.code, { phase: 'remove', firewall: true });
      this.#holes.delete(id);
    });
  }

  close(): void {
    const message = 'Hearth no longer uses this router.';
    this.#closed.abort(
      new MappingError(message, { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase: 'remove' }),
    );
  }

  async #add(ask: Ask, wish: MappingWish, phase: MappingPhase): Promise<Mapping> {
    const { enabled, allowed } = await this.#status(ask, phase);
    if (!enabled) return this.#mapping(wish, undefined, 0);
    if (!allowed) throw refusal(703, { phase, firewall: true });
    const lease = seconds(wish.lifetimeMs);
    const result = await ask('AddPinhole', [
      ['RemoteHost', ''],
      ['RemotePort', 0],
      ['InternalClient', wish.internal.address],
      ['InternalPort', wish.internal.port],
      ['Protocol', PROTOCOL_NUMBER[wish.transport]],
      ['LeaseTime', lease],
    ]);
    if (!result.ok && result.code === FIREWALL_DISABLED) return this.#mapping(wish, undefined, 0);
    if (!result.ok) throw refusal(result.code, { phase, firewall: true });
    const id = result.values.get('uniqueid') ?? '';
    if (!/^\d{1,10}$/.test(id)) throw new SoapError('a hole without a number');
    if ((await isListed(ask, id)) === false) {
      const message = 'The router agreed to let the port through, but does not list it.';
      throw new MappingError(message, { kind: 'refused', reason: 'no-resources', protocol: 'upnp', phase });
    }
    this.#holes.set(id, keyOf(wish));
    return this.#mapping(wish, id, lease);
  }

  #mapping({ transport, internal }: MappingWish, id: string | undefined, lease: number): Mapping {
    return {
      protocol: 'upnp',
      family: 6,
      transport,
      internal,
      external: internal,
      lifetimeMs: id === undefined ? Number.POSITIVE_INFINITY : lease * 1000,
      grantedAt: this.#deps.clock.monotonic(),
      handle: HANDLE + (id ?? ''),
    };
  }

  async #status(ask: Ask, phase: MappingPhase): Promise<{ readonly enabled: boolean; readonly allowed: boolean }> {
    const result = await ask('GetFirewallStatus', []);
    if (!result.ok) throw refusal(result.code, { phase, firewall: true });
    return {
      enabled: isYes(result.values.get('firewallenabled')),
      allowed: isYes(result.values.get('inboundpinholeallowed')),
    };
  }

  #inTime<T>(
    phase: MappingPhase,
    { signal, timeoutMs }: Within,
    run: (signal: AbortSignal, left: () => number) => Promise<T>,
  ): Promise<T> {
    return inTime(this.#deps, phase, { signal: AbortSignal.any([signal, this.#closed.signal]), timeoutMs }, run);
  }

  /** As the IPv4 client does it: a connection that fails may be a router that has come back at another port. */
  async #asking<T>(phase: MappingPhase, local: string, within: Within, run: (ask: Ask) => Promise<T>): Promise<T> {
    return await this.#inTime(phase, within, async (signal, left) => {
      const line = this.#line(local, phase);
      const known = this.#firewall;
      const attempt = (firewall: Firewall) => run((action, args) => this.#call(line, firewall, action, args, signal));
      try {
        return await attempt(known ?? (await this.#find(line, signal, left, phase)));
      } catch (error) {
        if (error instanceof MappingError) throw error;
        if (this.#firewall === known) this.#firewall = undefined;
        const away = error instanceof HttpError || error instanceof SoapError || error instanceof XmlError;
        if (!known || !away) throw error;
      }
      return await attempt(await this.#find(line, signal, left, phase));
    });
  }

  #line(local: string | undefined, phase: MappingPhase): Line {
    const line = local === undefined ? undefined : lineV6(this.#gateway, local);
    if (line) return line;
    const message = 'There is no router to ask about IPv6.';
    throw new MappingError(message, { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase });
  }

  async #call(
    line: Line,
    { control }: Firewall,
    action: string,
    args: Arguments,
    signal: AbortSignal,
  ): Promise<SoapResult> {
    const post = soapCall(FIREWALL_SERVICE, action, args);
    return readResult(action, await exchange({ place: control, local: line.local, post, signal }));
  }

  /**
   * Looked for on both sides of the line at once: many routers answer searches by IPv4 only, but take the calls at the same port
   * of their IPv6 address.
   */
  async #find(line: Line, signal: AbortSignal, left: () => number, phase: MappingPhase): Promise<Firewall> {
    const lines = [line, lineV4(this.#gateway)].filter((each) => each !== undefined);
    const options = { ssdpPort: this.#ssdpPort, phase, leftMs: left() };
    const done = new AbortController();
    const both = AbortSignal.any([signal, done.signal]);
    const looks = lines.map(async (each) => {
      const found = await locate(this.#deps, { ...options, line: each, signal: both });
      for (const { services, name, model } of found) {
        const service = services.find(({ type }) => type === FIREWALL_SERVICE);
        // A neighbour's word by IPv4 says nothing of the router's IPv6 side.
        const own = each.family === 6 || service?.control.host === each.router;
        if (!service || !own) continue;
        const control = each.family === 6 ? service.control : { ...service.control, host: line.router };
        return { control, name, model };
      }
      const message = "The router has UPnP, but doesn't let programs open its IPv6 firewall by it.";
      throw new MappingError(message, { kind: 'unavailable', reason: 'not-found', protocol: 'upnp', phase });
    });
    try {
      this.#firewall = await Promise.any(looks);
      return this.#firewall;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof AggregateError ? error.errors.at(-1) : error;
    } finally {
      done.abort(new Error('the other one was faster'));
    }
  }
}

/** Undefined where the router can't say. */
async function isListed(ask: Ask, id: string): Promise<boolean | undefined> {
  const result = await ask('GetPinholePackets', [['UniqueID', id]]);
  if (result.ok) return true;
  return GONE.has(result.code) ? false : undefined;
}

function keyOf({ transport, internal }: Pick<MappingWish, 'transport' | 'internal'>): string {
  return `${transport} ${internal.address} ${internal.port}`;
}

function idIn(handle: string): string | undefined {
  const id = handle.startsWith(HANDLE) ? handle.slice(HANDLE.length) : '';
  return /^\d{1,10}$/.test(id) ? id : undefined;
}

function isYes(value = ''): boolean {
  return /^(?:1|true|yes)$/i.test(value);
}

function seconds(ms: number): number {
  return Math.min(LONGEST_LEASE_S, Math.max(1, Math.round(ms / 1000)));
}
