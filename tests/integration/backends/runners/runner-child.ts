// Does one job of a program, and says when that is under way. Started by crash.test.ts, to be killed.
import { programRunner } from '../../../../src-main/backends/runners/program.ts';
import { runnerDeps, testJob } from '../../../support/runners.ts';

const [folder, program] = process.argv.slice(2) as [string, string];
const job = testJob(folder, { 'a.txt': 'first' });
const control = { ...job.context.control, progress: () => void process.stdout.write('there\n') };
await programRunner(runnerDeps(folder), { kind: 'program', capability: '/a/v1', program }).run({
  ...job.context,
  control,
});
