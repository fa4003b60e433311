// A program of the user's own that does jobs (docs/runners.md). It is started without a shell, with the arguments that its user has fixed
// and an environment made from nothing; when its job is over it is ended with all that it started.

import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ProgramRunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import type { Clock } from '../../base/clock.ts';
import { toHearthError, toReason } from '../../base/errors.ts';
import type { Piece } from '../containers/frames.ts';
import { installationOf } from '../containers/installation.ts';
import { RUNNER } from './bounds.ts';
import { type ContractDeps, type Job, runByContract, type Worker } from './contract.ts';
import { ProgramMissing, RunnerEnded } from './errors.ts';
import { limitsOf } from './limits.ts';
import { killMarked, signalGroup } from './processes.ts';
import type { Runner } from './runner.ts';

export function programRunner(deps: ContractDeps, setting: ProgramRunnerSetting): Runner {
  const kind = {
    limits: limitsOf(setting),
    places: ({ folder, inputs }: Job) => ({
      inputs: inputs.root ?? folder.inputs,
      outputs: folder.outputs,
      tmp: folder.tmp,
    }),
    start: (job: Job) => start(deps, setting, job),
  };
  return {
    capability: setting.capability,
    run: (context) => runByContract(deps, kind, context),
    check: async () => {
      try {
        await assertRunnable(setting.program);
        return undefined;
      } catch (error) {
        return toReason(toHearthError(error));
      }
    },
  };
}

/** Kills what is left of programs that ran when Hearth itself was ended. How many there were. */
export function killLeftPrograms(clock: Clock, workFolder: string): Promise<number> {
  return killMarked(`${INSTALLATION}=${installationOf(workFolder)}`, clock);
}

const INSTALLATION = 'HEARTH_INSTALLATION';
const JOB = 'HEARTH_JOB';

async function start(deps: ContractDeps, { program, args = [] }: ProgramRunnerSetting, job: Job): Promise<Worker> {
  const { clock, workFolder } = deps;
  job.signal.throwIfAborted();
  await assertRunnable(program);
  const child = spawn(program, args, {
    cwd: job.folder.outputs,
    env: environmentOf(job, installationOf(workFolder)),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with its children.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr } = child;
  const left = async () => {
    if (pid === undefined) return;
    await signalGroup(pid, 'SIGKILL');
    await killMarked(`${JOB}=${job.id}`, clock);
  };
  const over = new AbortController();
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      over.abort();
      reject(new ProgramMissing('not-executable', error));
    });
    child.once('exit', (code, signal) => {
      over.abort();
      left().then(() => (code === 0 ? resolve() : reject(new RunnerEnded({ code, signal }))), reject);
    });
  });
  // A caller that ends it early does not ask how it ended.
  ended.catch(() => undefined);
  return {
    stdin,
    says: [piecesOf('stdout', stdout), piecesOf('stderr', stderr)],
    ended,
    async end() {
      if (pid !== undefined && !over.signal.aborted) {
        await signalGroup(pid, 'SIGTERM');
        await clock.sleep(RUNNER.graceMs, over.signal).catch(() => undefined);
        if (!over.signal.aborted) await left();
      }
      await ended.catch(() => undefined);
    },
    hush() {
      stdout.destroy();
      stderr.destroy();
    },
  };
}

async function* piecesOf(from: Piece['from'], stream: Readable): AsyncIterable<Piece> {
  for await (const bytes of stream) yield { from, bytes: bytes as Buffer };
}

/** Where programs are usually found; a script whose first line asks `env` for Python needs it. */
const PATH =
  process.platform === 'darwin'
    ? '/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'
    : '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';
/** Windows starts little without these. */
const OF_WINDOWS = ['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'Path', 'NUMBER_OF_PROCESSORS'];

/** Nothing of ours but what the system itself needs: our own may hold keys. */
function environmentOf({ id, folder, inputs }: Job, installation: string): NodeJS.ProcessEnv {
  const system =
    process.platform === 'win32'
      ? Object.fromEntries(OF_WINDOWS.map((name) => [name, process.env[name]]))
      : { PATH, LANG: 'C.UTF-8' };
  return {
    ...system,
    HOME: folder.tmp,
    USERPROFILE: folder.tmp,
    TMPDIR: folder.tmp,
    TEMP: folder.tmp,
    TMP: folder.tmp,
    HEARTH_INPUTS: inputs.root ?? folder.inputs,
    HEARTH_OUTPUTS: folder.outputs,
    [INSTALLATION]: installation,
    [JOB]: id,
  };
}

async function assertRunnable(program: string): Promise<void> {
  const found = await stat(program).catch((error: unknown) => {
    throw new ProgramMissing('absent', error);
  });
  if (!found.isFile()) throw new ProgramMissing('not-executable');
  await access(program, constants.X_OK).catch((error: unknown) => {
    throw new ProgramMissing('not-executable', error);
  });
}
