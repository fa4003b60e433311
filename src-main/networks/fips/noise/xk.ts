// The handshake of sessions: Noise_XK_secp256k1_ChaChaPoly_SHA256, in which the initiator shows who it is in the last message. It
// deviates as links do (see `ik`), but for "se", which is Noise's own; and the first message has no payload.

import type { EphemeralKey, Identity } from '../identity/identity.ts';
import { withEvenY } from '../identity/names.ts';
import { EPOCH_BYTES, type Established, POINT_BYTES } from './ik.ts';
import { SymmetricState } from './symmetric.ts';

const NAME = 'Noise_XK_secp256k1_ChaChaPoly_SHA256';
const TAG_BYTES = 16;
const SEALED_POINT_BYTES = POINT_BYTES + TAG_BYTES;
const SEALED_EPOCH_BYTES = EPOCH_BYTES + TAG_BYTES;
export const XK_MESSAGE_1_BYTES = POINT_BYTES;
export const XK_MESSAGE_2_BYTES = POINT_BYTES + SEALED_EPOCH_BYTES;
export const XK_MESSAGE_3_BYTES = SEALED_POINT_BYTES + SEALED_EPOCH_BYTES;

function begin(responderX: Uint8Array): SymmetricState {
  const state = new SymmetricState(NAME);
  state.mixHash(withEvenY(responderX));
  return state;
}

export class XkInitiator {
  readonly #state: SymmetricState;
  readonly #me: Identity;
  readonly #ephemeral: EphemeralKey;
  readonly message1: Buffer;

  private constructor(state: SymmetricState, me: Identity, ephemeral: EphemeralKey) {
    this.#state = state;
    this.#me = me;
    this.#ephemeral = ephemeral;
    this.message1 = Buffer.from(ephemeral.publicKey);
  }

  /** `responderX`: the key that it is to have, x alone. Undefined: that is no point of the curve. */
  static begin(me: Identity, responderX: Uint8Array, ephemeral: EphemeralKey): XkInitiator | undefined {
    const es = ephemeral.diffieHellman(withEvenY(responderX));
    if (!es) return undefined;
    const state = begin(responderX);
    state.mixHash(ephemeral.publicKey);
    state.mixKey(es);
    return new XkInitiator(state, me, ephemeral);
  }

  /** With the answer. Undefined: it is not an answer to this, and the right one may still come. */
  finish(
    message2: Buffer,
    epoch: Uint8Array,
  ): { readonly message3: Buffer; readonly established: Established } | undefined {
    if (message2.length !== XK_MESSAGE_2_BYTES) return undefined;
    const state = this.#state.copy();
    const theirs = message2.subarray(0, POINT_BYTES);
    const ee = this.#ephemeral.diffieHellman(theirs);
    const se = this.#me.diffieHellman(theirs);
    if (!ee || !se) return undefined;
    state.mixHash(theirs);
    state.mixKey(ee);
    const theirEpoch = state.decryptAndHash(message2.subarray(POINT_BYTES));
    if (!theirEpoch) return undefined;
    const sealedKey = state.encryptAndHash(this.#me.publicKey);
    state.mixKey(se);
    const message3 = Buffer.concat([sealedKey, state.encryptAndHash(epoch)]);
    return { message3, established: { keys: state.split(), hash: state.hash, epoch: theirEpoch } };
  }
}

export class XkResponder {
  readonly #state: SymmetricState;
  readonly #ephemeral: EphemeralKey;
  readonly message2: Buffer;

  private constructor(state: SymmetricState, ephemeral: EphemeralKey, message2: Buffer) {
    this.#state = state;
    this.#ephemeral = ephemeral;
    this.message2 = message2;
  }

  /** Undefined: it is not a first message. Who sent it is not known yet. */
  static answer(me: Identity, message1: Buffer, ephemeral: EphemeralKey, epoch: Uint8Array): XkResponder | undefined {
    if (message1.length !== XK_MESSAGE_1_BYTES) return undefined;
    const es = me.diffieHellman(message1);
    const ee = ephemeral.diffieHellman(message1);
    if (!es || !ee) return undefined;
    const state = begin(me.xOnly);
    state.mixHash(message1);
    state.mixKey(es);
    state.mixHash(ephemeral.publicKey);
    state.mixKey(ee);
    return new XkResponder(state, ephemeral, Buffer.concat([ephemeral.publicKey, state.encryptAndHash(epoch)]));
  }

  /**
   * With the last message: the initiator's key, compressed, and the keys. Undefined: it is not the end of this handshake, and the right
   * one may still come.
   */
  finish(message3: Buffer): { readonly publicKey: Buffer; readonly established: Established } | undefined {
    if (message3.length !== XK_MESSAGE_3_BYTES) return undefined;
    const state = this.#state.copy();
    const publicKey = state.decryptAndHash(message3.subarray(0, SEALED_POINT_BYTES));
    const se = publicKey && this.#ephemeral.diffieHellman(publicKey);
    if (!se) return undefined;
    state.mixKey(se);
    const epoch = state.decryptAndHash(message3.subarray(SEALED_POINT_BYTES));
    return epoch && { publicKey, established: { keys: state.split(), hash: state.hash, epoch } };
  }
}
