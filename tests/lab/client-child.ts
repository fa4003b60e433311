// The clients for routers as a process in the lab: takes one order a line, answers each with what came of it and how long it took.
// Ends by itself when its input ends, unless a client has left something open.
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { MappingError } from '../../src-main/reachability/errors.ts';
import { GatewayWatcher, hostNetwork } from '../../src-main/reachability/gateway/watcher.ts';
import type { Mapping, MappingWish, PortClient } from '../../src-main/reachability/mapping.ts';
import { natPmpClients } from '../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients } from '../../src-main/reachability/pcp/client.ts';
import { upnpClients } from '../../src-main/reachability/upnp/client.ts';
import { pinholeClients } from '../../src-main/reachability/upnp/pinhole.ts';

const WAYS = {
  pcp: pcpClients({ clock, random }),
  'nat-pmp': natPmpClients({ clock, random }),
  upnp: upnpClients({ clock, random }),
  pinhole: pinholeClients({ clock }),
};

export interface Order {
  readonly way: keyof typeof WAYS;
  readonly call: 'probe' | 'install' | 'renew' | 'check' | 'remove';
  readonly wish?: MappingWish;
  /** As it came from `install`; without an end its lifetime is null, for JSON has no Infinity. */
  readonly mapping?: Omit<Mapping, 'lifetimeMs'> & { readonly lifetimeMs: number | null };
  readonly timeoutMs: number;
  /** By a client that has asked nobody yet. */
  readonly fresh?: boolean;
}

const watcher = new GatewayWatcher({ clock, logger, host: hostNetwork() });
await watcher.start();
const gateway = watcher.current();
await watcher.stop();
if (!gateway) throw new Error('no gateway');
console.log(JSON.stringify({ kind: 'gateway', gateway }));

const clients = new Map<Order['way'], PortClient>();
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  if (order.fresh) {
    clients.get(order.way)?.close();
    clients.delete(order.way);
  }
  const client = clients.get(order.way) ?? WAYS[order.way](gateway);
  clients.set(order.way, client);
  const outcome = await carryOut(client, order).then(
    (result) => ({ kind: 'done', result: result ?? null }),
    (error: unknown) => ({ kind: 'failed', error: facts(error) }),
  );
  console.log(JSON.stringify(outcome));
}
for (const client of clients.values()) client.close();

function carryOut(client: PortClient, { call, wish, mapping: told, timeoutMs }: Order) {
  const within = { signal: new AbortController().signal, timeoutMs };
  const mapping = told && { ...told, lifetimeMs: told.lifetimeMs ?? Number.POSITIVE_INFINITY };
  switch (call) {
    case 'probe':
      return client.probe(within);
    case 'install':
      return client.install(wish!, within);
    case 'renew':
      return client.renew(mapping!, wish!, within);
    case 'check':
      return client.check(mapping!, within);
    case 'remove':
      return client.remove(mapping!, within);
  }
}

function facts(error: unknown) {
  if (!(error instanceof MappingError)) return { kind: 'bug', text: String(error) };
  const { kind, reason, protocol, phase, raw } = error;
  return { kind, reason, protocol, phase, ...(raw === undefined ? {} : { raw }) };
}
