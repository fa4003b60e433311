// IICP-CX Tier 1, both directions, written apart from the node's: a fresh X25519 key for every request, HKDF-SHA256,
// AES-256-GCM. The reply is sealed under the same shared secret with its own label and nonce.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';

/** The `iicp_conf` member of a task. Binary members are base64url without padding. */
export interface SealedRequest {
  readonly version: 1;
  readonly recipient_key_id: string;
  /** The ephemeral public key. */
  readonly kem_ciphertext: string;
  /** Ciphertext followed by the 16-byte tag. */
  readonly encrypted_body: string;
  readonly nonce: string;
  /** `task_id|intent`. */
  readonly aad: string;
  readonly plaintext_size: number;
}

/** The `iicp_conf_resp` member of a reply. */
export interface SealedReply {
  readonly version: 1;
  readonly nonce: string;
  readonly encrypted_body: string;
}

/** Anything wrong with a sealed message: wrong key, changed bytes, not a message at all. Says nothing more. */
export class NotOpened extends Error {}

const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const X25519_PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

export function publicKeyOf(privateKey: Uint8Array): Buffer {
  const spki = createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' });
  return spki.subarray(X25519_PUBLIC.length);
}

/** "cx-" and the first 16 hex digits of SHA-256 over the raw public key. */
export function keyIdOf(publicKey: Uint8Array): string {
  return `cx-${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}`;
}

/** The X25519 secret both sides can compute. Throws for a key that is not one. */
export function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  if (publicKey.length !== 32) throw new NotOpened('an X25519 key has 32 bytes');
  const key = createPublicKey({ key: Buffer.concat([X25519_PUBLIC, publicKey]), format: 'der', type: 'spki' });
  return diffieHellman({ privateKey: privateKeyObject(privateKey), publicKey: key });
}

export function requestKey(shared: Uint8Array, nonce: Uint8Array, taskId: string, intent: string): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, nonce, `IICP-CX-v1${taskId}${intent}`, 32));
}

export function replyKey(shared: Uint8Array, nonce: Uint8Array, taskId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, nonce, `IICP-CX-RESP-v1${taskId}`, 32));
}

export interface RequestToSeal {
  readonly recipient: { readonly key: string; readonly key_id: string };
  readonly taskId: string;
  readonly intent: string;
  readonly payload: string;
  /** 32 fresh random bytes, used for this request only. */
  readonly ephemeralKey: Uint8Array;
  /** 12 fresh random bytes. */
  readonly nonce: Uint8Array;
}

/** Seals a payload for a node; keep `shared` to open the reply. */
export function sealRequest(request: RequestToSeal): { readonly envelope: SealedRequest; readonly shared: Buffer } {
  const { recipient, taskId, intent, payload, ephemeralKey, nonce } = request;
  const shared = sharedSecret(ephemeralKey, Buffer.from(recipient.key, 'base64url'));
  const aad = `${taskId}|${intent}`;
  const envelope: SealedRequest = {
    version: 1,
    recipient_key_id: recipient.key_id,
    kem_ciphertext: publicKeyOf(ephemeralKey).toString('base64url'),
    encrypted_body: encrypt(requestKey(shared, nonce, taskId, intent), nonce, aad, payload),
    nonce: Buffer.from(nonce).toString('base64url'),
    aad: Buffer.from(aad).toString('base64url'),
    plaintext_size: Buffer.byteLength(payload),
  };
  return { envelope, shared };
}

/** The node's side: the payload text and the secret to seal the reply with. Throws NotOpened. */
export function openRequest(
  envelope: SealedRequest,
  { privateKey, taskId, intent }: { readonly privateKey: Uint8Array; readonly taskId: string; readonly intent: string },
): { readonly payload: string; readonly shared: Buffer } {
  return orNotOpened(() => {
    const aad = `${taskId}|${intent}`;
    const keyId = keyIdOf(publicKeyOf(privateKey));
    if (envelope.version !== 1 || envelope.recipient_key_id !== keyId) throw new NotOpened('sealed for another key');
    if (bytesOf(envelope.aad).toString() !== aad) throw new NotOpened('sealed for another task');
    const shared = sharedSecret(privateKey, bytesOf(envelope.kem_ciphertext));
    const nonce = bytesOf(envelope.nonce);
    const payload = decrypt(requestKey(shared, nonce, taskId, intent), nonce, aad, bytesOf(envelope.encrypted_body));
    if (Buffer.byteLength(payload) !== envelope.plaintext_size) throw new NotOpened('not the size it claims');
    return { payload, shared };
  });
}

export function sealReply(shared: Uint8Array, taskId: string, text: string, nonce: Uint8Array): SealedReply {
  const encrypted_body = encrypt(replyKey(shared, nonce, taskId), nonce, `${taskId}|resp`, text);
  return { version: 1, nonce: Buffer.from(nonce).toString('base64url'), encrypted_body };
}

/** The text of a sealed reply. Throws NotOpened. */
export function openReply(shared: Uint8Array, taskId: string, sealed: SealedReply): string {
  return orNotOpened(() => {
    if (sealed.version !== 1) throw new NotOpened('unknown version');
    const nonce = bytesOf(sealed.nonce);
    return decrypt(replyKey(shared, nonce, taskId), nonce, `${taskId}|resp`, bytesOf(sealed.encrypted_body));
  });
}

function encrypt(key: Buffer, nonce: Uint8Array, aad: string, text: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(aad));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return body.toString('base64url');
}

function decrypt(key: Buffer, nonce: Buffer, aad: string, body: Buffer): string {
  if (nonce.length !== NONCE_BYTES || body.length < TAG_BYTES) throw new NotOpened('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  const text = Buffer.concat([decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()]);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
}

/** Strict base64url: Node's own decoder skips what it does not know and would let two texts mean one message. */
function bytesOf(text: unknown): Buffer {
  if (typeof text !== 'string') throw new NotOpened('not text');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new NotOpened('not base64url');
  return bytes;
}

function orNotOpened<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw error instanceof NotOpened ? error : new NotOpened('it does not open', { cause: error });
  }
}

function privateKeyObject(raw: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([X25519_PRIVATE, raw]), format: 'der', type: 'pkcs8' });
}
