// Paying out by itself, at practice mints that also host the Lightning address; and the swap of proofs whose keyset ends.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import type { PayoutSetting } from '../../src-main/wallet/payouts.ts';
import type { Payout } from '../../src-preload/contract/settings/wallet.ts';
import {
  faultsInBooks,
  fund,
  openWallet,
  practiceMint,
  spendable,
  type TestWallet,
  walletDatabase,
} from '../support/wallet.ts';

const addressOf = (mint: PracticeMint) => `me@${new URL(mint.url).host}`;

/** A wallet with what its user has set; its own pace is left out, so that each look is the test's. */
async function payingOut(payout: Payout | null): Promise<TestWallet & { set(payout: Payout | null): void }> {
  let current = payout;
  const listeners = new Set<() => void>();
  const setting: PayoutSetting = {
    get: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const own = openWallet({ db: walletDatabase(), payout: setting });
  onTestFinished(() => own.wallet.stop());
  await own.wallet.make();
  const set = (next: Payout | null) => {
    current = next;
    for (const listener of listeners) listener();
  };
  return { ...own, set };
}

describe('an automatic payout', () => {
  it('is made once there is enough, for no more than its fee, and is booked as what it is', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await payingOut({ to: addressOf(mint), above: 100, mostFee: 10 });
    await fund(own, mint, 100);
    expect(await own.wallet.payOut()).toBeUndefined();
    expect(own.wallet.payout()).toMatchObject({ state: 'below' });
    await fund(own, mint, 100);
    const paid = await own.wallet.payOut();
    expect(paid).toMatchObject({
      state: 'done',
      plan: { kind: 'pay', amount: 190, automatic: true, to: addressOf(mint) },
    });
    expect(own.wallet.entries(paid!.id)).toMatchObject([
      { network: 'wallet', kind: 'withdrawal', amountMicro: -190_000_000 },
      { kind: 'fee' },
    ]);
    expect(spendable(own)).toBeLessThanOrEqual(10);
    expect(await own.wallet.payOut()).toBeUndefined();
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('happens by itself a moment after the money came', async () => {
    const mint = await practiceMint();
    const own = await payingOut({ to: addressOf(mint), above: 100, mostFee: 10 });
    await fund(own, mint, 200);
    await expect.poll(() => spendable(own), { timeout: 20_000 }).toBeLessThan(100);
    await expect.poll(() => own.wallet.pending()).toEqual([]);
  });

  it('is not tried under another quote while the first may still arrive, whatever else there is to pay out', async () => {
    const mint = await practiceMint();
    const own = await payingOut(null);
    await fund(own, mint, 500);
    own.set({ to: addressOf(mint), above: 100, mostFee: 10 });
    mint.lightning.script.push('pending');
    const first = await own.wallet.payOut();
    expect(first).toMatchObject({ state: 'open' });
    await fund(own, mint, 400);
    const quotes = () => mint.asked.filter((path) => path.includes('melt/quote') || path.includes('lnurlp')).length;
    const before = quotes();
    expect(await own.wallet.payOut()).toBeUndefined();
    expect(own.wallet.payout()).toMatchObject({ state: 'under-way' });
    expect(own.wallet.operations(1e9, 9).filter(({ kind }) => kind === 'pay')).toHaveLength(1);
    expect(quotes()).toBe(before);
    mint.lightning.resolve((first!.plan as { readonly invoice: string }).invoice, 'settled');
    expect(await own.wallet.retry(first!.id)).toMatchObject({ state: 'done' });
    expect(await own.wallet.payOut()).toMatchObject({ state: 'done' });
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that would cost too much is not made, says why, and is tried again later', async () => {
    const mint = await practiceMint({ feeReserve: 11 });
    const own = await payingOut(null);
    await fund(own, mint, 500);
    own.set({ to: addressOf(mint), above: 100, mostFee: 10 });
    expect(await own.wallet.payOut()).toBeUndefined();
    expect(own.wallet.payout()).toMatchObject({ state: 'waits', reason: { code: 'wallet.fee' } });
    expect(own.wallet.payout().nextAt).not.toBeNull();
    expect(spendable(own)).toBe(500);
    // Its user allows more: that is tried at once.
    own.set({ to: addressOf(mint), above: 100, mostFee: 20 });
    expect(await own.wallet.payOut()).toMatchObject({ state: 'done' });
  });

  it('leaves everything as it was where Lightning finds no way', async () => {
    const mint = await practiceMint();
    const own = await payingOut(null);
    await fund(own, mint, 500);
    own.set({ to: addressOf(mint), above: 100, mostFee: 10 });
    mint.lightning.script.push('failed');
    expect(await own.wallet.payOut()).toMatchObject({ state: 'failed' });
    expect(own.wallet.payout()).toMatchObject({ state: 'waits', reason: { code: 'wallet.payment-failed' } });
    expect(await own.wallet.payOut()).toBeUndefined();
    expect(spendable(own)).toBe(500);
  });
});

describe('proofs of a keyset that ends soon', () => {
  it('are swapped into one that lasts, where there is one, and named until then', async () => {
    const mint = await practiceMint();
    const soon = Math.floor(Date.now() / 1000) + 10 * 86_400;
    mint.vault.rotate(0, { finalExpiry: soon });
    const own = await payingOut(null);
    await fund(own, mint, 77);
    expect(own.wallet.alerts(Date.now())).toMatchObject([{ kind: 'keyset-expires', at: soon * 1000 }]);
    expect(await own.wallet.rotate(mint.url)).toBeUndefined();
    const lasting = mint.vault.rotate(0, { retires: false });
    expect(await own.wallet.rotate(mint.url)).toMatchObject({ state: 'done', plan: { kind: 'swap', amount: 77 } });
    expect(own.wallet.alerts(Date.now())).toEqual([]);
    expect(own.store.unspentOf(lasting.pair.keysetId)).toBe(77);
    expect(await own.wallet.rotate(mint.url)).toBeUndefined();
  });
});
