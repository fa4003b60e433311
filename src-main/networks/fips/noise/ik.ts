// The handshake of links: Noise_IK_secp256k1_ChaChaPoly_SHA256, with the deviations that FIPS has (see `symmetric` for two more).
//
// - The responder's static key goes into the hash with its first byte set to 0x02, for an npub does not say its parity.
// - A shared secret is SHA-256 of the x-coordinate alone.
// - Payloads are the eight bytes of the sender's startup epoch.
// - The token "se" of the second message multiplies the responder's static key and the initiator's ephemeral one, as "es" has done
//   before. So the second message proves nothing new of the initiator, and what is known of IK's properties is not true of this one.

import type { EphemeralKey, Identity } from '../identity/identity.ts';
import { withEvenY } from '../identity/names.ts';
import { type KeyPair, SymmetricState } from './symmetric.ts';

const NAME = 'Noise_IK_secp256k1_ChaChaPoly_SHA256';

export const POINT_BYTES = 33;
export const EPOCH_BYTES = 8;
const TAG_BYTES = 16;
const SEALED_POINT_BYTES = POINT_BYTES + TAG_BYTES;
const SEALED_EPOCH_BYTES = EPOCH_BYTES + TAG_BYTES;
export const IK_MESSAGE_1_BYTES = POINT_BYTES + SEALED_POINT_BYTES + SEALED_EPOCH_BYTES;
export const IK_MESSAGE_2_BYTES = POINT_BYTES + SEALED_EPOCH_BYTES;

/** What both ends know when it is over. */
export interface Established {
  readonly keys: KeyPair;
  /** Of all that was said: the same at both ends, and of no other handshake. */
  readonly hash: Buffer;
  /** The other end's: another one than before means that it was started anew. */
  readonly epoch: Buffer;
}

function begin(responderX: Uint8Array): SymmetricState {
  const state = new SymmetricState(NAME);
  state.mixHash(withEvenY(responderX));
  return state;
}

/** The side that dials, and so knows whom it wants. */
export class IkInitiator {
  readonly #state: SymmetricState;
  readonly #ephemeral: EphemeralKey;
  readonly #es: Buffer;
  readonly message1: Buffer;

  private constructor(state: SymmetricState, ephemeral: EphemeralKey, es: Buffer, message1: Buffer) {
    this.#state = state;
    this.#ephemeral = ephemeral;
    this.#es = es;
    this.message1 = message1;
  }

  /** `responderX`: the key that it is to have, x alone. Undefined: that is no point of the curve. */
  static begin(
    me: Identity,
    responderX: Uint8Array,
    ephemeral: EphemeralKey,
    epoch: Uint8Array,
  ): IkInitiator | undefined {
    const responder = withEvenY(responderX);
    const es = ephemeral.diffieHellman(responder);
    const ss = me.diffieHellman(responder);
    if (!es || !ss) return undefined;
    const state = begin(responderX);
    state.mixHash(ephemeral.publicKey);
    state.mixKey(es);
    const sealedKey = state.encryptAndHash(me.publicKey);
    state.mixKey(ss);
    const message1 = Buffer.concat([ephemeral.publicKey, sealedKey, state.encryptAndHash(epoch)]);
    return new IkInitiator(state, ephemeral, es, message1);
  }

  /** With the answer. Undefined: it is not an answer to this, and the right one may still come. Costs one point multiplication. */
  finish(message2: Buffer): Established | undefined {
    if (message2.length !== IK_MESSAGE_2_BYTES) return undefined;
    const theirs = message2.subarray(0, POINT_BYTES);
    const ee = this.#ephemeral.diffieHellman(theirs);
    if (!ee) return undefined;
    const state = this.#state.copy();
    state.mixHash(theirs);
    state.mixKey(ee);
    state.mixKey(this.#es);
    const epoch = state.decryptAndHash(message2.subarray(POINT_BYTES));
    return epoch && { keys: state.split(), hash: state.hash, epoch };
  }
}

/** A first message that was sealed for us: who wants in, before anything is answered. */
export class IkRequest {
  readonly #state: SymmetricState;
  readonly #es: Buffer;
  readonly #ephemeral: Buffer;
  /** The initiator's, compressed, with its true parity. */
  readonly publicKey: Buffer;
  readonly epoch: Buffer;

  private constructor(state: SymmetricState, es: Buffer, ephemeral: Buffer, publicKey: Buffer, epoch: Buffer) {
    this.#state = state;
    this.#es = es;
    this.#ephemeral = ephemeral;
    this.publicKey = publicKey;
    this.epoch = epoch;
  }

  /** Undefined: it is not a first message to us. Costs two point multiplications. */
  static read(me: Identity, message1: Buffer): IkRequest | undefined {
    if (message1.length !== IK_MESSAGE_1_BYTES) return undefined;
    const ephemeral = message1.subarray(0, POINT_BYTES);
    const es = me.diffieHellman(ephemeral);
    if (!es) return undefined;
    const state = begin(me.xOnly);
    state.mixHash(ephemeral);
    state.mixKey(es);
    const publicKey = state.decryptAndHash(message1.subarray(POINT_BYTES, POINT_BYTES + SEALED_POINT_BYTES));
    const ss = publicKey && me.diffieHellman(publicKey);
    if (!ss) return undefined;
    state.mixKey(ss);
    const epoch = state.decryptAndHash(message1.subarray(POINT_BYTES + SEALED_POINT_BYTES));
    return epoch && new IkRequest(state, es, ephemeral, publicKey, epoch);
  }

  /** Once. Costs two point multiplications more. */
  answer(ephemeral: EphemeralKey, epoch: Uint8Array): { readonly message2: Buffer; readonly established: Established } {
    const ee = ephemeral.diffieHellman(this.#ephemeral);
    if (!ee) throw new TypeError('a point that was multiplied before is one');
    this.#state.mixHash(ephemeral.publicKey);
    this.#state.mixKey(ee);
    this.#state.mixKey(this.#es);
    const message2 = Buffer.concat([ephemeral.publicKey, this.#state.encryptAndHash(epoch)]);
    return { message2, established: { keys: this.#state.split(), hash: this.#state.hash, epoch: this.epoch } };
  }
}
