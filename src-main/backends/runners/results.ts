// What a runner has left to be uploaded: plain files with plain names, found without following a link. It runs when nothing of the runner
// is alive any more, so what was looked at stays what it is.

import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { RUNNER } from './bounds.ts';
import { ResultUnsafe, TooMuchLeft } from './errors.ts';

export interface Result {
  /** From the folder of results, with slashes. */
  readonly relativePath: string;
  readonly file: string;
}

/** Sorted by path. Rejects with ResultUnsafe or TooMuchLeft. */
export async function resultsIn(folder: string, mostFiles: number): Promise<readonly Result[]> {
  const results: Result[] = [];
  await collect(folder, '', 0, (result) => {
    results.push(result);
    if (results.length > mostFiles) throw new TooMuchLeft('files');
  });
  return results.sort((one, other) => (one.relativePath < other.relativePath ? -1 : 1));
}

async function collect(folder: string, above: string, depth: number, found: (result: Result) => void): Promise<void> {
  if (depth > RUNNER.depth) throw new TooMuchLeft('depth');
  // Names as bytes: one that is no UTF-8 would be read as another.
  for await (const entry of await opendir(Buffer.from(folder), { encoding: 'buffer' as never })) {
    const name = nameIn(entry.name as unknown as Buffer);
    const file = join(folder, name);
    const relativePath = above + name;
    const at = await lstat(file);
    if (at.isSymbolicLink()) throw new ResultUnsafe('link');
    if (at.isDirectory()) await collect(file, `${relativePath}/`, depth + 1, found);
    else if (at.isFile()) found({ relativePath, file });
    else throw new ResultUnsafe('special');
  }
}

/** Rejected: control characters, the other slash, and what no file system of others takes. */
const ODD = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\]/u;

function nameIn(bytes: Buffer): string {
  const name = bytes.toString();
  if (bytes.length > RUNNER.nameBytes || !Buffer.from(name).equals(bytes) || ODD.test(name)) {
    throw new ResultUnsafe('name');
  }
  return name;
}
