// The model servers in use: those the user named and those found by looking. Watched, listed, and chosen from by model.

import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { InferenceBackend, InferenceOutcome, InferenceRequest } from './backend.ts';
import { type Detection, detect, placeOf, usualAddresses } from './inference/detect.ts';
import { rootOf } from './inference/http.ts';
import { Member } from './member.ts';

export interface BackendsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: {
    inference(): readonly InferenceBackendSetting[];
    /** The key held for an address as the setting writes it. */
    keyFor(url: string): string | undefined;
    onChange(listener: () => void): () => void;
  };
  /** In place of looking at real addresses. Must not reject. */
  readonly detect?: (candidates: readonly string[], signal: AbortSignal) => Promise<Detection>;
}

export interface BackendsOptions {
  /** Look at the usual addresses of this computer. Off: the user's servers only. */
  readonly autoDetect: boolean;
  /** Where to look instead of at the usual addresses. */
  readonly candidates?: readonly string[];
  /** Between two looks at a server that answers. */
  readonly checkEveryMs?: number;
}

const CHECK_EVERY_MS = 15_000;
/** Looking for new servers once there is one to work with. */
const DETECT_EVERY_MS = 60_000;

export interface Chosen {
  readonly backend: InferenceBackend;
  /** As that server calls it. */
  readonly model: string;
}

type Wanted = Pick<InferenceBackendSetting, 'kind' | 'url' | 'models'> & { readonly origin: BackendView['origin'] };

export class Backends implements Service {
  readonly name = 'backends';
  readonly #deps: BackendsDeps;
  readonly #options: BackendsOptions;
  readonly #events = new Emitter<{ changed: undefined; offer: undefined }>();
  #found: readonly Wanted[] = [];
  /** By root address; the user's first, each part in its own order. */
  #members = new Map<string, Member>();
  #offered: readonly string[] = [];
  #running: { readonly stop: AbortController; readonly off: () => void } | undefined;
  #detecting: Promise<void> | undefined;
  #cancelDetect: (() => void) | undefined;

  constructor(deps: BackendsDeps, options: BackendsOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Looks in the background: a slow server keeps nobody waiting. */
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
    await this.#find();
    await Promise.all([...this.#members.values()].map((member) => member.look()));
    return this.views();
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

  /** What can be asked for now, over all usable servers, each model once. */
  offered(): readonly string[] {
    return this.#offered;
  }

  /** Whether all that is offered comes from Ollama. */
  onlyOllama(): boolean {
    return [...this.#members.values()].every(({ backend, offers }) => backend.kind === 'ollama' || offers.length === 0);
  }

  /** The least busy usable server that offers the model (without one: that offers any). */
  choose(model?: string): Chosen | undefined {
    let best: { member: Member; model: string } | undefined;
    for (const member of this.#members.values()) {
      const name = model === undefined ? member.offers[0] : member.nameOf(model);
      if (name !== undefined && (!best || member.running < best.member.running)) best = { member, model: name };
    }
    return best && { backend: best.member.backend, model: best.model };
  }

  /** Never rejects. A server that could not be reached is not offered again before it was looked at. */
  async infer(backendId: string, request: InferenceRequest): Promise<InferenceOutcome> {
    const member = this.#members.get(backendId);
    return member ? member.infer(request) : { kind: 'failed', code: 'unreachable' };
  }

  #find(): Promise<void> {
    this.#detecting ??= this.#detectOnce().finally(() => {
      this.#detecting = undefined;
    });
    return this.#detecting;
  }

  async #detectOnce(): Promise<void> {
    const signal = this.#running?.stop.signal;
    if (!signal || !this.#options.autoDetect) return;
    this.#cancelDetect?.();
    const { clock, logger } = this.#deps;
    const look = this.#deps.detect ?? ((candidates) => detect({ clock }, { candidates, signal }));
    const { backends, tried } = await look(this.#options.candidates ?? usualAddresses(process.env.OLLAMA_HOST), signal);
    if (signal.aborted) return;
    logger.debug('looked for model servers', { tried });
    for (const { kind, url } of backends) this.#note({ kind, url, origin: 'found' });
    this.#arrange();
    const wait = this.#offered.length > 0 ? DETECT_EVERY_MS : (this.#options.checkEveryMs ?? CHECK_EVERY_MS);
    this.#cancelDetect = clock.after(wait, () => void this.#find());
  }

  /** Keeps what was found before, gone or not, unless something else has taken its place. */
  #note(found: Wanted): void {
    const place = placeOf(found.url);
    const earlier = this.#found.find(({ url }) => placeOf(url) === place);
    if (!earlier) this.#found = [...this.#found, found];
    else if (earlier.kind !== found.kind || !this.#members.get(rootOf(earlier.url))?.usable) {
      this.#found = this.#found.map((each) => (each === earlier ? found : each));
    }
  }

  /** Makes the members agree with settings and findings; those unchanged stay as they are. */
  #arrange(): void {
    const { settings } = this.#deps;
    const set = settings.inference();
    const places = new Set(set.map(({ url }) => placeOf(rootOf(url))));
    const wanted: Wanted[] = [
      ...set.map(({ kind, url, models }): Wanted => ({ kind, url, origin: 'set', ...(models && { models }) })),
      ...this.#found.filter(({ url }) => !places.has(placeOf(rootOf(url)))),
    ];
    const members = new Map<string, Member>();
    for (const want of wanted) {
      const root = rootOf(want.url);
      if (members.has(root)) continue;
      const apiKey = want.origin === 'set' ? settings.keyFor(want.url) : undefined;
      const earlier = this.#members.get(root);
      members.set(root, earlier?.is(want, apiKey) ? earlier : this.#enlist(want, apiKey));
    }
    const gone = [...this.#members.values()].filter(
      (member) => !members.has(member.backend.id) || members.get(member.backend.id) !== member,
    );
    this.#members = members;
    for (const member of gone) member.retire();
    this.#tell();
  }

  #enlist(want: Wanted, apiKey: string | undefined): Member {
    const everyMs = this.#options.checkEveryMs ?? CHECK_EVERY_MS;
    const member = new Member(this.#deps, { ...want, apiKey, everyMs }, (what) => {
      // A busy server says so thousands of times a second, and offers the same all the while.
      if (what === 'status') this.#tell();
      else this.#events.emit('changed', undefined);
    });
    void member.look();
    return member;
  }

  #tell(): void {
    const offered = [...new Set([...this.#members.values()].flatMap(({ offers }) => offers))];
    const others = offered.join('\n') !== this.#offered.join('\n');
    this.#offered = offered;
    this.#events.emit('changed', undefined);
    if (others) this.#events.emit('offer', undefined);
  }
}
