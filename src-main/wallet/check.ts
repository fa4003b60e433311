// Whether the mints still hold what the books say: every hour each of them is asked about all proofs (NUT-07). What is spent there and
// not by us is no longer counted, and the difference stands until it is put right by a restore: nothing is smoothed.

import { MICRO } from '../base/micro.ts';
import type { Committer, Write } from '../storage/write.ts';
import { expectOk, type Mints, UNITS } from './mints.ts';
import type { Operations } from './operations.ts';
import type { Mint, WalletStore } from './store.ts';

/** Proofs of one question. */
const BATCH = 100;

export interface CheckDeps {
  readonly committer: Committer;
  readonly store: WalletStore;
  readonly mints: Mints;
  readonly operations: Operations;
}

/** What there is at a mint in one unit, in whole units but for the books. */
export interface Holding {
  readonly mint: number;
  readonly unit: string;
  readonly unspent: number;
  readonly reserved: number;
  /** Given away as tokens that were not redeemed when they were last looked at. */
  readonly sent: number;
  /** What the mint calls spent, and not by us. */
  readonly lost: number;
  readonly proofs: number;
  readonly bookedMicro: number;
  readonly entries: number;
  /** Books less proofs, in millionths; 0 as it must be. */
  readonly differenceMicro: number;
}

export function holdings(store: WalletStore): Holding[] {
  return held(store.proofSums(), store.bookSums());
}

/** The same from the rows one by one, without any sum that is kept. */
export function addedUp(store: WalletStore): Holding[] {
  const { proofs, books } = store.addedUp();
  return held(proofs, books);
}

function held(proofs: ReturnType<WalletStore['proofSums']>, books: ReturnType<WalletStore['bookSums']>): Holding[] {
  const keys = new Set([...proofs, ...books].map(({ mint, unit }) => `${mint} ${unit}`));
  return [...keys].map((key) => {
    const [mint, unit] = key.split(' ') as [string, string];
    const own = <T extends { readonly mint: number; readonly unit: string }>(sums: readonly T[]) =>
      sums.filter((sum) => sum.mint === Number(mint) && sum.unit === unit);
    const of = (state: string) => own(proofs).find((sum) => sum.state === state)?.amount ?? 0;
    const count = own(proofs).filter(({ state }) => state === 'unspent' || state === 'reserved');
    const [book] = own(books);
    const bookedMicro = book?.amountMicro ?? 0;
    const [unspent, reserved] = [of('unspent'), of('reserved')];
    return {
      mint: Number(mint),
      unit,
      unspent,
      reserved,
      sent: of('sent'),
      lost: of('lost'),
      proofs: count.reduce((sum, { proofs: n }) => sum + n, 0),
      bookedMicro,
      entries: book?.entries ?? 0,
      differenceMicro: bookedMicro - (unspent + reserved) * MICRO,
    };
  });
}

/** Asks a mint about everything held there. Throws MintUnreachable and what else it may say. */
export async function checkMint(deps: CheckDeps, mint: Mint): Promise<{ readonly lost: number }> {
  const { store, mints, operations, committer } = deps;
  const client = mints.clientOf(mint);
  let lost = 0;
  // Alone with all units of it, one inside the other, always in the same order.
  const alone = (units: readonly string[], work: () => Promise<void>): Promise<void> => {
    const [unit, ...others] = units;
    return unit === undefined ? work() : operations.alone(mint.id, unit, () => alone(others, work));
  };
  let place: { readonly keyset: string; readonly counter: number } | undefined = { keyset: '', counter: -1 };
  while (place) {
    const from: { readonly keyset: string; readonly counter: number } = place;
    await alone(UNITS, async () => {
      const batch = store.heldAfter(mint.id, from.keyset, from.counter, BATCH);
      const states = batch.length === 0 ? [] : expectOk(mint.url, await client.check(batch.map(({ y }) => y)));
      const writes = batch.flatMap((proof, n): Write[] => {
        if (states[n] !== 'SPENT') return [];
        if (proof.state === 'unspent') lost += proof.amount;
        return [store.moveProof(proof, proof.state, proof.state === 'sent' ? 'spent' : 'lost')];
      });
      if (writes.length > 0) await committer.commit(writes);
      place = batch.length < BATCH ? undefined : batch.at(-1);
    });
  }
  return { lost };
}
