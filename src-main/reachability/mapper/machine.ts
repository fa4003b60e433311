// The life of one mapping, for one request and one family: what to do next, as a pure step, so that its tests are tables. The
// mapper does what the effects say and feeds back what came of it. At most one call to the router is out at any time.

import { assertNever } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { type MappingError, tellsMore } from '../errors.ts';
import type { CheckAnswer, Mapping } from '../mapping.ts';
import { APART_MS, renewAt, withdrawAt } from './lease.ts';

export type MappingPhase =
  /** Switched off, or there is no router. */
  | 'idle'
  | 'probing'
  | 'installing'
  | 'mapped'
  | 'renewing'
  /** Renewing fails, while what was granted still holds. */
  | 'degraded'
  /** There was a mapping; looked for anew. */
  | 'lost'
  /** Nobody answers, or nobody grants; asked again later. */
  | 'unavailable'
  | 'stopping'
  | 'stopped';

type CallKind = 'install' | 'renew' | 'check' | 'remove';

interface Call {
  readonly number: number;
  readonly kind: CallKind;
  readonly way: string;
  /** Of `remove`: what comes after it. */
  readonly after: 'install' | 'idle' | 'stopped' | undefined;
}

export interface Lease {
  readonly mapping: Mapping;
  readonly way: string;
  /** Tries to renew it so far that failed. */
  readonly tries: number;
  /** All `Clock.monotonic()`. */
  readonly renewAt: number;
  readonly checkAt: number;
  readonly askedAt: number;
}

export interface MappingState {
  readonly phase: MappingPhase;
  readonly call: Call | undefined;
  /** The number of the last call: answers to earlier ones are dropped. */
  readonly calls: number;
  readonly lease: Lease | undefined;
  /** What the router may have granted without our knowing: asked by this way, and neither answered nor removed. */
  readonly open: string | undefined;
  /** That answered, best first; and which of them are not tried yet. */
  readonly ways: readonly string[];
  readonly untried: readonly string[];
  /** The next install asks for a port other than the one that was had. */
  readonly otherPort: boolean;
  /** In the short pause before the second try of a call that failed. */
  readonly again: 'install' | 'renew' | undefined;
  readonly triedTwice: boolean;
  /** `Clock.monotonic()` of the next search, the end of the pause, or the end of stopping. Infinity: none. */
  readonly wakeAt: number;
  /** The router has lost its state: asked again at this time. Infinity: no. */
  readonly recreateAt: number;
  readonly recreating: boolean;
  readonly strikes: number;
  /** Searches in vain, one after the other. */
  readonly searches: number;
  readonly outsideFailures: number;
  readonly repairs: number;
  /** Listed by the router, and yet nobody comes through, whatever was tried. */
  readonly unreachable: boolean;
  readonly renewals: number;
  /** There was one on this line. */
  readonly had: boolean;
  readonly lastError: MappingError | undefined;
  /** Of the tries since the last search, the error that tells most: the silence of one way must not hide another's refusal. */
  readonly roundError: MappingError | undefined;
}

export type MappingEvent =
  | { readonly kind: 'tick' | 'announce' | 'epochLost' | 'configChanged' | 'off' | 'stop' }
  /** `sleptMs`: that passed without our clock noticing. */
  | { readonly kind: 'resume'; readonly sleptMs: number }
  /** Another router, another address of ours, or none: nothing that was had there holds here. */
  | { readonly kind: 'networkChanged'; readonly present: boolean }
  | { readonly kind: 'found'; readonly ways: readonly string[] }
  | { readonly kind: 'absent'; readonly error: MappingError | undefined }
  | { readonly kind: 'outsideCheck'; readonly ok: boolean }
  | { readonly kind: 'granted'; readonly call: number; readonly mapping: Mapping }
  | { readonly kind: 'checked'; readonly call: number; readonly answer: CheckAnswer }
  | { readonly kind: 'removed'; readonly call: number }
  | { readonly kind: 'failed'; readonly call: number; readonly error: MappingError };

export type MappingEffect =
  | { readonly kind: 'search' }
  | { readonly kind: 'install'; readonly call: number; readonly way: string; readonly otherPort: boolean }
  | { readonly kind: 'renew' | 'check'; readonly call: number; readonly way: string; readonly mapping: Mapping }
  /** Without a mapping: what the last install may have left. */
  | { readonly kind: 'remove'; readonly call: number; readonly way: string; readonly mapping: Mapping | undefined }
  /** Ends the call that is out; its answer is of no use any more. */
  | { readonly kind: 'cancel'; readonly call: number };

