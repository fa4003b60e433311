// What observers learn of each task that reached a model server: facts for counters and traces, never what it says.

import type { InferenceTask } from '../../../backends/backend.ts';
import type { Ending } from '../../../work/work.ts';
import type { Qos } from '../tasks/wire.ts';

export interface WatchedTask {
  readonly taskId: string;
  /** One that this node does; admission has turned away all others. */
  readonly intent: string;
  readonly kind: InferenceTask;
  readonly qos: Qos;
  /** As its server calls it. */
  readonly model: string;
  /** As the caller named it, where it named one. */
  readonly asked: string | undefined;
  readonly backendId: string;
  /** The header of the request, nothing from its body. */
  readonly traceparent: string | undefined;
}

export interface WatchedEnd extends Pick<Ending, 'state' | 'code' | 'tokensIn' | 'tokensOut'> {
  /** From its arrival to its end, milliseconds. */
  readonly latencyMs: number;
}

/** Called when a task begins; what it answers is called once, when its outcome is known. Neither may throw or take long. */
export type Watch = (task: WatchedTask) => (end: WatchedEnd) => void;
