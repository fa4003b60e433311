// Asks a router for ports by PCP (RFC 6887): IPv4 addresses that it translates, and holes in its IPv6 firewall.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type {
  CheckAnswer,
  Family,
  Mapping,
  MappingWish,
  PortClient,
  PortClientFactory,
  ProbeAnswer,
  Within,
} from '../mapping.ts';
import { type LineTarget, QUICK, slowly, type UdpLine, withLine } from '../udp.ts';
import {
  decodePcp,
  encodeAnnounce,
  encodeMap,
  NONCE_BYTES,
  PCP_RESULT,
  type PcpAnswer,
  type PcpGrant,
  type PcpMapRequest,
} from './codec.ts';
import { pcpRefusal } from './results.ts';

const PCP_PORT = 5351;
/** Where one family has answered, the other one is given this long. */
const OTHER_FAMILY_MS = 50;
const LOWEST_PORT = 1024;

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

/** `port`: where routers listen; other than 5351 only for tests. */
export function pcpClients(deps: Deps, { port = PCP_PORT }: { readonly port?: number } = {}): PortClientFactory {
  return (gateway) => new PcpClient(deps, gateway, port);
}

/** The secret by which a router knows a mapping's owner, for `MappingWish.handle`: 96 random bits in hex. */
export function pcpNonce(random: Random): string {
  return random.bytes(NONCE_BYTES).toString('hex');
}

type MapAnswer = Extract<PcpAnswer, { kind: 'map' }>;

class PcpClient implements PortClient {
  readonly protocol = 'pcp';
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #gateway: Gateway;
  readonly #port: number;
  readonly #closing = new AbortController();

  constructor({ clock, random }: Deps, gateway: Gateway, port: number) {
    this.#clock = clock;
    this.#random = random;
    this.#gateway = gateway;
    this.#port = port;
  }

