// Detached signatures in minisign's format (https://jedisct1.github.io/minisign/), of its hashed kind alone: Ed25519 over the
// BLAKE2b of a file, and a second signature over the first and the trusted comment. Pure; a user of `minisign` can check by
// hand what is checked here.

import { createHash, createPublicKey, type Hash, type KeyObject, verify } from 'node:crypto';
import { UPDATE_LIMITS } from './bounds.ts';

export interface PublicKey {
  /** As minisign shows it: sixteen hex digits. */
  readonly id: string;
  /** The 32 bytes of Ed25519. */
  readonly bytes: Buffer;
  readonly key: KeyObject;
}

export interface Signature {
  readonly keyId: string;
  readonly signature: Buffer;
  /** Signed, unlike the first line. */
  readonly comment: string;
  readonly global: Buffer;
}

const PUBLIC = { kind: 'Ed', id: 2, key: 10, end: 42 } as const;
const SIGNED = { kind: 'ED', id: 2, signature: 10, end: 74 } as const;
const GLOBAL = 64;
const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';
/** SubjectPublicKeyInfo of Ed25519 (RFC 8410), up to the key itself. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key as minisign writes it into one line; undefined where it is none. */
export function publicKeyOf(line: string): PublicKey | undefined {
  const blob = exactly(line, PUBLIC.end);
  if (blob?.toString('latin1', 0, PUBLIC.id) !== PUBLIC.kind) return undefined;
  const bytes = blob.subarray(PUBLIC.key);
  const key = createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
  return { id: idOf(blob.subarray(PUBLIC.id, PUBLIC.key)), bytes, key };
}

/** The four lines of a signature's file; undefined where they are anything else. */
export function signatureOf(text: string): Signature | undefined {
  if (text.length > UPDATE_LIMITS.signatureBytes) return undefined;
  const [untrusted, first = '', trusted, second = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n');
  if (!untrusted?.startsWith(UNTRUSTED) || !trusted?.startsWith(TRUSTED) || rest.join('') !== '') return undefined;
  const blob = exactly(first, SIGNED.end);
  const global = exactly(second, GLOBAL);
  const comment = trusted.slice(TRUSTED.length);
  if (blob?.toString('latin1', 0, SIGNED.id) !== SIGNED.kind || global === undefined) return undefined;
  if (comment.length > UPDATE_LIMITS.comment) return undefined;
  return {
    keyId: idOf(blob.subarray(SIGNED.id, SIGNED.signature)),
    signature: blob.subarray(SIGNED.signature),
    comment,
    global,
  };
}

/** What is signed of a file: feed it all bytes, then ask `digest()`. */
export function fileHash(): Hash {
  return createHash('blake2b512');
}

/** The key, of those given, that made this signature over a file of this hash and over its comment; undefined where none did. */
export function signerOf(
  { keyId, signature, comment, global }: Signature,
  digest: Buffer,
  keys: readonly PublicKey[],
): PublicKey | undefined {
  const signed = commentSigned(signature, comment);
  // The id says which key is meant and proves nothing.
  return keys.find(
    ({ id, key }) => id === keyId && verify(null, digest, key, signature) && verify(null, signed, key, global),
  );
}

/** What the second signature is made over. */
export function commentSigned(signature: Buffer, comment: string): Buffer {
  return Buffer.concat([signature, Buffer.from(comment)]);
}

/** The id is a number in little-endian order. */
function idOf(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

/** So many bytes in standard base64, written as there is one way to write them. */
function exactly(text: string, bytes: number): Buffer | undefined {
  if (text.length !== 4 * Math.ceil(bytes / 3)) return undefined;
  const blob = Buffer.from(text, 'base64');
  return blob.length === bytes && blob.toString('base64') === text ? blob : undefined;
}
