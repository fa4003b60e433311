// Fills the stores: whole slices when the way to the engine opens, and each change after that.
import type { Output } from '../../src-preload/contract/index.ts';
import type { PushName, RequestName } from '../../src-preload/contract/names.ts';
import { reportFailure } from '../stores/alerts.ts';
import { availabilityStore } from '../stores/availability.ts';
import { backendsStore } from '../stores/backends.ts';
import { backupStore } from '../stores/backup.ts';
import { boxesStore } from '../stores/boxes.ts';
import { connectionStore } from '../stores/connection.ts';
import { desktopStore } from '../stores/desktop.ts';
import { earningsStore } from '../stores/earnings.ts';
import type { LiveStore } from '../stores/live.ts';
import { networksStore } from '../stores/networks.ts';
import { nodeStore } from '../stores/node.ts';
import { reachabilityStore } from '../stores/reachability.ts';
import { rehearsalStore } from '../stores/rehearsal.ts';
import { runnersStore } from '../stores/runners.ts';
import { settingsStore } from '../stores/settings.ts';
import { workStore } from '../stores/work.ts';
import type { Client } from './client.ts';

type Snapshot = PushName extends `${infer N}.changed` ? Extract<RequestName, `${N}.get`> : never;
type Value<N extends Snapshot> = Output<N>['value'];

/** Starts one noun: its store takes every push, and a snapshot whenever the connection opens. Returns its off. */
function feed<N extends Snapshot>(client: Client, get: N, changed: PushName, store: LiveStore<Value<N>>): () => void {
  const accept = (live: unknown) => store.getState().accept(live as Output<N> & { value: Value<N> });
  const offPush = client.on(changed, accept);
  const ask = () => void client.ask(get, undefined as never).then(accept, reportFailure);
  if (connectionStore.getState().connection.state === 'open') ask();
  const offConnection = connectionStore.subscribe(({ connection }, before) => {
    if (connection.state === 'open' && before.connection.state !== 'open') ask();
  });
  return () => {
    offPush();
    offConnection();
  };
}

/** Returns its off. */
export function startFeeds(client: Client): () => void {
  const offs = [
    feed(client, 'node.get', 'node.changed', nodeStore),
    feed(client, 'availability.get', 'availability.changed', availabilityStore),
    feed(client, 'backends.get', 'backends.changed', backendsStore),
    feed(client, 'runners.get', 'runners.changed', runnersStore),
    feed(client, 'boxes.get', 'boxes.changed', boxesStore),
    feed(client, 'rehearsal.get', 'rehearsal.changed', rehearsalStore),
    feed(client, 'work.get', 'work.changed', workStore),
    feed(client, 'earnings.get', 'earnings.changed', earningsStore),
    feed(client, 'networks.get', 'networks.changed', networksStore),
    feed(client, 'reachability.get', 'reachability.changed', reachabilityStore),
    feed(client, 'settings.get', 'settings.changed', settingsStore),
    feed(client, 'desktop.get', 'desktop.changed', desktopStore),
    feed(client, 'backup.get', 'backup.changed', backupStore),
  ];
  return () => {
    for (const off of offs) off();
  };
}
