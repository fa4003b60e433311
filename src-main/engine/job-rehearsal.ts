// A rehearsal of a leased job: a second node in a throw-away folder with the user's own runners, or the container engine of this computer,
// and the network's practice servers around it. The servers say how far the job has come. Nothing leaves this computer, nothing is earned,
// nothing is left behind.

import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
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
import type { LoadPractice, RehearsedJob, RehearsedLease, StartRehearsal } from '../practice/practice.ts';
import { practiceNetworks } from '../practice/registry.ts';
import type { Opener } from './boxes/opener.ts';
import { removeBoxes } from './boxes/removal.ts';
import type { Engine, EngineOptions } from './engine.ts';

export interface JobRehearsalsDeps extends BackendsDeps {
  readonly runners: () => readonly RunnerSetting[];
  /** They came with a backup, and wait for the user's yes. */
  readonly held: () => boolean;
  /** What the user has set, by path. */
  readonly setting: (path: string) => unknown;
  /** Of the node: each rehearsal has a folder of its own in it while it runs, so that what a killed one has left is found. */
  readonly folder: string;
  /** In place of the container engine of this computer. */
  readonly open: Opener | undefined;
  /** Passed in, for the two would import each other. */
  readonly compose: (options: EngineOptions) => Promise<Engine>;
}

type Step = JobRehearsal['steps'][number];

type Rehearsed = RehearsedJob | RehearsedLease;
type Undo = (() => Promise<unknown>)[];

