// What signs a release, by keys of the test's own; the app's own code and minisign, where it is here, say whether it holds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../src-main/shell/updates/feed.ts';
import { fileHash, signatureOf, signerOf } from '../../src-main/shell/updates/minisign.ts';
import { releaseKeys } from '../../src-main/shell/updates/signers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { keysFile, makeReleaseKey } from '../support/release.ts';
import { secretFile } from '../support/release-secret.ts';

interface OpenKey {
  readonly publicLine: string;
}
const lib = resolve(import.meta.dirname, '../../scripts/lib');
const { openSecretKey } = (await import(join(lib, 'secret-key.mjs'))) as {
  openSecretKey(text: string, passphrase: string): OpenKey;
};
const { signRelease } = (await import(join(lib, 'sign-release.mjs'))) as {
  signRelease(folder: string, options: { version: string; key: OpenKey; now: number }): Promise<string[]>;
};
const { missingCertificate, releaseKey } = (await import(join(lib, 'release-key.mjs'))) as {
  missingCertificate(config: object, target: string, env: object): string | undefined;
  releaseKey(keysFile: string, env: object): Promise<OpenKey>;
};
const hasMinisign = spawnSync('minisign', ['-v']).error === undefined;

const PASSPHRASE = 'four words of a test';
const NOW = 1_800_000_000_000;
const [inUse, spare, unknown] = [makeReleaseKey(), makeReleaseKey(), makeReleaseKey()];
const key = openSecretKey(secretFile(inUse, PASSPHRASE), PASSPHRASE);

/** As electron-builder leaves it. */
function packed(content = 'the new program') {
  const folder = temporaryFolder();
  const name = 'hearth-desktop-0.2.0-linux-x86_64.AppImage';
  const sha512 = createHash('sha512').update(content).digest('base64');
  writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, 'hearth-server-0.2.0-linux-x64.tar.gz'), 'the server');
  writeFileSync(join(folder, 'hearth-server-0.1.0-linux-x64.tar.gz'), 'the server before');
  writeFileSync(join(folder, `${name}.blockmap`), 'parts');
  writeFileSync(join(folder, 'latest-mac.yml'), "version: 0.1.0\nfiles: []\nreleaseDate: '2026-01-01T00:00:00.000Z'\n");
  const file = `  - url: ${name}\n    sha512: ${sha512}\n    size: ${content.length}\n    blockMapSize: 7\n`;
  writeFileSync(
    join(folder, 'latest-linux.yml'),
    `version: 0.2.0\nfiles:\n${file}path: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-22T00:00:00.000Z'\n`,
  );
  return { folder, name };
}

const sign = (folder: string) => signRelease(folder, { version: '0.2.0', key, now: NOW });

describe('signing a release', () => {
  it('signs the packages and lists of this version, and nothing else', async () => {
    const { folder, name } = packed();
    expect(await sign(folder)).toEqual([name, 'hearth-server-0.2.0-linux-x64.tar.gz', 'latest-linux.yml'].sort());
    expect(existsSync(join(folder, 'latest-mac.yml.minisig'))).toBe(false);
    const text = (file: string) => readFileSync(join(folder, file), 'utf8');
    const keys = releaseKeys(keysFile(spare, inUse))!;
    const { feed, seen } = readFeed({
      name: 'latest-linux.yml',
      bytes: readFileSync(join(folder, 'latest-linux.yml')),
      signature: text('latest-linux.yml.minisig'),
      keys,
      seen: null,
    });
    expect([feed.files.map(({ url }) => url), seen]).toEqual([
      [name],
      { version: '0.2.0', signedAt: NOW, by: keys[1]!.id },
    ]);
    const signature = signatureOf(text(`${name}.minisig`))!;
    expect(signature.comment).toBe(`timestamp:1800000000\tfile:${name}\tversion:0.2.0`);
    const digest = fileHash().update('the new program').digest();
    expect(signerOf(signature, digest, keys)?.id).toBe(keys[1]!.id);
  });

  it.skipIf(!hasMinisign)('makes signatures that minisign takes', async () => {
    const { folder, name } = packed();
    for (const file of await sign(folder)) {
      const run = spawnSync('minisign', ['-V', '-m', file, '-P', inUse.line], { cwd: folder, encoding: 'utf8' });
      expect([run.status, run.stdout]).toEqual([0, expect.stringContaining(`file:${file}`)]);
    }
    writeFileSync(join(folder, name), 'the bad program');
    expect(spawnSync('minisign', ['-V', '-m', name, '-P', inUse.line], { cwd: folder }).status).toBe(1);
  });

  it('signs once more what it has signed, as after two lists were put into one', async () => {
    const { folder } = packed();
    const once = await sign(folder);
    expect(await sign(folder)).toEqual(once);
  });

  it('leaves all as it was where a package is not the one that the list was written for, or is missing', async () => {
    const { folder, name } = packed();
    writeFileSync(join(folder, name), 'the bad program');
    await expect(sign(folder)).rejects.toThrow(`${name} is not the package that latest-linux.yml was written for`);
    const list = readFileSync(join(folder, 'latest-linux.yml'), 'utf8').replaceAll(name, 'elsewhere.AppImage');
    writeFileSync(join(folder, 'latest-linux.yml'), list);
    await expect(sign(folder)).rejects.toThrow('elsewhere.AppImage, which is not in');
    expect(existsSync(join(folder, `${name}.minisig`))).toBe(false);
  });
});

