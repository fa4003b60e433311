// What a network asks of a model server, whatever its make.

import type { BackendState, ModelState, ModelView } from '../../src-preload/contract/backends.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { BackendKind, InferenceTask } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';

export type { InferenceTask } from '../../src-preload/contract/settings/backends.ts';

export interface ModelStatus {
  readonly id: string;
  readonly state: ModelState;
  /** What the server says it is for; left out where it does not tell, then its name has to (see tasks.ts). */
  readonly tasks?: readonly InferenceTask[];
  /** What it takes up now; left out where it is not in memory, or the server does not tell. */
  readonly memory?: NonNullable<ModelView['memory']>;
}

export interface BackendStatus {
  readonly state: BackendState;
  readonly reason: Reason | null;
  readonly version: string | null;
  readonly models: readonly ModelStatus[];
  /** Tasks it works on at once, where it tells; more would wait there. */
  readonly slots?: number;
  /** Epoch milliseconds. */
  readonly checkedAt: number;
}

export interface InferenceRequest {
  readonly task: InferenceTask;
  readonly model: string;
  /** Already filtered and clamped (see filter.ts): nothing in it comes from a stranger unseen. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The same as JSON text, `model` in it, where it was made already: to make it of megabytes takes long. */
  readonly encoded?: Uint8Array | undefined;
  /** Ends the call and the request on the wire: the caller has gone, time is up, or the node stops. */
  readonly signal: AbortSignal;
  /** Wants the text of an answer as it comes, where the server can do that; the outcome has all of it again. */
  readonly partial?: ((text: string) => void) | undefined;
}

export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/**
 * How a call ended. `done` carries the answer as JSON both as text, to be passed on unchanged, and parsed.
 * Everything else carries a code of ours; what the server said stays out, it may hold anything.
 */
export type InferenceOutcome =
  | {
      readonly kind: 'done';
      readonly text: string;
      readonly json: Readonly<Record<string, unknown>>;
      readonly usage: Usage;
      /** From asking to the first piece of the answer, milliseconds; left out where neither the answer's way nor its server tells. */
      readonly firstMs?: number;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'bad-request' | 'unknown-model' | 'rate-limited';
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'failed';
      /** `unreachable`: it never had the request. `lost`: it went away with it, and may have ended by it. */
      readonly code: 'unreachable' | 'lost' | 'server-error' | 'malformed' | 'too-large' | 'denied';
    }
  | { readonly kind: 'aborted' };

/** How putting a model into memory, or out of it, ended. `done` only after the server's own list said so. */
export type Moved = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: Reason };

/** One model server. Created for an address; `check` may be called at any time and in any state. */
export interface InferenceBackend {
  readonly id: string;
  readonly kind: BackendKind;
  readonly url: string;
  /** The kinds of work that servers of this make can do. */
  readonly tasks: readonly InferenceTask[];
  /** Asks the server what it is and has. Never rejects: what goes wrong is a state. Bounded by 2 s. */
  check(signal?: AbortSignal): Promise<BackendStatus>;
  /** Never rejects. Bounded in reply size; the caller bounds the time with the signal. */
  infer(request: InferenceRequest): Promise<InferenceOutcome>;
  /**
   * Puts a model into memory, to stay there until it is unloaded where `keep` is set. Never rejects; the caller bounds the
   * time. Missing where a server of this make has no means for it.
   */
  load?(model: string, options: { readonly keep: boolean; readonly signal: AbortSignal }): Promise<Moved>;
  /** The same for taking it out of memory. */
  unload?(model: string, options: { readonly signal: AbortSignal }): Promise<Moved>;
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
