import { describe, expect, it } from 'vitest';
import { type PricesDeps, tryPrice } from '../../../src-main/engine/prices.ts';
import { quoteFor } from '../../../src-main/networks/iicp/pricing/quote.ts';
import { powerOf } from '../../../src-main/payments/power.ts';
import type { DoneTask } from '../../../src-main/work/done.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { HandClock } from '../../support/clock.ts';

const HOUR = 3_600_000;
const QUARTER = 900_000;
/** A Monday, by the local clock. */
const MIDNIGHT = new Date(2026, 10, 16).getTime();
const NOW = MIDNIGHT + 20 * HOUR;

const usual = {
  multiplier: 1,
  model: 'per_token' as const,
  models: [],
  sign: false,
  from: null,
  until: null,
};

/** A task an hour, with as many hundred tokens as its hour, by turns on two models. */
const tasks: readonly DoneTask[] = Array.from({ length: 20 }, (_, hour) => ({
  seq: hour + 1,
  model: hour % 2 === 0 ? 'small' : 'large',
  tokens: hour * 100,
  startedAt: MIDNIGHT + hour * HOUR,
  finishedAt: MIDNIGHT + hour * HOUR + 1000,
  bookedMicro: hour * 100_000,
}));

const done = {
  page: (_: string, before: number, since: number, limit: number) =>
    tasks
      .filter(({ seq, finishedAt }) => seq < before && finishedAt >= since)
      .toReversed()
      .slice(0, limit),
};

/** A kilowatt, all day, at 0.5 the kilowatt hour. */
function power(from: number, within: (at: number) => boolean) {
  const first = Math.ceil(Math.max(from, MIDNIGHT) / QUARTER);
  const quarters = Array.from({ length: 80 }, (_, n) => first + n).filter((quarter) => within(quarter * QUARTER));
  const draw = { idle: 1000, working: 1000, source: 'measured' as const, alwaysOn: false };
  return powerOf(
    quarters.map((quarter) => ({ quarter, onMs: QUARTER, openMs: QUARTER, busyMs: 0 })),
    { draw, tariff: { currency: 'EUR', perKwh: 0.5 } },
    true,
  );
}

/** A credit is worth half of it. */
const worth = (unit: string, micro: number) => (unit === 'credit' ? micro / 2 : null);
const deps = { clock: new HandClock(NOW), done, power, worth };
const price = (multiplier: number) => quoteFor({ multiplier }, usual, ['small', 'large']);
/** Open from 8 to 12, on Mondays. */
const morning: Grid = {
  days: Array.from({ length: 7 }, (_, day) =>
    day === 0 ? 'o'.repeat(16) + 'f'.repeat(8) + 'o'.repeat(24) : 'o'.repeat(48),
  ),
  outside: 'off',
};

describe('a price for single models', () => {
  it('tells of each what the usual task would bring on it, at its own price or the node’s', async () => {
    const own = { multiplier: 0.5, models: [{ model: 'large', multiplier: 0.9 }] };
    const look = await tryPrice(deps, 'iicp', { price: quoteFor(own, usual, ['small', 'large']) });
    expect(look.typical).toEqual({ tokens: 1000, basis: 'history', micro: 500_000 });
    expect([look.mostPerThousandMicro, look.paidUpTo]).toEqual([1_100_000, 1.1]);
    expect(look.models).toEqual([
      { id: 'small', multiplier: 0.5, cap: 3, typicalMicro: 500_000 },
      { id: 'large', multiplier: 0.9, cap: 3, typicalMicro: 900_000 },
    ]);
  });
});

describe('the last month tried again', () => {
  it('is what was booked where nothing is changed', async () => {
    const { replay } = await tryPrice(deps, 'iicp', { price: price(1) });
    expect(replay.would).toEqual(replay.was);
    expect(replay.was).toMatchObject({ tasks: 20, tokens: 19_000, micro: 19_000_000 });
    expect(replay.was.power).toMatchObject({
      milliwattHours: 20_000_000,
      cost: { currency: 'EUR', micro: 10_000_000 },
    });
  });

  it('asks another price for the same tasks, and never more than is given', async () => {
    const half = await tryPrice(deps, 'iicp', { price: price(0.5) });
    expect(half.replay.would).toMatchObject({ tasks: 20, micro: 9_500_000 });
    expect(half.replay.was.micro).toBe(19_000_000);
    const dear = await tryPrice(deps, 'iicp', { price: price(3) });
    expect(dear.replay.would.micro).toBe(20_900_000);
  });

  it('leaves out what began in other hours, and the power of these', async () => {
    const { replay } = await tryPrice(deps, 'iicp', { price: price(1), hours: morning });
    expect(replay.would).toMatchObject({ tasks: 4, tokens: 3800, micro: 3_800_000 });
    expect(replay.would.power).toMatchObject({ milliwattHours: 4_000_000, cost: { micro: 2_000_000 } });
    expect(replay.was.tasks).toBe(20);
  });

  it('leaves out the tasks of a model that is not offered', async () => {
    const { replay } = await tryPrice(deps, 'iicp', { price: price(1), hours: morning, without: ['large'] });
    expect(replay.would).toMatchObject({ tasks: 2, tokens: 1800 });
  });

  it('leaves out any set of models, with the power of their time at work, and names those that there were', async () => {
    // A kilowatt while something runs, and nothing else, in the first quarter of each hour that had a task.
    const atWork: PricesDeps['power'] = (_from, _within, share) =>
      powerOf(
        Array.from({ length: 20 }, (_, hour) => {
          const quarter = (MIDNIGHT + hour * HOUR) / QUARTER;
          return { quarter, onMs: QUARTER, openMs: QUARTER, busyMs: QUARTER * share(quarter) };
        }),
        {
          draw: { idle: 0, working: 1000, source: 'measured', alwaysOn: false },
          tariff: { currency: 'EUR', perKwh: 0.5 },
        },
        true,
      );
    const tried = (without: string[]) => tryPrice({ ...deps, power: atWork }, 'iicp', { price: price(1), without });
    const { was, would, models } = (await tried(['large'])).replay;
    expect(models).toEqual([
      { id: 'large', tasks: 10 },
      { id: 'small', tasks: 10 },
    ]);
    expect([was.tasks, was.power.milliwattHours, was.left]).toEqual([
      20,
      5_000_000,
      { currency: 'EUR', micro: 7_000_000 },
    ]);
    expect([would.tasks, would.power.milliwattHours, would.left]).toEqual([
      10,
      2_500_000,
      { currency: 'EUR', micro: 9_000_000 / 2 - 1_250_000 },
    ]);
    const none = (await tried(['large', 'small'])).replay.would;
    expect([none.tasks, none.power.milliwattHours, none.left?.micro]).toEqual([0, 0, 0]);
  });

  it('does not tell what is left where nobody has said what a credit is worth', async () => {
    const { replay } = await tryPrice({ ...deps, worth: () => null }, 'iicp', { price: price(1) });
    expect([replay.was.left, replay.would.left]).toEqual([null, null]);
  });
});
