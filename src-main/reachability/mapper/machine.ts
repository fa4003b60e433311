// The life of one mapping, for one request and one family: what to do next, as a pure step, so that its tests are tables. The
// mapper does what the effects say and feeds back what came of it. At most one call to the router is out at any time.

import { assertNever } from '../../base/errors.ts';
import { answered } from './answers.ts';
import { APART_MS, renewAt, withdrawAt } from './lease.ts';
import { leave, stopping } from './leaving.ts';
import { ask, cancelled, forgotten, install, lose, search, wait } from './moves.ts';
import { outside } from './repair.ts';
import {
  busy,
  type MappingEvent,
  type MappingState,
  type MappingStep,
  type MappingSurroundings,
  NEVER,
  RECREATE_APART_MS,
} from './state.ts';

/** All that wait for the same router wake at the same time. */
const RECREATE_SPREAD_MS = 200;

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
