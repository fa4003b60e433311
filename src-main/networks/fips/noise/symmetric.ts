// What a Noise handshake knows at a moment: a hash of all that was said, a chaining key, and the key for what comes next. FIPS leaves
// out the prologue, and seals with no associated data where Noise (5.2) has the hash; a generic library does not interoperate.

import { hash } from 'node:crypto';
import { chacha20Poly1305 } from '../../../keys/chacha20-poly1305.ts';
import { hkdfSha256 } from '../../../keys/hkdf.ts';

const NOTHING = Buffer.alloc(0);

/** The two keys of a finished handshake, 32 bytes each: the initiator's sealing key first. */
export type KeyPair = readonly [initiator: Buffer, responder: Buffer];

/** 12 bytes: four of zero, then the counter, little-endian. */
export function nonceOf(counter: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(counter % 2 ** 32, 4);
  nonce.writeUInt32LE(Math.floor(counter / 2 ** 32), 8);
  return nonce;
}

export class SymmetricState {
  #hash: Buffer;
  #chaining: Buffer;
  #key: Buffer = NOTHING;
  #counter = 0;

  /** `name`: of the protocol, longer than 32 bytes. */
  constructor(name: string) {
    this.#hash = hash('sha256', name, 'buffer');
    this.#chaining = this.#hash;
  }

  /** To try a message with: one that is not of this handshake spoils the copy alone. */
  copy(): SymmetricState {
    const copy = new SymmetricState('');
    copy.#hash = this.#hash;
    copy.#chaining = this.#chaining;
    copy.#key = this.#key;
    copy.#counter = this.#counter;
    return copy;
  }

  /** Of all that was said so far. */
  get hash(): Buffer {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = hash('sha256', Buffer.concat([this.#hash, data]), 'buffer');
  }

  mixKey(shared: Uint8Array): void {
    const both = hkdfSha256().derive(this.#chaining, shared, 64);
    this.#chaining = both.subarray(0, 32);
    this.#key = both.subarray(32);
    this.#counter = 0;
  }

  encryptAndHash(plaintext: Uint8Array): Buffer {
    const sealed = chacha20Poly1305().seal(this.#key, nonceOf(this.#counter), plaintext, NOTHING);
    this.#counter += 1;
    this.mixHash(sealed);
    return sealed;
  }

  /** Undefined: it was not sealed by the other end of this handshake. */
  decryptAndHash(sealed: Uint8Array): Buffer | undefined {
    const plaintext = chacha20Poly1305().open(this.#key, nonceOf(this.#counter), sealed, NOTHING);
    this.#counter += 1;
    this.mixHash(sealed);
    return plaintext;
  }

  split(): KeyPair {
    const both = hkdfSha256().derive(this.#chaining, NOTHING, 64);
    return [both.subarray(0, 32), both.subarray(32)];
  }
}
