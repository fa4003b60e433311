import { existsSync, writeFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFile } from '../../../src-main/command/file.ts';
import { temporaryFolder } from '../../support/folder.ts';

const create = (file: string) => withFile(file, () => writeFile(file, 'words', { flag: 'wx' }));

describe('a file that the command line names', () => {
  it('is told by what is wrong with it: its folder, its kind, or that it is there', async () => {
    const folder = temporaryFolder();
    const lost = join(folder, 'nowhere', 'file');
    await expect(create(lost)).rejects.toMatchObject({
      code: 'command.file-unusable',
      message: `${lost} cannot be used: there is no such file or folder. Name another file.`,
    });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    const mine = join(folder, 'mine');
    writeFileSync(mine, 'mine');
    await expect(create(mine)).rejects.toMatchObject({ code: 'command.file-exists' });
    await expect(create(join(mine, 'below'))).rejects.toMatchObject({ details: { reason: 'ENOTDIR' } });
    await expect(withFile(folder, async () => open(folder, 'w'))).rejects.toMatchObject({
      code: 'command.file-unusable',
      details: { reason: 'EISDIR' },
    });
  });

  it('leaves what is no fault of the file as it is', async () => {
    const mistake = new TypeError('a mistake of ours');
    await expect(withFile('any', () => Promise.reject(mistake))).rejects.toBe(mistake);
  });
});
