// The wallet that a node registers and logs in with: an Ethereum account. Its secret stays in here.

import type { Random } from '../../../base/random.ts';
import { keccak256 } from '../../../keys/keccak.ts';
import { isSecret, Secp256k1 } from '../../../keys/secp256k1.ts';
import { KeyInvalid } from '../errors.ts';

const curve = new Secp256k1();

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

export class Wallet {
  readonly #secret: Uint8Array;
  /** `0x` and 40 digits, lowercase: the last 20 bytes of the hash of the public key. */
  readonly address: string;
  /** Uncompressed, 65 bytes in lowercase hex, without `0x`. */
  readonly publicKey: string;

  private constructor(secret: Uint8Array) {
    this.#secret = secret;
    const both = curve.uncompressed(curve.publicKey(secret));
    this.publicKey = hex(both);
    this.address = `0x${hex(keccak256(both.subarray(1)).subarray(-20))}`;
  }

  /** A new key: 64 hex digits, to be sealed. */
  static newKey(random: Random): string {
    return hex(curve.newSecret(random));
  }

  /** Of 64 hex digits, with `0x` in front or without. Throws `posemesh.key-invalid`. */
  static of(privateHex: string): Wallet {
    const digits = privateHex.trim().replace(/^0x/i, '');
    if (!/^[0-9a-f]{64}$/i.test(digits)) throw new KeyInvalid();
    const secret = Uint8Array.from(Buffer.from(digits, 'hex'));
    if (!isSecret(secret)) throw new KeyInvalid();
    return new Wallet(secret);
  }

  /** EIP-191 (personal_sign): `0x`, r, s and v, 27 or 28. */
  personalSign(text: string): string {
    const { compact, recovery } = curve.sign(personalDigest(text), this.#secret);
    return `0x${hex(compact)}${hex(Uint8Array.of(recovery + 27))}`;
  }

  /** As a registration by callback is signed: r, s and the recovery number, 00 or 01, without `0x`; no prefix of EIP-191. */
  signPlain(text: string): string {
    const { compact, recovery } = curve.sign(keccak256(Buffer.from(text)), this.#secret);
    return `${hex(compact)}${hex(Uint8Array.of(recovery))}`;
  }
}

/** What EIP-191 signs: the text behind a prefix that counts its bytes, hashed. */
export function personalDigest(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return keccak256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes]));
}
