// A passphrase becomes a key by scrypt (RFC 7914), which makes guessing dear: a thief of the file still has to guess.
import { type ScryptOptions, scrypt } from 'node:crypto';
import { PASSPHRASE_LIMITS } from './bounds.ts';
import { KEY_BYTES } from './seal.ts';

export interface Cost {
  /** A power of two. Memory is 128 * N * r bytes. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second: fine once a start, dear a billion times. Older files keep what they were made with. */
export const COST: Cost = { N: 2 ** 17, r: 8, p: 1 };

/** The least N that a file may name: below it, guessing would be cheap. */
export const LEAST_N = 2 ** 15;

/** Fewer characters are refused when a passphrase is chosen. */
export const SHORTEST = 8;

/** What deriving a key takes, in bytes (RFC 7914, section 2). */
export function memoryOf({ N, r, p }: Cost): number {
  return 128 * N * r + 128 * r * p;
}

/** Whether a file may ask for this: a file that was tampered with must be able to eat neither the memory nor the processor. */
export function isBearable(cost: Cost): boolean {
  const { N, r, p } = cost;
  const whole = [N, r, p].every((value) => Number.isSafeInteger(value) && value > 0) && Number.isInteger(Math.log2(N));
  const { kdfMemory, kdfRounds } = PASSPHRASE_LIMITS;
  // The blocks of the rounds come on top; what is bounded is the part that grows with N.
  return whole && N >= LEAST_N && 128 * N * r <= kdfMemory && p <= kdfRounds;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * The same characters typed on another system may come in another form; both mean the same (RFC 8265). One at a time, whoever
 * asks: each takes a lot of memory. Throws where the cost is not bearable, before anything is derived.
 */
export function deriveKey(passphrase: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  if (!isBearable(cost)) throw new RangeError('this cost of a passphrase is not to be borne');
  const mine = last.then(() => derive(passphrase.normalize('NFKC'), salt, cost));
  last = mine.catch(() => undefined);
  return mine;
}

function derive(passphrase: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  const { N, r, p } = cost;
  // Node refuses more than 32 MiB unless it is allowed more, and counts a little beside what scrypt itself takes.
  const options: ScryptOptions = { N, r, p, maxmem: memoryOf(cost) + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
