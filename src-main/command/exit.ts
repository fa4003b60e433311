// Exit codes of the `hearth` command, documented in its help and the README.

import type { HearthError } from '../base/errors.ts';
import { assertNever } from '../base/errors.ts';

export const EXIT = {
  ok: 0,
  /** Something failed; the message says what. */
  failed: 1,
  /** The command line or a value was not understood; nothing was changed. */
  usage: 2,
  /** `status`: no node runs on this data folder. */
  notRunning: 3,
  /** `detect`: no model server answers. */
  nothingFound: 4,
  /** Busy or away at the moment, trying again may help (EX_TEMPFAIL of sysexits.h). */
  tryAgain: 75,
} as const;

export function exitCode(error: HearthError): number {
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
