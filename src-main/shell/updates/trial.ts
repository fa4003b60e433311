// A version that was just installed: it takes no task for a minute, so that going back loses nothing, and where it does not get
// through that minute the one before is offered. Knows nothing of Electron.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { UpdatesView } from '../../../src-preload/contract/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import { copyBeforeUpdate, putBack } from '../../engine/before-update.ts';
import { readSmall, writeSmall } from '../small-file.ts';
import { keep, putInPlace } from './app-image.ts';
import { type StartVerdict, startOf, TRIAL_MS, UpdateRecord, wayBackOf } from './record.ts';

export interface TrialDeps {
  readonly clock: Clock;
  /** The one that runs. */
  readonly version: string;
  readonly dataDir: string;
}

export interface Watching {
  /** Called with the moment until which nothing may be taken, and with null at the end. */
  readonly hold: (until: number | null) => void;
  /** Whether the node answers and its page works. */
  readonly well: () => Promise<boolean>;
  /** It did not by the end of its time: the version before is to be offered. */
  readonly failed: () => void;
}

/** A window that has just been opened may still be loading its page. */
const LOOK_MS = 5000;
const LOOKS = 6;

export class Trial {
  readonly #deps: TrialDeps;
  readonly #folder: string;
  readonly #file: string;
  readonly #verdict: StartVerdict;
  #record: UpdateRecord | undefined;
  #until: number | null = null;
  #cancel: (() => void) | undefined;
  #failed = false;

  constructor(deps: TrialDeps) {
    this.#deps = deps;
    this.#folder = join(deps.dataDir, 'window');
    this.#file = join(this.#folder, 'update.json');
    this.#record = readSmall(this.#file, UpdateRecord);
    this.#verdict = startOf(this.#record, deps.version);
    if (this.#verdict === 'not-installed') this.#forget();
  }

  get verdict(): StartVerdict {
    return this.#verdict;
  }

  get record(): UpdateRecord | undefined {
    return this.#record;
  }

  view(): Pick<UpdatesView, 'trial' | 'wayBack'> {
    const { version, dataDir } = this.#deps;
    const from = this.#record?.from ?? '';
    return {
      trial: this.#until === null ? null : { from, until: this.#until },
      wayBack: wayBackOf(this.#record, version, join(dataDir, 'backups')),
    };
  }

  /** Before anything of the new version has run: whatever ends it now is seen at the next start. */
  try(): void {
    if (this.#verdict === 'trial' || this.#verdict === 'failed-before') this.#phase('trying');
  }

  /** The node has started: for a minute more it may take nothing, and at its end it has to be well. */
  watch(watching: Watching): void {
    if (this.#record?.phase !== 'trying') return;
    const { clock } = this.#deps;
    this.#until = clock.now() + TRIAL_MS;
    watching.hold(this.#until);
    this.#cancel = clock.after(TRIAL_MS, () => void this.#look(watching, LOOKS));
  }

  async #look(watching: Watching, left: number): Promise<void> {
    const well = await watching.well().catch(() => false);
    // Stopped meanwhile, in good order.
    if (this.#record?.phase !== 'trying') return;
    if (well) {
      this.#phase('proven');
      this.#until = null;
      watching.hold(null);
    } else if (left > 1) {
      this.#cancel = this.#deps.clock.after(LOOK_MS, () => void this.#look(watching, left - 1));
    } else {
      this.#failed = true;
      watching.failed();
    }
  }

  /** Stopped in good order: an unfinished trial begins anew at the next start, and is no failure unless it has failed already. */
  leave(): void {
    this.#cancel?.();
    if (this.#record?.phase === 'trying' && !this.#failed) this.#phase('installing');
  }

  /** Nothing may run on the data folder. Copies what a way back needs, before `to` takes the place of this version. */
  prepare(to: string, appImage: string | undefined): void {
    const { clock, version, dataDir } = this.#deps;
    const kept = join(this.#folder, 'previous.AppImage');
    rmSync(kept, { force: true });
    if (appImage !== undefined) keep(appImage, kept);
    const copy = copyBeforeUpdate({ clock }, dataDir) ?? null;
    const program = appImage === undefined ? null : { kept, place: appImage };
    this.#write({ from: version, to, at: clock.now(), copy, program, phase: 'installing' });
  }

  /** Nothing may run on the data folder. Puts program and database back and answers what to start; undefined where it can't. */
  goBack(): string | undefined {
    const { copy, program } = this.#record ?? {};
    if (!program) return undefined;
    putInPlace(program.kept, program.place);
    if (copy != null) putBack(this.#deps, this.#deps.dataDir, copy);
    this.#forget();
    return program.place;
  }

  #phase(phase: UpdateRecord['phase']): void {
    if (this.#record) this.#write({ ...this.#record, phase });
  }

  #write(record: UpdateRecord): void {
    writeSmall(this.#file, record);
    this.#record = record;
  }

  #forget(): void {
    if (this.#record?.program) rmSync(this.#record.program.kept, { force: true });
    rmSync(this.#file, { force: true });
    this.#record = undefined;
  }
}
