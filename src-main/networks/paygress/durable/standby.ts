// A place that is kept for another provider's workload, as a pure machine: when to take it over, and when not. It looks before it claims,
// claims before it starts, and looks again in between. Whoever sees a claim of somebody else does not start: of two that claim at the same
// time at least one sees the other. Who is later in the order takes its claim back; who is earlier waits until that is done.
// A claim whose owner vanished is waited for until the place expires: nobody can know whether that one runs the workload.

import { DURABLE } from './times.ts';

export interface Slot {
  readonly primary: string;
  /** 0: the first that takes over. */
  readonly index: number;
  /** In the order of the request, without this one. */
  readonly peers: readonly string[];
  /** `majority` of the relays. */
  readonly quorum: number;
  readonly expiresAt: number;
}

export type SlotPhase =
  | { readonly is: 'watching' }
  /** It is to be taken over, in its turn. */
  | { readonly is: 'waiting'; readonly until: number }
  /** `claimed`: with the claim out, as the last look before the start. */
  | { readonly is: 'looking'; readonly claimed: boolean; readonly since: number }
  | { readonly is: 'claiming' }
  /** A majority has the claim. */
  | { readonly is: 'claimed'; readonly lookAt: number }
  | { readonly is: 'starting' }
  | { readonly is: 'promoted' }
  | { readonly is: 'dropped'; readonly why: 'peer' | 'expired' }
  | { readonly is: 'failed'; readonly reason: string };

export interface SlotState {
  readonly phase: SlotPhase;
  /** The newest heartbeat of the primary by its own count of seconds, and when this provider first saw it, or began to wait for one. */
  readonly beat: number;
  readonly aliveAt: number;
  /** The primary has given it up: its heartbeats say nothing any more. */
  readonly revoked: boolean;
  readonly failures: number;
}

/** What a majority has stored, or fewer. */
export interface Look {
  /** That have answered to the end and have shown this provider its own heartbeat of late: the others may be cut off, or keep nothing. */
  readonly relays: number;
  /** The newest heartbeat of the primary; undefined: there is none. */
  readonly beat: number | undefined;
  /** Of the peers, each one's newest word. */
  readonly promotions: readonly { readonly by: string; readonly state: 'claimed' | 'promoted' | 'withdrawn' }[];
}

export type SlotEvent =
  | { readonly is: 'tick' }
  /** For a time unknown nobody listened. */
  | { readonly is: 'slept' }
  | { readonly is: 'beat'; readonly timestamp: number }
  | { readonly is: 'revoked'; readonly by: string }
  | { readonly is: 'looked'; readonly look: Look }
  | { readonly is: 'claim-taken' }
  | { readonly is: 'started' }
  | { readonly is: 'start-failed'; readonly reason: string };

export type SlotEffect =
  /** Asks all relays; `looked` has to follow, whatever they say. */
  | { readonly do: 'look' }
  | { readonly do: 'claim' }
  | { readonly do: 'withdraw' }
  | { readonly do: 'start' }
  /** To the peers, and to the customer how to get in. */
  | { readonly do: 'announce' }
  /** What was reserved is free again. */
  | { readonly do: 'release'; readonly why: 'peer' | 'expired' | 'failed' };

export interface SlotStep {
  readonly state: SlotState;
  readonly effects: readonly SlotEffect[];
}

/** `now`: when the place was reserved. */
export const newSlot = (now: number): SlotState => ({
  phase: { is: 'watching' },
  beat: -1,
  aliveAt: now,
  revoked: false,
  failures: 0,
});

/** As it was written down, after a start of this provider: what was under way is asked for again. */
export function recoverSlot(state: SlotState, now: number): SlotStep {
  const { phase } = state;
  // Nobody listened: how long the primary was silent has to be found out anew.
  const awake = { ...state, aliveAt: now };
  switch (phase.is) {
    case 'looking':
      return at(awake, phase.claimed ? { is: 'claimed', lookAt: now } : { is: 'waiting', until: now });
    case 'claiming':
      return at(awake, phase, { do: 'claim' });
    case 'claimed':
      return at(awake, { is: 'claimed', lookAt: now });
    case 'starting':
      // The claim stands, so nobody else has started it.
      return at(awake, phase, { do: 'start' });
    case 'waiting':
      return at(awake, state.revoked ? { is: 'waiting', until: now } : { is: 'watching' });
    case 'promoted':
    case 'watching':
    case 'dropped':
    case 'failed':
      return stay(awake);
  }
}

