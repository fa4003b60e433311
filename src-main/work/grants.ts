// Who gets what of this computer. Pure: the numbers that are held and lent in, a yes or no out.
//
// A claim that waits keeps its place and what it waits for: claims behind it get only what it leaves, so that many small ones can't
// keep a large one waiting for ever, and one that waits for memory holds up none that wants a slot.

import { NOTHING, plus, RESOURCES, type Resources } from './resources.ts';

/** What the user lends now. */
export interface Lent {
  readonly resources: Resources;
  /** Slots and containers share the graphics card: what one of them holds of it, the other can't have. */
  readonly gpuShared: boolean;
  /** The most that one network may hold; what is left out does not bind. */
  limitOf(network: string): Partial<Resources> | undefined;
}

/** What is held, by all networks and by each. */
export class Totals {
  #all: Resources = NOTHING;
  readonly #by = new Map<string, Resources>();

  get all(): Resources {
    return this.#all;
  }

  of(network: string): Resources {
    return this.#by.get(network) ?? NOTHING;
  }

  add(network: string, need: Resources): void {
    this.#all = plus(this.#all, need);
    this.#by.set(network, plus(this.of(network), need));
  }

  copy(): Totals {
    const copy = new Totals();
    copy.#all = this.#all;
    for (const [network, held] of this.#by) copy.#by.set(network, held);
    return copy;
  }
}

/** Whether a claim fits beside what is held. */
export function fits(need: Resources, network: string, held: Totals, lent: Lent): boolean {
  return inPool(need, held.all, lent) && withinLimit(need, held.of(network), lent.limitOf(network));
}

/** The most of each that a claim of this network could have beside what is held, where it wants nothing else. */
export function roomFor(network: string, held: Totals, lent: Lent): Resources {
  const limit = lent.limitOf(network);
  const own = held.of(network);
  const room = (name: (typeof RESOURCES)[number]) =>
    Math.max(0, Math.min(lent.resources[name] - held.all[name], (limit?.[name] ?? Infinity) - own[name]));
  return Object.fromEntries(RESOURCES.map((name) => [name, room(name)])) as unknown as Resources;
}

/** Less may be lent than is held, such as after the user has lowered it: that binds only claims for more of the same. */
function inPool(need: Resources, held: Resources, { resources: lent, gpuShared }: Lent): boolean {
  for (const name of RESOURCES) if (need[name] > 0 && held[name] + need[name] > lent[name]) return false;
  if (!gpuShared || (need.slots === 0 && need.gpuMiB === 0) || lent.slots === 0 || lent.gpuMiB === 0) return true;
  // The parts of the card that slots and containers have, of one card. In whole numbers, so that nothing is rounded.
  const slots = (held.slots + need.slots) * lent.gpuMiB;
  const containers = (held.gpuMiB + need.gpuMiB) * lent.slots;
  return held.gpuMiB + need.gpuMiB === 0 || slots + containers <= lent.slots * lent.gpuMiB;
}

function withinLimit(need: Resources, held: Resources, limit: Partial<Resources> | undefined): boolean {
  if (!limit) return true;
  return RESOURCES.every((name) => need[name] === 0 || held[name] + need[name] <= (limit[name] ?? Infinity));
}

export interface Wish {
  readonly need: Resources;
  readonly network: string;
}

/**
 * What claims see of the computer that come after others which wait: all that is held, and what those before them wait for.
 * A claim that can't be served while so little is lent keeps nothing back: no release would bring it nearer. One that waits for its
 * own network's limit keeps back what it wants from its network alone: the others could have all of it, and that network could not.
 */
export class Line {
  readonly #byNetwork: Totals;
  readonly #lent: Lent;
  #pool: Resources;

  constructor(held: Totals, lent: Lent) {
    this.#byNetwork = held.copy();
    this.#pool = held.all;
    this.#lent = lent;
  }

  /** Takes the next in line: true where it is served now. */
  next({ need, network }: Wish): boolean {
    const limit = this.#lent.limitOf(network);
    const within = withinLimit(need, this.#byNetwork.of(network), limit);
    const served = within && inPool(need, this.#pool, this.#lent);
    if (served || fits(need, network, new Totals(), this.#lent)) {
      this.#byNetwork.add(network, need);
      if (within) this.#pool = plus(this.#pool, need);
    }
    return served;
  }
}