  /** Asks by every family there is; resolves shortly after the first has answered, so that a mute one costs no time. */
  async probe(within: Within): Promise<ProbeAnswer> {
    const start = this.#clock.monotonic();
    const rest = new AbortController();
    const inner = { ...within, signal: AbortSignal.any([within.signal, rest.signal]) };
    const families = ([4, 6] as const).filter((family) => this.#router(family) !== undefined);
    const found: { family: Family; epoch: number; tookMs: number }[] = [];
    const asked = families.map(async (family) => {
      const epoch = await this.#announce(family, this.#local(family), 'probe', inner);
      found.push({ family, epoch, tookMs: this.#clock.monotonic() - start });
    });
    if (asked.length === 0) throw noGateway('probe');
    const all = Promise.allSettled(asked);
    try {
      await Promise.any(asked).catch(() => undefined);
      if (found.length > 0) {
        await Promise.race([all, this.#clock.sleep(OTHER_FAMILY_MS, inner.signal)]);
      }
    } finally {
      rest.abort(new Error('the other family has answered'));
    }
    const results = await all;
    within.signal.throwIfAborted();
    const [first] = found;
    // Which of several errors is passed on matters little; the first family is the one that most routers have.
    if (!first) throw results.map((result) => result.status === 'rejected' && result.reason).find(Boolean);
    return {
      protocol: 'pcp',
      tookMs: first.tookMs,
      epoch: first.epoch,
      families: found.map(({ family }) => family).toSorted((a, b) => a - b),
    };
  }

  async install(wish: MappingWish, within: Within): Promise<Mapping> {
    return this.#map(wish, 'install', await this.#closed(wish, within));
  }

  async renew(mapping: Mapping, wish: MappingWish, within: Within): Promise<Mapping> {
    const { external, handle } = mapping;
    const same = { ...wish, handle, port: external.port, address: external.address };
    return this.#map(same, 'renew', await this.#closed(same, within));
  }

  /**
   * A hole in the IPv6 firewall is closed and opened anew, milliseconds later, where it may be open already, be it from before a
   * crash: a much used router daemon (miniupnpd 2.3.1) forgets the nonce of a hole that is renewed, and then it can't be closed
   * any more. What is connected stays connected. Resolves with what is left of the time.
   */
  async #closed({ family, transport, internal, handle }: MappingWish, within: Within): Promise<Within> {
    if (family !== 6) return within;
    const start = this.#clock.monotonic();
    await this.#remove({ family, transport, internal, handle }, within).catch((error: unknown) => {
      if (!(error instanceof MappingError && error.kind === 'refused')) throw error;
    });
    return { ...within, timeoutMs: Math.max(0, within.timeoutMs - (this.#clock.monotonic() - start)) };
  }

  async check({ family, internal }: Mapping, within: Within): Promise<CheckAnswer> {
    return { epoch: await this.#announce(family, internal.address, 'check', within) };
  }

  remove(mapping: Mapping, within: Within): Promise<void> {
    return this.#remove(mapping, within);
  }

  async #remove(
    { family, transport, internal, handle }: Pick<Mapping, 'family' | 'transport' | 'internal' | 'handle'>,
    within: Within,
  ): Promise<void> {
    const request = {
      client: internal.address,
      nonce: handle,
      transport,
      internalPort: internal.port,
      suggestedPort: 0,
      lifetime: 0,
    };
    await this.#line(family, internal.address, 'remove', within, async (line) => {
      const { result, lifetime } = await this.#ask(line, request, QUICK, 'remove');
      // miniupnpd has no resources to remove what it does not have; RFC 6887 15.1 asks for a success.
      if (result !== PCP_RESULT.success && result !== PCP_RESULT.noResources) {
        throw pcpRefusal('remove', result, lifetime);
      }
    });
  }

  close(): void {
    this.#closing.abort(new MappingError('Hearth no longer needs the router.', { ...STOPPED, phase: 'remove' }));
  }

  async #map(wish: MappingWish, phase: 'install' | 'renew', within: Within): Promise<Mapping> {
    const { family, transport, internal, handle } = wish;
    return this.#line(family, internal.address, phase, within, async (line) => {
      let preferFailure = family === 4;
      let [offer, ...others] = this.#offers(wish);
      // Datagrams may come twice: the refusal of one offer must not pass for that of the next.
      const refused = new Set<string>();
      for (;;) {
        const request = {
          client: internal.address,
          nonce: handle,
          transport,
          internalPort: internal.port,
          ...offer,
          lifetime: Math.ceil(wish.lifetimeMs / 1000),
          preferFailure,
        };
        const answer = await this.#ask(line, request, slowly(this.#random), phase, refused);
        const { result, lifetime, grant, epoch } = answer;
        if (result === PCP_RESULT.success && grant) {
          return { ...this.#granted(wish, grant, lifetime, phase), epoch };
        }
        if (result === PCP_RESULT.unsupportedOption && preferFailure) preferFailure = false;
        else if (result === PCP_RESULT.cannotProvideExternal) {
          const [next, ...rest] = others;
          if (!next) throw pcpRefusal(phase, result, lifetime);
          refused.add(offerKey(offer));
          [offer, others] = [next, rest];
        } else throw pcpRefusal(phase, result, lifetime);
      }
    });
  }

  /**
   * What to ask for, best first. Without PREFER_FAILURE some routers try all ports one after the other before they refuse, deaf
   * to everybody for more than a minute; with it the search is ours. Three packets are enough: that random ports are taken too is
   * next to impossible, such a router gives none. A firewall opens what we have, there is nothing to choose.
   */
  #offers({ family, internal, port, address }: MappingWish): [Offer, ...Offer[]] {
    if (family === 6) return [{ suggestedPort: internal.port, suggestedAddress: internal.address }];
    const other = () => ({ suggestedPort: LOWEST_PORT + this.#random.int(65_536 - LOWEST_PORT) });
    if (address === undefined) return [{ suggestedPort: port }, other(), other()];
    return [{ suggestedPort: port, suggestedAddress: address }, { suggestedPort: port }, other()];
  }

  #granted(wish: MappingWish, grant: PcpGrant, lifetime: number, phase: MappingPhase): Mapping {
    if (lifetime === 0 || grant.externalPort === 0) {
      throw new MappingError('The router said yes, but gave nothing.', {
        kind: 'refused',
        reason: 'no-resources',
        protocol: 'pcp',
        phase,
        raw: PCP_RESULT.success,
      });
    }
    return {
      protocol: 'pcp',
      family: wish.family,
      transport: wish.transport,
      internal: wish.internal,
      external: { address: grant.externalAddress, port: grant.externalPort },
      lifetimeMs: lifetime * 1000,
      grantedAt: this.#clock.monotonic(),
      handle: wish.handle,
    };
  }

  /** Resolves with an answer to just this request, whatever its result. */
  #ask(
    line: UdpLine,
    request: PcpMapRequest,
    waits: Iterable<number>,
    phase: MappingPhase,
    refused: ReadonlySet<string> = new Set(),
  ): Promise<MapAnswer> {
    const read = (bytes: Buffer): MapAnswer | undefined => {
      const answer = decodePcp(bytes);
      if (answer?.kind === 'other-dialect') throw pcpRefusal(phase, PCP_RESULT.unsupportedVersion);
      if (answer?.kind !== 'map') return undefined;
      const { result, grant } = answer;
      // A refusal that is too short to tell what it refuses can only be for the one request that is out.
      if (!grant) return answer;
      if (!answersTo(request, grant) || (result !== PCP_RESULT.success && refused.has(echoKey(grant))))
        return undefined;
      return answer;
    };
    return line.ask({ bytes: encodeMap(request), waits, read });
  }

