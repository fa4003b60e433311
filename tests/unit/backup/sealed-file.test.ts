import crypto, { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readHead, readSealed, writeSealed } from '../../../src-main/backup/sealed-file.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { temporaryFolder } from '../../support/folder.ts';

type Scrypt = (...all: [...given: unknown[], done: (...said: unknown[]) => void]) => void;

/** Counts what scrypt is asked for, and how much of it at once; the sources see it, for their binding follows Node's own. */
function watched() {
  const real = crypto.scrypt as unknown as Scrypt;
  const seen = { calls: 0, running: 0, most: 0 };
  const counting: Scrypt = (...all) => {
    const done = all.pop() as (...said: unknown[]) => void;
    seen.calls += 1;
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    real(...(all as unknown[] as []), (...said) => {
      seen.running -= 1;
      done(...said);
    });
  };
  const put = (scrypt: Scrypt) => {
    Object.assign(crypto, { scrypt });
    syncBuiltinESMExports();
  };
  put(counting);
  onTestFinished(() => put(real));
  return seen;
}

/** The least that is taken, so that a hundred tries stay quick. */
const COST = { N: 2 ** 15, r: 1, p: 1 };
const PIECE = 64 * 1024;
const HEAD = 84;
const passphrase = 'a long enough passphrase';

async function sealed(plain: Uint8Array, chunk = 10_000): Promise<string> {
  const path = join(temporaryFolder(), 'x.hearth-backup');
  const file = await open(path, 'wx', 0o600);
  async function* chunks() {
    for (let at = 0; at < plain.length; at += chunk) yield plain.subarray(at, at + chunk);
  }
  await writeSealed({ random: systemRandom }, file, { passphrase, madeAt: 1_700_000_000_000, cost: COST }, chunks());
  await file.close();
  return path;
}

