import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensurePrivateFolder } from '../../../src-main/storage/files.ts';
import { temporaryFolder } from '../../support/folder.ts';

const modeOf = (folder: string) => statSync(folder).mode & 0o777;

it('makes a folder and those above it for their owner alone, and leaves one that is there as it is', () => {
  const top = temporaryFolder();
  const folder = join(top, 'a/b/c');
  ensurePrivateFolder(folder);
  expect([modeOf(folder), modeOf(join(top, 'a'))]).toEqual([0o700, 0o700]);
  chmodSync(folder, 0o755);
  ensurePrivateFolder(folder);
  expect(modeOf(folder)).toBe(0o755);
});

it('throws where a file is in the way, at the end or above it', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => ensurePrivateFolder(file)).toThrow('EEXIST');
  expect(() => ensurePrivateFolder(join(file, 'a/b'))).toThrow('ENOTDIR');
});

// Node's own way to make those above as well never comes back from here.
it.skipIf(!existsSync('/proc/self'))('throws where the system makes no folders', () => {
  expect(() => ensurePrivateFolder('/proc/none/such')).toThrow('ENOENT');
});
