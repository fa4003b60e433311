// A TUN device that is a descriptor: of Linux, where it was opened under its name, and of macOS, whose utun is a socket of the kernel's.
// The second was never tried.

import koffi from 'koffi';
import { SourceRefused, type TunSource, type TunThreadData } from './thread-wire.ts';
import { controlAddress, controlInfo, idOf, nameOf, UTUN } from './utun.ts';

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
/** Packets as they are, without four bytes in front. */
const IFF_NO_PI = 0x1000;
const IFREQ_BYTES = 40;
const NAME_BYTES = 16;

const POLLIN = 0x1;
const POLL_ENTRY_BYTES = 8;
const EINTR = 4;
const MOST_PACKET = 0xffff;

interface Opened {
  readonly name: string;
  readonly fd: number;
  /** Which end of the pair is waited at, and which is the owner's. */
  readonly woken: number;
  readonly wake: number;
  /** In front of each packet. */
  readonly prefixBytes: number;
  readonly again: number;
}

/** Throws SourceRefused. */
export function descriptorSource(data: TunThreadData): TunSource {
  const libc = koffi.load(null);
  const { name, fd, woken, wake, prefixBytes, again } = data.system === 'linux' ? onLinux(libc, data) : onMacos(libc);
  const poll = libc.func(
    `int poll(void *entries, ${data.system === 'linux' ? 'unsigned long' : 'unsigned int'} count, int timeout)`,
  );
  const read = libc.func('long read(int fd, void *into, unsigned long most)');
  const close = libc.func('int close(int fd)');
  const entries = Buffer.alloc(2 * POLL_ENTRY_BYTES);
  for (const [at, each] of [fd, woken].entries()) {
    entries.writeInt32LE(each, at * POLL_ENTRY_BYTES);
    entries.writeInt16LE(POLLIN, at * POLL_ENTRY_BYTES + 4);
  }
  return {
    end: { kind: 'descriptors', name, fd, wake },
    wait: () => ((poll(entries, 2, -1) as number) < 0 && koffi.errno() !== EINTR ? koffi.errno() : undefined),
    read(into) {
      const length = read(fd, into, MOST_PACKET) as number;
      if (length > prefixBytes) {
        if (prefixBytes > 0) into.copyWithin(0, prefixBytes, length);
        return { length: length - prefixBytes };
      }
      const errno = length < 0 ? koffi.errno() : 0;
      return errno === 0 || errno === again || errno === EINTR ? { length: 0 } : { errno };
    },
    // The owner has the others.
    close: () => void (woken !== wake && close(woken)),
  };
}

type Library = ReturnType<typeof koffi.load>;

function onLinux(libc: Library, { fd, name }: TunThreadData): Opened {
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, ...)');
  const eventfd = libc.func('int eventfd(unsigned int value, int flags)');
  const close = libc.func('int close(int fd)');
  const request = Buffer.alloc(IFREQ_BYTES);
  request.write(name, 0, NAME_BYTES - 1, 'latin1');
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, NAME_BYTES);
  const wake = eventfd(0, 0) as number;
  if (wake < 0) throw new SourceRefused(koffi.errno());
  if ((ioctl(fd, TUNSETIFF, 'void *', request) as number) < 0) {
    const errno = koffi.errno();
    // It is tried again every ten seconds.
    close(wake);
    throw new SourceRefused(errno);
  }
  return { name, fd: fd!, woken: wake, wake, prefixBytes: 0, again: 11 };
}

/** The system gives it a name. */
function onMacos(libc: Library): Opened {
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, ...)');
  const connect = libc.func('int connect(int fd, const void *address, unsigned int length)');
  const getsockopt = libc.func('int getsockopt(int fd, int level, int option, void *value, void *length)');
  const fcntl = libc.func('int fcntl(int fd, int command, ...)');
  const pipe = libc.func('int pipe(void *ends)');
  const close = libc.func('int close(int fd)');
  const fd = socket(UTUN.family, UTUN.datagram, UTUN.protocol) as number;
  if (fd < 0) throw new SourceRefused(koffi.errno());
  const must = (result: number) => {
    if (result >= 0) return;
    const errno = koffi.errno();
    close(fd);
    throw new SourceRefused(errno);
  };
  const info = controlInfo();
  must(ioctl(fd, UTUN.findControl, 'void *', info) as number);
  const address = controlAddress(idOf(info));
  must(connect(fd, address, address.length) as number);
  const [text, length] = [Buffer.alloc(NAME_BYTES), Buffer.alloc(4)];
  length.writeUInt32LE(text.length);
  must(getsockopt(fd, UTUN.protocol, UTUN.nameOption, text, length) as number);
  must(fcntl(fd, UTUN.setFlags, 'int', UTUN.nonBlocking) as number);
  const ends = Buffer.alloc(8);
  must(pipe(ends) as number);
  return {
    name: nameOf(text),
    fd,
    woken: ends.readInt32LE(0),
    wake: ends.readInt32LE(4),
    prefixBytes: UTUN.prefix.length,
    again: 35,
  };
}
