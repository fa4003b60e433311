// Sealed values: node tokens, signing keys, API keys. In the database only ciphertext; in memory the values, so that reading
// needs no wait. Every way to change them commits and then remembers, so that memory and disk cannot part.
import type { Database } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';
import { KeyMissing, KeyWrong, SecretDamaged } from './errors.ts';
import { Holders } from './holders.ts';
import type { Cost } from './kdf.ts';
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

/** Shorter ones are words like any other. */
const SHORTEST_VALUE = 8;

const PUT =
  'INSERT INTO secrets (name, sealed, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, at = excluded.at';
const REMOVE = 'DELETE FROM secrets WHERE name = ?';

/** By name: a value to seal, or null to remove it. */
export type SealedChanges = Readonly<Record<string, string | null>>;

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
  /** Who keeps the key of a fresh folder; by default the file. An older folder keeps the holder it has. */
  readonly holder?: HolderName;
  /** What guessing the passphrase costs; dear by default, cheaper for tests. */
  readonly cost?: Cost;
}

/**
 * Opens all of them. A folder without key and sealed values gets a new key; one with sealed values never does.
 * Throws KeyMissing, KeyWrong, WrongPassphrase, PassphraseNeeded, HolderUnavailable; or what the committer rejects with.
 */
export async function openSecrets(deps: SecretsDeps, options: SecretsOptions): Promise<Secrets> {
  const { dir: folder, passphrase, keychain, cost } = options;
  const holders = new Holders(deps, { folder, passphrase, keychain, cost });
  const rows = sealedIn(deps.read);
  let holder = holders.chosen();
  let key: Buffer;
  if (holder?.has()) {
    key = await holder.load();
  } else {
    if (rows.length > 0) throw new KeyMissing((holder ?? holders.holder('file')).file);
    ({ key, holder } = await holders.create(options.holder ?? holder?.name ?? 'file'));
  }

  const values = opened(rows, key);
  const secrets = new Secrets(deps, { key, holder, holders, values });
  // A key that opens one value is the right one; whatever else does not open is damage of its own.
  if (rows.length > 0 && [...values.values()].every((value) => value === null)) throw new KeyWrong(holder.name);
  if (values.get(CHECK) !== CHECK) await secrets.put(CHECK, CHECK);
  return secrets;
}

interface SealedRow {
  readonly name: string;
  readonly sealed: Buffer;
}

function sealedIn(read: Database): SealedRow[] {
  return read.prepare<[], SealedRow>('SELECT name, sealed FROM secrets').all();
}

function opened(rows: readonly SealedRow[], key: Uint8Array): Map<string, string | null> {
  return new Map(rows.map(({ name, sealed }) => [name, open(key, name, sealed)?.toString('utf8') ?? null]));
}

export class Secrets {
  readonly #deps: SecretsDeps;
  readonly #key: Uint8Array;
  readonly #holders: Holders;
  /** null: the row is damaged. */
  readonly #values: Map<string, string | null>;
  /** For each name that is being changed, the end of the last change of it. */
  readonly #changing = new Map<string, Promise<unknown>>();
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

  /** The same for showing only: nothing is made in place of what does not open, so it is as good as none. */
  peek(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** How many there are, and how many of them do not open. */
  count(): { readonly values: number; readonly damaged: number } {
    const values = [...this.#values].filter(([name]) => name !== CHECK);
    return { values: values.length, damaged: values.filter(([, value]) => value === null).length };
  }

  /** What another state of the same database holds, a copy for instance; null where it does not open. */
  heldIn(read: Database): ReadonlyMap<string, string | null> {
    const held = opened(sealedIn(read), this.#key);
    held.delete(CHECK);
    return held;
  }

  /** A text with all values taken out that it should never have held, but for those that are `known` to be no secrets. */
  withoutValues(text: string, known: readonly string[]): string {
    const harmless = new Set(known);
    const values = [...this.#values.values()]
      .flatMap(wordsIn)
      .filter((word) => word.length >= SHORTEST_VALUE && !harmless.has(word))
      .sort((a, b) => b.length - a.length);
    return values.reduce((left, word) => left.replaceAll(word, '[left out]'), text);
  }

  /** The data key, for a backup that is itself sealed and for nothing else. */
  keyForBackup(): Uint8Array {
    return this.#key;
  }

  /** Seals the value, or removes it where it is null; see putAll. */
  put(name: string, value: string | null): Promise<void> {
    return this.putAll({ [name]: value });
  }

  /**
   * Seals each value and removes each null, together with `writes` in one unit. When it resolves all of it is on disk and
   * `get` answers accordingly; when it rejects (see Committer) nothing has changed in either place.
   */
  putAll(values: SealedChanges, writes: readonly Write[] = []): Promise<void> {
    return this.change(values, (sealed) => this.#deps.committer.commit([...writes, ...sealed]));
  }

  /**
   * The same where another store commits, such as the ledger: `commit` is given the writes and puts them in one unit with its own.
   * It rejects, and nothing has changed here, where `commit` does. Changes of one name happen one after the other, in the order
   * in which they were asked for.
   */
  async change<T>(values: SealedChanges, commit: (sealed: readonly Write[]) => Promise<T>): Promise<T> {
    const names = Object.keys(values);
    const before = Promise.allSettled(names.flatMap((name) => this.#changing.get(name) ?? []));
    const changed = before.then(() => this.#change(values, commit));
    for (const name of names) this.#changing.set(name, changed);
    try {
      return await changed;
    } finally {
      for (const name of names) if (this.#changing.get(name) === changed) this.#changing.delete(name);
    }
  }

  async #change<T>(values: SealedChanges, commit: (sealed: readonly Write[]) => Promise<T>): Promise<T> {
    const { random, clock } = this.#deps;
    const entries = Object.entries(values);
    const sealed = entries.map(([name, value]): Write => {
      if (value === null) return { sql: REMOVE, params: [name] };
      return { sql: PUT, params: [name, seal(random, this.#key, name, Buffer.from(value)), clock.now()] };
    });
    const committed = await commit(sealed);
    for (const [name, value] of entries) {
      if (value === null) this.#values.delete(name);
      else this.#values.set(name, value);
    }
    return committed;
  }

  /** Gives the data key to another holder, or to the same under a new passphrase, for which `passphrase` is asked once. */
  async changeHolder(to: HolderName, passphrase?: AskPassphrase): Promise<void> {
    let words: Promise<string> | undefined;
    const next = this.#holders.holder(to, passphrase && (() => (words ??= passphrase())));
    await this.#holders.move(this.#key, this.#holder, next);
    this.#holder = next;
  }
}

/** A value, and the texts within it where it is an object in JSON. */
function wordsIn(value: string | null): string[] {
  if (value === null) return [];
  if (!value.startsWith('{')) return [value];
  try {
    const members = Object.values(JSON.parse(value) as Record<string, unknown>);
    return [value, ...members.filter((member) => typeof member === 'string')];
  } catch {
    return [value];
  }
}
