// Random walks over three mints that go wrong: after each step the books say what the proofs say, and the mints owe what the wallets
// hold; at the end, with the mints well again, nothing is open and the words find every sat. 10,000 steps in `npm run soak`.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { HearthError } from '../../src-main/base/errors.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Fault, MintRoute } from '../../src-main/practice/mint/faults.ts';
import { Lightning } from '../../src-main/practice/mint/lightning.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import {
  faultsInBooks,
  openWallet,
  practiceMint,
  spendable,
  type TestWallet,
  testWallet,
  walletDatabase,
} from '../support/wallet.ts';
import { settled } from '../support/wallet-scenarios.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
const WALKS = SOAK ? 50 : 3;
const STEPS = SOAK ? 200 : 40;
const MINTS = 3;

const mintOf = fc.nat(MINTS - 1);
const amountOf = fc.integer({ min: 1, max: 60 });
const fault = fc.oneof(
  fc.constantFrom<Fault>(
    { do: 'drop' },
    { do: 'drop-after' },
    { do: 'twice' },
    { do: 'garbage' },
    { do: 'other-keyset' },
  ),
  fc.constantFrom(500, 502, 429).map((status): Fault => ({ do: 'status-after', status })),
  fc.constantFrom(11001, 11002, 11003, 11004, 11005, 12001, 12002).map((code): Fault => ({ do: 'refuse', code })),
);
const route = fc.constantFrom<MintRoute>(
  'swap',
  'melt',
  'mint',
  'restore',
  'checkstate',
  'melt-quote',
  'mint-quote',
  'keysets',
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('receive' as const), mint: mintOf, amount: amountOf }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), mint: mintOf, amount: amountOf }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('redeem' as const), mint: mintOf }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      mint: mintOf,
      amount: amountOf,
      end: fc.constantFrom('settled' as const, 'failed' as const, 'pending' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), mint: mintOf, to: mintOf, amount: amountOf }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deposit' as const), mint: mintOf, amount: amountOf }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const), mint: mintOf }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('away' as const), mint: mintOf }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fault' as const), mint: mintOf, route, fault }) },
  { weight: 2, arbitrary: fc.constant({ do: 'retry' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly lightning = new Lightning({ clock: systemClock, random: systemRandom });
  mints: PracticeMint[] = [];
  own!: TestWallet;
  payer!: TestWallet;
  readonly #db = walletDatabase();
  readonly #values = new Map<string, string>();
  /** Tokens that were given away, by mint. */
  readonly #tokens: string[][] = Array.from({ length: MINTS }, () => []);
  readonly #hanging: string[] = [];

  async begin(): Promise<void> {
    const fees = [0, 100, 900];
    const options = (feePpk: number) => ({ feePpk, paysItself: true, lightning: this.lightning });
    this.mints = await Promise.all(fees.map((feePpk) => practiceMint(options(feePpk))));
    this.own = openWallet({ db: this.#db, values: this.#values });
    await this.own.wallet.make();
    this.payer = await testWallet();
    for (const { wallet } of [this.own, this.payer]) {
      for (const { url } of this.mints) {
        await wallet.trust(url);
        await settled(wallet, (await wallet.deposit(wallet === this.payer.wallet ? 5000 : 300, url)).id);
      }
    }
  }

  async take(one: Step): Promise<void> {
    const { wallet } = this.own;
    const mint = 'mint' in one ? this.mints[one.mint]! : this.mints[0]!;
    switch (one.do) {
      case 'receive': {
        const sent = await this.#undisturbed(mint, () => this.payer.wallet.send(one.amount, { mint: mint.url }));
        await wallet.receive(this.payer.wallet.tokenOf(sent.id)!);
        return;
      }
      case 'send': {
        const sent = await wallet.send(one.amount, { mint: mint.url });
        const token = wallet.tokenOf(sent.id);
        if (token !== undefined) this.#tokens[one.mint]!.push(token);
        return;
      }
      case 'redeem': {
        const token = this.#tokens[one.mint]!.pop();
        if (token !== undefined) await this.#undisturbed(mint, () => this.payer.wallet.receive(token));
        return;
      }
      case 'pay': {
        const { text } = this.lightning.invoice(one.amount * 1000, '');
        const offer = await wallet.offer(text, { mint: mint.url });
        this.lightning.script.splice(0, this.lightning.script.length, one.end);
        if (one.end === 'pending') this.#hanging.push(text);
        await wallet.pay(offer.id);
        this.lightning.script.length = 0;
        return;
      }
      case 'move':
        return void (await wallet.move(one.amount, mint.url, this.mints[one.to]!.url));
      case 'deposit':
        return void (await wallet.deposit(one.amount, mint.url));
      case 'rotate':
        mint.vault.rotate();
        return void (await wallet.rotate(mint.url));
      case 'away':
        mint.faults.away = !mint.faults.away;
        return;
      case 'fault':
        return mint.faults.next(one.route, one.fault);
      case 'retry':
        for (const { id } of wallet.pending()) await wallet.retry(id);
        return;
      case 'restart':
        await wallet.stop();
        this.own = openWallet({ db: this.#db, values: this.#values });
    }
  }

  /** What the other side does is not what is tried here. */
  async #undisturbed<T>(mint: PracticeMint, work: () => Promise<T>): Promise<T> {
    const { away } = mint.faults;
    mint.faults.clear();
    const done = await work();
    mint.faults.away = away;
    return done;
  }

  async end(): Promise<void> {
    for (const { faults } of this.mints) faults.clear();
    for (const [n, text] of this.#hanging.entries()) this.lightning.resolve(text, n % 2 === 0 ? 'settled' : 'failed');
    const { wallet } = this.own;
    // A deposit that another of them pays is asked for once more after it.
    for (const { id } of [...wallet.pending(), ...wallet.pending()]) await settled(wallet, id);
    expect(wallet.pending().filter(({ reason }) => reason?.code !== 'wallet.waiting-unpaid')).toEqual([]);
    for (const { url } of this.mints) expect(await wallet.check(url)).toEqual({ lost: 0 });
    for (const [n, mint] of this.mints.entries()) {
      const owed = [this.own, this.payer].flatMap((one) =>
        one.wallet.holdings().filter(({ mint: id }) => id === n + 1),
      );
      await this.payer.wallet.check(mint.url);
      const sum = owed.reduce((all, { unspent, reserved }) => all + unspent + reserved, 0);
      const given = [this.own, this.payer]
        .flatMap((one) => one.wallet.holdings().filter(({ mint: id }) => id === n + 1))
        .reduce((all, { sent }) => all + sent, 0);
      expect(mint.vault.outstanding, `mint ${n}`).toBe(sum + given);
    }
    // What waits for an invoice may come in any moment: not while the words are looking.
    await wallet.stop();
    const words = await testWallet({ words: wallet.words() });
    for (const { url } of this.mints) {
      await words.wallet.trust(url);
      await words.wallet.restore(url);
    }
    const sent = wallet.holdings().reduce((sum, holding) => sum + holding.sent, 0);
    expect(spendable(words)).toBe(spendable(this.own) + sent);
  }
}

describe('a wallet at three mints that go wrong', () => {
  it(
    'never loses or doubles a sat, whatever happens in which order',
    async () => {
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
          const world = new World();
          await world.begin();
          for (const one of steps) {
            await world.take(one).catch((error: unknown) => {
              // It said no, or could not be asked: both are sentences, and change nothing.
              if (!(error instanceof HearthError)) throw error;
            });
            taken += 1;
            expect(faultsInBooks(world.own), JSON.stringify(one)).toEqual([]);
          }
          await world.end();
        }),
        { numRuns: WALKS, endOnFailure: true },
      );
      console.log(`${taken} steps`);
    },
    SOAK ? 7_200_000 : 240_000,
  );
});