/** For each step but the one in which the runner works, whose own limit counts. */
const STEP_MS = 30_000;
/** A customer of a container waits that long, and so does who tries whether one would hold. */
const CONTAINER_MS = 120_000;
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

  /** Removes what rehearsals have left that were killed with their node: containers, and folders. What can't be removed is tried again. */
  async sweep(): Promise<void> {
    const { folder, open, logger } = this.#deps;
    for (const name of await readdir(folder).catch(() => [])) {
      const left = join(folder, name);
      if (await removeBoxes(left, open)) await rm(left, { recursive: true, force: true });
      else logger.warn('a container of a rehearsal may be left', { folder: name });
    }
    await rmdir(folder).catch(() => undefined);
  }

  /** Ends one that runs, taking everything down. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.done;
  }

  async #run(id: NetworkId, begin: StartRehearsal, signal: AbortSignal): Promise<JobRehearsal> {
    const { clock, random, setting } = this.#deps;
    const at = clock.now();
    const began = clock.monotonic();
    const [own] = this.#deps.runners();
    const undo: Undo = [];
    const steps: Step[] = [];
    const done: Pick<JobRehearsal, 'by' | 'capability'> = {
      by: own ? 'own-runner' : 'practice-runner',
      capability: '',
    };
    let folder = '';
    try {
      const job = await begin({ clock, random }, setting);
      undo.push(() => job.stop());
      if (job.by === 'engine') done.by = 'engine';
      else if (own && this.#deps.held()) throw new RunnersHeld();
      await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
      folder = await mkdtemp(join(this.#deps.folder, 'run-'));
      undo.push(async () => {
        await rm(folder, { recursive: true, force: true });
        await rmdir(this.#deps.folder).catch(() => undefined);
      });
      const engine = await this.#node(id, job, folder, undo);
      if (job.by === 'runner') done.capability = own?.capability ?? job.capability;
      job.order(done.capability);
      await engine.start();
      steps.push(...(await this.#watch(id, job, engine, signal)));
      if (job.by === 'engine') done.capability = job.template();
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
    return { id, at, tookMs: clock.monotonic() - began, ok, ...done, steps };
  }

  /** A node with the user's runners and none of the user's money, not started yet. */
  async #node(id: NetworkId, job: Rehearsed, dataDir: string, undo: Undo): Promise<Engine> {
    const { clock, random, settings, compose, open } = this.#deps;
    // Jobs are done by runners: no model server is asked for anything.
    const none = { ...settings, inference: () => [] };
    const backends = new Backends({ ...this.#deps, settings: none }, { autoDetect: false });
    undo.push(() => backends.stop());
    await backends.start();
    undo.push(async () => {
      if (!(await removeBoxes(dataDir, open))) throw new Error('a container may be left');
    });
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
      ...(open && { open }),
    });
    // Who has rented something loses it now.
    undo.push(() => engine.stop({ departure: 'stop' }));
    if (job.by === 'engine') {
      await engine.handle('wallet.make', {});
      await engine.handle('wallet.trust', { url: job.mint, anyway: false });
    }
    const set = { ...job.settings, ...this.#runnersFor(job), [`networks.${id}.enabled`]: true };
    for (const [path, value] of Object.entries(set)) await engine.handle('settings.set', { path, value });
    return engine;
  }

  #runnersFor(job: Rehearsed): Readonly<Record<string, unknown>> {
    if (job.by === 'engine') return {};
    const runners = this.#deps.runners();
    return runners.length === 0 ? job.pretend : { 'backends.runners': runners };
  }

  /** Whether containers hold here, where it takes one; the steps that the servers see; and the entry in the ledger. */
  async #watch(id: NetworkId, job: Rehearsed, engine: Engine, signal: AbortSignal): Promise<Step[]> {
    const { clock } = this.#deps;
    const stepMs = job.by === 'engine' ? CONTAINER_MS : STEP_MS;
    const holds = () => engine.take('boxes').value.stage === 'open';
    const booked = () => engine.take('earnings').value.total.some(({ network }) => network === id);
    const looks = { ...(job.by === 'engine' && { holds }), ...job.steps, booked };
    const steps: Step[] = [];
    let failed = false;
    for (const [step, seen] of Object.entries(looks)) {
      if (failed) {
        steps.push({ id: step, state: 'skipped', reason: null });
        continue;
      }
      const end = clock.monotonic() + stepMs;
      const isOver = () =>
        signal.aborted ||
        (step !== RUNS && clock.monotonic() > end) ||
        job.failure() !== undefined ||
        (job.by === 'engine' && isHopeless(id, engine));
      while (!seen() && !isOver()) await clock.sleep(LOOK_MS);
      failed = !seen();
      steps.push({
        id: step,
        state: failed ? 'failed' : 'ok',
        reason: failed ? whyNot(id, job, engine, stepMs) : null,
      });
    }
    return steps;
  }

  /** Takes everything down, and looks whether a job has left anything. */
  async #cleared(id: NetworkId, folder: string, undo: Readonly<Undo>): Promise<Step> {
    let isLeft = false;
    for (const [index, step] of undo.toReversed().entries()) {
      try {
        await step();
      } catch (error) {
        isLeft = true;
        this.#deps.logger.error('a rehearsal could not be cleared away', { error });
      }
      // The node was stopped: its work folder is looked at before all of it goes.
      if (index === 0) isLeft ||= (await readdir(join(folder, 'work', id)).catch(() => [])).length > 0;
    }
    if (!isLeft) return { id: 'cleaned-up', state: 'ok', reason: null };
    return { id: 'cleaned-up', state: 'failed', reason: reasonFor('rehearsal.left-behind') };
  }
}

/** No container can be made, or there is nothing to make one of: waiting changes neither. */
function isHopeless(id: NetworkId, engine: Engine): boolean {
  const { stage } = engine.take('boxes').value;
  return stage === 'none' || stage === 'refused' || (stage === 'open' && networkOf(id, engine)?.state === 'blocked');
}

/** What the network says is wrong, else what the job failed of. */
function whyNot(id: NetworkId, job: Rehearsed, engine: Engine, stepMs: number): Reason {
  const why = job.failure();
  if (why !== undefined) return reasonFor(job.by === 'engine' ? 'rehearsal.not-sold' : 'rehearsal.job-failed', { why });
  return networkOf(id, engine)?.reason ?? reasonFor('rehearsal.step-late', { seconds: stepMs / SECOND });
}

const networkOf = (id: NetworkId, engine: Engine) => engine.take('networks').value.find((one) => one.id === id);
