// HKDF with SHA-256 (RFC 5869). Native code where a self-test finds it right, else @noble/hashes: OpenSSL and
// BoringSSL differ in whether they take an empty secret, which Noise has when it splits its keys.

import { hkdfSync } from 'node:crypto';
import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export interface Hkdf {
  readonly name: 'native' | 'noble';
  /** `length` bytes, 8160 at most, with no info. */
  derive(salt: Uint8Array, secret: Uint8Array, length: number): Buffer;
}

const NOTHING = new Uint8Array(0);

export const nativeHkdf: Hkdf = {
  name: 'native',
  derive: (salt, secret, length) => Buffer.from(hkdfSync('sha256', secret, salt, NOTHING, length)),
};

export const nobleHkdfCode: Hkdf = {
  name: 'noble',
  derive: (salt, secret, length) => Buffer.from(nobleHkdf(nobleSha256, secret, salt, NOTHING, length)),
};

const SALT = Uint8Array.from({ length: 32 }, (_, at) => at);
/** RFC 5869, A.3: an empty salt. And an empty secret, with the salt 00 01 .. 1f, as two other implementations give it. */
const KNOWN = [
  [
    NOTHING,
    Buffer.alloc(22, 0x0b),
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  ],
  [
    SALT,
    NOTHING,
    '1d7e0d6f1d9da2d68dabed53b5f88345f3fd01cb75411fbe5aa4293bd8f430d63ed9b8035bbf370b8cfef7ff15007de45488e18660c84e3d996e8e6c658fa7f8',
  ],
] as const;

/** Whether the code is there and right. */
export function passesHkdfTest(code: Hkdf): boolean {
  try {
    return KNOWN.every(
      ([salt, secret, known]) => code.derive(salt, secret, known.length / 2).toString('hex') === known,
    );
  } catch {
    return false;
  }
}

let chosen: Hkdf | undefined;

/** The faster of the two that passes. */
export function hkdfSha256(): Hkdf {
  chosen ??= passesHkdfTest(nativeHkdf) ? nativeHkdf : nobleHkdfCode;
  return chosen;
}
