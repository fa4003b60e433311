// At which engine this node has made boxes: written before the first, so that a node that was ended in their midst knows where to look for
// what is left, and does not take another engine's word that there is none. Beside it, all engines at which anything of this node may be,
// images too: they stay when the last box has gone, and are to go with the node.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { OpenEngine } from '../../backends/workloads/open.ts';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';

const FILE = 'engine.json';
const USED = 'engines.json';
/** Of more than these, the first is forgotten. */
const MOST_USED = 20;

const Kept = z.object({
  socket: z.string(),
  // Earlier versions of Hearth knew these alone.
  engine: z.enum(['containers', 'lxd', 'proxmox', 'kubernetes']).default('containers'),
  /** What an engine on another computer is spoken to with. */
  certificates: z.string().optional(),
});
/** At which socket or address, of an engine of which kind. */
export type Place = z.infer<typeof Kept>;

export function placeOf({ at, kind, certificates }: OpenEngine): Place {
  return { socket: at, engine: kind, ...(certificates !== undefined && { certificates }) };
}

export const isSame = (one: Place, other: Place | undefined) =>
  one.socket === other?.socket && one.engine === other.engine && one.certificates === other.certificates;

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
    this.use(place);
    if (isSame(place, this.read())) return;
    writePrivateFile(join(this.#folder, FILE), JSON.stringify(place));
  }

  /** Where something of this node may be, the present one among them. */
  used(): readonly Place[] {
    const present = this.read();
    const used = this.#used();
    return present && !used.some((one) => isSame(one, present)) ? [...used, present] : used;
  }

  /** Before anything is put there. */
  use(place: Place): void {
    const used = this.#used();
    if (!used.some((one) => isSame(one, place))) this.#keep([...used, place].slice(-MOST_USED));
  }

  /** Nothing of this node is there any more. */
  leave(place: Place): void {
    const used = this.#used();
    const others = used.filter((one) => !isSame(one, place));
    if (others.length < used.length) this.#keep(others);
  }

  #used(): readonly Place[] {
    try {
      return z.array(Kept).parse(JSON.parse(readFileSync(join(this.#folder, USED), 'utf8')));
    } catch {
      return [];
    }
  }

  #keep(places: readonly Place[]): void {
    ensurePrivateFolder(this.#folder);
    writePrivateFile(join(this.#folder, USED), JSON.stringify(places));
  }

  remove(): void {
    rmSync(join(this.#folder, FILE), { force: true });
  }
}
