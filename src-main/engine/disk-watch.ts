// While outcomes can't be recorded no task is taken, so something else has to find out that the disk is well again.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { Write } from '../storage/write.ts';
import type { DurableWriter } from '../storage/writer.ts';

export interface DiskWatchDeps {
  readonly clock: Clock;
  readonly committer: Pick<DurableWriter, 'commit' | 'onHealth'>;
  /** A write that changes nothing. */
  readonly probe: () => Write;
  /** The disk takes nothing, or does again. */
  readonly changed: (trouble: Reason | null) => void;
  /** The writer has ended by itself: no outcome could be recorded any more, so no task may be answered. */
  readonly fatal: (error: Error) => void;
}

const PROBE_MS = 5000;

export class DiskWatch {
  readonly #deps: DiskWatchDeps;
  readonly #off: () => void;
  #trouble: Reason | null = null;
  #cancelProbe: (() => void) | undefined;

  constructor(deps: DiskWatchDeps) {
    this.#deps = deps;
    this.#off = deps.committer.onHealth(({ state, reason }) => {
      this.#trouble = state === 'degraded' && reason ? reason : null;
      if (this.#trouble) this.#probeSoon();
      deps.changed(this.#trouble);
      if (state === 'stopped' && reason) deps.fatal(new HearthError({ ...reason, category: 'broken' }));
    });
  }

  /** Why nothing can be recorded, if so. */
  get trouble(): Reason | null {
    return this.#trouble;
  }

  /** Probes no more; what the writer tells is still heard. */
  rest(): void {
    this.#cancelProbe?.();
  }

  stop(): void {
    this.rest();
    this.#off();
  }

  #probeSoon(): void {
    const { clock, committer, probe } = this.#deps;
    this.#cancelProbe?.();
    this.#cancelProbe = clock.after(PROBE_MS, () => {
      committer.commit([probe()]).catch(() => this.#probeSoon());
    });
  }
}
