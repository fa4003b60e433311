// The seed: 12 words of BIP-39, made here or typed in, sealed under the data key and nowhere else. All secrets of our proofs follow
// from it (NUT-13).

import { createHmac } from 'node:crypto';
import { getPubKeyFromPrivKey } from '@cashu/cashu-ts';
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Random } from '../base/random.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Write } from '../storage/write.ts';
import { BadWords } from './errors.ts';
import { WORDS_SECRET } from './held.ts';

const ENTROPY_BYTES = 16;
export const WORDS = 12;

export function newWords(random: Random): string {
  return entropyToMnemonic(random.bytes(ENTROPY_BYTES), wordlist);
}

/** The words as they are kept: small letters, single spaces. Throws BadWords where a word or the check in the last one is wrong. */
export function readWords(text: string): string {
  const words = text.normalize('NFKD').trim().toLowerCase().split(/\s+/);
  const joined = words.join(' ');
  if (words.length !== WORDS || !validateMnemonic(joined, wordlist)) throw new BadWords();
  return joined;
}

/** 64 bytes, without a passphrase: as other Cashu wallets make it, so that the words work there too. */
export function seedOf(words: string): Uint8Array {
  return mnemonicToSeedSync(words);
}

/**
 * The key that tokens can be locked to for this wallet alone (NUT-11): 32 bytes that follow from the seed, so that the words take them
 * along. One in 2^128 is no key.
 */
export function lockKeyOf(seed: Uint8Array): Uint8Array {
  return createHmac('sha256', seed).update('hearth wallet: key that tokens are locked to').digest();
}

/** Compressed, in hex. */
export function publicLockKeyOf(seed: Uint8Array): string {
  return Buffer.from(getPubKeyFromPrivKey(lockKeyOf(seed))).toString('hex');
}

export const keepWords = (vault: Vault, words: string, writes: readonly Write[]): Promise<void> =>
  vault.put({ [WORDS_SECRET]: words }, writes);
