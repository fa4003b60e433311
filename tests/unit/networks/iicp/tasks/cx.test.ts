import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CxKey, sealReply } from '../../../../../src-main/networks/iicp/tasks/cx.ts';
import { openReply, sealRequest } from '../../../../../src-main/practice/iicp/sealing.ts';
import { seededRandom } from '../../../../support/random.ts';
import vector from '../../../../vectors/iicp-cx.json' with { type: 'json' };

const key = CxKey.from(Buffer.from(vector.node.private_key_hex, 'hex').toString('base64url'));
const envelope = {
  version: 1,
  recipient_key_id: vector.node.key_id,
  kem_ciphertext: vector.ephemeral.public_key,
  encrypted_body: vector.request.encrypted_body,
  nonce: vector.request.nonce,
  aad: vector.request.aad,
  plaintext_size: vector.request.plaintext_size,
};
const open = (changes: object = {}) => key.open({ ...envelope, ...changes }, vector.task_id, vector.intent);

describe('CxKey', () => {
  it('has the public key and id of the official vector', () => {
    expect(key.publicKey).toMatchObject({ key: vector.node.public_key, key_id: vector.node.key_id });
  });

  it('opens the official request and seals the official reply', () => {
    const opened = open();
    expect(opened?.plaintext).toBe(vector.request.plaintext);
    const nonce = Buffer.from(vector.response.nonce, 'base64url');
    const secret = opened!.replySecret({ ...seededRandom(), bytes: () => nonce });
    expect(sealReply(secret, vector.task_id, vector.response.plaintext)).toEqual({
      version: 1,
      nonce: vector.response.nonce,
      encrypted_body: vector.response.encrypted_body,
    });
  });

  it('survives being put away and taken out again', () => {
    const fresh = CxKey.generate();
    expect(CxKey.from(fresh.secret).publicKey).toEqual(fresh.publicKey);
  });

  it.each([
    ['another version', { version: 2 }],
    ['another recipient', { recipient_key_id: 'cx-0000000000000000' }],
    ['a cut body', { encrypted_body: vector.request.encrypted_body.slice(0, -4) }],
    ['a body shorter than its tag', { encrypted_body: 'AAAA' }],
    ['another nonce', { nonce: vector.response.nonce }],
    ['another aad', { aad: Buffer.from('t-cx-2|urn:iicp:intent:llm:chat:v1').toString('base64url') }],
    ['a point of small order', { kem_ciphertext: 'A'.repeat(43) }],
    ['standard base64', { encrypted_body: `${vector.request.encrypted_body}==` }],
    ['no nonce', { nonce: undefined }],
  ])('does not open an envelope with %s', (_name, changes) => {
    expect(open(changes)).toBeUndefined();
  });

  it('marks a request the same however its last character is spelled', () => {
    const random = seededRandom(5);
    const { envelope: sealed } = sealRequest({
      recipient: key.publicKey,
      taskId: 't-1',
      intent: vector.intent,
      payload: '{"n":1}',
      ephemeralKey: random.bytes(32),
      nonce: random.bytes(12),
    });
    // 23 bytes are 31 characters, of which the last has two bits that nobody reads.
    const { encrypted_body: body } = sealed;
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(body.at(-1)!);
    const respelled = body.slice(0, -1) + Buffer.from([(last + 1) << 2]).toString('base64url')[0];
    expect(respelled).not.toBe(body);
    const first = key.open(sealed, 't-1', vector.intent);
    const again = key.open({ ...sealed, encrypted_body: respelled }, 't-1', vector.intent);
    expect(again?.plaintext).toBe('{"n":1}');
    expect(again?.mark).toBe(first?.mark);
  });

  it.each([undefined, null, 'text', 7, [], {}])('does not open %j', (value) => {
    expect(key.open(value, vector.task_id, vector.intent)).toBeUndefined();
  });

  it('does not open for another task or another intent', () => {
    expect(key.open(envelope, 't-cx-2', vector.intent)).toBeUndefined();
    expect(key.open(envelope, vector.task_id, 'urn:iicp:intent:llm:embedding:v1')).toBeUndefined();
  });

  it('understands what a client written apart from it has sealed, and is understood', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.json(), fc.json(), (taskId, payload, reply) => {
        const random = seededRandom(taskId.length + 7);
        const { envelope: sealed, shared } = sealRequest({
          recipient: key.publicKey,
          taskId,
          intent: vector.intent,
          payload,
          ephemeralKey: random.bytes(32),
          nonce: random.bytes(12),
        });
        const opened = key.open(sealed, taskId, vector.intent);
        expect(opened?.plaintext).toBe(payload);
        expect(openReply(shared, taskId, sealReply(opened!.replySecret(random), taskId, reply))).toBe(reply);
      }),
      { numRuns: 50 },
    );
  });
});
