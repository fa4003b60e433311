// How much is looked at for a page, a tick and a request: counted, so that a provider that has sold for years is as quick as a new one.
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableMigrations } from '../../../../src-main/networks/paygress/durable/store.ts';
import { leaseMigrations, outsideMigrations } from '../../../../src-main/networks/paygress/leases/schema.ts';
import { LeaseStore } from '../../../../src-main/networks/paygress/leases/store.ts';
import { leaseViews } from '../../../../src-main/networks/paygress/views.ts';
import { workMigrations } from '../../../../src-main/work/store.ts';
import { fillBooks, RUNNING } from '../../../support/paygress-filled.ts';

const NOW = 1_700_000_000_000;
const OWNER = `a${(7).toString(16)}`.padStart(64, '0');

/** Statements and what they go through, with so many leases in the books. */
function workOf(leases: number, work: (store: LeaseStore) => unknown) {
  const asked: string[] = [];
  let listening = false;
  const verbose = (sql?: unknown) => void (listening && asked.push(String(sql)));
  const db = new Database(':memory:', { verbose });
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...leaseMigrations, ...durableMigrations, ...outsideMigrations])
    db.exec(sql);
  fillBooks(db, leases, NOW);
  const store = new LeaseStore(db);
  listening = true;
  work(store);
  listening = false;
  const plans = asked.flatMap((sql) =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail),
  );
  // An index of those that are open, or owed, is as long as there are such.
  return { statements: asked.length, scans: plans.filter((plan) => /^SCAN paygress_\w+$/.test(plan)) };
}

describe('a provider with ten times as many leases in its books', () => {
  it.each<[string, (store: LeaseStore) => unknown]>([
    ['shows a page of them', (store) => leaseViews(store, store.page(Number.MAX_SAFE_INTEGER, 50), NOW)],
    ['shows those that run', (store) => leaseViews(store, store.open(), NOW)],
    [
      'looks at what is due',
      (store) => [
        store.pending(),
        store.refundsDue(NOW),
        store.due(NOW, 32),
        store.open(),
        store.untold(),
        store.nextDue(),
        store.refundsWaiting(),
      ],
    ],
    [
      'takes a request',
      (store) => [
        store.request('b'.repeat(64)),
        store.requestBy(OWNER, 'c'.repeat(64)),
        store.byFingerprint('d'.repeat(64)),
        store.byWorkload(OWNER, 'workload-7'),
        store.newestOf(OWNER),
        store.portsTaken(31_000, 31_000),
        store.paymentFor('b'.repeat(64)),
        store.unanswered(),
      ],
    ],
    ['gives back what was paid', (store) => [store.refundsOf(7), store.mintsOf(7), store.payment(7), store.ports(7)]],
  ])('%s with as many statements, and goes through no table', (_what, work) => {
    const [small, large] = [workOf(200, work), workOf(2000, work)];
    expect(large.statements).toBe(small.statements);
    expect(large.scans).toEqual([]);
  });

  it('reads no more leases for a tick than are due', () => {
    let read: readonly number[] = [];
    workOf(1000, (store) => {
      read = [store.open().length, store.due(NOW, 32).length, store.due(NOW + 86_400_000, 32).length];
    });
    expect(read).toEqual([RUNNING, 0, RUNNING]);
  });
});
