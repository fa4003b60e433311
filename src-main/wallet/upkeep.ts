// What the wallet does by itself: goes on with a search that was cut off, holds its proofs against the mints every hour, and makes
// proofs of keysets that end into such as last.

import { EXPIRES_SOON_MS } from './alerts.ts';
import { split } from './blinding/cashu.ts';
import { checkMint } from './check.ts';
import { type Core, USER } from './core.ts';
import type { Operation, SwapPlan } from './operation.ts';
import { inputsOf, MOST_INPUTS, outputsOf } from './planner.ts';
import { feeOf, sumOf } from './select.ts';
import type { Mint } from './store.ts';
import { UNITS } from './units.ts';

const CHECK_MS = 60 * 60_000;
const FIRST_CHECK_MS = 60_000;
/** Swaps of one unit in one go: a larger wallet goes on in an hour. */
const MOST_SWAPS = 50;

export class Upkeep {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Until the wallet stops. */
  async run(): Promise<void> {
    const { deps, signal, mints, store } = this.#core;
    const isLooking = (mint: Mint) => store.open().some((one) => one.kind === 'restore' && one.mint === mint.id);
    // A search that was cut off is gone on with at once, and everything else a little later.
    for (let ms = 0; !signal.aborted; ms = ms === 0 ? FIRST_CHECK_MS : CHECK_MS) {
      await deps.clock.sleep(ms, signal).catch(() => undefined);
      for (const mint of signal.aborted ? [] : mints.all()) {
        try {
          if (mint.stale || isLooking(mint)) await this.restore(mint);
          if (ms > 0) await this.#look(mint);
        } catch (error) {
          if (!signal.aborted) {
            deps.logger.warn('a mint could not be asked about what it holds', { mint: mint.url, error });
          }
        }
      }
    }
  }

  /** Asks a mint about everything that the words have there, and puts the books right. Throws where it can't be asked. */
  async restore(mint: Mint): Promise<readonly Operation[]> {
    const { mints, operations } = this.#core;
    const units = [...new Set((await mints.refresh(mint)).map(({ unit }) => unit))];
    const done: Operation[] = [];
    for (const unit of units) {
      done.push(await operations.alone(mint.id, unit, () => this.#core.restore(mint, unit)));
    }
    return done;
  }

  /** Holds what is here against the mint; answers what it calls spent that is not. */
  async check(mint: Mint): Promise<{ readonly lost: number }> {
    const { deps, store, mints, operations } = this.#core;
    return checkMint({ committer: deps.committer, store, mints, operations }, mint);
  }

  /**
   * Makes proofs of keysets that sign nothing more, or end soon, into such as last, as many as one swap takes; undefined where there are
   * none worth it, or the mint has no keyset that lasts longer.
   */
  async rotate(mint: Mint, unit: string): Promise<Operation | undefined> {
    const { mints, store, deps } = this.#core;
    return this.#core.alone(mint, unit, async () => {
      await mints.refresh(mint);
      const active = await mints.active(mint, unit);
      const soonS = Math.floor((deps.clock.now() + EXPIRES_SOON_MS) / 1000);
      const ends = (at: number | null) => at ?? Number.POSITIVE_INFINITY;
      const ending = new Set(
        store
          .keysets(mint.id)
          .filter(({ id, active: signs }) => id !== active.id || !signs)
          .filter(
            ({ active: signs, finalExpiry }) => !signs || ends(finalExpiry) < Math.min(soonS, ends(active.finalExpiry)),
          )
          .map(({ id }) => id),
      );
      const old = store
        .spendable(mint.id, unit, MOST_INPUTS)
        .filter(({ keyset }) => ending.has(keyset))
        .slice(0, MOST_INPUTS);
      const [amount, fee] = [sumOf(old), feeOf(old)];
      if (amount <= fee) return undefined;
      const { outputs, writes } = outputsOf(store, active, split(amount - fee, active.keys));
      const plan: SwapPlan = { kind: 'swap', booking: USER, inputs: inputsOf(old), amount, fee, outputs, renewed: 0 };
      return this.#core.begin(mint, unit, plan, { once: null, inputs: old, writes });
    });
  }

  async #look(mint: Mint): Promise<void> {
    await this.check(mint);
    for (const unit of UNITS) {
      for (let swaps = 0; swaps < MOST_SWAPS && !this.#core.signal.aborted; swaps++) {
        if (!this.#core.store.keysets(mint.id).some((keyset) => keyset.unit === unit)) break;
        const swapped = await this.rotate(mint, unit);
        if (swapped?.state !== 'done') break;
      }
    }
  }
}
