// What to ask for a machine: what others do, what power costs, and what there is to begin with.
import { describe, expect, it } from 'vitest';
import { asked, powerADay, roomFor, suggested } from '../../../src-renderer/networks/paygress/market.ts';

const machine = (cpuMillicores: number, memoryMiB: number, rateMsat: number) => ({
  cpuMillicores,
  memoryMiB,
  rateMsat,
});
const market = (...machines: readonly ReturnType<typeof machine>[]) => ({
  providers: machines.length,
  machines: [...machines],
});

describe('what others ask', () => {
  const one = { cpuMillicores: 1000, memoryMiB: 1024 };
  it.each([
    ['nobody there', market(), undefined],
    ['only other sizes', market(machine(2001, 1024, 5), machine(1000, 511, 5), machine(499, 1024, 5)), undefined],
    ['one, of twice and half the size', market(machine(2000, 512, 40)), { count: 1, low: 40, middle: 40, high: 40 }],
    [
      'several, in any order',
      market(machine(1000, 1024, 90), machine(1000, 1024, 10), machine(900, 1024, 50), machine(64_000, 1, 1)),
      { count: 3, low: 10, middle: 50, high: 90 },
    ],
    [
      'an even number',
      market(machine(1000, 1024, 10), machine(1000, 1024, 20)),
      { count: 2, low: 10, middle: 10, high: 20 },
    ],
  ])('with %s', (_what, others, found) => {
    expect(asked(others, one)).toEqual(found);
  });
});

describe('what power costs', () => {
  const draw = { idle: 50, working: 250, source: 'measured' as const, alwaysOn: false };
  const tariff = { currency: 'EUR', perKwh: 0.25 };
  const byHour = { currency: 'EUR', byHour: Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 0.1 : 0.4)) };
  const core = { cpuMillicores: 1000, memoryMiB: 1 };
  it.each([
    ['its part of all that is drawn', 4000, draw, tariff, 0.375],
    ['what it adds to a computer that is always on', 4000, { ...draw, alwaysOn: true }, tariff, 0.3],
    ['no more than the whole', 500, draw, tariff, 1.5],
    ['the middle of prices by the hour', 4000, draw, byHour, 0.375],
    ['nothing where work draws less than rest', 4000, { ...draw, working: 40, alwaysOn: true }, tariff, 0],
  ])('is %s', (_what, whole, watts, price, cost) => {
    expect(powerADay(core, whole, watts, price)).toBeCloseTo(cost, 9);
  });

  it('is not said where something of it is not known', () => {
    expect([
      powerADay(core, undefined, draw, tariff),
      powerADay(core, 4000, null, tariff),
      powerADay(core, 4000, draw, null),
    ]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a first machine', () => {
  it.each([
    ['where no engine is known', roomFor(undefined, null, null), [1000, 1024, 50]],
    ['on a small computer', roomFor({ cpuMillicores: 2000, memoryMiB: 2048 }, null, null), [500, 1024, 50]],
    ['on a usual one', roomFor({ cpuMillicores: 8000, memoryMiB: 16_384 }, null, null), [2000, 4096, 200]],
    ['by what is lent', roomFor({ cpuMillicores: 8000, memoryMiB: 16_384 }, 7000, 5000), [3500, 2048, 175]],
    ['on a large one', roomFor({ cpuMillicores: 128_000, memoryMiB: 524_288 }, null, null), [4000, 8192, 400]],
  ])('%s', (_where, room, [cpuMillicores, memoryMiB, rateMsat]) => {
    expect(suggested(room, undefined)).toEqual({ cpuMillicores, memoryMiB, diskMiB: 5120, rateMsat });
  });

  it('costs what half of the others ask', () => {
    const others = market(machine(1000, 1024, 30), machine(1000, 1024, 31), machine(1000, 1024, 90));
    expect(suggested(undefined, others).rateMsat).toBe(31);
  });
});
