// What the data folder holds and how large it is: looked at in the background, and no more than every few seconds.

import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { StoragePart, StorageView } from '../../src-preload/contract/storage.ts';
import type { Clock } from '../base/clock.ts';

export interface StorageDeps {
  readonly clock: Clock;
  readonly read: Database;
  readonly tasks: () => Promise<number>;
  readonly entries: () => number;
  readonly pruning: () => StorageView['pruning'];
  /** For database and logs together; null: none. */
  readonly budgetMegabytes: () => number | null;
}

interface Sizes {
  readonly parts: StorageView['parts'];
  readonly freeBytes: number | null;
}

const FRESH_MS = 5000;
/** More files than this are not Hearth's; their sizes are not looked for. */
const MOST_FILES = 10_000;
/** As sizes of files are shown: of thousands. */
const MEGABYTE = 1_000_000;

export class Storage {
  readonly #deps: StorageDeps;
  readonly #folder: string;
  #sizes: Promise<Sizes> | undefined;
  #sizesAt = Number.NEGATIVE_INFINITY;

  constructor(deps: StorageDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  async view(): Promise<StorageView> {
    const { clock, tasks, entries, pruning } = this.#deps;
    const [{ parts, freeBytes }, count] = await Promise.all([this.#look(), tasks()]);
    return {
      at: clock.now(),
      folder: this.#folder,
      parts,
      totalBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      freeBytes,
      databaseUsedBytes: this.#databaseUsed(),
      budget: this.#budget(parts),
      rows: { tasks: count, entries: entries() },
      pruning: pruning(),
    };
  }

  /** Whether database and logs are larger together than the user wants. */
  async overBudget(): Promise<boolean> {
    if (this.#deps.budgetMegabytes() === null) return false;
    return this.#budget((await this.#look()).parts)?.over ?? false;
  }

  #budget(parts: StorageView['parts']): StorageView['budget'] {
    const megabytes = this.#deps.budgetMegabytes();
    if (megabytes === null) return null;
    const bytes = megabytes * MEGABYTE;
    const logs = parts.find(({ part }) => part === 'logs')?.bytes ?? 0;
    // What was let go in the database's file is not given back to the disk, but it is there for what comes.
    const usedBytes = this.#databaseUsed() + logs;
    return { bytes, usedBytes, over: usedBytes > bytes };
  }

  #databaseUsed(): number {
    const of = (name: string) => Number(this.#deps.read.pragma(name, { simple: true }));
    return (of('page_count') - of('freelist_count')) * of('page_size');
  }

  #look(): Promise<Sizes> {
    const now = this.#deps.clock.monotonic();
    if (this.#sizes && now - this.#sizesAt < FRESH_MS) return this.#sizes;
    this.#sizesAt = now;
    this.#sizes = sizesOf(this.#folder);
    return this.#sizes;
  }
}

async function sizesOf(folder: string): Promise<Sizes> {
  const sums = new Map<StoragePart, { bytes: number; files: number }>();
  let left = MOST_FILES;
  const walk = async (at: string, part: StoragePart | undefined): Promise<void> => {
    // What goes away while it is looked at is not there any more.
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      if (left === 0) return;
      const its = part ?? partOf(entry.name);
      const path = join(at, entry.name);
      if (entry.isDirectory()) await walk(path, its);
      else if (entry.isFile()) {
        left -= 1;
        const sum = sums.get(its) ?? { bytes: 0, files: 0 };
        sum.bytes += (await lstat(path).catch(() => ({ size: 0 }))).size;
        sum.files += 1;
        sums.set(its, sum);
      }
    }
  };
  await walk(folder, undefined);
  const disk = await statfs(folder).catch(() => undefined);
  return {
    parts: [...sums].map(([part, sum]) => ({ part, ...sum })).sort((a, b) => b.bytes - a.bytes),
    freeBytes: disk ? disk.bavail * disk.bsize : null,
  };
}

/** What was there before a backup was put back stands aside in a folder `before-...`. */
function partOf(name: string): StoragePart {
  if (/^hearth\.db(-wal|-shm)?$/.test(name)) return 'database';
  if (name.startsWith('before-')) return 'backups';
  return name === 'backups' || name === 'logs' || name === 'keys' ? name : 'other';
}
