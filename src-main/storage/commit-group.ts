// One group, one transaction, one sync. A unit that does not fit is undone alone while its neighbours are kept: that takes a
// savepoint around each, which costs a third of the time, so a group is first tried without and only repeated if need be.
import type { Database, Statement } from 'better-sqlite3';
import { sqliteCode } from './errors.ts';
import type { Flat, Refusal } from './wire.ts';

/** Prepares the writer's fixed statements once. `texts` grows while groups arrive; statements are prepared on first use. */
export function groupCommitter(db: Database, texts: readonly string[]) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT unit');
  const undo = db.prepare('ROLLBACK TO unit');
  const release = db.prepare('RELEASE unit');
  const prepared: Statement[] = [];

  /**
   * Returns once everything but the refused units is synced. Throws where the database took nothing of it (disk full, I/O
   * error); the transaction is closed then too, and the next group can be tried.
   */
  return function commitGroup(flat: Flat, units: number): Refusal[] {
    try {
      return transaction(flat, units, false) ?? transaction(flat, units, true) ?? [];
    } catch (error) {
      // A deferred foreign key speaks up only at COMMIT, and against the whole group: find out whose it was.
      if (units > 1 && isConstraint(error)) return oneByOne(flat, units);
      if (units === 1 && isConstraint(error)) return [{ unit: 0, why: 'constraint', sqlite: sqliteCode(error) ?? '' }];
      throw error;
    }
  };

  /** Without care, undefined where a unit was refused: nothing of the group is written then. */
  function transaction(flat: Flat, units: number, careful: boolean): Refusal[] | undefined {
    const refused: Refusal[] = [];
    begin.run();
    try {
      let at = 0;
      for (let unit = 0; unit < units; unit++) {
        if (careful) savepoint.run();
        const refusal = runUnit(flat, at, unit);
        if (refusal !== undefined) {
          if (!careful) {
            if (db.inTransaction) rollback.run();
            return undefined;
          }
          undo.run();
          refused.push(refusal);
        }
        if (careful) release.run();
        at = unitEnd(flat, at);
      }
      commit.run();
      return refused;
    } catch (error) {
      // SQLite may have rolled back by itself, as it does when the disk is full.
      if (db.inTransaction) rollback.run();
      throw error;
    }
  }

  /** Returns why the unit must be undone; throws where the whole transaction is lost. */
  function runUnit(flat: Flat, start: number, unit: number): Refusal | undefined {
    let at = start;
    const writes = flat[at++] as number;
    for (let n = 0; n < writes; n++) {
      const text = flat[at++] as number;
      const expected = flat[at++] as number;
      const count = flat[at++] as number;
      let changed: number;
      try {
        prepared[text] ??= db.prepare(texts[text] ?? '');
        changed = prepared[text].run(flat.slice(at, at + count)).changes;
      } catch (error) {
        const sqlite = sqliteCode(error);
        if (isConstraint(error) && db.inTransaction) return { unit, why: 'constraint', sqlite: sqlite ?? '' };
        // SQLITE_ERROR is a text that SQLite does not understand; no SQLite code at all is a refused value.
        if (sqlite === undefined || sqlite === 'SQLITE_ERROR' || sqlite === 'SQLITE_RANGE') {
          return { unit, why: 'statement', problem: error instanceof Error ? error.message : 'unknown' };
        }
        throw error;
      }
      if (expected >= 0 && changed !== expected) return { unit, why: 'count', expected, changed };
      at += count;
    }
    return undefined;
  }

  function oneByOne(flat: Flat, units: number): Refusal[] {
    const refused: Refusal[] = [];
    for (let unit = 0, at = 0; unit < units; unit++) {
      const end = unitEnd(flat, at);
      try {
        for (const refusal of transaction(flat.slice(at, end), 1, true) ?? []) refused.push({ ...refusal, unit });
      } catch (error) {
        if (!isConstraint(error)) throw error;
        refused.push({ unit, why: 'constraint', sqlite: sqliteCode(error) ?? '' });
      }
      at = end;
    }
    return refused;
  }
}

function unitEnd(flat: Flat, start: number): number {
  let at = start + 1;
  for (let left = flat[start] as number; left > 0; left--) at += 3 + (flat[at + 2] as number);
  return at;
}

function isConstraint(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') ?? false;
}
