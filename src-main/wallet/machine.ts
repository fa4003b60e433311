// What to do next with an operation, by what its mint has said so far. Pure: no mint is asked here and nothing is written.
//
// An operation is written down, with its outputs, before its mint is asked for the first time, and asked for the same outputs until
// what became of it is certain. After any answer but a good one, and after a restart, the mint is asked what happened: the state of
// the inputs or of the quote, and which of the outputs it has signed.

import { assertNever } from '../base/errors.ts';
import { type Answer, CODE, isSignedBefore, ok, type Refused, wantsOtherOutputs } from './mint/answer.ts';
import type { DepositQuote, InputState, PaymentQuote, Signature } from './mint/wire.ts';

/** One for each output; null: not signed. */
export type Signed = readonly (Signature | null)[];

/**
 * What the mint answered to the operation itself. `none`: after a restart, when it may or may not have been asked. `pending`: it was at
 * it when it was last looked at.
 */
export type Last =
  | { readonly is: 'none' }
  | { readonly is: 'pending' }
  | { readonly is: 'unknown'; readonly why: string }
  | Refused;

/** Why an operation waits. */
export type Waiting = 'mint-away' | 'inputs-pending' | 'payment-pending' | 'unpaid' | 'mint-inconsistent';

/** Why an operation ended without what was wanted. */
export type Failure =
  /** `stale`: and its outputs were signed for something else, so this is an older copy of the wallet. */
  | { readonly why: 'spent'; readonly stale: boolean }
  | { readonly why: 'payment-failed' }
  | { readonly why: 'quote-expired' }
  | { readonly why: 'issued-elsewhere' }
  | { readonly why: 'refused'; readonly refused: Refused };

export type Next =
  | { readonly do: 'ask' }
  /** With new outputs, by the keysets and fees as they are now. `stale`: those it had were signed before, in another life of this wallet. */
  | { readonly do: 'renew'; readonly stale: boolean }
  | { readonly do: 'wait'; readonly for: Waiting }
  | { readonly do: 'finish'; readonly signed: Signed }
  | { readonly do: 'fail'; readonly failure: Failure };

export interface FoundInputs {
  readonly is: 'swap';
  readonly inputs: Answer<readonly InputState[]>;
  readonly outputs: Answer<Signed>;
  /** Some are signed, but not all or not for the amounts that were asked for: a mint signs all of an operation or nothing. */
  readonly otherwise: boolean;
  /** The inputs once more, after the outputs were found signed: it may have happened in between. */
  readonly again?: Answer<readonly InputState[]>;
}
export interface FoundPayment {
  readonly is: 'pay';
  readonly quote: Answer<PaymentQuote>;
  readonly inputs: Answer<readonly InputState[]>;
  readonly change: Answer<Signed>;
}
export interface FoundDeposit {
  readonly is: 'deposit';
  readonly quote: Answer<DepositQuote>;
  readonly outputs: Answer<Signed>;
}
export type Found = FoundInputs | FoundPayment | FoundDeposit;

/** Seconds since the epoch, by the mint's clock as far as ours agrees with it; quotes are given this much longer. */
const GRACE_S = 120;

const wait = (why: Waiting): Next => ({ do: 'wait', for: why });
const fail = (failure: Failure): Next => ({ do: 'fail', failure });
const isSigned = (signature: Signature | null) => signature !== null;

export interface Circumstances {
  /** Epoch seconds. */
  readonly nowS: number;
  /** Whether there are outputs to ask for; a deposit has none before it is paid. */
  readonly asks: boolean;
  /** Whether the mint can say what it has signed (NUT-09). */
  readonly restores: boolean;
  /** Of a deposit: until when a mint that refuses to speak of it is asked again, for its invoice may have been paid. Epoch seconds. */
  readonly untilS?: number;
}

export function next(last: Last, found: Found, circumstances: Circumstances): Next {
  const { nowS, restores } = circumstances;
  // One that can't restore has nothing to say of outputs. One that can and refuses this once has not said that it never signed them.
  const said = (outputs: Answer<Signed>) => (outputs.is === 'refused' && !restores ? ok([]) : outputs);
  switch (found.is) {
    case 'swap':
      return afterSwap(last, { ...found, outputs: said(found.outputs) });
    case 'pay':
      return afterPayment(last, { ...found, change: said(found.change) }, nowS);
    case 'deposit':
      return afterDeposit(last, { ...found, outputs: said(found.outputs) }, circumstances);
    default:
      return assertNever(found);
  }
}

