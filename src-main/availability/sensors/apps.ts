// Which programs run, by their names alone: their arguments are private.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../base/run.ts';
import { type Apps, NO_ANSWER, NOT_HERE, reads, type Sensor } from './sensor.ts';

/** A process that was just made may still become another program; after so many looks it is taken for what it is. */
const YOUNG_LOOKS = 10;
/** All names afresh, for numbers are used again. */
const AFRESH_LOOKS = 60;
const MOST_PROCESSES = 65_536;

/**
 * Linux: /proc/N/comm. Reading all of them takes milliseconds, but few are new since the last look, a second before: only
 * those are read, and a look at some hundred programs takes half a millisecond. So a game stops sharing within that second. `root` is
 * `/`, or a test's folder.
 */
export function linuxApps(root: string): Sensor<Apps> {
  const proc = join(root, 'proc');
  let known = new Map<string, { readonly name: string; readonly looks: number }>();
  let looks = 0;
  return {
    everyMs: 1000,
    async read() {
      const names = processes(proc);
      if (names === undefined) return NOT_HERE;
      looks += 1;
      const next: typeof known = new Map();
      for (const pid of names) {
        const before = looks % AFRESH_LOOKS === 0 ? undefined : known.get(pid);
        if (before && before.looks >= YOUNG_LOOKS) next.set(pid, before);
        else {
          const name = nameOf(proc, pid);
          if (name !== undefined) next.set(pid, { name, looks: (before?.looks ?? 0) + 1 });
        }
      }
      known = next;
      return reads(new Set([...known.values()].map(({ name }) => name)));
    },
  };
}

function processes(proc: string): readonly string[] | undefined {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .slice(0, MOST_PROCESSES);
  } catch {
    return undefined;
  }
}

function nameOf(proc: string, pid: string): string | undefined {
  try {
    return readFileSync(join(proc, pid, 'comm'), 'utf8')
      .trim()
      .toLowerCase();
  } catch {
    return undefined;
  }
}

/** macOS: `ps` with the names of executables only. A program started for each look is too dear to look more often. */
export function macApps(run: Run): Sensor<Apps> {
  return listed(run, ['ps', '-axco', 'comm='], 15_000, (line) => line.trim());
}

/** Windows: `tasklist` in CSV, whose first member is the name; it takes a tenth of a second of a core, so it is asked seldom. */
export function windowsApps(run: Run): Sensor<Apps> {
  return listed(run, ['tasklist', '/fo', 'csv', '/nh'], 60_000, (line) => /^"([^"]{1,260})"/.exec(line)?.[1] ?? '');
}

function listed(
  run: Run,
  [program = '', ...args]: readonly string[],
  everyMs: number,
  nameIn: (line: string) => string,
): Sensor<Apps> {
  return {
    everyMs,
    async read(signal) {
      const answered = await run(program, args, signal);
      if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
      const names = answered.text.split('\n').map((line) => nameIn(line).toLowerCase());
      return reads(new Set(names.filter((name) => name !== '')));
    },
  };
}
