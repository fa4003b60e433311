// Sums of claims: as their rows have them, whatever was added up before. HEARTH_SOAK=1: more of them made by chance.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Claims } from '../../../src-main/payments/claims.ts';
import { CLAIM_BLOCK } from '../../../src-main/payments/claims-schema.ts';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import type { Migration, Write } from '../../../src-main/storage/write.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import { book, START } from './support.ts';

const PLACES = ['http://one', 'http://two'] as const;
const RUNS = process.env.HEARTH_SOAK === '1' ? 100 : 5;
const REASONS = ['too-old', 'IICP-E027', 'not-awarded'];

function opened(payments: readonly Migration[] = ledgerMigrations) {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...payments]) db.exec(sql);
  return db;
}

/** Of each database; making ready thousands of writes would take longer than doing them. */
const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

function write(db: Database.Database, writes: readonly Write[]): void {
  const statements = prepared.get(db) ?? new Map<string, Database.Statement>();
  prepared.set(db, statements);
  for (const { sql, params } of writes) {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    statement.run(...params);
  }
}

/** Each is made and, mostly, settled; `of` says how, by its number. */
function settleAll(db: Database.Database, claims: Claims, first: number, count: number, seed: number): void {
  const entries = Array.from({ length: count }, (_, n) => ({
    at: START,
    network: 'iicp',
    unit: 'credit',
    amountMicro: 100 + n,
    kind: 'earned' as const,
    task: first + n,
  }));
  book(db, entries);
  db.transaction(() => {
    for (const { task, amountMicro } of entries) {
      const place = PLACES[(task * seed) % 3 === 0 ? 1 : 0];
      const made = { task, network: 'iicp', place, claimedMicro: amountMicro, evidence: 'e', payer: null };
      write(db, [claims.made(made)]);
    }
    const open = new Map(
      PLACES.flatMap((place) => claims.fresh('iicp', place, START, count)).map((one) => [one.task, one]),
    );
    for (const { task, amountMicro } of entries) {
      const claim = open.get(task);
      if (!claim) throw new Error('a claim that was made is not open');
      const amount = { network: 'iicp', unit: 'credit', amountMicro: amountMicro - (task % 7) };
      const how = (task * seed) % 11;
      if (how === 0) write(db, claims.failed(claim, amount, REASONS[task % 3]!, START));
      else if (how === 1) write(db, claims.paidOut(claim, amount, null, START, 'not-listed'));
      else write(db, claims.paidOut(claim, amount, String(task), START));
    }
  })();
}

/** The plainest way: over all rows. */
function plainly(db: Database.Database, place: string): unknown[] {
  return db
    .prepare(`SELECT state, reason, count(*) AS count, sum(claimed_micro) AS claimedMicro,
      coalesce(sum(awarded_micro), 0) AS awardedMicro FROM claims WHERE place = ? GROUP BY state, reason`)
    .all(place);
}

const blocks = (db: Database.Database) => db.prepare('SELECT count(DISTINCT last) FROM claim_blocks').pluck().get();
const sorted = (sums: readonly unknown[]) => sums.map((sum) => JSON.stringify(sum)).toSorted();

function agree(db: Database.Database, claims: Claims): void {
  for (const place of PLACES) expect(sorted(claims.sums('iicp', place))).toEqual(sorted(plainly(db, place)));
}

