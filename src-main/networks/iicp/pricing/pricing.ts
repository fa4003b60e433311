// What this node asks for a task, and how it tells the directory (IICP 3.1). The wire has one price for the whole node: with
// prices for single models it is the highest of those offered, so that no caller is ever asked for more than was declared. Capability
// extensions could say it model by model, but no consumer reads or checks them, and an unread price is no promise.

import type { ModelPrice, PricingModel } from '../../../../src-preload/contract/settings/pricing.ts';
import { hmacHex } from '../directory/liveness.ts';

export interface Pricing {
  readonly multiplier: number;
  readonly model: PricingModel;
  readonly models: readonly ModelPrice[];
  readonly sign: boolean;
  /** ISO 8601 with a zone; before and after it the usual price holds. */
  readonly from: string | null;
  readonly until: string | null;
}

/** What holds where nothing is declared. */
export const USUAL: Pricing = {
  multiplier: 1,
  model: 'per_token',
  models: [],
  sign: false,
  from: null,
  until: null,
};

/** The price that is declared for the whole node. */
export type Declared = Omit<Pricing, 'models'>;

/** Undefined where it is the usual price in every respect: then there is nothing to declare. `models` are those offered. */
export function declaredOf(pricing: Pricing, models: readonly string[]): Declared | undefined {
  const own = models.map((model) => multiplierFor(pricing, model));
  const multiplier = own.length === 0 ? pricing.multiplier : Math.max(...own);
  const { model, sign, from, until } = pricing;
  // Then it never holds, and a directory refuses the whole registration for it.
  if (from !== null && until !== null && Date.parse(until) <= Date.parse(from)) return undefined;
  const usual = multiplier === 1 && model === USUAL.model && !sign && from === null && until === null;
  return usual ? undefined : { multiplier, model, sign, from, until };
}

/** The block of registration and heartbeat. Only the first two members are signed, and only where there is a key. */
export function pricingBlock(
  declared: Declared,
  hmacKey: string | undefined,
): Readonly<Record<string, string | number>> {
  const { multiplier, model, sign, from, until } = declared;
  const signed = { credit_cost_multiplier: multiplier, pricing_model: model };
  return {
    ...signed,
    ...(sign && hmacKey ? { declaration_signature: hmacHex(hmacKey, signedText(multiplier, model)) } : {}),
    ...(from === null ? {} : { effective_from: from }),
    ...(until === null ? {} : { effective_until: until }),
  };
}

/** JavaScript writes numbers from a millionth up as the protocol wants them: whole ones without a point, others shortest. */
export function signedText(multiplier: number, model: PricingModel): string {
  return `{"credit_cost_multiplier":${plainNumber(multiplier)},"pricing_model":"${model}"}`;
}

/** Below a millionth JavaScript would write an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}

export function multiplierFor(pricing: Pick<Pricing, 'multiplier' | 'models'>, model: string): number {
  return pricing.models.find((one) => one.model === model)?.multiplier ?? pricing.multiplier;
}

/** Outside its dates the usual price holds. */
export function priceAt(pricing: Pricing, now: number): Pricing {
  const { from, until } = pricing;
  const holds = (from === null || now >= Date.parse(from)) && (until === null || now < Date.parse(until));
  return holds ? pricing : USUAL;
}

/** By how many times the usual price a directory lets a model of so many billion parameters cost: three times these. */
const SIZE_WEIGHTS: readonly (readonly [below: number, weight: number])[] = [
  [1, 0.05],
  [10, 1],
  [20, 2],
  [50, 6.5],
  [85, 32],
  [Number.POSITIVE_INFINITY, 75],
];
const OVER_WEIGHT = 3;
const SIZE = /(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])/g;

/** The highest multiplier that the directory takes from a node with these models, by the largest size in their names. */
export function capOf(models: readonly string[]): number {
  const sizes = models.flatMap((model) => [...model.toLowerCase().matchAll(SIZE)].map(([, size]) => Number(size)));
  const largest = sizes.length === 0 ? undefined : Math.max(...sizes);
  const weight = largest === undefined ? 1 : (SIZE_WEIGHTS.find(([below]) => largest < below)?.[1] ?? 1);
  // So that three times a twentieth is 0.15 and not a little more.
  return Math.round(OVER_WEIGHT * weight * 1000) / 1000;
}
