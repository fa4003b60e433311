// A little posemesh as a process of its own:
//   node src-main/practice/posemesh/main.ts [--host 127.0.0.1]
// Prints its three addresses as a line of JSON once it listens, and obeys lines of JSON on stdin, each answered with one line:
//   {"order": {"capability": "/examples/hello/v1", "input"?: "text"}}   a job, with that text as its input; answers its task
//   {"state": true}                                                     every job, and the text of each result
// Exit code 2: the arguments make no sense.

import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { systemClock as clock } from '../../base/clock.ts';
import { systemRandom as random } from '../../base/random.ts';
import { type PracticeMesh, startPracticeMesh } from './index.ts';

interface Asked {
  readonly order?: { readonly capability: string; readonly input?: string };
  readonly state?: boolean;
}

const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const MOST_SHOWN = 4096;

function obey({ dds, dms, domain }: PracticeMesh, line: string): unknown {
  let asked: Asked;
  try {
    asked = JSON.parse(line) as Asked;
  } catch {
    return { error: 'not JSON' };
  }
  if (asked.order) {
    const { capability, input } = asked.order;
    const inputs = input === undefined ? [] : [domain.cidOf(domain.put('practice', 'txt', Buffer.from(input)))];
    const { taskId } = dms.order({ capability, domainId: domain.domainId, domainUrl: domain.url, inputs });
    return { taskId };
  }
  if (!asked.state) return { error: 'say {order} or {state}' };
  return {
    nodes: dds.nodes(),
    jobs: dms.jobs.map(({ taskId, state, attempts, reports, heartbeats }) => ({
      taskId,
      state,
      attempts,
      heartbeats: heartbeats.length,
      reports: reports.map(({ kind, status }) => ({ kind, status })),
    })),
    data: domain.data.map(({ name, size, bytes }) => ({ name, size, text: bytes?.toString('utf8', 0, MOST_SHOWN) })),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { host: { type: 'string', default: '127.0.0.1' } } });
  const where = { host: values.host };
  const mesh = await startPracticeMesh({ clock, random }, { dds: where, dms: where, domain: where });
  const end = () => void mesh.stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => print(obey(mesh, line)));
  print({ dds: mesh.dds.url, dms: mesh.dms.baseUrl, domain: mesh.domain.url });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 2;
});
