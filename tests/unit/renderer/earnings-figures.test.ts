import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EarningSum, EarningsPoint, NetRow } from '../../../src-preload/contract/earnings.ts';
import { requests } from '../../../src-preload/contract/index.ts';
import { askedFor, detailOf, lookOf, steps, turned } from '../../../src-renderer/pages/earnings/look.ts';
import { comparison, perKwh } from '../../../src-renderer/pages/earnings/per-kwh.ts';
import {
  type Draft,
  draftOf,
  drawOf,
  numberOf,
  tariffOf,
  wearOf,
  worthOf,
} from '../../../src-renderer/pages/earnings/power-draft.ts';
import { byNetwork, byUnit, ofUnit, shownOf, unitsOf, weekRange } from '../../../src-renderer/pages/earnings/sums.ts';

const DAY = 86_400_000;

function sum(parts: Partial<EarningSum>): EarningSum {
  return {
    network: 'iicp',
    unit: 'credit',
    state: 'earned',
    grossMicro: 0,
    feeMicro: 0,
    netMicro: 0,
    entries: 1,
    ...parts,
  };
}

function dayOf(netMicro: number, index = 0): EarningsPoint {
  const power = { onMs: 0, openMs: 0, busyMs: 0, milliwattHours: null, cost: null };
  const sums = netMicro === 0 ? [] : [sum({ netMicro })];
  return { start: index * DAY, end: (index + 1) * DAY, sums, work: [], power, left: null };
}

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const sums = fc.array(
  fc.record({
    network: fc.constantFrom('iicp', 'other', ''),
    unit: fc.constantFrom('credit', 'sat', '","'),
    state: fc.constantFrom('earned' as const, 'received' as const),
    grossMicro: amount,
    feeMicro: amount,
    netMicro: amount,
    entries: fc.nat(1000),
  }),
  { maxLength: 30 },
);

it('units: money is shown before what a network counts, then what there is most of', () => {
  const sums = [
    sum({ unit: 'credit', entries: 90 }),
    sum({ unit: 'sat', entries: 2 }),
    sum({ unit: 'auki-credit', entries: 91 }),
    sum({ unit: 'EUR', entries: 3 }),
  ];
  expect(unitsOf({ total: { sums } } as never)).toEqual(['EUR', 'sat', 'auki-credit', 'credit']);
});

describe('sums put together', () => {
  it('lose no millionth and no entry, however they are grouped', () => {
    fc.assert(
      fc.property(sums, (list) => {
        for (const of of ['grossMicro', 'feeMicro', 'netMicro', 'entries'] as const) {
          const whole = list.reduce((total, one) => total + one[of], 0);
          for (const grouped of [byNetwork(list), byUnit(list)]) {
            expect(grouped.reduce((total, one) => total + one[of], 0)).toBe(whole);
          }
        }
        expect(new Set(byNetwork(list).map(({ network, unit }) => JSON.stringify([network, unit]))).size).toBe(
          byNetwork(list).length,
        );
      }),
    );
  });

  it('are held against the entries by network and unit, net, whatever their state', () => {
    const list = [sum({ netMicro: 5 }), sum({ netMicro: 7, state: 'received' }), sum({ netMicro: 1, unit: 'sat' })];
    expect(shownOf(list)).toEqual([
      { network: 'iicp', unit: 'credit', amountMicro: 12, entries: 2 },
      { network: 'iicp', unit: 'sat', amountMicro: 1, entries: 1 },
    ]);
    expect(ofUnit({ sums: list }, 'eur')).toMatchObject({ netMicro: 0, entries: 0 });
  });
});

describe('an estimate', () => {
  it('is the least and the most of the last four whole weeks, without the day that is not over', () => {
    const days = Array.from({ length: 29 }, (_, index) => dayOf(index === 28 ? 999 : 1 + Math.floor(index / 7), index));
    expect(weekRange(days, 'credit')).toEqual({ lowMicro: 7, highMicro: 28 });
  });

  it('is not made of less than two weeks', () => {
    const days = Array.from({ length: 30 }, (_, index) => dayOf(index < 17 ? 0 : 3, index));
    expect(weekRange(days, 'credit')).toBeUndefined();
    expect(weekRange([], 'credit')).toBeUndefined();
  });
});

describe('what is looked at', () => {
  const filters = fc.record(
    {
      from: fc.nat(2_000_000_000_000),
      to: fc.nat(2_000_000_000_000),
      network: fc.string({ minLength: 1, maxLength: 64 }),
      unit: fc.string({ minLength: 1, maxLength: 64 }),
      state: fc.constantFrom('earned' as const, 'failed' as const),
      intent: fc.string({ maxLength: 255 }),
      model: fc.string({ maxLength: 255 }),
    },
    { requiredKeys: [] },
  );

  it('comes out of an address as it went in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...steps),
        filters,
        fc.option(fc.nat(2_000_000_000_000), { nil: undefined }),
        (by, filter, to) => {
          expect(lookOf(detailOf({ view: 'rows', by, filter }))).toEqual({ view: 'rows', by, filter });
          expect(lookOf(detailOf({ view: 'series', by, to }))).toEqual({ view: 'series', by, to });
        },
      ),
    );
  });

  it('is something that the engine takes, whatever the address', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'of=entries&', 'by=week&to=', 'of=entries&from='), (tail, start) => {
        const look = lookOf(start + tail);
        if (look.view === 'wallet') return;
        const input =
          look.view === 'rows'
            ? requests['earnings.rows'].input.safeParse({ filter: look.filter })
            : requests['earnings.series'].input.safeParse(askedFor(look.by, look.to));
        expect(input.success).toBe(true);
      }),
    );
  });

  it('goes back by whole stretches, and forward again to the present', () => {
    for (const by of steps) {
      const now = new Date(2026, 10, 20, 12).getTime();
      const days = by === 'day' ? 1 : by === 'week' ? 7 : 30;
      const start = new Date(2026, 10, 20).getTime() - 10 * days * DAY;
      const points = [{ start, end: now + DAY }];
      const back = turned(by, points, -1, now)!;
      expect(back).toBeLessThan(start);
      const asked = askedFor(by, back);
      expect(asked.from).toBeLessThan(back - 9 * days * DAY);
      expect(turned(by, [{ start: asked.from!, end: now + DAY / 2 }], 1, now)).toBeUndefined();
    }
    expect(turned('day', [], -1, 0)).toBeUndefined();
  });

  it('names the same day of an earlier month, as far as that month has it', () => {
    const { from } = askedFor('month', new Date(2026, 11, 31, 12).getTime());
    expect(new Date(from!)).toEqual(new Date(2026, 0, 28, 12));
  });
});

