// The thread for jobs of the curve that would hold up the event loop. Started by blinding.ts; the build keeps it as a file of its own
// beside the entries.

import { parentPort } from 'node:worker_threads';
import { JobRunner } from './job-runner.ts';
import type { BlindingJob } from './jobs.ts';

const port = parentPort;
if (port === null) throw new TypeError('blinding-thread runs as a worker thread only');

const runner = new JobRunner();

port.on('message', ({ id, job }: { readonly id: number; readonly job: BlindingJob }) => {
  try {
    port.postMessage({ id, answer: runner.run(job) });
  } catch {
    // A mistake of ours: the job is done once more by blinding.ts, and throws where it can be seen.
    port.postMessage({ id, failed: true });
  }
});
