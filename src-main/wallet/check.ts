// Whether the mints still hold what the books say: every hour each of them is asked about all proofs (NUT-07). What is spent there and
// not by us is no longer counted, and the difference stands until it is put right by a restore: nothing is smoothed.

import { MICRO } from '../base/micro.ts';
import type { Committer } from '../storage/write.ts';
import { expectOk, type Mints } from './mints.ts';
import type { Operations } from './operations.ts';
import type { Flow, Mint, WalletStore } from './store.ts';
import { UNITS } from './units.ts';

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
  /** Of what can be spent: what networks may still have to give back. */
  readonly promised: number;
  /** What each kind of entry made of it. */
  readonly flow: readonly Flow[];
}

export function holdings(store: WalletStore): Holding[] {
  return held(store.proofSums(), store.bookSums(), store.promised());
}

/** The same from the rows one by one, without any sum that is kept. */
export function addedUp(store: WalletStore): Holding[] {
  const { proofs, books } = store.addedUp();
  return held(proofs, books, store.promised());
}

function held(
  proofs: ReturnType<WalletStore['proofSums']>,
  books: ReturnType<WalletStore['bookSums']>,
  promises: ReturnType<WalletStore['promised']>,
): Holding[] {
  const keys = new Set([...proofs, ...books].map(({ mint, unit }) => `${mint} ${unit}`));
  return [...keys].map((key) => {
    const [mint, unit] = key.split(' ') as [string, string];
    const own = <T extends { readonly mint: number; readonly unit: string }>(sums: readonly T[]) =>
      sums.filter((sum) => sum.mint === Number(mint) && sum.unit === unit);
    const of = (state: string) => own(proofs).find((sum) => sum.state === state)?.amount ?? 0;
    const count = own(proofs).filter(({ state }) => state === 'unspent' || state === 'reserved');
    const flow = own(books).map(({ kind, amountMicro, entries }) => ({ kind, amountMicro, entries }));
    const bookedMicro = flow.reduce((sum, { amountMicro }) => sum + amountMicro, 0);
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
      entries: flow.reduce((sum, { entries }) => sum + entries, 0),
      differenceMicro: bookedMicro - (unspent + reserved) * MICRO,
      promised: own(promises)[0]?.amount ?? 0,
      flow,
    };
  });
}

/** Asks a mint about everything held there. Throws MintUnreachable and what else it may say. */
export async function checkMint(deps: CheckDeps, mint: Mint): Promise<{ readonly lost: number }> {
  let lost = 0;
  for (const unit of UNITS) {
    // Others have their turn between two questions.
    const alone = <T>(work: () => Promise<T>) => deps.operations.alone(mint.id, unit, work);
    lost += await checkUnit(deps, mint, unit, alone);
  }
  return { lost };
}

interface Place {
  readonly keyset: string;
  readonly counter: number;
}

/** The same for one unit, by a caller who is alone with it. Answers how much is spent there, and not by us. */
export async function checkUnit(
  deps: Omit<CheckDeps, 'operations'>,
  mint: Mint,
  unit: string,
  alone: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): Promise<number> {
  let lost = 0;
  let place: Place | undefined = { keyset: '', counter: -1 };
  while (place) {
    const from: Place = place;
    const looked = await alone(() => checkBatch(deps, mint, unit, from));
    lost += looked.lost;
    place = looked.next;
  }
  return lost;
}

async function checkBatch(
  { store, mints, committer }: Omit<CheckDeps, 'operations'>,
  mint: Mint,
  unit: string,
  { keyset, counter }: Place,
): Promise<{ readonly lost: number; readonly next: Place | undefined }> {
  const batch = store.heldAfter(mint.id, unit, keyset, counter, BATCH);
  const client = mints.clientOf(mint);
  const states = batch.length === 0 ? [] : expectOk(mint.url, await client.check(batch.map(({ y }) => y)));
  const spent = batch.filter((_, n) => states[n] === 'SPENT');
  const writes = spent.map((proof) => store.moveProof(proof, proof.state, proof.state === 'sent' ? 'spent' : 'lost'));
  if (writes.length > 0) await committer.commit(writes);
  const lost = spent.reduce((sum, { amount, state }) => (state === 'unspent' ? sum + amount : sum), 0);
  return { lost, next: batch.length < BATCH ? undefined : batch.at(-1) };
}
