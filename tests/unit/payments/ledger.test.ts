import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ledger, type LedgerEntry, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';

const BLOCK = 1024;

function emptyDatabase(steps = ledgerMigrations) {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of steps) db.exec(sql);
  return db;
}

interface Plan {
  readonly entries: number;
  /** Of network and unit. */
  readonly kinds: number;
  /** At which of the entries the user sets the clock back an hour. */
  readonly setBack: number;
}

const NAMES = ['iicp credit', 'paygress sat', 'posemesh credit', 'iicp sat'];
const START = 1_700_000_000_000;

/** A few entries a second, amounts that grow and shrink, every ninth a correction. */
function entriesOf({ entries, kinds, setBack }: Plan): LedgerEntry[] {
  return Array.from({ length: entries }, (_, n) => {
    const [network = '', unit = ''] = NAMES[(n * 7) % kinds]!.split(' ');
    const kind = n % 9 === 4 ? 'correction' : 'earned';
    const amountMicro = kind === 'correction' ? -(n % 1013) : (n * 31) % 5003;
    return { at: START + n * 333 - (n >= setBack ? 3_600_000 : 0), network, unit, kind, amountMicro, task: n };
  });
}

function book(db: Database.Database, ...entries: readonly LedgerEntry[]): void {
  // Of another database, for this one may be of an earlier version.
  const ledger = new Ledger(emptyDatabase());
  db.transaction(() => {
    const prepared = new Map<string, Database.Statement>();
    for (const { sql, params } of entries.map((entry) => ledger.entry(entry))) {
      const statement = prepared.get(sql) ?? db.prepare(sql);
      prepared.set(sql, statement);
      statement.run(...params);
    }
  })();
}

/** Added up in the plainest way. */
function sumsOf(entries: readonly LedgerEntry[]): Sum[] {
  const sums: Sum[] = [];
  for (const { network, unit, amountMicro } of entries) {
    const same = sums.find((sum) => sum.network === network && sum.unit === unit);
    if (same) {
      same.amountMicro += amountMicro;
      same.entries += 1;
    } else sums.push({ network, unit, amountMicro, entries: 1 });
  }
  return sorted(sums);
}

const sorted = (sums: readonly Sum[]) =>
  sums.toSorted((a, b) => `${a.network} ${a.unit}`.localeCompare(`${b.network} ${b.unit}`));

const blocks = (db: Database.Database) => db.prepare('SELECT count(*) FROM ledger_blocks').pluck().get();

const plans = fc.record({
  entries: fc.oneof(
    fc.integer({ min: 0, max: 4 * BLOCK + 5 }),
    fc.constantFrom(BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK),
  ),
  kinds: fc.integer({ min: 1, max: NAMES.length }),
  setBack: fc.nat(6 * BLOCK),
});

describe('a sum over the ledger', () => {
  it('is what its entries add up to, after any entry and since any moment, however many blocks there are', () => {
    fc.assert(
      fc.property(plans, fc.nat(4 * BLOCK), fc.nat(4 * BLOCK), (plan, after, since) => {
        const entries = entriesOf(plan);
        const db = emptyDatabase();
        book(db, ...entries);
        const ledger = new Ledger(db);
        for (const id of [0, after, BLOCK, entries.length]) {
          const { sums, through } = ledger.sumsAfter(id);
          expect([sorted(sums), through]).toEqual([sumsOf(entries.slice(id)), Math.max(id, entries.length)]);
        }
        for (const moment of [0, START + since * 333, START - 3_600_000 + since * 333]) {
          expect(sorted(ledger.sumsSince(moment))).toEqual(sumsOf(entries.filter(({ at }) => at >= moment)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('counts nothing of a block whose last entry was undone, and all of it once that is booked after all', () => {
    const db = emptyDatabase();
    const entries = entriesOf({ entries: BLOCK, kinds: 3, setBack: BLOCK });
    book(db, ...entries.slice(0, -1));
    const ledger = new Ledger(db);
    db.exec('BEGIN; SAVEPOINT unit');
    book(db, entries.at(-1)!);
    expect(blocks(db)).toBe(3);
    db.exec('ROLLBACK TO unit; COMMIT');
    expect([blocks(db), sorted(ledger.sumsAfter(0).sums)]).toEqual([0, sumsOf(entries.slice(0, -1))]);
    book(db, entries.at(-1)!);
    expect([blocks(db), sorted(ledger.sumsAfter(0).sums)]).toEqual([3, sumsOf(entries)]);
  });

  it('is the same after an update from the version that had no blocks', () => {
    const [first, second] = ledgerMigrations as [(typeof ledgerMigrations)[0], (typeof ledgerMigrations)[0]];
    for (const count of [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 77]) {
      const entries = entriesOf({ entries: count + 500, kinds: 4, setBack: 900 });
      const db = emptyDatabase([first]);
      book(db, ...entries.slice(0, count));
      db.exec(second.sql);
      book(db, ...entries.slice(count));
      const fresh = emptyDatabase();
      book(fresh, ...entries);
      const all = (each: Database.Database) => each.prepare('SELECT * FROM ledger_blocks').all();
      expect(all(db)).toEqual(all(fresh));
      expect(sorted(new Ledger(db).sumsAfter(0).sums)).toEqual(sumsOf(entries));
    }
  });
});

describe('an entry', () => {
  it('is never changed or taken away', () => {
    const db = emptyDatabase();
    book(db, ...entriesOf({ entries: 3, kinds: 1, setBack: 9 }));
    expect(() => db.exec('UPDATE ledger SET amount_micro = 5')).toThrow('the ledger only grows');
    expect(() => db.exec('DELETE FROM ledger WHERE id = 2')).toThrow('the ledger only grows');
  });
});
