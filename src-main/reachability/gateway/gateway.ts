// Where this computer's way out leads: read from the system's routes and interfaces, without a packet sent.

/** What carries an address: only `physical` ones have a home router behind them. */
export type InterfaceKind = 'physical' | 'vpn' | 'container' | 'virtual' | 'loopback';

/** A global unicast IPv6 address of ours that may be published: neither temporary nor deprecated, no ULA. */
export interface GlobalAddress {
  readonly address: string;
  /** When it stops being preferred, milliseconds from now; undefined: not known or never. */
  readonly preferredMs?: number;
  /** macOS: made from a key of its own (RFC 3972), so it stays as long as the prefix. */
  readonly secured?: boolean;
}

/** The home router and our side of the line to it. Two equal ones (by `gatewayKey`) are the same line. */
export interface Gateway {
  /** The interface's name, e.g. `eth0`. */
  readonly name: string;
  /** The router's IPv4 address and ours on that line; undefined where there is no IPv4. Sockets are bound to `local`. */
  readonly v4: { readonly router: string; readonly local: string; readonly prefix: number } | undefined;
  /** The router's IPv6 address, with its zone where it is link-local (`fe80::1%eth0`), and ours. */
  readonly v6: { readonly router: string; readonly globals: readonly GlobalAddress[] } | undefined;
  /** The router's hardware address where the system tells it: knows a router again after an absence. */
  readonly hardware: string | undefined;
  /** A VPN holds the default route: what goes out by itself does not leave by this line. */
  readonly behindVpn: boolean;
}

/** Same line, same addresses: what was mapped there still holds. */
export function gatewayKey({ name, v4, v6, hardware }: Gateway): string {
  const globals = v6?.globals.map(({ address }) => address) ?? [];
  return JSON.stringify([name, v4?.router, v4?.local, v6?.router, globals, hardware]);
}

/**
 * Whether what was mapped for our address of this family still holds: the router and we are the same to one another, whatever
 * became of the other family. Systems forget a router's hardware address and learn it anew; only another one is another router.
 */
export function stillHolds(family: 4 | 6, address: string, before: Gateway, now: Gateway): boolean {
  const other = before.hardware !== undefined && now.hardware !== undefined && before.hardware !== now.hardware;
  if (other || before.name !== now.name) return false;
  if (family === 6) {
    const own = now.v6?.globals.some((each) => each.address === address) ?? false;
    return own && before.v6?.router === now.v6?.router;
  }
  const { v4 } = now;
  return v4?.local === address && v4.router === before.v4?.router && v4.prefix === before.v4.prefix;
}

/** 2000::/3, without 2001::/32: Teredo's addresses stand behind a NAT themselves. */
export function isGlobal(address: string): boolean {
  const [first = '', second = ''] = address.split(':');
  const word = Number.parseInt(first || '0', 16);
  return word >= 0x2000 && word <= 0x3fff && !(word === 0x2001 && Number.parseInt(second || '0', 16) === 0);
}
