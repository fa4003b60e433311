// A restored state takes the place of the one that is there. It is prepared beside it, as a whole, and then moved in by renames
// alone, at a time when nothing is open: whenever the power goes, the next start finds the one or the other and ends what was
// begun. What was there before is moved into a folder of its own and never deleted.

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePrivateFolder, isCode, syncFolder, writePrivateFile } from '../storage/files.ts';

const STAGE = 'restoring';
/** In its own folder in the stage: a state that is ready to be moved in. */
const READY = 'ready.json';
const Ready = z.strictObject({ aside: z.string().regex(/^before-[a-z0-9-]{1,60}$/) });

/** What makes a node what it is, in the order in which it is moved: the database goes first and comes last. */
export const DATABASE = 'hearth.db';
export const KEYS = 'keys';
const STATE = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, KEYS];

/** An empty folder, 0700, to prepare a state in. The data folder's lock must be held for all of this. */
export function freshStage(dataDir: string): string {
  const stage = join(dataDir, STAGE);
  rmSync(stage, { recursive: true, force: true });
  ensurePrivateFolder(stage);
  return stage;
}

/** From here on the next start takes the prepared state. `aside` is where it puts the present one, within the data folder. */
export function markReady(dataDir: string, aside: string): void {
  writePrivateFile(join(dataDir, STAGE, READY), `${JSON.stringify({ aside } satisfies z.infer<typeof Ready>)}\n`);
  syncFolder(dataDir);
}

/** Moves a prepared state in, if there is one; removes what was prepared in part only. Nothing of the folder may be open. */
export function takePrepared(dataDir: string): boolean {
  const stage = join(dataDir, STAGE);
  const ready = readReady(join(stage, READY));
  if (ready === undefined) {
    rmSync(stage, { recursive: true, force: true });
    return false;
  }
  // While the prepared database waits, the one in the folder is the one before. Each step that was taken once is not
  // taken again: its source is gone.
  if (existsSync(join(stage, DATABASE))) {
    for (const name of STATE) {
      if (name === KEYS && !existsSync(join(stage, KEYS))) continue;
      moveAside(dataDir, ready.aside, name);
    }
    syncFolder(dataDir);
    if (existsSync(join(stage, KEYS))) renameSync(join(stage, KEYS), join(dataDir, KEYS));
    syncFolder(dataDir);
    renameSync(join(stage, DATABASE), join(dataDir, DATABASE));
    syncFolder(dataDir);
  }
  rmSync(stage, { recursive: true, force: true });
  return true;
}

/** Moves all that makes a node what it is into `aside`, so that a new one can begin. */
export function setAside(dataDir: string, aside: string): void {
  for (const name of STATE) moveAside(dataDir, aside, name);
  syncFolder(dataDir);
}

/** A name for what is moved away at a moment, e.g. `before-restore-2026-11-21-083805`. */
export function asideName(why: 'restore' | 'new', at: number): string {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  return `before-${why}-${time}`;
}

function moveAside(dataDir: string, aside: string, name: string): void {
  if (!existsSync(join(dataDir, name))) return;
  ensurePrivateFolder(join(dataDir, aside));
  renameSync(join(dataDir, name), join(dataDir, aside, name));
}

function readReady(file: string): z.infer<typeof Ready> | undefined {
  try {
    return Ready.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
