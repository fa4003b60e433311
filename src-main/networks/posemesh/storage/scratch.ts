// The files of one job: a folder that is its alone, and goes with it. What is in there is counted, so that no server and no runner
// fills the disk of its user. What a crash leaves is in the network's own folder, which is emptied at the next start.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { NoDisk } from '../errors.ts';

const DIR_MODE = 0o700;
const FILE_MODE = 0o600;
/**
 * One write for at least so many bytes; so many may wait while one is under way. Larger ones have left the processor's cache by the time
 * that they are written: 4 MiB halved the rate of a download.
 */
const GATHERED = 256 * 1024;
const MOST_WAITING = 2 * GATHERED;
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

export class Scratch {
  /** Absolute; links on the way to it are resolved. */
  readonly root: string;
  readonly #most: number;
  readonly #open = new Set<ScratchFile>();
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
    const file = new ScratchFile(
      path,
      handle,
      (bytes) => this.#take(bytes),
      () => this.#open.delete(file),
    );
    this.#open.add(file);
    return file;
  }

  /** Of a file that `create` made. */
  async discard(file: Pick<ScratchFile, 'path' | 'size'>): Promise<void> {
    await rm(file.path, { force: true });
    this.#taken -= file.size;
  }

  /** All of it. Never rejects: what can't be removed now goes at the next start. */
  async remove(): Promise<void> {
    // A runner may have left one open.
    for (const file of this.#open) await file.close().catch(() => undefined);
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
  readonly #closed: () => void;
  #open = true;
  /** Taken by `append`, and not on their way to the disk yet. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** The one write of these that is under way. Never rejects. */
  #batch: Promise<void> | undefined;
  #failure: Error | undefined;
  size = 0;

  constructor(path: string, handle: FileHandle, take: (bytes: number) => void, closed: () => void) {
    this.path = path;
    this.#handle = handle;
    this.#take = take;
    this.#closed = closed;
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

  /**
   * The same for bytes that stay as they are: gathered, and written while more comes. Resolves when there is room for more; what failed on
   * the disk is thrown by the next call, or by `close`.
   */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#take(bytes.length);
    this.size += bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= GATHERED) this.#writing ??= this.#writeWaiting(GATHERED);
    // For one write, not for all that waits: the next goes on while more comes.
    while (this.#waitingBytes >= MOST_WAITING && this.#writing) await this.#batch;
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
    try {
      await this.#writing;
      await this.#writeWaiting(1);
    } finally {
      await onDisk(this.#handle.close());
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** While there are `least` bytes. Never rejects. */
  async #writeWaiting(least: number): Promise<void> {
    while (this.#waitingBytes >= least && this.#failure === undefined) {
      const [pieces, bytes] = [this.#waiting, this.#waitingBytes];
      [this.#waiting, this.#waitingBytes] = [[], 0];
      this.#batch = this.#writeAll(pieces, bytes).catch((error: Error) => {
        this.#failure = error;
      });
      await this.#batch;
    }
    this.#writing = undefined;
  }

  async #writeAll(pieces: readonly Uint8Array[], bytes: number): Promise<void> {
    const { bytesWritten } = await onDisk(this.#handle.writev(pieces));
    // Where the disk took a part of it, the rest goes by itself.
    const rest = bytesWritten < bytes ? Buffer.concat(pieces).subarray(bytesWritten) : undefined;
    for (let at = 0; rest && at < rest.length; ) at += (await onDisk(this.#handle.write(rest, at))).bytesWritten;
  }
}

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw FULL.has((error as NodeJS.ErrnoException).code) ? new NoDisk('full', error) : error;
  }
}
