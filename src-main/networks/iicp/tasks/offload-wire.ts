// What crosses to the thread for offloaded work and back. Jobs go in batches, and are answered in the order they were sent.

import type { InferenceTask } from '../../../backends/backend.ts';
import type { FilterLimits } from '../../../backends/inference/filter.ts';
import type { JsonBounds, JsonFault, ScannedJson } from '../../../base/json-scan.ts';
import type { ReplySecret, SealedReply } from './cx.ts';
import type { Beside, Outline } from './payload.ts';
import type { Refusal, TaskRequest } from './wire.ts';

/** Number of a task whose body stays in the thread, until it is filtered or dropped. */
export type Held = number;

export type Job =
  | { readonly kind: 'open'; readonly envelope: Envelope; readonly taskId: string; readonly intent: string }
  | { readonly kind: 'seal'; readonly secret: ReplySecret; readonly taskId: string; readonly text: string }
  /** The hash of a result for its receipt. */
  | { readonly kind: 'digest'; readonly text: string }
  /** A whole body, which is kept as `held`. */
  | { readonly kind: 'read'; readonly held: Held; readonly body: readonly Uint8Array[] }
  | { readonly kind: 'unseal'; readonly held: Held }
  | {
      readonly kind: 'filter';
      readonly held: Held;
      readonly task: InferenceTask;
      readonly beside: Beside;
      readonly limits: FilterLimits;
    }
  | { readonly kind: 'drop'; readonly held: Held }
  /** A JSON text that is passed on: put together, looked through, and given back. */
  | {
      readonly kind: 'scan';
      readonly body: readonly Uint8Array[];
      readonly wanted: ReadonlySet<string>;
      readonly bounds: JsonBounds;
    };

/** An envelope's members that count; whatever else a stranger put there stays behind. */
export type Envelope = Readonly<Record<string, string | number>>;

export interface Unsealed {
  readonly mark: string;
  readonly secret: ReplySecret;
}

/** By the job's kind. Undefined: could not be opened. */
export interface Answers {
  readonly open: (Unsealed & { readonly plaintext: string }) | undefined;
  readonly seal: SealedReply;
  readonly digest: { readonly hash: string };
  readonly read:
    | { readonly kind: 'faulty'; readonly fault: JsonFault }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
    /** Without the contents of payload and envelope. `outline` is the payload's where it is not sealed. */
    | { readonly kind: 'task'; readonly request: TaskRequest; readonly outline: Outline };
  /** Without an outline it is no JSON. */
  readonly unseal: (Unsealed & { readonly outline: Outline | undefined }) | undefined;
  readonly scan: (ScannedJson & { readonly bytes: Uint8Array<ArrayBuffer> }) | { readonly fault: JsonFault };
  readonly filter:
    | { readonly ok: true; readonly encoded: Uint8Array<ArrayBuffer>; readonly mostTokens: number | undefined }
    | { readonly ok: false; readonly message: string };
  readonly drop: undefined;
}

export type JobKind = Job['kind'];
/** Of megabytes, most likely: small ones go before them. */
export const LARGE_JOBS: ReadonlySet<JobKind> = new Set(['seal', 'digest', 'read', 'unseal', 'filter', 'scan']);
export type JobOf<K extends JobKind> = Extract<Job, { readonly kind: K }>;
export type Answer = Answers[JobKind];

export type ToThread =
  | { readonly kind: 'keys'; readonly secrets: readonly string[] }
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] };
/** To the oldest jobs not answered yet; null to one that failed. */
export type FromThread = readonly (Answer | null)[];