describe('what a kilowatt hour brings', () => {
  const row = (model: string, tasks: number, netMicro: number, milliwattHours: number | null): NetRow => ({
    intent: 'urn:iicp:intent:llm:chat:v1',
    model,
    tasks,
    failed: 0,
    tokensIn: 0,
    tokensOut: 0,
    workMs: 0,
    sums: netMicro === 0 ? [] : [sum({ netMicro })],
    milliwattHours,
    cost: null,
    wear: null,
    left: null,
  });

  it('is told by unit, and not where no power is known', () => {
    expect(perKwh(row('m', 1, 3_000_000, 500_000))).toEqual([{ unit: 'credit', micro: 6_000_000 }]);
    expect(perKwh(row('m', 1, 3_000_000, null))).toEqual([]);
    expect(perKwh(row('m', 1, 3_000_000, 0))).toEqual([]);
  });

  it('is compared between the model that makes most of it and the one that makes least', () => {
    const rows = [row('middle', 30, 20, 2000), row('best', 20, 30, 1000), row('last', 40, 10, 1000)];
    const found = comparison(rows);
    expect([found?.better.model, found?.worse.model, found?.ratio]).toEqual(['best', 'last', 3]);
  });

  it.each([
    ['one of them did too few tasks', row('few', 19, 30_000, 1000)],
    ['one of them used too little power', row('little', 20, 30_000, 999)],
    ['one of them brought nothing', row('nothing', 20, 0, 5000)],
    ['they differ by little', row('alike', 20, 11_000, 1000)],
    ['there is no other', undefined],
  ])('is not compared where %s', (_, other) => {
    expect(comparison([row('one', 50, 10_000, 1000), ...(other ? [other] : [])])).toBeUndefined();
  });
});

describe('watts and price', () => {
  const write = (value: number) => String(value).replace('.', ',');
  const none = { draw: null, tariff: null, wear: 0, worth: null };
  const empty = draftOf(none, write);

  it('come out of what was typed as they went in', () => {
    const draw = { idle: 60, working: 250.5, source: 'measured', alwaysOn: true } as const;
    for (const tariff of [
      null,
      { currency: 'EUR', perKwh: 0.32 },
      { currency: 'SEK', byHour: Array.from({ length: 24 }, (_, hour) => hour / 10 - 0.2) },
    ]) {
      const held = { draw, tariff, wear: 0.02, worth: 0.0004 };
      const draft = draftOf(held, write);
      const told = { draw: drawOf(draft), tariff: tariffOf(draft), wear: wearOf(draft), worth: worthOf(draft) };
      expect(told).toEqual(held);
    }
  });

  it('are not known while nothing is typed', () => {
    expect([drawOf(empty), tariffOf(empty), wearOf(empty), worthOf(empty)]).toEqual([null, null, 0, null]);
    expect([wearOf({ ...empty, wear: '-1' }), worthOf({ ...empty, worth: 'much' })]).toEqual([undefined, undefined]);
  });

  it.each<[string, Partial<Draft>]>([
    ['one of two watts', { idle: '60' }],
    ['words', { idle: 'sixty', working: '250' }],
    ['too many watts', { idle: '60', working: '10001' }],
    ['less than nothing', { idle: '-1', working: '250' }],
  ])('are not taken as %s', (_, typed) => {
    expect(drawOf({ ...empty, ...typed })).toBeUndefined();
  });

  it('need a currency and every price', () => {
    expect(tariffOf({ ...empty, kind: 'flat', currency: 'euro', perKwh: '1' })).toBeUndefined();
    expect(tariffOf({ ...empty, kind: 'flat', currency: 'eur', perKwh: '' })).toBeUndefined();
    expect(tariffOf({ ...empty, kind: 'flat', currency: 'eur', perKwh: '-0,05' })).toEqual({
      currency: 'EUR',
      perKwh: -0.05,
    });
    expect(tariffOf({ ...empty, kind: 'byHour', currency: 'EUR' })).toBeUndefined();
  });

  it('are read with a comma or a point, and with spaces between the thousands', () => {
    expect(['1\u202F250,5', ' 3 ', '.5', '1e3', '0x1', ''].map((text) => numberOf(text, 0, 10_000))).toEqual([
      1250.5,
      3,
      0.5,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
