import type { Migration } from '../storage/write.ts';

/** Settled claims in a block, by the numbers that they were settled with: 1 to 1024 and so on. */
export const CLAIM_BLOCK = 1024;

const BLOCK_SUMS = `network, place, state, coalesce(reason, ''), count(*), sum(claimed_micro), sum(coalesce(awarded_micro, 0))`;

/** Of an IICP directory, as `placeOf` has it: without a slash at its end, nor the version of its API. */
const PLACE = `CASE WHEN rtrim(place, '/') LIKE '%/v1' THEN substr(rtrim(place, '/'), 1, length(rtrim(place, '/')) - 3)
  ELSE rtrim(place, '/') END`;

/**
 * Open claims alone are in the first index, so that finding the next one costs the same whatever was settled before; those in
 * doubt have one of their own, for an outage may leave a million that were never handed in.
 */
export const claimMigrations: readonly Migration[] = [
  {
    area: 'payments',
    number: 4,
    name: 'claims',
    sql: `
      CREATE TABLE claims (
        task INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        place TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'unclear', 'paid', 'failed')),
        claimed_micro INTEGER NOT NULL CHECK (claimed_micro > 0),
        evidence TEXT NOT NULL,
        payer TEXT,
        nonce TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        tried_at INTEGER,
        next_at INTEGER NOT NULL DEFAULT 0,
        awarded_micro INTEGER,
        reference TEXT,
        reason TEXT,
        settled_at INTEGER,
        settled INTEGER
      ) STRICT;
      CREATE INDEX claims_open ON claims (network, place, task) WHERE state IN ('waiting', 'unclear');
      CREATE UNIQUE INDEX claims_reference ON claims (network, place, reference) WHERE reference IS NOT NULL;
      CREATE UNIQUE INDEX claims_settled ON claims (settled) WHERE settled IS NOT NULL;
      CREATE INDEX claims_failed ON claims (network, place, reason) WHERE state = 'failed';`,
  },
  {
    area: 'payments',
    number: 5,
    name: 'claims in doubt, and those paid at once',
    sql: `
      CREATE INDEX claims_in_doubt ON claims (network, place, task) WHERE state IN ('waiting', 'unclear') AND tried_at IS NOT NULL;
      CREATE INDEX claims_paid_at_once ON claims (network, place, settled_at) WHERE state = 'paid' AND reference IS NULL;`,
  },
  {
    area: 'payments',
    number: 6,
    name: 'sums of settled claims',
    // What is settled stays so: sums of full blocks can't go out of date, as those of the ledger can't.
    sql: `
      CREATE TABLE claim_blocks (
        last INTEGER NOT NULL,
        network TEXT NOT NULL,
        place TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        claims INTEGER NOT NULL,
        claimed_micro INTEGER NOT NULL,
        awarded_micro INTEGER NOT NULL,
        PRIMARY KEY (last, network, place, state, reason)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO claim_blocks
        SELECT (settled + ${CLAIM_BLOCK - 1}) / ${CLAIM_BLOCK} * ${CLAIM_BLOCK} AS last, ${BLOCK_SUMS} FROM claims
        WHERE settled <= (SELECT max(settled) FROM claims WHERE settled IS NOT NULL) / ${CLAIM_BLOCK} * ${CLAIM_BLOCK}
        GROUP BY last, network, place, state, coalesce(reason, '');
      CREATE TRIGGER claim_block_full AFTER UPDATE OF settled ON claims WHEN NEW.settled % ${CLAIM_BLOCK} = 0 BEGIN
        INSERT INTO claim_blocks SELECT NEW.settled, ${BLOCK_SUMS} FROM claims
          WHERE settled BETWEEN NEW.settled - ${CLAIM_BLOCK - 1} AND NEW.settled GROUP BY network, place, state, coalesce(reason, '');
      END;`,
  },
  {
    area: 'payments',
    number: 7,
    name: 'one place for each directory',
    // Claims were kept under the address as it was typed. One that was received under two spellings stays where it was.
    sql: `
      UPDATE OR IGNORE claims SET place = ${PLACE} WHERE network = 'iicp' AND place <> ${PLACE};
      DELETE FROM claim_blocks;
      INSERT INTO claim_blocks
        SELECT (settled + ${CLAIM_BLOCK - 1}) / ${CLAIM_BLOCK} * ${CLAIM_BLOCK} AS last, ${BLOCK_SUMS} FROM claims
        WHERE settled <= (SELECT max(settled) FROM claims WHERE settled IS NOT NULL) / ${CLAIM_BLOCK} * ${CLAIM_BLOCK}
        GROUP BY last, network, place, state, coalesce(reason, '');`,
  },
  {
    area: 'payments',
    number: 8,
    name: 'refusals of claims, apart from their tries',
    sql: 'ALTER TABLE claims ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;',
  },
];
