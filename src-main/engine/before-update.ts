// The database around an update: a copy before it, and that copy put back where the new version does not do. Both want the
// data folder for themselves, so no node may run on it.

import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import { copiesIn, type DatabaseCopy, isSound } from '../storage/copies.ts';
import { CopyUnsound } from '../storage/errors.ts';
import { ensurePrivateFolder, syncFile, syncFolder } from '../storage/files.ts';
import { lockDataFolder } from '../storage/lock.ts';

const FILE = 'hearth.db';
const FOLDER = 'backups';
/** One to go back to, and the one before it: each is a whole database. */
const COPIES = 2;

/** Copies the database into `backups` and answers the copy's name there; undefined where there is no database yet. */
export function copyBeforeUpdate({ clock }: { readonly clock: Clock }, dataDir: string): string | undefined {
  const lock = lockDataFolder(dataDir);
  try {
    const file = join(dataDir, FILE);
    if (!existsSync(file)) return undefined;
    const folder = join(dataDir, FOLDER);
    ensurePrivateFolder(folder);
    const time = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '');
    const name = `hearth-${time}-update.db`;
    const database = new Database(file, { readonly: true });
    try {
      // Unlike a copy of the file, this includes what is still in the write-ahead log.
      rmSync(join(folder, name), { force: true });
      database.prepare('VACUUM INTO ?').run(join(folder, name));
    } finally {
      database.close();
    }
    chmodSync(join(folder, name), 0o600);
    syncFile(join(folder, name));
    syncFolder(folder);
    prune(folder, name);
    return name;
  } finally {
    lock.release();
  }
}

export type OwnCopy = DatabaseCopy;

/** The copies that Hearth made by itself, the newest first. */
export function ownCopies(dataDir: string): readonly OwnCopy[] {
  return copiesIn(dataDir);
}

/**
 * Puts a copy in the database's place. What was there is moved beside the copy, never deleted; answers its name.
 * Throws where there is no such copy, or it is not sound; then nothing has changed.
 */
export function putBack({ clock }: { readonly clock: Clock }, dataDir: string, name: string): string {
  const lock = lockDataFolder(dataDir);
  try {
    const folder = join(dataDir, FOLDER);
    const copy = join(folder, basename(name));
    const file = join(dataDir, FILE);
    if (!isSound(copy)) throw new CopyUnsound(copy);
    const fresh = `${file}.back`;
    copyFileSync(copy, fresh);
    syncFile(fresh);
    const aside = `hearth-${new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '')}-aside.db`;
    for (const side of ['', '-wal', '-shm']) {
      if (existsSync(`${file}${side}`)) renameSync(`${file}${side}`, join(folder, `${aside}${side}`));
    }
    renameSync(fresh, file);
    syncFolder(folder);
    syncFolder(dirname(file));
    return aside;
  } finally {
    lock.release();
  }
}

function prune(folder: string, made: string): void {
  const older = readdirSync(folder)
    .filter((name) => /^hearth-.*-update\.db$/.test(name) && name !== made)
    .map((name) => ({ file: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of older.slice(COPIES - 1)) rmSync(file, { force: true });
}
