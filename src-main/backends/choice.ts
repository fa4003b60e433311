// Which server gets a task, fair among those that offer the model. Pure but for what the servers are at the moment.

import type { InferenceTask } from '../../src-preload/contract/settings/backends.ts';
import type { InferenceBackend } from './backend.ts';
import { canServe, type Model } from './models.ts';

/** What choosing needs of a member. */
export interface Candidate {
  readonly backend: Pick<InferenceBackend, 'id'>;
  readonly offers: readonly Model[];
  readonly busy: number;
  readonly lastChosen: number;
  find(model: string): Model | undefined;
  hasRoomFor(model: Model): boolean;
}

/** Waiting is worth it: the words are IICP's for a backend that drains (IICP 5), with how long it asks for. */
export const WAITS = { backend_loading: 30_000, backend_unstable: 60_000 } as const;
export type WaitReason = keyof typeof WAITS;

export type Choice =
  | {
      readonly kind: 'chosen';
      readonly backend: { readonly id: string };
      /** As that server calls it. */
      readonly model: string;
      /** The user's limit for this model's answers. */
      readonly maxTokens: number | null;
      /** It has to be loaded first. */
      readonly cold: boolean;
    }
  /** All that could do it work on as much as they may. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'waiting'; readonly reason: WaitReason; readonly retryAfterMs: number }
  /** The user takes no tasks of this kind. */
  | { readonly kind: 'refused' }
  /** No server offers that; `task` where the model is offered, but not for this. */
  | { readonly kind: 'none'; readonly missing: 'model' | 'task' };

/** In memory before on disk, then the least busy for its size, then the one that waited longest. */
export function choose(candidates: readonly Candidate[], task: InferenceTask, asked?: string): Choice {
  let best: { candidate: Candidate; model: Model } | undefined;
  let busy = false;
  let waiting: WaitReason | undefined;
  let seen = false;
  for (const candidate of candidates) {
    const model = asked === undefined ? firstFor(candidate, task) : candidate.find(asked);
    if (!model) continue;
    seen = true;
    if (!model.tasks.includes(task)) continue;
    const reason = waitFor(candidate, model);
    if (reason === 'none') continue;
    if (reason) waiting = waiting === 'backend_loading' ? waiting : reason;
    else if (!candidate.hasRoomFor(model)) busy = true;
    else if (!best || before(candidate, model, best.candidate, best.model)) best = { candidate, model };
  }
  if (best) {
    const { id, maxTokens, state } = best.model;
    return { kind: 'chosen', backend: best.candidate.backend, model: id, maxTokens, cold: state === 'cold' };
  }
  if (busy) return { kind: 'busy' };
  if (waiting) return { kind: 'waiting', reason: waiting, retryAfterMs: WAITS[waiting] };
  return { kind: 'none', missing: seen ? 'task' : 'model' };
}

function firstFor({ offers }: Candidate, task: InferenceTask): Model | undefined {
  const able = offers.filter((model) => model.tasks.includes(task));
  return able.find(({ state }) => state === 'loaded') ?? able.find(canServe) ?? able[0];
}

/** Undefined where a task can be sent to it now. */
function waitFor({ offers }: Candidate, model: Model): WaitReason | 'none' | undefined {
  if (model.state === 'failing') return 'backend_unstable';
  if (!offers.includes(model)) return 'none';
  return model.state === 'loading' ? 'backend_loading' : undefined;
}

function before(one: Candidate, its: Model, other: Candidate, others: Model): boolean {
  const cold = Number(its.state === 'cold') - Number(others.state === 'cold');
  if (cold !== 0) return cold < 0;
  if (one.busy !== other.busy) return one.busy < other.busy;
  return one.lastChosen < other.lastChosen;
}
