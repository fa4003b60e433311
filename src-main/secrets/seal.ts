// One sealed value: version (1 byte) | nonce (12) | ciphertext | tag (16), AES-256-GCM (NIST SP 800-38D). The name is bound in as
// associated data, so that a value moved to another row does not open.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../base/random.ts';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** Of the data key, and of the key that a passphrase becomes. */
export const KEY_BYTES = 32;

export function seal(random: Random, key: Uint8Array, name: string, value: Uint8Array): Buffer {
  const nonce = random.bytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated(name));
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where key, name or bytes are not those that it was sealed with. */
export function open(key: Uint8Array, name: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG });
  decipher.setAAD(associated(name));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG)), decipher.final()]);
  } catch {
    // GCM tells no more than that it does not fit.
    return undefined;
  }
}

function associated(name: string): Buffer {
  return Buffer.concat([Buffer.of(VERSION), Buffer.from(name)]);
}