export interface MappingSurroundings {
  /** `Clock.monotonic()`. */
  readonly now: number;
  readonly random: Random;
  /** The user's interval between renewals, milliseconds; Infinity: none. */
  readonly renewEveryMs: number;
}

const PAUSE_MS = 200;
/** What a router needs to get another address from its provider, once it has lost the one. */
const CHANGING_MS = 500;
const CHECK_MS = 5 * 60_000;
/** Between failed renewals where the windows leave more time: a router that restarts needs a minute or two. */
const DEGRADED_MS = [30_000, 60_000] as const;
const STRIKES = 3;
const SEARCH_MS = [5000, 15_000, 60_000, 5 * 60_000, 10 * 60_000] as const;
/** Whoever waits for the same router wakes at the same time. */
const RECREATE_SPREAD_MS = 200;
const RECREATE_APART_MS = 1000;
const OUTSIDE_FAILURES = 2;
/** With what it takes to come here and back, a second. */
const STOP_MS = 900;
const NEVER = Number.POSITIVE_INFINITY;

export const newMapping: MappingState = {
  phase: 'idle',
  call: undefined,
  calls: 0,
  lease: undefined,
  open: undefined,
  ways: [],
  untried: [],
  otherPort: false,
  again: undefined,
  triedTwice: false,
  wakeAt: NEVER,
  recreateAt: NEVER,
  recreating: false,
  strikes: 0,
  searches: 0,
  outsideFailures: 0,
  repairs: 0,
  unreachable: false,
  renewals: 0,
  had: false,
  lastError: undefined,
  roundError: undefined,
};

export interface MappingStep {
  readonly state: MappingState;
  readonly effects: readonly MappingEffect[];
}

/** What others may be told to come to, were it only for the router; undefined when nothing holds. */
export function held({ phase, lease }: MappingState, now: number): Mapping | undefined {
  const holding = phase === 'mapped' || phase === 'renewing' || phase === 'degraded';
  return lease && holding && now < withdrawAt(lease.mapping) ? lease.mapping : undefined;
}

/** `Clock.monotonic()` of the next tick that changes something. */
export function nextTick({ phase, lease, call, wakeAt, recreateAt }: MappingState): number {
  if (!lease || phase === 'stopping' || phase === 'stopped') return wakeAt;
  const free = call || wakeAt !== NEVER ? NEVER : Math.min(lease.renewAt, lease.checkAt, recreateAt);
  return Math.min(wakeAt, free, withdrawAt(lease.mapping));
}

export function mappingStep(state: MappingState, event: MappingEvent, around: MappingSurroundings): MappingStep {
  if (state.phase === 'stopped') return { state, effects: [] };
  if (state.phase === 'stopping') return stopping(state, event, around);
  switch (event.kind) {
    case 'tick':
      return tick(state, around);
    case 'networkChanged':
      return lineChanged(state, event.present);
    case 'resume':
      return resume(state, event.sleptMs, around);
    case 'found':
      return found(state, event.ways);
    case 'absent':
      return state.phase === 'probing' ? wait(state, event.error, around) : { state, effects: [] };
    case 'announce':
      return announced(state, around);
    case 'epochLost':
      return epochLost(state, around);
    case 'configChanged':
      return configChanged(state, around);
    case 'outsideCheck':
      return outside(state, event.ok, around);
    case 'off':
      return leave(state, 'idle', around);
    case 'stop':
      return leave(state, 'stopped', around);
    case 'granted':
    case 'checked':
    case 'removed':
    case 'failed':
      if (state.call?.number !== event.call) return { state, effects: [] };
      return answered({ ...state, call: undefined }, state.call, event, around);
    default:
      return assertNever(event);
  }
}

type Answer = Extract<MappingEvent, { call: number }>;

