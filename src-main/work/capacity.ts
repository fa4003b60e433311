// What all networks share of this computer, and of an engine elsewhere where boxes are made at one. A claim is held until it is released;
// never is more granted than the user lends, or than that engine has.

import type { Holding } from '../../src-preload/contract/limits.ts';
import type { JobKind } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';
import { fits, type Lent, Line, roomFor, Totals } from './grants.ts';
import { minus, NOTHING, plus, type Resources } from './resources.ts';

/** Which of a network's waiting claims goes first; within a rank, who came first. */
export type Rank = 0 | 1 | 2 | 3;

export interface Claim {
  readonly resources: Resources;
  readonly elsewhere: boolean;
  /** When it ends at the latest, epoch milliseconds; null: not known. */
  readonly until: number | null;
  /** Another end, such as after a further payment. False, and nothing has changed, where a lease would outlast the user's hours. */
  extend(until: number): boolean;
  /** May be called twice; the second does nothing. */
  release(): void;
}

export interface ClaimFor {
  readonly network: string;
  /** A task, where it is left out. A lease needs an end within the user's hours. */
  readonly kind?: JobKind;
  /** Where it is left out, after all others of its network. */
  readonly rank?: Rank;
  readonly until?: number | undefined;
  /** Of what an engine elsewhere has, and of nothing that this computer lends. Left out: of this computer. */
  readonly elsewhere?: boolean;
}

/** What is there already, whatever is lent by now. */
export type HoldFor = Pick<ClaimFor, 'network' | 'kind' | 'until' | 'elsewhere'>;

export interface CapacityDeps {
  readonly clock: Clock;
  /** Read at every decision, for it changes with hours, rules and settings. */
  readonly lent: () => Lent;
  /** What boxes may have of an engine elsewhere now. Left out: there is none. */
  readonly elsewhere?: () => Resources;
  /** A network's place in the user's order, the first 0. */
  readonly placeOf: (network: string) => number;
  /** How long from now something may be sold, milliseconds; null: for as long as is wanted. */
  readonly longestOffer: () => number | null;
}

interface Waiter {
  readonly need: Resources;
  readonly network: string;
  readonly kind: JobKind;
  readonly place: number;
  readonly rank: Rank;
  readonly until: number | undefined;
  readonly end: (claim: Claim | undefined) => void;
}

const LAST: Rank = 3;
/** Hours begin by the minute and switches turn at any time: a waiter looks again this often even when nothing is released. */
const LOOK_AGAIN_MS = 50;
/** Beyond this many of a network, a claim fails at once: each may hold a request body in memory. */
const MOST_WAITING = 256;

export class Capacity {
  readonly #deps: CapacityDeps;
  readonly #waiting: Waiter[] = [];
  readonly #held = new Totals();
  readonly #elsewhere = new Totals();
  /** Claims that end at a known time: tasks are not among them. */
  readonly #timed = new Set<HeldClaim>();
  readonly #claims = new Set<HeldClaim>();
  readonly #owner: Owner;
  #lookAgain: (() => void) | undefined;

