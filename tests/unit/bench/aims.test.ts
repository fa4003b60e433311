// When a benchmark fails: by which figures, and by how much.
import { describe, expect, it } from 'vitest';
import { type Aim, atLeast, atMost, missed } from '../../bench/aims.ts';
import { type Beside, growthAims, mixedAims, ratioAims, vitalsAims } from '../../bench/report.ts';
import type { Contender, Sample } from '../../bench/rounds.ts';

describe('an aim', () => {
  it.each<[string, Aim, readonly string[]]>([
    ['a ratio that is reached', atLeast('a / b', 1.2, 1), []],
    ['a ratio that is just reached', atLeast('a / b', 1, 1), []],
    ['a ratio that reads as reached', atLeast('a / b', 0.996, 1), []],
    ['a ratio that is too small', atLeast('a / b', 0.99, 1), ['a / b: 0.99, aim: at least 1']],
    ['less than the most', atMost('memory', 109, 110, 'MiB'), []],
    ['more than the most', atMost('memory', 136, 110, 'MiB'), ['memory: 136.00 MiB, aim: at most 110 MiB']],
    ['what was not measured', atLeast('a / b', Number.NaN, 1), ['a / b: NaN, aim: at least 1']],
  ])('says whether it is missed: %s', (_what, aim, lines) => {
    expect(missed([aim])).toEqual(lines);
  });

  it('is named with all others that are missed', () => {
    expect(missed([atLeast('a', 0, 1), atLeast('b', 1, 1), atMost('c', 2, 1)]).map((line) => line[0])).toEqual([
      'a',
      'c',
    ]);
  });
});

const contender = (name: string): Contender => ({
  name,
  pid: 0,
  url: '',
  wrapping: { kind: name === 'pipe' ? 'bare' : 'task' },
  expect: '',
});
const sample = (rps: number, p50 = 1): Sample => ({ rps, p50, p99: 30 }) as Sample;
const at = (connections: number) => ({ connections, bytes: 0, seconds: 1 });
/** Three rounds with one connection, and with 32. */
const rounds = (p50: number, ...rps: readonly number[]): Sample[][] => [
  rps.map(() => sample(1, p50)),
  rps.map((each) => sample(each)),
];

describe('the figures that have an aim', () => {
  it.each<[string, Readonly<Record<string, Sample[][]>>, readonly string[]]>([
    ['ours as quick as the pipe', { pipe: rounds(1, 9, 10, 11), plain: rounds(1.5, 9, 10, 11) }, []],
    [
      'ours slower than the pipe in most rounds',
      { pipe: rounds(1, 10, 10, 10), plain: rounds(1, 9, 8, 20) },
      ['plain / pipe, requests/s at 32: 0.90, aim: at least 1'],
    ],
    [
      'ours much later than the pipe',
      { pipe: rounds(1, 10), plain: rounds(2.5, 10) },
      ['plain - pipe, p50 at 1, ms: 1.50 ms, aim: at most 1 ms'],
    ],
    [
      'a build as quick as the one before',
      { plain: rounds(1, 95, 90, 100), 'plain before': rounds(1, 100, 100, 100) },
      [],
    ],
    [
      'a build slower than the one before',
      { sealed: rounds(1, 89, 80, 100), 'sealed before': rounds(1, 100, 100, 100) },
      ['sealed / sealed before, requests/s at 32: 0.89, aim: at least 0.9'],
    ],
    ['a comparison without an aim', { plain: rounds(1, 10), sealed: rounds(1, 1) }, []],
  ])('are judged by the median of the rounds: %s', (_what, measured, lines) => {
    const names = Object.keys(measured);
    expect(missed(ratioAims(names.map(contender), Object.values(measured)))).toEqual(lines);
    expect(names.length).toBeGreaterThan(1);
  });

  it('are the share of the pipe at every load, and small tasks beside large ones for ours alone', () => {
    const both = ['pipe', 'plain'].map(contender);
    const table = [
      [[sample(10)], [sample(10)]],
      [[sample(7)], [sample(8)]],
    ];
    expect(missed(growthAims(both, [at(1), at(8)], table))).toEqual([
      'plain / pipe, requests/s at 1 connection: 0.70, aim: at least 0.8',
    ]);
    expect(growthAims(both.slice(1), [at(1), at(8)], table.slice(1))).toEqual([]);
    const beside = both.map((): Beside[] => [{ ...sample(1), bulkRps: 1 }]);
    expect(missed(mixedAims(both, beside))).toEqual([
      'plain, small tasks beside large ones, p99: 30.00 ms, aim: at most 20 ms',
    ]);
  });

  it('are start and memory, also beside the build before', () => {
    const node = (startMs: number, restMiB: number) => ({ startMs, restMiB, idle: 0.1, startCpuMs: 0, idleSeconds: 5 });
    expect(missed(vitalsAims([]))).toEqual([]);
    expect(missed(vitalsAims([node(300, 100)]))).toEqual([]);
    expect(missed(vitalsAims([node(390, 100), node(380, 80)]))).toEqual([
      'memory at rest, before / now: 0.80, aim: at least 0.9',
    ]);
    expect(missed(vitalsAims([node(450, 120)])).length).toBe(2);
  });
});
