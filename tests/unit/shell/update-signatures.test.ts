import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UPDATE_LIMITS } from '../../../src-main/shell/updates/bounds.ts';
import { UpdateRefused } from '../../../src-main/shell/updates/errors.ts';
import { type Given, readFeed } from '../../../src-main/shell/updates/feed.ts';
import { fileHash, publicKeyOf, signatureOf, signerOf } from '../../../src-main/shell/updates/minisign.ts';
import { releaseKeys } from '../../../src-main/shell/updates/signers.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { keysFile, type MadeFeed, makeFeed, makeReleaseKey, type ReleaseKey, signed } from '../../support/release.ts';

const [inUse, spare, unknown] = [makeReleaseKey(), makeReleaseKey(), makeReleaseKey()];
const KEYS = releaseKeys(keysFile(inUse, spare))!;
const NAME = 'latest-linux.yml';
const AT = 1_800_000_000;

function offered(key: ReleaseKey, made: MadeFeed = {}, changes: Partial<Given> = {}): Given {
  return { name: NAME, ...makeFeed(key, made), keys: KEYS, seen: null, ...changes };
}

/** The version that was taken, or the code of the refusal. */
function take(given: Given): string {
  try {
    return readFeed(given).feed.version;
  } catch (error) {
    if (error instanceof UpdateRefused) return error.reason.code;
    throw error;
  }
}

const UNSIGNED = 'desktop.update-unsigned';
const OLDER = 'desktop.update-older';

describe('the list of a release', () => {
  it('is taken from the key in use and from the spare', () => {
    expect([inUse, spare].map((key) => take(offered(key)))).toEqual(['99.0.0', '99.0.0']);
  });

  it('is not taken from a key that is not built in, whatever it calls itself', () => {
    expect(take(offered(unknown))).toBe(UNSIGNED);
    expect(take(offered(makeReleaseKey(inUse.id)))).toBe(UNSIGNED);
    expect(take(offered(inUse, {}, { keys: [] }))).toBe(UNSIGNED);
  });

  it('is not taken where the signature is another list’s', () => {
    const { signature } = makeFeed(inUse, { files: { 'Hearth.AppImage': 'another program' } });
    expect(take(offered(inUse, {}, { signature }))).toBe(UNSIGNED);
  });

  it('is not taken where what is signed is a package, or a list for another system', () => {
    const program = Buffer.from('the new program');
    const comment = (file: string) => `timestamp:${AT}\tfile:${file}\tversion:99.0.0`;
    const package_ = signed(program, inUse, { comment: comment('Hearth.AppImage') });
    expect(take(offered(inUse, {}, { bytes: program, signature: package_ }))).toBe(UNSIGNED);
    expect(take(offered(inUse, { name: 'latest-linux-arm64.yml' }))).toBe(UNSIGNED);
    expect(take(offered(inUse, {}, { signature: signed(program, inUse, { comment: comment(NAME) }) }))).toBe(UNSIGNED);
  });

  it('is not taken where the comment was changed, or is none of ours', () => {
    const given = offered(inUse);
    const changed = (from: string, to: string) => ({ ...given, signature: given.signature.replace(from, to) });
    expect(take(changed('timestamp:1800000000', 'timestamp:1900000000'))).toBe(UNSIGNED);
    expect(take(changed('version:99.0.0', 'version:99.0.1'))).toBe(UNSIGNED);
    expect(take(changed('untrusted comment: x', 'untrusted comment: signed by nobody'))).toBe('99.0.0');
    for (const comment of [
      '',
      'a release',
      `timestamp:${AT}\tfile:${NAME}`,
      `timestamp:-1\tfile:${NAME}\tversion:99.0.0`,
    ]) {
      expect(take({ ...given, signature: signed(given.bytes, inUse, { comment }) })).toBe(UNSIGNED);
    }
  });

  it('is not taken where list and signature are of different versions', () => {
    const given = offered(inUse);
    const comment = `timestamp:${AT}\tfile:${NAME}\tversion:98.0.0`;
    expect(take({ ...given, signature: signed(given.bytes, inUse, { comment }) })).toBe(UNSIGNED);
  });

  it('is not taken in minisign’s older kind, over the file itself', () => {
    const given = offered(inUse);
    const comment = `timestamp:${AT}\tfile:${NAME}\tversion:99.0.0`;
    expect(take({ ...given, signature: signed(given.bytes, inUse, { comment, kind: 'Ed' }) })).toBe(UNSIGNED);
  });

  it('is not taken again once a newer one was seen, though properly signed', () => {
    const seen = { version: '99.1.0', signedAt: AT * 1000, by: KEYS[0]!.id };
    expect(take(offered(inUse, { version: '99.0.9', at: AT + 1 }, { seen }))).toBe(OLDER);
    expect(take(offered(inUse, { version: '99.1.0', at: AT - 1 }, { seen }))).toBe(OLDER);
    expect(take(offered(inUse, { version: '99.1.0', at: AT }, { seen }))).toBe('99.1.0');
    expect(take(offered(inUse, { version: '99.1.0', at: AT + 1 }, { seen }))).toBe('99.1.0');
    expect(take(offered(spare, { version: '99.10.0', at: AT + 1 }, { seen }))).toBe('99.10.0');
    // Whoever signed it may have had a clock that is behind.
    expect(take(offered(inUse, { version: '99.1.1', at: AT - 1 }, { seen }))).toBe('99.1.1');
  });

  it('is held against no list of a key that is built in no more', () => {
    const seen = { version: '99999.0.0', signedAt: AT * 1000, by: releaseKeys(keysFile(unknown, spare))![0]!.id };
    expect(take(offered(inUse, {}, { seen }))).toBe('99.0.0');
    expect(take(offered(inUse, {}, { seen: { ...seen, by: KEYS[1]!.id } }))).toBe(OLDER);
  });

  it('may name no file elsewhere, nothing but releases, and only packages of a size that there is', () => {
    const files = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'x']));
    const refused: MadeFeed[] = [
      { version: '99.0.0-beta.1' },
      { version: '99' },
      { files: {} },
      { files: files('../Hearth.AppImage') },
      { files: files('https://elsewhere.invalid/Hearth.AppImage') },
      { files: files('Hearth.AppImage?x') },
      { files: files('.hidden') },
      { files: { 'Hearth.AppImage': '' } },
      { files: files(...Array.from({ length: UPDATE_LIMITS.packages + 1 }, (_, at) => `${at}.AppImage`)) },
    ];
    expect(refused.map((made) => take(offered(inUse, made)))).toEqual(refused.map(() => UNSIGNED));
    const huge = makeFeed(inUse)
      .bytes.toString()
      .replace(/"size":\d+/, `"size":${UPDATE_LIMITS.packageBytes + 1}`);
    const comment = `timestamp:${AT}\tfile:${NAME}\tversion:99.0.0`;
    expect(take(offered(inUse, {}, { bytes: Buffer.from(huge), signature: signed(huge, inUse, { comment }) }))).toBe(
      UNSIGNED,
    );
  });

  it('is refused, and nothing else, whatever bytes pass for its signature', () => {
    const given = offered(inUse);
    const { signature } = given;
    const cut = fc.nat(signature.length - 2).map((length) => signature.slice(0, length));
    const flipped = fc
      .tuple(fc.nat(Buffer.byteLength(signature) - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => {
        const bytes = Buffer.from(signature);
        bytes[at]! ^= mask;
        return bytes.toString('utf8');
      })
      // The first line is signed by nobody, and what ends the last one says nothing.
      .filter(
        (text) => text.split('\n').slice(1).join('\n').trim() !== signature.split('\n').slice(1).join('\n').trim(),
      );
    const garbage = fc.oneof(fc.string({ unit: 'binary', maxLength: 5000 }), cut, flipped);
    fc.assert(
      fc.property(garbage, (text) => take({ ...given, signature: text }) === UNSIGNED),
      {
        numRuns: 2000,
      },
    );
  });

  it('is refused, and nothing else, whatever bytes are in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const { signature } = makeFeed(inUse);
        return take(offered(inUse, {}, { bytes: Buffer.from(bytes), signature })) === UNSIGNED;
      }),
    );
  });
});

