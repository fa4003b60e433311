// What a directory's answer to a receipt means, and what is written down for it.

import { backoffMs } from '../../../base/backoff.ts';
import { toHearthError } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';
import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import type { Write } from '../../../storage/write.ts';
import { DirectoryRefused } from '../errors.ts';
import type { ReceiptFault } from './refusals.ts';

export const CREDIT = { network: 'iicp', unit: 'credit' };

/** For one receipt that is refused for what it says. */
export const REFUSED = { firstMs: 60_000, longestMs: 3_600_000 };
const MOST_REFUSALS = 10;
const MOST_WRONG_KEYS = 30;
/** Something is wrong with it: mostly the key that it is signed with, or that the directory does not know who asked for the task. */
export const WRONG_KEY = 'IICP-E027';
/** More than the directory lets a node with its price ask for. */
const TOO_HIGH = 'too-high';
/** One of the official directories gives a node so much an hour and no more. */
const HOUR_FULL = 'hour-full';
const HOUR_MS = 3_600_000;
/** The directory's own books of this node disagree: it credits nothing, whatever is handed in. */
export const BOOKS_DISAGREE = 'books-disagree';
/** It ran out as soon as it was made. */
const CLOCKS_DIFFER = 'clocks-differ';
/** The directory says that it has it, and its books don't show it. */
export const NOT_LISTED = 'not-listed';
/** Turned away before anything was looked at: forgotten, or too much at once. */
const TURNED_AWAY = new Set([401, 404, 410, 429]);

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Not its own fault: the others wait as well. `taken`: whether the directory may have counted it. */
export interface Trouble {
  readonly kind: 'trouble';
  readonly taken: boolean;
  readonly reason: string;
  readonly retryAfterMs: number;
}

export type ReceiptVerdict =
  | { readonly kind: 'awarded'; readonly micro: number }
  | { readonly kind: 'nothing'; readonly reason: string }
  /** Counted before: how much is in its books. */
  | { readonly kind: 'known' }
  /** `fault`: what of it, where the directory tells. */
  | { readonly kind: 'refused'; readonly reason: string; readonly fault?: ReceiptFault | undefined }
  /** Nothing is wrong with it, but not now. */
  | { readonly kind: 'later'; readonly reason: string }
  | Trouble;

export function verdictOf({
  micro,
  excluded,
}: {
  readonly micro: number;
  readonly excluded: string | undefined;
}): ReceiptVerdict {
  if (micro > 0) return { kind: 'awarded', micro };
  return { kind: 'nothing', reason: excluded !== undefined && CODE.test(excluded) ? excluded : 'not-awarded' };
}

export function judge(error: unknown): Exclude<ReceiptVerdict, { kind: 'awarded' | 'nothing' }> {
  const { code, retryAfterMs = 0 } = toHearthError(error);
  const { status, fault } = error instanceof DirectoryRefused ? error : { status: 0, fault: undefined };
  if (status === 409 || fault === 'replayed') return { kind: 'known' };
  if (fault === 'too-much') return { kind: 'later', reason: HOUR_FULL };
  if (fault === 'books') return { kind: 'later', reason: BOOKS_DISAGREE };
  if (fault === 'expired') return { kind: 'trouble', taken: false, reason: CLOCKS_DIFFER, retryAfterMs };
  if (fault === 'amount') return { kind: 'refused', reason: TOO_HIGH };
  if (TURNED_AWAY.has(status)) return { kind: 'trouble', taken: false, reason: code, retryAfterMs };
  if (status >= 400 && status < 500) return { kind: 'refused', reason: code, fault };
  return { kind: 'trouble', taken: true, reason: code, retryAfterMs };
}

/** One unit of writes. */
export function writesFor(
  claim: OpenClaim,
  verdict: ReceiptVerdict,
  { claims, now, random }: { readonly claims: Claims; readonly now: number; readonly random: Random },
): readonly Write[] {
  switch (verdict.kind) {
    case 'awarded':
      return claims.paidOut(claim, { ...CREDIT, amountMicro: verdict.micro }, null, now);
    case 'nothing':
      return claims.failed(claim, CREDIT, verdict.reason, now);
    case 'known':
      return [claims.inDoubt(claim.task, 'unclear', 0, 'replayed')];
    case 'later':
      return [putBack(claims, claim, now + HOUR_MS - (now % HOUR_MS) + random.int(REFUSED.firstMs), verdict.reason)];
    case 'refused': {
      const most = verdict.reason === WRONG_KEY ? MOST_WRONG_KEYS : MOST_REFUSALS;
      if (claim.refusals + 1 >= most) return claims.failed(claim, CREDIT, verdict.reason, now);
      const again = now + backoffMs(claim.refusals, REFUSED, random);
      return [putBack(claims, claim, again, verdict.reason), claims.refused(claim.task)];
    }
    case 'trouble':
      if (verdict.taken) return [claims.inDoubt(claim.task, claim.state, 0, verdict.reason)];
      return [putBack(claims, claim, 0, verdict.reason)];
  }
}

/** This try did not count it. One that was handed in before may have been counted then. */
export function putBack(claims: Claims, claim: OpenClaim, nextAt: number, reason: string | null): Write {
  const { task, state, triedAt } = claim;
  return triedAt === null
    ? claims.notTaken(task, nextAt, reason)
    : claims.inDoubt(task, state, nextAt, reason ?? 'no-books');
}
