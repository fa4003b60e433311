// IICP-CX Tier 1: what a client sealed to our X25519 key, and the reply sealed back under the same exchange.
// shared = X25519; key = HKDF-SHA256(shared, salt = nonce, info, 32 bytes); AES-256-GCM with the tag at the end.

import { isAscii } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { fromBase64url } from '../../../base/base64.ts';
import type { Random } from '../../../base/random.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** DER headers of RFC 8410 before the 32 raw bytes; much cheaper to put in front than going through a JWK. */
const SPKI_HEADER = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex');
const LONGEST_AAD = 4096;

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
  /** Nonce and tag: the same twice is a replay, however the envelope was spelled. */
  readonly mark: string;
  replySecret(random: Random): ReplySecret;
}

/** With what one reply is sealed: for `sealReply`, once. 12 and 32 bytes as Latin-1 text, which crosses threads cheaply. */
export interface ReplySecret {
  readonly nonce: string;
  readonly key: string;
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
    const parts = read(envelope, this.publicKey.key_id);
    const bound = Buffer.from(`${taskId}|${intent}`);
    if (!parts?.aad.equals(bound)) return undefined;
    const { sender, nonce, body } = parts;
    try {
      // Throws for points of small order, whose shared secret would be all zeros.
      const bytes = diffieHellman({ privateKey: this.#private, publicKey: publicKeyFrom(sender) });
      const shared = createSecretKey(bytes);
      const key = derive(shared, nonce, `IICP-CX-v1${taskId}${intent}`);
      const plaintext = decrypt(key, nonce, body, bound);
      const tag = body.subarray(body.length - TAG_BYTES);
      return {
        plaintext,
        mark: nonce.toString('base64url') + tag.toString('base64url'),
        replySecret: (random) => replySecret(shared, taskId, random),
      };
    } catch {
      return undefined;
    }
  }
}

/** Opens with whichever of several keys a request was sealed to. */
export class CxKeys {
  readonly secrets: readonly string[];
  readonly #byId: ReadonlyMap<unknown, CxKey>;

  constructor(keys: readonly CxKey[]) {
    this.secrets = keys.map(({ secret }) => secret);
    this.#byId = new Map(keys.map((key) => [key.publicKey.key_id, key]));
  }

  /** As CxKey.open; undefined too where it was sealed to no key of these. */
  open(envelope: unknown, taskId: string, intent: string): Opened | undefined {
    if (typeof envelope !== 'object' || envelope === null) return undefined;
    const { recipient_key_id } = envelope as Record<string, unknown>;
    return this.#byId.get(recipient_key_id)?.open(envelope, taskId, intent);
  }
}

interface Parts {
  readonly sender: Buffer;
  readonly nonce: Buffer;
  readonly aad: Buffer;
  readonly body: Buffer;
}

/**
 * The wire envelope: `{version: 1, recipient_key_id, kem_ciphertext, nonce, aad, encrypted_body}`, binary members in
 * base64url. `plaintext_size` is what the sender says and is not relied upon.
 */
function read(envelope: unknown, keyId: string): Parts | undefined {
  if (typeof envelope !== 'object' || envelope === null) return undefined;
  const { version, recipient_key_id, kem_ciphertext, nonce, aad, encrypted_body } = envelope as Record<string, unknown>;
  if (version !== 1 || recipient_key_id !== keyId) return undefined;
  const parts = {
    sender: bytesOf(kem_ciphertext, KEY_BYTES),
    nonce: bytesOf(nonce, NONCE_BYTES),
    aad: typeof aad === 'string' && aad.length <= LONGEST_AAD ? fromBase64url(aad) : undefined,
    body: typeof encrypted_body === 'string' ? fromBase64url(encrypted_body) : undefined,
  };
  return parts.sender && parts.nonce && parts.aad && parts.body ? (parts as Parts) : undefined;
}

function bytesOf(text: unknown, length: number): Buffer | undefined {
  if (typeof text !== 'string' || text.length !== Math.ceil((length * 4) / 3)) return undefined;
  return fromBase64url(text);
}

/**
 * As PEM text and not as the bytes: for those Node first tries whether they are a CryptoKey, and throws and catches an error
 * with its stack twice to find out, which costs more than reading the key does. A KeyObject spares that for secret keys too.
 */
function publicKeyFrom(raw: Buffer): KeyObject {
  const der = Buffer.concat([SPKI_HEADER, raw]).toString('base64');
  return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`);
}

function derive(shared: KeyObject, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, salt, info, KEY_BYTES));
}

function decrypt(key: Buffer, nonce: Buffer, body: Buffer, aad: Buffer): string {
  const tagAt = body.length - TAG_BYTES;
  if (tagAt < 0) throw new RangeError('shorter than its tag');
  const cipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  cipher.setAuthTag(body.subarray(tagAt));
  const text = cipher.update(body.subarray(0, tagAt));
  cipher.final();
  return text.toString(isAscii(text) ? 'latin1' : 'utf8');
}

function replySecret(shared: KeyObject, taskId: string, random: Random): ReplySecret {
  const nonce = random.bytes(NONCE_BYTES);
  const key = derive(shared, nonce, `IICP-CX-RESP-v1${taskId}`);
  return { nonce: nonce.toString('latin1'), key: key.toString('latin1') };
}

export function sealReply(secret: ReplySecret, taskId: string, plaintext: string): SealedReply {
  const nonce = Buffer.from(secret.nonce, 'latin1');
  const key = createSecretKey(Buffer.from(secret.key, 'latin1'));
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(`${taskId}|resp`));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { version: 1, nonce: nonce.toString('base64url'), encrypted_body: body.toString('base64url') };
}
