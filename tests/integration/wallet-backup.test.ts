// A wallet that was put back from a backup, or from an older copy of its database: it believes in nothing that it has not asked for.
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LEFT_OUT_OF_BACKUPS } from '../../src-main/wallet/schema.ts';
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

/** The database as it is now, on a disk of its own. */
function copied({ db }: TestWallet): Database.Database {
  const copy = new Database(db.serialize());
  copy.pragma('foreign_keys = ON');
  onTestFinished(() => void copy.close());
  return copy;
}

async function opened(own: TestWallet, db: Database.Database): Promise<TestWallet> {
  const again = openWallet({ db, values: new Map([['wallet.words', own.wallet.words()]]) });
  onTestFinished(() => again.wallet.stop());
  return again;
}

describe('a wallet that was put back', () => {
  it('from a backup of last month asks its mint before it does anything, and finds every sat', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 200);
    const backup = copied(own);
    backup.exec('CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB, at INTEGER)');
    for (const sql of LEFT_OUT_OF_BACKUPS) backup.exec(sql);
    expect(backup.prepare('SELECT count(*) FROM wallet_proofs').pluck().get()).toBe(0);

    await own.wallet.receive(await tokenOf(mint, 50));
    const given = own.wallet.tokenOf((await own.wallet.send(70)).id)!;
    const payee = await testWallet();
    await payee.wallet.trust(mint.url);
    await payee.wallet.receive(given);
    const held = spendable(own);
    await own.wallet.stop();

    const again = await opened(own, backup);
    expect(again.wallet.mints()).toMatchObject([{ stale: true }]);
    expect(await again.wallet.send(5)).toMatchObject({ state: 'done', plan: { renewed: 0 } });
    expect(again.wallet.mints()).toMatchObject([{ stale: false }]);
    expect(again.wallet.operations(1e9, 9)).toMatchObject([
      { kind: 'send' },
      { kind: 'restore', state: 'done' },
      { kind: 'deposit' },
    ]);
    expect(spendable(again)).toBe(held - 6);
    expect(faultsInBooks(again)).toEqual([]);
  });

  it('still takes in an invoice that was open when the backup was made, once, also where it was paid and taken in meanwhile', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const { id, plan } = await own.wallet.deposit(70, mint.url);
    const taken = await own.wallet.deposit(30, mint.url);
    const backup = copied(own);
    backup.exec('CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB, at INTEGER)');
    for (const sql of LEFT_OUT_OF_BACKUPS) backup.exec(sql);
    for (const { invoice } of [plan, taken.plan] as { invoice: string }[]) mint.lightning.settle(invoice);
    expect(await own.wallet.retry(taken.id)).toMatchObject({ state: 'done' });
    await own.wallet.stop();

    const again = await opened(own, backup);
    await again.wallet.restore(mint.url);
    expect(await again.wallet.retry(id)).toMatchObject({ state: 'done' });
    expect(await again.wallet.retry(taken.id)).toMatchObject({ state: 'failed' });
    expect(spendable(again)).toBe(100);
    expect(faultsInBooks(again)).toEqual([]);
  });

  it('from an older copy with its proofs finds out that they are spent, and counts on from where it was', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 200);
    const copy = copied(own);
    await own.wallet.send(150);
    await own.wallet.stop();
    const again = await opened(own, copy);
    expect(await again.wallet.send(100)).toMatchObject({ state: 'failed', reason: { code: 'wallet.proofs-lost' } });
    // 150 were given away and not redeemed: by its words they are still this wallet's.
    expect(await again.wallet.send(100)).toMatchObject({ state: 'done' });
    expect(faultsInBooks(again)).toEqual([]);
    await again.wallet.check(mint.url);
    expect(again.wallet.holdings()).toMatchObject([{ differenceMicro: 0 }]);
  });

  it('receives with a counter that was used before without losing what it received', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 10);
    const copy = copied(own);
    await own.wallet.receive(await tokenOf(mint, 40));
    await own.wallet.stop();
    const again = await opened(own, copy);
    expect(await again.wallet.receive(await tokenOf(mint, 25))).toMatchObject({ state: 'done', plan: { renewed: 1 } });
    expect(again.wallet.mints()).toMatchObject([{ stale: true }]);
    await again.wallet.restore(mint.url);
    expect(spendable(again)).toBe(75);
    expect(faultsInBooks(again)).toEqual([]);
  });
});

describe('the tables of the wallet', () => {
  it('let no counter go back, and nothing that is spent be anything else', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 10);
    await own.wallet.send(3);
    expect(() => own.db.exec('UPDATE wallet_keysets SET next = next - 1')).toThrow('a counter never goes back');
    expect(() => own.db.exec("UPDATE wallet_proofs SET state = 'unspent' WHERE state = 'spent'")).toThrow(
      'what is spent stays spent',
    );
  });

  it('have nothing in them that could be spent', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 64);
    const token = own.wallet.tokenOf((await own.wallet.send(16)).id)!;
    mint.faults.away = true;
    await own.wallet.send(8);
    const all = own.db.serialize().toString('latin1');
    const { open } = await import('../../src-main/wallet/token.ts');
    const ids = own.wallet.keysets(own.wallet.mints()[0]!).map(({ id }) => id);
    for (const { secret } of open(token, ids)) expect(all).not.toContain(secret);
    expect(all).not.toContain(own.wallet.words());
  });
});
