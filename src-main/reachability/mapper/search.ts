// Looking for a way to have ports opened: all are asked at once, and the best of those that answer within a moment is used. A
// pure step, so that its tests are tables; the mapper does what the effects say and feeds back what came of it.

import { assertNever } from '../../base/errors.ts';
import type { MappingError } from '../errors.ts';

export interface SearchWay {
  readonly id: string;
  /** Slow routers are known: worth a second, longer question when nobody else has answered. */
  readonly patient: boolean;
  /** Asked only when nobody else has answered. */
  readonly lastResort: boolean;
}

export interface SearchState {
  /** Still out in the first round, and in the patient one. */
  readonly asked: readonly string[];
  readonly askedAgain: readonly string[];
  readonly answered: readonly string[];
  /** `Clock.monotonic()` when to take what there is; Infinity: nobody has answered yet, or it was taken. */
  readonly decideAt: number;
  readonly decided: boolean;
  readonly error: MappingError | undefined;
}

export type SearchEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'tick' }
  | { readonly kind: 'answered'; readonly way: string }
  | { readonly kind: 'failed'; readonly way: string; readonly error: MappingError };

export type SearchEffect =
  | { readonly kind: 'probe'; readonly way: string; readonly timeoutMs: number; readonly patient: boolean }
  /** These can be used, best first. Told again when a further one answers. */
  | { readonly kind: 'found'; readonly ways: readonly string[] }
  /** Nobody has answered; the patient ones may still. */
  | { readonly kind: 'absent'; readonly error: MappingError | undefined };

/** All that answers on a home network does so in well under a second. */
const PROBE_MS = 1200;
const PATIENT_MS = 6000;
/** A better way is given this much longer than a worse one. */
const GRACE_MS = 30;

export const idleSearch: SearchState = {
  asked: [],
  askedAgain: [],
  answered: [],
  decideAt: Number.POSITIVE_INFINITY,
  decided: true,
  error: undefined,
};

interface Step {
  readonly state: SearchState;
  readonly effects: readonly SearchEffect[];
}

/** `ways`: best first. */
export function searchStep(state: SearchState, event: SearchEvent, now: number, ways: readonly SearchWay[]): Step {
  switch (event.kind) {
    case 'start':
      return start(state, ways);
    case 'tick':
      return now >= state.decideAt ? decide(state, ways) : { state, effects: [] };
    case 'answered': {
      const next = { ...without(state, event.way), answered: [...new Set([...state.answered, event.way])] };
      const better = ways
        .slice(
          0,
          ways.findIndex(({ id }) => id === event.way),
        )
        .some(({ id }) => next.asked.includes(id));
      if (next.decided || !better) return decide(next, ways);
      return { state: { ...next, decideAt: Math.min(state.decideAt, now + GRACE_MS) }, effects: [] };
    }
    case 'failed': {
      const next = { ...without(state, event.way), error: worse(state.error, event.error) };
      if (next.asked.length > 0 || next.decided) return { state: next, effects: [] };
      return next.answered.length > 0 ? decide(next, ways) : again(next, ways);
    }
    default:
      return assertNever(event);
  }
}

function start(state: SearchState, ways: readonly SearchWay[]): Step {
  // Whoever comes while the slower ones are still out gets what the quick ones said.
  if (state.asked.length > 0) return state.decided ? decide(state, ways) : { state, effects: [] };
  const asked = ways.filter(({ id, lastResort }) => !lastResort && !state.askedAgain.includes(id)).map(({ id }) => id);
  const begun = { ...idleSearch, askedAgain: state.askedAgain, asked, decided: false };
  const effects = asked.map((way) => ({ kind: 'probe', way, timeoutMs: PROBE_MS, patient: false }) as const);
  return asked.length > 0 ? { state: begun, effects } : again(begun, ways);
}

function decide(state: SearchState, ways: readonly SearchWay[]): Step {
  const found = ways.map(({ id }) => id).filter((id) => state.answered.includes(id));
  return {
    state: { ...state, decided: true, decideAt: Number.POSITIVE_INFINITY },
    effects: [{ kind: 'found', ways: found }],
  };
}

function again(state: SearchState, ways: readonly SearchWay[]): Step {
  const second = ways
    .filter(({ id, patient, lastResort }) => (patient || lastResort) && !state.askedAgain.includes(id))
    .map(({ id }) => id);
  return {
    state: { ...state, decided: true, askedAgain: [...state.askedAgain, ...second] },
    effects: [
      { kind: 'absent', error: state.error },
      ...second.map((way) => ({ kind: 'probe', way, timeoutMs: PATIENT_MS, patient: true }) as const),
    ],
  };
}

function without(state: SearchState, way: string): SearchState {
  const but = (list: readonly string[]) => list.filter((id) => id !== way);
  return { ...state, asked: but(state.asked), askedAgain: but(state.askedAgain) };
}

/** The one that says most: that a router refused is worth more than that nobody was there. */
function worse(before: MappingError | undefined, now: MappingError): MappingError {
  const rank = { refused: 3, transport: 2, timeout: 1, unavailable: 0 } as const;
  return before && rank[before.kind] >= rank[now.kind] ? before : now;
}
