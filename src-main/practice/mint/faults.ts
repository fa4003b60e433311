// How a practice mint goes wrong, by script: for the next requests of a kind, in order.

import type { Clock } from '../../base/clock.ts';

export type MintRoute =
  | 'info'
  | 'keysets'
  | 'keys'
  | 'swap'
  | 'checkstate'
  | 'restore'
  | 'mint-quote'
  | 'mint'
  | 'melt-quote'
  | 'melt';

export type Fault =
  /** Nothing of it. */
  | { readonly do: 'fine' }
  /** Answers after so many milliseconds. */
  | { readonly do: 'late'; readonly ms: number }
  /** Does it twice, and gives the second answer. */
  | { readonly do: 'twice' }
  /** The connection ends without an answer: before anything was done, or after all of it. */
  | { readonly do: 'drop' }
  | { readonly do: 'drop-after' }
  | { readonly do: 'status'; readonly status: number }
  | { readonly do: 'status-after'; readonly status: number }
  | { readonly do: 'refuse'; readonly code: number; readonly detail?: string }
  /** What is no JSON, after it was done. */
  | { readonly do: 'garbage' }
  /** Signs with the key of another amount; with what proves it, or without. */
  | { readonly do: 'wrong-signatures' }
  /** Answers as if of another keyset. */
  | { readonly do: 'other-keyset' };

export class Faults {
  readonly #clock: Clock;
  readonly #scripts = new Map<MintRoute, Fault[]>();
  /** It can't be reached at all. */
  away = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** After those that were scripted before for the same kind of request. */
  next(route: MintRoute, ...faults: readonly Fault[]): void {
    this.#scripts.set(route, [...(this.#scripts.get(route) ?? []), ...faults]);
  }

  clear(): void {
    this.#scripts.clear();
    this.away = false;
  }

  async take(route: MintRoute): Promise<Fault> {
    if (this.away) return { do: 'drop' };
    const fault = this.#scripts.get(route)?.shift() ?? { do: 'fine' };
    if (fault.do === 'late') await this.#clock.sleep(fault.ms);
    return fault;
  }
}
