// The thread that takes a TUN device and reads it (Linux). To wait for packets, a thread has to stand still: Node has no way to be told
// of a descriptor that is neither a socket nor a file. Writing does not wait, and is the owner's.

import { parentPort, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import { Shared, type TunThreadData, type TunThreadSays } from './thread-wire.ts';

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
/** Packets as they are, without four bytes in front. */
const IFF_NO_PI = 0x1000;
const IFREQ_BYTES = 40;
const NAME_BYTES = 16;

const POLLIN = 0x1;
const POLL_ENTRY_BYTES = 8;
const EAGAIN = 11;
const EINTR = 4;

const MOST_PACKET = 0xffff;
const MOST_IN_BATCH = 64;
const BATCH_BYTES = 256 * 1024;
/** Then the kernel keeps what comes, and drops what it has no room for. */
const MOST_AHEAD = 8;

const { fd, name, shared } = workerData as TunThreadData;
const say = (what: TunThreadSays, transfer: readonly ArrayBuffer[] = []) => parentPort!.postMessage(what, transfer);

const libc = koffi.load(null);
const ioctl = libc.func('int ioctl(int fd, unsigned long request, ...)');
const eventfd = libc.func('int eventfd(unsigned int value, int flags)');
const poll = libc.func('int poll(void *entries, unsigned long count, int timeout)');
const read = libc.func('long read(int fd, void *into, unsigned long most)');

run();

function run(): void {
  const request = Buffer.alloc(IFREQ_BYTES);
  request.write(name, 0, NAME_BYTES - 1, 'latin1');
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, NAME_BYTES);
  const wake = eventfd(0, 0) as number;
  if (wake < 0 || ioctl(fd, TUNSETIFF, 'void *', request) < 0) {
    say({ kind: 'refused', errno: koffi.errno() });
    return;
  }
  say({ kind: 'attached', wake });
  const entries = Buffer.alloc(2 * POLL_ENTRY_BYTES);
  for (const [at, each] of [fd, wake].entries()) {
    entries.writeInt32LE(each, at * POLL_ENTRY_BYTES);
    entries.writeInt16LE(POLLIN, at * POLL_ENTRY_BYTES + 4);
  }
  const batch = Buffer.alloc(BATCH_BYTES);
  while (Atomics.load(shared, Shared.stop) === 0) {
    const ready = poll(entries, 2, -1) as number;
    if (ready < 0 && koffi.errno() === EINTR) continue;
    const errno = ready < 0 ? koffi.errno() : entries.readInt16LE(6) === 0 ? undefined : take(batch);
    if (errno !== undefined) {
      say({ kind: 'gone', errno });
      return;
    }
    waitForOwner();
  }
}

/** All that is there now, up to a batch; undefined: the device is as it was. */
function take(batch: Buffer): number | undefined {
  const lengths: number[] = [];
  let at = 0;
  let errno: number | undefined;
  while (lengths.length < MOST_IN_BATCH && batch.length - at >= MOST_PACKET) {
    const length = read(fd, batch.subarray(at), MOST_PACKET) as number;
    if (length <= 0) {
      const error = koffi.errno();
      if (length < 0 && error !== EAGAIN && error !== EINTR) errno = error;
      break;
    }
    lengths.push(length);
    at += length;
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
