import { z } from 'zod';
import { setting } from './define.ts';

const Currency = z.string().regex(/^[A-Z]{3}$/, 'expected a currency such as EUR (ISO 4217)');
/** A negative price is what some tariffs by the hour have in windy nights. */
const Price = z.number().min(-10_000).max(10_000);

/** What a kilowatt hour costs: the same all day, or by the hour of the local clock, from the one after midnight on. */
export const Tariff = z.union([
  z.strictObject({ currency: Currency, perKwh: Price }),
  z.strictObject({ currency: Currency, byHour: z.array(Price).length(24) }),
]);
export type Tariff = z.infer<typeof Tariff>;

const Watts = z.number().min(0).max(10_000);

/** What the whole computer draws. Measured: read by the user from a meter at the plug. */
export const PowerDraw = z.strictObject({
  idle: Watts,
  working: Watts,
  source: z.enum(['estimated', 'measured']),
  /** It would be on anyway, so that only what work adds is counted. */
  alwaysOn: z.boolean(),
});
export type PowerDraw = z.infer<typeof PowerDraw>;

/** What one of a unit is worth, from the beginning of a local day on; `from` null: since ever. */
export const UnitWorth = z.strictObject({
  unit: z.string().min(1).max(64),
  from: z.iso.date().nullable(),
  worth: z.number().min(0).max(1_000_000),
});
export type UnitWorth = z.infer<typeof UnitWorth>;

const MOST_WORTHS = 100;

export const powerSettings = {
  'power.tariff': setting(
    Tariff.nullable(),
    null,
    'What a kilowatt hour costs, as {"currency":"EUR","perKwh":0.32} or with 24 prices, midnight first, as "byHour"; null: not known.',
  ),
  'power.draw': setting(
    PowerDraw.nullable(),
    null,
    'What the computer draws in watts, as {"idle":60,"working":250,"source":"estimated" or "measured","alwaysOn":true}; null: not known.',
  ),
  'power.wear': setting(
    z.number().min(0).max(10_000),
    0,
    'What is put aside for wear for each hour at work, in the currency of the tariff; 0: nothing.',
  ),
  'power.worth': setting(
    z
      .array(UnitWorth)
      .max(MOST_WORTHS)
      .refine((list) => new Set(list.map(({ unit, from }) => JSON.stringify([unit, from]))).size === list.length, {
        error: 'one worth for a unit and a day',
      }),
    [],
    'What one of a unit is worth to you, in the currency of the tariff, as [{"unit":"credit","from":null,"worth":0.002}]; `from` is the first day on which it holds, such as "2026-01-31", or null for all days before the others. You alone set it.',
  ),
};
