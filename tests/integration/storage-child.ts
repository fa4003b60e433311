// A process that commits units, 16 at a time, and prints each number once its commit has resolved. After so many, or never, it
// only waits. To be killed.
import { writeSync } from 'node:fs';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { openDatabase } from '../../src-main/storage/database.ts';
import { childMigrations } from './storage-schema.ts';

const file = process.argv[2] ?? '';
const last = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
const deps = { clock: systemClock, logger: silentLogger };
const { committer, read } = await openDatabase(deps, { file, migrations: childMigrations });
let next = (read.prepare('SELECT coalesce(max(id), 0) FROM units').pluck().get() as number) + 1;

async function caller(): Promise<void> {
  while (next <= last) {
    const id = next++;
    await committer.commit([
      { sql: 'INSERT INTO units (id, text) VALUES (?, ?)', params: [id, `unit ${id} `.repeat(id % 40)] },
      { sql: 'INSERT INTO halves (unit) VALUES (?)', params: [id], expect: 1 },
    ]);
    // Synchronous: what stands there was acknowledged, whatever happens here next.
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, caller));
// The open database keeps the process alive until it is killed.
