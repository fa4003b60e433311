// The copies of the database that Hearth makes by itself, in the folder `backups` beside it: before its schema changes, before
// an update, and once a day. They open with the key of the same data folder and are no use anywhere else.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const FOLDER = 'backups';
const NAME = /^hearth-[0-9TZ-]{1,40}-(before|update|daily)\.db$/;

export interface DatabaseCopy {
  /** Within `backups`. */
  readonly name: string;
  /** When it was made, epoch milliseconds. */
  readonly at: number;
}

/** The newest first. None where there is no such folder. */
export function copiesIn(dataDir: string): readonly DatabaseCopy[] {
  return namesIn(join(dataDir, FOLDER))
    .filter((name) => NAME.test(name))
    .map((name) => ({ name, stat: statSync(join(dataDir, FOLDER, name), { throwIfNoEntry: false }) }))
    .flatMap(({ name, stat }) => (stat && stat.size > 0 ? [{ name, at: stat.mtimeMs }] : []))
    .sort((a, b) => b.at - a.at);
}

/** Whether a file is a whole database. Holds the caller up for about a second per gigabyte. */
export function isSound(file: string): boolean {
  let copy: Database.Database | undefined;
  try {
    copy = new Database(file, { readonly: true, fileMustExist: true });
    return copy.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  } finally {
    copy?.close();
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
