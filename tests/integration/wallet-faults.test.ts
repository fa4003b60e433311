// A mint that goes wrong in every way there is a script for, at each kind of operation: nothing is lost, nothing doubled, nothing stuck.
import { describe, expect, it } from 'vitest';
import type { Fault, MintRoute } from '../../src-main/practice/mint/faults.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import type { Operation } from '../../src-main/wallet/operation.ts';
import { seededRandom } from '../support/random.ts';
import {
  faultsInBooks,
  fund,
  practiceMint,
  spendable,
  type TestWallet,
  testWallet,
  tokenOf,
} from '../support/wallet.ts';

/** As often as a wallet would have asked within the day. */
const MOST_RETRIES = 6;

async function settled({ wallet }: TestWallet, operation: Operation): Promise<Operation> {
  let now = operation;
  for (let tries = 0; now.state === 'open' && tries < MOST_RETRIES; tries++) now = await wallet.retry(now.id);
  return now;
}

const REFUSALS = [11001, 11002, 11003, 11004, 11005, 12001, 12002, 20005];
const FAULTS: readonly (readonly [name: string, faults: readonly Fault[]])[] = [
  ['answers late', [{ do: 'late', ms: 20 }]],
  ['does it twice', [{ do: 'twice' }]],
  ['does not answer', [{ do: 'drop' }]],
  ['does not answer three times', [{ do: 'drop' }, { do: 'drop' }, { do: 'drop' }]],
  ['does not answer after having done it', [{ do: 'drop-after' }]],
  ['answers 500', [{ do: 'status', status: 500 }]],
  ['answers 502 after having done it', [{ do: 'status-after', status: 502 }]],
  ['answers 429', [{ do: 'status', status: 429 }]],
  ['answers with a redirect after having done it', [{ do: 'status-after', status: 302 }]],
  ['answers with a page after having done it', [{ do: 'garbage' }]],
  ['answers for another keyset', [{ do: 'other-keyset' }]],
  ...REFUSALS.map((code) => [`refuses with ${code} and does nothing`, [{ do: 'refuse', code }]] as const),
];

/** Each fault meets the same words and the same mint. */
const OWN = 1;
const MINT = 2;

interface Case {
  readonly route: MintRoute;
  /** What there is to spend afterwards; `failed`: where the mint would not. */
  readonly after: { readonly done: number; readonly failed: number };
  run(own: TestWallet, mint: PracticeMint): Promise<Operation>;
}

const CASES: Readonly<Record<string, Case>> = {
  receive: {
    route: 'swap',
    after: { done: 99 + 29, failed: 99 },
    run: async ({ wallet }, mint) => {
      const token = await tokenOf(mint, 30);
      mint.faults.next('swap', ...(mint as unknown as { pending: Fault[] }).pending);
      return wallet.receive(token);
    },
  },
  send: { route: 'swap', after: { done: 68, failed: 99 }, run: async ({ wallet }) => wallet.send(30) },
  pay: {
    route: 'melt',
    after: { done: 67, failed: 99 },
    run: async ({ wallet }, mint) => {
      const { id } = await wallet.offer(mint.lightning.invoice(30_000, '').text);
      return wallet.pay(id);
    },
  },
};

describe.each(Object.entries(CASES))('%s, when the mint', (name, { route, after, run }) => {
  it.each(FAULTS)('%s', async (_fault, faults) => {
    const mint = await practiceMint({ feePpk: 100, random: seededRandom(MINT) });
    const own = await testWallet({ random: seededRandom(OWN) });
    await fund(own, mint, 99);
    if (name === 'receive') Object.assign(mint, { pending: faults });
    else mint.faults.next(route, ...faults);
    const outstanding = mint.vault.outstanding;
    const ended = await settled(own, await run(own, mint));
    expect(ended.state).not.toBe('open');
    expect(spendable(own)).toBe(ended.state === 'done' ? after.done : after.failed);
    expect(faultsInBooks(own)).toEqual([]);
    expect(own.wallet.pending()).toEqual([]);
    // Only what the mint itself refuses ends without what was wanted.
    if (faults[0]?.do !== 'refuse') expect(ended.state).toBe('done');
    expect(mint.vault.outstanding).toBeGreaterThanOrEqual(outstanding - 33);
    const again = await testWallet({ words: own.wallet.words() });
    await again.wallet.trust(mint.url);
    await again.wallet.restore(mint.url);
    const sent = own.wallet.holdings().reduce((sum, holding) => sum + holding.sent, 0);
    expect(spendable(again)).toBe(spendable(own) + sent);
  });
});

