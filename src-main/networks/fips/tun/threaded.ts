// A TUN device that a thread reads: takes what it says, writes into the device from here, and ends both.

import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TunDevice, TunEvents } from './device.ts';
import { TunGone, TunNeedsSetup, TunUnsupported } from './errors.ts';
import { type Attached, Shared, type TunThreadData, type TunThreadSays } from './thread-wire.ts';

const EBUSY = 16;
const HEAP_MIB = 32;
/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `tun-thread${extname(import.meta.filename)}`));

/** This end of an attached device. */
export interface OwnEnd {
  /** Throws where the system does not take it at once. */
  write(packet: Buffer): void;
  /** Ends the thread's wait. */
  wake(): void;
  /** The thread is gone, and nobody uses the device any more. */
  close(): void;
}

export type OpenEnd = (attached: Attached) => OwnEnd | Promise<OwnEnd>;

/** Rejects with TunGone, TunNeedsSetup or TunUnsupported; then nothing is left open but what `data` came with. */
export async function attachTun(
  data: Omit<TunThreadData, 'shared'>,
  events: TunEvents,
  open: OpenEnd,
): Promise<ThreadedTun> {
  const device = new ThreadedTun(data, events);
  try {
    await device.attach(open);
    return device;
  } catch (error) {
    await device.close();
    throw error;
  }
}

export class ThreadedTun implements TunDevice {
  readonly #shared = new Int32Array(new SharedArrayBuffer(Shared.words * Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;
  readonly #events: TunEvents;
  readonly #exited: Promise<void>;
  readonly #attached = Promise.withResolvers<Attached>();
  #name: string;
  #end: OwnEnd | undefined;
  #isOpen = true;

  constructor(data: Omit<TunThreadData, 'shared'>, events: TunEvents) {
    this.#name = data.name;
    this.#events = events;
    const workerData: TunThreadData = { ...data, shared: this.#shared };
    this.#worker = new Worker(THREAD, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (said: TunThreadSays) => this.#heed(said));
    // The thread can't have what it is made of, or ran out of memory.
    this.#worker.on('error', (error) => {
      this.#attached.reject(new TunUnsupported(process.platform, error));
      this.#gone(new TunGone(this.name, error));
    });
  }

  get name(): string {
    return this.#name;
  }

  /** Once. */
  async attach(open: OpenEnd): Promise<void> {
    const attached = await this.#attached.promise;
    this.#name = attached.name;
    this.#end = await open(attached);
  }

  write(packet: Buffer): void {
    if (!this.#isOpen) return;
    try {
      this.#end?.write(packet);
    } catch {
      // No room, or the device is down: lost.
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    Atomics.store(this.#shared, Shared.stop, 1);
    Atomics.notify(this.#shared, Shared.stop);
    Atomics.notify(this.#shared, Shared.ahead);
    this.#end?.wake();
    await this.#exited;
    this.#end?.close();
    this.#end = undefined;
  }

  #heed(said: TunThreadSays): void {
    switch (said.kind) {
      case 'attached':
        this.#attached.resolve(said.end);
        return;
      case 'refused':
        this.#attached.reject(said.errno === EBUSY ? new TunGone(this.name) : new TunNeedsSetup(this.name, said.errno));
        return;
      case 'packets':
        this.#take(said.bytes, said.lengths);
        return;
      case 'gone':
        this.#gone(new TunGone(this.name, new Error(`errno ${said.errno}`)));
    }
  }

  #take(bytes: Uint8Array, lengths: readonly number[]): void {
    let at = 0;
    for (const length of lengths) {
      if (this.#isOpen) this.#events.packet(Buffer.from(bytes.buffer, bytes.byteOffset + at, length));
      at += length;
    }
    Atomics.sub(this.#shared, Shared.ahead, 1);
    Atomics.notify(this.#shared, Shared.ahead);
  }

  #gone(error: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#events.gone(error);
  }
}