  /** Resolves with the router's epoch. */
  #announce(family: Family, local: string, phase: MappingPhase, within: Within): Promise<number> {
    const read = (bytes: Buffer): number | undefined => {
      const answer = decodePcp(bytes);
      if (answer === undefined || answer.kind === 'map') return undefined;
      if (answer.kind === 'other-dialect') throw pcpRefusal(phase, PCP_RESULT.unsupportedVersion);
      const { result, epoch, lifetime } = answer;
      // A router that has PCP without this small part of it can still map.
      if (result === PCP_RESULT.success || result === PCP_RESULT.unsupportedOpcode) return epoch;
      throw pcpRefusal(phase, result, lifetime);
    };
    const bytes = encodeAnnounce(local);
    return this.#line(family, local, phase, within, (line) => line.ask({ bytes, waits: QUICK, read }));
  }

  async #line<T>(
    family: Family,
    local: string,
    phase: MappingPhase,
    within: Within,
    use: (line: UdpLine) => Promise<T>,
  ): Promise<T> {
    const address = this.#router(family);
    if (address === undefined) throw noGateway(phase);
    const target: LineTarget = { address, port: this.#port, local };
    const signal = AbortSignal.any([within.signal, this.#closing.signal]);
    return withLine({ clock: this.#clock }, target, { protocol: 'pcp', phase }, { ...within, signal }, use);
  }

  #router(family: Family): string | undefined {
    const { v4, v6 } = this.#gateway;
    if (family === 4) return v4?.router;
    return v6 && v6.globals.length > 0 ? v6.router : undefined;
  }

  #local(family: Family): string {
    const { v4, v6 } = this.#gateway;
    return (family === 4 ? v4?.local : v6?.globals[0]?.address) ?? '';
  }
}

type Offer = Pick<PcpMapRequest, 'suggestedPort' | 'suggestedAddress'>;

/** A refusal has the request's own words. */
const offerKey = ({ suggestedPort, suggestedAddress = '0.0.0.0' }: Offer) => `${suggestedPort} ${suggestedAddress}`;
const echoKey = ({ externalPort, externalAddress }: PcpGrant) => `${externalPort} ${externalAddress}`;

const STOPPED = { kind: 'unavailable', reason: 'no-gateway', protocol: 'pcp' } as const;

function answersTo(request: PcpMapRequest, { nonce, transport, internalPort }: PcpGrant): boolean {
  return nonce === request.nonce && transport === request.transport && internalPort === request.internalPort;
}

function noGateway(phase: MappingPhase): MappingError {
  return new MappingError('This computer has no router to ask.', {
    kind: 'unavailable',
    reason: 'no-gateway',
    protocol: 'pcp',
    phase,
  });
}
