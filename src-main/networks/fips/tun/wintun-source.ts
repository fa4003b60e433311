// A TUN device of Windows, by the driver Wintun (wintun.net), whose library the user puts beside Hearth's program. Never tried.

import koffi from 'koffi';
import { SourceRefused, type TunSource, type TunThreadData } from './thread-wire.ts';

/** What the driver keeps for us: a power of two between 128 KiB and 64 MiB. */
const RING_BYTES = 0x400000;
const TYPE = 'Hearth';
/** So that it is the same network to Windows after each start. */
const GUID = Buffer.from('6b8f0c1e9a574d42b3c7f1d05e28a964', 'hex');
/** The adapter is being removed, and what is in the ring is nothing of the driver's. */
const GONE = [38, 13];
const INFINITE = 0xffffffff;
const WAIT_FAILED = 0xffffffff;

/** Throws SourceRefused. */
export function wintunSource({ name, library }: TunThreadData): TunSource {
  const wintun = koffi.load(library!);
  const kernel = koffi.load('kernel32.dll');
  const createAdapter = wintun.func(
    'void *WintunCreateAdapter(const char16_t *name, const char16_t *type, const void *guid)',
  );
  const closeAdapter = wintun.func('void WintunCloseAdapter(void *adapter)');
  const startSession = wintun.func('void *WintunStartSession(void *adapter, uint32_t bytes)');
  const endSession = wintun.func('void WintunEndSession(void *session)');
  const readEvent = wintun.func('void *WintunGetReadWaitEvent(void *session)');
  const receive = wintun.func('void *WintunReceivePacket(void *session, void *size)');
  const release = wintun.func('void WintunReleaseReceivePacket(void *session, void *packet)');
  const lastError = kernel.func('uint32_t __stdcall GetLastError()');
  const createEvent = kernel.func('void * __stdcall CreateEventW(void *security, int manual, int set, void *name)');
  const closeHandle = kernel.func('int __stdcall CloseHandle(void *handle)');
  const waitForMany = kernel.func(
    'uint32_t __stdcall WaitForMultipleObjects(uint32_t count, void *handles, int all, uint32_t ms)',
  );
  const copy = kernel.func('void __stdcall RtlMoveMemory(void *to, void *from, size_t bytes)');

  const adapter = createAdapter(name, TYPE, GUID) as bigint | null;
  if (!adapter) throw new SourceRefused(lastError() as number);
  const session = startSession(adapter, RING_BYTES) as bigint | null;
  const wake = session ? (createEvent(null, 0, 0, null) as bigint | null) : null;
  if (!session || !wake) {
    const errno = lastError() as number;
    if (session) endSession(session);
    closeAdapter(adapter);
    throw new SourceRefused(errno);
  }
  const handles = Buffer.alloc(16);
  handles.writeBigUInt64LE(BigInt(readEvent(session) as bigint), 0);
  handles.writeBigUInt64LE(wake, 8);
  const size = Buffer.alloc(4);
  return {
    end: { kind: 'wintun', name, session, wake },
    wait: () => (waitForMany(2, handles, 0, INFINITE) === WAIT_FAILED ? (lastError() as number) : undefined),
    read(into) {
      const packet = receive(session, size) as bigint | null;
      if (!packet) {
        const errno = lastError() as number;
        return GONE.includes(errno) ? { errno } : { length: 0 };
      }
      const length = size.readUInt32LE(0);
      copy(into, packet, length);
      release(session, packet);
      return { length };
    },
    close() {
      endSession(session);
      closeAdapter(adapter);
      closeHandle(wake);
    },
  };
}
