// Exit codes of the `hearth` command: one table, shown in the help and the README.

import type { HearthError } from '../base/errors.ts';
import { assertNever } from '../base/errors.ts';
import type { ExitName } from '../base/verb.ts';

export const EXIT = {
  ok: 0,
  /** Something failed; the message says what. */
  failed: 1,
  /** The command line or a value was not understood; nothing was changed. */
  usage: 2,
  /** No node runs on this data folder, and the verb asks one. */
  notRunning: 3,
  /** `detect`: no model server answers. */
  nothingFound: 4,
  /** Busy or away at the moment, trying again may help (EX_TEMPFAIL of sysexits.h). */
  tryAgain: 75,
} as const satisfies Record<ExitName, number>;

/** What each means, for the help. Those of `EVERYWHERE` may end any verb, the others only verbs that name them. */
export const MEANS: Readonly<Record<ExitName, string>> = {
  ok: 'done',
  failed: 'failed',
  usage: 'not understood or refused',
  notRunning: 'no node runs',
  nothingFound: 'nothing found',
  tryAgain: 'busy or away, try again later',
};
export const EVERYWHERE: readonly ExitName[] = ['ok', 'failed', 'usage', 'tryAgain'];

/** The code of the error that says that no node runs. */
export const NOT_RUNNING = 'command.not-running';

export function exitCode(error: HearthError): number {
  if (error.code === NOT_RUNNING) return EXIT.notRunning;
  switch (error.category) {
    case 'invalid':
      return EXIT.usage;
    case 'unavailable':
    case 'exhausted':
    case 'conflict':
      return EXIT.tryAgain;
    case 'denied':
    case 'rejected':
    case 'cancelled':
    case 'broken':
      return EXIT.failed;
    default:
      return assertNever(error.category);
  }
}
