// The handshakes of FIPS, written apart from the node's own so that a shared mistake can't hide: Noise IK as it answers and Noise XK as it
// begins, over secp256k1, with what FIPS changes in them (no prologue, empty associated data, DH hashed, IK's last DH as its first).

import { createHash, createHmac } from 'node:crypto';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';

export const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Compressed, 33 bytes. */
export const publicOf = (secret: Uint8Array): Buffer => Buffer.from(secp256k1.getPublicKey(secret, true));

const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();

function twoKeys(salt: Uint8Array, input: Uint8Array): readonly [Buffer, Buffer] {
  const extracted = hmac(salt, input);
  const first = hmac(extracted, Buffer.from([1]));
  return [first, hmac(extracted, Buffer.concat([first, Buffer.from([2])]))];
}

/** One direction of a session: each text has the next number. */
export class Direction {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  seal(counter: bigint, text: Uint8Array, head: Uint8Array = new Uint8Array()): Buffer {
    return Buffer.from(chacha20poly1305(this.#key, nonceOf(counter), head).encrypt(text));
  }

  /** Undefined: it was not sealed with this key, that number and that head. */
  open(counter: bigint, sealed: Uint8Array, head: Uint8Array = new Uint8Array()): Buffer | undefined {
    try {
      return Buffer.from(chacha20poly1305(this.#key, nonceOf(counter), head).decrypt(sealed));
    } catch {
      return undefined;
    }
  }
}

function nonceOf(counter: bigint): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(counter, 4);
  return nonce;
}

class Refused extends Error {}

class Handshake {
  #hash: Buffer;
  #chain: Buffer;
  #cipher = new Direction(new Uint8Array(32));
  #counter = 0n;

  /** `known`: x of the key that the first message is for. */
  constructor(name: string, known: Uint8Array) {
    this.#hash = sha256(Buffer.from(name));
    this.#chain = this.#hash;
    this.mix(even(known));
  }

  mix(bytes: Uint8Array): void {
    this.#hash = sha256(this.#hash, bytes);
  }

  mixShared(secret: Uint8Array, key: Uint8Array): void {
    const shared = sha256(secp256k1.getSharedSecret(secret, key, true).subarray(1));
    const [chain, cipher] = twoKeys(this.#chain, shared);
    this.#chain = chain;
    this.#cipher = new Direction(cipher);
    this.#counter = 0n;
  }

  seal(text: Uint8Array): Buffer {
    const sealed = this.#cipher.seal(this.#counter++, text);
    this.mix(sealed);
    return sealed;
  }

  open(sealed: Uint8Array): Buffer {
    const text = this.#cipher.open(this.#counter++, sealed);
    if (!text) throw new Refused();
    this.mix(sealed);
    return text;
  }

  /** Of who began, and of who answered. */
  split(): readonly [Direction, Direction] {
    const [first, second] = twoKeys(this.#chain, new Uint8Array());
    return [new Direction(first), new Direction(second)];
  }
}

/** The key with that x whose y is even. */
export const even = (x: Uint8Array): Buffer => Buffer.concat([Buffer.from([2]), x]);

export interface Answered {
  /** Compressed, and what it calls this run of it. */
  readonly key: Buffer;
  readonly epoch: Buffer;
  readonly message2: Buffer;
  readonly send: Direction;
  readonly receive: Direction;
}

/** Noise IK, its 106 bytes answered; undefined: they are not for this key, or not by it. */
export function answerLink(
  own: Uint8Array,
  ephemeral: Uint8Array,
  epoch: Uint8Array,
  message1: Buffer,
): Answered | undefined {
  try {
    const noise = new Handshake('Noise_IK_secp256k1_ChaChaPoly_SHA256', publicOf(own).subarray(1));
    const theirs = message1.subarray(0, 33);
    noise.mix(theirs);
    noise.mixShared(own, theirs);
    const key = noise.open(message1.subarray(33, 82));
    noise.mixShared(own, key);
    const told = noise.open(message1.subarray(82, 106));
    const e = publicOf(ephemeral);
    noise.mix(e);
    noise.mixShared(ephemeral, theirs);
    noise.mixShared(own, theirs);
    const message2 = Buffer.concat([e, noise.seal(epoch)]);
    const [receive, send] = noise.split();
    return { key, epoch: told, message2, send, receive };
  } catch {
    return undefined;
  }
}

export interface Begun {
  readonly message1: Buffer;
  /** The end of it; undefined: the answer is not from whom it should be. */
  finish(
    message2: Buffer,
  ): { readonly message3: Buffer; readonly send: Direction; readonly receive: Direction } | undefined;
}

/** Noise XK to the node with that x. */
export function beginSession(own: Uint8Array, ephemeral: Uint8Array, epoch: Uint8Array, to: Uint8Array): Begun {
  const noise = new Handshake('Noise_XK_secp256k1_ChaChaPoly_SHA256', to);
  const message1 = publicOf(ephemeral);
  noise.mix(message1);
  noise.mixShared(ephemeral, even(to));
  return {
    message1,
    finish(message2) {
      try {
        const theirs = message2.subarray(0, 33);
        noise.mix(theirs);
        noise.mixShared(ephemeral, theirs);
        noise.open(message2.subarray(33, 57));
        const key = noise.seal(publicOf(own));
        noise.mixShared(own, theirs);
        const message3 = Buffer.concat([key, noise.seal(epoch)]);
        const [send, receive] = noise.split();
        return { message3, send, receive };
      } catch {
        return undefined;
      }
    },
  };
}
