// Whether the provider shares one IPv4 address among its customers: then no router of ours can let a connection in (IICP 6.1).

import type { AddressKind } from '../addresses.ts';
import type { Step } from './lines.ts';

export interface CarrierFacts {
  /** What the router tells as its outside address, and what kind of address that is. */
  readonly external: { readonly address: string; readonly kind: AddressKind | undefined } | undefined;
  /** It said that it has none. */
  readonly addressless: boolean;
  /** The IPv4 address that was seen from outside as ours. */
  readonly seenFrom: string | undefined;
  /** The names that the name service has for the address we are seen from. */
  readonly names: readonly string[];
}

export interface CarrierJudged {
  /** The provider's NAT: nothing gets in by IPv4. */
  readonly carrierNat: boolean;
  /** Another NAT above the router, the provider's or not. */
  readonly behindAnotherNat: boolean;
  readonly steps: readonly Step[];
}

/** Providers name what they share. `shared` alone is also in the names of hosters, so it has to stand as a word. */
const SHARED = /cgn|ds-?lite|nat64|carrier-grade|(?:^|[.-])shared(?:[.-]|$)/i;
/** DS-Lite's own (RFC 6333): the router has no IPv4 address but this one, towards the provider. */
const DS_LITE = /^192\.0\.0\./;

export function judgeCarrier({ external, addressless, seenFrom, names }: CarrierFacts): CarrierJudged {
  const kind = external?.kind;
  if (kind === 'cgnat') return shared('carrier.range');
  if (external && DS_LITE.test(external.address)) return shared('carrier.ds-lite');
  const named = names.find((name) => SHARED.test(name));
  if (named !== undefined) return shared('carrier.named');
  if (kind === 'private') return above('nat.private-outside');
  if (external ? kind !== 'public' : addressless) return above('nat.no-address');
  if (external && seenFrom !== undefined && seenFrom !== external.address) return above('nat.other-outside');
  return { carrierNat: false, behindAnotherNat: false, steps: external ? [step('nat.none')] : [] };
}

const step = (code: Step['code']): Step => ({ code, facts: {} });
const shared = (code: Step['code']) => ({ carrierNat: true, behindAnotherNat: true, steps: [step(code)] });
const above = (code: Step['code']) => ({ carrierNat: false, behindAnotherNat: true, steps: [step(code)] });
