// Whether an engine can have boxes come after this computer's own programs at the disk: by trying, since engines take the weight and then
// start no box where their control groups have none. What has run says which weight it had.

import type { Clock } from '../../base/clock.ts';
import { LABEL, removeContainer } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import { BOX_LABEL, DISK_WEIGHT, nameOf } from './box-plan.ts';
import { endOfLog } from './engine-requests.ts';
import { trialLock } from './machines.ts';

export interface WeightTrialDeps {
  readonly clock: Clock;
  readonly engine: Pick<Engine, 'docker' | 'make'>;
  readonly installation: string;
}

/** The control group's own, of either version and of each scheduler that knows weights. */
const FILES = ['io.bfq.weight', 'io.weight', 'blkio/blkio.bfq.weight', 'blkio/blkio.weight'];
const SCRIPT = FILES.map((file) => `f=/sys/fs/cgroup/${file}; [ -r $f ] && echo "$(<$f)"`).join('; ');
/** What all others have. */
const USUAL = 100;
const SAID_BYTES = 1024;
const MEMORY_MIB = 32;

export class WeightTrial {
  readonly #deps: WeightTrialDeps;
  #kept: Promise<boolean> | undefined;

  constructor(deps: WeightTrialDeps) {
    this.#deps = deps;
  }

  /** Tried once, until it is to be forgotten. `image` has bash. */
  kept(image: string, signal: AbortSignal): Promise<boolean> {
    this.#kept ??= this.#try(image, signal).catch(() => {
      // Who was in a hurry has not found out.
      if (signal.aborted) this.#kept = undefined;
      return false;
    });
    return this.#kept;
  }

  forget(): void {
    this.#kept = undefined;
  }

  async #try(image: string, signal: AbortSignal): Promise<boolean> {
    const { clock, engine, installation } = this.#deps;
    const { docker } = engine;
    // Not the name of the trial of the disk, which may be under way for another box.
    const name = `${nameOf(installation, 'trial')}.weight`;
    await removeContainer(clock, docker, name);
    try {
      const made = await docker.createContainer({
        name,
        Image: image,
        Cmd: ['bash', '-c', SCRIPT],
        // A sweep finds one that a crash has left.
        Labels: { [LABEL]: installation, [BOX_LABEL]: 'trial' },
        HostConfig: { ...trialLock(engine, MEMORY_MIB), BlkioWeight: DISK_WEIGHT },
      });
      await made.start();
      await made.wait({ abortSignal: signal });
      return weighsLess(await endOfLog(made, SAID_BYTES, signal));
    } finally {
      await removeContainer(clock, docker, name);
    }
  }
}

/** A line of one of the files: `default 12`, or the number alone. */
export function weighsLess(said: string): boolean {
  return [...said.matchAll(/^(?:default )?(\d+)$/gm)].some(([, weight]) => Number(weight) < USUAL);
}
