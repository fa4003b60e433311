import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openDatabase } from '../../src-main/storage/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/wait.ts';
import { childMigrations } from './storage-schema.ts';

const KILLS = process.env.HEARTH_SOAK === '1' ? 200 : 10;
const CUTS = 60;

/** Lets a process commit to `file` and kills it when it has acknowledged so many units or somewhat more, up to `last`. */
async function killedAfter(file: string, units: number, last = Number.POSITIVE_INFINITY): Promise<number[]> {
  const script = join(import.meta.dirname, 'storage-child.ts');
  // Into a file, which never makes it wait or fail as a pipe can when nobody reads.
  const heard = `${file}.acknowledged`;
  const out = openSync(heard, 'w');
  const child = spawn(process.execPath, [script, file, String(last)], { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  const exit = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const lines = () => readFileSync(heard, 'utf8').split('\n').slice(0, -1);
  await until(`${units} units`, () => lines().length >= units || child.exitCode !== null);
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
  return lines().map(Number);
}

/** What the next start finds: every unit, each with both halves, in a sound file. */
async function found(file: string): Promise<number[]> {
  const deps = { clock: systemClock, logger: silentLogger };
  const { read, close } = await openDatabase(deps, { file, migrations: childMigrations });
  try {
    expect(read.pragma('integrity_check', { simple: true })).toBe('ok');
    const units = read.prepare('SELECT id FROM units ORDER BY id').pluck().all() as number[];
    expect(read.prepare('SELECT unit FROM halves ORDER BY unit').pluck().all()).toEqual(units);
    return units;
  } finally {
    await close();
  }
}

describe('a process killed in the middle of its commits', () => {
  it('has every acknowledged unit, whole, and a sound database at each next start', async () => {
    const file = join(temporaryFolder(), 'hearth.db');
    const acknowledged = new Set<number>();
    for (let kill = 0; kill < KILLS; kill++) {
      for (const id of await killedAfter(file, 1 + systemRandom.int(1500))) acknowledged.add(id);
      const units = new Set(await found(file));
      expect([...acknowledged].filter((id) => !units.has(id))).toEqual([]);
      // At most the 16 under way, and those whose number did not get out any more, are there unasked.
      expect(units.size - acknowledged.size).toBeLessThan(16 * (kill + 1) + 1);
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS);
  });
});

describe('a log that lost its end', () => {
  it('gives a sound database with the units up to some point, none missing before it and none torn', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'hearth.db');
    // Few enough that no checkpoint moves them into the database: all of them stand in the log alone.
    await killedAfter(file, 150, 150);
    const length = statSync(`${file}-wal`).size;
    const kept: [cut: number, units: number][] = [];
    for (let n = 0; n < CUTS; n++) {
      const cut = n === 0 ? length : systemRandom.int(length);
      const copy = join(folder, `cut-${n}.db`);
      copyFileSync(file, copy);
      copyFileSync(`${file}-wal`, `${copy}-wal`);
      truncateSync(`${copy}-wal`, cut);
      const units = await found(copy);
      expect(units).toEqual(units.map((_, index) => index + 1));
      kept.push([cut, units.length]);
    }
    kept.sort((a, b) => a[0] - b[0]);
    const counts = kept.map(([, units]) => units);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(150);
    expect(counts[0]).toBeLessThan(150);
  });
});
