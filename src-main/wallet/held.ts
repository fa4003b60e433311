// What there is of a wallet, found out without loading it: whether it has words, and by its tables alone what it holds, for those who
// have to know before they take a data folder away.

import type { Database } from 'better-sqlite3';
import { MICRO } from '../base/micro.ts';
import type { Vault } from '../secrets/vault.ts';
import { WalletHolds } from './errors.ts';

/** The secret that its words are sealed under. */
export const WORDS_SECRET = 'wallet.words';

export const heldWords = (vault: Vault): string | undefined => vault.get(WORDS_SECRET);

const inSat = (unit: string, amount: string) => `sum(iif(${unit} = 'msat', ${amount} / 1000.0, ${amount}))`;

/**
 * Proofs; tokens that wait to be redeemed; and where a mint was not asked yet since a backup was put back, what the books say of it,
 * for the proofs that follow from the words are not known then.
 */
const HELD = `SELECT coalesce((SELECT ${inSat('k.unit', 's.amount')}
    FROM wallet_proof_sums s JOIN wallet_keysets k ON k.id = s.keyset JOIN wallet_mints m ON m.id = k.mint
    WHERE NOT m.stale AND s.state IN ('found', 'unspent', 'reserved')), 0)
  + coalesce((SELECT ${inSat('unit', "(plan ->> 'amount')")} FROM wallet_operations WHERE state = 'open' AND kind = 'receive'), 0)
  + coalesce((SELECT ${inSat('b.unit', `b.amount_micro / ${MICRO}.0`)} FROM wallet_movements b JOIN wallet_mints m ON m.id = b.mint
    WHERE m.stale), 0)`;

/** In sat, rounded up, at all mints together; 0 also where the database is older than the wallet. */
export function satHeld(read: Database): number {
  const has = read.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'wallet_proof_sums'").get() !== undefined;
  return has ? Math.max(0, Math.ceil(read.prepare(HELD).pluck().get() as number)) : 0;
}

/** Throws WalletHolds where there is something, and it is not just what its user gives up. */
export function assertGivenUp(sat: number, giveUp: number | undefined): void {
  if (sat > 0 && giveUp !== sat) throw new WalletHolds(sat);
}
