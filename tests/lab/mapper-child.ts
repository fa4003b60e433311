// The mapper as a process in the lab, with all that a node has around it: routes, clients, announcements, a journal on disk.
// Says a line for each change and takes orders; ends by itself after `stop`, unless something was left open.
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { listenForAnnouncements } from '../../src-main/reachability/announcements.ts';
import { GatewayWatcher, hostNetwork } from '../../src-main/reachability/gateway/watcher.ts';
import { Journal, mapperMigrations } from '../../src-main/reachability/mapper/journal.ts';
import { PortMapper } from '../../src-main/reachability/mapper/mapper.ts';
import { natPmpClients } from '../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients } from '../../src-main/reachability/pcp/client.ts';
import { upnpClients } from '../../src-main/reachability/upnp/client.ts';
import { subscribe } from '../../src-main/reachability/upnp/events.ts';
import { listenForNotices } from '../../src-main/reachability/upnp/notices.ts';
import { pinholeClients } from '../../src-main/reachability/upnp/pinhole.ts';
import { openDatabase } from '../../src-main/storage/database.ts';

const [, , file = ''] = process.argv;
const say = (news: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(news));

const database = await openDatabase({ clock, logger }, { file, migrations: mapperMigrations });
const watcher = new GatewayWatcher({ clock, logger, host: hostNetwork() });
await watcher.start();
const began = clock.monotonic();
const mapper = new PortMapper(
  {
    clock,
    random,
    logger,
    journal: new Journal(database),
    tag: 'lab',
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
  },
  { enabled: true, renewEveryMs: 30 * 60_000 },
);
const off = watcher.onResume(() => mapper.resume());
mapper.onChange((snapshot) => say({ kind: 'change', at: clock.monotonic() - began, snapshot }));
say({ kind: 'ready' });
const release = new Map<string, () => void>();

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { readonly do: string; readonly id?: string; readonly port?: number; ok?: boolean };
  const { id = 'tasks', port = 9001 } = order;
  if (order.do === 'request') release.set(id, mapper.request({ id, transport: 'tcp', port, purpose: 'lab' }));
  if (order.do === 'release') release.get(id)?.();
  if (order.do === 'probe') mapper.probeNow();
  if (order.do === 'look') await watcher.look();
  if (order.do === 'outside') mapper.outside(id, 4, order.ok ?? false);
  if (order.do === 'stop') break;
}
await mapper.stop();
say({ kind: 'stopped', steps: mapper.steps() });
off();
await watcher.stop();
await database.close();
