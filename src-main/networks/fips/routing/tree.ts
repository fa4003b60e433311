// The spanning tree by which nodes find their way: the node with the smallest node_addr is its root, and every other has one of its
// neighbours as its parent. Pure: it decides, and says when there is something new to announce.

import { FIPS } from '../bounds.ts';
import type { NodeAddr } from '../identity/names.ts';
import type { Coordinates } from '../wire/coordinates.ts';
import type { Ancestor, TreeAnnounce } from '../wire/tree-announce.ts';

/** A switch that nothing forces waits for so long after the one before. */
const HOLD_MS = 30_000;
/** So many switches in that time are flapping, which is damped for longer. */
const FLAPS = 4;
const FLAP_WINDOW_MS = 60_000;
const DAMPED_MS = 120_000;
/** Another parent has to be better by a fifth. */
const HYSTERESIS = 0.8;

/** What a link costs; undefined: its round trip is not known yet. */
export type LinkCost = (peer: NodeAddr) => number | undefined;

/** Where this node stands, to be signed. */
export type Place = Omit<TreeAnnounce, 'signature'>;

interface Candidate {
  readonly addr: NodeAddr;
  readonly ancestry: readonly Ancestor[];
  readonly root: NodeAddr;
  readonly cost: number;
}

export class Tree {
  readonly #me: NodeAddr;
  readonly #positions = new Map<NodeAddr, TreeAnnounce>();
  #place: Place;
  readonly #switches: number[] = [];
  #dampedUntil = Number.NEGATIVE_INFINITY;

  /** `seconds`: since 1970. */
  constructor(me: NodeAddr, seconds: number) {
    this.#me = me;
    this.#place = rootPlace(me, 1n, seconds);
  }

  get place(): Place {
    return this.#place;
  }

  get coordinates(): Coordinates {
    return this.#place.ancestry.map(({ addr }) => addr);
  }

  get root(): NodeAddr {
    return this.#place.ancestry.at(-1)!.addr;
  }

  get isRoot(): boolean {
    return this.#place.parent === this.#me;
  }

  /** Undefined: it has not said yet where it stands. */
  coordinatesOf(peer: NodeAddr): Coordinates | undefined {
    return this.#positions.get(peer)?.ancestry.map(({ addr }) => addr);
  }

  isParent(peer: NodeAddr): boolean {
    return !this.isRoot && this.#place.parent === peer;
  }

  /** As that neighbour has announced it; undefined: it has not. */
  parentOf(peer: NodeAddr): NodeAddr | undefined {
    return this.#positions.get(peer)?.parent;
  }

  /** Whether the tree has an edge between this node and that neighbour. */
  isTreePeer(peer: NodeAddr): boolean {
    return this.isParent(peer) || this.parentOf(peer) === this.#me;
  }

  /** Whether it says something that can be true, and is newer than what it said before. Signatures are checked after that. */
  isNews(from: NodeAddr, announce: TreeAnnounce): boolean {
    const known = this.#positions.get(from);
    return isSound(from, announce) && (known === undefined || announce.sequence > known.sequence);
  }

  learn(from: NodeAddr, announce: TreeAnnounce): void {
    this.#positions.set(from, announce);
  }

  lose(peer: NodeAddr): void {
    this.#positions.delete(peer);
  }

  /** True: this node stands elsewhere now, or its way to the root is another one. */
  evaluate(costOf: LinkCost, now: number, seconds: number): boolean {
    const candidates = this.#candidates(costOf);
    const current = candidates.find(({ addr }) => !this.isRoot && addr === this.#place.parent);
    const best = bestOf(candidates);
    if (!best || this.#me < best.root) return this.#stand(undefined, now, seconds);
    if (!current || best.root < current.root || this.#me < current.root) return this.#stand(best, now, seconds);
    if (best.addr === current.addr || !this.#mayChoose(now)) return this.#stand(current, now, seconds);
    return this.#stand(best.cost < current.cost * HYSTERESIS ? best : current, now, seconds);
  }

  #candidates(costOf: LinkCost): readonly Candidate[] {
    const possible = [...this.#positions].filter(
      ([, { ancestry }]) => ancestry.length < FIPS.treeDepth && !ancestry.some(({ addr }) => addr === this.#me),
    );
    const measured = possible.some(([addr]) => costOf(addr) !== undefined);
    return possible
      .filter(([addr]) => !measured || costOf(addr) !== undefined || addr === this.#place.parent)
      .map(([addr, { ancestry }]) => ({
        addr,
        ancestry,
        root: ancestry.at(-1)!.addr,
        cost: ancestry.length + (costOf(addr) ?? 1),
      }));
  }

  #mayChoose(now: number): boolean {
    const last = this.#switches.at(-1) ?? Number.NEGATIVE_INFINITY;
    return now - last >= HOLD_MS && now >= this.#dampedUntil;
  }

  /** Under that one, or as the root. */
  #stand(parent: Candidate | undefined, now: number, seconds: number): boolean {
    const addr = parent?.addr ?? this.#me;
    const above = parent?.ancestry ?? [];
    const isSame = addr === this.#place.parent;
    if (isSame && samePath(above, this.#place.ancestry.slice(1))) return false;
    const sequence = this.#place.sequence + 1n;
    if (!isSame) this.#countSwitch(now);
    if (!parent) this.#place = rootPlace(this.#me, sequence, seconds);
    else {
      const timestamp = BigInt(seconds);
      this.#place = {
        sequence,
        timestamp,
        parent: addr,
        ancestry: [{ addr: this.#me, sequence, timestamp }, ...above],
      };
    }
    return true;
  }

  #countSwitch(now: number): void {
    this.#switches.push(now);
    while (this.#switches[0]! <= now - FLAP_WINDOW_MS) this.#switches.shift();
    if (this.#switches.length >= FLAPS) this.#dampedUntil = now + DAMPED_MS;
  }
}

function rootPlace(me: NodeAddr, sequence: bigint, seconds: number): Place {
  const timestamp = BigInt(seconds);
  return { sequence, timestamp, parent: me, ancestry: [{ addr: me, sequence, timestamp }] };
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>((best, each) => {
    if (!best || each.root !== best.root) return !best || each.root < best.root ? each : best;
    if (each.cost !== best.cost) return each.cost < best.cost ? each : best;
    return each.addr < best.addr ? each : best;
  }, undefined);
}

/** The nodes alone: sequences of others change with each of their announcements. */
function samePath(one: readonly Ancestor[], other: readonly Ancestor[]): boolean {
  return one.length === other.length && one.every(({ addr }, at) => addr === other[at]!.addr);
}

function isSound(from: NodeAddr, { parent, ancestry }: TreeAnnounce): boolean {
  const addrs = ancestry.map(({ addr }) => addr);
  if (addrs[0] !== from || new Set(addrs).size !== addrs.length) return false;
  if (parent === from ? addrs.length !== 1 : addrs[1] !== parent) return false;
  const root = addrs.at(-1)!;
  return addrs.every((addr) => root <= addr);
}
