// One job after the contract of docs/runners.md, whatever it is that runs: inputs to disk, the document on its standard input, what it says
// heard, what it leaves uploaded. When it resolves or rejects, nothing of it is alive and its folder is gone.

import type { Writable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Piece } from '../containers/frames.ts';
import { documentOf, type Inputs, materialise, type Places } from './document.ts';
import { TimeOver } from './errors.ts';
import { JobFolder } from './job-folder.ts';
import type { RunnerLimits } from './limits.ts';
import { resultsIn } from './results.ts';
import type { RunnerContext, RunnerJob } from './runner.ts';
import { Talk } from './talk.ts';

export interface ContractDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** For the folders of jobs. What begins with `runner-` in there is ours. */
  readonly workFolder: string;
  /** What a runner has logged, when its job is over: for its user alone, since it may hold anything. */
  readonly logged?: (job: RunnerJob, lines: readonly string[]) => void;
}

/** Something that does a job and has been started. */
export interface Worker {
  readonly stdin: Writable;
  readonly says: readonly AsyncIterable<Piece>[];
  /** Resolves when it has done its work; rejects with why it has not. Nothing that it started is alive then. */
  readonly ended: Promise<void>;
  /** Asks it to end, and ends it after a while. Resolves when nothing of it is left; may be called at any time. */
  end(): Promise<void>;
  /** Nothing more that it says is read. */
  hush(): void;
}

export interface Job {
  /** Made for this job alone, and in the names of all that belongs to it. */
  readonly id: string;
  readonly folder: JobFolder;
  readonly inputs: Inputs;
  readonly signal: AbortSignal;
}

export interface Kind {
  readonly limits: RunnerLimits;
  places(job: Job): Places;
  /** Of the paths that it sees. */
  readonly slash?: string;
  start(job: Job): Promise<Worker>;
}

/** How long its last words may take to be read when it is gone; what holds the other end open then is not of it. */
const LAST_WORDS_MS = 5000;

export async function runByContract(deps: ContractDeps, kind: Kind, context: RunnerContext): Promise<void> {
  const { clock, random, workFolder } = deps;
  const { job, input, output, control } = context;
  control.signal.throwIfAborted();
  const id = random.id();
  const folder = await JobFolder.make(workFolder, id);
  try {
    const inputs = await materialise(job.inputs, input, control.signal);
    const stop = new AbortController();
    const signal = AbortSignal.any([control.signal, stop.signal]);
    const cancelTimer = clock.after(kind.limits.timeMs, () => stop.abort(new TimeOver()));
    try {
      await work(deps, kind, context, { id, folder, inputs, signal }, stop);
    } catch (error) {
      if (!signal.aborted) throw error;
      // Why it was to end counts for more than what came of ending it.
      if (error !== signal.reason) deps.logger.warn('a runner was not ended without trouble', { error });
      throw signal.reason;
    } finally {
      cancelTimer();
      stop.abort();
    }
    // What was written since the last look, or too quickly for one.
    await folder.measure(kind.limits.outputBytes);
    for (const { relativePath, file } of await resultsIn(folder.outputs, kind.limits.outputFiles)) {
      control.signal.throwIfAborted();
      await output.put(relativePath, { file });
    }
  } finally {
    await folder.remove().catch((error: unknown) => {
      deps.logger.error('the folder of a job could not be removed', { folder: folder.root, error });
    });
  }
}

async function work(deps: ContractDeps, kind: Kind, context: RunnerContext, job: Job, stop: AbortController) {
  const { clock } = deps;
  const document = documentOf(context.job, job.inputs, kind.places(job), kind.slash);
  const worker = await kind.start(job);
  const talk = new Talk({ clock, control: context.control });
  const hurry = new AbortController();
  const heard = Promise.all(worker.says.map((pieces) => talk.hear(pieces, hurry.signal)));
  try {
    // One that does not read what it is given may still do its work.
    worker.stdin.on('error', () => undefined);
    worker.stdin.end(document);
    job.folder.watch(clock, kind.limits.outputBytes, job.signal).catch((error: unknown) => stop.abort(error));
    await Promise.race([worker.ended, rejectedBy(job.signal)]);
    job.signal.throwIfAborted();
  } finally {
    hurry.abort();
    await worker.end();
    const cancelTimer = clock.after(LAST_WORDS_MS, () => worker.hush());
    await heard;
    cancelTimer();
    talk.end();
    deps.logged?.(context.job, talk.log.lines());
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
