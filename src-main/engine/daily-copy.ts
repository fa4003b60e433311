// A copy of the database once a day, while no task runs, so that a file that is damaged costs a day at most. It is made a little
// at a time, from one state, and nothing waits for it.

import { chmodSync, renameSync, rmSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FORGET_IDLE } from '../availability/idle-history.ts';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { copiesIn, isSound } from '../storage/copies.ts';
import { copyDatabase } from '../storage/copy.ts';
import { ensurePrivateFolder, syncFolder } from '../storage/files.ts';
import { LEFT_OUT_OF_BACKUPS } from '../wallet/schema.ts';

export interface DailyCopyDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether nothing is under way that a copy could slow down. */
  readonly quiet: () => boolean;
}

/** The node has other things to do when it has just begun. */
const FIRST_MS = 10 * 60_000;
const LOOK_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Each is a whole database. */
const COPIES = 3;
/** Room that is left for other things: a copy is worth less than a disk that still takes what is earned. */
const FREE_TIMES = 4;
/** Up to here it is looked through before an older one goes: larger ones would hold up the thread. */
const LOOKED_THROUGH_BYTES = 64 * 1024 * 1024;

export class DailyCopy implements Service {
  readonly name = 'daily copy';
  readonly #deps: DailyCopyDeps;
  readonly #dataDir: string;
  readonly #file: string;
  #stop: AbortController | undefined;
  #cancel: (() => void) | undefined;
  #making: Promise<unknown> = Promise.resolve();

  constructor(deps: DailyCopyDeps, { dataDir, file }: { readonly dataDir: string; readonly file: string }) {
    this.#deps = deps;
    this.#dataDir = dataDir;
    this.#file = file;
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#later(FIRST_MS);
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#cancel?.();
    await this.#making;
  }

  /** Makes one where the last is a day old. Answers its name; undefined where none was due or could be made. Never rejects. */
  async look(): Promise<string | undefined> {
    const { clock, logger, quiet } = this.#deps;
    const [newest] = daily(this.#dataDir);
    const age = clock.now() - (newest?.at ?? 0);
    // A clock that was set back must not keep copies away for years.
    if (!quiet() || (newest && Math.abs(age) < DAY_MS)) return undefined;
    const draft = join(this.#dataDir, 'backups', 'daily.draft');
    try {
      return await this.#make(draft);
    } catch (error) {
      if (!this.#stop?.signal.aborted) logger.warn('the daily copy of the database could not be made', { error });
      return undefined;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  async #make(draft: string): Promise<string | undefined> {
    const { clock, logger } = this.#deps;
    const folder = join(this.#dataDir, 'backups');
    const [{ size }, { bavail, bsize }] = await Promise.all([stat(this.#file), statfs(this.#dataDir)]);
    if (bavail * bsize < size * FREE_TIMES) {
      logger.warn('there is too little room on the disk for a daily copy of the database', { bytes: size });
      return undefined;
    }
    ensurePrivateFolder(folder);
    rmSync(draft, { force: true });
    const signal = this.#stop?.signal ?? new AbortController().signal;
    await copyDatabase(this.#file, draft, () => undefined, {
      signal,
      progress: () => {},
      leaveOut: [FORGET_IDLE, ...LEFT_OUT_OF_BACKUPS],
    });
    chmodSync(draft, 0o600);
    if (size <= LOOKED_THROUGH_BYTES && !isSound(draft)) {
      logger.error('the database is damaged: its earlier copies are kept', {});
      return undefined;
    }
    const name = `hearth-${new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '')}-daily.db`;
    renameSync(draft, join(folder, name));
    syncFolder(folder);
    for (const old of daily(this.#dataDir)
      .filter((copy) => copy.name !== name)
      .slice(COPIES - 1)) {
      rmSync(join(folder, old.name), { force: true });
    }
    logger.info('made the daily copy of the database', { name, bytes: size });
    return name;
  }

  #later(ms: number): void {
    this.#cancel = this.#deps.clock.after(ms, () => {
      this.#making = this.look().then(() => this.#stop && this.#later(LOOK_MS));
    });
  }
}

function daily(dataDir: string) {
  return copiesIn(dataDir).filter(({ name }) => name.endsWith('-daily.db'));
}
