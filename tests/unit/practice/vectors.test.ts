import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src-main/practice/iicp/canonical.ts';
import {
  keyIdOf,
  NotOpened,
  openReply,
  openRequest,
  publicKeyOf,
  replyKey,
  requestKey,
  type SealedRequest,
  sealReply,
  sealRequest,
  sharedSecret,
} from '../../../src-main/practice/iicp/sealing.ts';
import {
  CONSUMER_TOKEN_DOMAIN,
  delegationHolds,
  hmacHex,
  pricingText,
  RELAY_TICKET_DOMAIN,
  receiptText,
  Signer,
  sha256Hex,
} from '../../../src-main/practice/iicp/signing.ts';
import { vectors } from './help.ts';

interface Cx {
  node: {
    private_key_hex: string;
    public_key: string;
    key_id: string;
    key_file_name: { node_id: string; name: string };
  };
  ephemeral: { private_key_hex: string; public_key: string };
  shared_hex: string;
  task_id: string;
  intent: string;
  request: {
    nonce: string;
    key_hex: string;
    plaintext: string;
    plaintext_size: number;
    encrypted_body: string;
    aad: string;
  };
  response: { nonce: string; key_hex: string; plaintext: string; encrypted_body: string };
}

const cx = vectors<Cx>('iicp-cx');
const hex = (text: string) => Buffer.from(text, 'hex');
const b64 = (text: string) => Buffer.from(text, 'base64url');
const nodeKey = hex(cx.node.private_key_hex);

describe('the official IICP vectors', () => {
  it('derives the same CX keys, key id and shared secret from either side', () => {
    expect(publicKeyOf(nodeKey).toString('base64url')).toBe(cx.node.public_key);
    expect(keyIdOf(b64(cx.node.public_key))).toBe(cx.node.key_id);
    expect(sharedSecret(nodeKey, b64(cx.ephemeral.public_key)).toString('hex')).toBe(cx.shared_hex);
    expect(sharedSecret(hex(cx.ephemeral.private_key_hex), b64(cx.node.public_key)).toString('hex')).toBe(
      cx.shared_hex,
    );
    const shared = hex(cx.shared_hex);
    expect(requestKey(shared, b64(cx.request.nonce), cx.task_id, cx.intent).toString('hex')).toBe(cx.request.key_hex);
    expect(replyKey(shared, b64(cx.response.nonce), cx.task_id).toString('hex')).toBe(cx.response.key_hex);
    expect(`${sha256Hex(cx.node.key_file_name.node_id).slice(0, 24)}.json`).toBe(cx.node.key_file_name.name);
  });

  it('seals the request of the vector byte for byte and opens it again', () => {
    const { envelope, shared } = sealRequest({
      recipient: { key: cx.node.public_key, key_id: cx.node.key_id },
      taskId: cx.task_id,
      intent: cx.intent,
      payload: cx.request.plaintext,
      ephemeralKey: hex(cx.ephemeral.private_key_hex),
      nonce: b64(cx.request.nonce),
    });
    expect(envelope).toEqual({
      version: 1,
      recipient_key_id: cx.node.key_id,
      kem_ciphertext: cx.ephemeral.public_key,
      encrypted_body: cx.request.encrypted_body,
      nonce: cx.request.nonce,
      aad: cx.request.aad,
      plaintext_size: cx.request.plaintext_size,
    });
    const opened = openRequest(envelope, { privateKey: nodeKey, taskId: cx.task_id, intent: cx.intent });
    expect(opened).toEqual({ payload: cx.request.plaintext, shared });
  });

  it('seals and opens the reply of the vector', () => {
    const shared = hex(cx.shared_hex);
    const sealed = sealReply(shared, cx.task_id, cx.response.plaintext, b64(cx.response.nonce));
    expect(sealed).toEqual({ version: 1, nonce: cx.response.nonce, encrypted_body: cx.response.encrypted_body });
    expect(openReply(shared, cx.task_id, sealed)).toBe(cx.response.plaintext);
  });

  it('answers liveness challenges', () => {
    const file = vectors<{ vectors: { key: string; challenge: string; response: string }[] }>('iicp-liveness');
    expect(file.vectors.map(({ key, challenge }) => hmacHex(key, challenge))).toEqual(
      file.vectors.map((v) => v.response),
    );
  });

  it('signs pricing declarations', () => {
    const file = vectors<{
      key: string;
      vectors: { credit_cost_multiplier: number; pricing_model: string; signed: string; signature: string }[];
    }>('iicp-pricing');
    for (const v of file.vectors) {
      expect(pricingText(v.credit_cost_multiplier, v.pricing_model)).toBe(v.signed);
      expect(hmacHex(file.key, v.signed)).toBe(v.signature);
    }
    expect(file.vectors).toHaveLength(5);
  });

  it('signs peer exchange bodies', () => {
    const file = vectors<{ key: string; vectors: { body: string; signature: string }[] }>('iicp-peers');
    expect(file.vectors.map(({ body }) => hmacHex(file.key, body))).toEqual(file.vectors.map((v) => v.signature));
  });

  it('hashes results canonically and signs credit receipts', () => {
    const file = vectors<{
      key: string;
      canonical_result: string;
      result: unknown;
      response_hash: string;
      vectors: {
        task_id: string;
        tokens_used: number;
        nonce: string;
        querying_node_id: string | null;
        signature: string;
      }[];
    }>('iicp-receipt');
    expect(canonicalJson(file.result)).toBe(file.canonical_result);
    expect(sha256Hex(canonicalJson(file.result))).toBe(file.response_hash);
    for (const v of file.vectors) {
      const text = receiptText({
        taskId: v.task_id,
        tokensUsed: v.tokens_used,
        nonce: v.nonce,
        responseHash: file.response_hash,
        queryingNodeId: v.querying_node_id ?? undefined,
      });
      expect(hmacHex(file.key, text)).toBe(v.signature);
    }
    expect(file.vectors).toHaveLength(2);
  });

  it('signs consumer tokens and relay tickets as the directory does', () => {
    type Token = { domain: string; claims: Record<string, unknown>; token: string };
    const file = vectors<{ seed_hex: string; public_key_hex: string; consumer_token: Token; relay_ticket: Token }>(
      'iicp-tokens',
    );
    const signer = new Signer(hex(file.seed_hex));
    expect(signer.publicKeyHex).toBe(file.public_key_hex);
    expect(signer.token(CONSUMER_TOKEN_DOMAIN, file.consumer_token.claims)).toBe(file.consumer_token.token);
    expect(signer.token(RELAY_TICKET_DOMAIN, file.relay_ticket.claims)).toBe(file.relay_ticket.token);
    expect([file.consumer_token.domain, file.relay_ticket.domain]).toEqual([
      CONSUMER_TOKEN_DOMAIN,
      RELAY_TICKET_DOMAIN,
    ]);
  });

  it('accepts an operator delegation until it runs out, for its own node only', () => {
    const v = vectors<{
      node_id: string;
      not_after: number;
      operator_pub: string;
      sig: string;
      created_at: string;
      integrity_hash: string;
    }>('iicp-delegation');
    const end = v.not_after * 1000;
    expect(delegationHolds(v, 'node-1', end - 1)).toBe(true);
    expect(delegationHolds(v, 'node-1', end)).toBe(false);
    expect(delegationHolds(v, 'node-2', end - 1)).toBe(false);
    expect(delegationHolds({ ...v, not_after: v.not_after + 1 }, 'node-1', end - 1)).toBe(false);
    expect(sha256Hex(`${v.operator_pub}:${v.created_at}`)).toBe(v.integrity_hash);
  });

  it('holds framing vectors whose headers agree with their payloads', () => {
    const file = vectors<{ vectors: { name: string; type: number; frame_hex: string }[] }>('iicp-framing');
    for (const { type, frame_hex } of file.vectors) {
      const frame = hex(frame_hex);
      expect([frame.subarray(0, 5).toString('latin1'), frame[5], frame.readUInt32BE(8)]).toEqual([
        'IICP\x01',
        type,
        frame.length - 12,
      ]);
    }
    expect(file.vectors).toHaveLength(13);
  });
});

