// A TUN device of Linux: taken by its name where the setup step has made it for this user, or made here where this process may.

import { execFile } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { TunDevice, TunEvents, TunWish } from './device.ts';
import { TunGone, TunNeedsSetup, TunUnsupported } from './errors.ts';
import { addressing, isTunName, RULE } from './setup.ts';
import { Shared, type TunThreadData, type TunThreadSays } from './thread-wire.ts';

const CLONE = '/dev/net/tun';
const EBUSY = 16;
const IP_MS = 5000;
const HEAP_MIB = 32;
/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `tun-thread${extname(import.meta.filename)}`));

const run = promisify(execFile);
const ip = (args: readonly string[]) => run('ip', [...args], { timeout: IP_MS });

export async function openLinuxTun(wish: TunWish, events: TunEvents): Promise<TunDevice> {
  const { name } = wish;
  if (!isTunName(name)) throw new RangeError('not the name of a network device');
  const wasThere = existsSync(`/sys/class/net/${name}`);
  let fd: number;
  try {
    fd = openSync(CLONE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw existsSync(CLONE) ? new TunNeedsSetup(name, error) : new TunUnsupported('Linux without TUN', error);
  }
  const device = await LinuxTun.attach(fd, name, events);
  try {
    // As the setup step left it, it needs nothing more; and this process might not be able to give it anything.
    if (!wasThere || !hasAddress(wish)) await configure(wish);
  } catch (error) {
    await device.close();
    throw new TunNeedsSetup(name, error);
  }
  return device;
}

/** Only of devices that are up, the system tells addresses. */
function hasAddress({ name, address }: TunWish): boolean {
  return networkInterfaces()[name]?.some((each) => each.address === address) ?? false;
}

async function configure(wish: TunWish): Promise<void> {
  for (const args of addressing(wish)) await ip(args);
  const { stdout } = await ip(['-6', 'rule', 'show', 'priority', RULE.at(-1)!]);
  if (stdout.trim() === '') await ip(['-6', 'rule', 'add', ...RULE]);
}

class LinuxTun implements TunDevice {
  readonly name: string;
  readonly #fd: number;
  readonly #shared = new Int32Array(new SharedArrayBuffer(Shared.words * Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;
  readonly #events: TunEvents;
  readonly #exited: Promise<void>;
  #wake: number | undefined;
  #isOpen = true;

  static async attach(fd: number, name: string, events: TunEvents): Promise<LinuxTun> {
    const device = new LinuxTun(fd, name, events);
    const error = await device.#attached();
    if (!error) return device;
    await device.close();
    throw error;
  }

  private constructor(fd: number, name: string, events: TunEvents) {
    this.#fd = fd;
    this.name = name;
    this.#events = events;
    const workerData: TunThreadData = { fd, name, shared: this.#shared };
    this.#worker = new Worker(THREAD, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  write(packet: Buffer): void {
    if (!this.#isOpen) return;
    try {
      writeSync(this.#fd, packet);
    } catch {
      // No room, or the device is down: lost.
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    Atomics.store(this.#shared, Shared.stop, 1);
    Atomics.notify(this.#shared, Shared.ahead);
    if (this.#wake !== undefined) writeSync(this.#wake, Buffer.from('0100000000000000', 'hex'));
    await this.#exited;
    // Nobody uses them any more, so that their numbers may become others'.
    for (const fd of [this.#fd, this.#wake]) if (fd !== undefined) closeSync(fd);
    this.#wake = undefined;
  }

  #attached(): Promise<Error | undefined> {
    return new Promise((resolve) => {
      this.#worker.on('message', (said: TunThreadSays) => {
        switch (said.kind) {
          case 'attached':
            this.#wake = said.wake;
            resolve(undefined);
            return;
          case 'refused':
            resolve(said.errno === EBUSY ? new TunGone(this.name) : new TunNeedsSetup(this.name));
            return;
          case 'packets':
            this.#take(said.bytes, said.lengths);
            return;
          case 'gone':
            this.#gone(new TunGone(this.name, new Error(`errno ${said.errno}`)));
        }
      });
      // The thread can't have what it is made of, or ran out of memory.
      this.#worker.on('error', (error) => {
        resolve(new TunUnsupported(process.platform, error));
        this.#gone(new TunGone(this.name, error));
      });
    });
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
