// The end of a mapping: withdrawn first, then closed at the router, and not waited for longer than a stop may take.

import { cancelled, forgotten, remove } from './moves.ts';
import { type MappingEvent, type MappingState, type MappingStep, type MappingSurroundings, NEVER } from './state.ts';

/** With what it takes to come here and back, a second. */
const STOP_MS = 900;

/** Withdrawn first; then what the router has, or may have, is removed once. */
export function leave(state: MappingState, after: 'idle' | 'stopped', { now }: MappingSurroundings): MappingStep {
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

export function stopping(state: MappingState, event: MappingEvent, { now }: MappingSurroundings): MappingStep {
  const answered = 'call' in event && event.call === state.call?.number;
  if (!answered && !(event.kind === 'tick' && now >= state.wakeAt)) return { state, effects: [] };
  const { state: free, effects } = answered ? { state, effects: [] } : cancelled(state);
  return { state: { ...free, ...forgotten, call: undefined, open: undefined, phase: 'stopped' }, effects };
}
