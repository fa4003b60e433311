import { describe, expect, it } from 'vitest';
import { type Fact, type LeaseNow, next } from '../../../../src-main/networks/paygress/leases/machine.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

const lease = (more: Partial<LeaseNow>): LeaseNow => ({
  state: 'reserved',
  tries: 0,
  paidUntil: NOW + HOUR,
  startedAt: null,
  late: false,
  ...more,
});
const failed = { code: 'backend_error', message: 'no' };

type Row = readonly [what: string, from: Partial<LeaseNow>, fact: Fact, then: string];

/** State, tries, milliseconds until it is looked at again, and how it ends. */
const shown = (from: Partial<LeaseNow>, fact: Fact): string => {
  const then = next(lease(from), fact, NOW);
  if (!then) return 'nothing';
  const { state, tries, dueAt, ending } = then;
  const end = ending ? ` ${ending.as}, back: ${ending.due}` : '';
  return `${state} ${tries} +${dueAt - NOW}${end}`;
};

const ROWS: readonly Row[] = [
  ['a box was made', {}, { is: 'made' }, 'prepared 0 +0'],
  ['no box could be made', {}, { is: 'not-made', ...failed }, 'ending 0 +0 refused, back: nothing'],
  ['the program ended before', {}, { is: 'interrupted' }, 'ending 0 +0 refused, back: nothing'],
  ['a payment before the box is there', {}, { is: 'ours' }, 'nothing'],
  ['the token is ours', { state: 'prepared' }, { is: 'ours' }, 'paid 0 +0'],
  ['the token is not', { state: 'prepared' }, { is: 'not-ours', ...failed }, 'ending 0 +0 refused, back: nothing'],
  ['only the mint knows', { state: 'prepared', tries: 3 }, { is: 'unknown' }, 'prepared 4 +5000'],
  [
    'a crash before it was asked for',
    { state: 'prepared' },
    { is: 'interrupted' },
    'ending 0 +0 refused, back: nothing',
  ],
  ['it is wanted back before it is known', { state: 'prepared' }, { is: 'evicted' }, 'nothing'],
  ['the box runs', { state: 'paid' }, { is: 'runs' }, 'active 0 +3600000'],
  ['it does not', { state: 'paid' }, { is: 'does-not-run' }, 'paid 1 +0'],
  ['it does not again', { state: 'paid', tries: 1 }, { is: 'does-not-run' }, 'ending 0 +0 failed, back: all'],
  ['it runs too late', { state: 'paid', late: true }, { is: 'runs' }, 'ending 0 +0 failed, back: all'],
  [
    'it was too late before it was started',
    { state: 'paid', late: true },
    { is: 'time' },
    'ending 0 +0 failed, back: all',
  ],
  ['it is wanted back at once', { state: 'paid' }, { is: 'evicted' }, 'ending 0 +0 evicted, back: all'],
  ['its time is over', { state: 'active', paidUntil: NOW }, { is: 'time' }, 'ending 0 +0 done, back: nothing'],
  ['it can’t be kept', { state: 'active' }, { is: 'lost', message: 'no' }, 'ending 0 +0 failed, back: rest'],
  [
    'it can’t be kept beyond its end',
    { state: 'active', paidUntil: NOW },
    { is: 'lost', message: 'no' },
    'ending 0 +0 done, back: nothing',
  ],
  ['a millisecond is left', { state: 'active', paidUntil: NOW + 1 }, { is: 'time' }, 'active 0 +1'],
  [
    'it stopped at its end',
    { state: 'active', paidUntil: NOW },
    { is: 'does-not-run' },
    'ending 0 +0 done, back: nothing',
  ],
  ['it stopped', { state: 'active' }, { is: 'does-not-run' }, 'active 1 +5000'],
  ['it stopped again', { state: 'active', tries: 1 }, { is: 'does-not-run' }, 'active 2 +30000'],
  ['and again', { state: 'active', tries: 2 }, { is: 'does-not-run' }, 'active 3 +120000'],
  ['and once more', { state: 'active', tries: 3 }, { is: 'does-not-run' }, 'ending 0 +0 failed, back: rest'],
  ['it stopped shortly before its end', { state: 'active', paidUntil: NOW + 9 }, { is: 'does-not-run' }, 'active 1 +9'],
  ['it runs again', { state: 'active', tries: 2, startedAt: NOW - 1000 }, { is: 'runs' }, 'active 2 +3600000'],
  ['it runs well', { state: 'active', tries: 2, startedAt: NOW - HOUR }, { is: 'runs' }, 'active 0 +3600000'],
  ['it is wanted back', { state: 'active' }, { is: 'evicted' }, 'ending 0 +0 evicted, back: rest'],
  ['the box is gone', { state: 'ending', tries: 4 }, { is: 'gone' }, 'closed 0 +0'],
  ['it is not', { state: 'ending' }, { is: 'not-gone' }, 'ending 1 +5000'],
  ['it is not, for long', { state: 'ending', tries: 30 }, { is: 'not-gone' }, 'ending 31 +600000'],
  ['it is wanted back at its end', { state: 'ending' }, { is: 'evicted' }, 'nothing'],
  ['anything once it is over', { state: 'closed' }, { is: 'evicted' }, 'nothing'],
];

describe('the life of a lease', () => {
  it.each(ROWS)('%s', (_what, from, fact, then) => {
    expect(shown(from, fact)).toBe(then);
  });

  it('gives nothing back before anything was paid, whatever comes about', () => {
    const facts: readonly Fact[] = [
      { is: 'made' },
      { is: 'not-made', ...failed },
      { is: 'not-ours', ...failed },
      { is: 'unknown' },
      { is: 'interrupted' },
      { is: 'does-not-run' },
      { is: 'evicted' },
      { is: 'time' },
    ];
    for (const state of ['reserved', 'prepared'] as const) {
      for (const late of [false, true]) {
        for (const fact of facts)
          expect(next(lease({ state, late }), fact, NOW)?.ending?.due ?? 'nothing').toBe('nothing');
      }
    }
  });
});
