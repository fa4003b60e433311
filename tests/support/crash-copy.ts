// What a crash leaves of a data folder: a copy of it as it is while its node runs.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryFolder } from './folder.ts';
import { until } from './wait.ts';

/** In another process: to close a file that SQLite has open would drop its locks in this one. Nothing may open the file `lock`. */
const COPY = `require('node:fs').cpSync(process.argv[1], process.argv[2], { recursive: true, filter: (from) => !/[\\\\/]lock$/.test(from) })`;

/** With the start of so many jobs that run in it. */
export async function crashCopy(dataDir: string, jobs = 1): Promise<string> {
  return await until('the start of the job on disk', () => {
    const copy = join(temporaryFolder(), 'data');
    execFileSync(process.execPath, ['-e', COPY, dataDir, copy]);
    const db = new Database(join(copy, 'hearth.db'));
    try {
      const open = db.prepare('SELECT count(*) FROM jobs WHERE id NOT IN (SELECT job FROM outcomes)').pluck().get();
      return open === jobs ? copy : undefined;
    } finally {
      db.close();
    }
  });
}
