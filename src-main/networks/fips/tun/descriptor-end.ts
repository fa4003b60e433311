// The owner's end of a device that is a descriptor.

import { closeSync, writeSync } from 'node:fs';
import type { Attached } from './thread-wire.ts';
import type { OwnEnd } from './threaded.ts';

/** `prefix`: what stands in front of each packet. */
export function descriptorEnd(attached: Attached, prefix?: Buffer): OwnEnd {
  if (attached.kind !== 'descriptors') throw new TypeError('not a descriptor');
  const { fd, wake } = attached;
  return {
    write: (packet) => void writeSync(fd, prefix ? Buffer.concat([prefix, packet]) : packet),
    wake: () => void writeSync(wake, Buffer.from('0100000000000000', 'hex')),
    close() {
      // Their numbers may become others' from now on.
      for (const each of [fd, wake]) closeSync(each);
    },
  };
}
