// BIP-340 over digests of 32 bytes, by libsecp256k1 as WebAssembly: in a tenth of the time that @noble/curves takes, which matters where
// strangers choose how many signatures are checked. Whoever is there from the start takes secp256k1.ts for it: this holds 13 MB, and is to
// be imported when it is first needed, as points.ts.

import { signSchnorr, verifySchnorr } from 'tiny-secp256k1';
import type { Random } from '../base/random.ts';

/** 64 bytes; `random` gives what blinds the nonce. Throws for what is no digest or secret key. */
export function schnorrSign(digest: Uint8Array, secret: Uint8Array, random: Random): Uint8Array {
  return signSchnorr(digest, secret, Uint8Array.from(random.bytes(32)));
}

/** `publicKey`: x alone. Whatever it is given that is no signature, digest or key is false. */
export function schnorrVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return verifySchnorr(digest, publicKey, signature);
  } catch {
    return false;
  }
}
