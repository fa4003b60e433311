// Which of the ways out is the home router's: decided from what the system tells, the same on every system.

import { isIPv4 } from 'node:net';
import type { Family } from '../mapping.ts';
import type { Gateway, GlobalAddress, InterfaceKind } from './gateway.ts';

/** A route that takes everything, or half of everything as some VPNs lay it over the one that was there. */
export interface DefaultRoute {
  readonly family: Family;
  /** The interface's name. */
  readonly name: string;
  /** Undefined: whatever is sent goes in, no router is asked; that is how a VPN's tunnel stands in a table. A zone is included. */
  readonly router: string | undefined;
  /** The lowest wins. */
  readonly metric: number;
}

export interface Line {
  readonly name: string;
  readonly kind: InterfaceKind;
  readonly v4: readonly { readonly address: string; readonly prefix: number }[];
  readonly globals: readonly GlobalAddress[];
}

export interface LineFacts {
  readonly routes: readonly DefaultRoute[];
  readonly lines: readonly Line[];
  /** Hardware address by IP address. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** Our address on what is sent to the outside by itself, as the system would choose it now. */
  readonly outward: string | undefined;
}

/** A virtual line is the only one inside a container or a virtual machine; a VPN has no router behind it that maps ports. */
const RANK: Readonly<Record<InterfaceKind, number | undefined>> = {
  physical: 0,
  virtual: 1,
  container: 2,
  vpn: undefined,
  loopback: undefined,
};

/** Undefined where no way out leads through a router. */
export function chooseGateway({ routes, lines, neighbours, outward }: LineFacts): Gateway | undefined {
  const byName = new Map(lines.map((line) => [line.name, line]));
  const rankOf = ({ name, router }: DefaultRoute) => {
    const line = byName.get(name);
    return line && router !== undefined ? RANK[line.kind] : undefined;
  };
  const usable = routes
    .flatMap((route) => {
      const rank = rankOf(route);
      return rank === undefined ? [] : [{ ...route, rank }];
    })
    .sort((a, b) => a.rank - b.rank || a.family - b.family || a.metric - b.metric);
  const name = usable[0]?.name;
  const line = name === undefined ? undefined : byName.get(name);
  if (!line) return undefined;

  const routerOf = (family: Family) =>
    usable.find((route) => route.name === line.name && route.family === family)?.router;
  const v4 = routerOf(4);
  const own = v4 === undefined ? undefined : (line.v4.find((at) => within(v4, at)) ?? line.v4[0]);
  const v6 = line.globals.length === 0 ? undefined : routerOf(6);
  const first = v4 ?? v6;
  return {
    name: line.name,
    v4: v4 === undefined || !own ? undefined : { router: v4, local: own.address, prefix: own.prefix },
    v6: v6 === undefined ? undefined : { router: v6, globals: line.globals },
    hardware: first === undefined ? undefined : neighbours.get(first),
    behindVpn: leavesByVpn({ routes, lines, outward }),
  };
}

/** The table may hide it: WireGuard's own rules stand elsewhere, so the address that would be used is asked for as well. */
function leavesByVpn({ routes, lines, outward }: Pick<LineFacts, 'routes' | 'lines' | 'outward'>): boolean {
  const vpns = lines.filter(({ kind }) => kind === 'vpn');
  if (outward !== undefined && vpns.some(({ v4 }) => v4.some(({ address }) => address === outward))) return true;
  const names = new Set(vpns.map(({ name }) => name));
  return ([4, 6] as const).some((family) => {
    const best = routes.filter((route) => route.family === family).sort((a, b) => a.metric - b.metric)[0];
    return best !== undefined && names.has(best.name);
  });
}

function within(router: string, { address, prefix }: { readonly address: string; readonly prefix: number }): boolean {
  if (!isIPv4(router) || !isIPv4(address)) return false;
  const mask = prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0;
  return ((bits(router) ^ bits(address)) & mask) === 0;
}

function bits(address: string): number {
  return address.split('.').reduce((value, part) => ((value << 8) | Number(part)) >>> 0, 0);
}
