// What a network that is paid in ecash gets of the wallet: a token for a price, its own rows in the same commit, refunds and promises.
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import { PAYMENT } from '../../src-main/wallet/bounds.ts';
import type { NetworkWallet, Payment } from '../../src-main/wallet/network-wallet.ts';
import {
  faultsInBooks,
  fund,
  openWallet,
  practiceMint,
  spendable,
  type TestWallet,
  testWallet,
  tokenOf,
} from '../support/wallet.ts';

const LEASES = 'CREATE TABLE parcel_leases (job INTEGER PRIMARY KEY, msat INTEGER NOT NULL)';
const NETWORK = 'parcel';

/** A network's own row of a payment. */
const paidLease = ({ job, msat }: Payment) => [
  { sql: 'INSERT INTO parcel_leases VALUES (?, ?)', params: [job, msat], expect: 1 },
];

let mint: PracticeMint;
let own: TestWallet;
let wallet: NetworkWallet;
const leases = () => own.db.prepare('SELECT job, msat FROM parcel_leases ORDER BY job').all();
const entries = () =>
  own.db
    .prepare('SELECT network, kind, job, amount_micro / 1000000 AS sat FROM ledger WHERE network = ? ORDER BY id')
    .all(NETWORK);

beforeEach(async () => {
  mint = await practiceMint({ feePpk: 400 });
  own = await testWallet();
  own.db.exec(LEASES);
  await own.wallet.trust(mint.url);
  wallet = own.wallet.open(NETWORK, { received: paidLease });
});

