// Registered or not, and what to do next: a pure step, so that its tests are tables. The loop in membership.ts does what the
// effects say and feeds back what came of it.

import { assertNever } from '../../../base/errors.ts';

export type RegistrationState =
  | { readonly phase: 'unregistered'; readonly failures: number; readonly nextAt: number }
  | {
      readonly phase: 'registered';
      readonly nextAt: number;
      /** Fresh facts were refused: not offered again before this. */
      readonly changesFrom: number;
    };

export type RegistrationEvent =
  /** The clock reached `nextAt`, or something else woke the loop. */
  | { readonly kind: 'tick' }
  /** The directory has to hear at once: the computer goes to sleep, or was away, and the clock does not say for how long. */
  | { readonly kind: 'pressing' }
  /** What the node would say of itself differs from what it last registered. */
  | { readonly kind: 'changed'; readonly untried: boolean }
  /** `returning`: it was known there before, and may have said last that it is away. */
  | { readonly kind: 'registered'; readonly returning: boolean }
  | {
      readonly kind: 'register-failed';
      readonly status: number;
      readonly settled: boolean;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'beat-accepted'; readonly nextBeatMs?: number }
  | { readonly kind: 'beat-failed'; readonly status: number };

/** At most one at a time; `wait` until the state's `nextAt` otherwise. */
export type RegistrationEffect = 'register' | 'beat' | 'wait';

export interface RegistrationTiming {
  readonly beatMs: number;
  /**
   * Delay before try number n (from 0) of a registration that fails; never above `beatMs`, so that one beat after its return the
   * directory knows us.
   */
  readonly retryMs: (failure: number) => number;
}

/** Bounds on the interval that a directory may ask for. */
export const BEAT_BOUNDS = { least: 5000, most: 60_000 };
/** What repeating won't change soon (`settled`): refused for what we say or who we are. */
const SLOW_RETRY_MS = 300_000;
const FORGOTTEN = new Set([401, 404, 410]);

export const initialRegistration = (now: number): RegistrationState => ({
  phase: 'unregistered',
  failures: 0,
  nextAt: now,
});

export function step(
  state: RegistrationState,
  event: RegistrationEvent,
  now: number,
  timing: RegistrationTiming,
): { readonly state: RegistrationState; readonly effect: RegistrationEffect } {
  switch (event.kind) {
    case 'tick': {
      if (now < state.nextAt) return { state, effect: 'wait' };
      return { state, effect: state.phase === 'registered' ? 'beat' : 'register' };
    }
    case 'pressing':
      return { state, effect: state.phase === 'registered' ? 'beat' : 'register' };
    case 'changed':
      if (event.untried) return { state, effect: 'register' };
      if (state.phase === 'unregistered' || now < state.changesFrom) return step(state, { kind: 'tick' }, now, timing);
      return { state, effect: 'register' };
    case 'registered':
      return {
        state: { phase: 'registered', nextAt: now + firstBeat(event, timing), changesFrom: now },
        effect: 'wait',
      };
    case 'register-failed': {
      const failures = state.phase === 'unregistered' ? state.failures + 1 : 1;
      const nextAt = now + retryDelay(event, failures, timing);
      // A registered node whose fresh facts were not taken goes on beating under the old ones.
      if (state.phase === 'registered' && !FORGOTTEN.has(event.status))
        return { state: { ...state, changesFrom: nextAt }, effect: 'wait' };
      return { state: { phase: 'unregistered', failures, nextAt }, effect: 'wait' };
    }
    case 'beat-accepted': {
      const asked = Math.min(BEAT_BOUNDS.most, Math.max(BEAT_BOUNDS.least, event.nextBeatMs ?? timing.beatMs));
      // A directory may slow us down or hurry us, but a configured interval below its bounds is a test's and stays.
      const interval = timing.beatMs < BEAT_BOUNDS.least ? timing.beatMs : asked;
      return {
        state: { phase: 'registered', nextAt: now + interval, changesFrom: changesFrom(state, now) },
        effect: 'wait',
      };
    }
    case 'beat-failed': {
      if (FORGOTTEN.has(event.status)) {
        return { state: { phase: 'unregistered', failures: 0, nextAt: now }, effect: 'register' };
      }
      const nextAt = now + timing.beatMs;
      return { state: { phase: 'registered', nextAt, changesFrom: changesFrom(state, now) }, effect: 'wait' };
    }
    default:
      return assertNever(event);
  }
}

/** Some directories go by what the last heartbeat said, whatever was registered since. */
function firstBeat({ returning }: { readonly returning: boolean }, { beatMs }: RegistrationTiming): number {
  return returning ? Math.min(beatMs, BEAT_BOUNDS.least) : beatMs;
}

function changesFrom(state: RegistrationState, now: number): number {
  return state.phase === 'registered' ? state.changesFrom : now;
}

function retryDelay(
  event: Extract<RegistrationEvent, { kind: 'register-failed' }>,
  failures: number,
  timing: RegistrationTiming,
): number {
  const usual = timing.retryMs(failures - 1);
  const wait = event.settled ? Math.min(SLOW_RETRY_MS, usual * 10) : usual;
  // A full directory is given the time it asks for; one in trouble must find us back within a beat of its return.
  const asked = event.status === 429 ? (event.retryAfterMs ?? 0) : Math.min(timing.beatMs, event.retryAfterMs ?? 0);
  return Math.max(asked, wait);
}
