// What a seed has at a mint, by the mint's word (NUT-09, NUT-13): outputs are made anew from counter 0 on, and the mint says which of
// them it has signed. Nothing is written down here.

import type { Blinding } from './blinding/blinding.ts';
import type { OutputPlan, OwnProof } from './blinding/cashu.ts';
import type { MintClient } from './mint/client.ts';
import { expectOk } from './mints.ts';
import type { Keyset } from './store.ts';

/** Outputs of one question; and how many that were never signed end the search (NUT-13 asks for three of a hundred). */
export const BATCH = 100;
export const GAP = 3 * BATCH;

export interface Searched {
  readonly client: MintClient;
  readonly url: string;
  readonly seed: Uint8Array;
  readonly blinding: Pick<Blinding, 'do'>;
}

/** Of the outputs from a counter on: the proofs that they have become, spent ones too, and the last that was ever signed. */
export async function searchBatch(
  from: Searched,
  { id, keys }: Pick<Keyset, 'id' | 'keys'>,
  start: number,
): Promise<{ readonly proofs: readonly OwnProof[]; readonly last: number | undefined }> {
  const plan = batchOf(id, start);
  const signatures = await signedOf(from, plan);
  const last = signatures.findLastIndex((signature) => signature !== null);
  if (last < 0) return { proofs: [], last: undefined };
  const proofs = await from.blinding.do({ kind: 'proofs', seed: from.seed, plan, signatures, keys, each: true });
  return { proofs: proofs ?? [], last: start + last };
}

/** Those that the mint does not call spent. */
export async function notSpent(
  { client, url }: Pick<Searched, 'client' | 'url'>,
  proofs: readonly OwnProof[],
): Promise<readonly OwnProof[]> {
  const states = proofs.length === 0 ? [] : expectOk(url, await client.check(proofs.map(({ y }) => y)));
  return proofs.filter((_, n) => states[n] !== 'SPENT');
}

/** The last counter from a place on that was ever signed; undefined: none. Throws where the mint can't be asked. */
export async function lastSigned(from: Searched, keyset: string, start: number): Promise<number | undefined> {
  let last: number | undefined;
  for (let at = start, empty = 0; empty < GAP; at += BATCH) {
    const signatures = await signedOf(from, batchOf(keyset, at));
    const found = signatures.findLastIndex((signature) => signature !== null);
    if (found >= 0) last = at + found;
    empty = found < 0 ? empty + BATCH : 0;
  }
  return last;
}

async function signedOf({ client, url, seed, blinding }: Searched, plan: OutputPlan) {
  return expectOk(url, await client.restore(await blinding.do({ kind: 'outputs', seed, plan })));
}

function batchOf(keyset: string, start: number): OutputPlan {
  return { keyset, start, amounts: Array.from({ length: BATCH }, () => 0) };
}
