// A process with a part of the node in it, for what strangers say where no running node can be made to listen in a test: it does the
// jobs that it is sent, and answers an echo in between as soon as it can.
import { jobs } from './jobs.ts';

interface Order {
  readonly id: number;
  readonly job: 'echo' | 'under way' | keyof typeof jobs;
  readonly input?: unknown;
}

let underWay = 0;

process.on('message', (order: Order) => {
  if (order.job === 'echo') return void process.send!({ id: order.id });
  if (order.job === 'under way') return void process.send!({ id: order.id, result: underWay });
  underWay += 1;
  const job: (input: never) => Promise<unknown> = jobs[order.job];
  job(order.input as never)
    .then(
      (result) => ({ id: order.id, result }),
      (error: unknown) => ({ id: order.id, failure: error instanceof Error ? codeOf(error) : String(error) }),
    )
    .then((answer) => {
      underWay -= 1;
      process.send!(answer);
    })
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
process.send!({ id: 0 });

/** Updates have it in the reason that the page is told. */
function codeOf(error: Error): string {
  if ('reason' in error && typeof error.reason === 'object') return (error.reason as { code: string }).code;
  return 'code' in error ? String(error.code) : error.name;
}
