// What an operation does to the ledger: its entries, and for each which mint holds the money. They are committed with the proofs that
// they speak of, so that books and proofs always say the same.

import { WALLET_BOOKS } from '../../src-preload/contract/earnings.ts';
import { MICRO } from '../base/micro.ts';
import type { Ledger, NewEntry } from '../payments/ledger.ts';
import type { Write } from '../storage/write.ts';
import type { AskPlan, Operation } from './operation.ts';
import type { WalletStore } from './store.ts';

/** The user's own movements are booked under this name, beside those of the networks. */
export const OWN = WALLET_BOOKS;

interface Line {
  readonly kind: NewEntry['kind'];
  /** Of the entry's reference: what it is within the operation. */
  readonly what: string;
  /** In the unit of the operation, with its sign. */
  readonly amount: number;
}

/** `fee`: what it cost in the end; of a payment it is known only then. */
export function linesOf(plan: AskPlan, fee: number, job: number | null): readonly Line[] {
  const cost: Line = { kind: 'fee', what: plan.kind === 'pay' ? 'lightning-fee' : 'mint-fee', amount: -fee };
  switch (plan.kind) {
    case 'receive':
      return [{ kind: job === null ? 'deposit' : 'earned', what: 'received', amount: plan.amount }, cost];
    case 'send':
      return [
        { kind: job === null ? 'withdrawal' : 'refund', what: job === null ? 'token' : 'refund', amount: -plan.amount },
        cost,
      ];
    case 'swap':
      return [cost];
    case 'pay':
      return [{ kind: 'withdrawal', what: 'payment', amount: -plan.amount }, cost];
    case 'deposit':
      return [{ kind: 'deposit', what: 'deposit', amount: plan.amount }, cost];
  }
}

export interface BooksDeps {
  readonly ledger: Pick<Ledger, 'book'>;
  readonly store: WalletStore;
}

/** The entries and movements of an operation; those of nothing are left out. */
export function bookings(
  { ledger, store }: BooksDeps,
  operation: Operation,
  lines: readonly Line[],
  at: number,
): Write[] {
  const { id, mint, unit, plan } = operation;
  const { network, job } = plan.booking;
  return lines
    .filter(({ amount }) => amount !== 0)
    .flatMap(({ kind, what, amount }) => {
      const reference = `${OWN}/${id}/${what}`;
      const amountMicro = amount * MICRO;
      return [
        ledger.book({ at, network, unit, amountMicro, kind, job, reference, settledAt: at }),
        store.move({ network, reference, mint, unit, amountMicro, operation: id }),
      ];
    });
}
