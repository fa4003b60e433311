// By what programs and containers are known to be of this installation: the folder that it works in, which no other Hearth on this
// computer has.

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** 16 hex digits. */
export function installationOf(workFolder: string): string {
  return createHash('sha256').update(resolve(workFolder)).digest('hex').slice(0, 16);
}
