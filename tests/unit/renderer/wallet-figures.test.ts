import { describe, expect, it } from 'vitest';
import {
  type Holding,
  type MintView,
  mostFeeOf,
  originOf,
  rateOf,
  readAmount,
  sourcesOf,
  spendableOf,
  withRate,
  worthOf,
} from '../../../src-renderer/pages/earnings/wallet/figures.ts';

const holding = (given: Partial<Holding> = {}): Holding => ({
  unit: 'sat',
  unspent: 0,
  reserved: 0,
  sent: 0,
  lost: 0,
  proofs: 0,
  bookedMicro: 0,
  entries: 0,
  differenceMicro: 0,
  promised: 0,
  flow: [],
  ...given,
});

const mint = (given: Partial<MintView> = {}): MintView => ({
  url: 'https://mint.example.com',
  name: null,
  trusted: true,
  restores: true,
  stale: false,
  answeredAt: null,
  silentSince: null,
  keysets: [],
  holdings: [],
  ...given,
});

const viewOf = (mints: MintView[]) => ({
  exists: true,
  mints,
  pending: [],
  alerts: [],
  payout: { state: 'off' as const, reason: null, nextAt: null },
  rate: null,
  wordsProvenAt: null,
});

const flow = (kind: Holding['flow'][number]['kind'], sat: number) => ({ kind, amountMicro: sat * 1e6, entries: 1 });

describe('the figures of the wallet', () => {
  it('takes an amount as people type it, and nothing that is none', () => {
    expect(['1500', '1 500', '1.500', ' 21 '].map(readAmount)).toEqual([1500, 1500, 1500, 21]);
    expect(['', ' '].map(readAmount)).toEqual([undefined, undefined]);
    expect(['0', '-3', '1.5', 'ten', '99999999999999999999'].map(readAmount)).toEqual([null, null, null, null, null]);
  });

  it('shows how a balance came about: the parts are all that came in', () => {
    const origin = originOf(
      holding({
        unspent: 70,
        reserved: 10,
        flow: [flow('earned', 90), flow('deposit', 30), flow('withdrawal', -30), flow('fee', -8), flow('refund', -2)],
      }),
    );
    expect(origin).toEqual({
      total: 120e6,
      held: 70e6,
      reserved: 10e6,
      paid: 30e6,
      refunded: 2e6,
      fees: 8e6,
      other: 0,
    });
    const { total, ...parts } = origin;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  it('counts a correction that brought something as what came in, and one that took as a part', () => {
    expect(originOf(holding({ unspent: 5, flow: [flow('correction', 5)] }))).toMatchObject({ total: 5e6, other: 0 });
    expect(originOf(holding({ unspent: 2, flow: [flow('deposit', 5), flow('correction', -3)] }))).toMatchObject({
      total: 5e6,
      other: 3e6,
    });
  });

  it('pays from the fullest first, and adds up what can be spent by unit', () => {
    const small = mint({
      url: 'https://a.example',
      holdings: [holding({ unspent: 5 }), holding({ unit: 'usd', unspent: 9 })],
    });
    const large = mint({ url: 'https://b.example', holdings: [holding({ unit: 'msat', unspent: 9000 }), holding()] });
    expect(sourcesOf(viewOf([small, large])).map(({ id }) => id)).toEqual([
      'msat https://b.example',
      'sat https://a.example',
    ]);
    expect(spendableOf(viewOf([small, large]))).toEqual([
      { unit: 'sat', amount: 5 },
      { unit: 'usd', amount: 9 },
      { unit: 'msat', amount: 9000 },
    ]);
  });

  it('names the most that a mint may take for proofs, by its dearest keyset, rounded up once', () => {
    const keyset = (feePpk: number, unit = 'sat') => ({ id: '00', unit, active: true, feePpk, expiresAt: null });
    const one = mint({ keysets: [keyset(100), keyset(300), keyset(5000, 'msat')] });
    expect([0, 1, 3, 4].map((proofs) => mostFeeOf(one, 'sat', proofs))).toEqual([0, 1, 1, 2]);
    expect(mostFeeOf(mint(), 'sat', 100)).toBe(0);
  });

  it('knows a rate by its newest day, and lets go of one that is taken away', () => {
    const credits = { unit: 'credit', from: null, worth: 2 };
    const first = withRate([credits], '2026-11-01', 90_000);
    expect(rateOf(first, '2026-10-31')).toBeUndefined();
    expect(rateOf(first, '2026-11-22')).toEqual({ price: 90_000, from: '2026-11-01' });
    const second = withRate(first, '2026-11-22', 81_234.56);
    expect(rateOf(second, '2026-11-22')).toEqual({ price: 81_234.56, from: '2026-11-22' });
    expect(rateOf(second, '2026-11-21')).toEqual({ price: 90_000, from: '2026-11-01' });
    const none = withRate(second, '2026-11-22', null);
    expect(rateOf(none, '2026-11-22')).toBeUndefined();
    expect(rateOf(none, '2026-11-21')).toEqual({ price: 90_000, from: '2026-11-01' });
    expect(withRate([credits], '2026-11-22', null)).toEqual([credits]);
    expect(worthOf(50_000, 'sat', 90_000)).toBe(45);
    expect(worthOf(50_000, 'msat', 90_000)).toBe(0.045);
  });
});
