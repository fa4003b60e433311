import { z } from 'zod';
import { setting } from './define.ts';

export const PricingModel = z.enum(['per_token', 'per_request', 'flat']);
export type PricingModel = z.infer<typeof PricingModel>;

/** Times the usual price. 0 is free. */
const Multiplier = z.number().min(0).max(1000);

/** A moment with its zone, such as 2026-12-01T00:00:00Z. */
const Moment = z.iso.datetime({ offset: true, error: 'a moment such as 2026-12-01T00:00:00Z' }).max(40);

export const ModelPrice = z.strictObject({ model: z.string().min(1).max(255), multiplier: Multiplier });
export type ModelPrice = z.infer<typeof ModelPrice>;

export const pricingSettings = {
  'pricing.iicp.multiplier': setting(
    Multiplier,
    1,
    'What a task costs at this node, as a multiple of the usual price: 1 is usual, 0 is free, at most 1000.',
  ),
  'pricing.iicp.model': setting(
    PricingModel,
    'per_token',
    'What the price is for: per_token, per_request, or flat, a fixed price a task.',
  ),
  'pricing.iicp.models': setting(
    z.array(ModelPrice).max(64),
    [],
    'Other prices for single models, as [{"model":"qwen2.5:7b","multiplier":1.5}]. The directory is told the highest of those offered.',
  ),
  'pricing.iicp.sign': setting(
    z.boolean(),
    false,
    'Sign the declared price with this node’s key, so that others can see that it is the node’s own.',
  ),
  'pricing.iicp.from': setting(
    Moment.nullable(),
    null,
    'From when the price holds, as 2026-12-01T00:00:00Z; null: at once. Before it the usual price holds.',
  ),
  'pricing.iicp.until': setting(
    Moment.nullable(),
    null,
    'Until when the price holds, as 2026-12-31T00:00:00Z; null: for good. After it the usual price holds.',
  ),
};
