// Nostr in tests: real tables in memory, a vault that keeps its values in the open, practice relays with faults by script.
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { NostrEvent } from '../../src-main/nostr/event.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import type { Dial } from '../../src-main/nostr/relay-socket.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import { type EventTemplate, Signer } from '../../src-main/nostr/signer.ts';
import { type PracticeRelay, type PracticeRelayOptions, startRelay } from '../../src-main/practice/nostr/relay.ts';
import { committerOf } from './wallet.ts';

export const NETWORK = 'parcel';

export function nostrDatabase(): Database.Database {
  const db = new Database(':memory:');
  for (const { sql } of nostrMigrations) db.exec(sql);
  db.pragma('foreign_keys = ON');
  onTestFinished(() => void db.close());
  return db;
}

/** `secret`: in hex; by default a new key is made. */
export async function testSigner(secret?: string, clock: Clock = systemClock): Promise<Signer> {
  const values = new Map<string, string>();
  const vault = {
    get: (name: string) => values.get(name),
    put: async (changes: Readonly<Record<string, string | null>>) => {
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) values.delete(name);
        else values.set(name, value);
      }
    },
  };
  const signer = new Signer({ clock, random: systemRandom, vault }, `${NETWORK}.nostr-key`);
  await (secret === undefined ? signer.make() : signer.bringIn(secret));
  return signer;
}

export interface Life {
  readonly db?: Database.Database;
  readonly clock?: Clock;
  readonly dial?: Dial;
  readonly signer?: Signer;
}

/** On what there is of it; not started. */
export function testPool({ db = nostrDatabase(), clock = systemClock, dial, signer }: Life = {}): RelayPool {
  const deps = { clock, random: systemRandom, logger: silentLogger, committer: committerOf(db), read: db };
  const pool = new RelayPool(
    { ...deps, ...(dial && { dial }) },
    {
      network: NETWORK,
      ...(signer && {
        logIn: (relay: string, challenge: string) =>
          signer.sign({
            kind: 22_242,
            content: '',
            tags: [
              ['relay', relay],
              ['challenge', challenge],
            ],
          }),
      }),
    },
  );
  onTestFinished(() => pool.stop());
  return pool;
}

export async function practiceRelay(options: PracticeRelayOptions = {}): Promise<PracticeRelay> {
  const relay = await startRelay({ random: systemRandom }, options);
  onTestFinished(() => relay.stop());
  return relay;
}

/** Of a stranger. */
export async function someEvent(template: Partial<EventTemplate> = {}): Promise<NostrEvent> {
  return (await testSigner()).sign({ kind: 1, content: 'hello', ...template });
}
