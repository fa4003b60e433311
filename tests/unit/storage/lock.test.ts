import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StorageDamaged, StorageLocked } from '../../../src-main/storage/errors.ts';
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
    expect(() => lockDataFolder(folder)).toThrow(StorageDamaged);
  });
});
