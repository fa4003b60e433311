// The keys of nodes that were heard of. An address can't be turned into a key again, so that it has to be remembered.

import { FIPS } from '../bounds.ts';
import { type NodeAddr, nodeAddrOf } from './names.ts';

export class KnownKeys {
  readonly #held = new Map<NodeAddr, Buffer>();

  /** Those heard of last come last. */
  get all(): Iterable<readonly [NodeAddr, Buffer]> {
    return this.#held;
  }

  get(addr: NodeAddr): Buffer | undefined {
    return this.#held.get(addr);
  }

  /** `xOnly`: x alone. The one heard of longest ago is let go for it. */
  add(xOnly: Uint8Array): NodeAddr {
    const addr = nodeAddrOf(xOnly);
    this.#held.delete(addr);
    this.#held.set(addr, Buffer.from(xOnly));
    if (this.#held.size > FIPS.identities) this.#held.delete(this.#held.keys().next().value!);
    return addr;
  }
}
