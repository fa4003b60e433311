// Which holder keeps this folder's data key. `holder.json` names it; the key moves to another holder in an order that leaves it
// with at least one of them whenever the power goes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { ensurePrivateFolder, isCode, tighten, writePrivateFile } from '../storage/files.ts';
import { HolderUnavailable, KeyMissing, KeyWrong } from './errors.ts';
import { fileHolder } from './file-holder.ts';
import type { Cost } from './kdf.ts';
import type { HolderName, KeyHolder } from './key-holder.ts';
import { type AskPassphrase, passphraseHolder } from './passphrase-holder.ts';
import { KEY_BYTES } from './seal.ts';

const Chosen = z.strictObject({ holder: z.enum(['file', 'passphrase', 'keychain']) });

export interface HoldersOptions {
  /** The data folder's `keys`. */
  readonly folder: string;
  readonly passphrase?: AskPassphrase | undefined;
  /** The desktop's own, where there is one. */
  readonly keychain?: KeyHolder | undefined;
  /** What guessing the passphrase costs; dear by default, cheaper for tests. */
  readonly cost?: Cost | undefined;
}

export class Holders {
  readonly #random: Random;
  readonly #folder: string;
  readonly #keychain: KeyHolder | undefined;
  readonly #ask: AskPassphrase | undefined;
  readonly #cost: Cost | undefined;

  constructor(deps: { readonly random: Random }, options: HoldersOptions) {
    this.#random = deps.random;
    this.#folder = options.folder;
    this.#ask = options.passphrase;
    this.#cost = options.cost;
    this.#keychain = options.keychain;
    ensurePrivateFolder(options.folder);
    tighten(options.folder);
  }

  /** The recorded one; without a record, the one that has a key. Undefined in a fresh folder. */
  chosen(): KeyHolder | undefined {
    const name = recordedHolder(this.#folder);
    if (name !== undefined) return this.holder(name);
    return [this.holder('file'), this.holder('passphrase')].find((holder) => holder.has());
  }

  holder(name: HolderName, ask: AskPassphrase | undefined = this.#ask): KeyHolder {
    if (name === 'file') return fileHolder(this.#folder);
    if (name === 'passphrase') return passphraseHolder(this.#random, this.#folder, ask, this.#cost);
    if (this.#keychain === undefined) throw new HolderUnavailable(name);
    return this.#keychain;
  }

  /** A new key, kept by `name` before anything is sealed with it. */
  async create(name: HolderName): Promise<{ key: Buffer; holder: KeyHolder }> {
    const key = this.#random.bytes(KEY_BYTES);
    return { key, holder: await this.keep(name, key) };
  }

  /** A key that there is already, from a backup for instance, kept by `name` in a folder that has none. */
  async keep(name: HolderName, key: Uint8Array): Promise<KeyHolder> {
    const holder = this.holder(name);
    await holder.store(key);
    this.#record(holder);
    return holder;
  }

  /** Hands the key to `to`, makes sure that it gives it back, and only then takes it from the one before. */
  async move(key: Uint8Array, from: KeyHolder, to: KeyHolder): Promise<void> {
    await to.store(key);
    if (!Buffer.from(key).equals(await to.load())) throw new KeyWrong(to.name);
    this.#record(to);
    if (from.name !== to.name) from.forget();
  }

  #record(holder: KeyHolder): void {
    const text = JSON.stringify({ holder: holder.name } satisfies z.infer<typeof Chosen>);
    writePrivateFile(recordOf(this.#folder), `${text}\n`);
  }
}

/** Which holder the record in a `keys` folder names; undefined without one. Throws KeyMissing where it can't be read. */
export function recordedHolder(folder: string): HolderName | undefined {
  const file = recordOf(folder);
  try {
    const { holder } = Chosen.parse(JSON.parse(readFileSync(file, 'utf8')));
    tighten(file);
    return holder;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new KeyMissing(file, error);
  }
}

function recordOf(folder: string): string {
  return join(folder, 'holder.json');
}
