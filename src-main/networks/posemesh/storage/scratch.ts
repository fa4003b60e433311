// The files of one job: a folder that is its alone, and goes with it. What is in there is counted, so that no server and no runner
// fills the disk of its user. What a crash leaves is in the network's own folder, which is emptied at the next start.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { NoDisk } from '../errors.ts';

const DIR_MODE = 0o700;
const FILE_MODE = 0o600;
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

export class Scratch {
  /** Absolute; links on the way to it are resolved. */
  readonly root: string;
  readonly #most: number;
  #taken = 0;

  private constructor(root: string, most: number) {
    this.root = root;
    this.#most = most;
  }

  /** A new folder `name` within `folder`, for files of `mostBytes` together. */
  static async open(folder: string, name: string, mostBytes: number): Promise<Scratch> {
    await mkdir(folder, { recursive: true, mode: DIR_MODE });
    const root = join(await realpath(folder), name);
    await onDisk(mkdir(root, { mode: DIR_MODE }));
    return new Scratch(root, mostBytes);
  }

  /** Bytes of all files that are there. */
  get taken(): number {
    return this.#taken;
  }

  /** A new file. Names must be safe already; a path that would leave the folder, as by a link, throws. */
  async create(...names: readonly string[]): Promise<ScratchFile> {
    const path = join(this.root, ...names);
    const folder = join(path, '..');
    await onDisk(mkdir(folder, { recursive: true, mode: DIR_MODE }));
    const real = await realpath(folder);
    if (real !== this.root && !real.startsWith(this.root + sep))
      throw new TypeError('a file of a job leaves its folder');
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
    const handle = await onDisk(open(path, flags, FILE_MODE));
    return new ScratchFile(path, handle, (bytes) => this.#take(bytes));
  }

  /** Of a file that `create` made. */
  async discard(file: Pick<ScratchFile, 'path' | 'size'>): Promise<void> {
    await rm(file.path, { force: true });
    this.#taken -= file.size;
  }

  /** All of it. Never rejects: what can't be removed now goes at the next start. */
  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    this.#taken = 0;
  }

  #take(bytes: number): void {
    if (this.#taken + bytes > this.#most) throw new NoDisk('limit');
    this.#taken += bytes;
  }
}

export class ScratchFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #take: (bytes: number) => void;
  #open = true;
  size = 0;

  constructor(path: string, handle: FileHandle, take: (bytes: number) => void) {
    this.path = path;
    this.#handle = handle;
    this.#take = take;
  }

  /** Rejects with `posemesh.disk-limit` or `posemesh.disk-full`. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#take(bytes.length);
    this.size += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await onDisk(this.#handle.write(bytes, at));
      at += bytesWritten;
    }
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await onDisk(this.#handle.close());
  }
}

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw FULL.has((error as NodeJS.ErrnoException).code) ? new NoDisk('full', error) : error;
  }
}
