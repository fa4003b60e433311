// Makes a box, starts, stops and removes it, and says how many moments that had: each request to the engine has one when it is asked and
// one when it is answered. At the moment `killAt` it is gone without a word. Started by killed.test.ts.
import { subscribe } from 'node:diagnostics_channel';
import { boxesAt } from '../../../support/boxes.ts';

const [host, image, port, killAt] = process.argv.slice(2) as [string, string, string, string];
const boxes = (await boxesAt(host))();
const signal = new AbortController().signal;

let moments = 0;
function moment(): void {
  moments += 1;
  if (moments === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}
for (const name of ['http.client.request.start', 'http.client.response.finish']) subscribe(name, moment);

await boxes.create(
  {
    id: 'lease-1',
    image,
    command: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'],
    env: {},
    cpuMillicores: 500,
    memoryMiB: 32,
    diskMiB: 8,
    pids: 16,
    ports: [{ host: Number(port), box: 80, protocol: 'tcp' }],
    network: 'internet',
    dataPath: '/data',
    readOnlyRoot: true,
  },
  signal,
);
await boxes.start('lease-1', signal);
await boxes.stop('lease-1', signal);
await boxes.remove('lease-1', signal);
process.stdout.write(`${moments}`, () => process.exit());