function afterSwap(last: Last, { inputs, outputs, otherwise, again }: FoundInputs): Next {
  if (outputs.is === 'unknown') return wait('mint-away');
  const states = again ?? inputs;
  if (states.is !== 'ok') return wait('mint-away');
  if (states.value.includes('PENDING')) return wait('inputs-pending');
  if (outputs.is === 'refused') return wait('mint-inconsistent');
  const signed = outputs.value;
  if (states.value.includes('SPENT')) {
    const isOurs = !otherwise && signed.length > 0 && signed.every(isSigned);
    return isOurs ? { do: 'finish', signed } : fail({ why: 'spent', stale: otherwise });
  }
  // Its counters were used before: this is an older copy of the wallet.
  if (signed.some(isSigned)) return { do: 'renew', stale: true };
  return askAgain(last);
}

function askAgain(last: Last): Next {
  if (last.is !== 'refused') return { do: 'ask' };
  if (wantsOtherOutputs(last)) return { do: 'renew', stale: isSignedBefore(last) };
  if (last.code === CODE.inputsPending || last.code === CODE.outputsPending) return wait('inputs-pending');
  return fail({ why: 'refused', refused: last });
}

function afterPayment(last: Last, { quote, inputs, change }: FoundPayment, nowS: number): Next {
  if (quote.is === 'unknown') return wait('mint-away');
  if (quote.is === 'refused')
    return inputs.is === 'ok' && inputs.value.every((s) => s === 'UNSPENT')
      ? fail({ why: 'refused', refused: quote })
      : wait('mint-inconsistent');
  switch (quote.value.state) {
    case 'PENDING':
      return wait('payment-pending');
    case 'PAID':
      return change.is === 'ok' ? { do: 'finish', signed: change.value } : wait('mint-away');
    case 'UNPAID':
      break;
    default:
      return assertNever(quote.value.state);
  }
  if (inputs.is !== 'ok') return wait('mint-away');
  if (inputs.value.includes('PENDING')) return wait('payment-pending');
  if (inputs.value.includes('SPENT')) {
    // Either another spent them, or the mint has yet to write down that it paid: only the first refuses them as spent.
    return last.is === 'refused' && last.code === CODE.spent
      ? fail({ why: 'spent', stale: false })
      : wait('mint-inconsistent');
  }
  // It was on its way, and is so no more: it did not arrive.
  if (last.is === 'pending') return fail({ why: 'payment-failed' });
  if (last.is === 'refused') {
    if (last.code === CODE.quotePending) return wait('payment-pending');
    if (wantsOtherOutputs(last)) return { do: 'renew', stale: isSignedBefore(last) };
    if (last.code === CODE.quoteExpired) return fail({ why: 'quote-expired' });
    return fail(last.code === CODE.lightningFailed ? { why: 'payment-failed' } : { why: 'refused', refused: last });
  }
  // The mint no longer pays it, so it can be given up.
  return isOver(quote.value.expiry, nowS) ? fail({ why: 'quote-expired' }) : { do: 'ask' };
}

function afterDeposit(last: Last, { quote, outputs }: FoundDeposit, { nowS, asks, untilS = 0 }: Circumstances): Next {
  if (quote.is === 'unknown') return wait('mint-away');
  if (quote.is === 'refused') {
    return nowS > untilS ? fail({ why: 'refused', refused: quote }) : wait('mint-inconsistent');
  }
  const signed = outputs.is === 'ok' ? outputs.value : [];
  switch (quote.value.state) {
    case 'UNPAID':
      return isOver(quote.value.expiry, nowS) ? fail({ why: 'quote-expired' }) : wait('unpaid');
    case 'PAID':
      if (!asks) return { do: 'renew', stale: false };
      if (outputs.is !== 'ok') return wait('mint-away');
      if (signed.some(isSigned)) return { do: 'renew', stale: true };
      if (last.is === 'refused' && !wantsOtherOutputs(last)) return wait('mint-inconsistent');
      return askAgain(last);
    case 'ISSUED':
      if (outputs.is !== 'ok') return asks ? wait('mint-away') : fail({ why: 'issued-elsewhere' });
      if (signed.length > 0 && signed.every(isSigned)) return { do: 'finish', signed };
      return signed.some(isSigned) ? wait('mint-inconsistent') : fail({ why: 'issued-elsewhere' });
    default:
      return assertNever(quote.value.state);
  }
}

function isOver(expiry: number | null | undefined, nowS: number): boolean {
  return !!expiry && nowS > expiry + GRACE_S;
}
