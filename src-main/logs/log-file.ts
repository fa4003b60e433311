// Lines into a file that turns over by size. Whatever the disk does, the caller only ever hands a line over: what cannot be
// written in time is dropped and counted, and a file that failed is opened again a little later.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createStream, type FileSize, type RotatingFileStream } from 'rotating-file-stream';
import type { Clock } from '../base/clock.ts';

export interface LogFileOptions {
  /** Made 0700 where it is missing. */
  readonly dir: string;
  readonly name: string;
  readonly size: FileSize;
  /** Older files kept, as name.1, name.2 and so on. */
  readonly generations: number;
  /** The line that says how many could not be written, with its end; one of JSON where it is left out. */
  readonly lost?: (count: number) => string;
}

/** Bytes that may wait for a slow disk. */
const MOST_WAITING = 2 * 1024 * 1024;
/** After a failure, milliseconds until the next try. */
const PAUSE_MS = 5000;
/** How long `close` waits for what is on its way. */
const CLOSE_MS = 2000;

export class LogFile {
  readonly #clock: Clock;
  readonly #options: LogFileOptions;
  #stream: RotatingFileStream | undefined;
  #retryAt = Number.NEGATIVE_INFINITY;
  #dropped = 0;
  #closed = false;

  constructor(deps: { readonly clock: Clock }, options: LogFileOptions) {
    this.#clock = deps.clock;
    this.#options = options;
  }

  /** Whether there is a file that takes lines; false before the first and after a failure. */
  get open(): boolean {
    return this.#stream !== undefined;
  }

  /** Bytes that wait for the disk. */
  get waiting(): number {
    return this.#stream?.writableLength ?? 0;
  }

  /** A line with its end. Never throws and never waits. */
  write(line: string): void {
    const stream = this.#usable();
    if (stream === undefined || this.waiting > MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) {
      const { lost = (count) => this.#lostLine(count) } = this.#options;
      stream.write(lost(this.#dropped));
      this.#dropped = 0;
    }
    stream.write(line);
  }

  /** Resolves when what was handed over is in the file, or after two seconds. */
  async close(): Promise<void> {
    this.#closed = true;
    const stream = this.#stream;
    if (stream === undefined) return;
    const done = Promise.withResolvers<void>();
    const cancel = this.#clock.after(CLOSE_MS, done.resolve);
    stream.once('close', done.resolve);
    stream.once('error', () => done.resolve());
    stream.end(() => done.resolve());
    await done.promise;
    cancel();
    this.#stream = undefined;
    stream.destroy();
  }

  #lostLine(count: number): string {
    return `${JSON.stringify({ level: 40, time: this.#clock.now(), msg: 'lines were dropped', count })}\n`;
  }

  #usable(): RotatingFileStream | undefined {
    if (this.#closed || this.#stream !== undefined) return this.#closed ? undefined : this.#stream;
    if (this.#clock.monotonic() < this.#retryAt) return undefined;
    const { dir, name, size, generations } = this.#options;
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const file = join(dir, name);
      if (process.platform !== 'win32' && existsSync(file)) chmodSync(file, 0o600);
      const stream = createStream(name, { path: dir, size, rotate: generations, mode: 0o600 });
      // A stream is of no use after its first error; the next line after the pause gets a new one.
      stream.on('error', () => this.#failed(stream));
      this.#stream = stream;
    } catch {
      this.#failed(undefined);
    }
    return this.#stream;
  }

  #failed(stream: RotatingFileStream | undefined): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    this.#retryAt = this.#clock.monotonic() + PAUSE_MS;
    stream?.destroy();
  }
}
