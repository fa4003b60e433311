// A prober outside has tried the mapping. What the router lists and yet does not forward is made anew, each time in another way.

import { remove } from './moves.ts';
import { busy, held, type MappingState, type MappingStep, type MappingSurroundings } from './state.ts';

const OUTSIDE_FAILURES = 2;

export function outside(state: MappingState, ok: boolean, around: MappingSurroundings): MappingStep {
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
export function remake(state: MappingState, otherPort: boolean, way?: string): MappingStep {
  const lease = state.lease!;
  const before = way ?? lease.way;
  const rest = state.ways.filter((id) => id !== before);
  return remove({ ...state, otherPort, untried: [before, ...rest], phase: 'installing' }, lease.way, 'install');
}