function answered(state: MappingState, call: Call, event: Answer, around: MappingSurroundings): MappingStep {
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

function tick(state: MappingState, around: MappingSurroundings): MappingStep {
  const { now } = around;
  const { lease, again } = state;
  if (lease && now >= withdrawAt(lease.mapping)) return lose(state, around);
  if (now >= state.wakeAt) {
    const awake = { ...state, wakeAt: NEVER, again: undefined };
    if (again === 'install') return install({ ...awake, triedTwice: true }, state.open ?? state.ways[0]);
    if (again === 'renew') return ask({ ...awake, triedTwice: true }, 'renew', around);
    return search(awake);
  }
  if (!lease || busy(state)) return { state, effects: [] };
  if (now >= state.recreateAt) return ask({ ...state, recreating: true }, 'renew', around);
  if (now >= lease.renewAt) return ask(state, 'renew', around);
  return now >= lease.checkAt ? ask(state, 'check', around) : { state, effects: [] };
}

/** A call is out, or its second try is about to be. */
function busy({ call, again }: MappingState): boolean {
  return call !== undefined || again !== undefined;
}

function search(state: MappingState): MappingStep {
  return { state: { ...state, phase: 'probing', wakeAt: NEVER }, effects: [{ kind: 'search' }] };
}

function found(state: MappingState, ways: readonly string[]): MappingStep {
  const known = { ...state, ways };
  const added = ways.filter((way) => !state.ways.includes(way));
  switch (state.phase) {
    case 'probing':
      return install({ ...known, untried: ways, roundError: undefined });
    case 'unavailable':
    case 'lost':
      return added.length > 0 ? install({ ...known, untried: added }) : { state: known, effects: [] };
    case 'installing':
      return { state: { ...known, untried: [...state.untried, ...added] }, effects: [] };
    default:
      return { state: known, effects: [] };
  }
}

/** By `way`, or the best that was not tried yet. */
function install(state: MappingState, way: string | undefined = state.untried[0]): MappingStep {
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
function ask(state: MappingState, kind: 'renew' | 'check', { now }: MappingSurroundings): MappingStep {
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
  return moved || answer.listed === false ? renewSoon(state, around) : { state, effects: [] };
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
  if (!state.triedTwice) return pause(state, 'renew', around, changing ? CHANGING_MS : PAUSE_MS);
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

function pause(
  state: MappingState,
  again: 'install' | 'renew',
  { now }: MappingSurroundings,
  forMs = PAUSE_MS,
): MappingStep {
  return { state: { ...state, again, wakeAt: now + forMs }, effects: [] };
}

/** Nobody answers or grants: asked again later, and ever more seldom. */
function wait(state: MappingState, error: MappingError | undefined, { now }: MappingSurroundings): MappingStep {
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

/** Not removed: nobody is there to hear it, and what is asked for next is the same. */
function lose(state: MappingState, around: MappingSurroundings): MappingStep {
  const { state: free, effects } = cancelled(state);
  const lost = { ...free, ...forgotten, phase: 'lost' as const, open: state.lease?.way, strikes: state.strikes };
  const { state: waiting } = wait(lost, state.lastError, around);
  return { state: waiting, effects };
}

/** Without a lease and all that belongs to one. */
const forgotten = {
  lease: undefined,
  again: undefined,
  triedTwice: false,
  recreating: false,
  recreateAt: NEVER,
  wakeAt: NEVER,
  strikes: 0,
  searches: 0,
  outsideFailures: 0,
  repairs: 0,
  unreachable: false,
  otherPort: false,
} as const;

function cancelled(state: MappingState): MappingStep {
  if (!state.call) return { state, effects: [] };
  return { state: { ...state, call: undefined }, effects: [{ kind: 'cancel', call: state.call.number }] };
}

function lineChanged(state: MappingState, present: boolean): MappingStep {
  const { state: free, effects } = cancelled(state);
  const fresh = {
    ...free,
    ...forgotten,
    open: undefined,
    had: false,
    ways: [],
    untried: [],
    lastError: undefined,
    roundError: undefined,
  };
  if (!present) return { state: { ...fresh, phase: 'idle' }, effects };
  const begun = search(fresh);
  return { state: begun.state, effects: [...effects, ...begun.effects] };
}

/** The computer was away: leases may have ended, and whatever was out is not to be waited for. */
function resume(state: MappingState, sleptMs: number, around: MappingSurroundings): MappingStep {
  const { phase, lease, call } = state;
  if (phase === 'idle' || phase === 'installing' || phase === 'probing') return { state, effects: [] };
  if (!lease) return search({ ...state, searches: 0 });
  if (call?.kind === 'remove') return { state, effects: [] };
  const { state: free, effects } = cancelled(state);
  const { mapping } = lease;
  const aged = { ...lease, mapping: { ...mapping, grantedAt: mapping.grantedAt - sleptMs } };
  const next = { ...free, lease: aged, again: undefined, triedTwice: false, wakeAt: NEVER };
  const ended = around.now >= withdrawAt(aged.mapping);
  const went = ended ? search({ ...next, ...forgotten, open: lease.way }) : ask(next, 'renew', around);
  return { state: went.state, effects: [...effects, ...went.effects] };
}

/** By PCP a renewal is as small a question as a check, and tells the address too, which a young router's count does not. */
function announced(state: MappingState, around: MappingSurroundings): MappingStep {
  const { lease } = state;
  if (!lease || busy(state)) return { state, effects: [] };
  const renews = lease.mapping.protocol === 'pcp' && around.now >= lease.askedAt + APART_MS;
  return ask(state, renews ? 'renew' : 'check', around);
}

function epochLost(state: MappingState, { now, random }: MappingSurroundings): MappingStep {
  if (!state.lease) return { state, effects: [] };
  const soonest = Math.max(now, state.lease.askedAt + RECREATE_APART_MS);
  const at = soonest + random.int(RECREATE_SPREAD_MS);
  return { state: { ...state, recreateAt: Math.min(state.recreateAt, at) }, effects: [] };
}

function configChanged(state: MappingState, { now, random, renewEveryMs }: MappingSurroundings): MappingStep {
  const { lease } = state;
  if (!lease) return { state, effects: [] };
  const due = Math.max(now, renewAt(lease.mapping, lease.tries, renewEveryMs, random));
  return { state: { ...state, lease: { ...lease, renewAt: due } }, effects: [] };
}

function outside(state: MappingState, ok: boolean, around: MappingSurroundings): MappingStep {
  if (!held(state, around.now)) return { state, effects: [] };
  if (ok) return { state: { ...state, outsideFailures: 0, repairs: 0, unreachable: false }, effects: [] };
  const outsideFailures = state.outsideFailures + 1;
  if (outsideFailures < OUTSIDE_FAILURES || busy(state)) return { state: { ...state, outsideFailures }, effects: [] };
  return repair({ ...state, outsideFailures: 0, repairs: state.repairs + 1 });
}

/** Some routers list what they don't forward, and only removing mends it; then another way, then another port, then the truth. */
function repair(state: MappingState): MappingStep {
  const others = state.ways.filter((way) => way !== state.lease?.way);
  switch (state.repairs) {
    case 1:
      return remake(state, false);
    case 2:
      if (others.length > 0) return remake({ ...state, untried: others }, false, others[0]);
      return remake({ ...state, repairs: 3 }, true);
    case 3:
      return remake(state, true);
    default:
      return { state: { ...state, unreachable: true }, effects: [] };
  }
}

/** Removes and installs again. */
function remake(state: MappingState, otherPort: boolean, way?: string): MappingStep {
  const lease = state.lease!;
  const before = way ?? lease.way;
  const rest = state.ways.filter((id) => id !== before);
  return remove({ ...state, otherPort, untried: [before, ...rest], phase: 'installing' }, lease.way, 'install');
}

function remove(state: MappingState, way: string, after: Call['after']): MappingStep {
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

/** Withdrawn first; then what the router has, or may have, is removed once. */
function leave(state: MappingState, after: 'idle' | 'stopped', { now }: MappingSurroundings): MappingStep {
  const until = now + STOP_MS;
  const phase = after === 'stopped' ? 'stopping' : 'idle';
  if (state.call?.kind === 'remove') {
    const wakeAt = after === 'stopped' ? until : NEVER;
    return { state: { ...state, phase, untried: [], wakeAt, call: { ...state.call, after } }, effects: [] };
  }
  const { state: free, effects } = cancelled(state);
  const way = state.lease?.way ?? state.open;
  if (way === undefined) return { state: { ...free, ...forgotten, phase: after, open: undefined }, effects };
  const left = remove(free, way, after);
  return {
    state: { ...left.state, phase, wakeAt: after === 'stopped' ? until : NEVER },
    effects: [...effects, ...left.effects],
  };
}

function stopping(state: MappingState, event: MappingEvent, { now }: MappingSurroundings): MappingStep {
  const answered = 'call' in event && event.call === state.call?.number;
  if (!answered && !(event.kind === 'tick' && now >= state.wakeAt)) return { state, effects: [] };
  const { state: free, effects } = answered ? { state, effects: [] } : cancelled(state);
  return { state: { ...free, ...forgotten, call: undefined, open: undefined, phase: 'stopped' }, effects };
}
