import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { fipsVerbs } from '../../../../src-main/networks/fips/verbs.ts';
import { temporaryFolder } from '../../../support/folder.ts';

describe('hearth fips keygen', () => {
  const keygen = fipsVerbs.find(({ name }) => name === 'keygen')!;

  it('leaves the secret half in a file of its own for nobody else, and never writes over one', async () => {
    const file = join(temporaryFolder(), 'attic.key');
    const createFile = async (path: string, text: string, mode: number) =>
      writeFileSync(path, text, { flag: 'wx', mode });
    const run = async () => keygen.run(keygen.read([file], {}), { createFile } as never);
    const made = await run();
    const nsec = readFileSync(file, 'utf8').trim();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const npub = readFileSync(file.replace('.key', '.pub'), 'utf8').trim();
    expect(Identity.ofText(nsec)?.npub).toBe(npub);
    expect(made).toMatchObject({ json: { npub, file }, lines: [npub, expect.any(String)] });
    expect(JSON.stringify(made)).not.toContain(nsec);
    await expect(run()).rejects.toThrow(/EEXIST/);
    expect(readFileSync(file, 'utf8').trim()).toBe(nsec);
    expect(() => keygen.read([], {})).toThrow(/Say one file/);
  });
});
