// The files peers.allow and peers.deny, read again whenever they have changed.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FIPS } from '../bounds.ts';
import { accessEntries } from './access.ts';

export interface AccessFilesDeps {
  /** Empty: there are none. */
  folder(): string;
  changed(): void;
}

interface Read {
  readonly path: string;
  readonly mark: string;
  readonly entries: readonly string[];
}

const NAMES = ['peers.allow', 'peers.deny'] as const;
const NOTHING: Read = { path: '', mark: '', entries: [] };

export class AccessFiles {
  readonly #deps: AccessFilesDeps;
  #read: readonly [Read, Read] = [NOTHING, NOTHING];
  #looking: Promise<void> | undefined;

  constructor(deps: AccessFilesDeps) {
    this.#deps = deps;
  }

  get allow(): readonly string[] {
    return this.#read[0].entries;
  }

  get deny(): readonly string[] {
    return this.#read[1].entries;
  }

  /** Never rejects: a file that can't be read, or is larger than one of its kind may be, counts as it was read last. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const folder = this.#deps.folder();
    const [allow, deny] = this.#read;
    const now = [await readOne(folder, NAMES[0], allow), await readOne(folder, NAMES[1], deny)] as const;
    const isSame = now[0] === allow && now[1] === deny;
    this.#read = now;
    if (!isSame) this.#deps.changed();
  }
}

async function readOne(folder: string, name: string, before: Read): Promise<Read> {
  if (folder === '') return before.path === '' ? before : NOTHING;
  const path = join(folder, name);
  try {
    const found = await stat(path);
    const mark = `${found.mtimeMs} ${found.size} ${found.ino}`;
    if (before.path === path && before.mark === mark) return before;
    if (!found.isFile() || found.size > FIPS.accessFileBytes) return before;
    return { path, mark, entries: accessEntries(await readFile(path, 'utf8'), FIPS.accessEntries) };
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isGone) return before;
    return before.path === path && before.mark === '' ? before : { path, mark: '', entries: [] };
  }
}
