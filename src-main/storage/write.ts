// The vocabulary between stores and the durable writer.

export type SqlValue = string | number | bigint | Uint8Array | null;

/** One statement of a unit of work. Made by a store's verbs; nothing else in the house writes SQL. */
export interface Write {
  /** A constant text: it is prepared once and known by number afterwards. Values go in `params`. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** The unit is undone as a whole, with `storage.conflict`, unless exactly this many rows changed. */
  readonly expect?: number;
  /** Called once its unit is on disk, no matter who committed it. Must not throw. */
  readonly committed?: () => void;
}

/** Commits units of work; implemented by the durable writer, and all that a store's owner needs of it. */
export interface Committer {
  /**
   * Resolves once all of `writes` are in the database and synced to disk, together or not at all.
   * Rejects with `storage.conflict`, `storage.busy` (too many waiting), `storage.write-failed` or `storage.closed`.
   */
  commit(writes: readonly Write[]): Promise<void>;
}

/** One step of a folder's own schema. Forward only; never edited once released. */
export interface Migration {
  /** The folder it belongs to, e.g. `work`. */
  readonly area: string;
  /** From 1, without gaps within the area. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}
