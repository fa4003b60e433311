// Port forwardings by UPnP IGD, versions 1 and 2. A router's yes to a forwarding says nothing about it, not even for how long it
// holds: what is believed is what the router lists afterwards, and what it lists as another computer's is never touched.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { isPublicAddress } from '../addresses.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import type {
  CheckAnswer,
  Mapping,
  MappingWish,
  PortClient,
  PortClientFactory,
  ProbeAnswer,
  Transport,
  Within,
} from '../mapping.ts';
import {
  type Ask,
  addArguments,
  addLeased,
  entryArguments,
  externalAddress,
  isConnected,
  UNKNOWN_ADDRESS,
  type Wanted,
} from './actions.ts';
import { ifSoon, inTime } from './deadline.ts';
import { FIREWALL_SERVICE, type Service } from './description.ts';
import { type Entry, isOurs, readEntry } from './entries.ts';
import { exchange, HttpError } from './http.ts';
import { type Line, lineV4, type Place, sameHost } from './lan.ts';
import { locate, notFound } from './locate.ts';
import { type Arguments, readResult, refusal, SoapError, type SoapResult, soapCall } from './soap.ts';
import { SSDP_PORT } from './ssdp.ts';
import { XmlError } from './xml.ts';

export interface UpnpDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface UpnpOptions {
  /** Where routers listen for searches; another one in tests. */
  readonly ssdpPort?: number;
}

interface Router {
  readonly service: Service;
  readonly name: string;
  readonly model: string;
  readonly external: string | undefined;
  /** `Clock.monotonic()` of when it was found. */
  readonly at: number;
}

/** A handle is the description by which an entry is known again; the prefix tells it from other protocols' handles. */
const HANDLE = 'upnp:';
const LOWEST_PORT = 1024;
const MOST_PORTS = 5;
/** Leases are unsigned 32-bit seconds, but a week is the longest that the second version allows. */
const LONGEST_LEASE_S = 604_800;
/** Of what is left of a probe, kept for saying what was found when the rest of it takes too long: busy computers are late. */
const PROBE_RESERVE_SHARE = 0.25;
/** An address outside that was read just now need not be asked for again. */
const FRESH_MS = 2000;
/** For taking back what an install that failed has set up. */
const UNDO_MS = 400;

/** For gateways with IPv4; towards any other one each call rejects with `no-gateway`. */
export function upnpClients(deps: UpnpDeps, options: UpnpOptions = {}): PortClientFactory {
  return (gateway) => new UpnpClient(deps, lineV4(gateway), options);
}

class UpnpClient implements PortClient {
  readonly protocol = 'upnp';
  readonly #deps: UpnpDeps;
  readonly #line: Line | undefined;
  readonly #ssdpPort: number;
  readonly #closed = new AbortController();
  #router: Router | undefined;
  /** Also when it has just failed. */
  #last: Router | undefined;

  constructor(deps: UpnpDeps, line: Line | undefined, { ssdpPort = SSDP_PORT }: UpnpOptions) {
    this.#deps = deps;
    this.#line = line;
    this.#ssdpPort = ssdpPort;
  }

  async probe(within: Within): Promise<ProbeAnswer> {
    const began = this.#deps.clock.monotonic();
    const { name, model, external } = await this.#inTime('probe', within, (signal, left) => this.#find(signal, left));
    return {
      protocol: 'upnp',
      tookMs: this.#deps.clock.monotonic() - began,
      ...(external === undefined ? {} : { external }),
      router: { name, model },
      families: [4],
    };
  }

