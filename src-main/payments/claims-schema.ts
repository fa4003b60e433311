import type { Migration } from '../storage/write.ts';

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
];
