// A month of a provider whose customers pay with play money: leases that run to their end, are topped up or ended early, a mint that
// changes keysets and fees and loses an answer now and then, payouts by themselves. At its end the books, the proofs, the mint and both
// sides' purses say the same. The first days of it where no long form is asked for.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { startMint } from '../../src-main/practice/mint/mint.ts';
import { type Http, OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { HandClock } from '../support/clock.ts';
import { testSigner } from '../support/nostr.ts';
import { letterTo, newLife, openProvider, spawnOf } from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { faultsInBooks, openWallet, spendable, testWallet, walletDatabase } from '../support/wallet.ts';

const DAYS = process.env.HEARTH_SOAK === '1' ? 30 : 4;
const DAY_S = 86_400;
/** Time goes by in such steps, each until the mint has answered. */
const STEP_S = 5;
const PURSE = 20_000;
/** Fees of the mint's keysets, one a week. */
const FEES = [100, 0, 400, 900, 250];

/** Knows when nothing is asked of a mint: time goes on only then, or a mint that answers at once would seem to be slow. */
class Counted implements Http {
  readonly #inner = new OutboundHttp();
  #asking = 0;

  async call(...call: Parameters<Http['call']>): ReturnType<Http['call']> {
    this.#asking += 1;
    try {
      return await this.#inner.call(...call);
    } finally {
      this.#asking -= 1;
    }
  }

  close = () => this.#inner.close();
  idle = () => until('the mint to have answered', () => this.#asking === 0);
}

async function month() {
  const clock = new HandClock(Date.now());
  const mint = await startMint(
    { clock, random: systemRandom },
    { dleq: false, height: 16, paysItself: true, feePpk: FEES[0]! },
  );
  onTestFinished(() => mint.stop());
  const http = new Counted();
  const payout = { to: `me@${new URL(mint.url).host}`, above: 500, mostFee: 20 };
  const life = { ...newLife(), clock, http, payout: { get: () => payout, onChange: () => () => undefined } };
  const provider = await openProvider(life);
  await provider.own.wallet.trust(mint.url);
  await provider.start();

  const payer = openWallet({ db: walletDatabase(), clock });
  onTestFinished(() => payer.wallet.stop());
  await payer.wallet.make();
  await payer.wallet.trust(mint.url);
  await payer.wallet.retry((await payer.wallet.deposit(PURSE, mint.url)).id);
  expect(spendable(payer)).toBe(PURSE);
  const customer = await testSigner();
  const paid = { given: 0, back: 0 };
  const seen = new Set<string>();

  /** So many seconds, and what becomes due in them. */
  const pass = async (seconds: number) => {
    for (let s = 0; s < seconds; s += STEP_S) {
      await clock.turn(STEP_S * 1000);
      await http.idle();
    }
  };
  /** What came for the customer since; tokens of it are redeemed. */
  const news = async () => {
    const found = provider.repliesTo(customer).filter((reply) => !seen.has(JSON.stringify(reply)));
    for (const reply of found) {
      seen.add(JSON.stringify(reply));
      if (typeof reply.details !== 'string' || !reply.details.startsWith('cashu')) continue;
      const taken = await payer.wallet.receive(reply.details);
      expect(taken.state).toBe('done');
      paid.back += taken.plan.kind === 'receive' ? taken.plan.amount : 0;
    }
    return found;
  };
  const ask = async (body: object) => {
    provider.hand(letterTo(customer, provider, body, { at: Math.floor(clock.now() / 1000) }));
    return until('an answer', async () => (await news())[0]);
  };
  const token = async (sats: number) => {
    const text = payer.wallet.tokenOf((await payer.wallet.send(sats)).id)!;
    paid.given += sats;
    return text;
  };
  return { clock, mint, provider, payer, paid, pass, news, ask, token };
}

type Month = Awaited<ReturnType<typeof month>>;

async function day({ mint, provider, pass, news, ask, token, clock }: Month, number: number): Promise<void> {
  const { own, shop, work } = provider;
  if (number % 7 === 2) mint.vault.rotate(FEES[Math.ceil(number / 7)]!);
  if (number % 3 === 1) mint.faults.next('swap', { do: 'drop-after' });
  const rent = async (sats: number) => {
    const answer = await ask(spawnOf(await token(sats)));
    expect(answer, JSON.stringify(answer)).toHaveProperty('pod_npub');
    return Number(String(answer.pod_npub).replace('container-', ''));
  };
  const [long, short] = [await rent(80 + number), await rent(120)];
  await pass(20);
  if (number % 2 === 0) {
    expect(await ask({ pod_npub: `container-${long}`, cashu_token: await token(30) })).toMatchObject({ success: true });
  }
  const isOver = (job: number) => shop.store.lease(job)!.state === 'closed';
  if (number % 3 === 2) await work.endLease(short);
  for (let s = 0; s < 300 && !(isOver(long) && isOver(short)); s += STEP_S) await pass(STEP_S);
  expect([isOver(long), isOver(short)]).toEqual([true, true]);
  await own.wallet.payOut();
  // The rest of the day goes by at once; what is due every hour is due once.
  clock.skip((DAY_S - 4000) * 1000);
  await pass(5);
  await news();
  expect(faultsInBooks(provider.own), `day ${number}`).toEqual([]);
}

describe('a month of practice money', () => {
  it(
    'ends with books, proofs, mint and purses that say the same',
    async () => {
      const all = await month();
      const { mint, provider, payer, paid } = all;
      for (let number = 0; number < DAYS; number += 1) await day(all, number);

      const { own } = provider;
      for (const { id } of own.wallet.pending()) await own.wallet.retry(id);
      expect(own.wallet.pending()).toEqual([]);
      const sums = own.db
        .prepare('SELECT network, kind, sum(amount_micro) / 1000000 AS sat, count(*) AS n FROM ledger GROUP BY 1, 2')
        .all() as { network: string; kind: string; sat: number; n: number }[];
      console.log(
        `${DAYS} days\n${sums.map(({ network, kind, sat, n }) => `${network} ${kind}: ${sat} in ${n}`).join('\n')}`,
      );
      const sum = (network: string, kind: string) =>
        sums.find((one) => one.network === network && one.kind === kind)?.sat ?? 0;
      expect(sum('paygress', 'earned')).toBe(paid.given);
      expect(sum('paygress', 'refund')).toBe(-paid.back);
      expect(sum('wallet', 'withdrawal')).toBeLessThan(0);
      expect(sums.reduce((total, { sat }) => total + sat, 0)).toBe(spendable(own));
      expect(faultsInBooks(own)).toEqual([]);
      expect(await own.wallet.check(mint.url)).toEqual({ lost: 0 });
      expect(await payer.wallet.check(mint.url)).toEqual({ lost: 0 });
      expect(mint.vault.outstanding).toBe(spendable(own) + spendable(payer));
      expect(own.wallet.holdings().map(({ promised, sent, reserved }) => [promised, sent, reserved])).toEqual([
        [0, 0, 0],
      ]);
      const words = await testWallet({ words: own.wallet.words() });
      await words.wallet.trust(mint.url);
      await words.wallet.restore(mint.url);
      expect(spendable(words)).toBe(spendable(own));
    },
    Math.max(240_000, DAYS * 60_000),
  );
});
