// What a network asks of a model server, whatever its make.

import type { BackendState } from '../../src-preload/contract/backends.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';

/** The kinds of work, as IICP names them: `urn:iicp:intent:` + this + `:v1`. */
export type InferenceTask = 'llm:chat' | 'llm:embedding';

export interface ModelStatus {
  readonly id: string;
  /** In memory and warm; null where the server does not tell. */
  readonly loaded: boolean | null;
}

export interface BackendStatus {
  readonly state: BackendState;
  readonly reason: Reason | null;
  readonly version: string | null;
  readonly models: readonly ModelStatus[];
  /** Epoch milliseconds. */
  readonly checkedAt: number;
}

export interface InferenceRequest {
  readonly task: InferenceTask;
  readonly model: string;
  /** Already filtered and clamped (see filter.ts): nothing in it comes from a stranger unseen. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Ends the call and the request on the wire: the caller has gone, time is up, or the node stops. */
  readonly signal: AbortSignal;
}

export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/**
 * How a call ended. `done` carries the server's JSON both as text, to be passed on unchanged, and parsed.
 * Everything else carries a code of ours; what the server said stays out, it may hold anything.
 */
export type InferenceOutcome =
  | {
      readonly kind: 'done';
      readonly text: string;
      readonly json: Readonly<Record<string, unknown>>;
      readonly usage: Usage;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'bad-request' | 'unknown-model' | 'rate-limited';
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'failed'; readonly code: 'unreachable' | 'server-error' | 'malformed' | 'too-large' | 'denied' }
  | { readonly kind: 'aborted' };

/** One model server. Created for an address; `check` may be called at any time and in any state. */
export interface InferenceBackend {
  readonly id: string;
  readonly kind: BackendKind;
  readonly url: string;
  /** Asks the server what it is and has. Never rejects: what goes wrong is a state. Bounded by 2 s. */
  check(signal?: AbortSignal): Promise<BackendStatus>;
  /** Never rejects. Bounded in reply size; the caller bounds the time with the signal. */
  infer(request: InferenceRequest): Promise<InferenceOutcome>;
  /** Closes pooled connections; running calls end as `aborted`. */
  close(): Promise<void>;
}

export interface BackendOptions {
  /** As the user wrote it; http or https. */
  readonly url: string;
  readonly apiKey?: string | undefined;
}

/** Connects nothing yet. Throws a TypeError where the address is none. */
export type BackendFactory = (deps: { readonly clock: Clock }, options: BackendOptions) => InferenceBackend;
