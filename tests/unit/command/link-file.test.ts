import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src-main/base/random.ts';
import { linkFolders, removeLinkFiles, writeLinkFile } from '../../../src-main/command/link-file.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const LINK = 'http://127.0.0.1:4711/#t=abc_DEF-123';
const uid = process.getuid?.();
const mode = (path: string) => statSync(path).mode & 0o777;

function setUp(snaps = false) {
  const clock = new HandClock();
  const places = { dataDir: join(temporaryFolder(), '.local', 'hearth'), home: temporaryFolder(), snaps, uid };
  mkdirSync(places.dataDir, { recursive: true, mode: 0o700 });
  return { clock, places, write: () => writeLinkFile({ clock, random: systemRandom }, places, LINK) };
}

describe.skipIf(uid === undefined)('the file that leads a browser to the pages', () => {
  it('is for its owner alone, has a name that cannot be guessed, and leads there', () => {
    const file = setUp().write()!;
    expect([mode(file.path), mode(dirname(file.path))]).toEqual([0o600, 0o700]);
    expect(file.path).toMatch(/\/[0-9a-f]{32}\.html$/);
    expect(readFileSync(file.path, 'utf8')).toContain(`<meta http-equiv="refresh" content="0;url=${LINK}">`);
  });

  it('lies open in the home where browsers may be snaps, which see nothing hidden', () => {
    const { places, write } = setUp(true);
    const { path } = write()!;
    expect(dirname(dirname(path))).toBe(places.home);
    expect(path.slice(places.home.length)).toMatch(/^\/hearth-link-[0-9a-f]{8}\//);
  });

  it('goes with its folder when it was used, and by itself after ten minutes', async () => {
    const { clock, places, write } = setUp();
    const used = write()!;
    const late = write()!;
    used.remove();
    used.remove();
    expect([existsSync(used.path), existsSync(late.path)]).toEqual([false, true]);
    await clock.turn(10 * 60_000);
    expect(existsSync(linkFolders(places)[0]!)).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('is not put where somebody else was first', () => {
    const { places, write } = setUp();
    const [folder = ''] = linkFolders(places);
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, folder);
    expect(write()).toBeUndefined();
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('is not put into a folder that others can read, and takes the next one', () => {
    const { places, write } = setUp(true);
    const [open = '', own = ''] = linkFolders(places);
    mkdirSync(open, { mode: 0o755 });
    expect(dirname(write()!.path)).toBe(own);
    expect(readdirSync(open)).toEqual([]);
  });

  it('that an earlier run left behind is taken away, and nothing else is', () => {
    const { places, write } = setUp();
    const { path } = write()!;
    const other = join(dirname(path), 'notes.html');
    writeFileSync(other, 'mine');
    removeLinkFiles(places);
    expect([existsSync(path), existsSync(other)]).toEqual([false, true]);
  });
});
