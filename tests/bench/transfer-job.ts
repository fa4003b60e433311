// One job that loads an input and stores it again, as the node does it: `ready` on a line, then for each line that comes the milliseconds
// of its download and its upload. Arguments: the address of the domain server, a folder, and the size.
import { createInterface } from 'node:readline';
import { Runners } from '../../src-main/backends/runners/runner.ts';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { readHeartbeat, readLease } from '../../src-main/networks/posemesh/dms/lease.ts';
import { Http } from '../../src-main/networks/posemesh/http.ts';
import { LeasedJob } from '../../src-main/networks/posemesh/jobs/leased-job.ts';

const [url, scratchFolder, size] = process.argv.slice(2) as [string, string, string];
const CAPABILITY = '/bench/transfer/v1';
const DOMAIN = '44444444-4444-4444-8444-444444444444';
const say = (word: object) => void process.stdout.write(`${JSON.stringify(word)}\n`);
const nothing = () => Promise.resolve();

async function once(http: Http): Promise<void> {
  const times: number[] = [];
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const done = await work;
    times.push(performance.now() - began);
    return done;
  };
  const lease = {
    access_token: 'token',
    domain_id: DOMAIN,
    domain_server_url: url,
    task: { id: '11111111-1111-4111-8111-111111111111', capability: CAPABILITY, inputs_cids: ['large'] },
  };
  const job = new LeasedJob(
    readLease(lease),
    {
      clock,
      random,
      logger,
      http,
      scratchFolder,
      dms: { heartbeat: () => Promise.resolve(readHeartbeat({})), complete: nothing, fail: nothing },
      runners: new Runners([
        {
          capability: CAPABILITY,
          async run({ input, output }) {
            const { path } = await timed(input.materialize('large'));
            await timed(output.put('large.bin', { file: path }));
          },
        },
      ]),
      changed: () => {},
      completing: nothing,
    },
    {
      wire: 'current',
      heartbeat: { minRatio: 0.25, maxRatio: 0.35, retry: false, gatherMs: 0 },
      receiptRetries: 0,
      clientId: 'bench',
      downloadStyle: 'auto',
      foreign: false,
      partsFrom: 8 * 1024 * 1024,
      diskBytes: Number(size) + 1024,
    },
  );
  const { kind } = await job.run();
  say({ kind, downMs: times[0], upMs: times[1] });
}

const http = new Http({ idleMs: 60_000 });
say({ ready: true });
for await (const _ of createInterface({ input: process.stdin })) await once(http);
await http.close();
