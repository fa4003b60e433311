// At which engine this node has made boxes: written before the first, so that a node that was ended in their midst knows where to look for
// what is left, and does not take another engine's word that there is none.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../base/object.ts';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';

const FILE = 'engine.json';

/** The folder of what makes boxes. */
export const workloadsIn = (dataDir: string) => join(dataDir, 'workloads');

export class EngineMarker {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = workloadsIn(dataDir);
  }

  /** Its socket; undefined where none was used, or where nothing of ours is left there. */
  read(): string | undefined {
    try {
      const found: unknown = JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8'));
      return isObject(found) && typeof found.socket === 'string' ? found.socket : undefined;
    } catch {
      return undefined;
    }
  }

  write(socket: string): void {
    if (this.read() === socket) return;
    ensurePrivateFolder(this.#folder);
    writePrivateFile(join(this.#folder, FILE), JSON.stringify({ socket }));
  }

  remove(): void {
    rmSync(join(this.#folder, FILE), { force: true });
  }
}
