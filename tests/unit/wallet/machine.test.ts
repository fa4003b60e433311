// What to do next, as a table: by what the mint answered, and what was found out afterwards.
import { describe, expect, it } from 'vitest';
import { type Found, type Last, type Next, next, type Signed } from '../../../src-main/wallet/machine.ts';
import { type Answer, ok, unknown } from '../../../src-main/wallet/mint/answer.ts';
import type { DepositQuote, InputState, PaymentQuote, Signature } from '../../../src-main/wallet/mint/wire.ts';

const SIGNATURE: Signature = { id: '00', amount: 1, C_: '02' };
const ALL: Signed = [SIGNATURE, SIGNATURE];
const NONE: Signed = [null, null];
const SOME: Signed = [SIGNATURE, null];
const away = unknown('no answer');
const never: Last = { is: 'none' };
const refused = (code: number, detail = ''): Last => ({ is: 'refused', code, detail });
const NOW = 1_700_000_000;

const wait = (why: string): Next => ({ do: 'wait', for: why }) as Next;
const states = (...all: InputState[]): Answer<readonly InputState[]> => ok(all);
const swap = (
  inputs: Answer<readonly InputState[]>,
  outputs: Answer<Signed>,
  more: { readonly otherwise?: boolean; readonly again?: Answer<readonly InputState[]> } = {},
): Found => ({ is: 'swap', inputs, outputs, otherwise: false, ...more });
const UNSPENT = states('UNSPENT', 'UNSPENT');
const SPENT = states('SPENT', 'SPENT');

const decide = (last: Last, found: Found, asks = true, restores = true) =>
  next(last, found, { nowS: NOW, asks, restores });

describe('after a swap', () => {
  it.each<[string, Last, Found, Next]>([
    ['signed and spent is done', away, swap(SPENT, ok(ALL)), { do: 'finish', signed: ALL }],
    ['a restart in between is as good as any', never, swap(SPENT, ok(ALL)), { do: 'finish', signed: ALL }],
    [
      'spent and not signed was spent by another',
      refused(11001),
      swap(SPENT, ok(NONE)),
      { do: 'fail', failure: { why: 'spent', stale: false } },
    ],
    [
      'one of two spent is spent',
      refused(11001),
      swap(states('SPENT', 'UNSPENT'), ok(NONE)),
      { do: 'fail', failure: { why: 'spent', stale: false } },
    ],
    [
      'spent, and signed for something else, is an older copy of the wallet',
      refused(11001),
      swap(SPENT, ok(SOME), { otherwise: true }),
      { do: 'fail', failure: { why: 'spent', stale: true } },
    ],
    ['nothing done and no answer is asked again', away, swap(UNSPENT, ok(NONE)), { do: 'ask' }],
    ['nothing done before a restart is asked again', never, swap(UNSPENT, ok(NONE)), { do: 'ask' }],
    [
      'done between two questions is done',
      away,
      swap(UNSPENT, ok(ALL), { again: SPENT }),
      { do: 'finish', signed: ALL },
    ],
    [
      'signed without being spent was signed before',
      away,
      swap(UNSPENT, ok(ALL), { again: UNSPENT }),
      { do: 'renew', stale: true },
    ],
    ['a retired keyset wants other outputs', refused(12002), swap(UNSPENT, ok(NONE)), { do: 'renew', stale: false }],
    [
      'so does one that Nutshell calls inactive',
      refused(11000, 'keyset id inactive.'),
      swap(UNSPENT, ok(NONE)),
      { do: 'renew', stale: false },
    ],
    ['so does another fee', refused(11005), swap(UNSPENT, ok(NONE)), { do: 'renew', stale: false }],
    ['so do outputs that were signed before', refused(11003), swap(UNSPENT, ok(NONE)), { do: 'renew', stale: true }],
    ['and outputs that cdk-mintd has signed', refused(11008), swap(UNSPENT, ok(NONE)), { do: 'renew', stale: true }],
    ['pending is waited for', refused(11002), swap(states('PENDING', 'UNSPENT'), ok(NONE)), wait('inputs-pending')],
    ['pending by its code alone, too', refused(11002), swap(UNSPENT, ok(NONE)), wait('inputs-pending')],
    ['a mint that is away is waited for', away, swap(away, ok(NONE)), wait('mint-away')],
    ['also where only the outputs are not known', away, swap(SPENT, away), wait('mint-away')],
    [
      'a mint that refuses to say what it has signed is asked again, and nothing is given up',
      away,
      swap(SPENT, { is: 'refused', code: 11001, detail: 'no' }),
      wait('mint-inconsistent'),
    ],
    [
      'any other refusal is final',
      refused(10001, 'no'),
      swap(UNSPENT, ok(NONE)),
      { do: 'fail', failure: { why: 'refused', refused: { is: 'refused', code: 10001, detail: 'no' } } },
    ],
  ])('%s', (_name, last, found, then) => {
    expect(decide(last, found)).toEqual(then);
  });
});

const quote = (state: PaymentQuote['state'], more: Partial<PaymentQuote> = {}): Answer<PaymentQuote> =>
  ok({ quote: 'q', amount: 5, fee_reserve: 1, state, expiry: NOW + 60, ...more });