/** `now`: milliseconds, of any clock that never goes back. */
export function stepSlot(state: SlotState, event: SlotEvent, now: number, slot: Slot): SlotStep {
  const { phase } = state;
  if (isOver(phase)) return stay(state);
  switch (event.is) {
    case 'tick':
      return tick(state, now, slot);
    case 'slept':
      return at({ ...state, aliveAt: now }, phase.is === 'waiting' && !state.revoked ? { is: 'watching' } : phase);
    case 'beat':
      return event.timestamp > state.beat ? alive(state, event.timestamp, now) : stay(state);
    case 'revoked': {
      if (event.by !== slot.primary || state.revoked) return stay(state);
      const revoked = { ...state, revoked: true };
      const until = now + slot.index * DURABLE.backoffMs;
      if (phase.is === 'watching') return at(revoked, { is: 'waiting', until });
      return stay(revoked);
    }
    case 'looked':
      return phase.is === 'looking' ? looked(state, phase.claimed, event.look, now, slot) : stay(state);
    case 'claim-taken':
      if (phase.is !== 'claiming') return stay(state);
      return at(state, { is: 'claimed', lookAt: now + DURABLE.claimMs });
    case 'started':
      return phase.is === 'starting' ? at(state, { is: 'promoted' }, { do: 'announce' }) : stay(state);
    case 'start-failed':
      return phase.is === 'starting' ? startFailed(state, event.reason, now) : stay(state);
  }
}

function tick(state: SlotState, now: number, slot: Slot): SlotStep {
  const { phase } = state;
  if (now >= slot.expiresAt && phase.is !== 'starting') return drop(state, 'expired');
  if (phase.is === 'watching' && now - state.aliveAt >= DURABLE.silenceMs) {
    return at(state, { is: 'waiting', until: now + slot.index * DURABLE.backoffMs });
  }
  if (phase.is === 'waiting' && now >= phase.until) return look(state, false, now);
  if (phase.is === 'claimed' && now >= phase.lookAt) return look(state, true, now);
  if (phase.is === 'looking' && now - phase.since >= DURABLE.lookLostMs) return look(state, phase.claimed, now);
  return stay(state);
}

/** The primary is there, unless it has given the workload up; and once the box starts here it has stopped there. */
function alive(state: SlotState, beat: number, now: number): SlotStep {
  const { phase } = state;
  const seen = { ...state, beat, aliveAt: now };
  if (state.revoked || phase.is === 'starting' || phase.is === 'watching') return stay(seen);
  return at(seen, { is: 'watching' }, ...(hasClaim(phase) ? [{ do: 'withdraw' as const }] : []));
}

function looked(
  state: SlotState,
  claimed: boolean,
  { relays, beat, promotions }: Look,
  now: number,
  slot: Slot,
): SlotStep {
  const again = (ms: number): SlotStep =>
    at(state, claimed ? { is: 'claimed', lookAt: now + ms } : { is: 'waiting', until: now + ms });
  if (beat !== undefined && beat > state.beat && !state.revoked) return alive(state, beat, now);
  const others = promotions.filter(({ by, state: word }) => slot.peers.includes(by) && word !== 'withdrawn');
  if (others.some(({ state: word }) => word === 'promoted')) return drop(state, 'peer');
  if (claimed && others.some(({ by }) => slot.peers.indexOf(by) < slot.index)) {
    return at(state, { is: 'waiting', until: now + DURABLE.backoffMs }, { do: 'withdraw' });
  }
  if (others.length > 0) return again(DURABLE.lookAgainMs);
  // Nothing was seen of too few: it may be this line that is down.
  if (relays < slot.quorum) return again(DURABLE.lookAgainMs);
  return claimed ? at(state, { is: 'starting' }, { do: 'start' }) : at(state, { is: 'claiming' }, { do: 'claim' });
}

function startFailed(state: SlotState, reason: string, now: number): SlotStep {
  const failures = state.failures + 1;
  const withdraw = { do: 'withdraw' } as const;
  if (failures >= DURABLE.mostStarts) {
    return at({ ...state, failures }, { is: 'failed', reason }, withdraw, { do: 'release', why: 'failed' });
  }
  return at({ ...state, failures }, { is: 'waiting', until: now + failures * DURABLE.backoffMs }, withdraw);
}

function drop(state: SlotState, why: 'peer' | 'expired'): SlotStep {
  const effects: readonly SlotEffect[] = hasClaim(state.phase) ? [{ do: 'withdraw' }] : [];
  return at(state, { is: 'dropped', why }, ...effects, { do: 'release', why });
}

const look = (state: SlotState, claimed: boolean, since: number): SlotStep =>
  at(state, { is: 'looking', claimed, since }, { do: 'look' });

export const hasClaim = (phase: SlotPhase): boolean =>
  phase.is === 'claiming' || phase.is === 'claimed' || (phase.is === 'looking' && phase.claimed);
const isOver = ({ is }: SlotPhase): boolean => is === 'promoted' || is === 'dropped' || is === 'failed';
const at = (state: SlotState, phase: SlotPhase, ...effects: readonly SlotEffect[]): SlotStep => ({
  state: { ...state, phase },
  effects,
});
const stay = (state: SlotState): SlotStep => ({ state, effects: [] });