describe('a deposit, when the mint', () => {
  it.each(FAULTS)('%s', async (_fault, faults) => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const deposit = await own.wallet.deposit(30, mint.url);
    if (deposit.plan.kind !== 'deposit') throw new TypeError();
    mint.lightning.settle(deposit.plan.invoice);
    mint.faults.next('mint', ...faults);
    expect(await settled(own, deposit)).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(30);
    expect(faultsInBooks(own)).toEqual([]);
  });
});

describe('a mint', () => {
  it('that signs wrongly is found out where it proves its keys, and asked again until it does not', async () => {
    const mint = await practiceMint({ dleq: true, height: 8 });
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const token = await tokenOf(mint, 3);
    mint.faults.next('swap', { do: 'wrong-signatures' });
    expect(await settled(own, await own.wallet.receive(token))).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(3);
  });

  it('that is away for a day keeps an operation waiting with one sentence, and ends it when it is back', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 50);
    const token = await tokenOf(mint, 30);
    mint.faults.away = true;
    const waiting = await own.wallet.receive(token);
    expect(waiting).toMatchObject({
      state: 'open',
      reason: { code: 'wallet.waiting-mint-away', values: { mint: mint.url } },
    });
    const asked = mint.asked.length;
    expect(await own.wallet.retry(waiting.id)).toMatchObject({ state: 'open' });
    // A try is a few questions, not a loop.
    expect(mint.asked.length - asked).toBeLessThan(5);
    expect(spendable(own)).toBe(50);
    mint.faults.clear();
    expect(await own.wallet.retry(waiting.id)).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(80);
  });

  it('that changed its keyset meanwhile is asked for outputs of the new one', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 50);
    mint.vault.rotate(3000);
    // The fee of what goes in is that of its old keyset.
    expect(await own.wallet.send(10)).toMatchObject({ state: 'done', plan: { renewed: 1, fee: 1 } });
    expect(spendable(own)).toBe(39);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that raised its fee meanwhile is paid the new one', async () => {
    const mint = await practiceMint({ version: 0, feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 50);
    for (const keyset of mint.vault.keysets) keyset.feePpk = 2000;
    const sent = await own.wallet.send(10);
    expect(sent).toMatchObject({ state: 'done', plan: { renewed: 1 } });
    expect(spendable(own)).toBe(40 - 2 * (sent.plan.kind === 'send' ? sent.plan.inputs.length : 0));
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('whose new fee is more than there is ends the operation and gives the money back', async () => {
    const mint = await practiceMint({ version: 0 });
    const own = await testWallet();
    await fund(own, mint, 8);
    for (const keyset of mint.vault.keysets) keyset.feePpk = 9000;
    expect(await own.wallet.send(8)).toMatchObject({ state: 'failed', reason: { code: 'wallet.not-enough' } });
    expect(spendable(own)).toBe(8);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that has done it, and refuses to say so, is asked again, and nothing is missing', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 100);
    mint.faults.next('swap', { do: 'drop-after' });
    mint.faults.next('restore', { do: 'refuse', code: 11001 });
    const sent = await own.wallet.send(20);
    expect(sent).toMatchObject({ state: 'open', reason: { code: 'wallet.waiting-mint-inconsistent' } });
    expect(faultsInBooks(own)).toEqual([]);
    expect(await settled(own, sent)).toMatchObject({ state: 'done' });
    expect(own.wallet.holdings()).toMatchObject([{ lost: 0, sent: 20 }]);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that refuses to speak of a deposit is asked again, so that what was paid comes in', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const deposit = await own.wallet.deposit(40, mint.url);
    mint.lightning.settle((deposit.plan as { readonly invoice: string }).invoice);
    mint.faults.next('mint-quote', { do: 'refuse', code: 20001 });
    expect(await own.wallet.retry(deposit.id)).toMatchObject({ state: 'open' });
    expect(await settled(own, deposit)).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(40);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that can not restore is taken only where its user insists', async () => {
    const mint = await practiceMint({ restores: false });
    const own = await testWallet();
    await expect(own.wallet.trust(mint.url)).rejects.toMatchObject({ code: 'wallet.mint-cannot-restore' });
    expect(await own.wallet.trust(mint.url, { anyway: true })).toMatchObject({ restores: false });
  });

  it('with the keys of another one is refused: one counter would serve two', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const other = mint.url.replace('127.0.0.1', 'localhost');
    await expect(own.wallet.trust(other)).rejects.toMatchObject({ code: 'wallet.keyset-of-another' });
  });
});

