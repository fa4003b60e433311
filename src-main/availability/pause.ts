// Pauses by hand: when each kind ends.

import type { PauseFor } from '../../src-preload/contract/availability.ts';
import type { Pause } from '../../src-preload/contract/settings/availability.ts';
import { assertNever } from '../base/errors.ts';

const MINUTE = 60_000;
/** At three in the morning "tomorrow" means after this night. */
const NIGHT_ENDS = 4;
const MORNING = 8;

/** Epoch milliseconds; null is until it is resumed by hand. */
export function pauseEnd(how: PauseFor, now: number): number | null {
  switch (how) {
    case '30m':
      return now + 30 * MINUTE;
    case '1h':
      return now + 60 * MINUTE;
    case '4h':
      return now + 240 * MINUTE;
    case 'tomorrow':
      return nextMorning(now);
    case 'resumed':
      return null;
    default:
      return assertNever(how);
  }
}

/** Whether a pause holds still. */
export function holds(pause: Pause | null, now: number): pause is Pause {
  return pause !== null && (pause.until === null || now < pause.until);
}

/** By the calendar, so that it is eight also where the night has an hour more or less. */
function nextMorning(now: number): number {
  const date = new Date(now);
  const days = date.getHours() < NIGHT_ENDS ? 0 : 1;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, MORNING).getTime();
}
