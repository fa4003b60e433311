import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { copyBeforeUpdate, putBack } from '../../../src-main/engine/before-update.ts';
import { lockDataFolder } from '../../../src-main/storage/lock.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

function write(folder: string, text: string): void {
  const database = new Database(join(folder, 'hearth.db'));
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE IF NOT EXISTS words (text TEXT) STRICT');
  database.prepare('INSERT INTO words VALUES (?)').run(text);
  database.close();
}

function words(file: string): string[] {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  const rows = database.prepare<[], { text: string }>('SELECT text FROM words').all();
  database.close();
  return rows.map(({ text }) => text);
}

describe('the database around an update', () => {
  it('is copied before, privately, and put back with nothing lost', () => {
    const folder = temporaryFolder();
    const clock = new HandClock();
    write(folder, 'before');
    const name = copyBeforeUpdate({ clock }, folder)!;
    expect(name).toMatch(/^hearth-\d{8}T\d{9}Z-update\.db$/);
    expect(statSync(join(folder, 'backups', name)).mode & 0o077).toBe(0);
    write(folder, 'after');
    const aside = putBack({ clock }, folder, name);
    expect(words(join(folder, 'hearth.db'))).toEqual(['before']);
    expect(words(join(folder, 'backups', aside))).toEqual(['before', 'after']);
  });

  it('is not copied where there is none, and not put back from a copy that is not there', () => {
    const folder = temporaryFolder();
    const clock = new HandClock();
    expect(copyBeforeUpdate({ clock }, folder)).toBeUndefined();
    write(folder, 'kept');
    expect(() => putBack({ clock }, folder, 'hearth-gone-update.db')).toThrow('no sound copy');
    expect(words(join(folder, 'hearth.db'))).toEqual(['kept']);
  });

  it('is put back from the folder of copies alone', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'evil.db'), 'no database');
    write(folder, 'kept');
    expect(() => putBack({ clock: new HandClock() }, folder, '../evil.db')).toThrow('no sound copy');
    expect(words(join(folder, 'hearth.db'))).toEqual(['kept']);
  });

  it('is kept twice and not more often', async () => {
    const folder = temporaryFolder();
    const clock = new HandClock();
    write(folder, 'x');
    for (let times = 0; times < 4; times += 1) {
      copyBeforeUpdate({ clock }, folder);
      await clock.turn(1000);
    }
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(2);
  });

  it('is left alone while a node runs on it', () => {
    const folder = temporaryFolder();
    write(folder, 'x');
    const lock = lockDataFolder(folder);
    expect(() => copyBeforeUpdate({ clock: new HandClock() }, folder)).toThrow(
      expect.objectContaining({ code: 'storage.locked' }),
    );
    lock.release();
    expect(existsSync(join(folder, 'backups'))).toBe(false);
  });
});
