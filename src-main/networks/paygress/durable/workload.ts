// A workload that this provider runs, from moment to moment, as a pure machine: whether its box is to be started again, whether standbys
// are to have it, and when it is lost. Only a workload with standbys depends on relays: any other runs as long as its box does.

import type { BoxStatus } from '../../../backends/workloads/backend.ts';
import type { RestartPolicy } from '../wire/workload.ts';
import { DURABLE } from './times.ts';

export type LostWhy =
  /** No majority of the relays takes heartbeats any more. */
  | 'unheard'
  /** The box ended and does not come back. */
  | 'box-lost';

export type WorkloadState =
  | { readonly is: 'provisioning' }
  /** `attempts`: spent on starting it again, since it last ran steadily. */
  | { readonly is: 'live'; readonly since: number; readonly attempts: number }
  | { readonly is: 'suspect'; readonly since: number; readonly attempts: number }
  /** The next start is due at `dueAt`; undefined: it is under way. */
  | { readonly is: 'respawning'; readonly attempt: number; readonly dueAt: number | undefined }
  /** Standbys are to have it, and hear so when nothing of it runs here. `starting`: a start was under way and has not ended yet. */
  | { readonly is: 'stopping'; readonly why: LostWhy; readonly starting: boolean }
  | { readonly is: 'revoking'; readonly why: LostWhy }
  | { readonly is: 'revoked'; readonly why: LostWhy }
  | { readonly is: 'failed'; readonly why: LostWhy; readonly reason: string };

export interface WorkloadPlan {
  readonly standbys: readonly string[];
  readonly restart: RestartPolicy;
}

export type WorkloadEvent =
  | { readonly is: 'tick'; readonly box: BoxStatus; readonly quorumAgeMs: number }
  | { readonly is: 'respawned' }
  | { readonly is: 'respawn-failed'; readonly reason: string }
  /** A majority of the relays has the revocation. */
  | { readonly is: 'revocation-taken' };

export type WorkloadEffect =
  /** A heartbeat at once: the next may come too late. */
  | { readonly do: 'beat' }
  | { readonly do: 'respawn'; readonly attempt: number }
  /** Whatever of it runs or is being started, for certain and without grace. */
  | { readonly do: 'stop' }
  /** Until a majority of the relays has it, through breaks and restarts. */
  | { readonly do: 'revoke'; readonly why: LostWhy }
  /** What is left of it is given back to its customer. */
  | { readonly do: 'fail'; readonly reason: string };

export interface WorkloadStep {
  readonly state: WorkloadState;
  readonly effects: readonly WorkloadEffect[];
}

/** `now`: milliseconds, of any clock that does not stand still. */
export function stepWorkload(
  state: WorkloadState,
  event: WorkloadEvent,
  now: number,
  plan: WorkloadPlan,
): WorkloadStep {
  switch (event.is) {
    case 'tick':
      return tick(state, event, now, plan);
    case 'respawned':
      if (state.is === 'respawning') return to({ is: 'live', since: now, attempts: state.attempt });
      return startEnded(state);
    case 'respawn-failed':
      if (state.is !== 'respawning') return startEnded(state);
      return again(state.attempt, event.reason, now, plan);
    case 'revocation-taken':
      return state.is === 'revoking' ? to({ is: 'revoked', why: state.why }) : to(state);
  }
}

/** As it was written down, after a start of this provider: what was under way has ended with it, or is asked for again. */
export function recoverWorkload(state: WorkloadState, now: number): WorkloadStep {
  if (state.is === 'respawning') return to({ ...state, dueAt: state.dueAt ?? now });
  if (state.is === 'revoking') return to(state, { do: 'revoke', why: state.why });
  return to(state.is === 'stopping' ? { ...state, starting: false } : state);
}

function tick(
  state: WorkloadState,
  { box, quorumAgeMs }: Extract<WorkloadEvent, { is: 'tick' }>,
  now: number,
  plan: WorkloadPlan,
): WorkloadStep {
  const replicated = plan.standbys.length > 0;
  const gone = box === 'stopped' || box === 'absent';
  switch (state.is) {
    case 'stopping':
      if (!gone || state.starting) return to(state, { do: 'stop' });
      return to({ is: 'revoking', why: state.why }, { do: 'revoke', why: state.why });
    case 'revoking':
    case 'revoked':
      // Engines start boxes again by themselves, after a start of the computer for one.
      return box === 'running' ? to(state, { do: 'stop' }) : to(state);
    case 'failed':
      return to(state);
    case 'provisioning':
    case 'live':
    case 'suspect':
    case 'respawning':
      break;
  }
  if (replicated && quorumAgeMs >= DURABLE.fenceMs) return hand(state, 'unheard');
  if (state.is === 'respawning') {
    if (state.dueAt === undefined) return to(state);
    if (box === 'running') return to({ is: 'live', since: now, attempts: state.attempt });
    if (now < state.dueAt) return to(state);
    return to({ ...state, dueAt: undefined }, { do: 'respawn', attempt: state.attempt });
  }
  const attempts = state.is === 'provisioning' ? 0 : state.attempts;
  if (gone) {
    const steady = state.is !== 'provisioning' && now - state.since >= DURABLE.steadyMs;
    return again(steady ? 0 : attempts, 'the box has ended', now, plan);
  }
  const unheard = replicated && quorumAgeMs >= DURABLE.suspectMs;
  if (unheard) {
    const since = state.is === 'provisioning' ? now : state.since;
    return to(state.is === 'provisioning' ? state : { is: 'suspect', since, attempts }, { do: 'beat' });
  }
  if (state.is === 'suspect') return to({ is: 'live', since: state.since, attempts });
  if (state.is === 'provisioning' && box === 'running') return to({ is: 'live', since: now, attempts });
  return to(state);
}

/** The next start, if there is one left. */
function again(attempts: number, reason: string, now: number, { restart, standbys }: WorkloadPlan): WorkloadStep {
  const most = restart.policy === 'never' ? 0 : restart.max_attempts;
  if (attempts < most) {
    const pauses = DURABLE.respawnMs;
    const pause = pauses[Math.min(attempts, pauses.length - 1)]!;
    return to({ is: 'respawning', attempt: attempts + 1, dueAt: now + pause });
  }
  if (standbys.length > 0) return hand({ is: 'provisioning' }, 'box-lost');
  return to({ is: 'failed', why: 'box-lost', reason }, { do: 'fail', reason });
}

/** To its standbys. There is no way back: from now on one of them may take it. */
function hand(state: WorkloadState, why: LostWhy): WorkloadStep {
  const starting = state.is === 'respawning' && state.dueAt === undefined;
  return to({ is: 'stopping', why, starting }, { do: 'stop' });
}

/** A start that was under way when the workload was given up. */
function startEnded(state: WorkloadState): WorkloadStep {
  if (state.is === 'stopping') return to({ ...state, starting: false }, { do: 'stop' });
  return state.is === 'revoking' || state.is === 'revoked' ? to(state, { do: 'stop' }) : to(state);
}

const to = (state: WorkloadState, ...effects: readonly WorkloadEffect[]): WorkloadStep => ({ state, effects });
