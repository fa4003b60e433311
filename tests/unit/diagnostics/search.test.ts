import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type ScanTerm, scanTermsFor } from '../../../src-main/diagnostics/scan-terms.ts';
import { search } from '../../../src-main/diagnostics/search.ts';
import { lockDataFolder } from '../../../src-main/storage/lock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const WORDS = 'Grüße an "Ada", geheim';
const scanTerms = scanTermsFor(0, WORDS);
const signal = new AbortController().signal;

async function found(content: string | Buffer, name = 'file', by: readonly ScanTerm[] = scanTerms) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), content);
  return (await search([folder], by, signal)).found.map(({ form, offset }) => ({ form, offset }));
}

describe('words on the disk', () => {
  it.each([
    ['text', WORDS],
    ['JSON', JSON.stringify({ prompt: WORDS })],
    ['JSON, escaped', JSON.stringify({ prompt: WORDS }).replace('ü', '\\u00fc').replace('ß', '\\u00df')],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ prompt: WORDS }) })],
    ['UTF-16', Buffer.from(`x${WORDS}`, 'utf16le')],
    ['hex', Buffer.from(WORDS).toString('hex')],
    ['address', `?q=${encodeURIComponent(WORDS)}`],
    ['base64', Buffer.from(`${WORDS}.`).toString('base64')],
    ['base64', Buffer.from(`1${WORDS}!!`).toString('base64')],
    ['base64', Buffer.from(`12${WORDS}`).toString('base64')],
    ['base64', Buffer.from(`some more before ${WORDS} and after`).toString('base64')],
  ])('are found as %s', async (form, content) => {
    expect((await found(content)).map((one) => one.form)).toContain(form);
  });

  it('are found wherever they lie, across the pieces that a file is read in', async () => {
    for (const before of [0, 1, 128 * 1024 - 5, 128 * 1024, 128 * 1024 + 1, 300_000]) {
      expect(await found(Buffer.concat([Buffer.alloc(before), Buffer.from(WORDS)]))).toEqual([
        { form: 'text', offset: before },
      ]);
    }
  });

  it('are not found where they are not', async () => {
    expect(await found(WORDS.slice(1))).toEqual([]);
    expect(await found('')).toEqual([]);
  });

  it('are found in a database that is in use, and no lock on it is lost by looking', async () => {
    const folder = temporaryFolder();
    const lock = lockDataFolder(folder);
    const file = join(folder, 'hearth.db');
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE t (x TEXT)');
    db.prepare('INSERT INTO t VALUES (?)').run(WORDS);
    try {
      const { found: hits, looked } = await search([folder], scanTerms, signal);
      expect(hits.map((hit) => hit.file)).toEqual([`${file}-wal`]);
      expect(looked).toEqual([{ path: folder, files: 5, bytes: expect.any(Number) }]);
      // Another process would get in if the lock were gone.
      const script = `new (require('better-sqlite3'))(${JSON.stringify(join(folder, 'lock'))}, {timeout: 0}).exec('BEGIN EXCLUSIVE')`;
      expect(() => execFileSync(process.execPath, ['-e', script], { stdio: 'pipe' })).toThrow(/SQLITE_BUSY|locked/);
    } finally {
      db.close();
      lock.release();
    }
  });

  it('are looked for in all folders below, and in nothing that a link leads to', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/c'), WORDS);
    writeFileSync(join(elsewhere, 'd'), WORDS);
    symlinkSync(elsewhere, join(folder, 'link'));
    symlinkSync(join(elsewhere, 'd'), join(folder, 'link-d'));
    const result = await search([folder, join(folder, 'not-there')], scanTerms, signal);
    expect(result.found).toEqual([{ fragment: 0, form: 'text', file: join(folder, 'a/b/c'), offset: 0 }]);
    expect([result.looked.length, result.left]).toEqual([1, []]);
  });

  it('are no longer looked for when it is told to stop', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x'), WORDS);
    await expect(search([folder], scanTerms, AbortSignal.abort())).rejects.toThrow();
  });
});
