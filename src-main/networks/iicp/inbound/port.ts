// Which port the task server takes. One that the user chose is taken or it fails; otherwise the usual one, or the next free one,
// and from then on that one again, for a router may know it.

import type { Database, Statement } from 'better-sqlite3';
import type { Committer, Migration } from '../../../storage/write.ts';
import { PortReserved, PortTaken } from '../errors.ts';

export const portMigrations: readonly Migration[] = [
  {
    area: 'iicp',
    number: 2,
    name: 'remembered numbers',
    sql: 'CREATE TABLE iicp_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  },
];

const PORT = 'port';
/** 9485 is where relays accept workers and stays free. */
const USUAL = [9484, 9486, 9487, 9488, 9489, 9490, 9491, 9492, 9493, 9494, 9495, 9496, 9497, 9498, 9499];

export class AutomaticPort {
  readonly #committer: Committer;
  readonly #mark: Statement<[string], { value: number }>;

  constructor(deps: { readonly committer: Committer; readonly read: Database }) {
    this.#committer = deps.committer;
    this.#mark = deps.read.prepare('SELECT value FROM iicp_marks WHERE name = ?');
  }

  /** Tries one port after the other; answers what `listen` made of the first free one. Rejects with its error otherwise. */
  async take<T>(listen: (port: number) => Promise<T>): Promise<T> {
    const remembered = this.#mark.get(PORT)?.value;
    const candidates = [...new Set([...(remembered === undefined ? [] : [remembered]), ...USUAL])];
    let taken: PortTaken | PortReserved | undefined;
    for (const port of candidates) {
      try {
        const listening = await listen(port);
        if (port !== remembered) await this.#remember(port);
        return listening;
      } catch (error) {
        if (!(error instanceof PortTaken || error instanceof PortReserved)) throw error;
        taken ??= error;
      }
    }
    throw taken ?? new TypeError('no port to try');
  }

  #remember(port: number): Promise<void> {
    const sql =
      'INSERT INTO iicp_marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    return this.#committer.commit([{ sql, params: [PORT, port] }]);
  }
}
