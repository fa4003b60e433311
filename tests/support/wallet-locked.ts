// Tokens that are locked to keys (NUT-11), signed by a practice mint as one of somebody else's.
import { Amount, getEncodedToken, OutputData } from '@cashu/cashu-ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';

type Lock = Omit<Parameters<typeof OutputData.createP2PKData>[0], 'pubkey'>;

/** Of 12 sat. `publicKeys`: compressed, in hex. */
export function lockedToken(mint: PracticeMint, publicKeys: readonly string[], lock: Lock = {}): string {
  const keyset = mint.vault.keysets[0]!;
  const keys = { id: keyset.pair.keysetId, keys: { ...mint.vault.publicKeys(keyset) } };
  const data = OutputData.createP2PKData({ ...lock, pubkey: [...publicKeys] }, 12, keys);
  const messages = data.map(({ blindedMessage: { amount, id, B_ } }) => ({ amount: amount.toNumber(), id, B_ }));
  const proofs = mint.vault
    .sign(messages)
    .map(({ amount, ...signature }, n) => data[n]!.toProof({ ...signature, amount: Amount.from(amount) }, keys));
  return getEncodedToken({ mint: mint.url, unit: 'sat', proofs });
}
