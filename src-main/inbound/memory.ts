// The memory that all listeners of a node share for strangers: for bodies that are read or worked on, and for answers that wait to be
// sent. It is as large as the listener with the largest bounds asks for, so that a second network costs no second share of it.

import type { InboundLimits } from './bounds.ts';
import { SharedRoom } from './room.ts';

type Wanted = Pick<InboundLimits, 'bodiesTogether' | 'repliesTogether'>;

export class InboundMemory {
  readonly bodies = new SharedRoom(0);
  readonly replies = new SharedRoom(0);
  readonly #wanted = new Set<Wanted>();

  /** For a listener with these bounds, until what is returned is called. */
  open(wanted: Wanted): () => void {
    // One of its own for each: listeners may have the very same bounds.
    const own = { ...wanted };
    this.#wanted.add(own);
    this.#resize();
    return () => {
      if (this.#wanted.delete(own)) this.#resize();
    };
  }

  #resize(): void {
    const most = (name: keyof Wanted) => Math.max(0, ...[...this.#wanted].map((wanted) => wanted[name]));
    this.bodies.resize(most('bodiesTogether'));
    this.replies.resize(most('repliesTogether'));
  }
}
