// New versions: looked for once a day, notified, and installed on command or, if that was chosen, once no task runs
// and no window is open. Never over a metered line. Knows nothing of Electron; its test turns a clock.

import { join } from 'node:path';
import { z } from 'zod';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { UpdateState, UpdatesView } from '../../../src-preload/contract/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import { HearthError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { readSmall, writeSmall } from '../small-file.ts';
import { UpdateRefused } from './errors.ts';
import { Seen } from './feed.ts';

/** Where new versions come from. */
export interface UpdateSource {
  /**
   * The version that is newer than this one, undefined where there is none, and the list that says so. Rejects where it can not
   * be known, with `UpdateRefused` where what is offered is not to be trusted, or comes before the list that was `seen`.
   */
  check(seen: Seen | null): Promise<{ readonly newer: string | undefined; readonly seen: Seen | null }>;
  /** Downloads and verifies what `check` found. */
  download(progress: (done: number) => void): Promise<void>;
}

export interface UpdatesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly source: UpdateSource;
  /** Who else updates this installation; undefined where Hearth does. */
  readonly elsewhere: Reason | undefined;
  /** The last start was to be that of a new version, and was not. */
  readonly notInstalled: boolean;
  readonly mode: () => 'notify' | 'drained' | 'off';
  readonly metered: () => Promise<boolean | undefined>;
  /** No task runs and the window is not looked at. */
  readonly quiet: () => boolean;
  /** Lets running tasks end, stops the node, installs and starts the new version. Rejects where that went wrong. */
  readonly install: (version: string) => Promise<void>;
  /** There is a newer version; called once for each. */
  readonly tell: (version: string, byItself: boolean) => void;
  readonly changed: () => void;
}

const Known = z.object({
  checkedAt: z.number().int().nonnegative(),
  /** The version of the last notification. The name of the field is the file's. */
  told: z.string().max(64).nullable(),
  /** The version that was to be installed last. Where that did not last, it is not tried again by itself. */
  tried: z.string().max(64).nullable(),
  /** The newest list of a release: one from before it is refused. */
  seen: Seen.nullable().default(null),
});

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Not while everything starts, and not all computers at once. */
const FIRST_MS = 3 * MINUTE;
const SPREAD_MS = 10 * MINUTE;
const METERED_AGAIN_MS = 30 * MINUTE;
const FAILED_AGAIN_MS = 60 * MINUTE;
/** Twice in a row it has to be quiet: a user who has just closed the window is not gone. */
const QUIET_EVERY_MS = MINUTE;

export class Updates {
  readonly #deps: UpdatesDeps;
  readonly #file: string;
  #state: UpdateState;
  #version: string | null = null;
  #done: number | null = null;
  #reason: Reason | null = null;
  #downloaded = false;
  #checkedAt: number | null;
  #told: string | null;
  #tried: string | null;
  #seen: Seen | null;
  #quietBefore = false;
  #cancel: (() => void) | undefined;
  #working: Promise<void> | undefined;
  #stopped = true;

