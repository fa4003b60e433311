// Searches files for words that should be nowhere: a window of bytes at a time, in as many forms as programs write text in.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AuditView } from '../../src-preload/contract/audit.ts';
import type { ScanTerm } from './scan-terms.ts';

export type Finding = AuditView['found'][number];

export interface Searched {
  readonly looked: AuditView['looked'];
  readonly found: Finding[];
  readonly left: AuditView['left'];
}

/** More are counted as one: where one is, there is something to look at. */
const MOST_FOUND = 100;
const MOST_LEFT = 100;
/** A turn of the event loop searches this much: a node goes on serving meanwhile. */
const WINDOW = 128 * 1024;
/** SQLite holds locks on these (fcntl), and a process that closes any descriptor of such a file loses its locks on it. */
const LOCKED = /^(lock|.*\.db(-wal|-shm)?)$/;

/** Looks at a file or at all of a folder; what is not there is not looked at. Rejects with the signal's reason. */
export async function search(
  paths: readonly string[],
  scanTerms: readonly ScanTerm[],
  signal: AbortSignal,
): Promise<Searched> {
  const result: Searched = { looked: [], found: [], left: [] };
  for (const path of paths) {
    const place = { path, files: 0, bytes: 0 };
    for await (const file of filesIn(path, result)) {
      signal.throwIfAborted();
      try {
        place.bytes += await searchFile(file, scanTerms, result.found, signal);
        place.files += 1;
      } catch (error) {
        signal.throwIfAborted();
        leave(result, file, error);
      }
    }
    if (place.files > 0) result.looked.push(place);
  }
  return result;
}

async function* filesIn(path: string, result: Searched): AsyncGenerator<string> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat?.isFile()) yield path;
  // Links lead elsewhere, and sockets and the like hold nothing.
  if (!stat?.isDirectory()) return;
  try {
    for (const name of (await readdir(path)).sort()) yield* filesIn(join(path, name), result);
  } catch (error) {
    leave(result, path, error);
  }
}

function leave({ left }: Searched, file: string, error: unknown): void {
  // Gone since it was listed: then nothing is in it.
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  if (code !== 'ENOENT' && left.length < MOST_LEFT) left.push({ file, code });
}

/** Answers how many bytes there were. */
async function searchFile(
  file: string,
  scanTerms: readonly ScanTerm[],
  found: Finding[],
  signal: AbortSignal,
): Promise<number> {
  const overlap = Math.max(0, ...scanTerms.map(({ bytes }) => bytes.length - 1));
  const seen = new Set<ScanTerm>();
  let before = Buffer.alloc(0);
  let position = 0;
  for await (const chunk of contentOf(file, signal)) {
    const window = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    const start = position - before.length;
    for (const needle of scanTerms) {
      if (seen.has(needle)) continue;
      const at = window.indexOf(needle.bytes);
      if (at < 0) continue;
      seen.add(needle);
      const { fragment, form } = needle;
      if (found.length < MOST_FOUND) found.push({ fragment, file, offset: start + at, form });
    }
    position += chunk.length;
    before = Buffer.from(window.subarray(Math.max(0, window.length - overlap)));
    // Reading from the disk's cache takes no turn of its own.
    await new Promise(setImmediate);
  }
  return position;
}

async function* contentOf(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (process.platform === 'win32' || !LOCKED.test(basename(file))) {
    yield* createReadStream(file, { highWaterMark: WINDOW, signal }) as AsyncIterable<Buffer>;
    return;
  }
  const reader = spawn('cat', ['--', file], { stdio: ['ignore', 'pipe', 'ignore'], signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    reader.once('error', reject);
    reader.once('close', resolve);
  });
  // The reader hears of it below; a reader who has left must not be met by a rejection.
  ended.catch(() => undefined);
  try {
    yield* reader.stdout as AsyncIterable<Buffer>;
    if ((await ended) !== 0) throw Object.assign(new Error('cat could not read it'), { code: 'EACCES' });
  } finally {
    reader.kill();
  }
}
