// What a bitcoin is worth in the user's currency, by a source that they switched on. It is asked while somebody looks, and no more often
// than once an hour; what it said stays, with its age, until it says something else. Forgotten with the program.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { RateSource } from '../../../src-preload/contract/settings/wallet.ts';
import type { RateView } from '../../../src-preload/contract/wallet.ts';
import type { Clock } from '../../base/clock.ts';
import { RATE } from '../bounds.ts';
import type { Http } from '../mint/http.ts';
import { priceIn, SOURCES } from './sources.ts';

/** What is to be asked for; null: nothing is. */
export interface RateSetting {
  get(): { readonly source: RateSource; readonly currency: string } | null;
}

export interface RatesDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly http: Pick<Http, 'call'>;
  readonly signal: AbortSignal;
  readonly setting: RateSetting;
  /** Called after each answer, and where there was none. */
  readonly changed: () => void;
}

/** After a question that had no answer. */
const PAUSE_MS = 5 * 60_000;

export class Rates {
  readonly #deps: RatesDeps;
  #rate: RateView | null = null;
  #nextAt = 0;
  #asking = false;

  constructor(deps: RatesDeps) {
    this.#deps = deps;
  }

  /** As it is known now; asks for it in the background where that is too old. Null: it is not to be asked for. */
  look(): RateView | null {
    const wanted = this.#deps.setting.get();
    if (wanted === null) this.#rate = null;
    else if (wanted.source !== this.#rate?.source || wanted.currency !== this.#rate.currency) {
      // Another one says nothing of the same kind.
      this.#rate = { ...wanted, price: null, at: null, reason: null };
      this.#nextAt = 0;
    }
    if (this.#rate !== null && !this.#asking && this.#deps.clock.now() >= this.#nextAt) void this.#ask(this.#rate);
    return this.#rate;
  }

  async #ask(asked: RateView): Promise<void> {
    const { clock, signal, changed } = this.#deps;
    this.#asking = true;
    const price = await this.#answer(asked);
    this.#asking = false;
    if (signal.aborted) return;
    // The user has chosen another one meanwhile.
    if (this.#rate === asked) {
      const now = clock.now();
      this.#rate = typeof price === 'number' ? { ...asked, price, at: now, reason: null } : { ...asked, reason: price };
      this.#nextAt = now + (typeof price === 'number' ? RATE.everyMs : PAUSE_MS);
    }
    changed();
  }

  /** The price, or why there is none. */
  async #answer({ source, currency }: RateView): Promise<number | Reason> {
    const url = SOURCES[source].url(currency);
    const { host } = new URL(url);
    try {
      const call = { mayBePrivate: false, timeoutMs: RATE.answerMs };
      const { status, json } = await this.#deps.http.call(url, call, this.#deps.signal);
      const price = status === 200 ? priceIn(source, json, currency) : undefined;
      return price ?? reasonFor('wallet.rate-none', { source: host, currency });
    } catch {
      return reasonFor('wallet.rate-away', { source: host });
    }
  }
}
