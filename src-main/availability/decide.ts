// The decision itself: from everything that may bind to one answer that names what did. Pure: its test is a table.

import type { AnswerView, Why } from '../../src-preload/contract/availability.ts';
import { type Grid, LEVEL_SHARE, type Pause, QUIET } from '../../src-preload/contract/settings/availability.ts';
import { levelAt, nextChange } from './grid.ts';
import { holds } from './pause.ts';
import { effectiveSlots } from './windows.ts';

export interface Facts {
  readonly draining: boolean;
  /** Outcomes can't be recorded. */
  readonly blocked: boolean;
  /** The big switch. */
  readonly sharing: boolean;
  readonly pause: Pause | null;
  /** The computer is about to sleep. */
  readonly suspended: boolean;
  /** A version that was just installed proves itself until then; left out or null where there is none. */
  readonly trialUntil?: number | null;
  /** What the rules that say stop have to say, the strongest first. */
  readonly stops: readonly Stop[];
  readonly grid: Grid | null;
  /** Quiet mode; left out where it is off. */
  readonly quiet?: boolean;
  /** Slots when everything is open. */
  readonly most: number;
}

/** A reason to take nothing, and when the clock alone ends it; null where the clock does not. */
export interface Stop {
  readonly why: Why;
  readonly until: number | null;
}

export function decide(facts: Facts, now: number): AnswerView {
  const { most, grid } = facts;
  const [first, ...others] = stopsOf(facts, now);
  if (first) {
    const ends = [first, ...others].map(({ until }) => until);
    return {
      accepting: false,
      level: 'off',
      slots: 0,
      most,
      bound: first.why.code,
      why: first.why,
      also: others.map(({ why }) => why),
      until: first.until,
      next: ends.includes(null) ? null : opening(grid, Math.max(...ends.map(Number))),
    };
  }
  const level = levelAt(grid, now);
  const open = effectiveSlots(most, LEVEL_SHARE[level]);
  const next = nextChange(grid, now);
  // Where both leave the same, the choice made by hand is named.
  const quiet = facts.quiet === true && open >= QUIET.tasks;
  const slots = quiet ? QUIET.tasks : open;
  const why = most === 0 ? NO_CAPACITY : quiet ? QUIETLY : level === 'full' ? null : share(level);
  const until = why?.code === 'grid' ? (next?.at ?? null) : null;
  return { accepting: true, level, slots, most, bound: why?.code ?? null, why, also: [], until, next };
}

/** All that stops, the strongest first. */
function stopsOf(facts: Facts, now: number): readonly Stop[] {
  const { pause, grid } = facts;
  const stops: Stop[] = [];
  const stop = (code: Why['code'], says: string, until: number | null = null, args: Why['args'] = {}) => {
    stops.push({ why: { code, args, says }, until });
  };
  if (facts.draining) stop('draining', 'Hearth is stopping');
  if (facts.blocked) stop('storage', 'nothing can be recorded');
  if (!facts.sharing) stop('switched-off', 'sharing is switched off');
  if (holds(pause, now)) {
    if (pause.released) stop('released', 'you took your computer back', pause.until);
    else stop('paused', 'you paused it', pause.until);
  }
  if (facts.suspended) stop('suspended', 'the computer goes to sleep');
  if (facts.trialUntil != null) stop('trial', 'a new version proves itself', facts.trialUntil);
  stops.push(...facts.stops);
  if (levelAt(grid, now) === 'off') {
    stop('grid', 'outside your hours', nextChange(grid, now)?.at ?? null, { level: 'off' });
  }
  return stops;
}

/** The first moment from `at` on when the grid has something open. */
function opening(grid: Grid | null, at: number): AnswerView['next'] {
  const level = levelAt(grid, at);
  if (level !== 'off') return { at, level };
  return nextChange(grid, at);
}

function share(level: keyof typeof LEVEL_SHARE): Why {
  return { code: 'grid', args: { level }, says: `your week has ${Math.round(LEVEL_SHARE[level] * 100)} % open now` };
}

const QUIETLY: Why = { code: 'quiet', args: {}, says: 'quiet mode' };
const NO_CAPACITY: Why = { code: 'no-capacity', args: {}, says: 'no task may run at once' };
