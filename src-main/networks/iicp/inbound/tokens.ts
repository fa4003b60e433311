// What a directory signs: a token of claims in base64url, a dot, and an Ed25519 signature in hex over a domain and the claims as
// they stand (IICP 3.6). The domain keeps a token for one purpose from being used for another.

import { createPublicKey, verify } from 'node:crypto';
import { fromBase64url } from '../../../base/base64.ts';
import { isObject } from '../../../base/object.ts';

export const TOKEN_DOMAINS = {
  consumer: 'iicp:consumer-token:v1\n',
  relayBind: 'iicp:relay-bind-ticket:v1\n',
} as const;

export type Claims = Readonly<Record<string, unknown>>;

const LONGEST = 4096;
const SIGNATURE = /^[0-9a-f]{128}$/;
const KEY = /^[0-9a-f]{64}$/;
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

/** The claims of a token that was signed with the key (64 hex digits) for that domain; undefined for anything else. */
export function openToken(token: string, domain: string, publicKeyHex: string): Claims | undefined {
  if (token.length > LONGEST || !KEY.test(publicKeyHex)) return undefined;
  const [part = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || !SIGNATURE.test(signature)) return undefined;
  const bytes = fromBase64url(part);
  if (!bytes || !isSigned(domain + part, Buffer.from(signature, 'hex'), publicKeyHex)) return undefined;
  return claimsOf(bytes);
}

/** Clocks differ: a token is good for this much longer than it says. */
const GRACE_MS = 10_000;

/** Whether a consumer token lets its bearer send a task of that intent to that node now. */
export function isForTask(claims: Claims, nodeId: string, intent: string, nowMs: number): boolean {
  const { v, aud, intent: allowed, exp } = claims;
  if (v !== 1 || aud !== nodeId || (allowed !== '*' && allowed !== intent)) return false;
  return typeof exp === 'number' && nowMs < exp * 1000 + GRACE_MS;
}

function isSigned(text: string, signature: Buffer, publicKeyHex: string): boolean {
  try {
    const der = Buffer.concat([SPKI_HEADER, Buffer.from(publicKeyHex, 'hex')]);
    return verify(null, Buffer.from(text), createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

function claimsOf(bytes: Buffer): Claims | undefined {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(json) ? (json as Claims) : undefined;
  } catch {
    return undefined;
  }
}
