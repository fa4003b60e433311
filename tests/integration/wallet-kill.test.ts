// Killed at every step: a wallet that ends before and after each write and each request of every kind of operation, one after another
// and none left out. Afterwards the books say what the words find at the mint, and nothing is open.
//
// Here each of these ends by never coming back from the step; the same points with a process of its own and SIGKILL are in
// wallet-sigkill.test.ts.
import type Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import type { Committer } from '../../src-main/storage/write.ts';
import { type Http, OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { seededRandom } from '../support/random.ts';
import {
  faultsInBooks,
  fund,
  openWallet,
  practiceMint,
  spendable,
  testWallet,
  tokenOf,
  walletDatabase,
} from '../support/wallet.ts';
import { allSettled, type Given, type ScenarioName, scenarios, TOKEN_AMOUNT } from '../support/wallet-scenarios.ts';

/** What a point is called: what is done there, and on which side of it the end comes. */
class Steps {
  readonly taken: string[] = [];
  counting = false;
  killAt = Number.POSITIVE_INFINITY;
  isDead = false;
  readonly killed = Promise.withResolvers<'killed'>();

  /** Comes back, or does not. */
  async at(point: string): Promise<void> {
    if (!this.counting) return;
    this.taken.push(point);
    if (this.taken.length < this.killAt) return;
    this.killed.resolve('killed');
    await new Promise(() => undefined);
  }

  /** Of the dead: no timer of it fires any more. */
  readonly clock: Clock = {
    ...systemClock,
    after: (ms, fn) => systemClock.after(ms, () => void (this.isDead || fn())),
    sleep: async (ms, signal) => {
      await systemClock.sleep(ms, signal);
      if (this.isDead) await new Promise(() => undefined);
    },
  };

  committer(inner: Committer): Committer {
    return {
      commit: async (writes) => {
        const what = writes[0]!.sql.replace(/\s+/g, ' ').slice(0, 40);
        await this.at(`before write: ${what}`);
        await inner.commit(writes);
        await this.at(`after write: ${what}`);
      },
    };
  }

  http(inner: Http): Http {
    return {
      close: () => inner.close(),
      call: async (url, call, signal) => {
        const path = new URL(url).pathname
          .split('/')
          .slice(2, 5)
          .join('/')
          .replace(/[0-9a-f-]{16,}/, '…');
        await this.at(`before request: ${path}`);
        const reply = await inner.call(url, call, signal);
        await this.at(`after request: ${path}`);
        return reply;
      },
    };
  }
}

/** Each point begins with the same words and the same mint. */
const OTHER = 1;
const OWN = 2;
const MINT = 3;

async function given(mint: PracticeMint): Promise<Given> {
  const other = await testWallet({ random: seededRandom(OTHER) });
  await fund(other, mint, 77);
  return {
    mint: mint.url,
    token: await tokenOf(mint, TOKEN_AMOUNT),
    invoice: mint.lightning.invoice(20_000, '').text,
    words: other.wallet.words(),
  };
}

interface Life {
  readonly db: Database.Database;
  readonly values: Map<string, string>;
}

async function killedAt(name: ScenarioName, killAt: number): Promise<readonly string[]> {
  const mint = await practiceMint({ feePpk: 400, paysItself: true, random: seededRandom(MINT) });
  const from = await given(mint);
  const life: Life = { db: walletDatabase(), values: new Map() };
  const steps = new Steps();
  const http = steps.http(new OutboundHttp());
  const first = openWallet({
    ...life,
    http,
    clock: steps.clock,
    random: seededRandom(OWN),
    wrap: (committer) => steps.committer(committer),
  });
  const scenario = scenarios[name];
  await scenario.setUp(first.wallet, from);
  if (name === 'rotate') mint.vault.rotate(400);
  steps.killAt = killAt;
  steps.counting = true;
  const end = await Promise.race([scenario.run(first.wallet, from).then(() => 'done' as const), steps.killed.promise]);
  steps.counting = false;
  steps.isDead = true;
  await http.close();

  const second = openWallet(life);
  await second.wallet.start();
  await allSettled(second.wallet, mint.url);
  // One that had not begun is asked for again by its user; one that had is over by now, and finds nothing twice.
  if (name === 'restore') await second.wallet.restore(mint.url);
  const where = `${name} at ${killAt}: ${steps.taken.at(-1)}`;
  expect(second.wallet.pending(), where).toEqual([]);
  expect(faultsInBooks(second), where).toEqual([]);

  const words = await testWallet({ words: second.wallet.words() });
  await words.wallet.trust(mint.url);
  await words.wallet.restore(mint.url);
  const sent = second.wallet.holdings().reduce((sum, holding) => sum + holding.sent, 0);
  expect(spendable(words), where).toBe(spendable(second) + sent);

  if (name === 'receive') {
    // Redeemed once: by the operation, or now because it never began.
    const again = await second.wallet.receive(from.token);
    expect(again.state, where).toBe('done');
    expect(second.db.prepare("SELECT count(*) FROM wallet_operations WHERE kind = 'receive'").pluck().get()).toBe(1);
    expect(faultsInBooks(second), where).toEqual([]);
  }
  await second.wallet.stop();
  return end === 'done' ? [] : steps.taken;
}

describe('a wallet that is killed', () => {
  it.each(Object.keys(scenarios) as ScenarioName[])(
    'at each step of %s',
    async (name) => {
      const table: string[] = [];
      for (let at = 1; ; at++) {
        const taken = await killedAt(name, at);
        if (taken.length === 0) break;
        table.push(`${String(at).padStart(2)}  ${taken.at(-1)}`);
      }
      console.log(`${name}: ${table.length} points\n${table.join('\n')}`);
      expect(table.length).toBeGreaterThan(5);
    },
    240_000,
  );
});
