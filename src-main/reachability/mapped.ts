// The mapper's picture in the words of the contract.

import type { MappingView, ReachStep } from '../../src-preload/contract/reachability.ts';
import type { Pinhole } from './inbound.ts';
import type { MappingView as Mapped, MapperSnapshot } from './mapper/snapshot.ts';
import type { MapperStep } from './mapper/steps.ts';

/** `external` is what the router has opened, also where it leads nowhere. */
function mappingViewOf({
  family,
  state,
  granted,
  renewals,
  strikes,
  behindAnotherNat,
  lastError,
}: Mapped): MappingView {
  return {
    family,
    state,
    protocol: granted?.protocol ?? null,
    external: granted ? { ...granted.external } : null,
    grantedAt: granted?.grantedAt ?? null,
    expiresAt: granted?.expiresAt ?? null,
    nextRenewalAt: granted?.nextRenewalAt ?? null,
    renewals,
    strikes,
    behindAnotherNat: behindAnotherNat !== false,
    failure: lastError ? { code: `reachability.${lastError.code}`, message: lastError.message } : null,
  };
}

/** When a mapping of a request was renewed last; null: none was yet. */
export function renewedAt({ mappings }: MapperSnapshot, id: string): number | null {
  const own = mappings.filter(({ request }) => request.id === id);
  const times = own.flatMap(({ renewals, granted }) => (renewals > 0 && granted ? [granted.grantedAt] : []));
  return times.length > 0 ? Math.max(...times) : null;
}

/** As IICP 2.4 tells of it; a hole got by PCP has no UniqueID. */
export function pinholeOf({ mappings }: MapperSnapshot, id: string): Pinhole | null {
  const hole = mappings.find(({ request, family, granted }) => request.id === id && family === 6 && granted !== null);
  if (!hole?.granted) return null;
  const { handle, lifetimeMs } = hole.granted;
  const uniqueId = /^pinhole:(\d+)/.exec(handle)?.[1];
  return {
    uniqueId: uniqueId === undefined ? null : Number(uniqueId),
    leaseSeconds: lifetimeMs === null ? 0 : Math.round(lifetimeMs / 1000),
  };
}

export function stepOf({ at, code, request, family, facts }: MapperStep): ReachStep {
  const about = { ...(request !== undefined && { port: request }), ...(family !== undefined && { family }) };
  return { at, code: `router.${code}`, facts: factsText({ ...about, ...facts }) };
}

/** `way=mapping tier=1`; what is unknown is left out. */
export function factsText(facts: Readonly<Record<string, string | number | boolean | null>>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return known.map(([name, value]) => `${name}=${value}`).join(' ');
}

/** Of one request. */
export function mappingViewsOf({ mappings }: MapperSnapshot, id: string): MappingView[] {
  return mappings.filter(({ request }) => request.id === id).map(mappingViewOf);
}
