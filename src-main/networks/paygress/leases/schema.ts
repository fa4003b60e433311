// The tables of what was sold. A lease, its payments and its refunds are rows of their own, so that each moves in one commit with the
// wallet's proofs or the house's job, and none of them can be forgotten or done twice. Amounts are millisatoshi, times epoch milliseconds.

import type { Migration } from '../../../storage/write.ts';

export const leaseMigrations: readonly Migration[] = [
  {
    area: 'paygress',
    number: 1,
    name: 'requests, leases, payments, ports, refunds',
    // `sealed` and `access` are encrypted to this node's own Nostr key: they have passwords in them.
    sql: `
      CREATE TABLE paygress_requests (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        way TEXT NOT NULL CHECK (way IN ('nip04', 'nip17')),
        kind TEXT NOT NULL CHECK (kind IN ('spawn', 'top-up')),
        asked_at INTEGER NOT NULL,
        at INTEGER NOT NULL,
        token TEXT NOT NULL,
        job INTEGER NOT NULL,
        reply TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX paygress_requests_token ON paygress_requests (owner, token);
      CREATE INDEX paygress_requests_job ON paygress_requests (job);
      CREATE INDEX paygress_requests_open ON paygress_requests (at) WHERE reply IS NULL;

      CREATE TABLE paygress_leases (
        job INTEGER PRIMARY KEY,
        box TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        way TEXT NOT NULL CHECK (way IN ('nip04', 'nip17')),
        workload TEXT,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'prepared', 'paid', 'active', 'ending', 'closed')),
        spec TEXT NOT NULL,
        image TEXT NOT NULL,
        rate_msat INTEGER NOT NULL CHECK (rate_msat > 0),
        sealed TEXT,
        access TEXT,
        paid_msat INTEGER NOT NULL DEFAULT 0 CHECK (paid_msat >= 0),
        credit_msat INTEGER NOT NULL DEFAULT 0 CHECK (credit_msat >= 0),
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        paid_until INTEGER NOT NULL,
        late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
        tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
        due_at INTEGER NOT NULL,
        ended_as TEXT CHECK (ended_as IN ('done', 'refused', 'failed', 'evicted')),
        end_code TEXT,
        end_message TEXT
      ) STRICT;
      CREATE INDEX paygress_leases_due ON paygress_leases (due_at) WHERE state <> 'closed';
      CREATE INDEX paygress_leases_owner ON paygress_leases (owner, job);
      CREATE INDEX paygress_leases_done ON paygress_leases (job) WHERE ended_as = 'done' AND state = 'closed';
      CREATE UNIQUE INDEX paygress_leases_workload ON paygress_leases (owner, workload)
        WHERE workload IS NOT NULL AND state NOT IN ('ending', 'closed');

      CREATE TABLE paygress_ports (
        port INTEGER PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
        job INTEGER NOT NULL REFERENCES paygress_leases (job),
        box_port INTEGER NOT NULL,
        label TEXT NOT NULL
      ) STRICT;
      CREATE INDEX paygress_ports_job ON paygress_ports (job);

      CREATE TABLE paygress_payments (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        job INTEGER NOT NULL REFERENCES paygress_leases (job),
        request TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('spawn', 'top-up')),
        state TEXT NOT NULL CHECK (state IN ('asked', 'ours', 'used', 'none')),
        msat INTEGER NOT NULL DEFAULT 0 CHECK (msat >= 0),
        mint TEXT,
        unit TEXT,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX paygress_payments_once ON paygress_payments (fingerprint) WHERE state <> 'none';
      CREATE UNIQUE INDEX paygress_payments_asked ON paygress_payments (job) WHERE state IN ('asked', 'ours');
      CREATE INDEX paygress_payments_request ON paygress_payments (request);
      CREATE INDEX paygress_payments_job ON paygress_payments (job);

      CREATE TABLE paygress_refunds (
        id INTEGER PRIMARY KEY,
        job INTEGER NOT NULL REFERENCES paygress_leases (job),
        request TEXT,
        msat INTEGER NOT NULL CHECK (msat > 0),
        why TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('due', 'made', 'void')),
        made_msat INTEGER NOT NULL DEFAULT 0,
        told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
        tries INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX paygress_refunds_job ON paygress_refunds (job);
      CREATE INDEX paygress_refunds_due ON paygress_refunds (due_at) WHERE state = 'due';
      CREATE INDEX paygress_refunds_untold ON paygress_refunds (id) WHERE state = 'made' AND told = 0;`,
  },
];

/** After the others: numbers run through the whole area. */
export const outsideMigrations: readonly Migration[] = [
  {
    area: 'paygress',
    number: 5,
    name: 'ports that the router was asked for',
    sql: 'ALTER TABLE paygress_ports ADD COLUMN outside INTEGER NOT NULL DEFAULT 0 CHECK (outside IN (0, 1));',
  },
];
