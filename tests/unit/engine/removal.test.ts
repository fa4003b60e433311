import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { autostartEntry } from '../../../src-main/engine/autostart.ts';
import { removeOffline } from '../../../src-main/engine/offline-removal.ts';
import { remember } from '../../../src-main/engine/prior-run.ts';
import { whatThereIs } from '../../../src-main/engine/removal.ts';
import { lockDataFolder } from '../../../src-main/storage/lock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const KEPT = [
  'backups/hearth-1.hearth-backup',
  'before-restore-2026-11-21-080000/hearth.db',
  'hearth.db',
  'keys/data.key',
];
const GONE = ['lock', 'logs/hearth.log', 'practice/hearth.db', 'run.json', 'window/Cache/x'];

/** A data folder with all that there may be, a list that names it, and an entry that opens it at login. */
function full(stranger = false) {
  const home = temporaryFolder();
  const options = {
    dataDir: join(home, 'data'),
    known: join(home, 'config/hearth/data-folders.json'),
    autostart: join(home, 'config/autostart/hearth-desktop.desktop'),
  };
  const put = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const name of [...KEPT, ...GONE]) put(join(options.dataDir, name), 'x'.repeat(10));
  writeFileSync(join(options.dataDir, 'lock'), '');
  if (stranger) put(join(options.dataDir, 'tax.ods'), 'mine');
  put(options.autostart, autostartEntry(['/opt/hearth/hearth-desktop', '--background']));
  remember(options.known, options.dataDir);
  return { home, options };
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('removing everything', () => {
  it('shows beforehand what there is, how large it is, and what stays', () => {
    const { options } = full();
    const { items, remains } = whatThereIs(options);
    const shown = items.map(({ kind, path, bytes, kept }) => [
      kind,
      path.slice(options.dataDir.length + 1),
      bytes,
      kept,
    ]);
    expect(shown.slice(0, -1)).toEqual([
      ['keys', 'hearth.db', 10, true],
      ['keys', 'keys', 10, true],
      ['backups', 'backups', 10, true],
      ['logs', 'logs', 10, false],
      ['practice', 'practice', 10, false],
      ['window', 'window', 10, false],
      ['earlier', 'before-restore-2026-11-21-080000', 10, true],
      ['other', 'lock', 0, false],
      ['other', 'run.json', 10, false],
    ]);
    expect(items.at(-1)).toMatchObject({ kind: 'autostart', path: options.autostart });
    expect(remains.map(({ code }) => code)).toContain('removal.program');
  });

  it('keeps who the node is and what it earned, and nothing else', async () => {
    const { home, options } = full();
    const left = await removeOffline(options, { keepKeys: true });
    expect(files(home)).toEqual(KEPT.map((name) => `data/${name}`));
    expect(left.items.every(({ kept }) => kept)).toBe(true);
  });

  it('leaves nothing at all where that is wanted', async () => {
    const { home, options } = full();
    const left = await removeOffline(options, { keepKeys: false });
    expect(left.items).toEqual([]);
    expect(files(home)).toEqual([]);
    expect([existsSync(options.dataDir), existsSync(dirname(options.known))]).toEqual([false, false]);
  });

  it('leaves alone what is not its own', async () => {
    const { home, options } = full(true);
    writeFileSync(options.autostart, '[Desktop Entry]\nType=Application\nExec=/usr/bin/other\n');
    remember(options.known, '/another/folder');
    const left = await removeOffline(options, { keepKeys: false });
    expect(left.remains.find(({ code }) => code === 'removal.strangers')?.says).toContain('tax.ods');
    expect(files(home)).toEqual([
      'config/autostart/hearth-desktop.desktop',
      'config/hearth/data-folders.json',
      'data/tax.ods',
    ]);
    expect(JSON.parse(readFileSync(options.known, 'utf8'))).toEqual({ folders: ['/another/folder'] });
  });

  it('is refused while a node runs on the folder', async () => {
    const { home, options } = full();
    const before = files(home);
    const lock = lockDataFolder(options.dataDir);
    await expect(removeOffline(options, { keepKeys: false })).rejects.toThrow(/already using/);
    lock.release();
    expect(files(home)).toEqual(before);
  });
});
