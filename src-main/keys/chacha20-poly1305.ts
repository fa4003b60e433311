// ChaCha20-Poly1305 (RFC 8439, 2.8). Runs in native code where this runtime has it, which is several times faster, and in
// @noble/ciphers elsewhere: Node links OpenSSL, which knows the cipher, Electron links BoringSSL, which may not offer it in this
// way. A self-test with a known answer decides, once.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';

const TAG_BYTES = 16;

/** Keys have 32 bytes, which stay as they are once they were used; nonces 12. What is sealed is the ciphertext with its tag of 16 bytes behind it. */
export interface ChaCha20Poly1305 {
  readonly name: 'native' | 'noble';
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Buffer;
  /** Undefined: it was not sealed with this key, nonce and associated data. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined;
}

/** To make one of a key takes twice as long as to seal a frame with it, and a key seals millions. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(key: Uint8Array): KeyObject {
  let made = keyObjects.get(key);
  if (!made) {
    made = createSecretKey(key);
    keyObjects.set(key, made);
  }
  return made;
}

export const nativeCipher: ChaCha20Poly1305 = {
  name: 'native',
  seal(key, nonce, plaintext, associated) {
    const cipher = createCipheriv('chacha20-poly1305', keyObjectOf(key), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associated, { plaintextLength: plaintext.length });
    const body = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([body, cipher.getAuthTag()]);
  },
  open(key, nonce, sealed, associated) {
    const length = sealed.length - TAG_BYTES;
    if (length < 0) return undefined;
    const decipher = createDecipheriv('chacha20-poly1305', keyObjectOf(key), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated, { plaintextLength: length });
    decipher.setAuthTag(sealed.subarray(length));
    const plaintext = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
      return plaintext;
    } catch {
      return undefined;
    }
  },
};

export const nobleCipher: ChaCha20Poly1305 = {
  name: 'noble',
  seal: (key, nonce, plaintext, associated) => Buffer.from(chacha20poly1305(key, nonce, associated).encrypt(plaintext)),
  open(key, nonce, sealed, associated) {
    if (sealed.length < TAG_BYTES) return undefined;
    try {
      return Buffer.from(chacha20poly1305(key, nonce, associated).decrypt(sealed));
    } catch {
      return undefined;
    }
  },
};

/** RFC 8439, 2.8.2. */
const KNOWN = {
  key: Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at),
  nonce: Buffer.from('070000004041424344454647', 'hex'),
  associated: Buffer.from('50515253c0c1c2c3c4c5c6c7', 'hex'),
  plaintext: Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  ),
  tag: '1ae10b594f09e26a7e902ecbd0600691',
};

/** Whether the code is there, seals rightly, opens what it sealed, and refuses what was changed. */
export function passesCipherTest(code: ChaCha20Poly1305): boolean {
  const { key, nonce, associated, plaintext, tag } = KNOWN;
  try {
    const sealed = code.seal(key, nonce, plaintext, associated);
    const opened = code.open(key, nonce, sealed, associated);
    const changed = Uint8Array.from(sealed);
    changed[0]! ^= 1;
    return (
      sealed.toString('hex', plaintext.length) === tag &&
      opened?.equals(plaintext) === true &&
      code.open(key, nonce, changed, associated) === undefined &&
      code.open(key, nonce, sealed, new Uint8Array(0)) === undefined
    );
  } catch {
    return false;
  }
}

let chosen: ChaCha20Poly1305 | undefined;

/** The faster of the two that passes. */
export function chacha20Poly1305(): ChaCha20Poly1305 {
  chosen ??= passesCipherTest(nativeCipher) ? nativeCipher : nobleCipher;
  return chosen;
}
