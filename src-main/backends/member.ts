// One model server among those in use: its last known status, what it offers, and how many calls it has running.

import type { BackendState, BackendView } from '../../src-preload/contract/backends.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { BackendKind, ModelSetting } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { BackendStatus, InferenceBackend, InferenceOutcome, InferenceRequest, Moved } from './backend.ts';
import { type Budget, mostTokens } from './budget.ts';
import { accepts } from './inference/accepts.ts';
import { isHere } from './inference/places.ts';
import { type Model, modelOf, viewOf } from './models.ts';
import { backendFactories } from './registry.ts';
import { Watch } from './watch.ts';

export interface MemberDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether models may be loaded before they are needed. */
  readonly awake: () => boolean;
}

export interface MemberOptions {
  readonly kind: BackendKind;
  readonly url: string;
  readonly origin: BackendView['origin'];
  /** Only these are offered; undefined: all. */
  readonly models?: readonly string[];
  readonly enabled: boolean;
  readonly maxConcurrent?: number | undefined;
  readonly dailyTokens?: number | undefined;
  readonly apiKey: string | undefined;
  readonly everyMs: number;
}

/** Of a server that is there. */
const ANSWERS: ReadonlySet<BackendState> = new Set(['no-model', 'cold', 'loading', 'ready']);
/** After a model could not be kept warm. */
const WARM_AGAIN_MS = 60_000;
const MOVE_MS = 120_000;
const MIDNIGHT_CHECK_MS = 60_000;
const OFF: Reason = {
  code: 'backends.off',
  message: 'This server is switched off.',
  action: 'Switch it on in the settings to use it.',
};
const NO_KEY: Reason = {
  code: 'backends.denied',
  message: 'This server is switched on, but has no API key.',
  action: 'Set its key in the settings.',
};

export class Member {
  readonly backend: InferenceBackend;
  readonly #deps: MemberDeps;
  readonly #options: MemberOptions;
  readonly #changed: (what: 'status' | 'running') => void;
  readonly #watch: Watch;
  readonly #budget: Budget | undefined;
  #settings: readonly ModelSetting[];
  #status: BackendStatus | undefined;
  #models: readonly Model[] = [];
  #offers: readonly Model[] = [];
  #warnings: readonly Reason[] = [];
  /** By model id. */
  readonly #runningOf = new Map<string, number>();
  readonly #warming = new Map<string, AbortController>();
  /** Not warmed again before a task needs them, or before this time of the monotonic clock. */
  readonly #resting = new Map<string, number>();
  #running = 0;
  #lost: { readonly since: number; readonly returned: number } | undefined;
  #retired = false;
  #cancelMidnight: (() => void) | undefined;
  /** A number that grows; the lower, the longer ago it was chosen. */
  lastChosen = 0;

  /** `changed` is called after each change of what `view` shows, checking times aside. */
  constructor(
    deps: MemberDeps,
    options: MemberOptions,
    settings: readonly ModelSetting[],
    changed: (what: 'status' | 'running') => void,
    budget?: Budget,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#settings = settings;
    this.#changed = changed;
    const { url, apiKey, everyMs } = options;
    this.backend = backendFactories[options.kind](deps, { url, apiKey });
    const knock = knockAt(deps.clock, url);
    this.#watch = new Watch(deps, this.backend, { everyMs, knock }, (status) => this.#learn(status));
    this.#budget = budget;
    this.#awaitMidnight();
  }

