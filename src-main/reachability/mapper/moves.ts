// The steps that the life of a mapping is made of: calls to the router that begin or end, pauses, and giving up for now.

import type { MappingError } from '../errors.ts';
import { type Call, type MappingState, type MappingStep, type MappingSurroundings, NEVER } from './state.ts';

const PAUSE_MS = 200;
export const CHECK_MS = 5 * 60_000;
const SEARCH_MS = [5000, 15_000, 60_000, 5 * 60_000, 10 * 60_000] as const;

export function search(state: MappingState): MappingStep {
  return { state: { ...state, phase: 'probing', wakeAt: NEVER }, effects: [{ kind: 'search' }] };
}

/** By `way`, or the best that was not tried yet. */
export function install(state: MappingState, way: string | undefined = state.untried[0]): MappingStep {
  if (way === undefined) return search(state);
  const number = state.calls + 1;
  return {
    state: {
      ...state,
      phase: 'installing',
      call: { number, kind: 'install', way, after: undefined },
      calls: number,
      open: way,
      untried: state.untried.filter((id) => id !== way),
      wakeAt: NEVER,
      again: undefined,
    },
    effects: [{ kind: 'install', call: number, way, otherPort: state.otherPort }],
  };
}

/** Renews or checks what is held. */
export function ask(state: MappingState, kind: 'renew' | 'check', { now }: MappingSurroundings): MappingStep {
  const { lease } = state;
  if (!lease) return { state, effects: [] };
  const number = state.calls + 1;
  const { way, mapping } = lease;
  const renewing = kind === 'renew';
  return {
    state: {
      ...state,
      phase: renewing ? 'renewing' : state.phase,
      call: { number, kind, way, after: undefined },
      calls: number,
      lease: { ...lease, checkAt: now + CHECK_MS, ...(renewing ? { askedAt: now } : {}) },
      ...(renewing ? { recreateAt: NEVER } : {}),
    },
    effects: [{ kind, call: number, way, mapping }],
  };
}

export function remove(state: MappingState, way: string, after: Call['after']): MappingStep {
  const number = state.calls + 1;
  return {
    state: {
      ...state,
      call: { number, kind: 'remove', way, after },
      calls: number,
      lease: undefined,
      again: undefined,
      triedTwice: false,
      recreating: false,
      recreateAt: NEVER,
      wakeAt: NEVER,
    },
    effects: [{ kind: 'remove', call: number, way, mapping: state.lease?.mapping }],
  };
}

export function cancelled(state: MappingState): MappingStep {
  if (!state.call) return { state, effects: [] };
  return { state: { ...state, call: undefined }, effects: [{ kind: 'cancel', call: state.call.number }] };
}

export function pause(
  state: MappingState,
  again: 'install' | 'renew',
  { now }: MappingSurroundings,
  forMs = PAUSE_MS,
): MappingStep {
  return { state: { ...state, again, wakeAt: now + forMs }, effects: [] };
}

/** No router answers or grants: asked again later, and ever more seldom. */
export function wait(state: MappingState, error: MappingError | undefined, { now }: MappingSurroundings): MappingStep {
  const usual = SEARCH_MS[Math.min(state.searches, SEARCH_MS.length - 1)]!;
  const asked = Math.min(error?.retryAfterMs ?? 0, SEARCH_MS.at(-1)!);
  return {
    state: {
      ...state,
      phase: state.had ? 'lost' : 'unavailable',
      lease: undefined,
      untried: [],
      again: undefined,
      triedTwice: false,
      searches: state.searches + 1,
      wakeAt: now + Math.max(usual, asked),
      lastError: error ?? state.lastError,
    },
    effects: [],
  };
}

/** Not removed: no router is there to hear it, and what is asked for next is the same. */
export function lose(state: MappingState, around: MappingSurroundings): MappingStep {
  const { state: free, effects } = cancelled(state);
  const lost = { ...free, ...forgotten, phase: 'lost' as const, open: state.lease?.way, strikes: state.strikes };
  const { state: waiting } = wait(lost, state.lastError, around);
  return { state: waiting, effects };
}

/** Without a lease and all that belongs to one. */
export const forgotten = {
  lease: undefined,
  again: undefined,
  triedTwice: false,
  recreating: false,
  missing: false,
  recreateAt: NEVER,
  wakeAt: NEVER,
  strikes: 0,
  searches: 0,
  outsideFailures: 0,
  repairs: 0,
  unreachable: false,
  otherPort: false,
} as const;
