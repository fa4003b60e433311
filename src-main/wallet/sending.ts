// Making tokens of what the wallet holds.

import { spendable, split } from './blinding/cashu.ts';
import { assertAmount, type Core, USER } from './core.ts';
import { TooLittle } from './errors.ts';
import type { Booking, Operation, SendPlan } from './operation.ts';
import { choose, inputsOf, outputsOf } from './planner.ts';
import { feeOf, type Spendable, sumOf } from './select.ts';
import type { Mint } from './store.ts';
import { encode } from './token.ts';
import { USUAL_UNIT } from './units.ts';

export interface SendOptions {
  /** Where it is left out: the one that holds most. */
  readonly mint?: string;
  readonly unit?: string;
  readonly booking?: Booking;
  /** A name of the caller's own, by which the same is not made twice. */
  readonly once?: string | null;
  readonly memo?: string;
  /** The mint's fee is taken from the amount, not from what is left. */
  readonly feeWithin?: boolean;
  /** Of the caller, once it is alone with the mint: throws where it may not be sent after all. */
  readonly assert?: () => void;
}

export interface TokenFee {
  readonly mint: string;
  /** In the unit of the token. */
  readonly fee: number;
}

export class Sending {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  async send(
    amount: number,
    { mint: url, unit = USUAL_UNIT, once = null, ...options }: SendOptions,
  ): Promise<Operation> {
    assertAmount(amount);
    const { store, mints } = this.#core;
    this.#core.seed();
    const mint = url === undefined ? this.#core.richest(unit, amount) : this.#core.known(url);
    return this.#core.alone(mint, unit, async () => {
      const name = once === null ? null : `send/${once}`;
      const before = await this.#core.once(name);
      if (before) return before;
      options.assert?.();
      const active = await mints.active(mint, unit);
      const { given: value, inputs } = this.#chosen(mint, unit, amount, options.feeWithin === true);
      const given = split(value, active.keys);
      const fee = feeOf(inputs);
      const kept = sumOf(inputs) - fee - value;
      const amounts = [...given, ...(kept > 0 ? split(kept, active.keys) : [])];
      const { outputs, writes } = outputsOf(store, active, amounts);
      const plan: SendPlan = {
        kind: 'send',
        booking: options.booking ?? USER,
        inputs: inputsOf(inputs),
        amount: value,
        fee,
        given: given.length,
        outputs,
        renewed: 0,
        ...(options.memo !== undefined && { memo: options.memo }),
      };
      return this.#core.begin(mint, unit, plan, { once: name, inputs, writes });
    });
  }

  /** What the mint would take: it is not asked, and nothing is made. Throws NotEnough. */
  fee(amount: number, { mint: url, unit = USUAL_UNIT }: Pick<SendOptions, 'mint' | 'unit'>): TokenFee {
    assertAmount(amount);
    const mint = url === undefined ? this.#core.richest(unit, amount) : this.#core.known(url);
    return { mint: mint.url, fee: feeOf(choose(this.#core.store, mint, unit, amount)) };
  }

  /** The token of one that is done; undefined where it is none, or it was seen redeemed. */
  tokenOf(id: number): string | undefined {
    const { store, mints } = this.#core;
    const operation = store.operation(id);
    if (operation?.plan.kind !== 'send' || operation.state !== 'done') return undefined;
    const seed = this.#core.seed();
    const proofs = store.madeBy(id, 'sent').map((proof) => spendable(seed, proof));
    if (proofs.length === 0) return undefined;
    return encode(mints.byId(operation.mint).url, operation.unit, proofs, operation.plan.memo);
  }

  #chosen(
    mint: Mint,
    unit: string,
    amount: number,
    feeWithin: boolean,
  ): { readonly given: number; readonly inputs: readonly Spendable[] } {
    const { store } = this.#core;
    if (!feeWithin) return { given: amount, inputs: choose(store, mint, unit, amount) };
    const inputs = choose(store, mint, unit, amount, { withoutFee: true });
    const given = amount - feeOf(inputs);
    if (given > 0) return { given, inputs };
    throw new TooLittle();
  }
}
