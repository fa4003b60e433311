// The model servers in use: those the user named and those found by looking. Watched, listed, and chosen from by model.

import type { BackendView, DetectionView } from '../../src-preload/contract/backends.ts';
import type {
  BackendKind,
  InferenceBackendSetting,
  InferenceTask,
  ModelSetting,
} from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError } from '../base/errors.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { InferenceOutcome, InferenceRequest, Moved } from './backend.ts';
import { Budget, Spending } from './budget.ts';
import { type Choice, choose } from './choice.ts';
import type { DetectedBackend, Detection } from './inference/detect.ts';
import { rootOf } from './inference/http.ts';
import { placeOf } from './inference/places.ts';
import { LostPayloads, type Sent } from './lost-payloads.ts';
import { Member, type MemberDeps } from './member.ts';
import { remember, Search, type SearchDeps, type Wanted } from './search.ts';
import { type Stability, stabilityOf } from './stability.ts';

export interface BackendsDeps extends MemberDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: {
    inference(): readonly InferenceBackendSetting[];
    models(): readonly ModelSetting[];
    /** Kinds of work that are refused here. */
    refused(): readonly InferenceTask[];
    /** The key held for an address as the setting writes it. */
    keyFor(url: string): string | undefined;
    /** After a change of any of these. */
    onChange(listener: () => void): () => void;
  };
  /** Tokens that tasks at a server used from a time on. */
  readonly spentSince: (backendId: string, start: number) => number;
  /** In place of looking at real addresses. Must not reject. */
  readonly detect?: SearchDeps['detect'];
}

export interface BackendsOptions {
  /** Look at the usual addresses of this computer. Off: the user's servers are used, and nothing is looked for. */
  readonly autoDetect: boolean;
  /** Where to look instead of at the usual addresses. */
  readonly candidates?: readonly string[];
  /** Between two looks at a server that answers. */
  readonly checkEveryMs?: number;
}

/** A model over all servers that offer it, and what it can be asked for. */
export interface Offered {
  readonly id: string;
  readonly tasks: readonly InferenceTask[];
}

const CHECK_EVERY_MS = 15_000;
/** A company's servers are seldom gone, and count how often they are asked. */
const CHECK_BOUGHT_EVERY_MS = 300_000;
/** Looking for new servers once there is one to work with. */
const DETECT_EVERY_MS = 60_000;

/** How long a model may take to get into memory, or out of it, while the user waits for it. */
const LOAD_MS = 300_000;
const UNLOAD_MS = 15_000;

export class Backends implements Service {
  readonly name = 'backends';
  readonly #deps: BackendsDeps;
  readonly #options: BackendsOptions;
  readonly #search: Search;
  readonly #lost: LostPayloads;
  readonly #events = new Emitter<{ changed: undefined; offer: undefined }>();
  #found: readonly Wanted[] = [];
  /** By root address; the user's first, each part in its own order. */
  #members = new Map<string, Member>();
  /** Where there is, or was, a budget, by root address. They outlive members, so that no change of a setting makes room. */
  readonly #spendings = new Map<string, Spending>();
  #offered: readonly Offered[] = [];
  #choices = 0;
  #running: { readonly stop: AbortController; readonly off: () => void } | undefined;
  #detecting: Promise<void> | undefined;
  #cancelDetect: (() => void) | undefined;

  constructor(deps: BackendsDeps, options: BackendsOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#search = new Search(deps, options.candidates);
    this.#lost = new LostPayloads(deps);
  }

