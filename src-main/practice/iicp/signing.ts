// The practice network's own signatures, written apart from the node's so that a shared mistake can't hide. Both are held
// against the same official vectors.

import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';

/** IICP keys every HMAC with the characters of the key string, not with the bytes they might spell in hex. */
export function hmacHex(key: string, message: string | Uint8Array): string {
  return createHmac('sha256', Buffer.from(key, 'utf8')).update(message).digest('hex');
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Equal without telling by timing where they differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a pricing declaration's signature covers: two members, in this order, whole numbers without a point. */
export function pricingText(multiplier: number, model: string): string {
  return `{"credit_cost_multiplier":${String(multiplier)},"pricing_model":${JSON.stringify(model)}}`;
}

export interface Receipt {
  readonly taskId: string;
  readonly tokensUsed: number;
  readonly nonce: string;
  readonly responseHash: string;
  readonly queryingNodeId?: string;
}

/** The text of a credit receipt; the two members for cooperative inference stay empty here. */
export function receiptText({ taskId, tokensUsed, nonce, responseHash, queryingNodeId }: Receipt): string {
  const parts = [taskId, tokensUsed, '', '', nonce, responseHash];
  return (queryingNodeId === undefined ? parts : [...parts, queryingNodeId]).join(':');
}

const ED25519_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');

export const CONSUMER_TOKEN_DOMAIN = 'iicp:consumer-token:v1\n';
export const RELAY_TICKET_DOMAIN = 'iicp:relay-bind-ticket:v1\n';
export const DISPATCH_TICKET_DOMAIN = 'iicp:dispatch-route-ticket:v1\n';

/** Signs with the Ed25519 key that grows from a 32-byte seed (RFC 8032). */
export class Signer {
  readonly publicKeyHex: string;
  readonly #key: KeyObject;

  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([ED25519_PRIVATE, seed]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKeyHex = spki.subarray(ED25519_PUBLIC.length).toString('hex');
  }

  sign(message: string): Buffer {
    return sign(null, Buffer.from(message), this.#key);
  }

  /** A directory-signed token: claims in base64url, a dot, the signature over domain and claims in hex. */
  token(domain: string, claims: Readonly<Record<string, unknown>>): string {
    const part = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${part}.${this.sign(domain + part).toString('hex')}`;
  }
}

export function verifyEd25519(publicKey: Uint8Array, message: string, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([ED25519_PUBLIC, publicKey]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(message), key, signature);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

export interface Delegation {
  readonly node_id: string;
  /** Unix seconds. */
  readonly not_after: number;
  /** Standard base64 with padding. */
  readonly operator_pub: string;
  readonly sig: string;
}

/** An operator's word that a node is theirs: right node, not run out, signed. */
export function delegationHolds(delegation: Delegation, nodeId: string, nowMs: number): boolean {
  const { node_id, not_after, operator_pub, sig } = delegation;
  if (node_id !== nodeId || nowMs >= not_after * 1000) return false;
  const text = `{"node_id":${JSON.stringify(node_id)},"not_after":${not_after},"operator_pub":${JSON.stringify(operator_pub)}}`;
  return verifyEd25519(Buffer.from(operator_pub, 'base64'), text, Buffer.from(sig, 'base64'));
}
