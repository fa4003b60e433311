// The thread for what would hold up the event loop: opening sealed tasks, and large bodies. Started by offload.ts; the build keeps
// it as a file of its own beside the entries.

import { parentPort } from 'node:worker_threads';
import { systemRandom } from '../../../base/random.ts';
import { CxKey, CxKeys } from './cx.ts';
import { OffloadJobs } from './offload-jobs.ts';
import { type Answer, type FromThread, type Job, LARGE_JOBS, type ToThread } from './offload-wire.ts';

const port = parentPort;
if (port === null) throw new TypeError('offload-thread runs as a worker thread only');

// The stacks of what is thrown and caught here are never shown, and some of Node's own checks throw for every key.
Error.stackTraceLimit = 0;

let jobs: OffloadJobs | undefined;

port.on('message', (message: ToThread) => {
  if (message.kind === 'keys') use(new CxKeys(message.secrets.map((secret) => CxKey.from(secret))));
  else work(message.jobs);
});

/** Bodies that are held stay. */
function use(keys: CxKeys): void {
  if (jobs) jobs.use(keys);
  else jobs = new OffloadJobs({ random: systemRandom }, keys);
}

/** Small ones are answered together, and before a large one is begun. */
function work(batch: readonly Job[]): void {
  let answers: (Answer | null)[] = [];
  for (const job of batch) {
    if (LARGE_JOBS.has(job.kind) && answers.length > 0) {
      tell(answers);
      answers = [];
    }
    answers.push(run(job));
  }
  tell(answers);
}

/** A job that throws, which is a mistake of ours, takes no other down with it. */
function run(job: Job): Answer | null {
  try {
    return jobs!.run(job);
  } catch {
    return null;
  }
}

function tell(answers: FromThread): void {
  const bodies = answers.flatMap((answer) => {
    if (answer && 'encoded' in answer) return [answer.encoded.buffer];
    return answer && 'bytes' in answer ? [answer.bytes.buffer] : [];
  });
  port?.postMessage(answers, bodies);
}
