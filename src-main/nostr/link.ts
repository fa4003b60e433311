// The connection to one relay, from the first try to the next: when to connect, when it is dead, how long to leave a relay alone.
// Pure: a step takes what happened and answers what is to be done; times are those of the monotonic clock, in milliseconds.

import { backoffMs } from '../base/backoff.ts';
import type { Random } from '../base/random.ts';
import { RELAY } from './bounds.ts';

export type LinkState =
  | { readonly is: 'stopped' }
  /** Until then, after `attempt` connections that came to nothing. */
  | { readonly is: 'resting'; readonly until: number; readonly attempt: number; readonly why: string }
  | { readonly is: 'connecting'; readonly since: number; readonly attempt: number }
  | {
      readonly is: 'open';
      readonly since: number;
      readonly attempt: number;
      readonly heardAt: number;
      readonly pingedAt: number | undefined;
      readonly faults: number;
    };

export type LinkInput =
  | { readonly is: 'start' }
  | { readonly is: 'stop' }
  | { readonly is: 'tick' }
  | { readonly is: 'opened' }
  /** `why`: for the page, in a word or two. */
  | { readonly is: 'closed'; readonly why: string }
  /** Anything at all, the answer to a ping included. */
  | { readonly is: 'heard' }
  /** It said what no honest relay says. */
  | { readonly is: 'fault'; readonly why: string };

export type LinkAction = 'connect' | 'ping' | 'hang-up';

export interface LinkStep {
  readonly state: LinkState;
  readonly do: readonly LinkAction[];
}

/** A home router's or a relay's short break is over soon; a relay that is gone for good is asked every ten minutes. */
const PAUSE = { firstMs: 2000, longestMs: 600_000 };
/** A connection that lasted so long was a good one: the next pause is a short one again. */
const PROVEN_MS = 60_000;
/**
 * Twice within the time after which silence means that the connection is dead. Also one that talks all the time is pinged: its answer
 * says that all has come that there was before.
 */
const PING_MS = Math.floor(RELAY.silentMs / 3);

export const STOPPED: LinkState = { is: 'stopped' };

export function linkStep(state: LinkState, input: LinkInput, at: number, random: Random): LinkStep {
  const stay: LinkStep = { state, do: [] };
  if (input.is === 'stop') {
    const busy = state.is === 'connecting' || state.is === 'open';
    return { state: STOPPED, do: busy ? ['hang-up'] : [] };
  }
  switch (state.is) {
    case 'stopped':
      return input.is === 'start' ? connecting(at, 0) : stay;
    case 'resting':
      return input.is === 'tick' && at >= state.until ? connecting(at, state.attempt) : stay;
    case 'connecting':
      if (input.is === 'opened') {
        const { attempt } = state;
        return { state: { is: 'open', since: at, attempt, heardAt: at, pingedAt: undefined, faults: 0 }, do: [] };
      }
      if (input.is === 'closed') return { state: rest(state.attempt + 1, input.why, at, random), do: [] };
      if (input.is === 'tick' && at >= state.since + RELAY.connectMs) {
        return { state: rest(state.attempt + 1, 'no answer', at, random), do: ['hang-up'] };
      }
      return stay;
    case 'open':
      return whileOpen(state, input, at, random);
  }
}

function whileOpen(state: Extract<LinkState, { is: 'open' }>, input: LinkInput, at: number, random: Random): LinkStep {
  const attempt = at - state.since >= PROVEN_MS ? 1 : state.attempt + 1;
  switch (input.is) {
    case 'closed':
      return { state: rest(attempt, input.why, at, random), do: [] };
    case 'heard':
      return { state: { ...state, heardAt: at }, do: [] };
    case 'fault': {
      const faults = state.faults + 1;
      if (faults < RELAY.faults) return { state: { ...state, faults }, do: [] };
      return { state: { is: 'resting', until: at + RELAY.restMs, attempt, why: input.why }, do: ['hang-up'] };
    }
    case 'tick':
      if (at >= state.heardAt + RELAY.silentMs) {
        return { state: rest(attempt, 'silent', at, random), do: ['hang-up'] };
      }
      if (at >= (state.pingedAt ?? state.since) + PING_MS) return { state: { ...state, pingedAt: at }, do: ['ping'] };
      return { state, do: [] };
    default:
      return { state, do: [] };
  }
}

/** When it has to be looked at again, though nothing happens; undefined: never. */
export function linkWakesAt(state: LinkState): number | undefined {
  switch (state.is) {
    case 'stopped':
      return undefined;
    case 'resting':
      return state.until;
    case 'connecting':
      return state.since + RELAY.connectMs;
    case 'open':
      return Math.min(state.heardAt + RELAY.silentMs, (state.pingedAt ?? state.since) + PING_MS);
  }
}

function connecting(at: number, attempt: number): LinkStep {
  return { state: { is: 'connecting', since: at, attempt }, do: ['connect'] };
}

function rest(attempt: number, why: string, at: number, random: Random): LinkState {
  return { is: 'resting', until: at + backoffMs(attempt - 1, PAUSE, random), attempt, why };
}
