// Where LXD or Incus answers, on this computer or on another.

import { join } from 'node:path';
import { z } from 'zod';
import { pemsIn } from '../../containers/certificates.ts';
import type { Surroundings } from '../../containers/engine.ts';
import { EngineOfOtherKind, EngineUnreachable } from '../../containers/errors.ts';
import { addressesOf, assertSameProcessor, type Elsewhere } from '../../containers/remote.ts';
import { LxdMissing, LxdUntrusted } from '../errors.ts';
import { LxdClient } from './client.ts';
import { NETWORK } from './plan.ts';

const Auth = z.object({ auth: z.string() });
/** Whoever it does not trust is told less. */
const About = z.object({
  environment: z.object({
    server: z.string(),
    /** Of a cluster, the member that was asked. */
    server_name: z.string().optional(),
    server_clustered: z.boolean().optional(),
    kernel_architecture: z.string().optional(),
  }),
});
const Networks = z.array(z.object({ name: z.string(), type: z.string() })).max(1000);
const Addresses = z.object({
  addresses: z.array(z.object({ family: z.string(), address: z.string(), netmask: z.string(), scope: z.string() })),
});
const ANSWER_MS = 20_000;
const TLS_PORT = 8443;
const MOST_NETWORKS = 64;

/** Sockets to try, in order. `named`: the only one. */
export function lxdSockets(named: string | undefined, { env }: Pick<Surroundings, 'env'>): readonly string[] {
  if (named !== undefined) return [named];
  const told = [
    env.INCUS_SOCKET,
    env.INCUS_DIR && join(env.INCUS_DIR, 'unix.socket'),
    env.LXD_DIR && join(env.LXD_DIR, 'unix.socket'),
  ];
  return [
    ...told.flatMap((path) => (path ? [path] : [])),
    '/run/incus/unix.socket',
    '/var/lib/incus/unix.socket',
    '/var/snap/lxd/common/lxd/unix.socket',
    '/var/lib/lxd/unix.socket',
  ];
}

export interface FoundLxd {
  readonly client: LxdClient;
  readonly make: 'lxd' | 'incus';
  readonly at: string;
  /** Of a cluster, the member whose ports boxes have; undefined: there is but one. */
  readonly member: string | undefined;
  /** Of one on another computer. */
  readonly elsewhere?: {
    readonly host: string;
    /** A port there at which something listens for certain. */
    readonly port: number;
    /** All networks that it is in, and its own addresses, as `192.168.1.20/24`. */
    readonly networks: readonly string[];
  };
}

/** The first that answers, and trusts this user. Rejects with LxdMissing. */
export async function findLxd(
  named: string | undefined,
  around: Pick<Surroundings, 'env'>,
  signal: AbortSignal,
): Promise<FoundLxd> {
  let failure: unknown;
  for (const at of lxdSockets(named, around)) {
    const client = new LxdClient(at);
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      return { client, at, ...foundAt(await about(client, 'localhost', within)) };
    } catch (error) {
      await client.close();
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw new LxdMissing(failure);
}

/** Rejects with EngineUnreachable, LxdUntrusted, RemoteCertificates or EngineOfOtherKind. */
export async function remoteLxd({ at, certificates }: Elsewhere, signal: AbortSignal): Promise<FoundLxd> {
  const url = new URL(at);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || TLS_PORT);
  const [cert, key, server] = await pemsIn(certificates, ['client.crt', 'client.key', 'server.crt'] as const);
  const client = new LxdClient({ origin: `https://${url.hostname}:${port}`, cert, key, server });
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const found = await about(client, host, within);
    assertSameProcessor(found.kernel_architecture);
    const addresses = (await addressesOf(host, within)).map((address) => `${address}/32`);
    const networks = [...addresses, ...(await networksOf(client, within))].slice(0, MOST_NETWORKS);
    return { client, at, ...foundAt(found), elsewhere: { host, port, networks } };
  } catch (error) {
    await client.close();
    signal.throwIfAborted();
    if (error instanceof EngineOfOtherKind || error instanceof LxdUntrusted) throw error;
    throw new EngineUnreachable(host, error);
  }
}

async function about(client: LxdClient, host: string, signal: AbortSignal) {
  const said = await client.ask('GET', '/1.0', signal);
  if (Auth.parse(said).auth !== 'trusted') throw new LxdUntrusted(host);
  return About.parse(said).environment;
}

function foundAt({ server, server_name, server_clustered }: z.infer<typeof About>['environment']) {
  return {
    make: server === 'incus' ? ('incus' as const) : ('lxd' as const),
    member: server_clustered ? server_name : undefined,
  };
}

/** Of a computer that can't be looked at from here. */
async function networksOf(client: LxdClient, signal: AbortSignal): Promise<readonly string[]> {
  const all = Networks.parse(await client.ask('GET', '/1.0/networks?recursion=1', signal));
  const outside = all.filter(({ name, type }) => type !== 'loopback' && !name.startsWith(NETWORK));
  const found = await Promise.all(
    outside.slice(0, MOST_NETWORKS).map(async ({ name }) => {
      const path = `/1.0/networks/${encodeURIComponent(name)}/state`;
      return Addresses.parse(await client.ask('GET', path, signal)).addresses;
    }),
  );
  return found
    .flat()
    .filter(({ family, scope }) => family === 'inet' && scope === 'global')
    .map(({ address, netmask }) => `${address}/${netmask}`);
}
