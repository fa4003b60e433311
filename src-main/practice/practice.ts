// What practice with a network is: real little servers on this computer, and the settings that point a node at them.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';

export interface PracticeDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface PracticeRun {
  /** By path, set before the network starts. Whether it is joined is left to who practises. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** May be called twice. */
  stop(): Promise<void>;
}

export type StartPractice = (deps: PracticeDeps) => Promise<PracticeRun>;
