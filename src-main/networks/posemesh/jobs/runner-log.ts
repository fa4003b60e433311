// What runners have logged, job by job, in a file of its own: it may hold anything, so neither the node's own log nor diagnostics have it.

import type { RunnerJob } from '../../../backends/runners/runner.ts';
import type { Clock } from '../../../base/clock.ts';
import { withoutUnseen } from '../../../base/unseen.ts';
import type { LineFile, LineFileOptions } from '../../host.ts';

export class RunnerLog {
  readonly #clock: Clock;
  readonly #file: LineFile;

  constructor(deps: { readonly clock: Clock; readonly lineFile: (file: LineFileOptions) => LineFile }) {
    this.#clock = deps.clock;
    this.#file = deps.lineFile({
      name: 'posemesh-runners.log',
      lost: (count) => `(${count} lines could not be written)\n`,
    });
  }

  /** The end of what was logged for a job that is over. */
  add({ taskId, capability }: RunnerJob, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const at = new Date(this.#clock.now()).toISOString();
    for (const line of [`${at} task ${taskId} ${capability}`, ...lines]) this.#file.write(`${withoutUnseen(line)}\n`);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
