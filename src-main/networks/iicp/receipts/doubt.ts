// What is done with receipts that may have been counted, by what the directory's books say of them. Where these can't tell, the
// nonce can: handed in again, a receipt that was counted is known, and any other is counted now; as long as nonces are remembered.

import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import type { Write } from '../../../storage/write.ts';
import { VALID_MS } from './asking.ts';
import type { Finding, Unsure } from './directory-ledger.ts';
import { CREDIT, NOT_LISTED, REFUSED } from './verdict.ts';

const TOO_LONG_MS = 600_000;
const DAY_MS = 86_400_000;

/** `again`: to be handed in again at once, with the same nonce. `wait`: nothing is written, it is looked up with the next ones. */
export type Step =
  | { readonly kind: 'settle'; readonly writes: readonly Write[] }
  | { readonly kind: 'again'; readonly claim: OpenClaim }
  | { readonly kind: 'wait' };

export function stepFor(finding: Finding, claims: Claims, now: number): Step {
  const { kind, claim } = finding;
  const settle = (...writes: readonly Write[]): Step => ({ kind: 'settle', writes });
  if (kind === 'awarded') {
    const { id, micro } = finding.award;
    return settle(...claims.paidOut(claim, { ...CREDIT, amountMicro: micro }, id, now));
  }
  if (kind === 'missing' && claim.state === 'waiting') return settle(claims.notTaken(claim.task, 0, null));
  const why = kind === 'missing' ? 'missing' : finding.why;
  const age = now - (claim.triedAt ?? now);
  if (claim.state === 'unclear') {
    if (why === 'failed' && age < DAY_MS) return { kind: 'wait' };
    if (why !== 'too-far' || age >= DAY_MS) return settle(...notListed(claim, claims, now));
  }
  if (why === 'too-far') return settle(claims.inDoubt(claim.task, claim.state, now + TOO_LONG_MS, 'books-too-long'));
  if (isRemembered(why, age)) return { kind: 'again', claim };
  if (why === 'failed') return { kind: 'wait' };
  const reason = why === 'none' ? 'no-books' : 'not-in-books';
  return settle(claims.inDoubt(claim.task, claim.state, now + later(age), reason));
}

/** The directory says that it has counted it, so it has given what it was asked for, though its books don't show it. */
export function notListed(claim: OpenClaim, claims: Claims, now: number): readonly Write[] {
  return claims.paidOut(claim, { ...CREDIT, amountMicro: claim.claimedMicro }, null, now, NOT_LISTED);
}

/**
 * Whether the directory still knows the nonce of a receipt that was handed in so long ago. Each does until the receipt has run
 * out; those whose books name no tasks, for a day more. One without any books may have forgotten it after that: it is handed in
 * again only when none have turned up for a day.
 */
function isRemembered(why: Unsure | 'missing', age: number): boolean {
  if (age < VALID_MS) return true;
  return why === 'unnamed' ? age < DAY_MS : why === 'none' && age > DAY_MS;
}

/** A minute at first, then ever longer, up to an hour. */
function later(age: number): number {
  return Math.min(REFUSED.longestMs, Math.max(REFUSED.firstMs, age / 2));
}
