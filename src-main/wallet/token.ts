// Cashu tokens as text (NUT-00): what strangers paste or send. Read within bounds, and refused before any mint hears of it where
// it can't become ours.

import {
  Amount,
  type Proof as CashuProof,
  getDecodedToken,
  getEncodedToken,
  getSecretKind,
  getTokenMetadata,
  isP2PKSpendAuthorised,
  signP2PKProofs,
} from '@cashu/cashu-ts';
import type { SignedBy } from './blinding/jobs.ts';
import { TOKEN } from './bounds.ts';
import { BadToken, TokenLocked } from './errors.ts';
import type { WireProof } from './mint/client.ts';
import { mintUrl } from './mint/url.ts';

export interface TokenSummary {
  readonly mint: string;
  readonly unit: string;
  readonly amount: number;
  readonly proofs: number;
  readonly memo: string | null;
}

const LONGEST_MEMO = 200;

/** What a token says of itself; asks no mint. Throws BadToken. */
export function summarise(text: string): TokenSummary {
  const token = cleaned(text);
  try {
    const { mint, unit, amount, memo, proofAmounts } = getTokenMetadata(token);
    const value = amount.toNumber();
    if (value <= 0 || value > TOKEN.amount || proofAmounts.length > TOKEN.proofs) throw new RangeError('too much');
    return {
      mint: mintUrl(mint),
      unit,
      amount: value,
      proofs: proofAmounts.length,
      memo: memo?.replace(/\p{C}/gu, ' ').slice(0, LONGEST_MEMO) ?? null,
    };
  } catch (error) {
    throw new BadToken(error);
  }
}

/**
 * Its proofs, signed where they are locked to one of `lockKeys` (32 bytes in hex). `keysets` are those of its mint: a token may shorten
 * their ids. Throws BadToken, and TokenLocked where those keys don't open a lock.
 */
export function open(text: string, keysets: readonly string[], lockKeys: readonly string[] = []): CashuProof[] {
  let proofs: CashuProof[];
  try {
    proofs = getDecodedToken(cleaned(text), keysets).proofs;
    if (proofs.some(({ secret }) => secret.length > TOKEN.secret)) throw new RangeError('a secret that is too long');
    if (new Set(proofs.map(({ secret }) => secret)).size !== proofs.length) throw new RangeError('a proof twice');
  } catch (error) {
    throw new BadToken(error);
  }
  return proofs.map((proof) => (isLocked(proof.secret) ? unlocked(proof, lockKeys) : proof));
}

/** A proof of a token, as far as it says which key has signed it; null: it says nothing of it. */
export function claimOf({ id, secret, amount, C, dleq }: CashuProof): SignedBy | null {
  return dleq === undefined ? null : { id, amount: amount.toNumber(), secret, C, dleq };
}

export function toWire({ amount, id, secret, C, witness }: CashuProof): WireProof {
  const signed =
    witness === undefined ? {} : { witness: typeof witness === 'string' ? witness : JSON.stringify(witness) };
  return { amount: amount.toNumber(), id, secret, C, ...signed };
}

export function encode(mint: string, unit: string, proofs: readonly WireProof[], memo?: string): string {
  const full = proofs.map(({ amount, id, secret, C }) => ({ amount: Amount.from(amount), id, secret, C }));
  return getEncodedToken({ mint, unit, proofs: full, ...(memo !== undefined && { memo }) });
}

function cleaned(text: string): string {
  const token = text.trim().replace(/^cashu:(?:\/\/)?/i, '');
  if (token.length > TOKEN.text || !/^cashu[AB][\w\-+/=]+$/.test(token)) throw new BadToken();
  return token;
}

/** NUT-10: a secret that is a JSON list is a condition; any other one is only random. */
function isLocked(secret: string): boolean {
  return secret.trimStart().startsWith('[');
}

/** By the mint's own rules: with the signatures of others beside ours where it takes several, without any once a lock has ended. */
function unlocked(proof: CashuProof, lockKeys: readonly string[]): CashuProof {
  try {
    if (getSecretKind(proof.secret) !== 'P2PK') throw new TokenLocked();
    const [signed] = signP2PKProofs([proof], [...lockKeys]);
    if (signed === undefined || !isP2PKSpendAuthorised(signed)) throw new TokenLocked();
    return signed;
  } catch (error) {
    throw error instanceof TokenLocked ? error : new TokenLocked();
  }
}