  constructor(deps: CapacityDeps) {
    this.#deps = deps;
    this.#owner = {
      mayLast: (kind, until) => this.#mayLast({ kind, until }),
      timed: (claim) => this.#timed.add(claim),
      released: (claim) => this.#release(claim),
    };
  }

  /** Slots that are held. */
  get active(): number {
    return this.#held.all.slots;
  }

  /** Claims that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Who holds what, by network and kind of work: of this computer, or of an engine elsewhere. */
  held({ elsewhere = false } = {}): Holding[] {
    const claimed = [...this.#claims].filter((claim) => claim.elsewhere === elsewhere);
    const groups = Map.groupBy(claimed, ({ network, kind }) => `${network} ${kind}`);
    return [...groups.values()].map((claims) => ({
      network: claims[0]!.network,
      kind: claims[0]!.kind,
      claims: claims.length,
      resources: claims.reduce((sum, { resources }) => plus(sum, resources), NOTHING),
      until: claims.some(({ until }) => until === null) ? null : Math.max(...claims.map(({ until }) => until ?? 0)),
    }));
  }

  /** Whether so much would fit while nothing is held: not where less is lent than that. */
  couldHold(need: Resources, network: string): boolean {
    return fits(need, network, new Totals(), this.#deps.lent());
  }

  /** The most of each that a network could claim now, where nothing waits before it. */
  roomFor(network: string, { elsewhere = false } = {}): Resources {
    return elsewhere
      ? roomFor(network, this.#elsewhere, this.#thereNow())
      : roomFor(network, this.#held, this.#deps.lent());
  }

  /** Now, or undefined. */
  tryClaim(need: Resources, of: ClaimFor): Claim | undefined {
    if (!this.#mayLast(of)) return undefined;
    // Nothing waits for an engine elsewhere.
    if (of.elsewhere)
      return fits(need, of.network, this.#elsewhere, this.#thereNow()) ? this.#grant(need, of) : undefined;
    const lent = this.#deps.lent();
    const free =
      this.#waiting.length === 0
        ? fits(need, of.network, this.#held, lent)
        : this.#lineBefore(this.#placeOf(of), lent).next({ need, network: of.network });
    return free ? this.#grant(need, of) : undefined;
  }

  /** Within `waitMs`, or undefined when time or the signal ran out first. */
  claim(
    need: Resources,
    of: Omit<ClaimFor, 'elsewhere'> & { readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<Claim | undefined> {
    const { network, rank = LAST, waitMs, signal } = of;
    const now = signal.aborted ? undefined : this.tryClaim(need, of);
    if (now || waitMs <= 0 || signal.aborted || this.#isFull(network) || !this.#mayLast(of))
      return Promise.resolve(now);
    return new Promise((resolve) => {
      const end = (claim: Claim | undefined) => {
        cancel();
        signal.removeEventListener('abort', giveUp);
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        if (this.#waiting.length === 0) this.#rest();
        resolve(claim);
      };
      const giveUp = () => end(undefined);
      const place = this.#deps.placeOf(network);
      const { kind = 'task', until } = of;
      const waiter: Waiter = { need, network, kind, place, rank, until, end };
      const cancel = this.#deps.clock.after(waitMs, giveUp);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.splice(this.#placeOf(of), 0, waiter);
      this.#lookAgain ??= this.#deps.clock.after(LOOK_AGAIN_MS, () => this.#serve());
    });
  }

  /** For what is there already, such as a box that has outlived a crash: held however much is lent. */
  hold(need: Resources, of: HoldFor): Claim {
    return this.#grant(need, of);
  }

  /**
   * Whether a claim would fit at a moment to come, as things are: claims that end before it are free then. One that should have
   * ended by now and is still held may go on for any time.
   */
  freeAt(need: Resources, network: string, at: number): boolean {
    const now = this.#deps.clock.now();
    const held = this.#held.copy();
    for (const claim of this.#timed) {
      if (!claim.elsewhere && claim.until !== null && claim.until > now && claim.until <= at) {
        held.add(claim.network, minus(NOTHING, claim.resources));
      }
    }
    return fits(need, network, held, this.#deps.lent());
  }

  #isFull(network: string): boolean {
    return this.#waiting.filter((other) => other.network === network).length >= MOST_WAITING;
  }

  /** Nothing is sold beyond the hours that the user's week allows. */
  #mayLast({ kind, until }: { readonly kind?: JobKind | undefined; readonly until?: number | undefined }): boolean {
    if (kind !== 'lease') return true;
    if (until === undefined) return false;
    const longest = this.#deps.longestOffer();
    return longest === null || until <= this.#deps.clock.now() + longest;
  }

  /** The limits of networks are about this computer: what an engine elsewhere may give has a limit of its own. */
  #thereNow(): Lent {
    return { resources: this.#deps.elsewhere?.() ?? NOTHING, gpuShared: false, limitOf: () => undefined };
  }

  #totalsOf({ elsewhere = false }: Pick<ClaimFor, 'elsewhere'>): Totals {
    return elsewhere ? this.#elsewhere : this.#held;
  }

  #grant(need: Resources, of: HoldFor): Claim {
    this.#totalsOf(of).add(of.network, need);
    const claim = new HeldClaim(need, of, this.#owner);
    this.#claims.add(claim);
    if (claim.until !== null) this.#timed.add(claim);
    return claim;
  }

  #release(claim: HeldClaim): void {
    this.#totalsOf(claim).add(claim.network, minus(NOTHING, claim.resources));
    this.#claims.delete(claim);
    if (claim.until !== null) this.#timed.delete(claim);
    if (this.#waiting.length > 0) this.#serve();
  }

  /** Where it would stand among those that wait. */
  #placeOf({ network, rank = LAST }: ClaimFor): number {
    const place = this.#deps.placeOf(network);
    const behind = this.#waiting.findIndex(
      (other) => other.place > place || (other.place === place && other.rank > rank),
    );
    return behind < 0 ? this.#waiting.length : behind;
  }

  #lineBefore(place: number, lent: Lent): Line {
    const line = new Line(this.#held, lent);
    for (const waiter of this.#waiting.slice(0, place)) if (this.#mayLast(waiter)) line.next(waiter);
    return line;
  }

  #rest(): void {
    this.#lookAgain?.();
    this.#lookAgain = undefined;
  }

  /** Gives what is free to those that wait, in their order. */
  #serve(): void {
    this.#rest();
    const line = new Line(this.#held, this.#deps.lent());
    const served = this.#waiting.filter((waiter) => this.#mayLast(waiter) && line.next(waiter));
    for (const waiter of served) waiter.end(this.#grant(waiter.need, waiter));
    if (this.#waiting.length > 0) this.#lookAgain = this.#deps.clock.after(LOOK_AGAIN_MS, () => this.#serve());
  }
}

interface Owner {
  mayLast(kind: JobKind, until: number): boolean;
  timed(claim: HeldClaim): unknown;
  released(claim: HeldClaim): void;
}

class HeldClaim implements Claim {
  readonly resources: Resources;
  readonly network: string;
  readonly kind: JobKind;
  readonly elsewhere: boolean;
  readonly #owner: Owner;
  #until: number | null;
  #held = true;

  constructor(resources: Resources, { network, kind = 'task', until, elsewhere = false }: HoldFor, owner: Owner) {
    this.resources = resources;
    this.network = network;
    this.kind = kind;
    this.elsewhere = elsewhere;
    this.#until = until ?? null;
    this.#owner = owner;
  }

  get until(): number | null {
    return this.#until;
  }

  extend(until: number): boolean {
    if (!this.#held || !this.#owner.mayLast(this.kind, until)) return false;
    this.#until = until;
    this.#owner.timed(this);
    return true;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#owner.released(this);
  }
}
