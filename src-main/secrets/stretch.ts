// A passphrase becomes a key by scrypt (RFC 7914), which makes guessing dear: whoever has the file still has to guess.
import { type ScryptOptions, scrypt } from 'node:crypto';
import { KEY_BYTES } from './seal.ts';

export interface Cost {
  /** A power of two. Memory is 128 * N * r bytes. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second: fine once a start, dear a billion times. Older files keep what they were made with. */
export const COST: Cost = { N: 2 ** 17, r: 8, p: 1 };

/** What a file may ask for: one that somebody changed must not be able to eat the memory. */
export const COST_BOUNDS = { N: [2 ** 15, 2 ** 20], r: [1, 16], p: [1, 4] } as const;

/** Fewer characters are refused when a passphrase is chosen. */
export const SHORTEST = 8;

/** The same characters typed on another system may come in another form; both mean the same (RFC 8265). */
export function stretch(passphrase: string, salt: Uint8Array, { N, r, p }: Cost): Promise<Buffer> {
  // Node refuses more than 32 MiB unless told; scrypt takes 128 * N * r bytes and a little.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r + 128 * r * p + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
