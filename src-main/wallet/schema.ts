// The tables of the wallet. No row here spends anything by itself: the secrets of our own proofs follow from the seed, which is
// sealed, and so is a token that waits to be redeemed. What must never go back can't: triggers refuse it.

import type { Migration } from '../storage/write.ts';

/**
 * What a proof may be. `found`: a restore has come upon it and is not done. `sent`: given away as a token, not yet seen redeemed.
 * `lost`: the mint calls it spent, and not by us.
 */
export type ProofState = 'found' | 'unspent' | 'reserved' | 'sent' | 'spent' | 'lost';

const summed = (row: 'NEW' | 'OLD', sign: '' | '-') => `
        INSERT INTO wallet_proof_sums VALUES (${row}.keyset, ${row}.state, ${sign}${row}.amount, ${sign}1)
          ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, proofs = proofs + excluded.proofs;`;

export const walletMigrations: readonly Migration[] = [
  {
    area: 'wallet',
    number: 1,
    name: 'mints, keysets, proofs, operations',
    // A keyset belongs to one mint alone: NUT-13 counts by keyset, and two mints with one counter would give away each other's secrets.
    sql: `
      CREATE TABLE wallet_mints (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
        restores INTEGER NOT NULL CHECK (restores IN (0, 1)),
        stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1)),
        name TEXT,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE wallet_keysets (
        id TEXT PRIMARY KEY,
        mint INTEGER NOT NULL REFERENCES wallet_mints,
        unit TEXT NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        fee_ppk INTEGER NOT NULL CHECK (fee_ppk >= 0),
        final_expiry INTEGER,
        keys TEXT NOT NULL,
        next INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER wallet_counters_only_grow BEFORE UPDATE OF next ON wallet_keysets WHEN NEW.next < OLD.next BEGIN
        SELECT RAISE(ABORT, 'a counter never goes back');
      END;
      CREATE TABLE wallet_operations (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('receive', 'send', 'swap', 'pay', 'deposit', 'restore')),
        mint INTEGER NOT NULL REFERENCES wallet_mints,
        unit TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'failed')),
        once TEXT,
        plan TEXT NOT NULL,
        reason TEXT,
        ended_at INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX wallet_operations_once ON wallet_operations (once) WHERE once IS NOT NULL AND state <> 'failed';
      CREATE INDEX wallet_operations_open ON wallet_operations (id) WHERE state = 'open';
      CREATE TABLE wallet_proofs (
        keyset TEXT NOT NULL REFERENCES wallet_keysets,
        counter INTEGER NOT NULL,
        amount INTEGER NOT NULL CHECK (amount > 0),
        c TEXT NOT NULL,
        y TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('found', 'unspent', 'reserved', 'sent', 'spent', 'lost')),
        operation INTEGER NOT NULL REFERENCES wallet_operations,
        PRIMARY KEY (keyset, counter)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX wallet_proofs_held ON wallet_proofs (keyset, state, amount) WHERE state IN ('unspent', 'reserved', 'sent');
      CREATE INDEX wallet_proofs_of ON wallet_proofs (operation);
      CREATE TRIGGER wallet_proofs_stay_spent BEFORE UPDATE OF state ON wallet_proofs
        WHEN OLD.state = 'spent' AND NEW.state <> 'spent' BEGIN
        SELECT RAISE(ABORT, 'what is spent stays spent');
      END;
      CREATE TABLE wallet_proof_sums (
        keyset TEXT NOT NULL,
        state TEXT NOT NULL,
        amount INTEGER NOT NULL,
        proofs INTEGER NOT NULL,
        PRIMARY KEY (keyset, state)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER wallet_proofs_added AFTER INSERT ON wallet_proofs BEGIN ${summed('NEW', '')}
      END;
      CREATE TRIGGER wallet_proofs_moved AFTER UPDATE OF state ON wallet_proofs BEGIN ${summed('OLD', '-')}${summed('NEW', '')}
      END;
      CREATE TABLE wallet_movements (
        network TEXT NOT NULL,
        reference TEXT NOT NULL,
        mint INTEGER NOT NULL REFERENCES wallet_mints,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        operation INTEGER NOT NULL REFERENCES wallet_operations,
        PRIMARY KEY (network, reference)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX wallet_movements_of ON wallet_movements (operation);
      CREATE TABLE wallet_movement_sums (
        mint INTEGER NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (mint, unit)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER wallet_movements_added AFTER INSERT ON wallet_movements BEGIN
        INSERT INTO wallet_movement_sums VALUES (NEW.mint, NEW.unit, NEW.amount_micro, 1)
          ON CONFLICT DO UPDATE SET amount_micro = amount_micro + excluded.amount_micro, entries = entries + excluded.entries;
      END;`,
  },
  {
    area: 'wallet',
    number: 2,
    name: 'sums by kind, promises and marks',
    // A movement without its entry is refused by the kind that is not found.
    sql: `
      DROP TRIGGER wallet_movements_added;
      DROP TABLE wallet_movement_sums;
      CREATE TABLE wallet_flow (
        mint INTEGER NOT NULL,
        unit TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (mint, unit, kind)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO wallet_flow
        SELECT m.mint, m.unit, l.kind, sum(m.amount_micro), count(*)
        FROM wallet_movements m JOIN ledger l ON l.network = m.network AND l.own_reference = m.reference GROUP BY 1, 2, 3;
      CREATE TRIGGER wallet_movements_added AFTER INSERT ON wallet_movements BEGIN
        INSERT INTO wallet_flow VALUES (NEW.mint, NEW.unit,
            (SELECT kind FROM ledger WHERE network = NEW.network AND own_reference = NEW.reference), NEW.amount_micro, 1)
          ON CONFLICT DO UPDATE SET amount_micro = amount_micro + excluded.amount_micro, entries = entries + excluded.entries;
      END;
      CREATE TABLE wallet_promises (
        network TEXT NOT NULL,
        job INTEGER NOT NULL,
        mint INTEGER NOT NULL REFERENCES wallet_mints,
        unit TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount >= 0),
        PRIMARY KEY (network, job, mint, unit)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE wallet_marks (
        name TEXT PRIMARY KEY,
        at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    area: 'wallet',
    number: 3,
    name: 'how far each keyset was signed',
    sql: `
      ALTER TABLE wallet_keysets ADD COLUMN signed INTEGER NOT NULL DEFAULT 0;
      UPDATE wallet_keysets SET signed = next;`,
  },
];

/**
 * What a backup does not take along: proofs that an older copy would believe in although they are spent by then, and what was
 * under way. The mints are marked, so that a wallet that was put back asks them what there is before it does anything else. What
 * was given away stays, or it would be found again as ours; and so do invoices that may still be paid, for no seed knows of them.
 */
export const LEFT_OUT_OF_BACKUPS: readonly string[] = [
  `DELETE FROM wallet_proofs WHERE state <> 'sent'`,
  `DELETE FROM wallet_proof_sums WHERE state <> 'sent'`,
  `DELETE FROM wallet_operations WHERE state = 'open' AND kind <> 'deposit'`,
  `DELETE FROM secrets WHERE name LIKE 'wallet.operation.%'`,
  'UPDATE wallet_mints SET stale = 1',
];
