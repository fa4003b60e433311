// Looking for a way to have ports opened: all are asked at once, and the best of those that answer within a moment is used. A
// pure step, so that its tests are tables; the mapper does what the effects say and feeds back what came of it.

import { assertNever } from '../../base/errors.ts';
import { type MappingError, tellsMore } from '../errors.ts';

export interface SearchWay {
  readonly id: string;
  /** Slow routers are known: worth a second, longer question when no other has answered. */
  readonly patient: boolean;
  /** Asked only when no other has answered, the patient ones included. */
  readonly lastResort: boolean;
}

export interface SearchState {
  /** Still out in the first round, and in those after it. */
  readonly asked: readonly string[];
  readonly askedAgain: readonly string[];
  readonly answered: readonly string[];
  /** `Clock.monotonic()` when to take what there is; Infinity: none has answered yet, or it was taken. */
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
  /** These can be used, best first. Sent again when a further one answers, and when none is out any more. */
  | { readonly kind: 'found'; readonly ways: readonly string[] }
  /** None has answered; the patient ones may still. */
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
      const next = { ...without(state, event.way), error: tellsMore(state.error, event.error) };
      if (next.asked.length > 0) return { state: next, effects: [] };
      if (next.answered.length > 0) return decide(next, ways);
      if (!next.decided) return again(next, ways);
      const last = ways.find(({ id }) => id === event.way)?.lastResort;
      return last || !quiet(next, ways) ? { state: next, effects: [] } : lastOfAll(next, ways);
    }
    default:
      return assertNever(event);
  }
}

function start(state: SearchState, ways: readonly SearchWay[]): Step {
  // A caller that comes while the slower ones are still out gets what the quick ones said.
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

/** None is out any more but last resorts: what has not answered by now does not. */
export function quiet({ asked, askedAgain }: SearchState, ways: readonly SearchWay[]): boolean {
  return asked.length === 0 && !ways.some(({ id, lastResort }) => !lastResort && askedAgain.includes(id));
}

function again(state: SearchState, ways: readonly SearchWay[]): Step {
  const absent = { kind: 'absent', error: state.error } as const;
  const second = ways.filter(({ id, patient, lastResort }) => {
    return patient && !lastResort && !state.askedAgain.includes(id);
  });
  const decided = { ...state, decided: true };
  const { state: next, effects } =
    quiet(state, ways) && second.length === 0 ? lastOfAll(decided, ways) : ask(decided, second);
  return { state: next, effects: [absent, ...effects] };
}

function lastOfAll(state: SearchState, ways: readonly SearchWay[]): Step {
  return ask(
    state,
    ways.filter(({ id, lastResort }) => lastResort && !state.askedAgain.includes(id)),
  );
}

function ask(state: SearchState, ways: readonly SearchWay[]): Step {
  return {
    state: { ...state, askedAgain: [...state.askedAgain, ...ways.map(({ id }) => id)] },
    effects: ways.map(({ id }) => ({ kind: 'probe', way: id, timeoutMs: PATIENT_MS, patient: true }) as const),
  };
}

function without(state: SearchState, way: string): SearchState {
  const but = (list: readonly string[]) => list.filter((id) => id !== way);
  return { ...state, asked: but(state.asked), askedAgain: but(state.askedAgain) };
}
