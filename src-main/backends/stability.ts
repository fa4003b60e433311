// How well the model servers stand together, in the words that IICP's directories and clients know (IICP 5).

import type { BackendState } from '../../src-preload/contract/backends.ts';
import { WAITS } from './choice.ts';
import { canServe, type Model } from './models.ts';

export interface Stability {
  /** Draining: takes no task for now. */
  readonly state: 'ok' | 'degraded' | 'draining' | 'unavailable';
  readonly reason: 'backend_cold' | 'backend_loading' | 'backend_unstable' | 'observer_error' | null;
  /** Where it drains. */
  readonly retryAfterMs: number | null;
}

export interface Standing {
  readonly state: BackendState;
  readonly offers: readonly Model[];
  /** All that the server lists. */
  readonly models: readonly Model[];
}

/** The best of them counts: as long as one can work, the node can. */
export function stabilityOf(members: readonly Standing[]): Stability {
  const offers = members.flatMap((member) => member.offers);
  if (offers.some(({ state }) => state === 'loaded' || state === 'unknown')) return OK;
  if (offers.some(canServe)) return { state: 'degraded', reason: 'backend_cold', retryAfterMs: null };
  if (offers.length > 0 || members.some(({ state }) => state === 'loading')) return draining('backend_loading');
  const failed = members.some(({ models }) => models.some(({ on, state }) => on && state === 'failing'));
  if (failed) return draining('backend_unstable');
  return { state: 'unavailable', reason: 'observer_error', retryAfterMs: null };
}

const OK: Stability = { state: 'ok', reason: null, retryAfterMs: null };

function draining(reason: 'backend_loading' | 'backend_unstable'): Stability {
  return { state: 'draining', reason, retryAfterMs: WAITS[reason] };
}
