import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EphemeralKey, Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { withEvenY } from '../../../../src-main/networks/fips/identity/names.ts';
import { IkInitiator, IkRequest } from '../../../../src-main/networks/fips/noise/ik.ts';
import { nonceOf, SymmetricState } from '../../../../src-main/networks/fips/noise/symmetric.ts';
import { XkInitiator, XkResponder } from '../../../../src-main/networks/fips/noise/xk.ts';
import { seededRandom } from '../../../support/random.ts';
import vectors from '../../../vectors/fips/noise.json' with { type: 'json' };

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
const initiator = Identity.ofText(vectors.initiator_secret_hex)!;
const responder = Identity.ofText(vectors.responder_secret_hex)!;
const stranger = Identity.of(Buffer.alloc(32, 0x77))!;
const epoch = bytes(vectors.epoch_hex);
const initiatorKey = () => new EphemeralKey(bytes(vectors.initiator_ephemeral_hex));
const responderKey = () => new EphemeralKey(bytes(vectors.responder_ephemeral_hex));

/** Behind the first byte, which is only the parity of a key that counts by its x. */
const flipAfterParity = (message: Buffer, at: number, bit: number) =>
  flip(message, 1 + (at % (message.length - 1)), bit);
const flip = (message: Buffer, at: number, bit: number) => {
  const changed = Buffer.from(message);
  changed[at % changed.length]! ^= 1 << bit;
  return changed;
};

describe('a nonce', () => {
  it('is four bytes of zero and the counter, little-endian', () => {
    expect([0, 1, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER].map((counter) => hex(nonceOf(counter)))).toEqual([
      '000000000000000000000000',
      '000000000100000000000000',
      '000000000500000001000000',
      '00000000ffffffffffff1f00',
    ]);
  });
});

describe('the handshake of links', () => {
  it('begins with the hash of its name and of the responder’s key as if it were even', () => {
    const state = new SymmetricState(vectors.ik.name);
    expect(hex(state.hash)).toBe(vectors.ik.hash_of_name_hex);
    state.mixHash(withEvenY(responder.xOnly));
    expect(hex(state.hash)).toBe(vectors.ik.hash_of_pre_message_hex);
  });

  it('is that of the vector, byte for byte', () => {
    const dialled = IkInitiator.begin(initiator, responder.xOnly, initiatorKey(), epoch)!;
    expect(hex(dialled.message1)).toBe(vectors.ik.message_1_hex);
    const request = IkRequest.read(responder, dialled.message1)!;
    expect([hex(request.publicKey), hex(request.epoch)]).toEqual([hex(initiator.publicKey), vectors.epoch_hex]);
    const { message2, established } = request.answer(responderKey(), epoch);
    expect(hex(message2)).toBe(vectors.ik.message_2_hex);
    const finished = dialled.finish(message2)!;
    expect(finished).toEqual(established);
    expect(finished.keys.map(hex)).toEqual([vectors.ik.initiator_key_hex, vectors.ik.responder_key_hex]);
    expect(hex(finished.hash)).toBe(vectors.ik.hash_hex);
  });

  it('says each end’s epoch to the other, and is another one each time', () => {
    const random = seededRandom(3);
    const once = () => {
      const dialled = IkInitiator.begin(initiator, responder.xOnly, EphemeralKey.from(random), Buffer.alloc(8, 1))!;
      const request = IkRequest.read(responder, dialled.message1)!;
      const answer = request.answer(EphemeralKey.from(random), Buffer.alloc(8, 2));
      return { theirs: answer.established, ours: dialled.finish(answer.message2)! };
    };
    const [one, other] = [once(), once()];
    expect([hex(one.theirs.epoch), hex(one.ours.epoch)]).toEqual(['01'.repeat(8), '02'.repeat(8)]);
    expect(one.ours.keys).toEqual(one.theirs.keys);
    expect(one.ours.keys).not.toEqual(other.ours.keys);
  });

  it('does not begin with what is no key', () => {
    expect(IkInitiator.begin(initiator, Buffer.alloc(32, 0xff), initiatorKey(), epoch)).toBeUndefined();
  });

  it('is refused by whom it is not meant for', () => {
    expect(IkRequest.read(stranger, bytes(vectors.ik.message_1_hex))).toBeUndefined();
  });

  it('is refused of another length', () => {
    const message = bytes(vectors.ik.message_1_hex);
    for (const other of [message.subarray(1), Buffer.concat([message, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      expect(IkRequest.read(responder, other)).toBeUndefined();
      const dialled = IkInitiator.begin(initiator, responder.xOnly, initiatorKey(), epoch)!;
      expect(dialled.finish(other)).toBeUndefined();
    }
  });

  it('is refused with any bit changed, but for the parity of the first key: what is hashed of it seals nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), (at, bit) => {
        expect(IkRequest.read(responder, flipAfterParity(bytes(vectors.ik.message_1_hex), at, bit))).toBeUndefined();
        const dialled = IkInitiator.begin(initiator, responder.xOnly, initiatorKey(), epoch)!;
        expect(dialled.finish(flipAfterParity(bytes(vectors.ik.message_2_hex), at, bit))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
    const other = IkRequest.read(responder, flip(bytes(vectors.ik.message_1_hex), 0, 0));
    expect(other?.publicKey).toEqual(initiator.publicKey);
  });
});

describe('the handshake of sessions', () => {
  it('is that of the vector, byte for byte', () => {
    const dialled = XkInitiator.begin(initiator, responder.xOnly, initiatorKey())!;
    expect(hex(dialled.message1)).toBe(vectors.xk.message_1_hex);
    const answering = XkResponder.answer(responder, dialled.message1, responderKey(), epoch)!;
    expect(hex(answering.message2)).toBe(vectors.xk.message_2_hex);
    const finished = dialled.finish(answering.message2, epoch)!;
    expect(hex(finished.message3)).toBe(vectors.xk.message_3_hex);
    const end = answering.finish(finished.message3)!;
    expect(end.publicKey).toEqual(initiator.publicKey);
    expect(end.established).toEqual(finished.established);
    expect(end.established.keys.map(hex)).toEqual([vectors.xk.initiator_key_hex, vectors.xk.responder_key_hex]);
    expect(hex(end.established.hash)).toBe(vectors.xk.hash_hex);
  });

  it('is refused with any bit of an answer changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), (at, bit) => {
        const dialled = XkInitiator.begin(initiator, responder.xOnly, initiatorKey())!;
        const answering = XkResponder.answer(responder, dialled.message1, responderKey(), epoch)!;
        expect(dialled.finish(flipAfterParity(answering.message2, at, bit), epoch)).toBeUndefined();
        expect(answering.finish(flip(bytes(vectors.xk.message_3_hex), at, bit))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('answers nothing that is no point, and ends with nothing of another length', () => {
    const none = [Buffer.alloc(0), Buffer.alloc(33), Buffer.alloc(32, 2), Buffer.alloc(33, 0xff)];
    for (const message of none) {
      expect(XkResponder.answer(responder, message, responderKey(), epoch)).toBeUndefined();
      const dialled = XkInitiator.begin(initiator, responder.xOnly, initiatorKey())!;
      expect(dialled.finish(message, epoch)).toBeUndefined();
      const answering = XkResponder.answer(responder, dialled.message1, responderKey(), epoch)!;
      expect(answering.finish(message)).toBeUndefined();
    }
    expect(XkInitiator.begin(initiator, Buffer.alloc(32, 0xff), initiatorKey())).toBeUndefined();
  });
});
