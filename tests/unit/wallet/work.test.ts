// How much is looked at for what a page shows and for each payment: counted, so that a wallet that has grown is as quick as a new one.
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { holdings } from '../../../src-main/wallet/check.ts';
import { choose } from '../../../src-main/wallet/planner.ts';
import { walletMigrations } from '../../../src-main/wallet/schema.ts';
import { WalletStore } from '../../../src-main/wallet/store.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import { fillWallet } from '../../support/wallet-filled.ts';

/** Statements and what they go through, of a wallet with so many proofs and entries. */
function workOf(proofs: number, entries: number, work: (store: WalletStore) => unknown) {
  const asked: string[] = [];
  let listening = false;
  const verbose = (sql?: unknown) => void (listening && asked.push(String(sql)));
  const db = new Database(':memory:', { verbose });
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations, ...walletMigrations]) db.exec(sql);
  const store = new WalletStore(db);
  fillWallet(db, { store, ledger: new Ledger(db), proofs, entries });
  listening = true;
  work(store);
  listening = false;
  const plans = asked.flatMap((sql) =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail),
  );
  return {
    statements: asked.length,
    scans: plans.filter((detail) => /^SCAN (p|m|l|wallet_proofs|ledger)\b/.test(detail)),
  };
}

describe('a wallet with ten times as much in it', () => {
  it.each([
    ['says its balance', (store: WalletStore) => holdings(store)],
    ['shows its last movements', (store: WalletStore) => store.page(1e9, 50)],
    ['knows what is under way', (store: WalletStore) => store.open()],
    ['chooses proofs for a payment', (store: WalletStore) => choose(store, store.mints()[0]!, 'sat', 100)],
    ['finds the entries of a movement', (store: WalletStore) => store.entriesOf(1)],
    ['finds what was paid for a job', (store: WalletStore) => store.paidFor(1, 'wallet')],
  ])('%s with as many statements, and goes through no table of proofs or entries', (_what, work) => {
    const [small, large] = [workOf(50, 50, work), workOf(500, 500, work)];
    expect(large.statements).toBe(small.statements);
    expect(large.statements).toBeLessThan(8);
    expect(large.scans).toEqual([]);
  });

  it('goes through all of it only to hold the rows against the sums', () => {
    expect(workOf(10, 10, (store) => store.addedUp()).scans.length).toBeGreaterThan(1);
  });

  it('looks at no more proofs for a payment than one request takes', () => {
    let looked: number[] = [];
    workOf(2000, 10, (store) => {
      looked = [100, 200, 5000].map((most) => store.spendable(1, 'sat', most).length);
    });
    expect(looked).toEqual([100, 200, 2000]);
  });
});
