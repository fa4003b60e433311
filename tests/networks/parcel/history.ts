// What happened between this node and its manager, in a table of Parcel's own; the last hundred are kept.

import type { NetworkHost } from '../../../src-main/networks/host.ts';
import type { Migration } from '../../../src-main/storage/write.ts';
import type { NetworkHistory } from '../../../src-preload/contract/networks/index.ts';
import { parcelContract } from './contract.ts';

const { events } = parcelContract;
export type EventKind = keyof typeof events;

const MOST = 100;

export const parcelMigrations: readonly Migration[] = [
  {
    area: 'parcel',
    number: 1,
    name: 'events with the manager',
    sql: `CREATE TABLE parcel_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;`,
  },
];

interface Row {
  readonly id: number;
  readonly kind: EventKind;
  readonly at: number;
}

export class History {
  readonly #host: Pick<NetworkHost, 'clock' | 'committer' | 'read'>;
  #noted = 0;

  constructor(host: Pick<NetworkHost, 'clock' | 'committer' | 'read'>) {
    this.#host = host;
  }

  get noted(): number {
    return this.#noted;
  }

  async note(kind: EventKind): Promise<void> {
    const { clock, committer } = this.#host;
    await committer.commit([
      { sql: 'INSERT INTO parcel_events (kind, at) VALUES (?, ?)', params: [kind, clock.now()] },
      { sql: 'DELETE FROM parcel_events WHERE id <= (SELECT max(id) FROM parcel_events) - ?', params: [MOST] },
    ]);
    this.#noted += 1;
  }

  page(before: number, limit: number): NetworkHistory {
    const rows = this.#host.read
      .prepare<[number, number], Row>('SELECT * FROM parcel_events WHERE id < ? ORDER BY id DESC LIMIT ?')
      .all(before, limit);
    const items = rows.map(({ id, kind, at }) => ({
      id,
      kind,
      severity: events[kind],
      at,
      until: at,
      count: 1,
      reason: null,
      tookMs: null,
    }));
    // The kinds of the program's own networks are all that its types know.
    return { items, next: rows.length === limit ? rows.at(-1)!.id : null } as unknown as NetworkHistory;
  }
}
