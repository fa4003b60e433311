// The data folder's `backups`: sealed files that were made here, and one at a time that comes in from outside. They go in and
// out in pieces, for a face can carry no more at once, and by name only, so that no caller can ask for another file.

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupFile, BackupName, PIECE_BYTES, RECEIVED } from '../../src-preload/contract/backup.ts';
import type { Random } from '../base/random.ts';
import { ensurePrivateFile, ensurePrivateFolder, syncFolder } from '../storage/files.ts';
import { BACKUP_LIMITS } from './bounds.ts';
import { BackupMissing, BackupTooLarge, NoSpace, PieceRefused } from './errors.ts';
import { readHead } from './sealed-file.ts';

const SUFFIX = '.hearth-backup';
const WORK = 'work-';
/** Files made here that are kept: more are of more use elsewhere. */
const KEPT = 3;

export class BackupFiles {
  readonly #random: Random;
  readonly #folder: string;
  #receiving: { readonly name: string; readonly bytes: number; have: number } | undefined;

  constructor(deps: { readonly random: Random }, { dataDir }: { readonly dataDir: string }) {
    this.#random = deps.random;
    this.#folder = join(dataDir, 'backups');
  }

  /** Removes what an earlier run left half done, and what came in and was not used. */
  tidy(): void {
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith(WORK) || name.startsWith(RECEIVED)) rmSync(join(this.#folder, name), { recursive: true });
    }
  }

  /** A name for a new file, and where it will lie: `hearth-2026-11-21-0838-1f3a.hearth-backup`. */
  fresh(at: number): { readonly name: string; readonly file: string } {
    ensurePrivateFolder(this.#folder);
    const time = new Date(at).toISOString().slice(0, 16).replace('T', '-').replace(':', '');
    const name = `hearth-${time}-${this.#random.bytes(2).toString('hex')}${SUFFIX}`;
    return { name, file: join(this.#folder, name) };
  }

  /** An empty folder (0700) for what must not outlive the moment; on the same disk, and as private as the data folder. */
  async work(): Promise<string> {
    ensurePrivateFolder(this.#folder);
    return mkdtemp(join(this.#folder, WORK));
  }

  /** The whole files, newest first. What is not a backup, or not a whole one, is left out. */
  async files(): Promise<BackupFile[]> {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    const files: BackupFile[] = [];
    for (const name of names) {
      if (!BackupName.safeParse(name).success || name.startsWith(RECEIVED)) continue;
      const head = await readHead(join(this.#folder, name)).catch(() => undefined);
      if (head) files.push({ name, bytes: head.bytes, madeAt: head.madeAt });
    }
    return files.sort((a, b) => b.madeAt - a.madeAt || b.name.localeCompare(a.name));
  }

  /** Removes the older of the files made here. */
  async prune(): Promise<void> {
    for (const { name } of (await this.files()).slice(KEPT)) this.discard(name);
    syncFolder(this.#folder);
  }

  /** Where a file lies that is there as a whole. Throws BackupMissing. */
  whole(name: string): string {
    const file = join(this.#folder, name);
    const incomplete = this.#receiving?.name === name && this.#receiving.have < this.#receiving.bytes;
    if (incomplete || !BackupName.safeParse(name).success || !existsSync(file)) throw new BackupMissing(name);
    return file;
  }

  /** Throws BackupMissing. */
  read(name: string, offset: number): { data: string; bytes: number; next: number | null } {
    const file = this.whole(name);
    const handle = openSync(file, 'r');
    try {
      const piece = Buffer.alloc(PIECE_BYTES);
      const length = readSync(handle, piece, 0, PIECE_BYTES, offset);
      const bytes = statSync(file).size;
      const end = offset + length;
      return { data: piece.toString('base64', 0, length), bytes, next: length > 0 && end < bytes ? end : null };
    } finally {
      closeSync(handle);
    }
  }

  /** One at a time: what came in before and was not used goes. Throws BackupTooLarge or NoSpace. */
  receive(bytes: number): string {
    if (bytes > BACKUP_LIMITS.file) throw new BackupTooLarge(bytes);
    if (this.#receiving) this.discard(this.#receiving.name);
    ensurePrivateFolder(this.#folder);
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bytes + BACKUP_LIMITS.spare > bavail * bsize) throw new NoSpace();
    const name = `${RECEIVED}${this.#random.bytes(4).toString('hex')}${SUFFIX}`;
    ensurePrivateFile(join(this.#folder, name));
    this.#receiving = { name, bytes, have: 0 };
    return name;
  }

  /** Bytes still missing. Throws PieceRefused where it is not the next piece, or more than was announced. */
  write(name: string, offset: number, data: string): number {
    const receiving = this.#receiving;
    const piece = Buffer.from(data, 'base64');
    if (receiving?.name !== name) throw new PieceRefused(0);
    const end = offset + piece.length;
    if (offset !== receiving.have || piece.length === 0 || end > receiving.bytes)
      throw new PieceRefused(receiving.have);
    const file = join(this.#folder, name);
    const handle = openSync(file, 'r+');
    try {
      for (let done = 0; done < piece.length; )
        done += writeSync(handle, piece, done, piece.length - done, offset + done);
    } catch (error) {
      truncateSync(file, offset);
      throw error;
    } finally {
      closeSync(handle);
    }
    receiving.have = end;
    return receiving.bytes - end;
  }

  discard(name: string): void {
    if (!BackupName.safeParse(name).success) return;
    rmSync(join(this.#folder, name), { force: true });
    if (this.#receiving?.name === name) this.#receiving = undefined;
  }
}