describe('a token that pays for a job', () => {
  it('is weighed without being taken, and redeemed with the rows and entries of its network', async () => {
    const token = await tokenOf(mint, 64);
    expect(wallet.mints()).toEqual([mint.url]);
    expect(wallet.takes(token)).toBe(true);
    const weighed = await wallet.weigh(token);
    expect(weighed).toMatchObject({ mint: mint.url, unit: 'sat', amountMsat: 64_000, feeMsat: 1000, state: 'unspent' });
    expect(spendable(own)).toBe(0);

    const paid = await wallet.receive(token, { job: 7, leastMsat: 63_000 });
    expect(paid).toMatchObject({ job: 7, state: 'done', msat: 63_000, mint: mint.url });
    expect(leases()).toEqual([{ job: 7, msat: 63_000 }]);
    expect(entries()).toEqual([
      { network: NETWORK, kind: 'earned', job: 7, sat: 64 },
      { network: NETWORK, kind: 'fee', job: 7, sat: -1 },
    ]);
    expect(faultsInBooks(own)).toEqual([]);

    expect(await wallet.receive(token, { job: 7, leastMsat: 1 })).toEqual(paid);
    expect(wallet.payment(paid.id)).toEqual(paid);
    expect(own.wallet.open('other', { received: () => [] }).payment(paid.id)).toBeUndefined();
    expect(await wallet.weigh(token)).toMatchObject({ fingerprint: weighed.fingerprint, state: 'spent' });
  });

  it('is refused for less than its price before the mint hears of it', async () => {
    const token = await tokenOf(mint, 64);
    mint.asked.length = 0;
    await expect(wallet.receive(token, { job: 7, leastMsat: 63_001 })).rejects.toMatchObject({
      code: 'wallet.below-price',
    });
    expect(mint.asked.filter((path) => path.includes('swap'))).toEqual([]);
  });

  it('is redeemed in the next run where this one ended, with the rows of its network', async () => {
    const token = await tokenOf(mint, 64);
    mint.faults.next('swap', { do: 'drop-after' });
    mint.faults.next('restore', { do: 'drop' });
    mint.faults.next('restore', { do: 'drop' });
    expect(await wallet.receive(token, { job: 7, leastMsat: 1 })).toMatchObject({ state: 'open' });
    expect([leases(), entries()]).toEqual([[], []]);
    await own.wallet.stop();

    own = openWallet({ db: own.db, values: new Map(own.vault.values) });
    onTestFinished(() => own.wallet.stop());
    wallet = own.wallet.open(NETWORK, { received: paidLease });
    await own.wallet.start();
    await expect.poll(leases, { timeout: 20_000 }).toEqual([{ job: 7, msat: 63_000 }]);
    expect(await wallet.receive(token, { job: 7, leastMsat: 1 })).toMatchObject({ state: 'done' });
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('is not booked where the network can not write its own row, and stays to be tried again', async () => {
    own.db.exec('INSERT INTO parcel_leases VALUES (7, 1)');
    const paid = await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    expect(paid.state).toBe('open');
    expect(entries()).toEqual([]);
    own.db.exec('DELETE FROM parcel_leases');
    await own.wallet.retry(paid.id);
    expect(wallet.payment(paid.id)).toMatchObject({ state: 'done' });
    expect(leases()).toHaveLength(1);
  });

  it('takes so many payments at once, and says so to the next', async () => {
    const token = await tokenOf(mint, 8);
    mint.faults.next('checkstate', { do: 'late', ms: 500 });
    const all = Array.from({ length: PAYMENT.atOnce }, () => wallet.weigh(token));
    await expect(wallet.weigh(token)).rejects.toMatchObject({ code: 'wallet.busy' });
    await Promise.all(all);
    expect(await wallet.weigh(token)).toMatchObject({ state: 'unspent' });
  });
});

describe('what is given back', () => {
  it('is a token of what was paid less the fee of the mint, once by its name, and never more than was paid', async () => {
    const { job } = await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    const refund = await wallet.refund(job, 40_000, { once: 'lease 7 failed', memo: 'x'.repeat(500) });
    expect(refund).toMatchObject({ state: 'done', msat: 39_000, token: expect.stringMatching(/^cashuB/) });
    expect(own.wallet.look(refund.token!)).toMatchObject({ amount: 39 });
    expect(await wallet.refund(job, 40_000, { once: 'lease 7 failed' })).toEqual(refund);
    expect(entries().slice(2)).toEqual([
      { network: NETWORK, kind: 'refund', job: 7, sat: -39 },
      { network: NETWORK, kind: 'fee', job: 7, sat: -1 },
    ]);
    await expect(wallet.refund(job, 24_000, { once: 'more' })).rejects.toMatchObject({
      code: 'wallet.refund-too-high',
    });
    expect(await wallet.refund(job, 23_000, { once: 'rest' })).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(0);
    expect(faultsInBooks(own)).toEqual([]);
    const payer = await testWallet();
    await payer.wallet.trust(mint.url);
    expect(await payer.wallet.receive(refund.token!)).toMatchObject({ state: 'done' });
  });

  it('cuts a memo that is too long for a token', async () => {
    await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    const { token } = await wallet.refund(7, 40_000, { once: 'a', memo: 'x'.repeat(500) });
    expect(own.wallet.look(token!).memo).toBe('x'.repeat(PAYMENT.memo));
  });

  it('is nothing for a job that was not paid, or to another network', async () => {
    await expect(wallet.refund(8, 1000, { once: 'a' })).rejects.toMatchObject({ code: 'wallet.refund-too-high' });
    await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    const other = own.wallet.open('other', { received: () => [] });
    await expect(other.refund(7, 1000, { once: 'a' })).rejects.toMatchObject({ code: 'wallet.refund-too-high' });
  });

  it('that two ask for at once is given once', async () => {
    await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    const both = await Promise.allSettled([
      wallet.refund(7, 60_000, { once: 'a' }),
      wallet.refund(7, 60_000, { once: 'b' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(faultsInBooks(own)).toEqual([]);
  });
});

describe('what may still have to be given back', () => {
  it('is no part of a payout, and less by what was given back', async () => {
    await fund(own, mint, 100);
    const payment = await wallet.receive(await tokenOf(mint, 64), { job: 7, leastMsat: 1 });
    const promised = () => own.wallet.holdings().map((holding) => holding.promised);
    await own.committer.commit([wallet.promise(payment, 60_500)]);
    expect(promised()).toEqual([61]);
    await wallet.refund(7, 20_000, { once: 'a' });
    expect(promised()).toEqual([41]);
    await own.committer.commit([wallet.promise(payment, 0)]);
    expect(promised()).toEqual([0]);
  });
});
