// What others ask for the kind of work that this node does, as the directory lists it for consumers. Asked when the user wants
// to know, and kept for a while: prices are no news.

import type { SeenPrices } from '../../../../src-preload/contract/pricing.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Offer } from '../directory/directory-replies.ts';
import { declaredOf, type Pricing, priceAt, USUAL } from './pricing.ts';

export interface MarketDeps {
  readonly clock: Clock;
  readonly pricing: () => Pricing;
  /** Models that are offered here. */
  readonly models: () => readonly string[];
  readonly wanted: () => { readonly intent: string };
}

export interface Asked {
  readonly nodeId: string;
  readonly directory: {
    offers(wanted: { intent: string }, signal: AbortSignal): Promise<readonly Offer[]>;
  };
}

const KEEP_MS = 600_000;
const WITHIN_MS = 5000;

export class Market {
  readonly #deps: MarketDeps;
  #kept: { readonly at: number; readonly intent: string; readonly offers: readonly Offer[] } | undefined;

  constructor(deps: MarketDeps) {
    this.#deps = deps;
  }

  /** Null where no other node offers it, all reckon in another way than this node, or the directory does not answer. Never rejects. */
  async seen({ nodeId, directory }: Asked): Promise<SeenPrices | null> {
    const offers = await this.#offers(directory);
    const now = this.#deps.clock.now();
    const pricing = priceAt(this.#deps.pricing(), now);
    const own = declaredOf(pricing, this.#deps.models()) ?? USUAL;
    const prices = offers
      .flatMap(({ node_id, pricing: told }) => (told && node_id !== nodeId ? [told] : []))
      .filter(({ pricing_model: model }) => model === own.model)
      .map(({ credit_cost_multiplier: multiplier }) => multiplier)
      .sort((a, b) => a - b);
    const middle = prices[Math.floor((prices.length - 1) / 2)];
    if (middle === undefined) return null;
    const lower = prices.filter((price) => price < own.multiplier).length;
    return { at: this.#kept?.at ?? now, count: prices.length, middle, lower, own: own.multiplier };
  }

  async #offers(directory: Asked['directory']): Promise<readonly Offer[]> {
    const { clock, wanted } = this.#deps;
    const { intent } = wanted();
    const now = clock.now();
    if (this.#kept?.intent === intent && Math.abs(now - this.#kept.at) < KEEP_MS) return this.#kept.offers;
    try {
      const offers = await directory.offers({ intent }, AbortSignal.timeout(WITHIN_MS));
      this.#kept = { at: now, intent, offers };
      return offers;
    } catch {
      // Another part says that the directory does not answer.
      return [];
    }
  }
}
