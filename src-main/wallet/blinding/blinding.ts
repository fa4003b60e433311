// Jobs of the curve as their callers see them: small ones are done here at once, larger ones in a thread, which is started when it is
// first needed and ended when it was long idle. Where there is none, or it has died, they are done here as well.

import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type AnswerOf, type BlindingJob, costOf, run } from './jobs.ts';

/** So many steps, of about a millisecond, may hold the thread up that serves everything else. */
const SMALL = 12;
/** It takes a good part of a second to start, and holds some 30 MB. */
const IDLE_MS = 10 * 60_000;

/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `blinding-thread${extname(import.meta.filename)}`));

interface Waiter {
  readonly job: BlindingJob;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}
type FromThread = { readonly id: number; readonly answer?: unknown; readonly failed?: true };

export interface BlindingDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: Logger;
}

export class Blinding {
  readonly #deps: BlindingDeps;
  readonly #file: URL;
  readonly #waiting = new Map<number, Waiter>();
  #thread: Worker | undefined;
  #broken = false;
  #last = 0;
  #cancelRest: (() => void) | undefined;

  /** `thread` is for tests of what happens when it fails. */
  constructor(deps: BlindingDeps, { thread = THREAD }: { readonly thread?: URL } = {}) {
    this.#deps = deps;
    this.#file = thread;
  }

  async do<J extends BlindingJob>(job: J): Promise<AnswerOf<J>> {
    if (this.#broken || costOf(job) <= SMALL) return run(job);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#last += 1;
      this.#waiting.set(this.#last, { job, resolve, reject });
      this.#started().postMessage({ id: this.#last, job });
    });
    return answer as Promise<AnswerOf<J>>;
  }

  /** What is under way is done here. */
  async stop(): Promise<void> {
    await this.#end();
  }

  #started(): Worker {
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.#file);
    // A program that has nothing else to do may end.
    thread.unref();
    thread.on('message', (message: FromThread) => this.#answered(message));
    thread.on('error', (error) => {
      this.#deps.logger.warn('the thread for signatures has died: they are checked without it', { error });
      this.#broken = true;
      void this.#end();
    });
    this.#thread = thread;
    return thread;
  }

  #answered({ id, answer, failed }: FromThread): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiter && failed) this.#here(waiter);
    else waiter?.resolve(answer);
    if (this.#waiting.size === 0) this.#cancelRest ??= this.#deps.clock.after(IDLE_MS, () => void this.#end());
  }

  async #end(): Promise<void> {
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiter of left) this.#here(waiter);
    await thread?.terminate();
  }

  #here({ job, resolve, reject }: Waiter): void {
    try {
      resolve(run(job));
    } catch (error) {
      reject(error);
    }
  }
}
