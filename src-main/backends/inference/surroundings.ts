// The computer as the search for model servers reads it: a few small files and variables. Tests bring their own.

import { open, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The start of the text of a file; undefined where it can't be read. Never rejects. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; none where it can't be read. Never rejects. */
  list(folder: string): Promise<string[]>;
}

const MOST_BYTES = 64 * 1024;
const MOST_NAMES = 1000;
const byName = (a: string, b: string) => (a < b ? -1 : 1);

/** `root` stands in front of every path. */
export function surroundings(root = ''): Surroundings {
  return { platform: process.platform, env: process.env, home: homedir(), ...files(root) };
}

export function files(root: string): Pick<Surroundings, 'read' | 'list'> {
  return {
    async read(path) {
      try {
        const file = await open(join(root, path));
        try {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
          return buffer.toString('utf8', 0, bytesRead);
        } finally {
          await file.close();
        }
      } catch {
        return undefined;
      }
    },
    async list(folder) {
      const names = await readdir(join(root, folder)).catch(() => []);
      return names.toSorted(byName).slice(0, MOST_NAMES);
    },
  };
}
