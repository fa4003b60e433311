// A rehearsal: a second node in a throw-away folder, the other ends of a network that sends tasks on loopback, and in the middle the
// user's own model servers. A task goes the whole way, and each step of it is looked at from outside. Nothing leaves this computer,
// nothing is earned, nothing is left behind.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonFor } from '../../src-i18n/reason.ts';
import type { RehearsalsView, RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import type { InferenceOutcome, InferenceRequest } from '../backends/backend.ts';
import { Backends, type BackendsDeps } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError } from '../base/errors.ts';
import type { LoadPractice, RehearsedKind, RehearsedTasks, TaskReply } from '../practice/practice.ts';
import { practiceNetworks } from '../practice/registry.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { RehearsalCard } from './rehearsal-card.ts';

export interface RehearsalDeps extends BackendsDeps {
  /** Passed in, for the two would import each other. */
  readonly compose: (options: EngineOptions) => Promise<Engine>;
}

/** Words to put into each prompt, and a look at the folder of the node that had them, after it has stopped. */
export interface RehearsalProbe {
  readonly marker: string;
  /** Never rejects: the folder is removed after it. */
  look(folder: string): Promise<void>;
}

/** The longest that the protocol grants a task; a cold model may need minutes. */
const FIRST_MS = 300_000;
const LATER_MS = 120_000;
const ONLINE_MS = 10_000;
/** Short ones, of which the added time is the median. */
const SHORT_TASKS = 5;
const SHORT_TOKENS = 8;
const LONG_TOKENS = 128;
/** Setting up, finding, registering, each of the tasks, two refusals, adding up. */
const PARTS = 3 + (SHORT_TASKS + 2) + 2 + 1;
const SECOND = 1000;

/** Measures what the servers themselves take. */
class TimedBackends extends Backends {
  readonly tooks: number[] = [];
  readonly #clock: Clock;

  constructor(...args: ConstructorParameters<typeof Backends>) {
    super(...args);
    this.#clock = args[0].clock;
  }

  override async infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome> {
    const began = this.#clock.monotonic();
    const outcome = await super.infer(backendId, request);
    this.tooks.push(this.#clock.monotonic() - began);
    return outcome;
  }
}

/** What a rehearsal has set up, to be taken down in reverse. */
interface Stage {
  readonly backends: TimedBackends;
  readonly engine: Engine;
  /** Which network's tasks they are. */
  readonly network: string;
  readonly tasks: RehearsedTasks;
}

export class Rehearsal {
  readonly #deps: RehearsalDeps;
  readonly #options: { readonly autoDetect: boolean };
  readonly #events = new Emitter<{ changed: undefined }>();
  #running: { readonly stop: AbortController; readonly done: Promise<RehearsalView> } | undefined;
  #progress: { readonly since: number; readonly card: RehearsalCard; parts: number } | undefined;
  #last: RehearsalView | undefined;

  constructor(deps: RehearsalDeps, options: { readonly autoDetect: boolean }) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Called after each change of `view()`. Returns its off. */
  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  view(): RehearsalsView {
    const progress = this.#progress;
    return {
      running: progress
        ? { since: progress.since, done: Math.min(1, progress.parts / PARTS), checks: progress.card.checks() }
        : null,
      last: this.#last ?? null,
    };
  }

  /** What goes wrong on the way is on the card. Rejects with `rehearsal.running` or `rehearsal.stopped`, or where no node can be made. */
  async run(model: string | undefined, probe?: RehearsalProbe): Promise<RehearsalView> {
    if (this.#running) {
      throw new HearthError({
        code: 'rehearsal.running',
        category: 'conflict',
        message: 'A rehearsal is running already. Wait until it has ended.',
      });
    }
    const stop = new AbortController();
    const done = this.#run(model, stop.signal, probe);
    this.#running = { stop, done };
    try {
      this.#last = await done;
      return this.#last;
    } finally {
      this.#running = undefined;
      this.#progress = undefined;
      this.#changed();
    }
  }

