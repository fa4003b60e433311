// The thread that owns the one writing connection, so that a slow disk holds up only those that wait for it.
// Started by writer.ts; the build keeps it as a file of its own beside the entries.
import { parentPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { groupCommitter } from './commit-group.ts';
import { sqliteCode } from './errors.ts';
import { setWriterPragmas } from './pragmas.ts';
import type { FromThread, ToThread } from './wire.ts';

const port = parentPort;
if (port === null) throw new TypeError('writer-thread runs as a worker thread only');

const texts: string[] = [];
let db: Database.Database | undefined;
let commitGroup: ReturnType<typeof groupCommitter> | undefined;

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'open':
      // Any failure here ends the thread, and with it every unit that waits: see `died` in writer.ts.
      db = new Database(message.file, { fileMustExist: true });
      setWriterPragmas(db);
      if (message.maxPages !== undefined) db.pragma(`max_page_count = ${message.maxPages}`);
      commitGroup = groupCommitter(db, texts);
      return answer({ kind: 'opened' });
    case 'group':
      texts.push(...message.texts);
      try {
        return answer({ kind: 'done', refused: commitGroup!(message.flat, message.units) });
      } catch (error) {
        const problem = error instanceof Error ? error.message : 'unknown';
        return answer({ kind: 'failed', sqlite: sqliteCode(error) ?? 'unknown', problem });
      }
    case 'close':
      try {
        db?.pragma('wal_checkpoint(TRUNCATE)');
      } catch {
        // A full disk can refuse this. All that was acknowledged is in the log, and the next start reads it from there.
      }
      db?.close();
      answer({ kind: 'closed' });
      port.close();
  }
});

function answer(message: FromThread): void {
  port?.postMessage(message);
}
