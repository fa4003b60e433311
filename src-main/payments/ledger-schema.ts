// The tables of the ledger. Entries are only added. What they add up to is kept in one rollup: a full block of entries goes into it
// in the commit of the last of them, and what is settled later changes its state there in the commit of its settlement. Triggers
// see to both, so that no other code has to. Entries of the last block, which is not full, are added up when they are asked for.

import { QUARTER_MS } from '../base/quarter.ts';
import type { Migration } from '../storage/write.ts';
import { claimMigrations } from './claims-schema.ts';

/** Entries in a block: number 1 to 1024 and so on. */
export const BLOCK = 1024;

/** In place of a quarter: the sums of all quarters together. */
export const EVER = -1;

/**
 * SQL for how far an entry has come: received where it was settled when it was booked, else as the claim for its job was, else
 * earned. `settled` is what must be true of the claim `c`.
 */
export const stateSql = (entry: string, settled = 'c.settled IS NOT NULL') => `CASE
  WHEN ${entry}.settled_at IS NOT NULL THEN 'received'
  ELSE coalesce((SELECT iif(c.state = 'paid', 'received', 'failed') FROM claims c WHERE c.task = ${entry}.job AND ${settled}), 'earned') END`;

const ADD =
  'ON CONFLICT DO UPDATE SET amount_micro = amount_micro + excluded.amount_micro, entries = entries + excluded.entries';

/** SQL for the number of the newest entry in a full block: the rollup has all entries up to it, and no others. */
export const FULL = `(coalesce((SELECT max(id) FROM ledger), 0) / ${BLOCK} * ${BLOCK})`;

/** A claim takes the unsettled entries of its job along, from one state into another. */
const moved = (quarter: string, state: string, sign: '' | '-') => `
        INSERT INTO ledger_sums
          SELECT ${quarter}, network, unit, kind, ${state}, ${sign}sum(amount_micro), ${sign}count(*)
          FROM ledger WHERE job = NEW.task AND settled_at IS NULL AND id <= ${FULL} GROUP BY 1, 2, 3, 4
          ${ADD};`;

const SETTLED = "iif(NEW.state = 'paid', 'received', 'failed')";
const QUARTER = `at / ${QUARTER_MS}`;

/** Entries, as they stand now, that are not in the rollup yet: gone through once, for their quarters and for all together. */
const summed = (entries: string) => `
        INSERT INTO ledger_sums
          SELECT iif(row.ever, ${EVER}, s.quarter), s.network, s.unit, s.kind, s.state, sum(s.amount_micro), sum(s.entries)
          FROM (SELECT ${QUARTER} AS quarter, network, unit, kind, ${stateSql('l')} AS state, sum(amount_micro) AS amount_micro,
            count(*) AS entries FROM ledger l WHERE ${entries} GROUP BY 1, 2, 3, 4, 5) s
          CROSS JOIN (SELECT 0 AS ever UNION ALL SELECT 1) row WHERE true GROUP BY 1, 2, 3, 4, 5
          ${ADD};`;

/** Makes the rollup anew from the entries. */
export const REBUILT_SUMS = ['DELETE FROM ledger_sums', summed(`id <= ${FULL}`).trim().replace(/;$/, '')];

