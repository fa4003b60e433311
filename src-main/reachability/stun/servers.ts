// STUN servers as a setting names them, and where they are.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Endpoint, Family } from '../mapping.ts';

const STUN_PORT = 3478;
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Finds addresses of a host name, of one family. */
export type LookUp = (host: string, family: Family) => Promise<readonly string[]>;

export const systemLookUp: LookUp = async (host, family) => {
  const found = await lookup(host, { family, all: true });
  return found.map(({ address }) => address);
};

/** Takes `host`, `host:port`, `[address]:port` and an address, with or without `stun:` before it. Undefined: none of these. */
export function parseStunServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const bare = text.trim().replace(/^stun:/i, '');
  if (isIP(bare) !== 0) return { host: bare, port: STUN_PORT };
  const [, six, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(bare) ?? [];
  const host = six ?? name ?? '';
  const port = digits === undefined ? STUN_PORT : Number(digits);
  if (port < 1 || port > 65_535) return undefined;
  return (six === undefined ? HOST.test(host) : isIP(six) === 6) ? { host, port } : undefined;
}

/** Undefined: no such name, none in this family, or not known in time. Rejects with the signal's reason. */
export async function findStunServer(
  { clock, lookUp }: { readonly clock: Clock; readonly lookUp: LookUp },
  { host, port }: { readonly host: string; readonly port: number },
  family: Family,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Endpoint | undefined> {
  if (isIP(host) !== 0) return isIP(host) === family ? { address: host, port } : undefined;
  const done = new AbortController();
  // A look-up of the system can't be ended, only left alone.
  const found = lookUp(host, family).then(
    (addresses) => addresses.find((address) => isIP(address) === family),
    () => undefined,
  );
  const late = clock.sleep(timeoutMs, AbortSignal.any([signal, done.signal])).then(() => undefined);
  try {
    const address = await Promise.race([found, late]);
    return address === undefined ? undefined : { address, port };
  } finally {
    done.abort(new Error('the name was looked up'));
    late.catch(() => undefined);
  }
}
