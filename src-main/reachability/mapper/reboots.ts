// Whether the router has lost its state, from the counts that come with its answers. One that can't count would have every
// mapping asked for again and again, so after a few losses in a row its count is not believed for a while.

import { type EpochSeen, natPmpStateLost, pcpStateLost } from '../epoch.ts';
import type { MappingProtocol } from '../mapping.ts';

const MOST_IN_A_ROW = 3;
const ROW_MS = 60_000;
const DISTRUST_MS = 5 * 60_000;

export class Reboots {
  readonly #seen = new Map<string, EpochSeen>();
  #losses: readonly number[] = [];
  #distrustedUntil = Number.NEGATIVE_INFINITY;

  /** True when state was lost since what was seen before. `at`: `Clock.monotonic()`. Each family has a count of its own. */
  saw(protocol: MappingProtocol, family: number, epoch: number, at: number): boolean {
    const key = `${protocol} ${family}`;
    const before = this.#seen.get(key);
    const now = { epoch, at };
    this.#seen.set(key, now);
    if (!before || !(protocol === 'pcp' ? pcpStateLost : natPmpStateLost)(before, now)) return false;
    if (at < this.#distrustedUntil) return false;
    this.#losses = [...this.#losses.filter((loss) => at - loss < ROW_MS), at];
    if (this.#losses.length > MOST_IN_A_ROW) {
      this.#distrustedUntil = at + DISTRUST_MS;
      return false;
    }
    return true;
  }

  /** Our clock may have stood still: what was seen before says nothing about what comes. */
  forget(): void {
    this.#seen.clear();
  }
}
