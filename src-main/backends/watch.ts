// Keeps one model server's status true: looks at it now and then, more patiently the longer it stays away, and at once when
// asked. One on this computer is knocked at between looks, so that its end shows within seconds.

import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { BackendStatus, InferenceBackend } from './backend.ts';

const RETRY = { firstMs: 2000, longestMs: 60_000 };
/** A connection that is closed again costs next to nothing on the same computer. */
const KNOCK_MS = 2000;

export interface WatchOptions {
  /** Between two looks at a server that answers, milliseconds. */
  readonly everyMs: number;
  /** Whether it takes connections; left out, it is not asked between looks. Never rejects. */
  readonly knock?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
}

export class Watch {
  readonly #deps: { readonly clock: Clock; readonly random: Random };
  readonly #backend: Pick<InferenceBackend, 'check'>;
  readonly #options: WatchOptions;
  readonly #onStatus: (status: BackendStatus) => void;
  #look: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #cancelNext: (() => void) | undefined;
  #cancelKnock: (() => void) | undefined;
  readonly #end = new AbortController();
  #failures = 0;
  #stopped = false;

  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    backend: Pick<InferenceBackend, 'check'>,
    options: WatchOptions,
    onStatus: (status: BackendStatus) => void,
  ) {
    this.#deps = deps;
    this.#backend = backend;
    this.#options = options;
    this.#onStatus = onStatus;
  }

  /** Looks now, or joins the look that is under way. Resolves when the status is known. */
  look(): Promise<void> {
    return this.#look?.done ?? this.#begin();
  }

  /** Looks afresh: what a look under way would find is already out of date. */
  lookAgain(): Promise<void> {
    this.#look?.stop.abort();
    return this.#begin();
  }

  stop(): void {
    this.#stopped = true;
    this.#end.abort();
    this.#cancelNext?.();
    this.#cancelKnock?.();
    this.#look?.stop.abort();
  }

  #begin(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#cancelNext?.();
    this.#cancelKnock?.();
    const stop = new AbortController();
    this.#look = { stop, done: this.#check(stop.signal) };
    return this.#look.done;
  }

  async #check(signal: AbortSignal): Promise<void> {
    const status = await this.#backend.check(signal);
    if (signal.aborted) return;
    this.#look = undefined;
    const answers = status.state !== 'not-found' && status.state !== 'failing';
    this.#failures = answers ? 0 : this.#failures + 1;
    const { clock, random } = this.#deps;
    const wait = answers ? this.#options.everyMs : backoffMs(this.#failures - 1, RETRY, random);
    this.#cancelNext = clock.after(wait, () => void this.look());
    if (answers) this.#knockLater();
    this.#onStatus(status);
  }

  #knockLater(): void {
    const { knock } = this.#options;
    if (!knock || this.#stopped) return;
    this.#cancelKnock = this.#deps.clock.after(KNOCK_MS, () => {
      void knock(this.#end.signal).then((answers) => {
        // A look meanwhile says more, and knocks again by itself.
        if (this.#stopped || this.#look) return;
        if (answers) this.#knockLater();
        else void this.look();
      });
    });
  }
}
