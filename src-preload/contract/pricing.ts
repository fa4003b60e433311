import { z } from 'zod';
import { request, Time } from './define.ts';
import { Money, PowerSum } from './earnings.ts';
import { NetworkId } from './networks/index.ts';
import { Grid } from './settings/availability.ts';
import { ModelPrice, PricingModel } from './settings/pricing.ts';

/** A price as it could be set; what is left out is as it is set now. */
export const Price = z.object({
  multiplier: z.number().min(0).max(1000).optional(),
  model: PricingModel.optional(),
  models: z.array(ModelPrice).max(64).optional(),
});
export type Price = z.infer<typeof Price>;

/** Besides the price, other hours and fewer models to try it with. */
const PriceTry = Price.extend({
  network: NetworkId,
  /** Only what began while this week is open; left out: whenever it came. */
  hours: Grid.optional(),
  /** Models that were not offered. */
  without: z.array(z.string().max(255)).max(64).optional(),
});

/** `power` is that of the hours in question, at work only for the models in question. */
const Replayed = z.object({
  tasks: z.number().int().nonnegative(),
  tokens: z.number().int().nonnegative(),
  micro: z.number().int(),
  power: PowerSum,
  /** Left after power, in the tariff's currency; null where what came in is not known in that money, or power is not. */
  left: Money.nullable(),
});

/** What a price would bring, as far as it is known; amounts in millionths of the unit. */
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
  /** The price above which the network pays no more for the typical task. */
  paidUpTo: z.number().nonnegative(),
  /** The multiplier that is declared for the whole node, and the highest that the directory takes, by the largest model. */
  declared: z.number().nonnegative(),
  cap: z.number().nonnegative(),
  /** Those that are offered, each with its own price or the node's, and what the typical task would bring on it. */
  models: z.array(
    z.object({
      id: z.string(),
      multiplier: z.number().nonnegative(),
      cap: z.number().nonnegative(),
      typicalMicro: z.number().int().nonnegative(),
    }),
  ),
  /** The tasks done since, as they were booked and as they would have been: others would have come or stayed away. */
  replay: z.object({
    from: Time,
    was: Replayed,
    would: Replayed,
    /** What these tasks ran on, most tasks first; a model is left out by `without`. Empty: it is not known. */
    models: z.array(z.object({ id: z.string(), tasks: z.number().int().positive() })).max(64),
    /** There were more; these are the newest. */
    cut: z.boolean(),
  }),
});
export type PriceLook = z.infer<typeof PriceLook>;

/** What others ask for the same kind of work, reckoned as this node does: multiples of the usual price. */
export const SeenPrices = z.object({
  at: Time,
  count: z.number().int().positive(),
  /** The one in the middle. */
  middle: z.number().nonnegative(),
  /** How many are lower than this node's own. */
  lower: z.number().int().nonnegative(),
  own: z.number().nonnegative(),
});
export type SeenPrices = z.infer<typeof SeenPrices>;

export const pricingRequests = {
  'pricing.try': request(PriceTry, PriceLook),
  /** Asks the network, every ten minutes at most. Null: it does not run, or no node there names a price. */
  'pricing.seen': request(z.object({ network: NetworkId }), SeenPrices.nullable()),
};
