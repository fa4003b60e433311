// What an attack is, and what a surface is: the attacks that a stranger can make there, and what they are made on.
import type { Attacker } from './attacker.ts';

export interface Attack<Target> {
  readonly name: string;
  /** Rows of the bounds tables that it runs into, as `surface: row`. */
  readonly exercises?: readonly string[];
  /** What it must have met at least once, as it told `attacker.met`; otherwise it went past what it was to attack. */
  readonly meets?: readonly string[];
  /** What it must not meet. */
  readonly avoids?: readonly string[];
  /** How long it goes on in the long form, where that is not the usual time. */
  readonly longMs?: number;
  /** Goes on until `attacker.signal` is aborted, or ends by itself. */
  run(target: Target, attacker: Attacker): Promise<void>;
}

/** What stands under attack: the built node, or a process with a part of it. */
export interface Stage<Target> {
  readonly target: Target;
  readonly pid: number;
  readonly alive: boolean;
  /** What an honest one asks in the meantime: each answer's milliseconds, undefined for one that failed. */
  ask(): Promise<number | undefined>;
  /** Asks every few milliseconds, in a thread of its own where it can, until the returned function is called. */
  askOn(): () => Promise<readonly (number | undefined)[]>;
  /** As many bytes a second from honest ones, until aborted. */
  load(bytesASecond: number, signal: AbortSignal): Promise<void>;
  /** What is still taken of what it has to give: words such as `2 slots`. */
  taken(): Promise<readonly string[]>;
  /** Bytes of its log. */
  logged(): number;
  stop(): Promise<void>;
}

export interface Surface<Target = unknown> {
  readonly name: string;
  readonly attacks: readonly Attack<Target>[];
  /** A fresh one; attacks share it until one of them does harm. */
  stage(): Promise<Stage<Target>>;
}
