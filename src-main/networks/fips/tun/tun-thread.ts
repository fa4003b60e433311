// The thread that takes a TUN device and reads it. To wait for packets, a thread has to stand still: Node has no way to be told of a
// descriptor that is neither a socket nor a file. Writing does not wait, and is the owner's.

import { parentPort, workerData } from 'node:worker_threads';
import { descriptorSource } from './descriptor-source.ts';
import { Shared, SourceRefused, type TunSource, type TunThreadData, type TunThreadSays } from './thread-wire.ts';
import { wintunSource } from './wintun-source.ts';

const MOST_PACKET = 0xffff;
const MOST_IN_BATCH = 64;
const BATCH_BYTES = 256 * 1024;
/** Then the system keeps what comes, and drops what it has no room for. */
const MOST_AHEAD = 8;

const data = workerData as TunThreadData;
const { shared } = data;
const say = (what: TunThreadSays, transfer: readonly ArrayBuffer[] = []) => parentPort!.postMessage(what, transfer);

const source = open();
if (source) {
  say({ kind: 'attached', end: source.end });
  const errno = readOn(source);
  if (errno !== undefined) say({ kind: 'gone', errno });
  // Its owner may be writing yet.
  Atomics.wait(shared, Shared.stop, 0);
  source.close();
}

function open(): TunSource | undefined {
  try {
    return data.system === 'windows' ? wintunSource(data) : descriptorSource(data);
  } catch (error) {
    if (!(error instanceof SourceRefused)) throw error;
    say({ kind: 'refused', errno: error.errno });
    return undefined;
  }
}

/** Until it is to end, or the device is gone by an error number. */
function readOn(from: TunSource): number | undefined {
  const batch = Buffer.alloc(BATCH_BYTES);
  while (Atomics.load(shared, Shared.stop) === 0) {
    const errno = from.wait() ?? take(from, batch);
    if (errno !== undefined) return errno;
    waitForOwner();
  }
  return undefined;
}

/** All that is there now, up to a batch. */
function take(from: TunSource, batch: Buffer): number | undefined {
  const lengths: number[] = [];
  let at = 0;
  let errno: number | undefined;
  while (lengths.length < MOST_IN_BATCH && batch.length - at >= MOST_PACKET) {
    const read = from.read(batch.subarray(at));
    if ('errno' in read) errno = read.errno;
    if ('errno' in read || read.length === 0) break;
    lengths.push(read.length);
    at += read.length;
  }
  if (lengths.length > 0) {
    Atomics.add(shared, Shared.ahead, 1);
    const bytes = Uint8Array.prototype.slice.call(batch, 0, at);
    say({ kind: 'packets', bytes, lengths }, [bytes.buffer as ArrayBuffer]);
  }
  return errno;
}

function waitForOwner(): void {
  for (;;) {
    const ahead = Atomics.load(shared, Shared.ahead);
    if (ahead < MOST_AHEAD || Atomics.load(shared, Shared.stop) !== 0) return;
    Atomics.wait(shared, Shared.ahead, ahead);
  }
}
