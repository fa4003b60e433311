// A run of FIPS as the network makes it, without the rest of a node: its settings are a map, its books a database in memory.
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { NoPages } from '../../src-main/networks/errors.ts';
import { configIn } from '../../src-main/networks/fips/config.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { FipsNode, type FipsNodeDeps } from '../../src-main/networks/fips/node.ts';
import { TransitVolume, volumeMigrations } from '../../src-main/networks/fips/transit-volume.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';
import type { HostSettings } from '../../src-main/networks/host.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import type { InboundAddresses } from '../../src-main/reachability/inbound.ts';
import { fipsSettings } from '../../src-preload/contract/networks/fips-settings.ts';
import { committerOf } from './wallet.ts';

export interface RunOptions {
  /** One byte, of which its key is made. */
  readonly secret: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly parts?: FipsNodeDeps['parts'];
  readonly mayReach?: FipsNodeDeps['mayReach'];
  readonly clock?: typeof systemClock;
  readonly interfaces?: FipsNodeDeps['interfaces'];
  readonly inboundAddresses?: InboundAddresses;
  readonly lending?: () => boolean;
  readonly db?: Database.Database;
}

export function fipsBooks(): Database.Database {
  const db = new Database(':memory:');
  for (const { sql } of [...volumeMigrations, ...nostrMigrations]) db.exec(sql);
  onTestFinished(() => void db.close());
  return db;
}

/** Not started yet. */
export function fipsRun({
  secret,
  settings = {},
  parts,
  mayReach,
  interfaces,
  inboundAddresses,
  clock = systemClock,
  lending = () => true,
  ...more
}: RunOptions) {
  const held = new Map<string, unknown>(Object.entries(fipsSettings).map(([path, { initial }]) => [path, initial]));
  held.set('networks.fips.udpBind', '127.0.0.1:0');
  for (const [name, value] of Object.entries(settings)) held.set(`networks.fips.${name}`, value);
  const listeners = new Set<(path: never) => void>();
  const own = {
    get: (path: string) => held.get(path),
    isSet: () => true,
    onChange: (listener: (path: never) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as HostSettings;
  const db = more.db ?? fipsBooks();
  const committer = committerOf(db);
  const events: string[] = [];
  const watched: { bytesRead: number; closed: boolean }[] = [];
  const identity = Identity.of(Buffer.alloc(32, secret))!;
  const node = new FipsNode(
    {
      host: {
        clock,
        random: systemRandom,
        logger: silentLogger,
        committer,
        read: db,
        settings: own,
        availability: { answer: () => ({ accepting: lending() }) as never, windows: () => [] },
        dataUse: {
          watch: (connection) => {
            const seen = {
              get bytesRead() {
                return connection.bytesRead;
              },
              closed: false,
            };
            connection.once('close', () => {
              seen.closed = true;
            });
            watched.push(seen);
          },
        },
        inboundAddresses,
        pages: () => Promise.reject(new NoPages()),
        version: '0.0.0-test',
        fault: (error) => expect.unreachable(String(error)),
      },
      identity,
      history: { note: (kind, reason) => void events.push(reason ? `${kind} ${reason.code}` : kind) },
      volume: new TransitVolume({ clock, logger: silentLogger, committer, read: db }),
      changed: () => undefined,
      ...(parts && { parts }),
      ...(mayReach && { mayReach }),
      ...(interfaces && { interfaces }),
    },
    configIn(own),
  );
  onTestFinished(() => node.stop());
  const transport = (id: string) => node.transports.find((each) => each.id === id)?.local ?? '';
  return {
    node,
    identity,
    events,
    watched,
    get udp() {
      return transport('udp');
    },
    get tcp() {
      return transport('tcp');
    },
    set(name: string, value: unknown) {
      held.set(`networks.fips.${name}`, value);
      for (const listener of listeners) listener(`networks.fips.${name}` as never);
    },
    peers: () => [...node.layer.links.peers.values()].map(({ npub }) => npub),
    say(to: Identity, text: string) {
      node.mesh.know(to.xOnly);
      return node.mesh.sessions.send(to.nodeAddr, { type: SessionType.endpointData, body: Buffer.from(text) });
    },
  };
}

/** As a peer of another, in the settings. */
export const asPeer = ({ npub }: Pick<Identity, 'npub'>, addr: string, transport = 'udp') => ({
  npub,
  addresses: [{ transport, addr, priority: 100 }],
  connect: true,
});
