// A database of the first version in the middle of its work: tasks that run, claims in doubt, blocks that are full, almost full or
// empty. After the steps to this version it says the same, and goes on from there.
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Claims } from '../../../src-main/payments/claims.ts';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { BLOCK } from '../../../src-main/payments/ledger-schema.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { SumsCheck } from '../../../src-main/payments/sums-check.ts';
import type { Migration, Write } from '../../../src-main/storage/write.ts';
import { WorkStore, workMigrations } from '../../../src-main/work/store.ts';
import { START } from '../../unit/payments/support.ts';

const steps = [...workMigrations, ...ledgerMigrations];
const isNew = ({ area, number }: Migration) => (area === 'work' ? number >= 7 : number >= 9);
const PLACE = 'https://directory.example.com';
/** What became of the claim of each task, in turn; of some nothing is claimed. */
const WAYS = ['waiting', 'tried', 'unclear', 'paid', 'paid less', 'failed', 'not claimed'] as const;

interface Expected {
  received: number;
  earned: number;
  failed: number;
}

/** At most `entries` entries, the corrections among them, and beside them two tasks that run. */
function firstVersion(entries: number): { db: Database.Database; expected: Expected; doubtful: number[] } {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of steps.filter((step) => !isNew(step))) db.exec(sql);
  const task = db.prepare(`INSERT INTO tasks VALUES (?, 'iicp', 'ref', 'chat', 'm', 'b', 0, ?)`);
  const outcome = db.prepare(`INSERT INTO outcomes (task, network, state, tokens_in, tokens_out, took_ms, finished_at)
    VALUES (?, 'iicp', 'done', 3, 4, 5, ?)`);
  const entry = db.prepare(
    `INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, 'iicp', 'credit', ?, ?, ?)`,
  );
  const claim = db.prepare(
    `INSERT INTO claims (task, network, place, state, claimed_micro, evidence) VALUES (?, 'iicp', '${PLACE}', 'waiting', 100, 'e')`,
  );
  const settle = db.prepare(`UPDATE claims SET state = ?, awarded_micro = ?, reference = ?, settled_at = 1,
    settled = (SELECT coalesce(max(settled), 0) + 1 FROM claims WHERE settled IS NOT NULL) WHERE task = ?`);
  const expected = { received: 0, earned: 0, failed: 0 };
  const doubtful: number[] = [];
  let [booked, id] = [0, 0];
  db.transaction(() => {
    while (booked < entries) {
      id += 1;
      const at = START + id * 60_000;
      const way = booked + 1 === entries ? 'tried' : WAYS[id % WAYS.length]!;
      task.run(id, at);
      outcome.run(id, at);
      entry.run(at, 100, 'earned', id);
      booked += 1;
      if (way !== 'not claimed') claim.run(id);
      if (way === 'tried')
        db.prepare('UPDATE claims SET tries = 1, tried_at = 1, nonce = ? WHERE task = ?').run('n', id);
      if (way === 'unclear') db.prepare(`UPDATE claims SET state = 'unclear', tried_at = 1 WHERE task = ?`).run(id);
      if (way === 'tried' || way === 'unclear') doubtful.push(id);
      const given = { paid: 100, 'paid less': 60, failed: 0 }[way as string];
      if (given === undefined) expected.earned += 100;
      else {
        settle.run(given > 0 ? 'paid' : 'failed', given > 0 ? given : null, given > 0 ? `award-${id}` : null, id);
        if (given < 100) {
          entry.run(at + 1, given - 100, 'correction', id);
          booked += 1;
        }
        if (given > 0) expected.received += given;
      }
    }
    for (const open of [id + 1, id + 2]) task.run(open, START);
  })();
  return { db, expected, doubtful };
}

function standing(db: Database.Database): Expected {
  const standing = { received: 0, earned: 0, failed: 0 };
  for (const { state, amountMicro } of new LedgerSums(db).look(0).ever) standing[state] += amountMicro;
  return standing;
}

function write(db: Database.Database, writes: readonly Write[]): void {
  db.transaction(() => {
    for (const { sql, params } of writes) db.prepare(sql).run(...params);
  })();
}

function agrees(db: Database.Database): Promise<boolean> {
  const committer = { commit: () => Promise.reject(new Error('the rollup is not what its entries add up to')) };
  return new SumsCheck({ clock: systemClock, logger: silentLogger, read: db, committer }).look(
    new AbortController().signal,
  );
}

describe('a database of the first version in the middle of its work', () => {
  it.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])(
    'with %i entries: its sums, claims and tasks',
    async (count) => {
      const { db, expected, doubtful } = firstVersion(count);
      const before = (db.prepare('SELECT count(*) FROM ledger').pluck().get() as number) ?? 0;
      db.pragma('foreign_keys = OFF');
      for (const { sql } of steps.filter(isNew)) db.exec(sql);
      db.pragma('foreign_keys = ON');
      expect([db.pragma('foreign_key_check'), db.pragma('integrity_check')]).toEqual([[], [{ integrity_check: 'ok' }]]);
      expect([standing(db), await agrees(db)]).toEqual([expected, true]);

      // The two that ran are interrupted, once, and nothing else is.
      const store = new WorkStore(db);
      write(db, store.interruptOpen(START));
      write(db, store.interruptOpen(START));
      expect(db.prepare(`SELECT count(*) FROM outcomes WHERE state = 'interrupted'`).pluck().get()).toBe(2);
      expect(store.open()).toEqual([]);

      // What was in doubt is settled now, with what it was handed in with; what was settled can't be settled again.
      const ledger = new Ledger(db);
      const claims = new Claims({ read: db, ledger });
      const open = claims.doubtful('iicp', PLACE, START * 2, 10_000);
      expect(open.map(({ task }) => task)).toEqual(doubtful);
      for (const claim of open) {
        const awarded = { network: 'iicp', unit: 'credit', amountMicro: 70 };
        write(db, claims.paidOut(claim, awarded, `late-${claim.task}`, START));
      }
      const paid = 70 * open.length;
      expect(standing(db)).toEqual({
        ...expected,
        earned: expected.earned - 100 * open.length,
        received: expected.received + paid,
      });
      expect(await agrees(db)).toBe(true);

      // What was booked once for a task is not booked again.
      if (before > 0) {
        const again = ledger.book({
          at: START,
          network: 'iicp',
          unit: 'credit',
          amountMicro: 1,
          kind: 'earned',
          job: 1,
          reference: 'earned/1',
          settledAt: null,
        });
        expect(() => write(db, [again])).toThrow(/UNIQUE/);
      }

      // And the next blocks fill up as ever.
      for (let n = 0; n < BLOCK; n += 1) {
        const reference = `deposit-${n}`;
        const amount = { network: 'mesh', unit: 'sat', amountMicro: 3 };
        write(db, [ledger.book({ ...amount, at: START, kind: 'deposit', job: null, reference, settledAt: START })]);
      }
      expect(new LedgerSums(db).all()).toContainEqual({
        network: 'mesh',
        unit: 'sat',
        amountMicro: 3 * BLOCK,
        entries: BLOCK,
      });
      expect(await agrees(db)).toBe(true);
    },
  );
});
