import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DiskFull, FolderUnusable, folderError, StorageLocked } from '../../../src-main/storage/errors.ts';
import { lockDataFolder } from '../../../src-main/storage/lock.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Another process that tries for the lock, and its first word. */
async function tried(folder: string): Promise<{ holder: ChildProcess; said: string }> {
  const script = join(import.meta.dirname, 'lock-holder.ts');
  const holder = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [data] = (await once(holder.stdout, 'data')) as [Buffer];
  return { holder, said: data.toString().trim() };
}

describe('the lock of a data folder', () => {
  it('makes the folder for its owner alone', () => {
    const folder = join(temporaryFolder(), 'new', 'data');
    lockDataFolder(folder).release();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'lock')).mode & 0o777).toBe(0o600);
  });

  it('is refused to a second owner in the same process until it is released', () => {
    const folder = temporaryFolder();
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(StorageLocked);
    expect(() => lockDataFolder(folder)).toThrow(StorageLocked);
    lock.release();
    lock.release();
    lockDataFolder(folder).release();
  });

  it('is refused to another process, also after attempts in this one', async () => {
    const folder = temporaryFolder();
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(StorageLocked);
    expect((await tried(folder)).said).toBe('storage.locked');
    lock.release();
    expect((await tried(folder)).said).toBe('locked');
    expect(() => lockDataFolder(folder)).toThrow(StorageLocked);
  });

  it('is free again when its holder was killed', async () => {
    const folder = temporaryFolder();
    const { holder, said } = await tried(folder);
    expect(said).toBe('locked');
    expect(() => lockDataFolder(folder)).toThrow(StorageLocked);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataFolder(folder).release();
  });

  it('says so when something else lies in its place', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), 'not a lock at all '.repeat(100));
    expect(() => lockDataFolder(folder)).toThrow(FolderUnusable);
  });

  it('names a folder that cannot be one, and what to do about it', () => {
    const file = join(temporaryFolder(), 'a-file');
    writeFileSync(file, 'mine');
    for (const folder of [file, join(file, 'below')]) {
      expect(() => lockDataFolder(folder)).toThrow(FolderUnusable);
      expect(() => lockDataFolder(folder)).toThrow(`Hearth cannot use the data folder ${folder} (E`);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('tells a full disk and a read-only one from errors that are no fault of the folder', () => {
    const of = (code: string) => folderError('/data', Object.assign(new Error('no'), { code }));
    expect(of('ENOSPC')).toBeInstanceOf(DiskFull);
    expect(of('SQLITE_FULL')).toBeInstanceOf(DiskFull);
    expect(of('EROFS')).toMatchObject({ code: 'storage.folder-unusable', details: { reason: 'EROFS' } });
    expect(of('SQLITE_READONLY_DIRECTORY')).toBeInstanceOf(FolderUnusable);
    const other = new TypeError('a mistake of ours');
    expect(folderError('/data', other)).toBe(other);
  });
});
