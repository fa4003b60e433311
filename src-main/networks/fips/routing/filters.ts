// Which nodes can be reached by which neighbour. A node announces to a neighbour itself and all that its other neighbours in the tree have
// announced to it; so word of each node spreads over the tree and never goes back the way it came.

import type { NodeAddr } from '../identity/names.ts';
import { BloomFilter, type FilterAnnounce } from '../wire/filter-announce.ts';

/** A filter that says yes to more than this many of those it does not have is no use, and may be meant to draw all traffic. */
const MOST_FALSE = 0.05;

export class Filters {
  readonly #me: NodeAddr;
  readonly #isTreePeer: (peer: NodeAddr) => boolean;
  readonly #passesOn: () => boolean;
  readonly #heard = new Map<NodeAddr, FilterAnnounce>();
  readonly #sent = new Map<NodeAddr, FilterAnnounce>();
  readonly #repeated = new Set<NodeAddr>();

  /** `passesOn`: whether others are reached through this node. */
  constructor(me: NodeAddr, isTreePeer: (peer: NodeAddr) => boolean, passesOn: () => boolean) {
    this.#me = me;
    this.#isTreePeer = isTreePeer;
    this.#passesOn = passesOn;
  }

  /** Whether that neighbour says that it has a way to the target, in which it may err. */
  has(peer: NodeAddr, target: NodeAddr): boolean {
    return this.#heard.get(peer)?.filter.has(target) ?? false;
  }

  /** What that neighbour has announced last. */
  heardFrom(peer: NodeAddr): FilterAnnounce | undefined {
    return this.#heard.get(peer);
  }

  /** True: it was taken, and what is sent to others may change with it. */
  learn(from: NodeAddr, announce: FilterAnnounce): boolean {
    const known = this.#heard.get(from);
    if ((known && announce.sequence <= known.sequence) || announce.filter.falsePositives > MOST_FALSE) return false;
    this.#heard.set(from, announce);
    return known === undefined || !known.filter.equals(announce.filter);
  }

  lose(peer: NodeAddr): void {
    this.#heard.delete(peer);
    this.#sent.delete(peer);
    this.#repeated.delete(peer);
  }

  /**
   * All get it again, also what they know. An official node that has become the parent of this one passes on what it heard of it before
   * only with the next filter.
   */
  repeat(): void {
    for (const peer of this.#sent.keys()) this.#repeated.add(peer);
  }

  /** What that neighbour got last. */
  sentTo(peer: NodeAddr): FilterAnnounce | undefined {
    return this.#sent.get(peer);
  }

  /** What that neighbour is to get now; undefined: it knows. */
  newsFor(peer: NodeAddr): FilterAnnounce | undefined {
    const filter = BloomFilter.empty();
    filter.add(this.#me);
    for (const [other, heard] of this.#heard) {
      if (other !== peer && this.#passesOn() && this.#isTreePeer(other)) filter.merge(heard.filter);
    }
    const sent = this.#sent.get(peer);
    const isRepeated = this.#repeated.delete(peer);
    if (sent?.filter.equals(filter) && !isRepeated) return undefined;
    const sequence = (sent?.sequence ?? 0n) + 1n;
    this.#sent.set(peer, { sequence, filter });
    return { sequence, filter };
  }
}
