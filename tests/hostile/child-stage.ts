// See child.ts. In place of honest tasks there are echoes: what answers them late would answer tasks late as well.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { askOn } from './ask-on.ts';
import type { Stage } from './attack.ts';
import type { jobs } from './jobs.ts';

type Jobs = typeof jobs;

export interface ChildTarget {
  /** For files of the attackers'; gone with the process. */
  readonly folder: string;
  /** Rejects with the code of what it failed with. */
  do<Name extends keyof Jobs>(job: Name, input: Parameters<Jobs[Name]>[0]): ReturnType<Jobs[Name]>;
}

/** An attack's own job may go on this long after it. */
const LATE_MS = 20_000;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: string;
}

/** `honest`: what is done in the same way by honest ones, of about so many bytes. */
export async function childStage(
  honest: (to: ChildTarget, bytes: number) => Promise<unknown>,
): Promise<Stage<ChildTarget>> {
  const child: ChildProcess = fork(new URL('./child.ts', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'hearth-hostile-'));
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', () => {
    for (const [id, answer] of waiting) answer({ id, failure: 'the process ended' });
  });
  await once(child, 'message');
  const alive = () => child.exitCode === null && child.signalCode === null;
  const order = (job: string, input?: unknown): Promise<unknown> => {
    if (!alive()) return Promise.reject(new Error('the process has ended'));
    last += 1;
    const id = last;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.send({ id, job, input });
    return answered.then(({ result, failure }) => {
      if (failure !== undefined) throw new Error(failure);
      return result;
    });
  };
  const target: ChildTarget = { folder, do: order as ChildTarget['do'] };
  const ask = async (): Promise<number | undefined> => {
    const began = performance.now();
    const late = wait(LATE_MS, undefined, { ref: false });
    const answer = order('echo').then(
      () => performance.now() - began,
      () => undefined,
    );
    return Promise.race([answer, late]);
  };
  return {
    target,
    pid: child.pid!,
    get alive() {
      return alive();
    },
    ask,
    askOn: () => askOn(ask),
    async load(bytesASecond, signal) {
      while (bytesASecond > 0 && !signal.aborted) await honest(target, bytesASecond);
    },
    async taken() {
      const jobs = (await order('under way')) as number;
      return jobs === 0 ? [] : [`${jobs} jobs`];
    },
    logged: () => 0,
    async stop() {
      const gone = alive() ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
