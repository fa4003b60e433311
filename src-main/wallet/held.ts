// What a wallet holds, by its tables alone: for those who have to know before they take a data folder away.

import type { Database } from 'better-sqlite3';
import { WalletHolds } from './errors.ts';

const HELD = `SELECT coalesce(sum(iif(k.unit = 'msat', s.amount / 1000.0, s.amount)), 0) AS sat
  FROM wallet_proof_sums s JOIN wallet_keysets k ON k.id = s.keyset WHERE s.state IN ('found', 'unspent', 'reserved')`;

/** In sat, rounded up, at all mints together; 0 also where the database is older than the wallet. */
export function satHeld(read: Database): number {
  const has = read.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'wallet_proof_sums'").get() !== undefined;
  return has ? Math.ceil(read.prepare(HELD).pluck().get() as number) : 0;
}

/** Throws WalletHolds where there is something, and it is not just what its user gives up. */
export function assertGivenUp(sat: number, giveUp: number | undefined): void {
  if (sat > 0 && giveUp !== sat) throw new WalletHolds(sat);
}
