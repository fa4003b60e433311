// The last of a removal: what the window itself keeps in the data folder, which is in use for as long as there is a window.

import { rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** When everything else has gone. Takes the data folder along where nothing of it was kept; what is still in use stays. */
export function removeWindow(dataDir: string): void {
  try {
    rmSync(join(dataDir, 'window'), { recursive: true, force: true });
    rmdirSync(dataDir);
  } catch {
    // Keys and backups were kept, or a file is held by the system. Neither is a reason not to end.
  }
}
