// What counts as harm that an attack does: work that was not done in every run, time in the long form alone.
import { describe, expect, it } from 'vitest';
import { judge, nineOfTen, type Seen, soonAfter } from '../../hostile/judge.ts';

const well: Seen = {
  alive: true,
  during: [20, 30, 40],
  after: [20, 20, 20],
  usualMs: 20,
  peak: 200,
  logged: 1024,
};
const LATE = 5000;

describe('an attack', () => {
  it.each<[string, Partial<Seen>, short: readonly string[], long: readonly string[]]>([
    ['does no harm', {}, [], []],
    ['met no honest one', { during: [] }, [], ['honest ones took Infinity ms, beside an honest load 20']],
    ['ends the process', { alive: false, after: [] }, ['it ended', 'afterwards honest ones were not answered'], []],
    [
      'keeps honest ones waiting',
      { during: [LATE, LATE, LATE] },
      [],
      ['honest ones took 5000 ms, beside an honest load 20'],
    ],
    ['keeps one of many waiting', { during: [...Array<number>(20).fill(20), LATE] }, [], []],
    ['is as slow as an honest load', { during: [LATE, LATE], usualMs: 600 }, [], []],
    ['is no slower than a busy computer', { during: [900, 900], usualMs: 1 }, [], []],
    [
      'keeps some honest ones from being answered',
      { during: [20, undefined, 30] },
      [],
      ['1 of 3 honest ones were not answered'],
    ],
    [
      'keeps all honest ones from being answered',
      { during: [undefined, undefined] },
      ['none of 2 honest ones was answered'],
      ['2 of 2 honest ones were not answered', 'honest ones took Infinity ms, beside an honest load 20'],
    ],
    ['leaves it slow', { after: [LATE, LATE, LATE] }, [], ['afterwards honest ones took 5000 ms']],
    ['leaves it slow for one', { after: [20, LATE, 20] }, [], []],
    ['leaves one unanswered', { after: [20, undefined, 20] }, [], ['afterwards not every honest one was answered']],
    [
      'leaves all unanswered',
      { after: [undefined, undefined, undefined] },
      ['afterwards honest ones were not answered'],
      ['afterwards not every honest one was answered'],
    ],
    ['fills memory', { peak: 401 }, ['memory went up to 401 MiB'], []],
    ['where memory is not told', { peak: undefined }, [], []],
    ['fills the log', { logged: 65 * 1024 }, ['the log grew by 65 KiB'], []],
  ])('%s', (_what, change, short, long) => {
    const found = (byTime: boolean) => {
      const { faults, heavy } = judge({ ...well, ...change }, { byTime });
      return [...faults, ...heavy];
    };
    expect(found(false)).toEqual(short);
    expect(found(true).filter((one) => !short.includes(one))).toEqual(long);
  });
});

it('is measured by nine of ten, and afterwards without the slowest', () => {
  expect(nineOfTen([])).toBe(Number.POSITIVE_INFINITY);
  expect(nineOfTen([3, undefined, 1, 2])).toBe(3);
  expect(soonAfter([1, 9, 2])).toBe(2);
  expect(soonAfter([1, undefined, 2])).toBeUndefined();
});
