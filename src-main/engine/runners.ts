// What the user does with runners beside having them work: look whether each could start, pull its image, and try it with a sample
// document. One thing at a time, and nothing of it is left when it is over, or at the next start where Hearth was ended in its midst.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnersCheck, RunnersView, RunnerTrial } from '../../src-preload/contract/runners.ts';
import type { RunnerSetting } from '../../src-preload/contract/settings/runners.ts';
import { surroundings } from '../backends/containers/engine.ts';
import type { ConfiguredRunners } from '../backends/runners/configured.ts';
import { NoImage, RunnerStopped, RunnersBusy, RunnersHeld, RunnerUnknown } from '../backends/runners/errors.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError } from '../base/errors.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Settings } from '../settings/settings.ts';

export interface RunnersDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: Pick<Settings, 'get'>;
}

const CHECK_MS = 20_000;

export class RunnersPart implements Service {
  readonly name = 'runners';
  readonly #deps: RunnersDeps;
  readonly #workFolder: string;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #trials = new Map<string, RunnerTrial>();
  #doing: (() => NonNullable<RunnersView['doing']>) | undefined;
  #stop = new AbortController();
  #done: Promise<unknown> = Promise.resolve();

  constructor(deps: RunnersDeps, { dataDir }: { readonly dataDir: string }) {
    this.#deps = deps;
    this.#workFolder = join(dataDir, 'work', 'runners');
  }

  /** Called after each change of `view()`. Returns its off. */
  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  view(): RunnersView {
    const known = new Set(this.#set().map(({ capability }) => capability));
    return {
      doing: this.#doing?.() ?? null,
      trials: [...this.#trials.values()].filter(({ capability }) => known.has(capability)),
    };
  }

  /** Ends what an earlier run has left of a trial. */
  async start(): Promise<void> {
    if (!existsSync(this.#workFolder)) return;
    await (await this.#open(this.#set())).sweep(new AbortController().signal);
  }

  async stop(): Promise<void> {
    await this.end();
  }

  /** Resolves when nothing of what was being done is left. */
  async end(): Promise<void> {
    this.#stop.abort(new RunnerStopped());
    await this.#done;
  }

  async check(): Promise<RunnersCheck> {
    const set = this.#set();
    const signal = AbortSignal.timeout(CHECK_MS);
    const { all } = await this.#open(set);
    const engine = set.some(({ kind }) => kind === 'container') ? await engineHere(signal) : null;
    const runners: RunnersCheck['runners'] = [];
    for (const runner of all) {
      runners.push({ capability: runner.capability, missing: (await runner.check?.(signal)) ?? null });
    }
    return { engine, runners };
  }

  /** Rejects with RunnersBusy, RunnersHeld, RunnerUnknown, or RunnerStopped. */
  async try(capability: string): Promise<RunnerTrial> {
    const setting = this.#allowed(capability);
    const { TrialTalk, tryRunner } = await import('../backends/runners/trial.ts');
    const since = this.#deps.clock.now();
    const talk = new TrialTalk(() => this.#changed());
    const doing = () => ({ what: 'try', capability, since, said: talk.last }) as const;
    return await this.#alone(doing, async (signal) => {
      const logged = (lines: readonly string[]) => {
        for (const line of lines) talk.add('log', line);
      };
      const { all } = await this.#open([setting], logged);
      const trial = await tryRunner({ ...this.#deps, workFolder: this.#workFolder }, all[0]!, talk, signal);
      this.#trials.set(capability, trial);
      return trial;
    });
  }

  /** Rejects with PullFailed, EngineMissing or EngineElsewhere, NoImage, and as `try`. */
  async pull(capability: string): Promise<{ tookMs: number }> {
    const setting = this.#allowed(capability);
    if (setting.kind !== 'container') throw new NoImage();
    const { clock } = this.#deps;
    const since = clock.now();
    const began = clock.monotonic();
    let sum = { doneBytes: 0, totalBytes: 0 };
    const doing = () => ({ what: 'pull', capability, since, image: setting.image, ...sum }) as const;
    return await this.#alone(doing, async (signal) => {
      const [{ findEngine }, { pullImage }] = await Promise.all([
        import('../backends/containers/engine.ts'),
        import('../backends/containers/images.ts'),
      ]);
      const progress = (next: typeof sum) => {
        sum = next;
        this.#changed();
      };
      const { docker } = await findEngine(surroundings(), signal);
      await pullImage(docker, setting.image, progress, signal);
      return { tookMs: clock.monotonic() - began };
    });
  }

  async #alone<T>(
    doing: () => NonNullable<RunnersView['doing']>,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#doing) throw new RunnersBusy();
    this.#doing = doing;
    this.#stop = new AbortController();
    const done = work(this.#stop.signal);
    this.#done = done.catch(() => undefined);
    this.#changed();
    try {
      return await done;
    } finally {
      this.#doing = undefined;
      this.#changed();
    }
  }

  #allowed(capability: string): RunnerSetting {
    const setting = this.#set().find((each) => each.capability === capability);
    if (!setting) throw new RunnerUnknown(capability);
    if (this.#deps.settings.get('backends.runnersHeld')) throw new RunnersHeld();
    return setting;
  }

  #set(): readonly RunnerSetting[] {
    return this.#deps.settings.get('backends.runners');
  }

  /** Loaded when it is wanted: most nodes lease no jobs. */
  async #open(
    settings: readonly RunnerSetting[],
    logged: (lines: readonly string[]) => void = () => undefined,
  ): Promise<ConfiguredRunners> {
    const { ConfiguredRunners: Configured } = await import('../backends/runners/configured.ts');
    const { clock, random, logger } = this.#deps;
    const deps = { clock, random, logger, workFolder: this.#workFolder };
    return new Configured({ ...deps, logged: (_, lines) => logged(lines) }, settings);
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }
}

/** Null where none answers: what that means for each runner is what its own check says. */
async function engineHere(signal: AbortSignal): Promise<RunnersCheck['engine']> {
  const { findEngine } = await import('../backends/containers/engine.ts');
  try {
    const { make, rootless } = await findEngine(surroundings(), signal);
    return { make, rootless };
  } catch (error) {
    if (error instanceof HearthError) return null;
    throw error;
  }
}
