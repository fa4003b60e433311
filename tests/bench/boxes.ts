// `npm run bench -- --boxes`: boxes made and started all at once, beside as many containers by the engine's own command line, with the same
// limits and a network and a published port each, in the same rounds. Until each answers at its port. Podman, root, Linux.
//   --count 50         how many
//   --rounds 3
import { execFile, execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { cpus } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { BOX_TIMES } from '../../src-main/backends/workloads/bounds.ts';
import { boxesAt, dockerAt } from '../support/boxes.ts';
import { specOf } from '../support/made-boxes.ts';
import { IMAGE, startPodman } from '../support/podman.ts';
import { atMost, judge } from './aims.ts';
import { median } from './processes.ts';

const { values: flags } = parseArgs({
  options: { count: { type: 'string', default: '50' }, rounds: { type: 'string', default: '3' } },
});
const count = Number(flags.count);
const rounds = Number(flags.rounds);
const print = (line: string) => process.stdout.write(`${line}\n`);
const never = new AbortController().signal;
const AIM = 1.2;
/** Until the last of all answers there are twice as many containers to start: each box has a sidecar. */
const AIM_ALL = 2;
const FIRST_PORT = 21_000;
/** What a computer that makes so many at once is given, in place of what one customer waits for. */
const PATIENT = Object.fromEntries(Object.keys(BOX_TIMES).map((name) => [name, 900_000]));
const serve = ['/bin/busybox', 'sh', '-c', 'while :; do echo here | nc -l -p 8080; done'];

/** Resolves when somebody answers there with a word, and not the engine alone. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const heard = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      const end = (said: boolean) => {
        socket.destroy();
        resolve(said);
      };
      socket.setTimeout(2000, () => end(false));
      socket.once('data', () => end(true));
      socket.once('error', () => end(false));
      socket.once('close', () => end(false));
    });
    if (heard) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Round {
  readonly all: number;
  readonly each: readonly number[];
}

async function timed(one: (n: number) => Promise<void>): Promise<Round> {
  const began = performance.now();
  const each = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await one(n);
      return performance.now() - began;
    }),
  );
  return { all: performance.now() - began, each };
}

const podman = await startPodman();
if ('reason' in podman) {
  print(`Not measured: ${podman.reason}`);
  process.exit(1);
}
try {
  const boxes = (await boxesAt(podman.host))('of-this-bench', PATIENT);
  const image = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
  const run = promisify(execFile);
  const ours = (port: number) =>
    timed(async (n) => {
      const id = `lease-${n}`;
      const ports = [{ host: port + n, box: 8080, protocol: 'tcp' as const }];
      const more = { image, command: serve, cpuMillicores: 100, memoryMiB: 32, diskMiB: 8, pids: 32 };
      await boxes.create(specOf(id, { ...more, ports }), never);
      await boxes.start(id, never);
      await answers(port + n);
    });
  const limits = [
    '--memory=32m',
    '--memory-swap=32m',
    '--cpus=0.1',
    '--pids-limit=32',
    '--cap-drop=ALL',
    '--read-only',
  ];
  const own = ['--url', podman.host, 'run', '-d', '--security-opt=no-new-privileges', ...limits];
  const theirs = (port: number) =>
    timed(async (n) => {
      await run('podman', [...own, '--name', `own-${n}`, '-p', `${port + n}:8080`, IMAGE, ...serve]);
      await answers(port + n);
    });
  // What is made once, such as the image of sidecars, is no part of it.
  await boxes.create(specOf('first', { image }), never);
  await boxes.remove('first', never);
  const rows: { readonly ours: Round; readonly theirs: Round }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const made = await ours(FIRST_PORT);
    await boxes.sweep(new Set(), never);
    const plain = await theirs(FIRST_PORT + count);
    execFileSync('podman', ['--url', podman.host, 'rm', '-af', '-t', '0'], { stdio: 'ignore' });
    rows.push({ ours: made, theirs: plain });
    print(
      `round ${round + 1}: ${(made.all / 1000).toFixed(1)} s, by the command line ${(plain.all / 1000).toFixed(1)} s`,
    );
  }
  print(
    `\n${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${count} at once\n`,
  );
  print(`| create to answering, s | boxes | podman run | ratio | aim |\n|---|---|---|---|---|`);
  const row = (name: string, aim: number, of: (round: Round) => number) => {
    const [a, b] = [median(rows.map((each) => of(each.ours))), median(rows.map((each) => of(each.theirs)))];
    print(`| ${name} | ${(a / 1000).toFixed(2)} | ${(b / 1000).toFixed(2)} | ${(a / b).toFixed(2)} | ${aim} |`);
    return atMost(`create to answering, ${name}, boxes / podman run`, a / b, aim);
  };
  judge([row('p50', AIM, ({ each }) => median(each)), row('all', AIM_ALL, ({ all }) => all)]);
} finally {
  await podman.stop();
}
