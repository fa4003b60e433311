// What an operation is: what is written down of it before its mint is asked. With the seed, and a sealed token where one is redeemed,
// that is enough to go on after a crash.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { OutputPlan } from './blinding/cashu.ts';

export type OperationKind = 'receive' | 'send' | 'swap' | 'pay' | 'deposit' | 'restore';
export type OperationState = 'open' | 'done' | 'failed';

/** Why it waits or failed. */
export type Why = Reason;

/** Who books it, and for what. */
export interface Booking {
  /** `wallet`: the user's own movements. */
  readonly network: string;
  /** The job that was paid for, or is refunded; null: none. */
  readonly job: number | null;
}

interface Base {
  readonly booking: Booking;
  /** Whatever was asked of the mint once: what it might still do with that is looked for before another thing is tried. */
  readonly outputs: OutputPlan;
  /** How often outputs were replaced by others: bounded, for a mint may say no for ever. */
  readonly renewed: number;
}

/** Redeems a token: its proofs are sealed in the vault until it has ended. */
export interface ReceivePlan extends Base {
  readonly kind: 'receive';
  readonly amount: number;
  readonly fee: number;
}

/** Own proofs by keyset and counter. */
export type Inputs = readonly (readonly [keyset: string, counter: number])[];

/** Makes a token of `amount`: the first `given` outputs, the others come back. */
export interface SendPlan extends Base {
  readonly kind: 'send';
  readonly inputs: Inputs;
  readonly amount: number;
  readonly fee: number;
  readonly given: number;
  readonly memo?: string;
}

/** Own proofs into fewer, or into those of an active keyset. */
export interface SwapPlan extends Base {
  readonly kind: 'swap';
  readonly inputs: Inputs;
  readonly amount: number;
  readonly fee: number;
}

/** Pays an invoice. Outputs are blank, for what is left of the reserve. */
export interface PayPlan extends Base {
  readonly kind: 'pay';
  readonly inputs: Inputs;
  readonly quote: string;
  readonly invoice: string;
  readonly amount: number;
  /** What Lightning and the mint may take at most, beyond the amount. */
  readonly reserve: number;
  /** Whom it goes to, as the user wrote it. */
  readonly to: string;
  /** Paid out by itself, as its user has set it. */
  readonly automatic?: boolean;
  /** The fee as it was in the end, Lightning's and the mint's. */
  readonly paidFee?: number;
}

/** Money from an invoice of the mint. It has no outputs before the invoice is paid. */
export interface DepositPlan extends Base {
  readonly kind: 'deposit';
  readonly quote: string;
  readonly invoice: string;
  readonly amount: number;
  /** Epoch seconds; null: never. */
  readonly expiry: number | null;
}

/** Looks for everything that the seed has ever had there. */
export interface RestorePlan {
  readonly kind: 'restore';
  readonly booking: Booking;
  /** By keyset, the counter to go on from; null: done. */
  readonly from: Readonly<Record<string, number | null>>;
  /** Outputs that the mint was asked about so far. */
  readonly asked: number;
  /** What was found so far, in this unit. */
  readonly found: number;
}

export type AskPlan = ReceivePlan | SendPlan | SwapPlan | PayPlan | DepositPlan;
export type Plan = AskPlan | RestorePlan;

export interface Operation<P extends Plan = Plan> {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: OperationKind;
  readonly mint: number;
  readonly unit: string;
  readonly state: OperationState;
  /** What must not happen twice, such as the digest of a token. */
  readonly once: string | null;
  readonly plan: P;
  readonly reason: Why | null;
  readonly endedAt: number | null;
}

const DAY_S = 86_400;

/** Epoch seconds. A mint that refuses to speak of a deposit for a day after its invoice could be paid has forgotten it. */
export function untilOf({ at, plan }: Operation): number {
  const paidUntilS = plan.kind === 'deposit' ? plan.expiry : null;
  return (paidUntilS || Math.floor(at / 1000)) + DAY_S;
}
