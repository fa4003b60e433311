// The way out: what runs may finish, and nothing is kept from quitting. Knows nothing of Electron; its test is a sequence.

import type { Clock } from '../../base/clock.ts';
import { assertNever } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { StopOptions } from '../../engine/engine.ts';

export interface QuitDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tasks that run now. */
  readonly running: () => number;
  /** Called when that may have changed. Returns its off. */
  readonly onChange: (listener: () => void) => () => void;
  /** Takes nothing new any more. */
  readonly drain: () => void;
  /** Never rejects. */
  readonly stop: (how: StopOptions) => Promise<void>;
  readonly ask: (what: 'quit' | 'waiting') => Promise<'finish' | 'now' | 'cancel'>;
  /** Everything has stopped: the process may go. */
  readonly end: () => void;
}

/**
 * Asking: before anything was decided. Finishing: nothing new is taken, running tasks end in their own time. Stopping: there
 * is no choice any more.
 */
type Phase = 'serving' | 'asking' | 'finishing' | 'stopping' | 'ended';

/** Systems kill what takes longer to end: logind after 5 s by default, Windows after 5 s, macOS after some more. */
const SHUTDOWN_MS = 4500;
/** Of which running tasks may have this much; the rest is for telling the networks and closing the database. */
const SHUTDOWN_DRAIN_MS = 1500;
/** Networks are left as their settings say. A computer that goes down, or an update, keeps this node's place there. */
const BY_USER: StopOptions = { departure: 'stop' };

export class Quit {
  readonly #deps: QuitDeps;
  #phase: Phase = 'serving';
  #asking = false;
  /** Ends the waiting for the last task. */
  #wake: (() => void) | undefined;
  #cancelShutdown: (() => void) | undefined;

  constructor(deps: QuitDeps) {
    this.#deps = deps;
  }

  /** Whether the process may go. */
  get ended(): boolean {
    return this.#phase === 'ended';
  }

  get underWay(): boolean {
    return this.#phase === 'finishing' || this.#phase === 'stopping' || this.#phase === 'ended';
  }

  get #finishing(): boolean {
    return this.#phase === 'finishing';
  }

  /** Quits at once where nothing runs, else asks. May be called again at any time. */
  async request(): Promise<void> {
    switch (this.#phase) {
      case 'serving':
        if (this.#deps.running() === 0) return this.#stop(BY_USER);
        this.#phase = 'asking';
        return this.#decide('quit');
      case 'finishing':
        return this.#decide('waiting');
      case 'asking':
      case 'stopping':
      case 'ended':
        return;
      default:
        return assertNever(this.#phase);
    }
  }

  /** The system goes down, or the user: within the time that systems give. */
  async shutdown(): Promise<void> {
    if (this.#phase === 'ended' || this.#cancelShutdown) return;
    const { clock, logger } = this.#deps;
    // Also where it has been stopping for a while, in a time that was good enough then.
    this.#cancelShutdown = clock.after(SHUTDOWN_MS, () => {
      logger.warn('the system goes down before everything has stopped');
      this.#end();
    });
    await this.#stop({ departure: 'restart', drainMs: SHUTDOWN_DRAIN_MS });
  }

  /**
   * For an update: takes nothing new, lets what runs finish, and stops, but leaves the end of the process to the caller.
   * False where something else was faster, such as the system going down.
   */
  async finish(): Promise<boolean> {
    if (this.#phase === 'stopping' || this.#phase === 'ended') return false;
    this.#beginFinishing();
    await this.#idle();
    if (!this.#finishing) return false;
    this.#phase = 'stopping';
    await this.#deps.stop({ departure: 'restart' });
    // A call of the getter: meanwhile the system may have gone down.
    if (this.ended) return false;
    this.#phase = 'ended';
    this.#cancelShutdown?.();
    return true;
  }

  async #decide(what: 'quit' | 'waiting'): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const answer = await this.#deps.ask(what).finally(() => {
      this.#asking = false;
    });
    // Meanwhile the system may have gone down, or the last task may have ended.
    if (this.#phase !== 'asking' && !this.#finishing) return;
    if (answer === 'now') return this.#stop({ ...BY_USER, drainMs: 0 });
    if (answer === 'cancel') {
      if (this.#phase === 'asking') this.#phase = 'serving';
      return;
    }
    if (this.#finishing) return;
    this.#beginFinishing();
    await this.#idle();
    if (this.#finishing) await this.#stop(BY_USER);
  }

  #beginFinishing(): void {
    this.#phase = 'finishing';
    this.#deps.drain();
  }

  /** Until nothing runs, or it does not matter any more. */
  #idle(): Promise<void> {
    return new Promise((resolve) => {
      const off = this.#deps.onChange(() => look());
      const wake = () => {
        off();
        resolve();
      };
      const look = () => {
        if (this.#deps.running() === 0) wake();
      };
      this.#wake = wake;
      look();
    });
  }

  async #stop(how: StopOptions): Promise<void> {
    if (this.#phase === 'stopping' || this.#phase === 'ended') return;
    this.#phase = 'stopping';
    this.#wake?.();
    await this.#deps.stop(how);
    this.#end();
  }

  #end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#cancelShutdown?.();
    this.#deps.end();
  }
}