describe('the key of a release', () => {
  function given(secret: string, { mode = 0o600, passphrase = PASSPHRASE, keys = keysFile(inUse, spare) } = {}) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'release-keys'), keys);
    writeFileSync(join(folder, 'secret.key'), secret, { mode });
    writeFileSync(join(folder, 'passphrase'), passphrase, { mode: 0o600 });
    const env = {
      HEARTH_RELEASE_KEY: join(folder, 'secret.key'),
      HEARTH_RELEASE_PASSPHRASE_FILE: join(folder, 'passphrase'),
    };
    return { env, open: () => releaseKey(join(folder, 'release-keys'), env) };
  }

  it('is the one in use or the spare', async () => {
    for (const one of [inUse, spare]) {
      expect((await given(secretFile(one, PASSPHRASE)).open()).publicLine).toBe(one.line);
    }
  });

  it('is refused in plain words where it could sign nothing that an app takes, or lies open', async () => {
    const good = secretFile(inUse, PASSPHRASE);
    const open = good.split('\n');
    open[1] = Buffer.concat([Buffer.from('Ed\0\0B2'), Buffer.from(open[1]!, 'base64').subarray(6)]).toString('base64');
    await expect(given(secretFile(unknown, PASSPHRASE)).open()).rejects.toThrow('is not one of the two keys');
    await expect(given(good, { passphrase: 'another' }).open()).rejects.toThrow(
      'passphrase of the release key is another',
    );
    await expect(given(good, { keys: '# none\n' }).open()).rejects.toThrow('does not hold two');
    await expect(given(open.join('\n')).open()).rejects.toThrow('lies open');
    await expect(given('no key').open()).rejects.toThrow('no secret key of minisign');
    if (process.platform !== 'win32') {
      await expect(given(good, { mode: 0o644 }).open()).rejects.toThrow('Others may read the release key');
    }
    const missing = given(good);
    await expect(releaseKey(join(temporaryFolder(), 'none'), missing.env)).rejects.toThrow('does not hold two');
    missing.env.HEARTH_RELEASE_KEY = join(temporaryFolder(), 'gone');
    await expect(missing.open()).rejects.toThrow('can not be read');
    missing.env.HEARTH_RELEASE_KEY = '';
    await expect(missing.open()).rejects.toThrow('set HEARTH_RELEASE_KEY');
  });

  // It takes a gigabyte and some seconds, which is what keeps it safe.
  it.skipIf(!hasMinisign || !process.env.HEARTH_SOAK)('opens as minisign has sealed it', { timeout: 120_000 }, () => {
    const folder = temporaryFolder();
    const made = spawnSync('minisign', ['-G', '-p', 'own.pub', '-s', 'own.key'], {
      cwd: folder,
      input: `${PASSPHRASE}\n${PASSPHRASE}\n`,
    });
    expect(made.status).toBe(0);
    const { publicLine } = openSecretKey(readFileSync(join(folder, 'own.key'), 'utf8'), PASSPHRASE);
    expect(readFileSync(join(folder, 'own.pub'), 'utf8').split('\n')[1]).toBe(publicLine);
  });
});

describe('the certificates of a release', () => {
  const mac = { CSC_LINK: 'x', APPLE_API_KEY: 'x', APPLE_API_KEY_ID: 'x', APPLE_API_ISSUER: 'x' };
  it.each([
    ['linux', {}, {}, undefined],
    ['win32', {}, {}, 'WIN_CSC_LINK'],
    ['win32', {}, { WIN_CSC_LINK: 'x' }, undefined],
    ['win32', { azureSignOptions: {} }, {}, undefined],
    ['darwin', {}, {}, 'CSC_LINK'],
    ['darwin', {}, { ...mac, APPLE_API_ISSUER: '' }, 'notarised'],
    ['darwin', {}, mac, undefined],
  ])('%s with %j and %j', (target, win, env, missing) => {
    const says = missingCertificate({ win }, target, env);
    if (missing === undefined) expect(says).toBeUndefined();
    else expect(says).toContain(missing);
  });
});
