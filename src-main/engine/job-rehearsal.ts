// A rehearsal of a leased job: a second node in a throw-away folder with the user's own runners, and the network's practice servers around
// it. The servers say how far the job has come. Nothing leaves this computer, nothing is earned, nothing is left behind.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonFor } from '../../src-i18n/reason.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { JobRehearsal, NetworkId } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import type { RunnerSetting } from '../../src-preload/contract/settings/runners.ts';
import { Backends, type BackendsDeps } from '../backends/pool.ts';
import { RunnersHeld } from '../backends/runners/errors.ts';
import { HearthError } from '../base/errors.ts';
import { NetworkCannot } from '../networks/errors.ts';
import type { LoadPractice, RehearsedJob, StartRehearsedJob } from '../practice/practice.ts';
import { practiceNetworks } from '../practice/registry.ts';
import type { Engine, EngineOptions } from './engine.ts';

export interface JobRehearsalsDeps extends BackendsDeps {
  readonly runners: () => readonly RunnerSetting[];
  /** They came with a backup, and wait for the user's yes. */
  readonly held: () => boolean;
  /** Passed in, for the two would import each other. */
  readonly compose: (options: EngineOptions) => Promise<Engine>;
}

type Step = JobRehearsal['steps'][number];

/** For each step but the one in which the runner works, whose own limit counts. */
const STEP_MS = 30_000;
const LOOK_MS = 20;
const SECOND = 1000;
const RUNS = 'reported';

export class JobRehearsals {
  readonly #deps: JobRehearsalsDeps;
  readonly #practice: Readonly<Record<string, LoadPractice>>;
  #running: { readonly stop: AbortController; readonly done: Promise<unknown> } | undefined;

  constructor(deps: JobRehearsalsDeps, practice: Readonly<Record<string, LoadPractice>> = practiceNetworks) {
    this.#deps = deps;
    this.#practice = practice;
  }

  /** Rejects with NetworkCannot, RunnersHeld, `rehearsal.running` or `rehearsal.stopped`; how the job fares is in its steps. */
  async run(id: NetworkId): Promise<JobRehearsal> {
    const begin = (await this.#practice[id]?.())?.rehearse;
    if (!begin) throw new NetworkCannot(networkContracts[id].title, 'rehearsal');
    if (this.#deps.held() && this.#deps.runners().length > 0) throw new RunnersHeld();
    if (this.#running) {
      throw new HearthError({
        code: 'rehearsal.running',
        category: 'conflict',
        message: 'A rehearsal is running already. Wait until it has ended.',
      });
    }
    const stop = new AbortController();
    const done = this.#run(id, begin, stop.signal);
    this.#running = { stop, done: done.catch(() => undefined) };
    try {
      return await done;
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends one that runs, taking everything down. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.done;
  }

  async #run(id: NetworkId, begin: StartRehearsedJob, signal: AbortSignal): Promise<JobRehearsal> {
    const { clock, random } = this.#deps;
    const at = clock.now();
    const began = clock.monotonic();
    const [own] = this.#deps.runners();
    const undo: (() => Promise<unknown>)[] = [];
    const steps: Step[] = [];
    let capability = own?.capability ?? '';
    let folder = '';
    try {
      const job = await begin({ clock, random });
      undo.push(() => job.stop());
      capability ||= job.capability;
      folder = await mkdtemp(join(tmpdir(), 'hearth-rehearsal-'));
      undo.push(() => rm(folder, { recursive: true, force: true }));
      const engine = await this.#node(id, job, folder, undo);
      job.order(capability);
      await engine.start();
      steps.push(...(await this.#watch(id, job, engine, signal)));
    } finally {
      steps.push(await this.#cleared(id, folder, undo));
    }
    if (signal.aborted) {
      throw new HearthError({
        code: 'rehearsal.stopped',
        category: 'cancelled',
        message: 'The rehearsal was stopped.',
      });
    }
    const ok = steps.every(({ state }) => state === 'ok');
    return { id, at, tookMs: clock.monotonic() - began, ok, capability, own: own !== undefined, steps };
  }

  /** A node with the user's runners and none of the user's money, not started yet. */
  async #node(id: NetworkId, job: RehearsedJob, dataDir: string, undo: (() => Promise<unknown>)[]): Promise<Engine> {
    const { clock, random, settings, compose } = this.#deps;
    // Jobs are done by runners: no model server is asked for anything.
    const none = { ...settings, inference: () => [] };
    const backends = new Backends({ ...this.#deps, settings: none }, { autoDetect: false });
    undo.push(() => backends.stop());
    await backends.start();
    const engine = await compose({
      dataDir,
      mode: 'headless',
      practice: false,
      logLevel: 'error',
      autoDetect: false,
      clock,
      random,
      drainMs: SECOND,
      rehearsing: backends,
    });
    undo.push(() => engine.stop());
    const runners = this.#deps.runners();
    const set = {
      ...job.settings,
      ...(runners.length === 0 ? job.pretend : { 'backends.runners': runners }),
      [`networks.${id}.enabled`]: true,
    };
    for (const [path, value] of Object.entries(set)) await engine.handle('settings.set', { path, value });
    return engine;
  }

  /** The steps that the servers see, and the entry in the ledger. */
  async #watch(id: NetworkId, job: RehearsedJob, engine: Engine, signal: AbortSignal): Promise<Step[]> {
    const { clock } = this.#deps;
    const booked = () => engine.take('earnings').value.total.some(({ network }) => network === id);
    const steps: Step[] = [];
    let failed = false;
    for (const [step, seen] of Object.entries({ ...job.steps, booked })) {
      if (failed) {
        steps.push({ id: step, state: 'skipped', reason: null });
        continue;
      }
      const end = clock.monotonic() + STEP_MS;
      const late = () => step !== RUNS && clock.monotonic() > end;
      while (!seen() && !signal.aborted && !late() && job.failure() === undefined) await clock.sleep(LOOK_MS);
      failed = !seen();
      steps.push({ id: step, state: failed ? 'failed' : 'ok', reason: failed ? whyNot(id, job, engine) : null });
    }
    return steps;
  }

  /** Takes everything down, and looks whether a job has left anything. */
  async #cleared(id: NetworkId, folder: string, undo: readonly (() => Promise<unknown>)[]): Promise<Step> {
    let left: readonly string[] = [];
    try {
      for (const [index, step] of undo.toReversed().entries()) {
        await step();
        // The node was stopped: its work folder is looked at before all of it goes.
        if (index === 0) left = await readdir(join(folder, 'work', id)).catch(() => []);
      }
      if (left.length === 0) return { id: 'cleaned-up', state: 'ok', reason: null };
    } catch (error) {
      this.#deps.logger.error('a rehearsal could not be cleared away', { error });
    }
    return { id: 'cleaned-up', state: 'failed', reason: reasonFor('rehearsal.left-behind') };
  }
}

/** What the network says is wrong, else what the job failed of. */
function whyNot(id: NetworkId, job: RehearsedJob, engine: Engine): Reason {
  const why = job.failure();
  if (why !== undefined) return reasonFor('rehearsal.job-failed', { why });
  const network = engine.take('networks').value.find((one) => one.id === id);
  return network?.reason ?? reasonFor('rehearsal.step-late', { seconds: STEP_MS / SECOND });
}
