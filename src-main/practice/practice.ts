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
interface Rehearsed {
  /** For the throw-away node, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is looked at, in the order in which it happens: whether it is so by now. */
  readonly steps: Readonly<Record<string, () => boolean>>;
  /** Why it failed, as the other end was told; undefined while it did not. */
  failure(): string | undefined;
  /** May be called twice. */
  stop(): Promise<void>;
}

/** A job for a runner. */
export interface RehearsedJob extends Rehearsed {
  readonly by: 'runner';
  /** Those that have it do the job by a runner that only pretends. */
  readonly pretend: Readonly<Record<string, unknown>>;
  /** Of the job, where no runner of the user's own has one. */
  readonly capability: string;
  /** Has the node given a job, as soon as it asks for one. */
  order(capability: string): void;
}

/** A container that somebody rents, made at the engine of this computer. */
export interface RehearsedLease extends Rehearsed {
  readonly by: 'engine';
  /** The wallet of the throw-away node trusts it. */
  readonly mint: string;
  /** What is rented; empty before that is known. */
  readonly template: () => string;
  /** Has somebody rent as soon as there is an offer. */
  order(): void;
}

/** What is asked for in a task that can be rehearsed, as backends name it. */
export type RehearsedKind = 'llm:chat' | 'llm:completion' | 'llm:embedding';

export interface RehearsedTask {
  readonly kind: RehearsedKind;
  /** Without `max_tokens`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer that was opened and verified, or what came instead of one. */
export type TaskReply =
  | {
      readonly kind: 'answered';
      /** The request, as it was sent. */
      readonly body: string;
      readonly sealed: boolean;
      /** From sending to the opened answer. */
      readonly ms: number;
      /** As the reply's own usage has it. */
      readonly tokensIn: number;
      readonly tokensOut: number;
      /** As the node charges. */
      readonly tokensUsed: number;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'lost' };

/** The other ends of tasks that are rehearsed: whom the node registers with, and a client that also does what an attacker would. */
export interface RehearsedTasks {
  /** For the throw-away node, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What a node books for each token, in millionths. */
  readonly microAToken: number;
  /** Whether the node is found there, and can be sent sealed tasks. */
  find(kind: RehearsedKind, signal: AbortSignal): Promise<boolean>;
  /** Only of a node that was found. */
  ask(task: RehearsedTask): Promise<TaskReply>;
  /** Whether the very same request once more is refused as such. */
  replayRefused(body: string, signal: AbortSignal): Promise<boolean>;
  /** Whether it is refused with one character of the sealed text changed. */
  tamperingRefused(body: string, signal: AbortSignal): Promise<boolean>;
  /** May be called twice. */
  stop(): Promise<void>;
}

export type StartTaskRehearsal = (deps: Omit<PracticeDeps, 'logger'>) => Promise<RehearsedTasks>;

/** `own`: what the user has set, by path. */
export type StartRehearsal = (
  deps: Omit<PracticeDeps, 'logger'>,
  own: (path: string) => unknown,
) => Promise<RehearsedJob | RehearsedLease>;

export interface StartPractice {
  (deps: PracticeDeps): Promise<PracticeRun>;
  /** The other ends of one job alone; left out where there is nothing that could be tried so. */
  readonly rehearse?: StartRehearsal;
  /** The same for tasks. */
  readonly rehearseTasks?: StartTaskRehearsal;
}

export interface LoadPractice {
  (): Promise<StartPractice>;
  /** Practice uses more of this computer than servers of its own, so that it begins when its user joins, and not by itself. */
  readonly whenJoined?: boolean;
}
