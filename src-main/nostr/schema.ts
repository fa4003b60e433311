// The tables of what passes through relays. Each network has rows of its own, by its name.

import type { Migration } from '../storage/write.ts';

export const nostrMigrations: readonly Migration[] = [
  {
    area: 'nostr',
    number: 1,
    name: 'events seen, places reached, events to be published, what relays say of themselves',
    sql: `
      CREATE TABLE nostr_seen (
        network TEXT NOT NULL,
        subscription TEXT NOT NULL,
        id TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (network, subscription, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX nostr_seen_by_age ON nostr_seen (network, at);

      CREATE TABLE nostr_marks (
        network TEXT NOT NULL,
        relay TEXT NOT NULL,
        subscription TEXT NOT NULL,
        mark INTEGER NOT NULL,
        PRIMARY KEY (network, relay, subscription)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE nostr_outbox (
        network TEXT NOT NULL,
        id TEXT NOT NULL,
        address TEXT,
        created_at INTEGER NOT NULL,
        event TEXT NOT NULL,
        wanted INTEGER NOT NULL,
        until INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'superseded', 'expired')),
        PRIMARY KEY (network, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX nostr_outbox_by_address ON nostr_outbox (network, address, created_at) WHERE address IS NOT NULL;

      CREATE TABLE nostr_answers (
        network TEXT NOT NULL,
        id TEXT NOT NULL,
        relay TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('taken', 'refused')),
        said TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (network, id, relay),
        FOREIGN KEY (network, id) REFERENCES nostr_outbox (network, id) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE nostr_documents (
        network TEXT NOT NULL,
        relay TEXT NOT NULL,
        document TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (network, relay)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];
