// Asks a router for ports by NAT-PMP (RFC 6886).

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
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
import { QUICK, slowly, type UdpLine, withLine } from '../udp.ts';
import {
  decodeNatPmp,
  encodeAddressRequest,
  encodeNatPmpMap,
  NAT_PMP_RESULT,
  type NatPmpAnswer,
  type NatPmpMapRequest,
} from './codec.ts';
import { natPmpRefusal } from './results.ts';

const NAT_PMP_PORT = 5351;
const NOWHERE = '0.0.0.0';
/** How long a router may take over a map request when it has answered the request that came after it. */
const LOST_MS = 250;

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

/** `port`: where routers listen; other than 5351 only for tests. */
export function natPmpClients(deps: Deps, { port = NAT_PMP_PORT }: { readonly port?: number } = {}): PortClientFactory {
  return (gateway) => new NatPmpClient(deps, gateway, port);
}

type AddressAnswer = Extract<NatPmpAnswer, { kind: 'address' }>;
type MapAnswer = Extract<NatPmpAnswer, { kind: 'map' }>;

class NatPmpClient implements PortClient {
  readonly protocol = 'nat-pmp';
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

  async probe(within: Within): Promise<ProbeAnswer> {
    const start = this.#clock.monotonic();
    const answer = await this.#look('probe', within);
    return { protocol: 'nat-pmp', tookMs: this.#clock.monotonic() - start, ...answer, families: [4] };
  }

  install(wish: MappingWish, within: Within): Promise<Mapping> {
    return this.#map(wish, 'install', within);
  }

  renew(mapping: Mapping, wish: MappingWish, within: Within): Promise<Mapping> {
    return this.#map({ ...wish, handle: mapping.handle, port: mapping.external.port }, 'renew', within);
  }

  check(_mapping: Mapping, within: Within): Promise<CheckAnswer> {
    return this.#look('check', within);
  }

  async remove({ transport, internal }: Mapping, within: Within): Promise<void> {
    const request = { transport, internalPort: internal.port, suggestedPort: 0, lifetime: 0 };
    await this.#line('remove', within, async (line) => {
      const { result } = await this.#ask(line, request, QUICK, 'remove');
      if (result !== NAT_PMP_RESULT.success) throw natPmpRefusal('remove', result);
    });
  }

  close(): void {
    this.#closing.abort(
      new MappingError('Hearth no longer needs the router.', {
        kind: 'unavailable',
        reason: 'no-gateway',
        protocol: 'nat-pmp',
        phase: 'remove',
      }),
    );
  }

  #map(wish: MappingWish, phase: 'install' | 'renew', within: Within): Promise<Mapping> {
    const { transport, internal, port } = wish;
    const lifetime = Math.ceil(wish.lifetimeMs / 1000);
    const request = { transport, internalPort: internal.port, suggestedPort: port, lifetime };
    return this.#line(phase, within, async (line) => {
      const { result, epoch, grant, address } = await this.#mapAndLook(line, request, phase, within.signal);
      if (result !== NAT_PMP_RESULT.success || !grant) throw natPmpRefusal(phase, result);
      if (grant.lifetime === 0 || grant.externalPort === 0) {
        throw new MappingError('The router said yes, but gave nothing.', {
          kind: 'refused',
          reason: 'no-resources',
          protocol: 'nat-pmp',
          phase,
          raw: result,
        });
      }
      return {
        protocol: 'nat-pmp',
        family: 4,
        transport,
        internal,
        // A router that maps without having an address is behind another one; the judgement of addresses sees that by this.
        external: { address: address ?? NOWHERE, port: grant.externalPort },
        lifetimeMs: grant.lifetime * 1000,
        grantedAt: this.#clock.monotonic(),
        epoch,
        handle: wish.handle,
      };
    });
  }

  /**
   * The map request and, right behind it, the one for the address. Some routers walk through all ports before they refuse, deaf
   * meanwhile, and walk again for each repetition. So a map request is repeated quickly only when the router has answered what
   * was sent after it: then it is not walking, and the request got lost.
   */
  async #mapAndLook(
    line: UdpLine,
    request: NatPmpMapRequest,
    phase: MappingPhase,
    signal: AbortSignal,
  ): Promise<MapAnswer & { readonly address?: string | undefined }> {
    const done = new AbortController();
    const waited = AbortSignal.any([signal, done.signal]);
    try {
      const first = this.#ask(line, request, slowly(this.#random), phase);
      const address = this.#askAddress(line, phase);
      const again = address
        .then(() => this.#clock.sleep(LOST_MS, waited))
        .then(() => this.#ask(line, request, QUICK, phase));
      const answer = await Promise.race([first, again]);
      // A refusal needs no address. A mapping does: without one it is as good as not had.
      if (answer.result !== NAT_PMP_RESULT.success) return answer;
      const looked = await address;
      // RFC 6886 3.2: what a refusal has in the place of the address means nothing.
      return { ...answer, address: looked.result === NAT_PMP_RESULT.success ? looked.address : undefined };
    } finally {
      done.abort(new Error('the router has answered'));
    }
  }

  /** Resolves with an answer to just this request, whatever its result. */
  #ask(line: UdpLine, request: NatPmpMapRequest, waits: Iterable<number>, phase: MappingPhase): Promise<MapAnswer> {
    const read = (bytes: Buffer): MapAnswer | undefined => {
      const answer = decodeNatPmp(bytes);
      if (answer?.kind === 'other-dialect') throw natPmpRefusal(phase, NAT_PMP_RESULT.unsupportedVersion);
      if (answer?.kind !== 'map' || answer.transport !== request.transport) return undefined;
      return !answer.grant || answer.grant.internalPort === request.internalPort ? answer : undefined;
    };
    return line.ask({ bytes: encodeNatPmpMap(request), waits, read });
  }

  #askAddress(line: UdpLine, phase: MappingPhase): Promise<AddressAnswer> {
    const read = (bytes: Buffer): AddressAnswer | undefined => {
      const answer = decodeNatPmp(bytes);
      if (answer?.kind === 'other-dialect') throw natPmpRefusal(phase, NAT_PMP_RESULT.unsupportedVersion);
      return answer?.kind === 'address' ? answer : undefined;
    };
    return line.ask({ bytes: encodeAddressRequest(), waits: QUICK, read });
  }

  #look(phase: 'probe' | 'check', within: Within): Promise<{ epoch: number; external?: string }> {
    return this.#line(phase, within, async (line) => {
      const { result, epoch, address } = await this.#askAddress(line, phase);
      if (result !== NAT_PMP_RESULT.success) throw natPmpRefusal(phase, result);
      return address === undefined || address === NOWHERE ? { epoch } : { epoch, external: address };
    });
  }

  async #line<T>(phase: MappingPhase, within: Within, use: (line: UdpLine) => Promise<T>): Promise<T> {
    const { v4 } = this.#gateway;
    const facts = { protocol: 'nat-pmp', phase } as const;
    if (!v4) {
      throw new MappingError('This computer has no router to ask.', {
        ...facts,
        kind: 'unavailable',
        reason: 'no-gateway',
      });
    }
    const target = { address: v4.router, port: this.#port, local: v4.local };
    const signal = AbortSignal.any([within.signal, this.#closing.signal]);
    return withLine({ clock: this.#clock }, target, facts, { ...within, signal }, use);
  }
}
