// What this computer's own addresses can do for inbound connections, before any router is asked: a public IPv4 address on a card (tier 0), and
// lasting IPv6 addresses that something can be bound to and goes out from.

import { createServer } from 'node:net';
import type { ReachStepCode } from '../../../src-preload/contract/reachability.ts';
import type { LineFacts } from '../gateway/choose.ts';
import type { GlobalAddress } from '../gateway/gateway.ts';

/** A step of looking, for a person: a stable code and its facts. */
export interface Step {
  readonly code: Exclude<ReachStepCode, `router.${string}`>;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** On cards only: what a VPN or a container has is not this computer's link. */
export function publicV4(lines: LineFacts['lines'], isPublic: (address: string) => boolean): readonly string[] {
  return lines
    .filter(({ kind }) => kind === 'physical')
    .flatMap(({ v4 }) => v4.map(({ address }) => address))
    .filter(isPublic);
}

export interface Ipv6Facts {
  /** The gateway's line: neither temporary nor deprecated. */
  readonly globals: readonly GlobalAddress[];
  /** There is a route to the outside. */
  readonly route: boolean;
  /** Those that a listening socket could be bound to. */
  readonly bound: readonly string[];
  /** The address that was seen from outside as ours by IPv6, if a server was asked and answered; null: asked in vain. */
  readonly seenFrom: string | null | undefined;
}

export interface Ipv6Qualified {
  /** Worth opening and telling; the steadiest first. Empty: nothing comes in by IPv6 here. */
  readonly addresses: readonly string[];
  readonly steps: readonly Step[];
}

/** IICP 6.1's qualification: an address, a socket on it, a way out. */
export function qualifyIpv6({ globals, route, bound, seenFrom }: Ipv6Facts): Ipv6Qualified {
  const steps: Step[] = [{ code: 'ipv6.addresses', facts: { count: globals.length } }];
  const no = (code: Step['code']): Ipv6Qualified => ({ addresses: [], steps: [...steps, { code, facts: {} }] });
  if (globals.length === 0) return no('ipv6.none');
  if (!route) return no('ipv6.no-route');
  const usable = globals.filter(({ address }) => bound.includes(address));
  if (usable.length === 0) return no('ipv6.not-bound');
  if (seenFrom === null) return no('ipv6.not-out');
  steps.push({ code: seenFrom === undefined ? 'ipv6.usable' : 'ipv6.out', facts: { count: usable.length } });
  // The address that is seen is the one that the system prefers; one made from a key of its own outlives others.
  const rank = ({ address, secured }: GlobalAddress) => (address === seenFrom ? 0 : secured ? 1 : 2);
  return { addresses: [...usable].sort((a, b) => rank(a) - rank(b)).map(({ address }) => address), steps };
}

/** Whether something may listen on this address here, tried with a port that the system chooses. */
export function canBind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port: 0, ipv6Only: true }, () => server.close(() => resolve(true)));
  });
}
