// How long tasks took of late, and what may be made of it: in favour of whoever asks, and of this computer.
import { describe, expect, it } from 'vitest';
import { PACE } from '../../../src-main/work/bounds.ts';
import { type Done, Pace, type Size } from '../../../src-main/work/pace.ts';
import { HandClock } from '../../support/clock.ts';

const SIZE: Size = { mostTokens: 100, bytes: 200 };
const DONE: Done = { ms: 1000, tokensOut: 100, bytes: 200 };

function pace(...done: readonly Partial<Done>[]) {
  const clock = new HandClock();
  const kept = new Pace(clock);
  for (const each of done) kept.saw('m', { ...DONE, ...each });
  return { clock, pace: kept };
}

const times = (count: number, done: Partial<Done> = {}) => Array.from({ length: count }, () => done);

describe('the pace of a model', () => {
  it('is not known before enough was done, for another model, or from what is old', async () => {
    const few = pace(...times(PACE.enough - 1)).pace;
    const enough = pace(...times(PACE.enough));
    expect([few.least('m', SIZE), few.usual('m', SIZE)]).toEqual([undefined, undefined]);
    expect([enough.pace.least('m', SIZE), enough.pace.usual('m', SIZE)]).toEqual([1000, 1000]);
    expect(enough.pace.least('another', SIZE)).toBeUndefined();
    await enough.clock.turn(PACE.freshMs);
    expect(enough.pace.least('m', SIZE)).toBeUndefined();
  });

  it.each<[string, Partial<Size>, number]>([
    ['is the quickest for answers as long', {}, 400],
    ['is in proportion for shorter ones', { mostTokens: 10 }, 40],
    ['is the quickest where longer ones are allowed, for they may end early', { mostTokens: 5000 }, 400],
    ['is in proportion for shorter questions, for those before may have been long to read', { bytes: 20 }, 40],
    ['is the quickest for longer questions, for not all servers read alike', { bytes: 5000 }, 400],
    ['is no more than a shorter question and a shorter answer take each', { bytes: 20, mostTokens: 50 }, 40],
    ['is the quickest where tokens don’t count', { mostTokens: undefined }, 400],
  ])('at its best %s', (_what, size, least) => {
    const { pace: kept } = pace({ ms: 400 }, ...times(PACE.enough));
    expect(kept.least('m', { ...SIZE, ...size })).toBe(least);
  });

  it.each<[string, Partial<Size>, number]>([
    ['is the middle for tasks of that size', {}, 1000],
    ['is the same for shorter answers', { mostTokens: 1 }, 1000],
    ['is in proportion for longer ones', { mostTokens: 800 }, 8000],
    ['is in proportion for longer questions', { bytes: 2000 }, 10_000],
    ['is the middle where tokens don’t count', { mostTokens: undefined }, 1000],
  ])('as a rule %s', (_what, size, usual) => {
    const { pace: kept } = pace({ ms: 1 }, { ms: 90_000 }, ...times(PACE.enough));
    expect(kept.usual('m', { ...SIZE, ...size })).toBe(usual);
  });

  it('is that of the newest', () => {
    const { pace: kept } = pace({ ms: 1 }, ...times(PACE.newest));
    expect(kept.least('m', SIZE)).toBe(1000);
  });

  it('is kept of a bounded number of models', () => {
    const kept = new Pace(new HandClock());
    for (let count = 0; count < 300; count += 1)
      for (const done of times(PACE.enough)) kept.saw(`m${count}`, { ...DONE, ...done });
    expect([kept.least('m0', SIZE), kept.least('m299', SIZE)]).toEqual([undefined, 1000]);
  });
});
