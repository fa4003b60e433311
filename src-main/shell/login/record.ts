// Whether opening at login works: known only after the next login, by whether it did. Pure: its test is a table.

import { z } from 'zod';

/** Epoch milliseconds. */
const At = z.number().int().nonnegative();

export const LoginRecord = z.object({
  /** When it was set up last. */
  setAt: At,
  /** When it last opened at a login. */
  openedAt: At.nullable(),
  /** When it was first seen not to have. Until it opens again. */
  failedAt: At.nullable(),
});
export type LoginRecord = z.infer<typeof LoginRecord>;

export interface Start {
  readonly now: number;
  /** When the computer was started: since then the user has logged in, or we would not be here. */
  readonly bootedAt: number;
  /** This start is the login's own. */
  readonly byLogin: boolean;
}

/** The two clocks are read one after the other, and the wall clock may have been put right since. */
const SLACK_MS = 60_000;

/** What a start tells, given what was known: the record from now on, and whether it has just turned out not to work. */
export function judge(
  record: LoginRecord,
  { now, bootedAt, byLogin }: Start,
): { record: LoginRecord; failed: boolean } {
  if (byLogin) return { record: { ...record, openedAt: now, failedAt: null }, failed: false };
  const last = Math.max(record.setAt, record.openedAt ?? 0);
  if (bootedAt - SLACK_MS <= last) return { record, failed: false };
  // Set up anew, and judged again after the next start of the computer.
  return { record: { ...record, setAt: now, failedAt: record.failedAt ?? now }, failed: true };
}

export function stateOf({ setAt, openedAt, failedAt }: LoginRecord): 'on' | 'verified' | 'failed' {
  if (failedAt !== null) return 'failed';
  return openedAt !== null && openedAt >= setAt ? 'verified' : 'on';
}
