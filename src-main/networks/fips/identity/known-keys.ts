// The keys of nodes that were heard of. An address can't be turned into a key again, and an IPv6 address not into the other, so that they
// have to be remembered.

import { ownCopy } from '../../../base/own-copy.ts';
import { FIPS } from '../bounds.ts';
import { type NodeAddr, nodeAddrOf } from './names.ts';

export class KnownKeys {
  readonly #held = new Map<NodeAddr, Buffer>();
  /** By what IPv6 addresses have of them. */
  readonly #prefixes = new Map<string, NodeAddr>();

  /** Those heard of last come last. */
  get all(): Iterable<readonly [NodeAddr, Buffer]> {
    return this.#held;
  }

  get(addr: NodeAddr): Buffer | undefined {
    return this.#held.get(addr);
  }

  /** The node with that IPv6 address, 16 bytes. */
  withIpv6(address: Buffer): NodeAddr | undefined {
    return this.#prefixes.get(address.toString('hex', 1));
  }

  /** `xOnly`: x alone. The one heard of longest ago is let go for it. */
  add(xOnly: Uint8Array): NodeAddr {
    const addr = nodeAddrOf(xOnly);
    this.#held.delete(addr);
    this.#held.set(addr, ownCopy(xOnly));
    this.#prefixes.set(prefixOf(addr), addr);
    if (this.#held.size > FIPS.identities) this.#forget(this.#held.keys().next().value!);
    return addr;
  }

  #forget(addr: NodeAddr): void {
    this.#held.delete(addr);
    if (this.#prefixes.get(prefixOf(addr)) === addr) this.#prefixes.delete(prefixOf(addr));
  }
}

const prefixOf = (addr: NodeAddr) => addr.slice(0, -2);