export const ledgerMigrations: readonly Migration[] = [
  {
    area: 'payments',
    number: 1,
    name: 'ledger',
    sql: `
      CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('earned', 'correction')),
        task INTEGER,
        UNIQUE (task, kind)
      ) STRICT;`,
  },
  {
    area: 'payments',
    number: 2,
    name: 'sums of blocks',
    sql: `
      CREATE TABLE ledger_blocks (
        last_id INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        first_id INTEGER NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (last_id, network, unit)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO ledger_blocks
        SELECT (id + 1023) / 1024 * 1024 AS block, network, unit, (id + 1023) / 1024 * 1024 - 1023, sum(amount_micro), count(*),
          min(at), max(at)
        FROM ledger WHERE id <= (SELECT max(id) FROM ledger) / 1024 * 1024 GROUP BY block, network, unit;
      CREATE TRIGGER ledger_block_full AFTER INSERT ON ledger WHEN NEW.id % 1024 = 0 BEGIN
        INSERT INTO ledger_blocks
          SELECT NEW.id, network, unit, NEW.id - 1023, sum(amount_micro), count(*), min(at), max(at)
          FROM ledger WHERE id BETWEEN NEW.id - 1023 AND NEW.id GROUP BY network, unit;
      END;
      CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;
      CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;`,
  },
  {
    area: 'payments',
    number: 3,
    name: 'quarters of hours',
    sql: `
      CREATE TABLE ledger_quarters (
        quarter INTEGER NOT NULL,
        last_id INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (quarter, last_id, network, unit)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO ledger_quarters
        SELECT at / ${QUARTER_MS} AS quarter, (id + ${BLOCK - 1}) / ${BLOCK} * ${BLOCK} AS block, network, unit, sum(amount_micro),
          count(*)
        FROM ledger WHERE id <= (SELECT max(id) FROM ledger) / ${BLOCK} * ${BLOCK} GROUP BY quarter, block, network, unit;
      CREATE TRIGGER ledger_quarters_full AFTER INSERT ON ledger WHEN NEW.id % ${BLOCK} = 0 BEGIN
        INSERT INTO ledger_quarters
          SELECT at / ${QUARTER_MS} AS quarter, NEW.id, network, unit, sum(amount_micro), count(*)
          FROM ledger WHERE id BETWEEN NEW.id - ${BLOCK - 1} AND NEW.id GROUP BY quarter, network, unit;
      END;`,
  },
  ...claimMigrations,
  {
    area: 'payments',
    number: 9,
    name: 'entries of every kind, by a reference, and one rollup',
    // Entries of a version before get the references that they would have now, so that what was booked then is not booked again.
    sql: `
      DROP TRIGGER ledger_block_full;
      DROP TRIGGER ledger_quarters_full;
      DROP TRIGGER ledger_never_changes;
      DROP TRIGGER ledger_never_shrinks;
      DROP TABLE ledger_blocks;
      DROP TABLE ledger_quarters;
      ALTER TABLE ledger RENAME TO ledger_before;
      CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('earned', 'correction', 'fee', 'refund', 'withdrawal', 'deposit')),
        job INTEGER,
        reference TEXT NOT NULL,
        settled_at INTEGER
      ) STRICT;
      INSERT INTO ledger
        SELECT id, at, network, unit, amount_micro, kind, task, iif(task IS NULL, 'entry/' || id, kind || '/' || task), NULL
        FROM ledger_before ORDER BY id;
      DROP TABLE ledger_before;
      CREATE UNIQUE INDEX ledger_reference ON ledger (network, reference);
      CREATE INDEX ledger_job ON ledger (job) WHERE job IS NOT NULL;
      CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;
      CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;

      CREATE TABLE ledger_blocks (
        last_id INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (last_id, network, unit)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO ledger_blocks
        SELECT (id + ${BLOCK - 1}) / ${BLOCK} * ${BLOCK} AS block, network, unit, min(at), max(at)
        FROM ledger WHERE id <= (SELECT max(id) FROM ledger) / ${BLOCK} * ${BLOCK} GROUP BY block, network, unit;
      CREATE TRIGGER ledger_block_full AFTER INSERT ON ledger WHEN NEW.id % ${BLOCK} = 0 BEGIN
        INSERT INTO ledger_blocks
          SELECT NEW.id, network, unit, min(at), max(at)
          FROM ledger WHERE id BETWEEN NEW.id - ${BLOCK - 1} AND NEW.id GROUP BY network, unit;
      END;

      CREATE TABLE ledger_sums (
        quarter INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('earned', 'received', 'failed')),
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (quarter, network, unit, kind, state)
      ) STRICT, WITHOUT ROWID;
      ${summed(`id <= ${FULL}`)}
      CREATE TRIGGER ledger_summed AFTER INSERT ON ledger WHEN NEW.id % ${BLOCK} = 0 BEGIN
        ${summed(`id BETWEEN NEW.id - ${BLOCK - 1} AND NEW.id`)}
      END;
      CREATE TRIGGER claims_begin_open BEFORE INSERT ON claims WHEN NEW.settled IS NOT NULL BEGIN
        SELECT RAISE(ABORT, 'a claim is settled after it was made');
      END;
      CREATE TRIGGER ledger_settled AFTER UPDATE OF settled ON claims WHEN NEW.settled IS NOT NULL AND OLD.settled IS NULL BEGIN
        ${moved(QUARTER, "'earned'", '-')}${moved(QUARTER, SETTLED, '')}${moved(String(EVER), "'earned'", '-')}${moved(String(EVER), SETTLED, '')}
      END;`,
  },
];
