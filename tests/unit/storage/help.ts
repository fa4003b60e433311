import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import type { Migration, Write } from '../../../src-main/storage/write.ts';
import type { WriterOptions } from '../../../src-main/storage/writer.ts';
import { temporaryFolder } from '../../support/folder.ts';

export const migrations: readonly Migration[] = [
  {
    area: 'test',
    number: 1,
    name: 'parents and children',
    sql: `CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT, data BLOB) STRICT;
      CREATE TABLE children (
        id INTEGER PRIMARY KEY,
        parent INTEGER NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
      ) STRICT;`,
  },
];

export const parent = (id: number, name: string | null = null, data: Uint8Array | null = null): Write => ({
  sql: 'INSERT INTO parents (id, name, data) VALUES (?, ?, ?)',
  params: [id, name, data],
});
export const child = (id: number, of: number): Write => ({
  sql: 'INSERT INTO children (id, parent) VALUES (?, ?)',
  params: [id, of],
});
export const rename = (id: number, name: string, expect?: number): Write => ({
  sql: 'UPDATE parents SET name = ? WHERE id = ?',
  params: [name, id],
  ...(expect !== undefined && { expect }),
});

export async function opened(writer: Partial<WriterOptions> = {}, folder = temporaryFolder()) {
  const clock = systemClock;
  const file = join(folder, 'hearth.db');
  const database = await openDatabase({ clock, logger: silentLogger }, { file, migrations, writer });
  onTestFinished(() => database.close());
  const column = (sql: string) => database.read.prepare(sql).pluck().all();
  return {
    ...database,
    database,
    clock,
    file,
    parents: () => column('SELECT id FROM parents ORDER BY rowid'),
    children: () => column('SELECT id FROM children ORDER BY rowid'),
  };
}

/** Commits that stand in the log: frames that carry the size of the database (SQLite, "The WAL File Format", 4.2). */
export function commitsInLog(file: string): number {
  const log = readFileSync(`${file}-wal`);
  const pageSize = log.length < 32 ? 0 : log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

/** How each of them ended: `ok`, or the code of its error. */
export async function outcomes(units: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(units);
  return settled.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code));
}
