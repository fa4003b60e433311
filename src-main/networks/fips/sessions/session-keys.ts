// The keys that two nodes have agreed on across the mesh, and what was counted with them.

import { ReplayWindow } from '../links/replay-window.ts';
import type { Established } from '../noise/ik.ts';
import { type Ends, openPacket, type SealedPacket, type SessionMessage, sealPacket } from '../wire/session-packet.ts';

export class SessionKeys {
  readonly #sendKey: Buffer;
  readonly #receiveKey: Buffer;
  readonly #window = new ReplayWindow();
  readonly epoch: Buffer;
  readonly keyEpoch: boolean;
  readonly startedAt: number;
  #sent = 0;

  /** `keyEpoch`: the bit that says in each packet which keys it is sealed with; it changes with each new pair. */
  constructor(
    { keys: [initiator, responder], epoch }: Established,
    { isInitiator, keyEpoch, now }: { readonly isInitiator: boolean; readonly keyEpoch: boolean; readonly now: number },
  ) {
    this.#sendKey = isInitiator ? initiator : responder;
    this.#receiveKey = isInitiator ? responder : initiator;
    this.epoch = epoch;
    this.keyEpoch = keyEpoch;
    this.startedAt = now;
  }

  get sent(): number {
    return this.#sent;
  }

  timestamp(now: number): number {
    return Math.floor(now - this.startedAt) >>> 0;
  }

  seal(message: SessionMessage, ends: Ends | undefined, now: number): Buffer {
    const counter = this.#sent;
    this.#sent += 1;
    const { keyEpoch } = this;
    return sealPacket({ key: this.#sendKey, counter, keyEpoch, timestamp: this.timestamp(now), ends }, message);
  }

  /**
   * Undefined: it came before, or is not sealed with these keys. The bit in the packet is not looked at: where one end has forgotten the
   * session and the other has not, they do not agree on it.
   */
  open(packet: SealedPacket): (SessionMessage & { readonly timestamp: number }) | undefined {
    if (!this.#window.isNew(packet.counter)) return undefined;
    const opened = openPacket(this.#receiveKey, packet);
    if (opened) this.#window.mark(packet.counter);
    return opened;
  }
}
