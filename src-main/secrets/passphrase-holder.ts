// The key wrapped by a passphrase: a thief of the whole folder still has to guess.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { syncFolder, tighten, writePrivateFile } from '../storage/files.ts';
import { KeyMissing, PassphraseNeeded, WrongPassphrase } from './errors.ts';
import { COST, type Cost, deriveKey, isBearable, SHORTEST } from './kdf.ts';
import type { KeyHolder } from './key-holder.ts';
import { open, seal } from './seal.ts';

export type AskPassphrase = () => Promise<string>;

const WRAPPED_AS = 'data-key';

/** Bounded, because a file that was tampered with must not be able to eat the memory. */
const Wrapped = z
  .strictObject({
    kdf: z.literal('scrypt'),
    N: z.number(),
    r: z.number(),
    p: z.number(),
    salt: z.base64url().min(20).max(128),
    sealed: z.base64url().max(256),
  })
  .refine(isBearable);
type Wrapped = z.infer<typeof Wrapped>;

/** Keeps `data.json` in `folder`: how the passphrase becomes a key, and the data key sealed with that. */
export function passphraseHolder(
  random: Random,
  folder: string,
  ask: AskPassphrase | undefined,
  cost: Cost = COST,
): KeyHolder {
  const file = join(folder, 'data.json');
  const passphrase = async () => {
    if (ask === undefined) {
      throw new PassphraseNeeded('This data folder asks for a passphrase. Start Hearth where it can ask you for it.');
    }
    return (await ask()).normalize('NFKC');
  };
  return {
    name: 'passphrase',
    file,
    has: () => existsSync(file),
    async load() {
      const wrapped = read(file);
      const key = await deriveKey(await passphrase(), Buffer.from(wrapped.salt, 'base64url'), wrapped);
      const data = open(key, WRAPPED_AS, Buffer.from(wrapped.sealed, 'base64url'));
      if (data === undefined) throw new WrongPassphrase();
      return data;
    },
    async store(data) {
      const words = await passphrase();
      if (words.length < SHORTEST) {
        throw new PassphraseNeeded(`Choose a passphrase of at least ${SHORTEST} characters.`);
      }
      const salt = random.bytes(16);
      const key = await deriveKey(words, salt, cost);
      const sealed = seal(random, key, WRAPPED_AS, data).toString('base64url');
      const wrapped: Wrapped = { kdf: 'scrypt', ...cost, salt: salt.toString('base64url'), sealed };
      writePrivateFile(file, `${JSON.stringify(wrapped)}\n`);
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
