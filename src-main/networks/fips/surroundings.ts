// Whether this computer was away, or is in another network than a moment ago: what neighbours and relays know of it may be old then.

import type { networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';

interface SurroundingsDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly interfaces: typeof networkInterfaces;
  /** Its address in the mesh: a device that comes or goes is no other network. */
  readonly own: string;
}

/** So much time has passed between two looks: the computer was asleep, or its clock was set. */
const AWAY_MS = 15_000;
/** Asking the system for its addresses takes more than all else that is done in an idle second. */
const ADDRESSES_MS = 5000;

export class Surroundings {
  readonly #deps: SurroundingsDeps;
  #lookedAt: { readonly wall: number; readonly monotonic: number };
  #addressesAt: number;
  #addresses: string;

  constructor(deps: SurroundingsDeps) {
    this.#deps = deps;
    this.#lookedAt = { wall: deps.clock.now(), monotonic: deps.clock.monotonic() };
    this.#addressesAt = this.#lookedAt.monotonic;
    this.#addresses = this.#read();
  }

  /** What has become of this computer since the last look; to be called once a second. */
  look(): 'woke' | 'moved' | undefined {
    const { clock } = this.#deps;
    const before = this.#lookedAt;
    const now = { wall: clock.now(), monotonic: clock.monotonic() };
    this.#lookedAt = now;
    const hasMoved = this.#hasMoved(now.monotonic);
    const away = Math.max(now.wall - before.wall, now.monotonic - before.monotonic);
    if (away >= AWAY_MS) return 'woke';
    return hasMoved ? 'moved' : undefined;
  }

  #hasMoved(now: number): boolean {
    if (now - this.#addressesAt < ADDRESSES_MS) return false;
    this.#addressesAt = now;
    const before = this.#addresses;
    this.#addresses = this.#read();
    return this.#addresses !== before;
  }

  /** Link-local addresses come and go with containers, and nobody elsewhere knows them. */
  #read(): string {
    const all = Object.values(this.#deps.interfaces()).flatMap((card = []) => card);
    const outer = all.filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address));
    const named = outer.map(({ address }) => address).filter((address) => address !== this.#deps.own);
    return named.sort().join(' ');
  }
}