const pay = (
  of: Answer<PaymentQuote>,
  inputs: Answer<readonly InputState[]> = UNSPENT,
  change: Answer<Signed> = ok([]),
): Found => ({ is: 'pay', quote: of, inputs, change });

describe('after a payment', () => {
  it.each<[string, Last, Found, Next]>([
    ['paid is done, with what came back', away, pay(quote('PAID'), ok([]), ok(SOME)), { do: 'finish', signed: SOME }],
    ['paid, and the change not known, is waited for', away, pay(quote('PAID'), ok([]), away), wait('mint-away')],
    ['pending is waited for', away, pay(quote('PENDING')), wait('payment-pending')],
    ['pending inputs are waited for', away, pay(quote('UNPAID'), states('PENDING')), wait('payment-pending')],
    ['nothing done and no answer is asked again', away, pay(quote('UNPAID')), { do: 'ask' }],
    [
      'what was on its way and is no more has failed',
      { is: 'pending' },
      pay(quote('UNPAID')),
      { do: 'fail', failure: { why: 'payment-failed' } },
    ],
    [
      'no way through Lightning has failed',
      refused(20004),
      pay(quote('UNPAID')),
      { do: 'fail', failure: { why: 'payment-failed' } },
    ],
    [
      'an offer that is over is given up',
      never,
      pay(quote('UNPAID', { expiry: NOW - 121 })),
      { do: 'fail', failure: { why: 'quote-expired' } },
    ],
    ['one that is barely over is not', never, pay(quote('UNPAID', { expiry: NOW - 119 })), { do: 'ask' }],
    ['spent and not paid does not fit together', away, pay(quote('UNPAID'), SPENT), wait('mint-inconsistent')],
    [
      'unless the mint refuses them as spent',
      refused(11001),
      pay(quote('UNPAID'), SPENT),
      { do: 'fail', failure: { why: 'spent', stale: false } },
    ],
    ['a mint that is away is waited for', away, pay(away), wait('mint-away')],
    ['a retired keyset wants other outputs', refused(12002), pay(quote('UNPAID')), { do: 'renew', stale: false }],
  ])('%s', (_name, last, found, then) => {
    expect(decide(last, found)).toEqual(then);
  });
});

const asked = (
  state: DepositQuote['state'],
  outputs: Answer<Signed> = ok(NONE),
  expiry: number | null = null,
): Found => ({
  is: 'deposit',
  quote: ok({ quote: 'q', request: 'ln', state, expiry }),
  outputs,
});

describe('a deposit', () => {
  it('of which its mint refuses to speak is asked for until its invoice can long not be paid any more', () => {
    const no: Found = { is: 'deposit', quote: { is: 'refused', code: 0, detail: 'no' }, outputs: ok([]) };
    const at = (untilS: number) => next(never, no, { nowS: NOW, asks: false, restores: true, untilS });
    expect(at(NOW)).toEqual(wait('mint-inconsistent'));
    expect(at(NOW - 1)).toMatchObject({ do: 'fail', failure: { why: 'refused' } });
  });

  it.each<[string, Last, Found, boolean, Next]>([
    ['waits for its invoice', never, asked('UNPAID'), false, wait('unpaid')],
    [
      'is given up when that is over',
      never,
      asked('UNPAID', ok([]), NOW - 300),
      false,
      { do: 'fail', failure: { why: 'quote-expired' } },
    ],
    ['gets outputs once it is paid', never, asked('PAID', ok([])), false, { do: 'renew', stale: false }],
    ['is asked for with them', never, asked('PAID'), true, { do: 'ask' }],
    ['is not given up while it is paid', refused(20000), asked('PAID'), true, wait('mint-inconsistent')],
    ['that was issued is done', away, asked('ISSUED', ok(ALL)), true, { do: 'finish', signed: ALL }],
    [
      'that was issued to another has failed',
      away,
      asked('ISSUED'),
      true,
      { do: 'fail', failure: { why: 'issued-elsewhere' } },
    ],
    ['whose outputs were signed before gets others', away, asked('PAID', ok(ALL)), true, { do: 'renew', stale: true }],
  ])('%s', (_name, last, found, asks, then) => {
    expect(decide(last, found, asks)).toEqual(then);
  });
});

describe('a mint that can not restore', () => {
  const no: Answer<Signed> = { is: 'refused', code: 0, detail: 'not supported' };
  const paid: Found = { is: 'pay', quote: quote('PAID'), inputs: ok([]), change: no };
  const deposit = (state: DepositQuote['state']): Found => ({
    is: 'deposit',
    quote: ok({ quote: 'q', request: '', state, expiry: null }),
    outputs: no,
  });
  it.each<[string, Found, Next]>([
    [
      'what is spent there without an answer is gone',
      swap(SPENT, no),
      { do: 'fail', failure: { why: 'spent', stale: false } },
    ],
    ['what is not is asked for again', swap(UNSPENT, no), { do: 'ask' }],
    ['a payment is over, without its change', paid, { do: 'finish', signed: [] }],
    ['a deposit that is paid is asked for', deposit('PAID'), { do: 'ask' }],
    ['one that was issued is gone', deposit('ISSUED'), { do: 'fail', failure: { why: 'issued-elsewhere' } }],
  ])('leaves no operation open: %s', (_what, found, then) => {
    expect(decide(away, found, true, false)).toEqual(then);
  });
});
