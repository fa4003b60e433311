// `npm run bench -- --bombs`: whether the computer stays usable for its owner while a stranger's box does its worst. A task of the owner's takes
// a fixed amount of the processor, as a model server's does; it is timed alone and beside each bomb, in the same rounds. Podman, root, Linux.
//   --rounds 3
//   --tasks 12         a bomb and round
import { fork } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { toolboxImage } from '../../src-main/backends/workloads/toolbox.ts';
import { runner } from '../../src-main/base/run.ts';
import { boxesAt, dockerAt } from '../support/boxes.ts';
import { specOf } from '../support/made-boxes.ts';
import { IMAGE, startPodman } from '../support/podman.ts';
import { median } from './processes.ts';

const AIM = 2;
/** About a third of a second. */
const WORK = 400_000;

if (process.send) {
  // The owner's server: one answer at a time, each the same work.
  process.on('message', () => {
    pbkdf2Sync('task', 'salt', WORK, 32, 'sha256');
    process.send?.('done');
  });
} else await main();

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, tasks: { type: 'string', default: '12' } },
  });
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const never = new AbortController().signal;
  const podman = await startPodman();
  if ('reason' in podman) {
    print(`Not measured: ${podman.reason}`);
    process.exitCode = 1;
    return;
  }
  const server = fork(import.meta.filename, { execArgv: [] });
  try {
    const boxes = (await boxesAt(podman.host))('of-this-bench', {}, 20);
    const busybox = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
    const toolbox = await toolboxImage({ run: runner(process.env) }, dockerAt(podman.host), never);
    const timed = async (): Promise<number> => {
      const each: number[] = [];
      for (let n = 0; n < Number(flags.tasks); n += 1) {
        const began = performance.now();
        server.send('task');
        await once(server, 'message');
        each.push(performance.now() - began);
      }
      return median(each);
    };
    const sh = (text: string) => ({ image: busybox, command: ['/bin/sh', '-c', text] });
    const bash = (text: string) => ({ image: toolbox, command: ['bash', '-c', text] });
    // Each has half of the cores that there are, as somebody who lends a good part of a computer would give.
    const bombs: Readonly<Record<string, { image: string; command: string[] }>> = {
      'loops in forty processes': sh('i=0; while [ $i -lt 40 ]; do while :; do :; done & i=$((i+1)); done; wait'),
      'a fork bomb': sh('while :; do i=0; while [ $i -lt 200 ]; do sleep 1 & i=$((i+1)); done 2>/dev/null; wait; done'),
      'a memory bomb': sh('while :; do tail -c 500000000 /dev/zero >/dev/null; done'),
      'filling its disk': sh('while :; do dd if=/dev/zero of=/data/x bs=1M 2>/dev/null; rm -f /data/x; done'),
      'files without end': sh(
        'cd /data; while :; do i=0; while [ $i -lt 9999 ]; do : >$i || break; i=$((i+1)); done; rm -f *; done 2>/dev/null',
      ),
      'connections without end': bash(
        'while :; do for ((i = 0; i < 60000; i++)); do exec 3>/dev/udp/9.9.$((i / 250))/$((4000 + i % 250)) && printf x >&3; done; done 2>/dev/null',
      ),
    };
    const ratios = new Map<string, number[]>(Object.keys(bombs).map((name) => [name, []]));
    await timed();
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      for (const [name, bomb] of Object.entries(bombs)) {
        const alone = await timed();
        const id = 'bomb';
        await boxes.create(
          specOf(id, {
            ...bomb,
            cpuMillicores: cpus().length * 500,
            memoryMiB: 128,
            diskMiB: 32,
            pids: 128,
            dataPath: '/data',
          }),
          never,
        );
        await boxes.start(id, never);
        const beside = await timed();
        await boxes.remove(id, never);
        ratios.get(name)!.push(beside / alone);
      }
    }
    print(`\n${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}\n`);
    print(`| a task of the owner’s beside | times its usual time (aim: ${AIM}) |\n|---|---|`);
    for (const [name, all] of ratios)
      print(
        `| ${name} | ${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}) |`,
      );
    const missed = [...ratios].filter(([, all]) => median(all) > AIM);
    for (const [name] of missed) print(`\nmissed: ${name}`);
    if (missed.length > 0) process.exitCode = 1;
  } finally {
    server.kill();
    await podman.stop();
  }
}
