// What the router's answers, and its silence, make of a mapping.

import { assertNever } from '../../base/errors.ts';
import { type MappingError, tellsMore } from '../errors.ts';
import type { CheckAnswer, Mapping } from '../mapping.ts';
import { APART_MS, renewAt } from './lease.ts';
import { ask, CHECK_MS, forgotten, install, lose, pause, wait } from './moves.ts';
import { remake } from './repair.ts';
import {
  type Call,
  type Lease,
  type MappingEvent,
  type MappingState,
  type MappingStep,
  type MappingSurroundings,
  NEVER,
  RECREATE_APART_MS,
} from './state.ts';

/** What a router needs to get another address from its provider, once it has lost the one. */
const CHANGING_MS = 500;
/** Between failed renewals where the windows leave more time: a router that restarts needs a minute or two. */
const DEGRADED_MS = [30_000, 60_000] as const;
const STRIKES = 3;

type Answer = Extract<MappingEvent, { call: number }>;

export function answered(state: MappingState, call: Call, event: Answer, around: MappingSurroundings): MappingStep {
  switch (event.kind) {
    case 'granted':
      return granted(state, call, event.mapping, around);
    case 'checked':
      return checked(state, event.answer, around);
    case 'removed':
      return afterRemoval(state, call, around);
    case 'failed':
      return failed({ ...state, lastError: event.error }, call, event.error, around);
    default:
      return assertNever(event);
  }
}

function granted(state: MappingState, call: Call, mapping: Mapping, around: MappingSurroundings): MappingStep {
  const renewed = call.kind === 'renew';
  const lease = leaseOf(mapping, call.way, around);
  return {
    state: {
      ...state,
      ...settled,
      phase: 'mapped',
      had: true,
      lease,
      renewals: state.renewals + (renewed ? 1 : 0),
      recreated: state.recreated + (renewed && (state.recreating || state.missing) ? 1 : 0),
      outsideFailures: sameEndpoint(state.lease?.mapping, mapping) ? state.outsideFailures : 0,
      unreachable: sameEndpoint(state.lease?.mapping, mapping) && state.unreachable,
    },
    effects: [],
  };
}

/** All went well: what counts failures starts anew. */
const settled = {
  open: undefined,
  again: undefined,
  triedTwice: false,
  recreating: false,
  missing: false,
  otherPort: false,
  strikes: 0,
  searches: 0,
  wakeAt: NEVER,
  lastError: undefined,
  roundError: undefined,
} as const;

function leaseOf(mapping: Mapping, way: string, { now, random, renewEveryMs }: MappingSurroundings): Lease {
  return {
    mapping,
    way,
    tries: 0,
    renewAt: renewAt(mapping, 0, renewEveryMs, random),
    checkAt: now + CHECK_MS,
    askedAt: now,
  };
}

function sameEndpoint(one: Mapping | undefined, other: Mapping): boolean {
  return one?.external.address === other.external.address && one.external.port === other.external.port;
}

function checked(state: MappingState, answer: CheckAnswer, around: MappingSurroundings): MappingStep {
  const { lease } = state;
  if (!lease) return { state, effects: [] };
  const moved = answer.external !== undefined && answer.external !== lease.mapping.external.address;
  const missing = answer.listed === false;
  return moved || missing ? renewSoon({ ...state, missing }, around) : { state, effects: [] };
}

/** Now, unless the last request was a moment ago: a router that never says the same twice is not asked all the time. */
function renewSoon(state: MappingState, around: MappingSurroundings): MappingStep {
  const at = state.lease!.askedAt + RECREATE_APART_MS;
  if (around.now >= at) return ask(state, 'renew', around);
  return { state: { ...state, recreateAt: Math.min(state.recreateAt, at) }, effects: [] };
}

function failed(state: MappingState, call: Call, error: MappingError, around: MappingSurroundings): MappingStep {
  switch (call.kind) {
    case 'install':
      return installFailed(state, call, error, around);
    case 'renew':
      return renewFailed(state, error, around);
    case 'check':
      // It may have been the one datagram: a renewal tells, and mends it.
      return renewSoon(state, around);
    case 'remove':
      return afterRemoval(state, call, around);
    default:
      return assertNever(call.kind);
  }
}

function installFailed(state: MappingState, call: Call, error: MappingError, around: MappingSurroundings): MappingStep {
  // Some routers try all ports before they refuse by NAT-PMP, deaf for more than a minute: each further request adds to that.
  const worthIt = error.kind !== 'refused' && error.kind !== 'unavailable' && call.way !== 'nat-pmp';
  if (worthIt && !state.triedTwice) return pause(state, 'install', around);
  const next = {
    ...state,
    triedTwice: false,
    open: error.kind === 'refused' ? undefined : state.open,
    roundError: tellsMore(state.roundError, error),
  };
  return next.untried.length > 0 ? install(next) : wait(next, next.roundError, around);
}

function renewFailed(state: MappingState, error: MappingError, around: MappingSurroundings): MappingStep {
  // A router whose outside address is just changing has none for a moment, and keeps what it maps.
  const changing = error.reason === 'double-nat' && !state.triedTwice;
  if (error.kind === 'refused' && !changing) return remake({ ...state, strikes: state.strikes + 1 }, false);
  if (!state.triedTwice) return pause(state, 'renew', around, changing ? CHANGING_MS : undefined);
  const strikes = state.strikes + 1;
  const struck = { ...state, strikes, triedTwice: false };
  // What the router says it has lost is not there because it was granted once.
  if (strikes >= STRIKES || state.recreating) return lose(struck, around);
  const { now, random, renewEveryMs } = around;
  const lease = state.lease!;
  const tries = lease.tries + 1;
  const soon = now + (DEGRADED_MS[strikes - 1] ?? DEGRADED_MS[0]);
  const due = Math.min(soon, renewAt(lease.mapping, tries, renewEveryMs, random));
  const again = { ...lease, tries, renewAt: Math.max(due, lease.askedAt + APART_MS), checkAt: NEVER };
  return { state: { ...struck, phase: 'degraded', lease: again }, effects: [] };
}

function afterRemoval(state: MappingState, call: Call, around: MappingSurroundings): MappingStep {
  const gone = { ...state, open: undefined };
  switch (call.after) {
    case 'install':
      return gone.untried.length > 0 ? install(gone) : wait(gone, undefined, around);
    case 'idle':
      return { state: { ...gone, ...forgotten, phase: 'idle' }, effects: [] };
    case 'stopped':
    case undefined:
      return { state: { ...gone, ...forgotten, phase: 'stopped' }, effects: [] };
    default:
      return assertNever(call.after);
  }
}
