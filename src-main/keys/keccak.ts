// Keccak-256 as Ethereum has it: the hash as it was before NIST gave SHA-3 another padding, so `node:crypto` does not have it.

import { keccak_256 } from '@noble/hashes/sha3.js';

/** 32 bytes. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return keccak_256(bytes);
}
