// What tasks would bring under a price that is only thought of; what is left out of it is as it is set.

import type { Price } from '../../../../src-preload/contract/pricing.ts';
import type { Quote } from '../../network.ts';
import { askedMicro, mostMicro, paidUpTo } from './credits.ts';
import { capOf, declaredOf, multiplierFor, type Pricing } from './pricing.ts';

export function quoteFor(tried: Price, set: Pricing, models: readonly string[]): Quote {
  const pricing = { ...set, ...defined(tried) };
  return {
    unit: 'credit',
    declared: declaredOf(pricing, models)?.multiplier ?? 1,
    cap: capOf(models),
    models: models.map((id) => ({ id, multiplier: multiplierFor(pricing, id), cap: capOf([id]) })),
    micro: (tokens, model, at) => askedMicro(tokens, pricing, model, at),
    mostMicro,
    paidUpTo: (tokens) => paidUpTo(tokens, pricing),
  };
}

function defined<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as { [K in keyof T]: NonNullable<T[K]> };
}
