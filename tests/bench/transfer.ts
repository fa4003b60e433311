// `npm run bench -- --transfer`: gigabytes down and up through a job, beside curl on the same loopback, disk and server in the same rounds.
//   --gb 5             how many
//   --rounds 2
//   --data FOLDER      where it is written to
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { forgetPeak, peakMiB, residentMiB } from '../hostile/process.ts';
import { atLeast, atMost, judge } from './aims.ts';
import { firstLine, median, start, stop } from './processes.ts';

const { values: flags } = parseArgs({
  options: {
    gb: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    data: { type: 'string', default: tmpdir() },
  },
});
const AIM = { ratio: 0.8, aboveMiB: 60 };
const size = Math.round(Number(flags.gb) * 1e9);
const folder = mkdtempSync(join(flags.data, 'hearth-transfer-'));
const kept = join(folder, 'by-curl');
const print = (line: string) => process.stdout.write(`${line}\n`);
const rate = (ms: number) => size / 1e6 / (ms / 1000);

/** What was written before is on the disk: neither waits for the other's. */
const settled = () => void spawnSync('sync');

function curl(...args: readonly string[]): number {
  settled();
  const began = performance.now();
  const { status } = spawnSync('curl', ['--silent', '--fail', '--noproxy', '*', ...args], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`curl ended with ${status}`);
  return performance.now() - began;
}

const server = start(['tests/bench/transfer-server.ts', String(size)]);
const { url } = JSON.parse(await firstLine(server)) as { url: string };
const job = start(['tests/bench/transfer-job.ts', url, folder, String(size)], 'pipe');
const lines = createInterface({ input: job.stdout! })[Symbol.asyncIterator]();
const heard = async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
try {
  await heard();
  const rest = residentMiB(job.pid!) ?? 0;
  const rows: { down: number; up: number; curlDown: number; curlUp: number; above: number }[] = [];
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    const curlDown = curl('--output', kept, `${url}/data/large`);
    const curlUp = curl('--upload-file', kept, '--output', '/dev/null', `${url}/data`);
    rmSync(kept);
    settled();
    forgetPeak(job.pid!);
    job.stdin!.write('go\n');
    const { kind, downMs, upMs } = await heard();
    if (kind !== 'done') throw new Error(`the job ended: ${String(kind)}`);
    const above = (peakMiB(job.pid!) ?? Number.NaN) - rest;
    rows.push({
      down: rate(Number(downMs)),
      up: rate(Number(upMs)),
      curlDown: rate(curlDown),
      curlUp: rate(curlUp),
      above,
    });
  }
  print(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${flags.gb} GB\n`);
  print(
    `| MB/s | the job | curl | ratio (aim: ${AIM.ratio}) | MiB above rest (aim: ${AIM.aboveMiB}) |\n|---|---|---|---|---|`,
  );
  const of = (pick: (row: (typeof rows)[number]) => number) => median(rows.map(pick));
  const above = Math.max(...rows.map((row) => row.above));
  const row = (name: string, ours: number, theirs: number, ratio: number) => {
    print(`| ${name} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${ratio.toFixed(2)} | ${above.toFixed(0)} |`);
    return atLeast(`${name}, the job / curl`, ratio, AIM.ratio);
  };
  judge([
    row(
      'down',
      of(({ down }) => down),
      of(({ curlDown }) => curlDown),
      of(({ down, curlDown }) => down / curlDown),
    ),
    row(
      'up',
      of(({ up }) => up),
      of(({ curlUp }) => curlUp),
      of(({ up, curlUp }) => up / curlUp),
    ),
    atMost('memory above rest', above, AIM.aboveMiB, 'MiB'),
  ]);
} finally {
  await Promise.all([stop(job), stop(server)]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
