// Pays out by itself what `payout` decides: looks after each movement, each change of the setting, and when a rest is over.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { Payout } from '../../src-preload/contract/settings/wallet.ts';
import type { PayoutView } from '../../src-preload/contract/wallet.ts';
import { HearthError, toReason } from '../base/errors.ts';
import type { Core } from './core.ts';
import type { Operation } from './operation.ts';
import type { Paying } from './paying.ts';
import { decidePayout, type Failed, type PayoutDecision } from './payout.ts';

/** What the user has set; null: off. */
export interface PayoutSetting {
  get(): Payout | null;
  /** Returns its off. */
  onChange(listener: () => void): () => void;
}

/** What happens at once is looked at once. */
const SOON_MS = 1000;

export class Payouts {
  readonly #core: Core;
  readonly #paying: Pick<Paying, 'offer' | 'pay'>;
  readonly #setting: PayoutSetting;
  #failed: (Failed & { readonly reason: Reason | null }) | null = null;
  #cancel: (() => void) | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #off: (() => void)[] = [];

  constructor(core: Core, paying: Pick<Paying, 'offer' | 'pay'>, setting: PayoutSetting) {
    this.#core = core;
    this.#paying = paying;
    this.#setting = setting;
  }

  start(): void {
    const changed = () => {
      this.#failed = null;
      this.#later(SOON_MS);
    };
    this.#off = [this.#core.operations.onChange(() => this.#later(SOON_MS)), this.#setting.onChange(changed)];
    this.#later(SOON_MS);
  }

  async stop(): Promise<void> {
    for (const off of this.#off) off();
    this.#off = [];
    this.#cancel?.();
    await this.#looking;
  }

  view(): PayoutView {
    const decision = this.#decide();
    if (decision.do === 'nothing') return { state: decision.why, reason: null, nextAt: null };
    const nextAt = decision.do === 'rest' ? decision.until : null;
    return { state: nextAt === null ? 'under-way' : 'waits', reason: this.#failed?.reason ?? null, nextAt };
  }

  /** Pays out what there is to be paid out now; answers the payment, or undefined. Never rejects. */
  async look(): Promise<Operation | undefined> {
    this.#cancel?.();
    this.#cancel = undefined;
    const { signal, deps } = this.#core;
    const decision = this.#decide();
    if (decision.do === 'rest') this.#later(decision.until - deps.clock.now());
    if (decision.do !== 'pay' || signal.aborted) return undefined;
    try {
      const paid = await this.#pay(decision);
      if (paid.state === 'failed') this.#note(paid.reason);
      else this.#failed = null;
      return paid;
    } catch (error) {
      if (signal.aborted) return undefined;
      deps.logger.warn('the automatic payout could not be made', { mint: decision.mint, error });
      this.#note(error instanceof HearthError ? toReason(error) : null);
      return undefined;
    }
  }

  #decide(): PayoutDecision {
    const { mints, store, deps } = this.#core;
    const purses = this.#core.holdings().map(({ mint, ...purse }) => ({ ...purse, mint: mints.byId(mint).url }));
    const paying = store.open().some(({ kind }) => kind === 'pay');
    return decidePayout({ payout: this.#setting.get(), purses, paying, failed: this.#failed, now: deps.clock.now() });
  }

  async #pay({ to, amount, mint, unit, mostFee }: PayoutDecision & { readonly do: 'pay' }): Promise<Operation> {
    const offer = await this.#paying.offer(to, { amount, mint, unit, mostFee });
    return this.#paying.pay(offer.id, { mostFee, automatic: true });
  }

  #note(reason: Reason | null): void {
    this.#failed = { times: (this.#failed?.times ?? 0) + 1, at: this.#core.deps.clock.now(), reason };
    this.#later(0);
  }

  #later(ms: number): void {
    this.#cancel?.();
    if (this.#core.signal.aborted) return;
    this.#cancel = this.#core.deps.clock.after(ms, () => {
      this.#looking = this.#looking.then(() => this.look());
    });
  }
}
