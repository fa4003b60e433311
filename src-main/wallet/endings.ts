// What operations say of themselves while they wait and when they failed.

import { reasonFor } from '../../src-i18n/reason.ts';
import { assertNever, type HearthError } from '../base/errors.ts';
import { MintRefuses, PaymentFailed, ProofsLost, QuoteExpired, TokenSpent } from './errors.ts';
import type { Failure, Waiting } from './machine.ts';
import type { Why } from './operation.ts';

export function waitingOf(why: Waiting, mint: string): Why {
  return reasonFor(`wallet.waiting-${why}`, { mint });
}

export function failureOf(
  failure: Failure,
  mint: string,
  { lost, unit }: { readonly lost: number; readonly unit: string },
): HearthError {
  switch (failure.why) {
    case 'spent':
      return lost > 0 ? new ProofsLost(mint, lost, unit) : new TokenSpent();
    case 'payment-failed':
      return new PaymentFailed(mint);
    case 'quote-expired':
      return new QuoteExpired();
    case 'issued-elsewhere':
      return new QuoteExpired();
    case 'refused':
      return new MintRefuses(mint, failure.refused);
    default:
      return assertNever(failure);
  }
}
