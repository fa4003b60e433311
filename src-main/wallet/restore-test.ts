// The restore test: finds with words alone, as on a new computer, what is at the mints, and holds it against what the running wallet
// has. That wallet is only looked at: its tables, counters and keysets stay as they are, and no mint is asked to do anything.

import { reasonFor } from '../../src-i18n/reason.ts';
import type { WalletRestoreTest } from '../../src-preload/contract/wallet.ts';
import { HearthError, toReason } from '../base/errors.ts';
import { keysMakeId, type OwnProof } from './blinding/cashu.ts';
import type { Core } from './core.ts';
import { MintMisbehaves, OtherWords } from './errors.ts';
import type { MintClient } from './mint/client.ts';
import { expectOk } from './mints.ts';
import { BATCH, GAP, notSpent, type Searched, searchBatch } from './search.ts';
import { readWords, seedOf } from './seed.ts';
import { sumOf } from './select.ts';
import type { Keyset, Mint } from './store.ts';
import { UNITS } from './units.ts';

type TestedMint = WalletRestoreTest['mints'][number];
type Keys = Pick<Keyset, 'id' | 'unit' | 'keys'>;

/** Proofs of one question to the tables. */
const PAGE = 1000;

/** `given`: the words that are tried; the wallet's own where there are none. Throws BadWords, OtherWords, NoWallet. */
export async function restoreTest(core: Core, given: string | undefined): Promise<WalletRestoreTest> {
  const { clock } = core.deps;
  const [at, began] = [clock.now(), clock.monotonic()];
  const words = core.words();
  if (given !== undefined && readWords(given) !== words) throw new OtherWords();
  const seed = seedOf(words);
  const mints: TestedMint[] = [];
  for (const mint of core.mints.all()) mints.push(...(await tested(core, mint, seed)));
  return { at, took: clock.monotonic() - began, ok: mints.every(({ state }) => state === 'ok'), mints };
}

async function tested(core: Core, mint: Mint, seed: Uint8Array): Promise<TestedMint[]> {
  const client = core.mints.clientOf(mint);
  const units = UNITS.filter((unit) => core.store.keysets(mint.id).some((keyset) => keyset.unit === unit));
  try {
    const keysets = await keysetsOf(client, mint.url);
    const all: TestedMint[] = [];
    for (const unit of units) {
      const before = heldAt(core, mint, unit);
      const found: OwnProof[] = [];
      for (const keyset of keysets.filter((one) => one.unit === unit)) {
        found.push(...(await searched(core, { client, url: mint.url, seed, blinding: core.blinding }, keyset)));
      }
      all.push(compared(core, mint, unit, { before, after: heldAt(core, mint, unit), found }));
    }
    return all;
  } catch (error) {
    core.signal.throwIfAborted();
    if (!(error instanceof HearthError)) throw error;
    return units.map((unit) => ({
      mint: mint.url,
      unit,
      state: 'failed',
      found: 0,
      held: spendableOf(core, mint, unit),
      reason: toReason(error),
    }));
  }
}

/** As a wallet that knows nothing of the mint reads them. */
async function keysetsOf(client: MintClient, url: string): Promise<Keys[]> {
  const listed = expectOk(url, await client.keysets()).filter(({ unit }) => UNITS.includes(unit));
  const keysets: Keys[] = [];
  for (const { id, unit, input_fee_ppk, final_expiry } of listed) {
    const keys = expectOk(url, await client.keys(id));
    const whole = { id, unit, keys, feePpk: input_fee_ppk ?? 0, finalExpiry: final_expiry || null };
    if (!keysMakeId(whole)) throw new MintMisbehaves(url, 'keys that do not make the id they go by');
    keysets.push(whole);
  }
  return keysets;
}

async function searched({ signal }: Core, from: Searched, keyset: Keys): Promise<readonly OwnProof[]> {
  const found: OwnProof[] = [];
  for (let at = 0, empty = 0; empty < GAP; at += BATCH) {
    signal.throwIfAborted();
    const { proofs, last } = await searchBatch(from, keyset, at);
    found.push(...(await notSpent(from, proofs)));
    empty = last === undefined ? empty + BATCH : 0;
  }
  return found;
}

type Held = ReadonlyMap<string, { readonly amount: number; readonly state: string }>;

function heldAt({ store }: Core, mint: Mint, unit: string): Held {
  const held = new Map<string, { readonly amount: number; readonly state: string }>();
  for (const { keyset, counter, amount, state } of store.allHeld(mint.id, unit, PAGE)) {
    held.set(nameOf(keyset, counter), { amount, state });
  }
  return held;
}

/** What came or went while it was searched for is not compared. */
function compared(
  core: Core,
  { id, url }: Mint,
  unit: string,
  { before, after, found }: { readonly before: Held; readonly after: Held; readonly found: readonly OwnProof[] },
): TestedMint {
  const names = new Set(found.map(({ keyset, counter }) => nameOf(keyset, counter)));
  const lost = [...before].filter(([name]) => after.has(name) && !names.has(name)).map(([, proof]) => proof);
  // A token that was given away is found until it is redeemed, and what is under way may be spent by now: nothing amiss.
  const missing = sumOf(lost.filter(({ state }) => state === 'unspent'));
  const given = (name: string) => after.get(name)?.state === 'sent';
  const counted = found.filter(({ keyset, counter }) => !given(nameOf(keyset, counter)));
  const more = sumOf(
    counted.filter(({ keyset, counter }) => !after.has(nameOf(keyset, counter)) && !core.store.knows(keyset, counter)),
  );
  const isBusy = core.store.open().some((one) => one.mint === id && one.unit === unit);
  const facts = { mint: url, unit, found: sumOf(counted), held: spendableOf(core, { id }, unit) };
  if (missing > 0) {
    return {
      ...facts,
      state: 'failed',
      reason: reasonFor('wallet.restore-test-missing', { mint: url, amount: missing, unit }),
    };
  }
  // What an operation is making is signed before it is written down.
  if (more > 0 && !isBusy) {
    return {
      ...facts,
      state: 'failed',
      reason: reasonFor('wallet.restore-test-more', { mint: url, amount: more, unit }),
    };
  }
  return {
    ...facts,
    state: 'ok',
    reason: reasonFor('wallet.restore-test-same', { mint: url, amount: facts.found, unit }),
  };
}

function spendableOf(core: Core, { id }: Pick<Mint, 'id'>, unit: string): number {
  const holding = core.holdings().find((one) => one.mint === id && one.unit === unit);
  return (holding?.unspent ?? 0) + (holding?.reserved ?? 0);
}

const nameOf = (keyset: string, counter: number) => `${keyset} ${counter}`;
