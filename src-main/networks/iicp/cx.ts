// IICP-CX Tier 1: what a client sealed to our X25519 key, and the reply sealed back under the same exchange.
// shared = X25519; key = HKDF-SHA256(shared, salt = nonce, info, 32 bytes); AES-256-GCM with the tag at the end.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../../base/random.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** DER headers of RFC 8410 before the 32 raw bytes; much cheaper to put in front than going through a JWK. */
const SPKI_HEADER = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex');

const Base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** The wire envelope. `plaintext_size` is what the sender says and is not relied upon. */
export const Envelope = z.object({
  version: z.literal(1),
  recipient_key_id: z.string().max(64),
  kem_ciphertext: Base64url.length(43),
  encrypted_body: Base64url,
  nonce: Base64url.length(16),
  aad: Base64url.max(4096),
});

export interface SealedReply {
  readonly version: 1;
  readonly nonce: string;
  readonly encrypted_body: string;
}

export interface PublicKey {
  readonly algorithm: 'X25519';
  readonly encoding: 'base64url';
  readonly key: string;
  readonly key_id: string;
  readonly features: readonly string[];
}

/** What opening gives: the payload's JSON text, and the means to seal the reply. */
export interface Opened {
  readonly plaintext: string;
  /** As it came; the same twice is a replay. */
  readonly ciphertext: string;
  sealReply(plaintext: string, random: Random): SealedReply;
}

/** One X25519 key pair. The private half leaves only as `secret`, for the sealed store. */
export class CxKey {
  readonly secret: string;
  readonly publicKey: PublicKey;
  readonly #private: KeyObject;

  private constructor(secret: Buffer) {
    this.#private = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, secret]), format: 'der', type: 'pkcs8' });
    const raw = createPublicKey(this.#private).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER.length);
    this.secret = secret.toString('base64url');
    this.publicKey = {
      algorithm: 'X25519',
      encoding: 'base64url',
      key: raw.toString('base64url'),
      key_id: `cx-${createHash('sha256').update(raw).digest('hex').slice(0, 16)}`,
      features: ['response_encryption_v1'],
    };
  }

  static generate(): CxKey {
    const der = generateKeyPairSync('x25519').privateKey.export({ format: 'der', type: 'pkcs8' });
    return new CxKey(der.subarray(PKCS8_HEADER.length));
  }

  /** From `secret`: 32 bytes in base64url. Throws a TypeError on anything else. */
  static from(secret: string): CxKey {
    const raw = Buffer.from(secret, 'base64url');
    if (raw.length !== KEY_BYTES) throw new TypeError('an X25519 key has 32 bytes');
    return new CxKey(raw);
  }

  /**
   * Opens a request. Undefined where the envelope was not sealed to this key for exactly this task and intent, or was
   * touched: a peer learns nothing more than that.
   */
  open(envelope: unknown, taskId: string, intent: string): Opened | undefined {
    const parsed = Envelope.safeParse(envelope);
    if (!parsed.success || parsed.data.recipient_key_id !== this.publicKey.key_id) return undefined;
    const { kem_ciphertext, encrypted_body, nonce, aad } = parsed.data;
    const bound = Buffer.from(`${taskId}|${intent}`);
    if (!Buffer.from(aad, 'base64url').equals(bound)) return undefined;
    try {
      const publicKey = createPublicKey({
        key: Buffer.concat([SPKI_HEADER, Buffer.from(kem_ciphertext, 'base64url')]),
        format: 'der',
        type: 'spki',
      });
      // Throws for points of small order, whose shared secret would be all zeros.
      const shared = diffieHellman({ privateKey: this.#private, publicKey });
      const salt = Buffer.from(nonce, 'base64url');
      const key = derive(shared, salt, `IICP-CX-v1${taskId}${intent}`);
      const plaintext = decrypt(key, salt, Buffer.from(encrypted_body, 'base64url'), bound);
      return {
        plaintext,
        ciphertext: encrypted_body,
        sealReply: (reply, random) => sealReply(shared, taskId, reply, random),
      };
    } catch {
      return undefined;
    }
  }
}

function derive(shared: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, salt, info, KEY_BYTES));
}

function decrypt(key: Buffer, nonce: Buffer, body: Buffer, aad: Buffer): string {
  const tagAt = body.length - TAG_BYTES;
  if (tagAt < 0) throw new RangeError('shorter than its tag');
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  cipher.setAuthTag(body.subarray(tagAt));
  const text = cipher.update(body.subarray(0, tagAt));
  cipher.final();
  return text.toString('utf8');
}

function sealReply(shared: Buffer, taskId: string, plaintext: string, random: Random): SealedReply {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derive(shared, nonce, `IICP-CX-RESP-v1${taskId}`), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(`${taskId}|resp`));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { version: 1, nonce: nonce.toString('base64url'), encrypted_body: body.toString('base64url') };
}
