// The tables of what passes through relays, as far as they are one network's: what is in them, and the writes that change them.

import type { Database, Statement } from 'better-sqlite3';
import type { Write } from '../storage/write.ts';
import { EVENT } from './bounds.ts';
import { addressOf, type NostrEvent } from './event.ts';

export type OutboxState = 'waiting' | 'done' | 'superseded' | 'expired';

export interface OutboxRow {
  readonly event: NostrEvent;
  /** So many relays are to take it. */
  readonly wanted: number;
  /** Epoch milliseconds: after that it is of no use. */
  readonly until: number;
}

export interface StoredAnswer {
  readonly id: string;
  readonly relay: string;
  readonly answer: 'taken' | 'refused';
}

export class NostrStore {
  readonly #network: string;
  readonly #isSeen: Statement<[string, string, string]>;
  readonly #mark: Statement<[string, string, string], { readonly mark: number }>;
  readonly #waiting: Statement<[string], { readonly event: string; readonly wanted: number; readonly until: number }>;
  readonly #answers: Statement<[string], StoredAnswer>;
  readonly #newest: Statement<[string, string], { readonly at: number | null }>;
  readonly #document: Statement<[string, string], { readonly document: string; readonly at: number }>;

  constructor(read: Database, network: string) {
    this.#network = network;
    this.#isSeen = read.prepare('SELECT 1 FROM nostr_seen WHERE network = ? AND subscription = ? AND id = ?');
    this.#mark = read.prepare('SELECT mark FROM nostr_marks WHERE network = ? AND relay = ? AND subscription = ?');
    this.#waiting = read.prepare(
      "SELECT event, wanted, until FROM nostr_outbox WHERE network = ? AND state = 'waiting' ORDER BY created_at, id",
    );
    this.#answers = read.prepare(`SELECT a.id, a.relay, a.answer FROM nostr_outbox o
      JOIN nostr_answers a ON a.network = o.network AND a.id = o.id WHERE o.network = ? AND o.state = 'waiting'`);
    this.#newest = read.prepare('SELECT max(created_at) AS at FROM nostr_outbox WHERE network = ? AND address = ?');
    this.#document = read.prepare('SELECT document, at FROM nostr_documents WHERE network = ? AND relay = ?');
  }

  isSeen(subscription: string, id: string): boolean {
    return this.#isSeen.get(this.#network, subscription, id) !== undefined;
  }

  /** Epoch seconds up to which this relay was heard to the end. */
  mark(relay: string, subscription: string): number | undefined {
    return this.#mark.get(this.#network, relay, subscription)?.mark;
  }

  waiting(): readonly OutboxRow[] {
    return this.#waiting
      .all(this.#network)
      .map(({ event, wanted, until }) => ({ event: JSON.parse(event) as NostrEvent, wanted, until }));
  }

  /** To what is waiting. */
  answers(): readonly StoredAnswer[] {
    return this.#answers.all(this.#network);
  }

  /** Epoch seconds of the newest event at this address that is remembered. */
  newestAt(address: string): number | undefined {
    return this.#newest.get(this.#network, address)?.at ?? undefined;
  }

  /** What a relay said of itself, as JSON, and when it was read. */
  document(relay: string): { readonly document: string; readonly at: number } | undefined {
    return this.#document.get(this.#network, relay);
  }

  see(subscription: string, id: string, at: number): Write {
    return {
      sql: 'INSERT INTO nostr_seen (network, subscription, id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      params: [this.#network, subscription, id, at],
    };
  }

  putMark(relay: string, subscription: string, mark: number): Write {
    return {
      sql: `INSERT INTO nostr_marks (network, relay, subscription, mark) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET mark = max(mark, excluded.mark)`,
      params: [this.#network, relay, subscription, mark],
    };
  }

  /** The event, in the place of those at its address that it is newer than (NIP-01). */
  putWaiting({ event, wanted, until }: OutboxRow): readonly Write[] {
    const address = addressOf(event) ?? null;
    const put: Write = {
      sql: `INSERT INTO nostr_outbox (network, id, address, created_at, event, wanted, until, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING`,
      params: [this.#network, event.id, address, event.created_at, JSON.stringify(event), wanted, until],
    };
    if (address === null) return [put];
    const supersede: Write = {
      sql: `UPDATE nostr_outbox SET state = 'superseded' WHERE network = ? AND address = ? AND state = 'waiting'
        AND (created_at < ? OR (created_at = ? AND id > ?))`,
      params: [this.#network, address, event.created_at, event.created_at, event.id],
    };
    return [supersede, put];
  }

  setState(id: string, state: OutboxState): Write {
    return {
      sql: "UPDATE nostr_outbox SET state = ? WHERE network = ? AND id = ? AND state = 'waiting'",
      params: [state, this.#network, id],
    };
  }

  putAnswer(id: string, relay: string, answer: 'taken' | 'refused', said: string, at: number): Write {
    return {
      sql: `INSERT INTO nostr_answers (network, id, relay, answer, said, at)
        SELECT network, id, ?, ?, ?, ? FROM nostr_outbox WHERE network = ? AND id = ?
        ON CONFLICT DO UPDATE SET answer = excluded.answer, said = excluded.said, at = excluded.at`,
      params: [relay, answer, said, at, this.#network, id],
    };
  }

  putDocument(relay: string, document: string, at: number): Write {
    return {
      sql: `INSERT INTO nostr_documents (network, relay, document, at) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET document = excluded.document, at = excluded.at`,
      params: [this.#network, relay, document, at],
    };
  }

  /** Lets go of what is old, and of the oldest where there is too much. */
  prune(now: number): readonly Write[] {
    const [network, day] = [this.#network, 86_400_000];
    return [
      { sql: 'DELETE FROM nostr_seen WHERE network = ? AND at < ?', params: [network, now - EVENT.seenMs] },
      {
        sql: `DELETE FROM nostr_seen WHERE network = ? AND at <= (
          SELECT at FROM nostr_seen WHERE network = ? ORDER BY at DESC LIMIT 1 OFFSET ?)`,
        params: [network, network, EVENT.seen],
      },
      {
        sql: "DELETE FROM nostr_outbox WHERE network = ? AND state <> 'waiting' AND created_at < ?",
        params: [network, Math.floor((now - day) / 1000)],
      },
    ];
  }
}
