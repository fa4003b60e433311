// What the user of a wallet is made aware of, and when not.
import { describe, expect, it } from 'vitest';
import { alertsOf, type Held, type Known } from '../../../src-main/wallet/alerts.ts';
import type { Holding } from '../../../src-main/wallet/check.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const URL = 'https://mint.example.com';

const holding = (changes: Partial<Holding> = {}): Holding => ({
  mint: 1,
  unit: 'sat',
  unspent: 500,
  reserved: 0,
  sent: 0,
  lost: 0,
  proofs: 3,
  bookedMicro: 500_000_000,
  entries: 1,
  differenceMicro: 0,
  promised: 0,
  flow: [],
  ...changes,
});
const keyset = (changes: Partial<Held> = {}): Held => ({ unit: 'sat', finalExpiry: null, unspent: 500, ...changes });
type KnownMint = Known['mints'][number];
const mint = (changes: Partial<KnownMint> = {}): KnownMint => ({
  id: 1,
  url: URL,
  trusted: true,
  restores: true,
  stale: false,
  name: null,
  at: NOW - 400 * DAY,
  health: { answeredAt: NOW, silentSince: null },
  keysets: [keyset()],
  ...changes,
});
const alerts = (changes: Partial<Known> = {}) =>
  alertsOf({ now: NOW, mints: [mint()], holdings: [holding()], safeAt: NOW, ...changes });
const codes = (changes: Partial<Known>) => alerts(changes).map(({ reason }) => reason.code);
const silent = (minutes: number) => ({ health: { answeredAt: null, silentSince: NOW - minutes * 60_000 } });

describe('a wallet that is well', () => {
  it('has nothing to say', () => {
    expect(alerts()).toEqual([]);
    expect(alerts({ mints: [], holdings: [], safeAt: null })).toEqual([]);
  });
});

describe('a mint that does not answer', () => {
  it('is named after ten minutes', () => {
    expect(codes({ mints: [mint(silent(9))] })).toEqual([]);
    expect(alerts({ mints: [mint(silent(10))] })).toMatchObject([
      { kind: 'mint-away', mint: URL, at: NOW - 600_000, reason: { code: 'wallet.alert-mint-away' } },
    ]);
  });

  it('is none where nothing is held and nothing more is taken', () => {
    expect(codes({ mints: [mint({ ...silent(60), trusted: false })], holdings: [] })).toEqual([]);
  });
});

describe('a keyset that ends', () => {
  const ends = (days: number) => mint({ keysets: [keyset({ finalExpiry: (NOW + days * DAY) / 1000 })] });
  it.each([
    [31, []],
    [29, ['wallet.alert-keyset-expires']],
    [-1, ['wallet.alert-keyset-expired']],
  ])('in %i days', (days, said) => {
    expect(codes({ mints: [ends(days)] })).toEqual(said);
  });

  it('says nothing where nothing of it is held', () => {
    const empty = mint({ keysets: [keyset({ finalExpiry: NOW / 1000, unspent: 0 })] });
    expect(codes({ mints: [empty] })).toEqual([]);
  });
});

describe('a difference', () => {
  it('is said with its amount, whichever way', () => {
    expect(alerts({ holdings: [holding({ differenceMicro: 7_000_000 })] })).toMatchObject([
      { kind: 'difference', reason: { code: 'wallet.alert-missing', values: { amount: 7, unit: 'sat' } } },
    ]);
    expect(codes({ holdings: [holding({ differenceMicro: -1_000_000 })] })).toEqual(['wallet.alert-too-much']);
  });
});

describe('a backup', () => {
  it('is asked for as soon as there is something and none was made', () => {
    expect(codes({ safeAt: null })).toEqual(['wallet.alert-no-backup']);
    expect(codes({ safeAt: null, holdings: [holding({ unspent: 0 })] })).toEqual([]);
  });

  it('is too old where a mint came after it that holds something', () => {
    const later = mint({ at: NOW - DAY });
    expect(codes({ mints: [later], safeAt: NOW - 2 * DAY })).toEqual(['wallet.alert-mint-since-backup']);
    expect(codes({ mints: [later], holdings: [], safeAt: NOW - 2 * DAY })).toEqual([]);
  });

  it.each([
    [999, 3000, false],
    [1000, 90, false],
    [1000, 91, true],
    [10_000, 31, true],
    [99_999, 30, false],
    [100_000, 8, true],
  ])('of %i sat after %i days: %s', (unspent, days, isOld) => {
    const known = { mints: [mint({ at: 0 })], holdings: [holding({ unspent })], safeAt: NOW - days * DAY };
    expect(codes(known)).toEqual(isOld ? ['wallet.alert-backup-old'] : []);
  });

  it('counts msat as parts of a sat', () => {
    const holdings = [holding({ unit: 'msat', unspent: 999_999 })];
    expect(codes({ mints: [mint({ at: 0 })], holdings, safeAt: NOW - 3000 * DAY })).toEqual([]);
  });
});
