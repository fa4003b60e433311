import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWritable, keep, ownAppImage, putInPlace } from '../../../src-main/shell/updates/app-image.ts';
import { verifyStill } from '../../../src-main/shell/updates/sum.ts';
import { temporaryFolder } from '../../support/folder.ts';

describe('an AppImage', () => {
  it.each([
    [{ APPIMAGE: '/home/u/Hearth.AppImage' }, '/home/u/Hearth.AppImage'],
    [{ APPIMAGE: 'Hearth.AppImage' }, undefined],
    [{ APPIMAGE: '/home/u/Hearth\0.AppImage' }, undefined],
    [{ APPIMAGE: '' }, undefined],
    [{}, undefined],
  ])('is known by %j', (env, file) => {
    expect(ownAppImage(env)).toBe(file);
  });

  it('is replaced under its own name, and the one before is kept whole', () => {
    const folder = temporaryFolder();
    const place = join(folder, 'Hearth-0.1.0.AppImage');
    const kept = join(folder, 'previous.AppImage');
    writeFileSync(place, 'old', { mode: 0o755 });
    writeFileSync(join(folder, 'download'), 'new', { mode: 0o600 });
    keep(place, kept);
    keep(place, kept);
    putInPlace(join(folder, 'download'), place);
    expect([readFileSync(place, 'utf8'), readFileSync(kept, 'utf8')]).toEqual(['new', 'old']);
    expect(statSync(place).mode & 0o777).toBe(0o755);
    putInPlace(kept, place);
    expect([readFileSync(place, 'utf8'), readFileSync(kept, 'utf8')]).toEqual(['old', 'old']);
  });

  it('stays as it is where the new one can not be put there', () => {
    const folder = temporaryFolder();
    const place = join(folder, 'Hearth.AppImage');
    writeFileSync(place, 'old');
    expect(() => putInPlace(join(folder, 'gone'), place)).toThrow('ENOENT');
    expect([readFileSync(place, 'utf8'), readdirSync(folder)]).toEqual(['old', ['Hearth.AppImage']]);
  });

  it('stays as it is where the copy that would take its place is not the one that was signed', () => {
    const folder = temporaryFolder();
    const place = join(folder, 'Hearth.AppImage');
    const download = join(folder, 'download');
    writeFileSync(place, 'old');
    writeFileSync(download, 'new');
    const sha512 = createHash('sha512').update('new').digest('base64');
    writeFileSync(download, 'bad');
    const put = () => putInPlace(download, place, (copy) => verifyStill(copy, sha512));
    expect(put).toThrow('has changed since it was downloaded');
    expect([readFileSync(place, 'utf8'), readdirSync(folder).sort()]).toEqual(['old', ['Hearth.AppImage', 'download']]);
    writeFileSync(download, 'new');
    put();
    expect(readFileSync(place, 'utf8')).toBe('new');
  });

  it('can replace itself only where file and folder may be written', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'Hearth.AppImage'), 'x');
    mkdirSync(join(folder, 'a folder'));
    expect(isWritable(join(folder, 'Hearth.AppImage'))).toBe(true);
    expect(isWritable(join(folder, 'a folder'))).toBe(false);
    expect(isWritable(join(folder, 'gone'))).toBe(false);
    if (process.getuid?.() === 0) return; // nothing is read-only for root
    chmodSync(join(folder, 'Hearth.AppImage'), 0o444);
    expect(isWritable(join(folder, 'Hearth.AppImage'))).toBe(false);
  });
});
