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
  /** By path, set as long as the user has set nothing there. */
  readonly suggested?: Readonly<Record<string, unknown>>;
  /** What customers pay with comes from there: the wallet trusts it, and no longer those of earlier runs, which have its name. */
  readonly mint?: { readonly url: string; readonly name: string };
  /** May be called twice. */
  stop(): Promise<void>;
}

/** The other ends of one job that is rehearsed, and what they see of it. */
export interface RehearsedJob {
  /** For the throw-away node, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Those that have it do the job by a runner that only pretends. */
  readonly pretend: Readonly<Record<string, unknown>>;
  /** Of the job, where no runner of the user's own has one. */
  readonly capability: string;
  /** What is looked at, in the order in which it happens: whether it is so by now. */
  readonly steps: Readonly<Record<string, () => boolean>>;
  /** Has the node given a job, as soon as it asks for one. */
  order(capability: string): void;
  /** Why the job was reported as failed; undefined while it was not. */
  failure(): string | undefined;
  /** May be called twice. */
  stop(): Promise<void>;
}

export type StartRehearsedJob = (deps: Omit<PracticeDeps, 'logger'>) => Promise<RehearsedJob>;

export interface StartPractice {
  (deps: PracticeDeps): Promise<PracticeRun>;
  /** The other ends of one job alone; left out where the network leases none. */
  readonly rehearse?: StartRehearsedJob;
}

export interface LoadPractice {
  (): Promise<StartPractice>;
  /** Practice uses more of this computer than servers of its own, so that it begins when its user joins, and not by itself. */
  readonly whenJoined?: boolean;
}
