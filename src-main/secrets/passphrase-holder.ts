// The key wrapped by a passphrase: whoever copies the whole folder still has to guess. scrypt (RFC 7914) makes guessing dear.
import { type ScryptOptions, scrypt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { syncFolder, tighten, writePrivateFile } from '../storage/files.ts';
import { KeyMissing, PassphraseNeeded, WrongPassphrase } from './errors.ts';
import type { KeyHolder } from './key-holder.ts';
import { KEY_BYTES, open, seal } from './seal.ts';

export type AskPassphrase = () => Promise<string>;

/** 128 MiB and about half a second: fine once a start, dear a billion times. Older files keep what they were made with. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
const SHORTEST = 8;
const WRAPPED_AS = 'data-key';

/** Bounded, because a file that somebody changed must not be able to eat the memory. */
const Wrapped = z.strictObject({
  kdf: z.literal('scrypt'),
  N: z
    .number()
    .int()
    .min(2 ** 15)
    .max(2 ** 20)
    .refine((n) => Number.isInteger(Math.log2(n))),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
  salt: z.base64url().min(20).max(128),
  sealed: z.base64url().max(256),
});
type Wrapped = z.infer<typeof Wrapped>;

/** Keeps `data.json` in `folder`: how the passphrase becomes a key, and the data key sealed with that. */
export function passphraseHolder(random: Random, folder: string, ask: AskPassphrase | undefined): KeyHolder {
  const file = join(folder, 'data.json');
  const passphrase = async () => {
    if (ask === undefined) {
      throw new PassphraseNeeded('This data folder asks for a passphrase. Start Hearth where it can ask you for it.');
    }
    // The same characters typed on another system may come in another form (RFC 8265).
    return (await ask()).normalize('NFKC');
  };
  return {
    name: 'passphrase',
    file,
    has: () => existsSync(file),
    async load() {
      const wrapped = read(file);
      const key = await stretch(await passphrase(), wrapped);
      const data = open(key, WRAPPED_AS, Buffer.from(wrapped.sealed, 'base64url'));
      if (data === undefined) throw new WrongPassphrase();
      return data;
    },
    async store(data) {
      const words = await passphrase();
      if (words.length < SHORTEST) {
        throw new PassphraseNeeded(`Choose a passphrase of at least ${SHORTEST} characters.`);
      }
      const salt = random.bytes(16).toString('base64url');
      const key = await stretch(words, { ...COST, salt });
      const sealed = seal(random, key, WRAPPED_AS, data).toString('base64url');
      writePrivateFile(file, `${JSON.stringify({ kdf: 'scrypt', ...COST, salt, sealed } satisfies Wrapped)}\n`);
    },
    forget() {
      rmSync(file, { force: true });
      syncFolder(folder);
    },
  };
}

function read(file: string): Wrapped {
  try {
    tighten(file);
    return Wrapped.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new KeyMissing(file, error);
  }
}

function stretch(passphrase: string, { N, r, p, salt }: Pick<Wrapped, 'N' | 'r' | 'p' | 'salt'>): Promise<Buffer> {
  // Node refuses more than 32 MiB unless told; scrypt takes 128 * N * r bytes and a little.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r + 128 * r * p + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.from(salt, 'base64url'), KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
