import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { BLOCK } from '../../../src-main/payments/ledger-schema.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { SumsCheck } from '../../../src-main/payments/sums-check.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { book, emptyDatabase, entriesOf, sorted, sumsOf } from './support.ts';

const never = new AbortController().signal;
const entries = entriesOf(2 * BLOCK + 9, { everyMs: 60_000, setBack: 500 });

function opened() {
  const db = emptyDatabase();
  book(db, entries);
  const claim = db.prepare(
    "INSERT INTO claims (task, network, place, state, claimed_micro, evidence) VALUES (?, 'iicp', 'd', 'waiting', 1, 'e')",
  );
  for (const { task } of entries.slice(0, 90)) if (task !== null) claim.run(task);
  const settle = db.prepare("UPDATE claims SET state = iif(task % 3, 'paid', 'failed'), settled = ? WHERE task = ?");
  const open = db.prepare('SELECT task FROM claims LIMIT 50').pluck().all();
  for (const [n, task] of open.entries()) settle.run(n + 1, task);
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const committer = {
    commit: async (writes: readonly Write[]) =>
      db.transaction(() => {
        for (const { sql, params } of writes) db.prepare(sql).run(...params);
      })(),
  };
  const check = new SumsCheck({ clock: systemClock, logger, committer, read: db });
  const rollup = () => db.prepare('SELECT * FROM ledger_sums WHERE entries <> 0').all();
  return { db, check, rollup, errors };
}

describe('the check of the ledger’s sums', () => {
  it('says nothing of a rollup that is right, and leaves it as it is', async () => {
    const { check, rollup, errors } = opened();
    const before = rollup();
    expect([await check.look(never), errors.length]).toEqual([true, 0]);
    expect(rollup()).toEqual(before);
  });

  it.each([
    ['an amount that is wrong', 'UPDATE ledger_sums SET amount_micro = amount_micro + 1 WHERE quarter >= 0'],
    ['a quarter that is missing', 'DELETE FROM ledger_sums WHERE quarter = (SELECT max(quarter) FROM ledger_sums)'],
    ['a wrong sum of all', "UPDATE ledger_sums SET entries = entries + 1 WHERE quarter = -1 AND state = 'received'"],
    ['a state that is wrong', "UPDATE OR IGNORE ledger_sums SET state = 'failed' WHERE state = 'received'"],
    ['sums of nothing', "INSERT INTO ledger_sums VALUES (5, 'nobody', 'sat', 'earned', 'earned', 1, 1)"],
  ])('finds %s, says so, and makes the rollup anew from the entries', async (_what, damage) => {
    const { db, check, rollup, errors } = opened();
    const right = rollup();
    db.exec(damage);
    expect(await check.look(never)).toBe(false);
    expect(errors).toHaveLength(1);
    expect(rollup()).toEqual(right);
    expect(sorted(new LedgerSums(db).all())).toEqual(sumsOf(entries));
    expect(await check.look(never)).toBe(true);
  });
});
