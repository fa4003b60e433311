// At which engine this node has made boxes: written before the first, so that a node that was ended in their midst knows where to look for
// what is left, and does not take another engine's word that there is none.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';

const FILE = 'engine.json';

const Kept = z.object({
  socket: z.string(),
  // Earlier versions of Hearth knew these alone.
  engine: z.enum(['containers', 'lxd', 'proxmox', 'kubernetes']).default('containers'),
  /** What an engine on another computer is spoken to with. */
  certificates: z.string().optional(),
});
/** At which socket or address, of an engine of which kind. */
export type Place = z.infer<typeof Kept>;

/** The folder of what makes boxes. */
export const workloadsIn = (dataDir: string) => join(dataDir, 'workloads');

export class EngineMarker {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = workloadsIn(dataDir);
  }

  /** Undefined where none was used, or where nothing of ours is left there. */
  read(): Place | undefined {
    try {
      const found = Kept.safeParse(JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8')));
      return found.data;
    } catch {
      return undefined;
    }
  }

  write(place: Place): void {
    const kept = this.read();
    if (kept?.socket === place.socket && kept.engine === place.engine && kept.certificates === place.certificates)
      return;
    ensurePrivateFolder(this.#folder);
    writePrivateFile(join(this.#folder, FILE), JSON.stringify(place));
  }

  remove(): void {
    rmSync(join(this.#folder, FILE), { force: true });
  }
}
