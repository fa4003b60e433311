// Python packages that tests use as counterparts, in an environment of their own. Where there is no Python or no package
// index the answer is why, so that a test can skip and say so.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/counterparts');
const WINDOWS = process.platform === 'win32';
/** Where an environment has its interpreter. */
const PYTHON = WINDOWS ? 'Scripts/python.exe' : 'bin/python';
/** For making the environment and for installing, each. */
const MOST_MS = 60_000;

export type PythonPackages = { readonly python: string; readonly reason?: undefined } | { readonly reason: string };

/** Finds or makes an environment with exactly these requirements, e.g. `iicp-client==0.7.109`. `HEARTH_COUNTERPARTS=off` forbids. */
export async function pythonPackages(name: string, requirements: readonly string[]): Promise<PythonPackages> {
  if (process.env.HEARTH_COUNTERPARTS === 'off') return { reason: 'HEARTH_COUNTERPARTS is off' };
  const folder = join(CACHE, name);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { python: join(folder, PYTHON) };
  // Files of tests run side by side and may want the same: each makes its own, and it gets its name when it is whole.
  const own = `${folder}.${process.pid}`;
  try {
    const reason = await install(own, requirements);
    if (reason !== undefined) return { reason };
    // Half of one may be left from a run that was ended; one that is whole came from beside us.
    if (!existsSync(complete)) rmSync(folder, { recursive: true, force: true });
    try {
      renameSync(own, folder);
    } catch (error) {
      if (!existsSync(complete)) throw error;
    }
    return { python: join(folder, PYTHON) };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Undefined when the folder has them all, else why not. */
async function install(folder: string, requirements: readonly string[]): Promise<string | undefined> {
  mkdirSync(CACHE, { recursive: true });
  const made = await run(WINDOWS ? 'python' : 'python3', ['-m', 'venv', folder]);
  if (made !== undefined) return `no Python that can make an environment: ${made}`;
  console.info(`installing ${requirements.join(', ')} in ${folder}`);
  const quick = ['--only-binary', ':all:', '--retries', '1', '--timeout', '10', '--disable-pip-version-check'];
  const installed = await run(join(folder, PYTHON), ['-m', 'pip', 'install', '--quiet', ...quick, ...requirements]);
  if (installed !== undefined) return `the packages can't be installed: ${installed}`;
  writeFileSync(join(folder, 'complete'), `${requirements.join('\n')}\n`);
  return undefined;
}

/** Undefined when it worked, else the last line it complained with. */
async function run(command: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: MOST_MS, killSignal: 'SIGKILL' });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code === 0) return undefined;
    return signal ? `not done after ${MOST_MS} ms` : complaint.trim().split('\n').at(-1) || `it ended with ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'it can’t be run';
  }
}
