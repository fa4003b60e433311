// Who this node is in the mesh: a key of the curve of Nostr. Its secret stays in here but for the signer of Nostr; others see
// what follows from the public key.

import { hash } from 'node:crypto';
import type { Random } from '../../../base/random.ts';
import { type HeldKey, isSecret, Secp256k1 } from '../../../keys/secp256k1.ts';
import { decodeNsec, encodeNpub, ipv6Of, type NodeAddr, nodeAddrOf } from './names.ts';

const curve = new Secp256k1();

export class Identity {
  readonly #secret: Uint8Array;
  readonly #held: HeldKey;
  /** Compressed, 33 bytes, with its true parity. */
  readonly publicKey: Buffer;
  /** x alone, 32 bytes. */
  readonly xOnly: Buffer;
  readonly npub: string;
  readonly nodeAddr: NodeAddr;
  /** In fd00::/8. */
  readonly ipv6: string;

  private constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.#held = curve.hold(secret);
    this.publicKey = Buffer.from(this.#held.publicKey);
    this.xOnly = this.publicKey.subarray(1);
    this.npub = encodeNpub(this.xOnly);
    this.nodeAddr = nodeAddrOf(this.xOnly);
    this.ipv6 = ipv6Of(this.nodeAddr);
  }

  /** Of 32 bytes; undefined: they are no secret key. */
  static of(secret: Uint8Array): Identity | undefined {
    return isSecret(secret) ? new Identity(Uint8Array.from(secret)) : undefined;
  }

  /** Of an nsec (NIP-19) or of 64 hex digits, as users have them; undefined: it is no secret key. */
  static ofText(text: string): Identity | undefined {
    const trimmed = text.trim();
    const secret = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : decodeNsec(trimmed);
    return secret && Identity.of(secret);
  }

  /** Lends the secret, in hex, to what signs for Nostr by the same key. */
  lend<T>(use: (secret: string) => T): T {
    return use(Buffer.from(this.#secret).toString('hex'));
  }

  /** The secret times a point, as Noise of FIPS has it; undefined: that is no point of the curve. */
  diffieHellman(point: Uint8Array): Buffer | undefined {
    return diffieHellman(this.#held, point);
  }

  /** BIP-340 over SHA-256 of the data: 64 bytes. */
  sign(data: Uint8Array, random: Random): Buffer {
    return Buffer.from(curve.schnorrSign(hash('sha256', data, 'buffer'), this.#secret, random));
  }
}

/** Whether the node with that key (x alone) has signed the data so. */
export function isSignedBy(xOnly: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  return curve.schnorrVerify(signature, hash('sha256', data, 'buffer'), xOnly);
}

/** A pair of keys for one handshake. */
export class EphemeralKey {
  readonly #held: HeldKey;

  constructor(secret: Uint8Array) {
    this.#held = curve.hold(secret);
  }

  static from(random: Random): EphemeralKey {
    return new EphemeralKey(curve.newSecret(random));
  }

  /** Compressed, 33 bytes. */
  get publicKey(): Uint8Array {
    return this.#held.publicKey;
  }

  diffieHellman(point: Uint8Array): Buffer | undefined {
    return diffieHellman(this.#held, point);
  }
}

/** SHA-256 of the x-coordinate alone: the parity of neither key matters. */
function diffieHellman(held: HeldKey, point: Uint8Array): Buffer | undefined {
  try {
    return hash('sha256', held.sharedX(point), 'buffer');
  } catch {
    return undefined;
  }
}
