// How much this node has passed on for others in this month, over restarts. What a power cut takes with it is a minute's worth.

import type { Database } from 'better-sqlite3';
import { localDate } from '../../../src-preload/contract/day.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Committer, Migration } from '../../storage/write.ts';

export const volumeMigrations: readonly Migration[] = [
  {
    area: 'fips',
    number: 2,
    name: 'volume passed on by month',
    sql: `CREATE TABLE fips_transit (
      month TEXT PRIMARY KEY,
      bytes INTEGER NOT NULL CHECK (bytes >= 0)
    ) STRICT, WITHOUT ROWID;`,
  },
];

export interface VolumeDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

export class TransitVolume {
  readonly #deps: VolumeDeps;
  #month: string;
  #bytes: number;
  #written: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: VolumeDeps) {
    this.#deps = deps;
    this.#month = this.#thisMonth();
    this.#bytes = this.#read();
    this.#written = this.#bytes;
  }

  /** In this month. */
  get bytes(): number {
    this.#turn();
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#turn();
    this.#bytes += bytes;
  }

  /** On disk when it resolves, as far as the disk takes it. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #turn(): void {
    const month = this.#thisMonth();
    if (month === this.#month) return;
    this.#month = month;
    this.#bytes = this.#read();
    this.#written = this.#bytes;
  }

  async #write(): Promise<void> {
    const [month, bytes] = [this.#month, this.#bytes];
    if (bytes === this.#written) return;
    this.#written = bytes;
    const { committer, logger } = this.#deps;
    const sql = `INSERT INTO fips_transit (month, bytes) VALUES (?, ?)
      ON CONFLICT (month) DO UPDATE SET bytes = max(bytes, excluded.bytes)`;
    await committer.commit([{ sql, params: [month, bytes] }]).catch((error: unknown) => {
      this.#written = -1;
      logger.warn('the volume passed on could not be written and is kept for later', { error });
    });
  }

  #read(): number {
    const row = this.#deps.read
      .prepare<[string], { bytes: number }>('SELECT bytes FROM fips_transit WHERE month = ?')
      .get(this.#month);
    return row?.bytes ?? 0;
  }

  #thisMonth(): string {
    return localDate(this.#deps.clock.now()).slice(0, 7);
  }
}