  /** Looks in the background, so that no caller waits for a slow server. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = { stop: new AbortController(), off: this.#deps.settings.onChange(() => this.#arrange()) };
    this.#arrange();
    void this.#find();
  }

  /** Calls that still run end as aborted. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    const { stop, off } = this.#running;
    this.#running = undefined;
    off();
    stop.abort();
    this.#cancelDetect?.();
    await this.#detecting;
    const members = [...this.#members.values()];
    this.#members = new Map();
    this.#found = [];
    this.#tell();
    await Promise.all(members.map((member) => member.close()));
  }

  /** Looks again at the usual addresses and at every server that is known. Resolves when that is done, in some 2 s at most. */
  async detect(): Promise<BackendView[]> {
    await this.#find(true);
    await Promise.all([...this.#members.values()].map((member) => member.look()));
    return this.views();
  }

  /** Every address tried in the last look, with what it answered. */
  get tried(): DetectionView | null {
    return this.#search.last;
  }

  /** After any change of `views` or `offered`. Returns its off. */
  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** After `offered` has become another. Returns its off. */
  onOffer(listener: () => void): () => void {
    return this.#events.on('offer', listener);
  }

  views(): BackendView[] {
    return [...this.#members.values()].map((member) => member.view());
  }

  /** Whether a server has not been looked at yet. */
  checking(): boolean {
    return this.views().some(({ state }) => state === 'checking');
  }

  /** What can be asked for, over all servers that are up, each model once. The list is another one after each change. */
  offered(): readonly Offered[] {
    return this.#offered;
  }

  /** How well they stand together, as networks publish it. */
  stability(): Stability {
    return stabilityOf([...this.#members.values()]);
  }

  /** Of which makes the servers are that offer something, each once. */
  kinds(): readonly BackendKind[] {
    const offering = [...this.#members.values()].filter(({ offers }) => offers.length > 0);
    return [...new Set(offering.map(({ backend }) => backend.kind))];
  }

  /** Undefined where there is no such server any more. */
  kindOf(backendId: string): Member['backend']['kind'] | undefined {
    return this.#members.get(backendId)?.backend.kind;
  }

  /** The server for a task: fair among those that offer the model (without one: any model for that task). */
  choose(task: InferenceTask, model?: string): Choice {
    if (this.#deps.settings.refused().includes(task)) return { kind: 'refused' };
    const choice = choose([...this.#members.values()], task, model);
    if (choice.kind === 'chosen') {
      this.#choices += 1;
      this.#members.get(choice.backend.id)!.lastChosen = this.#choices;
    }
    return choice;
  }

  /** Resolves with the milliseconds it took. Rejects with `backends.*` where it can't be done. */
  load(backendId: string, model: string): Promise<number> {
    return this.#move(backendId, model, LOAD_MS, (member, id, signal) => member.load(id, signal));
  }

  /** The same; it was seen to be gone from memory. */
  unload(backendId: string, model: string): Promise<number> {
    return this.#move(backendId, model, UNLOAD_MS, (member, id, signal) => member.unload(id, signal));
  }

  async #move(
    backendId: string,
    model: string,
    withinMs: number,
    begin: (member: Member, model: string, signal: AbortSignal) => Promise<Moved> | undefined,
  ): Promise<number> {
    const { clock } = this.#deps;
    const member = this.#members.get(backendId);
    const known = member?.view().models.find(({ id }) => id === model);
    if (!member || !known) {
      const message = 'There is no such model at that server.';
      throw new HearthError({ code: 'backends.unknown-model', category: 'invalid', message });
    }
    const stop = new AbortController();
    const cancel = clock.after(withinMs, () => stop.abort());
    const began = clock.monotonic();
    try {
      const moved = await begin(member, model, stop.signal);
      if (moved?.kind === 'done') return clock.monotonic() - began;
      throw new HearthError({ category: 'unavailable', ...(moved?.reason ?? CANT_MOVE) });
    } finally {
      cancel();
    }
  }

  /** Never rejects. A server that could not be reached is not offered again before it was looked at. */
  async infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome> {
    const member = this.#members.get(backendId);
    if (!member) return { kind: 'failed', code: 'unreachable' };
    const outcome = await member.infer(request);
    if (outcome.kind === 'failed' && outcome.code === 'lost') {
      this.#lost.remember(request.task, request.model, request);
      this.#deps.logger.warn('a model server went away with a task; the same is not sent to another one', {
        url: backendId,
        task: request.task,
        model: request.model,
      });
    }
    return outcome;
  }

  /** Whether a model server was lost over the same payload lately: then it is to be refused. */
  barred(task: InferenceTask, model: string, sent: Sent): boolean {
    return this.#lost.has(task, model, sent);
  }

  #find(asked = false): Promise<void> {
    this.#detecting ??= this.#detectOnce(asked).finally(() => {
      this.#detecting = undefined;
    });
    return this.#detecting;
  }

  async #detectOnce(asked: boolean): Promise<void> {
    const signal = this.#running?.stop.signal;
    if (!signal || !this.#options.autoDetect) return;
    this.#cancelDetect?.();
    const { clock, logger } = this.#deps;
    const found = await this.#search.look(asked, signal);
    if (signal.aborted) return;
    logger.debug('looked for model servers', { tried: found.tried.map(({ url, verdict }) => ({ url, verdict })) });
    this.#found = remember(this.#found, found, (root) => isUp(this.#members.get(root)));
    this.#arrange();
    this.#warn(found);
    const wait = this.#offered.length > 0 ? DETECT_EVERY_MS : (this.#options.checkEveryMs ?? CHECK_EVERY_MS);
    this.#cancelDetect = clock.after(wait, () => void this.#find());
  }

  /** Tells the members what the last look saw of them. */
  #warn({ backends, tried }: Detection): void {
    const looked = new Set(tried.map(({ url }) => rootOf(url)));
    const shows = (root: string) => {
      return ({ url, alsoAt = [] }: DetectedBackend) => [url, ...alsoAt].some((each) => rootOf(each) === root);
    };
    for (const [root, member] of this.#members) {
      const backend = backends.find(shows(root));
      if (backend || looked.has(root)) member.warn(backend?.warnings ?? []);
    }
  }

  /** Makes the members agree with settings and findings; those unchanged stay as they are. */
  #arrange(): void {
    const { settings } = this.#deps;
    const set = settings.inference();
    const places = new Set(set.map(({ url }) => placeOf(rootOf(url))));
    const wanted: Wanted[] = [
      ...set.map((each): Wanted => {
        const { apiKey: _, ...facts } = each;
        return { ...facts, origin: 'set', enabled: each.enabled ?? each.kind !== 'anthropic' } as Wanted;
      }),
      ...this.#found.filter(({ url }) => !places.has(placeOf(rootOf(url)))),
    ];
    const members = new Map<string, Member>();
    for (const want of wanted) {
      const root = rootOf(want.url);
      if (members.has(root)) continue;
      const apiKey = want.origin === 'set' ? settings.keyFor(want.url) : undefined;
      const earlier = this.#members.get(root);
      const choices = this.#choicesFor(root);
      earlier?.choose(choices);
      members.set(root, earlier?.is({ ...want, apiKey }) ? earlier : this.#enlist(want, apiKey, choices));
    }
    const gone = [...this.#members.values()].filter(
      (member) => !members.has(member.backend.id) || members.get(member.backend.id) !== member,
    );
    this.#members = members;
    for (const member of gone) member.retire();
    this.#tell();
  }

  /** The user's choices for models at a server, the general ones first. */
  #choicesFor(root: string): readonly ModelSetting[] {
    const all = this.#deps.settings.models();
    const here = all.filter(({ backend }) => backend !== undefined && rootOf(backend) === root);
    return [...all.filter(({ backend }) => backend === undefined), ...here];
  }

  #enlist(want: Wanted, apiKey: string | undefined, choices: readonly ModelSetting[]): Member {
    const usually = want.kind === 'anthropic' ? CHECK_BOUGHT_EVERY_MS : CHECK_EVERY_MS;
    const everyMs = this.#options.checkEveryMs ?? usually;
    const changed = (what: 'status' | 'running') => {
      // A busy server says so thousands of times a second, and offers the same all the while.
      if (what === 'status') this.#tell();
      else this.#events.emit('changed', undefined);
    };
    const member = new Member(this.#deps, { ...want, apiKey, everyMs }, choices, changed, this.#budgetFor(want));
    void member.look();
    return member;
  }

  #budgetFor({ url, enabled, dailyTokens }: Wanted): Budget | undefined {
    const root = rootOf(url);
    if (dailyTokens === undefined) {
      // Counting ends now, and what was counted will be out of date.
      if (enabled) this.#spendings.delete(root);
      return undefined;
    }
    const { clock, spentSince } = this.#deps;
    const spending =
      this.#spendings.get(root) ?? new Spending({ clock, spentSince: (start) => spentSince(root, start) });
    this.#spendings.set(root, spending);
    return new Budget(spending, dailyTokens);
  }

  #tell(): void {
    const refused = this.#deps.settings.refused();
    const tasks = new Map<string, Set<InferenceTask>>();
    for (const { offers } of this.#members.values()) {
      for (const model of offers) {
        const known = tasks.get(model.id) ?? new Set();
        for (const task of model.tasks) if (!refused.includes(task)) known.add(task);
        if (known.size > 0) tasks.set(model.id, known);
      }
    }
    const offered = [...tasks].map(([id, set]) => ({ id, tasks: [...set] }));
    const others = JSON.stringify(offered) !== JSON.stringify(this.#offered);
    if (others) this.#offered = offered;
    this.#events.emit('changed', undefined);
    if (others) this.#events.emit('offer', undefined);
  }
}

function isUp(member: Member | undefined): boolean {
  return ['ready', 'cold', 'loading'].includes(member?.state ?? '');
}

const CANT_MOVE = {
  code: 'backends.cant-move',
  message: 'This server has no means to do that from outside.',
  action: 'Use its own controls.',
};
