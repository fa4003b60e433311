// Cooperative inference (IICP 4): other nodes split work and send parts of it. Off by default; then what marks such a part is
// not looked at, as with the common nodes. Where it is on, parts have places of their own and a time of their own.

import * as wire from './wire.ts';

export interface CooperationPolicy {
  readonly enabled: boolean;
  /** Parts of others' work are taken. */
  readonly worker: boolean;
  /** Parts that may run at once; at least 1. */
  readonly atOnce: number;
  /** The longest a part may take. */
  readonly mostMs: number;
}

/** Bounds of `mostMs`. */
export const PART_MS = { least: 1, most: 60_000 };

/** The `policy` of a registration; undefined where nothing is said. Tools are never run, whatever is allowed. */
export function policyBlock({ enabled, worker }: CooperationPolicy): Readonly<Record<string, boolean>> | undefined {
  return enabled ? { allow_remote_inference: worker, allow_tool_execution: false } : undefined;
}

/** A place for one part; given back once. */
export interface Place {
  readonly timeoutMs: number;
  leave(): void;
}

export class Cooperation {
  readonly #policy: () => CooperationPolicy;
  #running = 0;

  constructor(policy: () => CooperationPolicy) {
    this.#policy = policy;
  }

  /** Never waits: a caller that splits work knows other nodes. Undefined where the task is like any other. */
  enter(task: Pick<wire.TaskRequest, 'cooperative' | 'timeoutMs' | 'qos'>): Place | wire.Refusal | undefined {
    const { enabled, worker, atOnce, mostMs } = this.#policy();
    if (!task.cooperative || !enabled) return undefined;
    if (!worker) return wire.notWorker();
    if (this.#running >= Math.max(1, atOnce)) return wire.full(task.qos);
    this.#running += 1;
    let left = false;
    return {
      timeoutMs: Math.min(task.timeoutMs, Math.min(PART_MS.most, Math.max(PART_MS.least, mostMs))),
      leave: () => {
        if (!left) this.#running -= 1;
        left = true;
      },
    };
  }
}
