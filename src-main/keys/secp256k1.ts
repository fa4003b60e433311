// The curve of Bitcoin, Nostr and Ethereum: ECDH, ECDSA and BIP-340 (Schnorr) over 32-byte digests. Point multiplication runs in
// native code where this runtime has it, which is several times faster, and in @noble/curves elsewhere: Node links OpenSSL, which
// knows the curve, Electron links BoringSSL, which may not. A self-test with a known answer decides, once.

import { createECDH } from 'node:crypto';
import { secp256k1 as noble, schnorr } from '@noble/curves/secp256k1.js';
import { HearthError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

/** A secret key that is ready for use: many multiplications with it cost less than each by itself. */
export interface HeldKey {
  /** Compressed: 33 bytes. */
  readonly publicKey: Uint8Array;
  /** The 32-byte x-coordinate of the secret times the point. Throws for what is no point. */
  sharedX(publicKey: Uint8Array): Uint8Array;
}

/** What native code can do for us. Keys and points in bytes. */
export interface PointMultiplication {
  readonly name: 'native' | 'noble';
  /** Throws for what is no key. */
  hold(secret: Uint8Array): HeldKey;
}

export const nativeCode: PointMultiplication = {
  name: 'native',
  hold(secret) {
    const key = createECDH('secp256k1');
    key.setPrivateKey(secret);
    return {
      publicKey: key.getPublicKey(null, 'compressed'),
      sharedX: (publicKey) => key.computeSecret(publicKey),
    };
  },
};

export const nobleCode: PointMultiplication = {
  name: 'noble',
  hold: (secret) => ({
    publicKey: noble.getPublicKey(secret, true),
    sharedX: (publicKey) => noble.getSharedSecret(secret, publicKey, true).subarray(1),
  }),
};

/** A signature that names its key (SEC 1, 4.1.6): r and s, 64 bytes, low s; and which of the candidates is the key, 0 to 3. */
export interface RecoverableSignature {
  readonly compact: Uint8Array;
  readonly recovery: number;
}

export class Secp256k1 {
  readonly #points: PointMultiplication;

  constructor(points: PointMultiplication = chosen()) {
    this.#points = points;
  }

  /** Which code multiplies points. */
  get code(): PointMultiplication['name'] {
    return this.#points.name;
  }

  /** A new secret key: 32 bytes. */
  newSecret(random: Random): Uint8Array {
    for (;;) {
      const secret = Uint8Array.from(random.bytes(32));
      // One in 2^128 is none.
      if (isSecret(secret)) return secret;
    }
  }

  /** For several multiplications with one key, each of which refuses what is no point as `sharedX` does. Throws `keys.invalid`. */
  hold(secret: Uint8Array): HeldKey {
    assertSecret(secret);
    const held = this.#points.hold(secret);
    return { publicKey: Uint8Array.from(held.publicKey), sharedX: (publicKey) => shared(held, publicKey) };
  }

  /** Compressed: 33 bytes, the first of which says the parity of y. Throws `keys.invalid`. */
  publicKey(secret: Uint8Array): Uint8Array {
    return this.hold(secret).publicKey;
  }

  /** The public key as BIP-340 and Nostr have it: x alone, 32 bytes. Throws `keys.invalid`. */
  xOnly(secret: Uint8Array): Uint8Array {
    return this.publicKey(secret).subarray(1);
  }

  /** The same public key with both coordinates, 65 bytes, as Ethereum makes addresses of it. Throws `keys.invalid`. */
  uncompressed(publicKey: Uint8Array): Uint8Array {
    if (!isPoint(publicKey)) throw notPoint();
    return noble.Point.fromBytes(publicKey).toBytes(false);
  }

  /**
   * ECDH: the x-coordinate of the shared point, 32 bytes, not hashed. `publicKey` is compressed (33 bytes), uncompressed (65), or x
   * alone (32), which stands for the point with the even y: the shared x is the same for both. Throws `keys.invalid`, also for a
   * point that is not on the curve.
   */
  sharedX(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
    return this.hold(secret).sharedX(publicKey);
  }

  /** ECDSA over a digest of 32 bytes, deterministic (RFC 6979). Throws `keys.invalid`. */
  sign(digest: Uint8Array, secret: Uint8Array): RecoverableSignature {
    assertDigest(digest);
    assertSecret(secret);
    const [recovery, ...compact] = noble.sign(digest, secret, { prehash: false, lowS: true, format: 'recovered' });
    return { compact: Uint8Array.from(compact), recovery: recovery! };
  }

  /** Of r and s, 64 bytes; a high s is refused. Whatever it is given that is no signature, digest or key is false. */
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
    if (signature.length !== 64 || digest.length !== 32 || !isPoint(publicKey)) return false;
    return noble.verify(signature, digest, publicKey, { prehash: false, lowS: true });
  }

  /** BIP-340 over a message of any length, 64 bytes; `random` gives what blinds the nonce. Throws `keys.invalid`. */
  schnorrSign(message: Uint8Array, secret: Uint8Array, random: Random): Uint8Array {
    assertSecret(secret);
    return schnorr.sign(message, secret, Uint8Array.from(random.bytes(32)));
  }

  /** `publicKey`: x alone. Whatever it is given that is no signature or key is false. */
  schnorrVerify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
    return signature.length === 64 && publicKey.length === 32 && schnorr.verify(signature, message, publicKey);
  }
}

/** Its answers are in the standard: the generator (SEC 2, 2.4.1), and twice it. */
const TWO = Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? 2 : 0));
const GENERATOR = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const DOUBLED = '02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5';

/** Whether the code is there and right. */
export function passesSelfTest(code: PointMultiplication): boolean {
  try {
    const held = code.hold(TWO);
    const doubled = Buffer.from(held.publicKey).toString('hex');
    const times = Buffer.from(held.sharedX(Buffer.from(GENERATOR, 'hex'))).toString('hex');
    return doubled === DOUBLED && times === DOUBLED.slice(2);
  } catch {
    return false;
  }
}

function chosen(): PointMultiplication {
  return passesSelfTest(nativeCode) ? nativeCode : nobleCode;
}

function shared(held: HeldKey, publicKey: Uint8Array): Uint8Array {
  const point = publicKey.length === 32 ? Uint8Array.from([0x02, ...publicKey]) : publicKey;
  if (!hasFormOfPoint(point)) throw notPoint();
  try {
    // Whether it is on the curve is found out on the way: to ask beforehand takes as long as the multiplication.
    return Uint8Array.from(held.sharedX(point));
  } catch {
    throw notPoint();
  }
}

export function isSecret(bytes: Uint8Array): boolean {
  return noble.utils.isValidSecretKey(bytes);
}

/** SEC 1, 2.3.3, but for the point at infinity: compressed or uncompressed, by length and first byte. */
function hasFormOfPoint({ length, 0: first }: Uint8Array): boolean {
  return (length === 33 && (first === 2 || first === 3)) || (length === 65 && first === 4);
}

/** Compressed or uncompressed. */
export function isPoint(bytes: Uint8Array): boolean {
  return noble.utils.isValidPublicKey(bytes);
}

function assertSecret(bytes: Uint8Array): void {
  if (!isSecret(bytes))
    throw invalid('This is not a secret key of the curve secp256k1: 32 bytes, above zero and below its order.');
}

function notPoint(): HearthError {
  return invalid('This is not a public key of the curve secp256k1.');
}

function assertDigest(bytes: Uint8Array): void {
  if (bytes.length !== 32) throw invalid('A digest to be signed has 32 bytes.');
}

function invalid(message: string): HearthError {
  return new HearthError({ code: 'keys.invalid', category: 'invalid', message });
}
