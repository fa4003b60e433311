// When to register, and when again. Pure: a step is given what happened and the time, and says what to do next, so that its test is a
// table. Called back, a node registers anew when the health probes of the discovery service stay away; with a wallet it registers once,
// until a log-in says that it is no longer known.

import type { Random } from '../../../base/random.ts';
import { uniform } from '../chance.ts';

export type RegistrationMode = 'callback' | 'wallet';
export type RegistrationStatus = 'disconnected' | 'registering' | 'registered';

/**
 * `busy`: another online node uses the identity (409). `slow`: what it was refused for does not mend itself soon. `failed`: no usable answer.
 * `idle`: there was nothing to register with, and nothing was sent.
 */
export type RegistrationOutcome = 'registered' | 'busy' | 'slow' | 'failed' | 'idle';

export interface RegistrationState {
  readonly status: RegistrationStatus;
  readonly attempt: number;
  /** Of the last answer or health probe, by the monotonic clock. */
  readonly seenAt: number | null;
}

export interface RegistrationOptions {
  readonly mode: RegistrationMode;
  /** REGISTER_INTERVAL_SECS, in milliseconds. */
  readonly intervalMs: number;
  /** -1: no cap. */
  readonly maxRetry: number;
}

/** `wait`: nothing is sent for so long, unless the status changes before. */
export type RegistrationMove = { readonly do: 'send' } | { readonly do: 'wait'; readonly ms: number };

export interface Step {
  readonly state: RegistrationState;
  readonly move: RegistrationMove;
}

export const DISCONNECTED: RegistrationState = { status: 'disconnected', attempt: 0, seenAt: null };

const SECOND_MS = 1000;
const LONGEST_BACKOFF_S = 60;

const wait = (state: RegistrationState, ms: number): Step => ({ state, move: { do: 'wait', ms } });

/** Before the first step: a node that is to be called back gives its own server a moment. */
export function firstWaitMs({ mode }: RegistrationOptions): number {
  return mode === 'callback' ? SECOND_MS : 0;
}

/** The wait is over. */
export function look(state: RegistrationState, now: number, { mode, intervalMs }: RegistrationOptions): Step {
  if (state.status !== 'registered') {
    return { state: { ...state, status: 'registering', attempt: state.attempt + 1 }, move: { do: 'send' } };
  }
  if (mode === 'wallet') return wait(state, SECOND_MS);
  const silent = state.seenAt === null || now - state.seenAt > intervalMs;
  return silent ? wait({ ...state, status: 'registering' }, SECOND_MS) : wait(state, intervalMs);
}

/** A registration was answered, or was not. */
export function answered(
  state: RegistrationState,
  outcome: RegistrationOutcome,
  now: number,
  { mode, intervalMs, maxRetry }: RegistrationOptions,
  random: Random,
): Step {
  switch (outcome) {
    case 'registered':
      return wait({ status: 'registered', attempt: 0, seenAt: now }, mode === 'wallet' ? SECOND_MS : intervalMs);
    case 'busy':
    case 'slow':
    case 'idle':
      return wait({ ...state, attempt: 0 }, intervalMs);
    case 'failed':
      // A pause, never the end.
      if (maxRetry >= 0 && state.attempt >= maxRetry) return wait({ ...state, attempt: 0 }, intervalMs);
      return wait(state, backoffMs(state.attempt, random));
  }
}

/** The discovery service has called back with the secret. */
export function calledBack(state: RegistrationState, now: number): RegistrationState {
  return { ...state, status: 'registered', attempt: 0, seenAt: now };
}

/** It has looked whether this node is there. */
export function probed(state: RegistrationState, now: number): RegistrationState {
  return { ...state, seenAt: now };
}

/** It is to be called back at another address from now on. */
export function moved(state: RegistrationState): RegistrationState {
  return { ...state, status: state.status === 'registered' ? 'registering' : state.status, attempt: 0 };
}

/** A log-in was refused since the node is not known. */
export function forgotten(state: RegistrationState): RegistrationState {
  return { ...state, status: 'disconnected' };
}

/** 2, 4, 8, 16, 32, 60, 60 seconds, each a fifth more or less. */
function backoffMs(attempt: number, random: Random): number {
  const seconds = Math.min(LONGEST_BACKOFF_S, 2 ** Math.min(attempt, 30));
  return Math.round(seconds * SECOND_MS * uniform(random, 0.8, 1.2));
}

/** What an answer of `register-wallet` means; of `register`, whatever grants nothing is `failed`. */
export function outcomeOf(status: number, mode: RegistrationMode): RegistrationOutcome {
  if (status >= 200 && status < 300) return 'registered';
  if (mode === 'callback') return 'failed';
  if (status === 409) return 'busy';
  return status === 408 || status === 429 || status >= 500 ? 'failed' : 'slow';
}
