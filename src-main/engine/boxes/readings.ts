// What was last read of each box's network, kept from one run of Hearth to the next: boxes go on while Hearth does not run, and what they
// move meanwhile counts as well.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';
import { workloadsIn } from './marker.ts';
import type { Volume } from './volume.ts';

const FILE = 'use.json';

const Bytes = z.number().int().nonnegative();
const Kept = z.record(
  z.string(),
  z.strictObject({
    receivedBytes: Bytes,
    sentBytes: Bytes,
    volume: z.strictObject({ since: Bytes, bytes: Bytes }).optional(),
  }),
);

export interface Counters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface Reading extends Counters {
  /** Undefined in what an earlier version has kept. */
  readonly volume?: Volume | undefined;
}

export class Readings {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = workloadsIn(dataDir);
  }

  /** None where they can't be read: what was moved before the next reading is not known then. */
  read(): ReadonlyMap<string, Reading> {
    try {
      const found = Kept.safeParse(JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8')));
      return new Map(Object.entries(found.data ?? {}));
    } catch {
      return new Map();
    }
  }

  write(readings: ReadonlyMap<string, Reading>): void {
    ensurePrivateFolder(this.#folder);
    writePrivateFile(join(this.#folder, FILE), JSON.stringify(Object.fromEntries(readings)));
  }
}
