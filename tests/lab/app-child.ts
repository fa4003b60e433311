// The whole mapper as a process in the lab, put together as the app does it: tells every picture and step as a line of JSON, and
// ends by itself after `stop`, unless a socket or a timer is left.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { listenForAnnouncements } from '../../src-main/reachability/announcements.ts';
import { GatewayWatcher, hostNetwork } from '../../src-main/reachability/gateway/watcher.ts';
import { Journal, mapperMigrations } from '../../src-main/reachability/mapper/journal.ts';
import { PortMapper } from '../../src-main/reachability/mapper/mapper.ts';
import type { PortRequest } from '../../src-main/reachability/mapping.ts';
import { natPmpClients } from '../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients } from '../../src-main/reachability/pcp/client.ts';
import { upnpClients } from '../../src-main/reachability/upnp/client.ts';
import { subscribe } from '../../src-main/reachability/upnp/events.ts';
import { listenForNotices } from '../../src-main/reachability/upnp/notices.ts';
import { pinholeClients } from '../../src-main/reachability/upnp/pinhole.ts';
import { openDatabase } from '../../src-main/storage/database.ts';

export type AppOrder =
  | { readonly do: 'request'; readonly request: PortRequest }
  | { readonly do: 'release'; readonly id: string }
  | { readonly do: 'outside'; readonly id: string; readonly family: 4 | 6; readonly ok: boolean }
  /** The system says that it woke up, or that its network changed. */
  | { readonly do: 'look' }
  | { readonly do: 'probe' }
  /** Tells what it holds: sockets, timers and the like, and memory. */
  | { readonly do: 'weigh' }
  | { readonly do: 'switch'; readonly on: boolean }
  | { readonly do: 'stop' };

const [folder = '', tag = 'lab'] = process.argv.slice(2);
const began = performance.now();
const tell = (news: object) => console.log(JSON.stringify({ ...news, ms: Math.round(performance.now() - began) }));

const database = await openDatabase(
  { clock, logger },
  { file: join(folder, `${tag}.db`), migrations: mapperMigrations },
);
const watcher = new GatewayWatcher({ clock, logger, host: hostNetwork() });
await watcher.start();
const settings = { enabled: true, renewEveryMs: Number.POSITIVE_INFINITY };
const mapper = new PortMapper(
  {
    clock,
    random,
    logger,
    journal: new Journal({ committer: database.committer, read: database.read }),
    ways: [
      { id: 'pcp', create: pcpClients({ clock, random }) },
      { id: 'nat-pmp', create: natPmpClients({ clock, random }) },
      { id: 'upnp', create: upnpClients({ clock, random }), patient: true },
      { id: 'pinhole', create: pinholeClients({ clock }), patient: true },
    ],
    gateways: watcher,
    announcements: (gateway, hint) => listenForAnnouncements({ clock }, gateway, hint),
    notices: (gateway, hint) => listenForNotices({ clock }, gateway, hint),
    events: (at, hint) => subscribe({ clock, random }, at, hint),
    tag,
  },
  settings,
);
let steps = 0;
mapper.onChange((snapshot) => {
  tell({ kind: 'snapshot', snapshot });
  const all = mapper.steps();
  for (const step of all.slice(steps)) tell({ kind: 'step', step });
  steps = all.length;
});
watcher.onResume(() => mapper.resume());
tell({ kind: 'ready' });

const wanted = new Map<string, () => void>();
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as AppOrder;
  if (order.do === 'stop') break;
  await carryOut(order);
}
await mapper.stop();
tell({ kind: 'stopped' });
await watcher.stop();
await database.close();
process.stdin.destroy();

async function carryOut(order: Exclude<AppOrder, { readonly do: 'stop' }>): Promise<void> {
  switch (order.do) {
    case 'request':
      wanted.set(order.request.id, mapper.request(order.request));
      return;
    case 'release':
      wanted.get(order.id)?.();
      return;
    case 'outside':
      mapper.outside(order.id, order.family, order.ok);
      return;
    case 'look':
      await watcher.look();
      return;
    case 'probe':
      mapper.probeNow();
      return;
    case 'weigh':
      globalThis.gc?.();
      tell({ kind: 'weight', handles: process.getActiveResourcesInfo().toSorted(), bytes: process.memoryUsage().rss });
      return;
    case 'switch':
      mapper.configure({ ...settings, enabled: order.on });
  }
}
