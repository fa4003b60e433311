// What a router may have open for us, written down before it is asked: after a crash nothing of it stays behind unknown, and
// what is still wanted is taken up again without a gap. It also remembers which external port was had last.

import type { Database, Statement } from 'better-sqlite3';
import type { Committer, Migration } from '../../storage/write.ts';
import type { Family, PortRequest, Transport } from '../mapping.ts';

export const mapperMigrations: readonly Migration[] = [
  {
    area: 'reachability',
    number: 1,
    name: 'what routers may have open for us',
    sql: `
      CREATE TABLE router_openings (
        request TEXT NOT NULL,
        family INTEGER NOT NULL,
        way TEXT NOT NULL,
        router TEXT NOT NULL,
        transport TEXT NOT NULL,
        internal_address TEXT NOT NULL,
        internal_port INTEGER NOT NULL,
        external_address TEXT NOT NULL,
        external_port INTEGER NOT NULL,
        handle TEXT NOT NULL,
        description TEXT NOT NULL,
        ends_at INTEGER,
        PRIMARY KEY (router, way, request, family, internal_address, internal_port)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE router_ports (
        request TEXT NOT NULL,
        family INTEGER NOT NULL,
        port INTEGER NOT NULL,
        PRIMARY KEY (request, family)
      ) STRICT, WITHOUT ROWID`,
  },
  {
    area: 'reachability',
    number: 2,
    name: 'ports of TCP and UDP apart',
    sql: `
      ALTER TABLE router_openings RENAME TO openings_before;
      CREATE TABLE router_openings (
        request TEXT NOT NULL,
        family INTEGER NOT NULL,
        way TEXT NOT NULL,
        router TEXT NOT NULL,
        transport TEXT NOT NULL,
        internal_address TEXT NOT NULL,
        internal_port INTEGER NOT NULL,
        external_address TEXT NOT NULL,
        external_port INTEGER NOT NULL,
        handle TEXT NOT NULL,
        description TEXT NOT NULL,
        ends_at INTEGER,
        PRIMARY KEY (router, way, request, family, transport, internal_address, internal_port)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO router_openings SELECT * FROM openings_before;
      DROP TABLE openings_before;
      ALTER TABLE router_ports RENAME TO ports_before;
      CREATE TABLE router_ports (
        request TEXT NOT NULL,
        family INTEGER NOT NULL,
        transport TEXT NOT NULL,
        port INTEGER NOT NULL,
        PRIMARY KEY (request, family, transport)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO router_ports SELECT request, family, 'tcp', port FROM ports_before;
      DROP TABLE ports_before`,
  },
  {
    area: 'reachability',
    number: 3,
    name: 'what tells this node from another one in the list of a router',
    sql: `
      CREATE TABLE router_tag (tag TEXT NOT NULL) STRICT;
      INSERT INTO router_tag VALUES (lower(hex(randomblob(4))))`,
  },
];

/** One intention or grant. */
export interface Opening {
  /** Of the `PortRequest` that it is for. */
  readonly request: string;
  readonly family: Family;
  readonly way: string;
  /** Which router: `routerKey`. */
  readonly router: string;
  readonly transport: Transport;
  readonly internalAddress: string;
  readonly internalPort: number;
  /** Empty before it was granted. */
  readonly externalAddress: string;
  readonly externalPort: number;
  readonly handle: string;
  readonly description: string;
  /** Wall time after which the router has forgotten it by itself; null: never. */
  readonly endsAt: number | null;
}

/** A stuck clock or a hand in the database must not make this grow for ever. */
const MOST = 200;

export class Journal {
  readonly #committer: Committer;
  readonly #list: Statement<[], Opening>;
  readonly #port: Statement<[string, number, string], { port: number }>;
  readonly #tag: Statement<[], string>;

  constructor({ committer, read }: { readonly committer: Committer; readonly read: Database }) {
    this.#committer = committer;
    this.#list = read.prepare(`
      SELECT request, family, way, router, transport, internal_address AS internalAddress, internal_port AS internalPort,
        external_address AS externalAddress, external_port AS externalPort, handle, description, ends_at AS endsAt
      FROM router_openings LIMIT ${MOST}`);
    this.#tag = read.prepare<[], string>('SELECT tag FROM router_tag').pluck();
    this.#port = read.prepare('SELECT port FROM router_ports WHERE request = ? AND family = ? AND transport = ?');
  }

  list(): readonly Opening[] {
    return this.#list.all();
  }

  /** A few characters, the same at every start, by which the user's computers are told apart in the router's list. */
  tag(): string {
    return this.#tag.get() ?? '';
  }

  /** The external port that this request had last, at whatever router. */
  lastPort({ id, transport }: Pick<PortRequest, 'id' | 'transport'>, family: Family): number | undefined {
    return this.#port.get(id, family, transport)?.port;
  }

  /** Resolves when it would survive a power cut: only then is the router asked. */
  intend(opening: Opening): Promise<void> {
    return this.#committer.commit([put(opening)]);
  }

  granted(opening: Opening): Promise<void> {
    const sql =
      'INSERT INTO router_ports (request, family, transport, port) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET port = excluded.port';
    const { request, family, transport, externalPort } = opening;
    return this.#committer.commit([put(opening), { sql, params: [request, family, transport, externalPort] }]);
  }

  erase({ router, way, request, family, transport, internalAddress, internalPort }: Opening): Promise<void> {
    const sql =
      'DELETE FROM router_openings WHERE router = ? AND way = ? AND request = ? AND family = ? AND transport = ? AND internal_address = ? AND internal_port = ?';
    return this.#committer.commit([
      { sql, params: [router, way, request, family, transport, internalAddress, internalPort] },
    ]);
  }
}

function put(o: Opening) {
  const sql = `
    INSERT INTO router_openings (request, family, way, router, transport, internal_address, internal_port,
      external_address, external_port, handle, description, ends_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET external_address = excluded.external_address,
      external_port = excluded.external_port, handle = excluded.handle, description = excluded.description, ends_at = excluded.ends_at`;
  const params = [
    o.request,
    o.family,
    o.way,
    o.router,
    o.transport,
    o.internalAddress,
    o.internalPort,
    o.externalAddress,
    o.externalPort,
    o.handle,
    o.description,
    o.endsAt === null ? null : Math.round(o.endsAt),
  ];
  return { sql, params };
}
