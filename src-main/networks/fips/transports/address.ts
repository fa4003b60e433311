// Addresses as adverts and settings have them: `host:port`, IPv6 in brackets.

import { isIPv6 } from 'node:net';

export interface HostPort {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Undefined: it is no such address. */
export function parseHostPort(text: string): HostPort | undefined {
  const parsed = parseBind(text);
  return parsed && parsed.port > 0 ? parsed : undefined;
}

/** The same, of a place to listen: port 0 is any port. */
export function parseBind(text: string): HostPort | undefined {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 0xffff) return undefined;
  return bracketed === undefined || isIPv6(bracketed) ? { host, port } : undefined;
}

export function formatHostPort({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
