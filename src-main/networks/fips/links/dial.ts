// A handshake that this node began: the very same first message goes again until it is answered, or its time is over.

import { FIPS } from '../bounds.ts';
import { type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import type { Established, IkInitiator } from '../noise/ik.ts';
import { encodeMessage1 } from '../wire/frame.ts';
import type { Remote } from './remote.ts';
import { HANDSHAKE_MS, MOST_RESENDS, RESEND_MS } from './times.ts';

/** A node's key, x alone, and where it may be found. */
export interface Wanted {
  readonly xOnly: Uint8Array;
  readonly remote: Remote;
}

export class Dial {
  readonly #handshake: IkInitiator;
  /** Whom it is to reach. */
  readonly xOnly: Buffer;
  readonly addr: NodeAddr;
  readonly index: number;
  readonly remote: Remote;
  readonly frame: Buffer;
  readonly #began: number;
  #sent = 1;
  #tries = 0;
  #next: number;

  constructor(handshake: IkInitiator, { xOnly, remote }: Wanted, index: number, now: number) {
    this.#handshake = handshake;
    this.xOnly = Buffer.from(xOnly);
    this.addr = nodeAddrOf(xOnly);
    this.index = index;
    this.remote = remote;
    this.frame = encodeMessage1({ sender: index, noise: handshake.message1 });
    this.#began = now;
    this.#next = now + RESEND_MS;
  }

  isOver(now: number): boolean {
    return now - this.#began >= HANDSHAKE_MS;
  }

  /** With an answer, if it is one; the first few that are none may have come from strangers. */
  finish(message2: Buffer): Established | undefined {
    if (this.#tries >= FIPS.answersTried) return undefined;
    this.#tries += 1;
    return this.#handshake.finish(message2);
  }

  /** Whether it is to be sent again now; that counts as sent. */
  isDue(now: number): boolean {
    if (now < this.#next || this.#sent > MOST_RESENDS) return false;
    this.#next = now + RESEND_MS * 2 ** this.#sent;
    this.#sent += 1;
    return true;
  }
}