async function opened(path: string, words = passphrase): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readSealed(path, words)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The code that opening fails with, or that it opened. */
async function fate(path: string, words?: string): Promise<string> {
  try {
    await opened(path, words);
    return 'opened';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

function touched(path: string, at: number, bit = 1): string {
  const bytes = readFileSync(path);
  bytes[at]! ^= bit;
  const copy = `${path}-${at}`;
  writeFileSync(copy, bytes);
  return copy;
}

/** A head that says something else, with a checksum that fits. */
function rewritten(path: string, at: number, bytes: Uint8Array): string {
  const copy = Buffer.from(readFileSync(path));
  copy.set(bytes, at);
  createHash('sha256').update(copy.subarray(0, 76)).digest().copy(copy, 76, 0, 8);
  const other = `${path}-${at}-${Buffer.from(bytes).toString('hex')}`;
  writeFileSync(other, copy);
  return other;
}

describe('a sealed file', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 300_000])('gives back its %d bytes', async (length) => {
    const plain = systemRandom.bytes(length);
    const path = await sealed(plain);
    expect((await opened(path)).equals(plain)).toBe(true);
    expect(readFileSync(path).length).toBe(HEAD + length + 16 * (Math.floor(length / PIECE) + 1));
    expect(await readHead(path)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      madeAt: 1_700_000_000_000,
      bytes: readFileSync(path).length,
    });
  });

  it('opens under its passphrase however the characters were typed, and under no other', async () => {
    const path = await sealed(Buffer.from('x'));
    expect(await fate(path, 'another passphrase')).toBe('backup.wrong-passphrase');
    expect(await fate(path, '')).toBe('backup.wrong-passphrase');
    expect(await fate(path, passphrase.normalize('NFD'))).toBe('opened');
  });

  it('tells damage anywhere from a wrong passphrase', async () => {
    const path = await sealed(systemRandom.bytes(2 * PIECE));
    const places = [8, 9, 10, 11, 12, 27, 28, 44, 51, 53, 59, 60, 75, 76, 83, HEAD, HEAD + PIECE, HEAD + PIECE + 16];
    const fates = await Promise.all(places.map((at) => fate(touched(path, at))));
    expect(new Set(fates)).toEqual(new Set(['backup.damaged']));
    expect(await fate(touched(path, 0))).toBe('backup.not-a-backup');
    expect(await fate(touched(path, readFileSync(path).length - 1))).toBe('backup.damaged');
  });

  it.each([
    ['2 GB', [20, 16, 1], 2 ** 31],
    ['an exabyte', [53, 8, 1], 2 ** 63],
    ['more rounds than there is time for', [17, 8, 255], 2 ** 27],
    ['small blocks in great number', [18, 16, 1], 2 ** 29],
  ])('that asks for %s is refused before anything is derived', async (_what, cost, least) => {
    const path = rewritten(await sealed(Buffer.from('x')), 9, Uint8Array.from(cost));
    const scrypt = watched();
    await expect(opened(path)).rejects.toMatchObject({ code: 'backup.too-costly', category: 'denied' });
    const error = (await readHead(path).catch((thrown: unknown) => thrown)) as { details: { bytes: number } };
    expect(error.details.bytes).toBeGreaterThanOrEqual(least);
    expect(scrypt.calls).toBe(0);
  });

  it.each([
    ['guessed at cheaply', 9, [10, 8, 1]],
    ['of no cost', 9, [17, 0, 1]],
    ['from after the end of time', 44, [255, 255, 255, 255, 255, 255, 255, 255]],
    ['longer than any file', 52, [255, 255, 255, 255, 255, 255, 255, 255]],
  ])('%s is not opened', async (_what, at, bytes) => {
    const path = rewritten(await sealed(Buffer.from('x')), at, Uint8Array.from(bytes));
    const scrypt = watched();
    expect(await fate(path)).toMatch(/^backup\.(damaged|cut)$/);
    expect(scrypt.calls).toBe(0);
  });

  it('waits its turn where several are opened at once, for each takes a lot of memory', async () => {
    const paths = await Promise.all([1, 2, 3, 4].map(() => sealed(Buffer.from('x'))));
    const scrypt = watched();
    expect(await Promise.all(paths.map((path) => fate(path)))).toEqual(Array(4).fill('opened'));
    expect(scrypt).toMatchObject({ calls: 4, most: 1 });
  });

  it('is seen to be cut, wherever it was cut', async () => {
    const plain = systemRandom.bytes(2 * PIECE + 5);
    for (const length of [HEAD, HEAD + 10, HEAD + PIECE + 16, HEAD + 2 * (PIECE + 16), HEAD + 2 * (PIECE + 16) + 20]) {
      const path = await sealed(plain);
      truncateSync(path, length);
      expect(await fate(path), String(length)).toBe('backup.cut');
    }
    const path = await sealed(plain);
    truncateSync(path, HEAD - 1);
    expect(await fate(path)).toBe('backup.not-a-backup');
  });

  it('takes nothing added to it, and no piece in the place of another', async () => {
    const longer = await sealed(systemRandom.bytes(10));
    appendFileSync(longer, 'x');
    expect(await fate(longer)).toBe('backup.damaged');

    const path = await sealed(systemRandom.bytes(2 * PIECE + 5));
    const bytes = readFileSync(path);
    const [first, second] = [HEAD, HEAD + PIECE + 16];
    const swapped = Buffer.concat([
      bytes.subarray(0, first),
      bytes.subarray(second, second + PIECE + 16),
      bytes.subarray(first, second),
      bytes.subarray(second + PIECE + 16),
    ]);
    writeFileSync(path, swapped);
    expect(await fate(path)).toBe('backup.damaged');
  });

  it('of a newer kind says so', async () => {
    const path = await sealed(Buffer.from('x'));
    const bytes = readFileSync(path);
    bytes[8] = 2;
    bytes[20]! ^= 1;
    writeFileSync(path, bytes);
    expect(await fate(path)).toBe('backup.too-new');
  });

  it('that was not finished, or never begun, is not a backup', async () => {
    const path = join(temporaryFolder(), 'x');
    writeFileSync(path, '');
    expect(await fate(path)).toBe('backup.not-a-backup');
    writeFileSync(path, Buffer.alloc(5000));
    expect(await fate(path)).toBe('backup.not-a-backup');
    const failing = await open(join(temporaryFolder(), 'y'), 'wx');
    async function* broken() {
      yield Buffer.alloc(PIECE * 2);
      throw new Error('the disk is gone');
    }
    const options = { passphrase, madeAt: 1, cost: COST };
    await expect(writeSealed({ random: systemRandom }, failing, options, broken())).rejects.toThrow('the disk is gone');
    await failing.close();
  });

  it('never looks the same twice', async () => {
    const plain = Buffer.alloc(100);
    const [one, other] = await Promise.all([sealed(plain), sealed(plain)]);
    expect(readFileSync(one).subarray(12).equals(readFileSync(other).subarray(12))).toBe(false);
    expect((await readHead(one)).id).not.toBe((await readHead(other)).id);
  });

  it('opens as it did when this was written', async () => {
    const path = join(temporaryFolder(), 'old.hearth-backup');
    writeFileSync(path, Buffer.from(VECTOR, 'base64'));
    expect((await opened(path)).toString()).toBe('as it was');
    expect(await readHead(path)).toEqual({ id: '11'.repeat(16), madeAt: 1_700_000_000_000, bytes: 109 });
  });
});

/** Made with bytes 0x11 for salt and id. */
const VECTOR =
  'SEVBUlRIQksBDwEBEREREREREREREREREREREREREREREREREREREREREREAAAGLz+VoAAAAAAAAAAAZeMC2l4SlOufguTRzQt3Y44DQIMiCeZ391pBVdzjiKJmx3ar0rxDlK+vB2lTc2Uk2CA==';
