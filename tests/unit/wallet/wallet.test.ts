import { describe, expect, it } from 'vitest';
import { faultsInBooks, fund, practiceMint, spendable, testWallet, tokenOf } from '../../support/wallet.ts';

describe('the wallet', () => {
  it('redeems a token, books what it was worth and what the mint took, and redeems it only once', async () => {
    const mint = await practiceMint({ feePpk: 1000 });
    const token = await tokenOf(mint, 21);
    const own = await testWallet();
    await own.wallet.trust(mint.url);

    const received = await own.wallet.receive(token);
    expect(received).toMatchObject({ state: 'done', plan: { kind: 'receive', amount: 21, fee: 3 } });
    expect(spendable(own)).toBe(18);
    expect(own.db.prepare('SELECT kind, amount_micro, unit, network FROM ledger ORDER BY id').all()).toEqual([
      { kind: 'deposit', amount_micro: 21_000_000, unit: 'sat', network: 'wallet' },
      { kind: 'fee', amount_micro: -3_000_000, unit: 'sat', network: 'wallet' },
    ]);
    expect(own.vault.values.size).toBe(1);

    expect((await own.wallet.receive(token)).id).toBe(received.id);
    const other = await testWallet();
    await other.wallet.trust(mint.url);
    expect(await other.wallet.receive(token)).toMatchObject({
      state: 'failed',
      reason: { code: 'wallet.token-spent' },
    });
    for (const one of [own, other]) expect(faultsInBooks(one)).toEqual([]);
  });

  it('makes a token of an amount that another wallet redeems, and sees that it did', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 100);
    const sent = await own.wallet.send(40, { memo: 'thanks' });
    const token = own.wallet.tokenOf(sent.id)!;
    expect(own.wallet.look(token)).toMatchObject({ mint: mint.url, unit: 'sat', amount: 40, memo: 'thanks' });
    expect(spendable(own)).toBe(59);

    const other = await testWallet();
    await other.wallet.trust(mint.url);
    expect(await other.wallet.receive(token)).toMatchObject({ state: 'done' });
    expect(spendable(other)).toBe(39);
    expect(own.wallet.holdings()).toMatchObject([{ sent: 40 }]);
    await own.wallet.check(mint.url);
    expect(own.wallet.holdings()).toMatchObject([{ sent: 0, lost: 0, unspent: 59 }]);
    expect(own.wallet.tokenOf(sent.id)).toBeUndefined();
    for (const one of [own, other]) expect(faultsInBooks(one)).toEqual([]);
  });

  it('says what a token would cost before it is made, and what is missing for one', async () => {
    const mint = await practiceMint({ feePpk: 1000 });
    const own = await testWallet();
    await fund(own, mint, 100);
    const { mint: url, fee } = own.wallet.tokenFee(40);
    expect(url).toBe(mint.url);
    expect(await own.wallet.send(40)).toMatchObject({ state: 'done', plan: { fee } });
    expect(() => own.wallet.tokenFee(99)).toThrow(/can be spent at this mint/);
  });

  it('asks a mint who it is before it is trusted, and shows of its words what can be seen', async () => {
    const mint = await practiceMint({
      name: 'Corner\u202e shop',
      description: `${'long '.repeat(200)}end`,
      feePpk: 100,
    });
    const own = await testWallet();
    const facts = await own.wallet.describe(`${mint.url}/`);
    expect(facts).toMatchObject({
      url: mint.url,
      name: 'Corner  shop',
      version: 'Practice/1',
      motd: null,
      restores: true,
      keysets: [{ unit: 'sat', active: true, feePpk: 100 }],
    });
    expect(facts.description!.length).toBeLessThanOrEqual(400);
    expect(own.wallet.mints()).toEqual([]);
  });

  it('pays an invoice, and what Lightning did not take of the reserve comes back', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 100);
    const { text } = mint.lightning.invoice(50_000, 'a coffee');
    const offer = await own.wallet.offer(text);
    expect(offer).toMatchObject({ amount: 50, reserve: 2, mintFee: 1, description: 'a coffee', mint: mint.url });
    const paid = await own.wallet.pay(offer.id);
    expect(paid).toMatchObject({ state: 'done', plan: { kind: 'pay', paidFee: 2 } });
    expect(spendable(own)).toBe(48);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('finds every sat again from its words alone, and books it as what came in', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 300);
    await own.wallet.receive(await tokenOf(mint, 50));
    await own.wallet.send(20);
    const again = await testWallet({ words: own.wallet.words() });
    await again.wallet.trust(mint.url);
    await again.wallet.restore(mint.url);
    // A token that was not redeemed yet is ours too: the words can't know that it was given away.
    expect(spendable(again)).toBe(spendable(own) + 20);
    expect(faultsInBooks(again)).toEqual([]);
    // And it goes on with counters that were never used.
    expect(await again.wallet.send(5)).toMatchObject({ state: 'done', plan: { renewed: 0 } });
  });

  it('moves money to a new keyset before the old one is gone', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 64);
    mint.vault.rotate(200);
    expect(await own.wallet.rotate(mint.url)).toMatchObject({
      kind: 'swap',
      state: 'done',
      plan: { amount: 64, fee: 1 },
    });
    expect(await own.wallet.rotate(mint.url)).toBeUndefined();
    expect(spendable(own)).toBe(63);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('moves money from one mint to another', async () => {
    const mint = await practiceMint();
    const other = await practiceMint({ lightning: mint.lightning });
    const own = await testWallet();
    await fund(own, mint, 200);
    await own.wallet.trust(other.url);
    expect(await own.wallet.move(100, mint.url, other.url)).toMatchObject({ state: 'done' });
    expect(own.wallet.holdings().map(({ unspent }) => unspent)).toEqual([99, 100]);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('pays to a Lightning address exactly what was meant', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 200);
    const offer = await own.wallet.offer(`alice@${new URL(mint.url).host}`, { amount: 77 });
    expect(offer).toMatchObject({ amount: 77 });
    expect(await own.wallet.pay(offer.id)).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(122);
  });
});
