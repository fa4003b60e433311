// Those who sent a first message and were answered. It may be an old one that a stranger sends again, so that a caller becomes a
// neighbour, or takes the place of one, only with the first frame that it seals with the new keys.

import type { NodeAddr } from '../identity/names.ts';
import type { LinkSession } from './link-session.ts';
import type { Answered } from './peer.ts';
import { type Remote, remoteKey } from './remote.ts';
import { HANDSHAKE_MS } from './times.ts';

export interface Caller {
  readonly addr: NodeAddr;
  readonly publicKey: Buffer;
  readonly epoch: Buffer;
  readonly remote: Remote;
  readonly session: LinkSession;
  readonly answered: Answered;
  readonly since: number;
}

/** One for each node. There are no more of them than first messages are read in the time that each has. */
export class Callers {
  readonly #held = new Map<NodeAddr, Caller>();

  get(addr: NodeAddr): Caller | undefined {
    return this.#held.get(addr);
  }

  /** The answer to these very bytes. */
  answerTo(message1: Buffer): Buffer | undefined {
    for (const { answered } of this.#held.values()) if (answered.message1.equals(message1)) return answered.frame;
    return undefined;
  }

  add(caller: Caller): void {
    this.#held.set(caller.addr, caller);
  }

  delete(addr: NodeAddr): void {
    this.#held.delete(addr);
  }

  /** Lets go of those that have not shown themselves in time. */
  expired(now: number): readonly Caller[] {
    const over = [...this.#held.values()].filter(({ since }) => now - since >= HANDSHAKE_MS);
    for (const { addr } of over) this.#held.delete(addr);
    return over;
  }

  /** Whether one of them came by that transport. */
  isBy(transport: string): boolean {
    return [...this.#held.values()].some(({ remote }) => remote.transport === transport);
  }

  /** Whether one of them is there. */
  isAt(key: string): boolean {
    return [...this.#held.values()].some(({ remote }) => remoteKey(remote) === key);
  }
}