  async install(wish: MappingWish, within: Within): Promise<Mapping> {
    if (!validPort(wish.port)) throw new RangeError(`no port to ask a router for: ${wish.port}`);
    const wanted = wantedBy(wish);
    const added = new Set<number>();
    try {
      const mapping = await this.#asking('install', within, async (ask) => {
        let failure: MappingError | undefined;
        for (const port of this.#ports(wish)) {
          try {
            return await this.#set(ask, wanted, port, seconds(wish.lifetimeMs), 'install', added);
          } catch (error) {
            if (
              !(error instanceof MappingError) ||
              (error.reason !== 'conflict' && error.reason !== 'same-port-only')
            ) {
              throw error;
            }
            failure = error;
          }
        }
        return await this.#setAnywhere(ask, wish, added, failure!);
      });
      added.delete(mapping.external.port);
      for (const port of added) await this.#undo(wanted, port);
      return mapping;
    } catch (error) {
      for (const port of added) await this.#undo(wanted, port);
      throw error;
    }
  }

  async renew(mapping: Mapping, wish: MappingWish, within: Within): Promise<Mapping> {
    const lease = mapping.lifetimeMs === Number.POSITIVE_INFINITY ? 0 : seconds(wish.lifetimeMs);
    const wanted = { ...wantedBy(wish), listed: descriptionIn(mapping.handle) };
    return await this.#asking('renew', within, (ask) =>
      this.#set(ask, wanted, mapping.external.port, lease, 'renew', new Set()),
    );
  }

  async check(mapping: Mapping, within: Within): Promise<CheckAnswer> {
    return await this.#asking('check', within, async (ask) => {
      const { transport, external, internal } = mapping;
      const [entry, address] = await Promise.all([readEntry(ask, transport, external.port), externalAddress(ask)]);
      const answer = address === undefined ? {} : { external: address };
      if (entry === 'unknown') return answer;
      return { ...answer, listed: entry !== 'none' && leadsTo(entry, internal.address, internal.port) };
    });
  }

  async remove(mapping: Mapping, within: Within): Promise<void> {
    await this.#asking('remove', within, async (ask) => {
      const { transport, external, internal, handle } = mapping;
      const entry = await readEntry(ask, transport, external.port);
      if (entry === 'none') return;
      if (entry === 'unknown') throw unread('remove');
      const description = descriptionIn(handle);
      // An address that we had once may be another computer's now: there the description alone tells.
      const known = description !== undefined || internal.address === this.#line?.local;
      if (!known || !isOurs(entry, internal, description)) return;
      await this.#delete(ask, transport, external.port, 'remove');
    });
  }

  eventsAt(): Place | undefined {
    return this.#last?.service.events;
  }

  close(): void {
    const message = 'Hearth no longer uses this router.';
    this.#closed.abort(
      new MappingError(message, { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase: 'remove' }),
    );
  }

  /** The port wished for, then that of our own computer, then others: five in all, the last of which the router may choose. */
  *#ports(wish: MappingWish): Generator<number> {
    yield wish.port;
    let given = 1;
    if (wish.internal.port !== wish.port && validPort(wish.internal.port)) {
      yield wish.internal.port;
      given += 1;
    }
    for (; given < MOST_PORTS - 1; given += 1) yield this.#anyPort();
  }

  #anyPort(): number {
    return LOWEST_PORT + this.#deps.random.int(65_536 - LOWEST_PORT);
  }

  /** After all others were taken: the second version of the service finds a free port by itself. */
  async #setAnywhere(ask: Ask, wish: MappingWish, added: Set<number>, failure: MappingError): Promise<Mapping> {
    const wanted = wantedBy(wish);
    const port = this.#anyPort();
    const lease = seconds(wish.lifetimeMs);
    const second = this.#router?.service.type.endsWith('WANIPConnection:2') ?? false;
    if (!second || failure.reason === 'same-port-only') {
      if (failure.reason === 'same-port-only') throw failure;
      return await this.#set(ask, wanted, port, lease, 'install', added);
    }
    // Where a program of this computer has the port already, some routers would take it away from that one.
    if ((await readEntry(ask, wanted.transport, port)) !== 'none') throw failure;
    const result = await addLeased(lease, (seconds) => ask('AddAnyPortMapping', addArguments(wanted, port, seconds)));
    if (!result.ok) return await this.#set(ask, wanted, port, lease, 'install', added);
    const reserved = Number(result.values.get('newreservedport'));
    if (!Number.isInteger(reserved) || reserved < 1 || reserved > 65_535) throw new SoapError('no port was told');
    added.add(reserved);
    return await this.#readBack(ask, wanted, reserved, 'install', added);
  }

  /** Sets one forwarding unless it is another computer's, and says what the router lists then. */
  async #set(
    ask: Ask,
    wanted: Wanted,
    port: number,
    lease: number,
    phase: MappingPhase,
    added: Set<number>,
  ): Promise<Mapping> {
    // Routers let a computer write over its own forwardings, whichever of its programs they are for: look first.
    const before = await readEntry(ask, wanted.transport, port);
    if (before === 'unknown') throw unread(phase);
    if (before !== 'none') {
      const { client: address, internalPort, description, listed } = wanted;
      const known = before.description === description || before.description === listed;
      if (before.client !== address || !known) throw taken(phase);
      if (!leadsTo(before, address, internalPort)) await this.#delete(ask, wanted.transport, port, phase);
    }
    const add = (seconds: number) => ask('AddPortMapping', addArguments(wanted, port, seconds));
    // Known of before the answer: a call that is ended in between may have been carried out.
    added.add(port);
    let result = await addLeased(lease, add);
    if (!result.ok && result.code === 718 && before !== 'none') {
      await this.#delete(ask, wanted.transport, port, phase);
      result = await addLeased(lease, add);
    }
    if (!result.ok) {
      added.delete(port);
      throw refusal(result.code, { phase, firewall: false, leased: lease > 0 });
    }
    return await this.#readBack(ask, wanted, port, phase, added);
  }

  async #readBack(ask: Ask, wanted: Wanted, port: number, phase: MappingPhase, added: Set<number>): Promise<Mapping> {
    const { clock } = this.#deps;
    const { transport, client, internalPort } = wanted;
    const { at, external } = this.#last!;
    // A renewal may be because of another one.
    const fresh = phase === 'install' && clock.monotonic() - at < FRESH_MS ? external : undefined;
    const [entry, address] = await Promise.all([readEntry(ask, transport, port), fresh ?? externalAddress(ask)]);
    if (entry === 'unknown') throw unread(phase);
    if (entry === 'none') {
      added.delete(port);
      const message = 'The router agreed to forward the port, but does not list it. Restarting the router often helps.';
      throw new MappingError(message, { kind: 'refused', reason: 'no-resources', protocol: 'upnp', phase });
    }
    if (!leadsTo(entry, client, internalPort)) {
      if (entry.client !== client) added.delete(port);
      throw taken(phase);
    }
    return {
      protocol: 'upnp',
      family: 4,
      transport,
      internal: { address: client, port: internalPort },
      external: { address: address ?? UNKNOWN_ADDRESS, port },
      lifetimeMs: entry.leaseS === 0 ? Number.POSITIVE_INFINITY : entry.leaseS * 1000,
      grantedAt: clock.monotonic(),
      handle: HANDLE + entry.description,
    };
  }

  async #delete(ask: Ask, transport: Transport, port: number, phase: MappingPhase): Promise<void> {
    const result = await ask('DeletePortMapping', entryArguments(transport, port));
    if (!result.ok && result.code !== 714) throw refusal(result.code, { phase, firewall: false });
  }

  /**
   * Takes back what was set up and is of no use. Whatever comes of it: the lease ends in the end, and the mapper's journal knows the port
   * that was wished for.
   */
  async #undo(wanted: Wanted, port: number): Promise<void> {
    const { transport, client, internalPort, description } = wanted;
    const never = new AbortController().signal;
    const router = this.#last;
    if (!router) return;
    await ifSoon(this.#deps, UNDO_MS, never, async (signal) => {
      const ask: Ask = (action, args) => this.#call(router.service, action, args, signal);
      const entry = await readEntry(ask, transport, port);
      if (typeof entry === 'string' || entry.client !== client) return;
      if (entry.internalPort !== internalPort && entry.description !== description) return;
      await this.#delete(ask, transport, port, 'install');
    });
  }

  #inTime<T>(
    phase: MappingPhase,
    { signal, timeoutMs }: Within,
    run: (signal: AbortSignal, left: () => number) => Promise<T>,
  ): Promise<T> {
    return inTime(this.#deps, phase, { signal: AbortSignal.any([signal, this.#closed.signal]), timeoutMs }, run);
  }

  /**
   * Runs against the service that was found last. Routers come back from a restart at another port, so a connection that fails is
   * no reason to give up before having looked again.
   */
  async #asking<T>(phase: MappingPhase, within: Within, run: (ask: Ask) => Promise<T>): Promise<T> {
    return await this.#inTime(phase, within, async (signal, left) => {
      const known = this.#router;
      const attempt = ({ service }: Router) => run((action, args) => this.#call(service, action, args, signal));
      try {
        return await attempt(known ?? (await this.#find(signal, left, phase)));
      } catch (error) {
        if (error instanceof MappingError) throw error;
        if (this.#router === known) this.#router = undefined;
        const away = error instanceof HttpError || error instanceof SoapError || error instanceof XmlError;
        if (!known || !away) throw error;
      }
      return await attempt(await this.#find(signal, left, phase));
    });
  }

  async #call({ type, control }: Service, action: string, args: Arguments, signal: AbortSignal): Promise<SoapResult> {
    const post = soapCall(type, action, args);
    return readResult(action, await exchange({ place: control, local: this.#line!.local, post, signal }));
  }

  /** The one of the router's connections that leads outside; another's only where the router itself has none. */
  async #find(signal: AbortSignal, left: () => number, phase: MappingPhase = 'probe'): Promise<Router> {
    const line = this.#line;
    if (!line) {
      const message = 'There is no router to ask.';
      throw new MappingError(message, { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase });
    }
    this.#router = undefined;
    const found = await locate(this.#deps, { line, ssdpPort: this.#ssdpPort, phase, signal, leftMs: left() });
    const known = found.flatMap(({ services, name, model }) =>
      services.filter(({ type }) => type !== FIREWALL_SERVICE).map((service) => ({ service, name, model })),
    );
    if (known.length === 0) {
      const message = 'The router has UPnP, but no port forwarding by it.';
      throw new MappingError(message, { kind: 'unavailable', reason: 'not-found', protocol: 'upnp', phase });
    }
    const own = known.filter(({ service }) => sameHost(service.control.host, line.router));
    const services = own.length > 0 ? own : known;
    const several = services.length > 1 || own.length === 0;
    const looks = services.map(async (each) => {
      const ask = (inner: AbortSignal): Ask => {
        return (action, args) => this.#call(each.service, action, args, inner);
      };
      const spare = left() * (1 - PROBE_RESERVE_SHARE);
      const look = await ifSoon(this.#deps, spare, signal, async (inner) => {
        const connected = several ? await isConnected(ask(inner)) : true;
        return { connected, external: await externalAddress(ask(inner)) };
      });
      const { connected = false, external } = look ?? {};
      const outside = external !== undefined && isPublicAddress(external);
      const rank = Number(connected) * 4 + Number(outside) * 2 + Number(external !== undefined);
      return { ...each, external, leadsOut: connected && outside, rank };
    });
    // A stable sort: among equals the newest version of the service stays first.
    const [best] = (await Promise.all(looks)).sort((one, other) => other.rank - one.rank);
    // An access point or a second router says much of itself; what does not lead outside says nothing of the router.
    if (own.length === 0 && !best!.leadsOut) throw notFound(phase);
    this.#router = { ...best!, at: this.#deps.clock.monotonic() };
    this.#last = this.#router;
    return this.#router;
  }
}

function descriptionIn(handle: string): string | undefined {
  return handle.startsWith(HANDLE) ? handle.slice(HANDLE.length) : undefined;
}

function leadsTo(entry: Entry, address: string, port: number): boolean {
  return entry.enabled && entry.client === address && entry.internalPort === port;
}

function wantedBy({ transport, internal, description }: MappingWish): Wanted {
  return { transport, client: internal.address, internalPort: internal.port, description };
}

function seconds(ms: number): number {
  return ms === Number.POSITIVE_INFINITY ? 0 : Math.min(LONGEST_LEASE_S, Math.max(1, Math.round(ms / 1000)));
}

function validPort(port: number): boolean {
  return Number.isInteger(port) && port >= LOWEST_PORT && port <= 65_535;
}

function taken(phase: MappingPhase): MappingError {
  return refusal(718, { phase, firewall: false });
}

function unread(phase: MappingPhase): MappingError {
  const message = 'The router does not tell which ports it forwards, so nothing that it agrees to can be relied on.';
  return new MappingError(message, { kind: 'unavailable', reason: 'other-dialect', protocol: 'upnp', phase });
}