describe('a payment', () => {
  it('that hangs is shown as pending and not tried anew under another quote, and ends as Lightning ends it', async () => {
    for (const [end, left] of [
      ['settled', 67],
      ['failed', 99],
    ] as const) {
      const mint = await practiceMint({ feePpk: 100 });
      const own = await testWallet();
      await fund(own, mint, 99);
      mint.lightning.script.push('pending');
      const { text } = mint.lightning.invoice(30_000, '');
      const paying = await own.wallet.pay((await own.wallet.offer(text)).id);
      expect(paying).toMatchObject({ state: 'open', reason: { code: 'wallet.waiting-payment-pending' } });
      const second = await own.wallet.pay((await own.wallet.offer(text)).id);
      expect(second.id).toBe(paying.id);
      expect(mint.asked.filter((route) => route === 'melt')).toHaveLength(1);
      mint.lightning.resolve(text, end);
      expect((await own.wallet.retry(paying.id)).state).toBe(end === 'settled' ? 'done' : 'failed');
      expect(spendable(own)).toBe(left);
      expect(faultsInBooks(own)).toEqual([]);
    }
  });

  it('that Lightning refuses leaves everything as it was', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 99);
    mint.lightning.script.push('failed');
    const offer = await own.wallet.offer(mint.lightning.invoice(30_000, '').text);
    expect(await own.wallet.pay(offer.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'wallet.payment-failed' },
    });
    expect(spendable(own)).toBe(99);
    expect(faultsInBooks(own)).toEqual([]);
  });
});

describe('proofs that another wallet with the same words has spent', () => {
  it('are named as a difference until a restore puts the books right', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 99);
    const twin = await testWallet({ words: own.wallet.words() });
    await twin.wallet.trust(mint.url);
    await twin.wallet.restore(mint.url);
    await twin.wallet.send(40);

    expect(await own.wallet.check(mint.url)).toEqual({ lost: 64 });
    expect(own.wallet.holdings()).toMatchObject([{ lost: 64, unspent: 35, differenceMicro: 64_000_000 }]);
    await own.wallet.restore(mint.url);
    // What the twin has and what it gave away and was not redeemed: all of it follows from the words.
    expect(spendable(own)).toBe(99);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('make an operation with them fail, and name what is gone', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 64);
    const twin = await testWallet({ words: own.wallet.words() });
    await twin.wallet.trust(mint.url);
    await twin.wallet.restore(mint.url);
    await twin.wallet.send(40);
    // Its counters are behind those of the twin, as in an older copy of a wallet.
    const failed = await own.wallet.send(10);
    expect(failed).toMatchObject({ state: 'failed', reason: { code: 'wallet.proofs-lost', values: { amount: 64 } } });
    expect(own.wallet.holdings()).toMatchObject([{ lost: 64, differenceMicro: 64_000_000 }]);
    // So it asks what there is before anything else, and counts on from there.
    expect(await own.wallet.send(10)).toMatchObject({ state: 'done', plan: { renewed: 0 } });
    expect(spendable(own)).toBe(54);
    expect(faultsInBooks(own)).toEqual([]);
  });
});
