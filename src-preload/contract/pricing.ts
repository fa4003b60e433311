import { z } from 'zod';
import { request, Time } from './define.ts';
import { NetworkId } from './networks.ts';
import { ModelPrice, PricingModel } from './settings/pricing.ts';

/** A price as it could be set; what is left out is as it is set now. */
export const PriceTry = z.object({
  network: NetworkId,
  multiplier: z.number().min(0).max(1000).optional(),
  model: PricingModel.optional(),
  models: z.array(ModelPrice).max(64).optional(),
});
export type PriceTry = z.infer<typeof PriceTry>;

/** What a price would bring, as far as it can be told; amounts in millionths of the unit. */
export const PriceLook = z.object({
  unit: z.string(),
  /** A task of the usual size: the middle of the last done here, or a guess where there are too few. */
  typical: z.object({
    tokens: z.number().int().nonnegative(),
    basis: z.enum(['history', 'guess']),
    micro: z.number().int().nonnegative(),
  }),
  /** What a thousand tokens bring, and the most that the network gives for them whatever is asked. */
  perThousandMicro: z.number().int().nonnegative(),
  mostPerThousandMicro: z.number().int().nonnegative(),
  /** The multiplier that is told for the whole node, and the highest that the directory takes, by the largest model. */
  declared: z.number().nonnegative(),
  cap: z.number().nonnegative(),
  models: z.array(z.object({ id: z.string(), multiplier: z.number().nonnegative(), cap: z.number().nonnegative() })),
  /** The tasks done since, as they were booked and as this price would have booked them: others would have come or stayed away. */
  replay: z.object({
    from: Time,
    tasks: z.number().int().nonnegative(),
    tokens: z.number().int().nonnegative(),
    bookedMicro: z.number().int(),
    wouldMicro: z.number().int(),
    /** There were more; these are the newest. */
    cut: z.boolean(),
  }),
});
export type PriceLook = z.infer<typeof PriceLook>;

export const pricingRequests = { 'pricing.try': request(PriceTry, PriceLook) };
