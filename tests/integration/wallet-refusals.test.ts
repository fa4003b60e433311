// A mint that refuses for so long that a search from words would end before what comes afterwards: it takes three hundred outputs that
// were never signed for the end.
import { expect, it } from 'vitest';
import { GAP } from '../../src-main/wallet/search.ts';
import {
  faultsInBooks,
  fund,
  practiceMint,
  spendable,
  type TestWallet,
  testWallet,
  tokenOf,
} from '../support/wallet.ts';

const counters = ({ db }: TestWallet) =>
  db.prepare('SELECT next, signed FROM wallet_keysets').get() as { readonly next: number; readonly signed: number };

it('a mint that has refused all day leaves nothing that the words do not find', async () => {
  const mint = await practiceMint({ feePpk: 100 });
  const own = await testWallet();
  await fund(own, mint, 127);
  let taken = 0;
  while (taken < 2 * GAP) {
    mint.faults.next('swap', { do: 'refuse', code: 11001 });
    const sent = await own.wallet.send(63);
    expect(sent).toMatchObject({ state: 'failed', reason: { code: 'wallet.mint-refuses' } });
    taken += sent.plan.kind === 'send' ? sent.plan.outputs.amounts.length : 0;
  }
  expect(counters(own).next).toBeLessThan(GAP);
  expect(await own.wallet.receive(await tokenOf(mint, 64))).toMatchObject({ state: 'done', plan: { renewed: 0 } });
  expect(faultsInBooks(own)).toEqual([]);
  const words = await testWallet({ words: own.wallet.words() });
  await words.wallet.trust(mint.url);
  await words.wallet.restore(mint.url);
  expect(spendable(words)).toBe(spendable(own));
}, 120_000);

it('what reaches the mint late and is signed after all costs nothing: the wallet goes on behind it', async () => {
  const mint = await practiceMint();
  const own = await testWallet();
  await fund(own, mint, 100);
  const { next } = counters(own);
  // As though those had been refused, and more after them.
  own.db.exec(`UPDATE wallet_keysets SET next = ${next + GAP}, signed = 0`);
  expect(await own.wallet.receive(await tokenOf(mint, 25))).toMatchObject({ state: 'done', plan: { renewed: 1 } });
  expect(counters(own)).toEqual({ next: next + GAP, signed: expect.any(Number) as number });
  expect(counters(own).signed).toBeGreaterThan(next);
  await own.wallet.restore(mint.url);
  expect(spendable(own)).toBe(125);
  expect(faultsInBooks(own)).toEqual([]);
});
