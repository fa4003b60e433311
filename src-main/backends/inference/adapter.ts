// What the adapters of all makes have in common: one server's connections, a bounded look, and calls.

import type { BackendKind, InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import type {
  BackendFactory,
  BackendOptions,
  InferenceBackend,
  InferenceOutcome,
  InferenceRequest,
} from '../backend.ts';
import { call } from './call.ts';
import { Upstream, type UpstreamOptions } from './http.ts';
import { CHECK_MS, type Look, within } from './look.ts';

export interface Make {
  readonly kind: BackendKind;
  readonly tasks: readonly InferenceTask[];
  /** Never rejects. */
  look(upstream: Upstream, signal: AbortSignal): Promise<Look>;
  /** One task; where it is left out, in the OpenAI dialect. */
  readonly call?: (clock: Clock, upstream: Upstream, request: InferenceRequest) => Promise<InferenceOutcome>;
  readonly load?: (
    tools: Tools,
    ...args: Parameters<NonNullable<InferenceBackend['load']>>
  ) => ReturnType<NonNullable<InferenceBackend['load']>>;
  readonly unload?: (
    tools: Tools,
    ...args: Parameters<NonNullable<InferenceBackend['unload']>>
  ) => ReturnType<NonNullable<InferenceBackend['unload']>>;
  /** How it wants to be asked. */
  readonly upstream?: Pick<UpstreamOptions, 'keyHeader' | 'headers'>;
}

/** What moving a model works with. */
export interface Tools {
  readonly clock: Clock;
  readonly upstream: Upstream;
  /** A look at the server as `check` takes it. */
  readonly look: (signal: AbortSignal) => Promise<Look>;
}

export function adapter(make: Make): BackendFactory {
  return ({ clock }, options: BackendOptions) => {
    const upstream = new Upstream({ ...options, ...make.upstream });
    const look = (signal?: AbortSignal) => within(clock, CHECK_MS, signal, (bounded) => make.look(upstream, bounded));
    const tools: Tools = { clock, upstream, look };
    const { load, unload } = make;
    const run = make.call ?? call;
    return {
      id: upstream.root,
      kind: make.kind,
      url: upstream.root,
      tasks: make.tasks,
      check: async (signal) => ({ ...(await look(signal)), checkedAt: clock.now() }),
      infer: (request) => run(clock, upstream, request),
      ...(load && { load: (model, how) => load(tools, model, how) }),
      ...(unload && { unload: (model, how) => unload(tools, model, how) }),
      close: () => upstream.close(),
    };
  };
}
