// One model server among those in use: its last known status, what it offers, and how many calls it has running.

import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { BackendStatus, InferenceBackend, InferenceOutcome, InferenceRequest } from './backend.ts';
import { backendFactories } from './registry.ts';
import { Watch } from './watch.ts';

export interface MemberOptions {
  readonly kind: BackendKind;
  readonly url: string;
  readonly origin: BackendView['origin'];
  /** Only these are offered; undefined: all. */
  readonly models?: readonly string[];
  readonly apiKey: string | undefined;
  readonly everyMs: number;
}

export class Member {
  readonly backend: InferenceBackend;
  readonly #deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger };
  readonly #options: MemberOptions;
  readonly #changed: (what: 'status' | 'running') => void;
  readonly #watch: Watch;
  #status: BackendStatus | undefined;
  #offers: readonly string[] = [];
  #running = 0;
  #retired = false;

  /** `changed` is called after each change of what `view` shows, checking times aside. */
  constructor(
    deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
    options: MemberOptions,
    changed: (what: 'status' | 'running') => void,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#changed = changed;
    const { url, apiKey, everyMs } = options;
    this.backend = backendFactories[options.kind](deps, { url, apiKey });
    this.#watch = new Watch(deps, this.backend, { everyMs }, (status) => this.#learn(status));
  }

  /** Whether it was made from the same facts. */
  is({ kind, origin, models }: Pick<MemberOptions, 'kind' | 'origin' | 'models'>, apiKey: string | undefined): boolean {
    const own = this.#options;
    const same = JSON.stringify([kind, origin, models]) === JSON.stringify([own.kind, own.origin, own.models]);
    return same && apiKey === own.apiKey;
  }

  /** Cold counts: the server loads the model when a task needs it. */
  get usable(): boolean {
    return this.#status?.state === 'ready' || this.#status?.state === 'cold';
  }

  get offers(): readonly string[] {
    return this.#offers;
  }

  get running(): number {
    return this.#running;
  }

  /** The model as this server calls it, if it offers it. Ollama's names may leave out `:latest`. */
  nameOf(model: string): string | undefined {
    return this.#offers.find((name) => this.#same(name, model));
  }

  look(): Promise<void> {
    return this.#watch.look();
  }

  async infer(request: InferenceRequest): Promise<InferenceOutcome> {
    this.#running += 1;
    this.#changed('running');
    try {
      const outcome = await this.backend.infer(request);
      this.#heed(outcome);
      return outcome;
    } finally {
      this.#running -= 1;
      if (this.#retired && this.#running === 0) void this.backend.close();
      else this.#changed('running');
    }
  }

  view(): BackendView {
    const { backend } = this;
    const offered = new Set(this.#offers);
    return {
      id: backend.id,
      kind: backend.kind,
      url: backend.url,
      origin: this.#options.origin,
      state: this.#status?.state ?? 'checking',
      reason: this.#status?.reason ?? null,
      version: this.#status?.version ?? null,
      models: (this.#status?.models ?? []).map(({ id, loaded }) => ({ id, loaded, offered: offered.has(id) })),
      checkedAt: this.#status?.checkedAt ?? null,
      running: this.#running,
    };
  }

  /** Watched no longer; closes when the last running call has ended. */
  retire(): void {
    this.#retired = true;
    this.#watch.stop();
    if (this.#running === 0) void this.backend.close();
  }

  /** Running calls end as aborted. */
  async close(): Promise<void> {
    this.#retired = true;
    this.#watch.stop();
    await this.backend.close();
  }

  #heed(outcome: InferenceOutcome): void {
    if (this.#retired) return;
    if (outcome.kind === 'done' && this.#status?.state === 'cold') void this.#watch.look();
    else if (outcome.kind === 'failed' && outcome.code === 'unreachable' && this.usable && this.#status) {
      const reason = {
        code: 'backends.lost',
        message: `The connection to ${this.backend.url} was lost during a task.`,
        action: 'Start the model server again if it stopped.',
      };
      this.#learn({ ...this.#status, state: 'not-found', reason });
      void this.#watch.lookAgain();
    } else if ('code' in outcome && (outcome.code === 'unknown-model' || outcome.code === 'denied')) {
      // What is known of it is out of date.
      void this.#watch.look();
    }
  }

  #learn(status: BackendStatus): void {
    const earlier = this.#status;
    this.#status = status;
    const { models } = this.#options;
    const names = this.usable ? status.models.map(({ id }) => id) : [];
    this.#offers = models ? names.filter((name) => models.some((model) => this.#same(name, model))) : names;
    if (earlier && factsOf(earlier) === factsOf(status)) return;
    if (earlier?.state !== status.state) {
      const { state, reason } = status;
      this.#deps.logger.info('model server', { url: this.backend.url, state, reason: reason?.code ?? null });
    }
    this.#changed('status');
  }

  #same(name: string, asked: string): boolean {
    if (name === asked) return true;
    return this.backend.kind === 'ollama' && !asked.includes(':') && name === `${asked}:latest`;
  }
}

function factsOf(status: BackendStatus): string {
  return JSON.stringify({ ...status, checkedAt: 0 });
}