  /** `folder`: the data folder's `window`. */
  constructor(deps: UpdatesDeps, folder: string) {
    this.#deps = deps;
    this.#file = join(folder, 'updates.json');
    const known = readSmall(this.#file, Known);
    this.#checkedAt = known?.checkedAt ?? null;
    this.#told = known?.told ?? null;
    this.#tried = known?.tried ?? null;
    this.#seen = known?.seen ?? null;
    this.#state = deps.elsewhere ? 'unsupported' : deps.notInstalled ? 'failed' : 'idle';
    this.#reason = deps.elsewhere ?? (deps.notInstalled ? NOT_INSTALLED : null);
  }

  start(): void {
    this.#stopped = false;
    this.modeChanged();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Call when the setting has another value. */
  modeChanged(): void {
    const { elsewhere, mode, random } = this.#deps;
    if (elsewhere || this.#stopped) return;
    this.#cancel?.();
    if (mode() === 'off') {
      if (this.#working === undefined) this.#show('off', null);
    } else if (this.#version !== null) this.#goOn();
    else {
      if (this.#state === 'off') this.#show('idle', null);
      this.#again(Math.max(this.#untilDue(), FIRST_MS) + random.int(SPREAD_MS));
    }
  }

  view(): Pick<UpdatesView, 'state' | 'version' | 'done' | 'checkedAt' | 'signedAt' | 'reason'> {
    return {
      state: this.#state,
      version: this.#version,
      done: this.#done,
      checkedAt: this.#checkedAt,
      signedAt: this.#seen?.signedAt ?? null,
      reason: this.#reason,
    };
  }

  /** Looks now. Rejects with `desktop.update-*`. */
  async check(): Promise<void> {
    this.#assertHere();
    await this.#alone(() => this.#check());
    if (this.#state === 'failed' && this.#reason) throw denied(this.#reason);
  }

  /** Installs the new version now; resolves once it is under way. Rejects with `desktop.update-*`. */
  async install(): Promise<void> {
    this.#assertHere();
    if (this.#version === null) await this.check();
    if (this.#version === null) throw denied(NONE);
    if (!this.#downloaded && (await this.#deps.metered()) === true) throw denied(METERED);
    if (this.#working) return;
    void this.#alone(async () => {
      if (await this.#download()) await this.#install();
    });
  }

  #assertHere(): void {
    if (this.#deps.elsewhere) throw denied(this.#deps.elsewhere);
  }

  /** One thing at a time; a second call joins the first. */
  #alone(work: () => Promise<void>): Promise<void> {
    this.#cancel?.();
    this.#working ??= work().finally(() => {
      this.#working = undefined;
      this.#goOn();
    });
    return this.#working;
  }

  async #check(): Promise<void> {
    const { source, clock, logger, tell, mode } = this.#deps;
    this.#show('checking', null);
    try {
      const { newer: version, seen } = await source.check(this.#seen);
      this.#seen = seen;
      if (version !== this.#version) this.#downloaded = false;
      this.#version = version ?? null;
      this.#checkedAt = clock.now();
      const news = version !== undefined && version !== this.#told;
      this.#told = version ?? this.#told;
      this.#keep();
      this.#show(version === undefined ? 'idle' : 'available', null);
      if (news && mode() !== 'off') tell(version, this.#byItselfToo());
    } catch (error) {
      logger.warn('looking for a new version failed', { error });
      this.#show('failed', reasonOf(error) ?? UNREACHABLE);
    }
  }

  async #download(): Promise<boolean> {
    if (this.#downloaded) return true;
    let reason: Reason | undefined;
    this.#done = 0;
    this.#show('downloading', null);
    try {
      await this.#deps.source.download((done) => {
        // Reported in steps of a hundredth: each is a push to every page.
        const step = Math.min(1, Math.max(0, Math.floor(done * 100) / 100));
        if (step === this.#done) return;
        this.#done = step;
        this.#deps.changed();
      });
      this.#downloaded = true;
    } catch (error) {
      this.#deps.logger.warn('downloading a new version failed', { error });
      reason = reasonOf(error) ?? NOT_DOWNLOADED;
    }
    this.#done = null;
    this.#show(this.#downloaded ? 'downloaded' : 'failed', reason ?? null);
    return this.#downloaded;
  }

  async #install(): Promise<void> {
    this.#show('installing', null);
    this.#tried = this.#version;
    this.#keep();
    try {
      await this.#deps.install(this.#version ?? '');
    } catch (error) {
      this.#deps.logger.error('a new version could not be installed', { error });
      this.#show('failed', NOT_INSTALLED);
    }
  }

  /** What comes next by itself. */
  #goOn(): void {
    const { mode } = this.#deps;
    if (this.#stopped || this.#state === 'installing') return;
    this.#cancel?.();
    if (mode() === 'off') this.#show('off', this.#reason);
    else if (this.#state === 'failed') this.#again(FAILED_AGAIN_MS);
    else if (!this.#byItselfToo()) this.#again(this.#untilDue());
    else this.#again(this.#downloaded ? QUIET_EVERY_MS : 0);
  }

  #again(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#deps.clock.after(Math.max(0, ms), () => void this.#byItself());
  }

  async #byItself(): Promise<void> {
    const { metered, quiet } = this.#deps;
    if (this.#working) return;
    if (this.#downloaded && this.#byItselfToo()) {
      const again = this.#quietBefore;
      this.#quietBefore = quiet();
      if (this.#quietBefore && again) return this.#alone(() => this.#install());
      this.#show('waiting', BUSY);
      return this.#again(QUIET_EVERY_MS);
    }
    if ((await metered()) === true) {
      if (this.#version !== null) this.#show('waiting', METERED);
      return this.#again(METERED_AGAIN_MS);
    }
    if (this.#byItselfToo()) return this.#alone(async () => void (await this.#download()));
    return this.#alone(() => this.#check());
  }

  /** Whether the version that is known is to be fetched and installed unasked. */
  #byItselfToo(): boolean {
    return this.#version !== null && this.#version !== this.#tried && this.#deps.mode() === 'drained';
  }

  /** Until a day has gone since the last look; a clock that was set back makes it due. */
  #untilDue(): number {
    if (this.#checkedAt === null) return 0;
    const since = this.#deps.clock.now() - this.#checkedAt;
    return since < 0 ? 0 : Math.max(0, DAY - since);
  }

  #show(state: UpdateState, reason: Reason | null): void {
    this.#state = state;
    this.#reason = reason;
    this.#deps.changed();
  }

  #keep(): void {
    try {
      const known: z.infer<typeof Known> = {
        checkedAt: this.#checkedAt ?? 0,
        told: this.#told,
        tried: this.#tried,
        seen: this.#seen,
      };
      writeSmall(this.#file, known);
    } catch (error) {
      this.#deps.logger.warn('when new versions were looked for could not be kept', { error });
    }
  }
}

const UNREACHABLE: Reason = {
  code: 'desktop.update-unreachable',
  message: 'Where new versions come from could not be reached, or gave no good answer.',
  action: 'It is tried again within the hour.',
};
const NOT_DOWNLOADED: Reason = {
  code: 'desktop.update-not-downloaded',
  message: 'The new version could not be downloaded whole.',
  action: 'It is tried again within the hour.',
};
const NOT_INSTALLED: Reason = {
  code: 'desktop.update-not-installed',
  message: 'The new version could not be installed; this one goes on.',
};
const METERED: Reason = {
  code: 'desktop.update-metered',
  message: 'This line is metered. The new version is downloaded once it is not.',
};
const BUSY: Reason = {
  code: 'desktop.update-busy',
  message: "The new version is installed once no task runs and the window isn't in use.",
};
const NONE: Reason = { code: 'desktop.update-none', message: 'This is the newest version there is.' };

function reasonOf(error: unknown): Reason | undefined {
  return error instanceof UpdateRefused ? error.reason : undefined;
}

function denied({ code, message }: Reason): HearthError {
  return new HearthError({ code, category: 'denied', message });
}
