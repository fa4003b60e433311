// Jobs of the curve as their callers see them: small ones are done here at once, larger ones in a thread, which is started when it is
// first needed and ended when it was long idle. Where there is none, or it has died, they are done here as well.

import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { JobRunner } from './job-runner.ts';
import { type AnswerOf, type BlindingJob, costOf } from './jobs.ts';

/** So many of something, of about a millisecond each, may hold the thread up that serves everything else. */
const SMALL = 12;
/** It takes a good part of a second to start, and holds some 30 MB. */
const IDLE_MS = 10 * 60_000;

/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `blinding-thread${extname(import.meta.filename)}`));

interface Waiter {
  readonly job: BlindingJob;
  readonly resolve: (answer: unknown) => void;
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
  #alone = false;
  #runner: Promise<JobRunner> | undefined;
  #last = 0;
  #cancelRest: (() => void) | undefined;

  /** `thread` is for tests of what happens when it fails. */
  constructor(deps: BlindingDeps, { thread = THREAD }: { readonly thread?: URL } = {}) {
    this.#deps = deps;
    this.#file = thread;
  }

  async do<J extends BlindingJob>(job: J): Promise<AnswerOf<J>> {
    if (this.#alone || costOf(job) <= SMALL) return this.#here(job);
    const answer = new Promise<unknown>((resolve) => {
      this.#last += 1;
      this.#waiting.set(this.#last, { job, resolve });
      this.#started().postMessage({ id: this.#last, job });
    });
    return answer as Promise<AnswerOf<J>>;
  }

  /** What is under way is done here, and so is what comes now. */
  async stop(): Promise<void> {
    this.#alone = true;
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
      this.#alone = true;
      void this.#end();
    });
    this.#thread = thread;
    return thread;
  }

  #answered({ id, answer, failed }: FromThread): void {
    const waiter = this.#waiting.get(id);
    if (!this.#waiting.delete(id)) return;
    if (failed) waiter!.resolve(this.#here(waiter!.job));
    else waiter!.resolve(answer);
    if (this.#waiting.size === 0) this.#cancelRest ??= this.#deps.clock.after(IDLE_MS, () => void this.#end());
  }

  async #end(): Promise<void> {
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { job, resolve } of left) resolve(this.#here(job));
    await thread?.terminate();
  }

  async #here<J extends BlindingJob>(job: J): Promise<AnswerOf<J>> {
    this.#runner ??= import('./job-runner.ts').then(({ JobRunner }) => new JobRunner());
    return (await this.#runner).run(job);
  }
}
