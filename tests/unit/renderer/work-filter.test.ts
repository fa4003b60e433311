import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndState, TaskFilter } from '../../../src-preload/contract/work.ts';
import {
  type Choice,
  fromDetail,
  isEmpty,
  rangeOf,
  toDetail,
  toFilter,
  WRONG,
} from '../../../src-renderer/pages/work/filter.ts';
import { hrefOf, whereIs } from '../../../src-renderer/places.ts';
import { readQuery, writeQuery } from '../../../src-renderer/query.ts';

const NOON = new Date(2026, 10, 20, 12).getTime();
const midnight = (year: number, month: number, day: number) => new Date(year, month - 1, day).getTime();

const name = fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).filter((text) => text.isWellFormed());
const day = fc.date({ min: new Date(Date.UTC(1980, 0)), max: new Date(Date.UTC(2100, 0)), noInvalidDate: true });
const choices = fc.record(
  {
    states: fc.subarray([...EndState.options], { minLength: 1 }),
    network: name,
    what: name,
    model: name,
    text: name.filter((text) => text.trim() === text && text !== ''),
    time: fc.oneof(
      fc.constantFrom('today' as const, 'week' as const, 'month' as const),
      day.map((date) => ({ from: date.toISOString().slice(0, 10) })),
      day.map((date) => ({ since: date.getTime(), until: date.getTime() + 900_000 })),
    ),
  },
  { requiredKeys: [] },
);

describe('a filter of tasks', () => {
  it('comes out of an address as it went in, whatever others called their models', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const detail = toDetail(choice);
        const where = whereIs(hrefOf('work', detail).slice(1));
        expect(fromDetail(detail)).toEqual(choice);
        if (detail !== '') expect(where).toEqual({ place: 'work', detail });
      }),
    );
  });

  it('is one that the engine takes', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        expect(TaskFilter.safeParse(toFilter(fromDetail(toDetail(choice)), NOON)).success).toBe(true);
      }),
    );
  });

  it('makes of any address something that the engine takes', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.constantFrom('', 'state=', 'from=', 'model=', 'time='),
        (tail, start) => {
          expect(TaskFilter.safeParse(toFilter(fromDetail(start + tail), NOON)).success).toBe(true);
        },
      ),
    );
  });

  it.each<[string, Choice]>([
    ['', {}],
    ['state=nonsense', {}],
    ['state=failed,nonsense,done', { states: ['done', 'failed'] }],
    ['from=2026-13-45', {}],
    ['since=900000&until=1800000', { time: { since: 900_000, until: 1_800_000 } }],
    ['since=1800000&until=900000', {}],
    ['since=1e3&until=9999999999999999', {}],
    ['since=900000', {}],
    ['time=yesterday&from=2026-11-01', { time: { from: '2026-11-01' } }],
    ['__proto__=x&model=a%26b', { model: 'a&b' }],
    [`model=${'x'.repeat(256)}`, {}],
  ])('of %s keeps what makes sense', (detail, choice) => {
    expect(fromDetail(detail)).toEqual(choice);
  });

  it('is empty when nothing binds', () => {
    expect([isEmpty({}), isEmpty({ time: {} }), isEmpty({ states: WRONG })]).toEqual([true, true, false]);
  });

  it('takes days from their midnight to the midnight after, also where the clocks change', () => {
    expect(rangeOf({ from: '2026-10-25', to: '2026-10-25' }, NOON)).toEqual({
      from: midnight(2026, 10, 25),
      to: midnight(2026, 10, 26),
    });
    expect(rangeOf('today', NOON)).toEqual({ from: midnight(2026, 11, 20) });
    expect(rangeOf('week', NOON)).toEqual({ from: midnight(2026, 11, 14) });
    expect(rangeOf(undefined, NOON)).toEqual({});
  });
});

describe('a query', () => {
  it('keeps the first of two values, and what has no name is nothing', () => {
    expect({ ...readQuery('a=1&a=2&=3&b&c=') }).toEqual({ a: '1', c: '' });
    expect(writeQuery({ a: '1&2', b: '', c: undefined, d: '50%26' })).toBe('a=1%262&d=50%2526');
  });
});