describe('sealing in general', () => {
  const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const nonce12 = fc.uint8Array({ minLength: 12, maxLength: 12 });
  const words = fc.string({ unit: 'grapheme', maxLength: 60 });
  const message = fc.record({
    node: key32,
    ephemeral: key32,
    nonce: nonce12,
    taskId: words,
    intent: words,
    payload: words,
  });

  const sealed = (m: {
    node: Uint8Array;
    ephemeral: Uint8Array;
    nonce: Uint8Array;
    taskId: string;
    intent: string;
    payload: string;
  }) => {
    const publicKey = publicKeyOf(m.node);
    const recipient = { key: publicKey.toString('base64url'), key_id: keyIdOf(publicKey) };
    return sealRequest({
      recipient,
      taskId: m.taskId,
      intent: m.intent,
      payload: m.payload,
      ephemeralKey: m.ephemeral,
      nonce: m.nonce,
    });
  };

  it('opens what was sealed, in both directions', () => {
    fc.assert(
      fc.property(message, (m) => {
        const { envelope, shared } = sealed(m);
        const opened = openRequest(envelope, { privateKey: m.node, taskId: m.taskId, intent: m.intent });
        expect(opened.payload).toBe(m.payload);
        expect(openReply(opened.shared, m.taskId, sealReply(shared, m.taskId, m.payload, m.nonce))).toBe(m.payload);
      }),
      { numRuns: 50 },
    );
  });

  it('opens nothing in which one bit was flipped', () => {
    const members = ['kem_ciphertext', 'encrypted_body', 'nonce', 'aad'] as const;
    fc.assert(
      fc.property(
        message,
        fc.constantFrom(...members),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (m, member, at, bit) => {
          const { envelope } = sealed(m);
          const bytes = b64(envelope[member]);
          // The top bit of an X25519 public key carries no meaning (RFC 7748, section 5).
          fc.pre(!(member === 'kem_ciphertext' && at % bytes.length === 31 && bit === 7));
          bytes[at % bytes.length]! ^= 1 << bit;
          const changed: SealedRequest = { ...envelope, [member]: bytes.toString('base64url') };
          expect(() => openRequest(changed, { privateKey: m.node, taskId: m.taskId, intent: m.intent })).toThrow(
            NotOpened,
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('opens no reply in which one bit was flipped, nor one to another task', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 7 }), (m, at, bit) => {
        const { shared } = sealed(m);
        const reply = sealReply(shared, m.taskId, m.payload, m.nonce);
        const bytes = b64(reply.encrypted_body);
        bytes[at % bytes.length]! ^= 1 << bit;
        expect(() => openReply(shared, m.taskId, { ...reply, encrypted_body: bytes.toString('base64url') })).toThrow(
          NotOpened,
        );
        expect(() => openReply(shared, `${m.taskId}x`, reply)).toThrow(NotOpened);
      }),
      { numRuns: 100 },
    );
  });
});