describe('a signature’s file', () => {
  it('is none beyond its bounds', () => {
    const comment = 'c'.repeat(UPDATE_LIMITS.comment);
    expect(signatureOf(signed('x', inUse, { comment }))?.comment).toBe(comment);
    expect(signatureOf(signed('x', inUse, { comment: `${comment}c` }))).toBeUndefined();
    const untrusted = 'u'.repeat(UPDATE_LIMITS.signatureBytes);
    expect(signatureOf(signed('x', inUse, { comment, untrusted }))).toBeUndefined();
  });

  it('may have come through a system that ends lines in its own way', () => {
    const text = signed('x', inUse, { comment: 'c' });
    expect(signatureOf(text.replaceAll('\n', '\r\n'))).toEqual(signatureOf(text));
  });
});

describe('the keys that are built in', () => {
  it('are two different ones, or none', () => {
    expect(KEYS.map(({ bytes }) => bytes.toString('base64'))).toHaveLength(2);
    const texts = [
      '# only words\n',
      keysFile(inUse),
      keysFile(inUse, inUse),
      keysFile(inUse, spare, unknown),
      `${keysFile(inUse, spare)}and more\n`,
      keysFile(inUse, spare).replace('RW', 'rw'),
    ];
    expect(texts.map(releaseKeys)).toEqual(texts.map(() => undefined));
  });
});

describe('minisign', () => {
  const has = spawnSync('minisign', ['-v']).error === undefined;

  it.skipIf(!has)('takes what is signed here, and signs what is taken here', () => {
    const folder = temporaryFolder();
    const run = (words: readonly string[], input = '') => {
      const { status, stdout, stderr } = spawnSync('minisign', words, { cwd: folder, input, encoding: 'utf8' });
      return { status, said: stdout + stderr };
    };
    writeFileSync(join(folder, 'file'), 'the new program');
    writeFileSync(join(folder, 'file.minisig'), signed('the new program', inUse, { comment: 'of a test' }));
    expect(run(['-V', '-m', 'file', '-P', inUse.line])).toMatchObject({ status: 0 });
    expect(run(['-V', '-m', 'file', '-P', spare.line])).toMatchObject({ status: 1 });

    expect(run(['-G', '-W', '-f', '-p', 'own.pub', '-s', 'own.key'])).toMatchObject({ status: 0 });
    expect(run(['-S', '-W', '-m', 'file', '-s', 'own.key', '-t', 'by minisign'])).toMatchObject({ status: 0 });
    const text = (name: string) => spawnSync('cat', [name], { cwd: folder, encoding: 'utf8' }).stdout;
    const key = publicKeyOf(text('own.pub').split('\n')[1]!)!;
    const signature = signatureOf(text('file.minisig'))!;
    const digest = (content: string) => fileHash().update(content).digest();
    expect(signature.comment).toBe('by minisign');
    // It leaves out the zeros that the id begins with.
    expect(text('own.pub')).toContain(` ${key.id.replace(/^0+/, '')}\n`);
    expect(signerOf(signature, digest('the new program'), [key])).toBe(key);
    expect(signerOf(signature, digest('another program'), [key])).toBeUndefined();
  });
});
