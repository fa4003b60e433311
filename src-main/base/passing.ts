// Buffers of sockets and files live outside the heap, and the collector lets a hundred megabytes of them gather before it looks for those
// that are done with. Who streams gigabytes says how much has passed, so that it looks in time: that keeps memory flat, and takes less
// than half the processor time, since a collection that finds nearly nothing alive takes a millisecond.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'minor' }) => void;

const EVERY = 4 * 1024 * 1024;

let passed = 0;
let collect: Collect | undefined;

/** So many bytes came or went in buffers of their own. */
export function passing(bytes: number): void {
  passed += bytes;
  if (passed < EVERY) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/** It is not among what Node offers, but in every context that is made while this flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('typeof gc === "function" ? gc : undefined') as Collect | undefined;
  setFlagsFromString('--no-expose-gc');
  return found ?? (() => undefined);
}