describe('sums of claims', () => {
  it('are what their rows add up to, open and settled, however many blocks are full', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(2 * CLAIM_BLOCK + 5), fc.constantFrom(CLAIM_BLOCK - 1, CLAIM_BLOCK, CLAIM_BLOCK + 1)),
        fc.nat(30),
        fc.integer({ min: 1, max: 1000 }),
        (settled, open, seed) => {
          const db = opened();
          const claims = new Claims({ read: db, ledger: new Ledger(db) });
          settleAll(db, claims, 1, settled, seed);
          for (let task = settled + 1; task <= settled + open; task += 1) {
            const place = PLACES[task % 2]!;
            write(db, [
              claims.made({ task, network: 'iicp', place, claimedMicro: task, evidence: 'e', payer: null }),
              ...(task % 3 === 0 ? [claims.inDoubt(task, 'unclear', 0, 'replayed')] : []),
            ]);
          }
          expect(blocks(db)).toBe(Math.floor(settled / CLAIM_BLOCK));
          agree(db, claims);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('count nothing of a block whose last claim was not settled after all', () => {
    const db = opened();
    const claims = new Claims({ read: db, ledger: new Ledger(db) });
    settleAll(db, claims, 1, CLAIM_BLOCK - 1, 1);
    db.exec('BEGIN; SAVEPOINT unit');
    settleAll(db, claims, CLAIM_BLOCK, 1, 1);
    expect(blocks(db)).toBe(1);
    db.exec('ROLLBACK TO unit; COMMIT');
    expect(blocks(db)).toBe(0);
    agree(db, claims);
    settleAll(db, claims, CLAIM_BLOCK, 3, 1);
    expect(blocks(db)).toBe(1);
    agree(db, claims);
  });

  it.each([0, 1, CLAIM_BLOCK - 1, CLAIM_BLOCK, 2 * CLAIM_BLOCK + 77])(
    'are the same after an update from the version that had no blocks, with %i settled',
    (count) => {
      const since = ledgerMigrations.filter(({ number }) => number >= 6);
      const db = opened(ledgerMigrations.filter((one) => !since.includes(one)));
      const filled = opened();
      settleAll(filled, new Claims({ read: filled, ledger: new Ledger(filled) }), 1, count, 5);
      const columns = db.prepare("SELECT name FROM pragma_table_info('claims')").pluck().all().join();
      const add = db.prepare(`INSERT INTO claims (${columns}) VALUES (${columns.replaceAll(/[a-z_]+/g, '@$&')})`);
      for (const claim of filled.prepare('SELECT * FROM claims').all()) add.run(claim);
      for (const { sql } of since) db.exec(sql);
      const claims = new Claims({ read: db, ledger: new Ledger(db) });
      expect(blocks(db)).toBe(Math.floor(count / CLAIM_BLOCK));
      agree(db, claims);
      settleAll(db, claims, count + 1, CLAIM_BLOCK, 5);
      expect(blocks(db)).toBe(Math.floor(count / CLAIM_BLOCK) + 1);
      agree(db, claims);
    },
  );

  it('are one for all spellings of a directory after an update, as its receipts are', () => {
    const db = opened(ledgerMigrations.filter(({ number }) => number < 7));
    const add = db.prepare(
      `INSERT INTO claims (task, network, place, state, claimed_micro, evidence, awarded_micro, settled_at) VALUES (?, 'iicp', ?, 'paid', 1, 'e', 1, 1)`,
    );
    const settle = db.prepare('UPDATE claims SET settled = task WHERE task = ?');
    const spellings = ['https://d.example/api', 'https://d.example/api/', 'https://d.example/api/v1/'];
    for (let task = 1; task <= CLAIM_BLOCK; task += 1) {
      add.run(task, spellings[task % 3]);
      settle.run(task);
    }
    const sums = () => db.prepare('SELECT place, sum(claims) AS claims FROM claim_blocks GROUP BY place').all();
    expect(sums()).toHaveLength(3);
    for (const { sql } of ledgerMigrations.filter(({ number }) => number >= 7)) db.exec(sql);
    expect(sums()).toEqual([{ place: spellings[0], claims: CLAIM_BLOCK }]);
    expect(db.prepare('SELECT DISTINCT place FROM claims').pluck().all()).toEqual([spellings[0]]);
  });

  it('look at no more than one block of what was settled', () => {
    const db = opened();
    const claims = new Claims({ read: db, ledger: new Ledger(db) });
    settleAll(db, claims, 1, 3 * CLAIM_BLOCK + 10, 1);
    // Were the rows read again, they would tell of other amounts.
    db.prepare('UPDATE claims SET claimed_micro = claimed_micro + 1 WHERE settled <= ?').run(3 * CLAIM_BLOCK);
    const before = plainly(db, PLACES[0]) as { claimedMicro: number; count: number }[];
    const of = (sums: readonly { claimedMicro: number }[]) => sums.reduce((all, one) => all + one.claimedMicro, 0);
    const there = db.prepare('SELECT count(*) FROM claims WHERE place = ? AND settled <= ?').pluck();
    expect(of(before) - of(claims.sums('iicp', PLACES[0]))).toBe(there.get(PLACES[0], 3 * CLAIM_BLOCK));
  });
});

it('a claim that waits is due in its time, and at once where the clock was set back meanwhile', () => {
  const db = opened();
  const claims = new Claims({ read: db, ledger: new Ledger(db) });
  book(db, [{ at: START, network: 'iicp', unit: 'credit', amountMicro: 5, kind: 'earned', task: 1 }]);
  const place = PLACES[0];
  write(db, [
    claims.made({ task: 1, network: 'iicp', place, claimedMicro: 5, evidence: 'e', payer: null }),
    claims.notTaken(1, START + 3_600_000, null),
  ]);
  const due = (now: number) => claims.fresh('iicp', place, now, 9).length;
  const YEAR_MS = 365 * 86_400_000;
  expect([START, START + 3_599_999, START + 3_600_000, START - YEAR_MS].map(due)).toEqual([0, 0, 1, 1]);
});

it('a claim for a job that had nothing to do with inference is handed in like any other', () => {
  const db = opened();
  const claims = new Claims({ read: db, ledger: new Ledger(db) });
  db.exec(`INSERT INTO jobs (id, network, kind, ref, what, started_at) VALUES (1, 'iicp', 'job', 'splat', 'refinement', ${START});
    INSERT INTO outcomes (job, network, state, took_ms, finished_at) VALUES (1, 'iicp', 'done', 5, ${START});`);
  write(db, [claims.made({ task: 1, network: 'iicp', place: PLACES[0], claimedMicro: 5, evidence: 'e', payer: null })]);
  const fresh = claims.fresh('iicp', PLACES[0], START, 9);
  expect(fresh).toMatchObject([{ task: 1, ref: 'splat', tokens: 0, finishedAt: START }]);
  expect(claims.olderThan('iicp', START + 1, 9)).toEqual(fresh);
});
