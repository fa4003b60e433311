// What the adapters of all makes have in common: one server's connections, a bounded look, calls, and moving models.

import type { BackendKind, InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import type { BackendFactory, BackendOptions, InferenceOutcome, InferenceRequest, ModelStatus } from '../backend.ts';
import { call } from './call.ts';
import { Upstream, type UpstreamOptions } from './http.ts';
import { CHECK_MS, type Look, WRONG_ANSWER, within, wrongKind } from './look.ts';
import { type Load, Moves, type Tools, type Unload } from './move.ts';
import { probe } from './probe.ts';

export interface Make {
  readonly kind: BackendKind;
  readonly tasks: readonly InferenceTask[];
  /** Never rejects. */
  look(upstream: Upstream, signal: AbortSignal): Promise<Look>;
  /** One task; where it is left out, in the OpenAI dialect. */
  readonly call?: (clock: Clock, upstream: Upstream, request: InferenceRequest) => Promise<InferenceOutcome>;
  /** `keep` where it is not to go by itself again. */
  readonly load?: Load;
  readonly unload?: Unload;
  /**
   * When a model that is not in memory is loaded for a task: before it is sent, because the server could not take it, or once
   * the server has refused it, because it may well load by itself. Left out: it always does.
   */
  readonly loadFirst?: 'always' | 'if-refused';
  /** How it wants to be asked. */
  readonly upstream?: Pick<UpstreamOptions, 'keyHeader' | 'headers'>;
  /** Whether to find out what answers in its place where something else does. */
  readonly nameOthers?: boolean;
}

/** For that. */
const PROBE_MS = 500;

export function adapter(make: Make): BackendFactory {
  return ({ clock }, options: BackendOptions) => {
    const upstream = new Upstream({ ...options, ...make.upstream });
    const moves = new Moves();
    let models: readonly ModelStatus[] = [];
    const look = async (signal?: AbortSignal): Promise<Look> => {
      const seen = await within(clock, CHECK_MS, signal, async (bounded) => {
        const first = await make.look(upstream, bounded);
        return make.nameOthers && first.reason?.code === WRONG_ANSWER ? named(first, bounded) : first;
      });
      // One that was cut short saw nothing.
      if (!signal?.aborted) models = seen.models;
      return seen;
    };
    const named = async (look: Look, signal: AbortSignal): Promise<Look> => {
      const { apiKey } = options;
      const { verdict } = await probe(clock, upstream.root, { apiKey, timeoutMs: PROBE_MS, signal });
      return wrongKind(upstream.root, make.kind, verdict) ?? look;
    };
    const tools: Tools = { clock, upstream, look };
    const isCold = (model: string) => models.find(({ id }) => id === model)?.state === 'cold';
    const load = (model: string, how: { readonly keep: boolean; readonly signal: AbortSignal }) =>
      moves.run('load', model, how, (signal) => make.load!(tools, model, { ...how, signal }));
    const unload = (model: string, { signal: asked }: { readonly signal: AbortSignal }) =>
      moves.run('unload', model, { keep: false, signal: asked }, (signal) => make.unload!(tools, model, { signal }));

    const run = (request: InferenceRequest) => (make.call ?? call)(clock, upstream, request);
    const infer = async (request: InferenceRequest): Promise<InferenceOutcome> => {
      const { task, model, signal } = request;
      if (!make.tasks.includes(task)) return { kind: 'refused', code: 'bad-request' };
      if (make.loadFirst === 'always' && isCold(model)) {
        const moved = await load(model, { keep: false, signal });
        if (moved.kind === 'failed')
          return signal.aborted ? { kind: 'aborted' } : { kind: 'failed', code: 'server-error' };
      }
      const outcome = await run(request);
      const refused = outcome.kind === 'refused' && outcome.code !== 'rate-limited';
      if (make.loadFirst !== 'if-refused' || !refused || !isCold(model)) return outcome;
      const moved = await load(model, { keep: false, signal });
      if (signal.aborted) return { kind: 'aborted' };
      return moved.kind === 'done' ? run(request) : outcome;
    };

    return {
      id: upstream.root,
      kind: make.kind,
      url: upstream.root,
      tasks: make.tasks,
      check: async (signal) => ({ ...(await look(signal)), checkedAt: clock.now() }),
      infer,
      ...(make.load && { load }),
      ...(make.unload && { unload }),
      close: () => {
        moves.stop();
        return upstream.close();
      },
    };
  };
}
