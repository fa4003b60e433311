// The shapes that a price is set in.

import { z } from 'zod';

export const PricingModel = z.enum(['per_token', 'per_request', 'flat']);
export type PricingModel = z.infer<typeof PricingModel>;

/** Times the usual price. 0 is free. */
export const Multiplier = z.number().min(0).max(1000);

export const ModelPrice = z.strictObject({ model: z.string().min(1).max(255), multiplier: Multiplier });
export type ModelPrice = z.infer<typeof ModelPrice>;
