// Sealed values: node tokens, signing keys, API keys. In the database only ciphertext; in memory the values, so that reading
// needs no wait. The one way to change them commits and then remembers, so that memory and disk cannot part.
import type { Database } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';
import { KeyMissing, KeyWrong, SecretDamaged } from './errors.ts';
import { Holders } from './holders.ts';
import type { HolderName, KeyHolder } from './key-holder.ts';
import type { AskPassphrase } from './passphrase-holder.ts';
import { open, seal } from './seal.ts';

export const secretsMigrations: readonly Migration[] = [
  {
    area: 'secrets',
    number: 1,
    name: 'sealed values',
    sql: 'CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  },
];

/** Sealed first and always there, so that a wrong key shows before it has sealed anything. Not a name that callers use. */
const CHECK = 'check';

const PUT =
  'INSERT INTO secrets (name, sealed, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, at = excluded.at';
const REMOVE = 'DELETE FROM secrets WHERE name = ?';

export interface SecretsDeps {
  readonly random: Random;
  readonly clock: Clock;
  readonly committer: Committer;
  readonly read: Database;
}

export interface SecretsOptions {
  /** For the key alone: the data folder's `keys`. Made 0700 where it is missing. */
  readonly dir: string;
  /** Asked when the folder's key is under a passphrase. */
  readonly passphrase?: AskPassphrase;
  readonly keychain?: KeyHolder;
  /** Who keeps the key of a fresh folder; the file unless told. An older folder keeps the holder it has. */
  readonly holder?: HolderName;
}

/**
 * Opens all of them. A folder without key and sealed values gets a new key; one with sealed values never does.
 * Throws KeyMissing, KeyWrong, WrongPassphrase, PassphraseNeeded, HolderUnavailable; or what the committer rejects with.
 */
export async function openSecrets(deps: SecretsDeps, options: SecretsOptions): Promise<Secrets> {
  const { dir: folder, passphrase, keychain } = options;
  const holders = new Holders(deps, { folder, passphrase, keychain });
  const rows = deps.read.prepare<[], { name: string; sealed: Buffer }>('SELECT name, sealed FROM secrets').all();
  let holder = holders.chosen();
  let key: Buffer;
  if (holder?.has()) {
    key = await holder.load();
  } else {
    if (rows.length > 0) throw new KeyMissing((holder ?? holders.holder('file')).file);
    ({ key, holder } = await holders.create(options.holder ?? holder?.name ?? 'file'));
  }

  const values = new Map<string, string | null>();
  for (const { name, sealed } of rows) values.set(name, open(key, name, sealed)?.toString('utf8') ?? null);
  const secrets = new Secrets(deps, { key, holder, holders, values });
  // A key that opens one value is the right one; whatever else does not open is damage of its own.
  if (rows.length > 0 && [...values.values()].every((value) => value === null)) throw new KeyWrong(holder.name);
  if (values.get(CHECK) !== CHECK) await secrets.put(CHECK, CHECK);
  return secrets;
}

export class Secrets {
  readonly #deps: SecretsDeps;
  readonly #key: Uint8Array;
  readonly #holders: Holders;
  /** null: the row is damaged. */
  readonly #values: Map<string, string | null>;
  #holder: KeyHolder;

  constructor(
    deps: SecretsDeps,
    opened: {
      readonly key: Uint8Array;
      readonly holder: KeyHolder;
      readonly holders: Holders;
      readonly values: Map<string, string | null>;
    },
  ) {
    this.#deps = deps;
    this.#key = opened.key;
    this.#holder = opened.holder;
    this.#holders = opened.holders;
    this.#values = opened.values;
  }

  /** Who keeps the data key, for the user to see. */
  get holder(): HolderName {
    return this.#holder.name;
  }

  /** Throws SecretDamaged rather than say "none": a caller would make a new identity in its place. */
  get(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === null) throw new SecretDamaged(name);
    return value;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Seals the value, or removes it where it is null; see putAll. */
  put(name: string, value: string | null): Promise<void> {
    return this.putAll({ [name]: value });
  }

  /**
   * Seals each value and removes each null, together with `writes` in one unit. When it resolves all of it is on disk and
   * `get` answers accordingly; when it rejects (see Committer) nothing has changed in either place.
   */
  async putAll(values: Readonly<Record<string, string | null>>, writes: readonly Write[] = []): Promise<void> {
    const { random, clock, committer } = this.#deps;
    const entries = Object.entries(values);
    const own = entries.map(([name, value]): Write => {
      if (value === null) return { sql: REMOVE, params: [name] };
      return { sql: PUT, params: [name, seal(random, this.#key, name, Buffer.from(value)), clock.now()] };
    });
    await committer.commit([...writes, ...own]);
    for (const [name, value] of entries) {
      if (value === null) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  /** Gives the data key to another holder, or to the same under a new passphrase, for which `passphrase` is asked once. */
  async changeHolder(to: HolderName, passphrase?: AskPassphrase): Promise<void> {
    let words: Promise<string> | undefined;
    const next = this.#holders.holder(to, passphrase && (() => (words ??= passphrase())));
    await this.#holders.move(this.#key, this.#holder, next);
    this.#holder = next;
  }
}
