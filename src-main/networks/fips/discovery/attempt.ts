// One attempt to punch a hole, from either end: where our socket is seen, and then sending from it until something comes through.

import { networkInterfaces } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { addressKind } from '../../../reachability/addresses.ts';
import { askStun } from '../../../reachability/stun/ask.ts';
import type { LookUp } from '../../../reachability/stun/servers.ts';
import type { Datagrams } from '../../../reachability/stun/socket.ts';
import { DISCOVERY } from './bounds.ts';
import { Punch, type PunchPlan, type Through } from './punch.ts';
import type { MayReach } from './routable.ts';
import type { Observed } from './signal.ts';
import { STUN_MS } from './times.ts';

export interface AttemptDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly lookUp?: LookUp;
}

/** `port`: of the socket. Rejects with the signal's reason. */
export async function observe(
  deps: AttemptDeps,
  { datagrams, port }: { readonly datagrams: Datagrams; readonly port: number },
  how: { readonly stunServers: readonly string[]; readonly local: readonly string[]; readonly mayReach: MayReach },
  signal: AbortSignal,
): Promise<Observed> {
  const question = { servers: how.stunServers, family: 4, local: undefined, datagrams, timeoutMs: STUN_MS } as const;
  const { reflexive, servers } = await askStun(deps, { ...question, signal });
  const local = how.local.slice(0, DISCOVERY.addresses).map((address) => ({ address, port }));
  // A server may say anything; the other end would be sent there.
  if (!reflexive || !how.mayReach(reflexive.address)) return { reflexive: undefined, local, stunServer: undefined };
  const stunServer = servers.find(({ seen }) => seen?.address === reflexive.address)?.server;
  return { reflexive, local, stunServer: stunServer?.replace(/^(?!stun:)/, 'stun:') };
}

/** Addresses of ours in networks of our own. */
export function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && addressKind(address) === 'private')
    .map(({ address }) => address);
}

/** Undefined: nothing came through in its time. Rejects with the signal's reason. */
export async function runPunch(
  clock: Pick<Clock, 'monotonic' | 'after'>,
  datagrams: Datagrams,
  plan: PunchPlan,
  signal: AbortSignal,
): Promise<Through | undefined> {
  signal.throwIfAborted();
  const punch = new Punch(plan, clock.monotonic());
  const { promise, resolve, reject } = Promise.withResolvers<Through | undefined>();
  let cancel: () => void = () => undefined;
  const turn = () => {
    const now = clock.monotonic();
    for (const { to, bytes } of punch.turn(now)) datagrams.send(bytes, to);
    const due = punch.dueAt(now);
    if (due === undefined) resolve(undefined);
    else cancel = clock.after(Math.max(1, due - now), turn);
  };
  const off = datagrams.onDatagram((bytes, from) => {
    const heard = punch.receive(bytes, from);
    if (!heard) return;
    if (heard.reply) datagrams.send(heard.reply, from);
    resolve(heard.through);
  });
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    turn();
    return await promise;
  } finally {
    off();
    cancel();
    signal.removeEventListener('abort', abort);
  }
}
