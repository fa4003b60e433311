// Linux tells all of it in small files: nothing is started, so looking is cheap.

import { namesIn, textOf } from '../../base/files.ts';
import type { DefaultRoute } from './choose.ts';
import { type GlobalAddress, type InterfaceKind, isGlobal } from './gateway.ts';
import { kindByName } from './kinds.ts';

/** RTF_UP, RTF_GATEWAY and RTF_REJECT of linux/route.h. */
const UP = 0x1;
const THROUGH = 0x2;
const REJECTED = 0x200;
/** Tables are read this far; a home computer has some ten lines in them. */
const MOST_LINES = 10_000;
/** `0.0.0.0/1` and `128.0.0.0/1` are more exact than `0.0.0.0/0` and win over it whatever its metric. */
const HALF = '00000080';

/** /proc/net/route: IPv4 in hex, in the order of the bytes of a little-endian machine. */
export function ipv4Routes(text: string): readonly DefaultRoute[] {
  return rows(text).flatMap(([name, to, router, flags, , , metric, mask]) => {
    if (!name || to === undefined || router === undefined || flags === undefined) return [];
    const bits = Number.parseInt(flags, 16);
    if (!(bits & UP) || bits & REJECTED) return [];
    const half = mask === HALF && (to === '00000000' || to === HALF);
    if (!half && (to !== '00000000' || mask !== '00000000')) return [];
    const through = bits & THROUGH ? ipv4(router) : undefined;
    return [{ family: 4, name, router: through, metric: half ? -1 : Number(metric) || 0 }];
  });
}

/** /proc/net/ipv6_route: destination, its prefix, source, its prefix, next hop, metric, two counts, flags, name. */
export function ipv6Routes(text: string): readonly DefaultRoute[] {
  return rows(text).flatMap(([to, prefix, , , router, metric, , , flags, name]) => {
    if (!name || to === undefined || router === undefined || metric === undefined || flags === undefined) return [];
    const bits = Number.parseInt(flags, 16);
    if (!(bits & UP) || bits & REJECTED) return [];
    const half = prefix === '01' && /^[08]0{31}$/.test(to);
    if (!half && (prefix !== '00' || !/^0{32}$/.test(to))) return [];
    const address = bits & THROUGH ? ipv6(router) : undefined;
    const through = address?.startsWith('fe80:') ? `${address}%${name}` : address;
    return [{ family: 6, name, router: through, metric: half ? -1 : Number.parseInt(metric, 16) }];
  });
}

/** IFA_F_TEMPORARY, IFA_F_DADFAILED, IFA_F_DEPRECATED and IFA_F_TENTATIVE of linux/if_addr.h. */
const PASSING = 0x01 | 0x08 | 0x20 | 0x40;

/** /proc/net/if_inet6: address, index, prefix, scope, flags, name. The addresses that may be published, by interface. */
export function globalAddresses(text: string): ReadonlyMap<string, readonly GlobalAddress[]> {
  const found = new Map<string, GlobalAddress[]>();
  for (const [hex, , , , flags, name] of rows(text)) {
    const address = hex === undefined ? undefined : ipv6(hex);
    if (!name || address === undefined || !isGlobal(address) || Number.parseInt(flags ?? '', 16) & PASSING) continue;
    found.set(name, [...(found.get(name) ?? []), { address }]);
  }
  return found;
}

/** /proc/net/arp: hardware addresses of those that answered. */
export function neighbours(text: string): ReadonlyMap<string, string> {
  const seen = rows(text).flatMap(([address, , flags, hardware]): [string, string][] =>
    address && hardware && /^0x0*[1-9a-f]/i.test(flags ?? '') && !/^[0:]+$/.test(hardware) ? [[address, hardware]] : [],
  );
  return new Map(seen);
}

/** ARPHRD_* of linux/if_arp.h: what is no Ethernet carries no home router. */
const LOOPBACK = '772';
const TUNNELS = new Set(['65534', '512', '768', '769', '776', '778', '823']);

/** By /sys/class/net. `root`: `/`, or a test's folder. */
export async function linuxKind(root: string, name: string): Promise<InterfaceKind> {
  const place = [root, 'sys/class/net', name] as const;
  const has = new Set(await namesIn(...place));
  if (has.size === 0) return kindByName(name);
  const [type, uevent = ''] = await Promise.all([textOf(...place, 'type'), textOf(...place, 'uevent')]);
  if (type === LOOPBACK) return 'loopback';
  if (has.has('device')) return 'physical';
  if (has.has('tun_flags') || (type !== undefined && TUNNELS.has(type))) return 'vpn';
  if (/^DEVTYPE=wireguard$/m.test(uevent)) return 'vpn';
  // A bridge, a bond or a VLAN over a real card is that card's line by another name.
  const under = [...has].flatMap((entry) => (entry.startsWith('lower_') ? [entry.slice('lower_'.length)] : []));
  for (const part of under.slice(0, 64)) {
    if ((await namesIn(root, 'sys/class/net', part)).includes('device')) return 'physical';
  }
  const named = kindByName(name);
  return named === 'physical' ? 'virtual' : named;
}

function rows(text: string): readonly string[][] {
  return text
    .split('\n', MOST_LINES)
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}

function ipv4(hex: string): string | undefined {
  if (!/^[0-9a-f]{8}$/i.test(hex)) return undefined;
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function ipv6(hex: string): string | undefined {
  if (!/^[0-9a-f]{32}$/i.test(hex)) return undefined;
  return new URL(`http://[${hex.match(/.{4}/g)!.join(':')}]/`).hostname.slice(1, -1);
}
