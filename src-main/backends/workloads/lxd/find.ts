// Where LXD or Incus answers on this computer.

import { join } from 'node:path';
import { z } from 'zod';
import type { Surroundings } from '../../containers/engine.ts';
import { LxdMissing } from '../errors.ts';
import { LxdClient } from './client.ts';

const About = z.object({ auth: z.string(), environment: z.object({ server: z.string() }) });
const ANSWER_MS = 10_000;

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

/** The first that answers, and trusts this user. Rejects with LxdMissing. */
export async function findLxd(
  named: string | undefined,
  around: Pick<Surroundings, 'env'>,
  signal: AbortSignal,
): Promise<{ readonly client: LxdClient; readonly make: 'lxd' | 'incus'; readonly at: string }> {
  let failure: unknown;
  for (const at of lxdSockets(named, around)) {
    const client = new LxdClient(at);
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const { auth, environment } = About.parse(await client.ask('GET', '/1.0', within));
      if (auth !== 'trusted') throw new Error('it does not trust this user');
      return { client, make: environment.server === 'incus' ? 'incus' : 'lxd', at };
    } catch (error) {
      await client.close();
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw new LxdMissing(failure);
}