  /** Whether it was made from the same facts. */
  is(options: Omit<MemberOptions, 'everyMs'>): boolean {
    return JSON.stringify(factsOf(options)) === JSON.stringify(factsOf(this.#options));
  }

  /** Takes the user's choices for single models. */
  choose(settings: readonly ModelSetting[]): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#resting.clear();
    this.#sort();
    this.#changed('status');
  }

  /** Things to know about the server that its own answers don't tell. */
  warn(warnings: readonly Reason[]): void {
    if (JSON.stringify(warnings) === JSON.stringify(this.#warnings)) return;
    this.#warnings = warnings;
    this.#changed('status');
  }

  get state(): BackendState {
    if (this.#offReason()) return 'off';
    return this.#status?.state ?? 'checking';
  }

  /** Models that are switched on and can be asked for, cold and loading ones included. */
  get offers(): readonly Model[] {
    return this.#offers;
  }

  /** All that the server lists. */
  get models(): readonly Model[] {
    return this.#models;
  }

  get running(): number {
    return this.#running;
  }

  /** Calls at once. */
  get most(): number | null {
    return this.#options.maxConcurrent ?? null;
  }

  /** How much of it is in use, where 1 is all that it says to be good for. */
  get busy(): number {
    return this.#running / (this.most ?? this.#status?.slots ?? 4);
  }

  /** Switched on and listed by the server, whether it could serve now or not. */
  find(asked: string): Model | undefined {
    return this.#models.find((model) => model.on && this.#same(model.id, asked));
  }

  hasRoomFor(model: Model): boolean {
    if (this.most !== null && this.#running >= this.most) return false;
    return model.most === null || (this.#runningOf.get(model.id) ?? 0) < model.most;
  }

  look(): Promise<void> {
    return this.#offReason() ? Promise.resolve() : this.#watch.look();
  }

  async infer(request: InferenceRequest): Promise<InferenceOutcome> {
    // Switched off since it was chosen.
    if (this.#shutReason()) return { kind: 'failed', code: 'unreachable' };
    const most = this.#budget ? mostTokens(request.payload) : 0;
    const release = this.#budget?.reserve(most);
    if (this.#budget && !release) {
      const retryAfterMs = this.#budget.retryAfterMs(most);
      return { kind: 'refused', code: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    const { model } = request;
    this.#resting.delete(model);
    this.#count(model, 1);
    let used = 0;
    try {
      const outcome = await this.backend.infer(request);
      used = usedBy(outcome, most);
      this.#heed(outcome, model);
      return outcome;
    } finally {
      release?.(used);
      this.#count(model, -1);
      if (this.#budget) this.#refreshBudget();
      if (this.#retired && this.#running === 0) void this.backend.close();
    }
  }

  /** Undefined where this server has no means for it. */
  load(model: string, signal: AbortSignal): Promise<Moved> | undefined {
    this.#resting.delete(model);
    const keep = this.find(model)?.keepWarm ?? false;
    return this.backend.load && this.#moving(this.backend.load(model, { keep, signal }));
  }

  /** The same. Kept out of memory until a task needs it, or it is loaded by hand. */
  unload(model: string, signal: AbortSignal): Promise<Moved> | undefined {
    if (!this.backend.unload) return undefined;
    this.#warming.get(model)?.abort();
    this.#resting.set(model, Number.POSITIVE_INFINITY);
    return this.#moving(this.backend.unload(model, { signal }));
  }

  view(): BackendView {
    const { backend } = this;
    const offered = new Set(this.#offers);
    const off = this.#offReason();
    return {
      id: backend.id,
      kind: backend.kind,
      url: backend.url,
      origin: this.#options.origin,
      state: this.state,
      reason: off ?? this.#status?.reason ?? null,
      lost: off ? null : (this.#lost ?? null),
      warnings: [...this.#warnings],
      version: this.#status?.version ?? null,
      models: this.#models.map((model) =>
        viewOf(model, { offered: offered.has(model), running: this.#runningOf.get(model.id) ?? 0 }),
      ),
      loads: backend.load !== undefined,
      unloads: backend.unload !== undefined,
      checkedAt: this.#status?.checkedAt ?? null,
      running: this.#running,
      most: this.most,
      budget: this.#budget ? { tokens: this.#budget.tokens, spent: this.#budget.spent } : null,
    };
  }

  /** Watched no longer; closes when the last running call has ended. */
  retire(): void {
    this.#end();
    if (this.#running === 0) void this.backend.close();
  }

  /** Running calls end as aborted. */
  async close(): Promise<void> {
    this.#end();
    await this.backend.close();
  }

  #end(): void {
    this.#retired = true;
    this.#watch.stop();
    this.#cancelMidnight?.();
    for (const stop of this.#warming.values()) stop.abort();
  }

  #count(model: string, by: number): void {
    this.#running += by;
    const running = (this.#runningOf.get(model) ?? 0) + by;
    if (running > 0) this.#runningOf.set(model, running);
    else this.#runningOf.delete(model);
    if (!this.#retired) this.#changed('running');
  }

  async #moving(move: Promise<Moved>): Promise<Moved> {
    const moved = await move;
    await this.#watch.lookAgain();
    return moved;
  }

  #heed(outcome: InferenceOutcome, model: string): void {
    if (this.#retired) return;
    if (outcome.kind === 'done' && this.find(model)?.state === 'cold') void this.#watch.look();
    else if (outcome.kind === 'failed' && (outcome.code === 'unreachable' || outcome.code === 'lost')) this.#lose();
    else if ('code' in outcome && (outcome.code === 'unknown-model' || outcome.code === 'denied')) {
      // What is known of it is out of date.
      void this.#watch.look();
    }
  }

  /** A task lost its server. */
  #lose(): void {
    if (this.#offers.length > 0 && this.#status) {
      const { url } = this.backend;
      const reason = {
        code: 'backends.lost',
        values: { url },
        message: `The connection to ${url} was lost during a task.`,
        action: 'Start the model server again if it stopped.',
      };
      this.#learn({ ...this.#status, state: 'not-found', reason });
      void this.#watch.lookAgain();
    }
    if (!this.#lost) return;
    this.#lost = { ...this.#lost, returned: this.#lost.returned + 1 };
    this.#changed('status');
  }

  #learn(status: BackendStatus): void {
    const earlier = this.#status;
    // Some say nothing about their models while they load one; it is most likely the one they had.
    const known = status.state === 'loading' && status.models.length === 0 ? (earlier?.models ?? []) : undefined;
    this.#status = known ? { ...status, models: known.map((model) => ({ ...model, state: 'loading' })) } : status;
    if (ANSWERS.has(status.state)) this.#lost = undefined;
    else if (earlier && ANSWERS.has(earlier.state)) this.#lost = { since: this.#deps.clock.now(), returned: 0 };
    this.#sort();
    this.#warm();
    if (earlier && sight(earlier) === sight(this.#status)) return;
    if (earlier?.state !== status.state) {
      const { state, reason } = status;
      this.#deps.logger.info('model server', { url: this.backend.url, state, reason: reason?.code ?? null });
    }
    this.#changed('status');
  }

  #sort(): void {
    const { models: only } = this.#options;
    const choices = { only, settings: this.#settings, tasks: this.backend.tasks, same: this.#same };
    this.#models = (this.#status?.models ?? []).map((model) => modelOf(model, choices));
    const open = !this.#offReason() && ['ready', 'cold', 'loading'].includes(this.#status?.state ?? '');
    this.#offers = open
      ? this.#models.filter((model) => model.on && model.tasks.length > 0 && model.state !== 'failing')
      : [];
  }

  /** Loads what the user wants to be kept in memory. */
  #warm(): void {
    const { clock, awake, logger } = this.#deps;
    if (!this.backend.load || this.#retired || !awake()) return;
    for (const { id, state, keepWarm } of this.#offers) {
      if (!keepWarm || state !== 'cold' || this.#warming.has(id)) continue;
      if ((this.#resting.get(id) ?? 0) > clock.monotonic()) continue;
      const stop = new AbortController();
      const cancel = clock.after(MOVE_MS, () => stop.abort());
      this.#warming.set(id, stop);
      void this.backend.load(id, { keep: true, signal: stop.signal }).then((moved) => {
        cancel();
        this.#warming.delete(id);
        if (this.#retired) return;
        if (moved.kind === 'failed' && !this.#resting.has(id)) {
          logger.warn('a model could not be kept warm', { model: id, reason: moved.reason.code });
          this.#resting.set(id, clock.monotonic() + WARM_AGAIN_MS);
        }
        void this.#watch.lookAgain();
      });
    }
  }

  /** Nothing at all is sent to it then. */
  #shutReason(): Reason | undefined {
    const { enabled, kind, apiKey } = this.#options;
    if (!enabled) return OFF;
    // A company's servers are not asked without the key that they will want.
    return kind === 'anthropic' && !apiKey ? NO_KEY : undefined;
  }

  #offReason(): Reason | undefined {
    const shut = this.#shutReason();
    if (shut || !this.#budget?.exhausted) return shut;
    const { tokens } = this.#budget;
    return {
      code: 'backends.budget-spent',
      values: { tokens },
      message: `Today's ${tokens} tokens are spent. The server is used again after midnight.`,
      action: 'Raise dailyTokens in the settings to use more.',
    };
  }

  /** The end of a budget changes what is offered. */
  #refreshBudget(): void {
    this.#sort();
    if (this.#retired) return;
    this.#changed('status');
    this.#awaitMidnight();
  }

  /** So does the midnight after it, which may come while the computer sleeps and timers stand still. */
  #awaitMidnight(): void {
    if (!this.#budget?.exhausted || this.#cancelMidnight) return;
    this.#cancelMidnight = this.#deps.clock.after(Math.min(this.#budget.untilNext, MIDNIGHT_CHECK_MS), () => {
      this.#cancelMidnight = undefined;
      if (this.#budget?.exhausted) return this.#awaitMidnight();
      this.#sort();
      this.#changed('status');
      void this.look();
    });
  }

  /** Ollama's names may leave out `:latest`. */
  readonly #same = (name: string, asked: string): boolean => {
    if (name === asked) return true;
    return this.backend.kind === 'ollama' && !asked.includes(':') && name === `${asked}:latest`;
  };
}

/** Only at servers of this computer, where it costs no one anything. */
function knockAt(clock: Clock, url: string): ((signal: AbortSignal) => Promise<boolean>) | undefined {
  const { hostname, port, protocol } = new URL(url);
  if (!isHere(hostname, new Set())) return undefined;
  return (signal) => accepts(clock, hostname, Number(port || (protocol === 'https:' ? 443 : 80)), signal);
}

function factsOf({
  kind,
  origin,
  models,
  enabled,
  maxConcurrent,
  dailyTokens,
  apiKey,
}: Omit<MemberOptions, 'everyMs'>) {
  return { kind, origin, models, enabled, maxConcurrent, dailyTokens, apiKey };
}

/**
 * What was cut off may have been worked on until then, and be charged for: it counts with the most it could use. So does an
 * answer whose tokens the server did not count, for else a budget would never end there.
 */
function usedBy(outcome: InferenceOutcome, most: number): number {
  if (outcome.kind === 'done') return outcome.usage.tokensIn + outcome.usage.tokensOut || most;
  return outcome.kind === 'refused' || (outcome.kind === 'failed' && outcome.code === 'denied') ? 0 : most;
}

function sight(status: BackendStatus): string {
  return JSON.stringify({ ...status, checkedAt: 0 });
}