  /** Ends one that runs, taking everything down. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.done.catch(() => undefined);
  }

  async #run(model: string | undefined, signal: AbortSignal, probe?: RehearsalProbe): Promise<RehearsalView> {
    const card = new RehearsalCard(this.#deps.clock, () => this.#changed());
    this.#progress = { since: this.#deps.clock.now(), card, parts: 0 };
    this.#changed();
    const undo: (() => Promise<unknown>)[] = [];
    let failure: unknown;
    try {
      const stage = await this.#set(undo, probe);
      this.#partDone();
      await this.#perform(stage, card, { model, marker: probe?.marker }, signal);
    } catch (error) {
      failure = error;
    }
    try {
      for (const step of undo.toReversed()) await step();
      card.pass('cleaned-up', reasonFor('rehearsal.cleaned-up'));
    } catch {
      card.fail('cleaned-up', reasonFor('rehearsal.left-behind'));
    }
    if (signal.aborted) {
      throw new HearthError({
        code: 'rehearsal.stopped',
        category: 'cancelled',
        message: 'The rehearsal was stopped.',
      });
    }
    if (failure !== undefined) throw failure as Error;
    return card.view();
  }

  async #set(undo: (() => Promise<unknown>)[], probe: RehearsalProbe | undefined): Promise<Stage> {
    const { clock, random, settings } = this.#deps;
    // A rehearsal costs nothing and stays at home: no server that is paid for each token.
    const free = { ...settings, inference: () => settings.inference().filter(({ kind }) => kind !== 'anthropic') };
    const backends = new TimedBackends({ ...this.#deps, settings: free }, this.#options);
    undo.push(() => backends.stop());
    await backends.start();
    const { id, start } = await networkWithTasks();
    const tasks = await start({ clock, random });
    undo.push(() => tasks.stop());
    const dataDir = await mkdtemp(join(tmpdir(), 'hearth-rehearsal-'));
    undo.push(() => rm(dataDir, { recursive: true, force: true }));
    if (probe) undo.push(() => probe.look(dataDir));
    const engine = await this.#deps.compose({
      dataDir,
      mode: 'headless',
      practice: false,
      // An audit wants to see the worst.
      logLevel: probe ? 'debug' : 'error',
      autoDetect: false,
      clock,
      random,
      drainMs: SECOND,
      rehearsing: backends,
    });
    undo.push(() => engine.stop());
    const here = { ...tasks.settings, [`networks.${id}.enabled`]: true };
    for (const [path, value] of Object.entries(here)) await engine.handle('settings.set', { path, value });
    return { backends, engine, network: id, tasks };
  }

  async #perform(
    stage: Stage,
    card: RehearsalCard,
    { model, marker }: { readonly model: string | undefined; readonly marker: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { backends, engine, tasks } = stage;
    await backends.detect();
    const chosen = card.found(backends, model, marker);
    if (!chosen) return;
    this.#partDone();
    await engine.start();
    if (!(await this.#registered(stage, card, chosen.kind, signal))) return;
    this.#partDone();
    const ask = async (maxTokens: number, timeoutMs: number) => {
      const answer = await tasks.ask({ ...chosen, maxTokens, timeoutMs, signal });
      this.#partDone();
      return answer;
    };
    const first = this.#answered(stage, card, await ask(SHORT_TOKENS, FIRST_MS));
    if (!first) return;
    const asked = [first];
    const added: number[] = [];
    for (let turn = 0; turn < SHORT_TASKS && !signal.aborted; turn += 1) {
      const short = await ask(SHORT_TOKENS, LATER_MS);
      if (short.kind !== 'answered') return card.unsteady(short);
      asked.push(short);
      added.push(short.ms - (backends.tooks.at(-1) ?? 0));
    }
    const long = await ask(LONG_TOKENS, LATER_MS);
    if (long.kind !== 'answered') return card.unsteady(long);
    asked.push(long);
    card.speed({ added, tokens: long.tokensOut, ms: backends.tooks.at(-1) ?? 0 });
    card.refused('replay-refused', await tasks.replayRefused(first.body, signal));
    this.#partDone();
    card.refused('tampering-refused', await tasks.tamperingRefused(first.body, signal));
    this.#partDone();
    card.metered(asked, engine.take('work').value.recent);
    card.booked(asked, engine.take('earnings').value.total, tasks.microAToken);
  }

  #partDone(): void {
    if (this.#progress) this.#progress.parts += 1;
    this.#changed();
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }

  async #registered(stage: Stage, card: RehearsalCard, kind: RehearsedKind, signal: AbortSignal): Promise<boolean> {
    const { engine, network, tasks } = stage;
    const { clock } = this.#deps;
    const end = clock.monotonic() + ONLINE_MS;
    for (;;) {
      const view = engine.take('networks').value.find(({ id }) => id === network);
      if (view?.state === 'online') break;
      if (signal.aborted || clock.monotonic() > end) {
        card.fail('registered', view?.reason ?? reasonFor('rehearsal.not-listed'));
        return false;
      }
      await clock.sleep(20);
    }
    const found = await tasks.find(kind, signal);
    if (found) card.pass('registered', reasonFor('rehearsal.registered'));
    else card.fail('registered', reasonFor('rehearsal.no-key'));
    return found;
  }

  #answered({ engine, backends }: Stage, card: RehearsalCard, first: TaskReply) {
    card.first(first, engine.take('work').value, backends.tooks.at(-1));
    return first.kind === 'answered' ? first : undefined;
  }
}

/** The first network that sends tasks. */
async function networkWithTasks() {
  for (const [id, load] of Object.entries<LoadPractice>(practiceNetworks)) {
    const start = (await load()).rehearseTasks;
    if (start) return { id, start };
  }
  throw new Error('no network has tasks that could be rehearsed');
}
