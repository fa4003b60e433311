// What the mapper tells of itself: one picture for each change, made of values only, never half of one.

import { addressKind } from '../addresses.ts';
import type { MappingErrorCode, MappingErrorKind } from '../errors.ts';
import { isGlobal } from '../gateway/gateway.ts';
import type { Endpoint, Family, Mapping, MappingProtocol, PortRequest } from '../mapping.ts';
import { isUnproven } from '../nat-api/proven.ts';
import type { RouterLink } from './link.ts';
import { held, type MappingPhase, type MappingState } from './state.ts';

export interface MappingView {
  readonly request: PortRequest;
  readonly family: Family;
  readonly state: MappingPhase;
  /** What may be published; null: nothing. */
  readonly external: Endpoint | null;
  /** What the router says it has opened, whether or not it leads anywhere. */
  readonly granted: {
    readonly protocol: MappingProtocol;
    /** Which of the mapper's ways it was got by. */
    readonly way: string;
    readonly internal: Endpoint;
    readonly external: Endpoint;
    readonly handle: string;
    /** Wall times; null: no end. */
    readonly grantedAt: number;
    readonly lifetimeMs: number | null;
    readonly expiresAt: number | null;
    readonly nextRenewalAt: number | null;
  } | null;
  /** The router's own address is private: another one stands before it, or the provider shares addresses. */
  readonly behindAnotherNat: false | 'private' | 'cgnat';
  /** Listed by the router, and nothing came through, whatever was tried. */
  readonly unreachable: boolean;
  readonly strikes: number;
  readonly renewals: number;
  /** How often the router had lost it and has it again: what was seen of it from outside was before. */
  readonly recreated: number;
  /** Wall time of the next search; null: none is waited for. */
  readonly nextSearchAt: number | null;
  readonly lastError: {
    readonly kind: MappingErrorKind;
    readonly code: MappingErrorCode;
    readonly protocol: MappingProtocol | null;
    readonly message: string;
    readonly raw: number | null;
  } | null;
}

export interface MapperSnapshot {
  readonly enabled: boolean;
  readonly mappings: readonly MappingView[];
  readonly router: {
    readonly interfaceName: string;
    readonly v4: string | null;
    readonly v6: string | null;
    readonly behindVpn: boolean;
    /** A stranger's words, bounded; empty where it does not tell. */
    readonly name: string;
    readonly model: string;
    /** Its own IPv4 address on the outside, as it said when it was looked for; null: it did not. */
    readonly external: string | null;
    /** It has none of its own, as far as it tells: another router stands before it, or the provider's network. */
    readonly addressless: boolean;
    /** Seconds since it lost its state, as it last said. */
    readonly epoch: number | null;
    /** That have answered, best first. */
    readonly ways: readonly string[];
    readonly rebootsSeen: number;
  } | null;
  readonly counters: {
    /** Mappings that may be published now. */
    readonly active: number;
    /** How often an address to tell was got, or became another one. */
    readonly external: number;
    readonly renewals: number;
  };
  /** Open while something is mapped. */
  readonly natClass: 'open' | 'unknown';
}

/** Whether an address that a router gave is one of the open Internet. */
export function behindAnotherNat({ family, external }: Mapping): false | 'private' | 'cgnat' {
  if (family === 6) return isGlobal(external.address) ? false : 'private';
  const kind = addressKind(external.address);
  if (kind === 'public') return false;
  return kind === 'cgnat' ? 'cgnat' : 'private';
}

export interface Times {
  /** `Clock.monotonic()` now. */
  readonly steady: number;
  /** Added to it: wall time. Only another one when the clock was set, so that nothing seems to change by a rounding. */
  readonly offset: number;
}

export function mappingView(request: PortRequest, family: Family, state: MappingState, times: Times): MappingView {
  const { lease, lastError, strikes, renewals, recreated, unreachable, phase, wakeAt } = state;
  const mapping = held(state, times.steady);
  const behind = mapping ? behindAnotherNat(mapping) : lastError?.reason === 'double-nat' && 'private';
  const wall = (steady: number) => (Number.isFinite(steady) ? Math.round(steady + times.offset) : null);
  const waiting = phase === 'lost' || phase === 'unavailable';
  return {
    request,
    family,
    state: phase,
    external: mapping && !behind && !unreachable && !isUnproven(mapping) ? mapping.external : null,
    granted:
      mapping && lease
        ? {
            protocol: mapping.protocol,
            way: lease.way,
            internal: mapping.internal,
            external: mapping.external,
            handle: mapping.handle,
            grantedAt: wall(mapping.grantedAt) ?? 0,
            lifetimeMs: Number.isFinite(mapping.lifetimeMs) ? mapping.lifetimeMs : null,
            expiresAt: wall(mapping.grantedAt + mapping.lifetimeMs),
            nextRenewalAt: wall(lease.renewAt),
          }
        : null,
    behindAnotherNat: behind,
    unreachable,
    strikes,
    renewals,
    recreated,
    nextSearchAt: waiting ? wall(wakeAt) : null,
    lastError: lastError
      ? {
          kind: lastError.kind,
          code: lastError.reason,
          protocol: lastError.protocol,
          message: lastError.message,
          raw: lastError.raw ?? null,
        }
      : null,
  };
}

export function routerView(link: RouterLink): NonNullable<MapperSnapshot['router']> {
  const { name, v4, v6, behindVpn } = link.gateway;
  const ways = link.answering();
  const external = ways.map((way) => link.answer(way)?.external).find((address) => address !== undefined);
  const named = ways.map((way) => link.answer(way)?.router).find((router) => router !== undefined);
  return {
    interfaceName: name,
    v4: v4?.router ?? null,
    v6: v6?.router ?? null,
    behindVpn,
    name: named?.name ?? '',
    model: named?.model ?? '',
    external: external ?? null,
    addressless: external === undefined && (link.addressless || ways.includes('upnp')),
    epoch: link.epoch,
    ways,
    rebootsSeen: link.rebootsSeen,
  };
}
