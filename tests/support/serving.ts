// A node as a process of its own, to be killed without warning.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CLI } from './cli.ts';
import { until } from './wait.ts';

/** In place of the user's own list of data folders, for all nodes that these tests start. */
const CONFIG = mkdtempSync(join(tmpdir(), 'hearth-config-'));
process.on('exit', () => rmSync(CONFIG, { recursive: true, force: true }));

export interface ServingNode {
  readonly process: ChildProcess;
  readonly url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Runs the `hearth` command; answers its exit code and what it printed. */
export async function hearth(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...environment(), ...env },
  });
  const said = listen(child);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout: said.stdout(), stderr: said.stderr() };
}

/** `hearth serve --headless`, once its task server answers. `wrap` goes in front, e.g. a tracer. */
export async function serving(dataDir: string, port: number, wrap: readonly string[] = []): Promise<ServingNode> {
  const command = [...wrap, process.execPath, CLI, 'serve', '--headless', '--data', dataDir, '--log-level', 'warn'];
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], env: environment() });
  let complaint = '';
  child.stderr!.on('data', (chunk) => {
    complaint += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the node to serve', async () => {
    if (child.exitCode !== null) throw new Error(`the node ended: ${complaint}`);
    const health = await fetch(`${url}/iicp/health`)
      .then((reply) => reply.json())
      .catch(() => undefined);
    return (health as { models?: string[] } | undefined)?.models?.length;
  });
  return {
    process: child,
    url,
    async kill(signal) {
      const gone = once(child, 'exit');
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Not to the wrapper: a tracer holds signals back from what it traces.
      const { pid } = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { pid: number };
      process.kill(pid, signal);
      await gone;
    },
  };
}

export interface Launched {
  readonly process: ChildProcess;
  /** Its exit code, once it has ended and said all. */
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/**
 * `hearth serve` with these flags, once it says that it runs; killed with the test if it still does. `inside`: what goes in front, such as
 * what enters a network namespace and becomes the node.
 */
export async function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { open = false, inside = [] }: { readonly open?: boolean; readonly inside?: readonly string[] } = {},
): Promise<Launched> {
  const words = [...inside, process.execPath, CLI, 'serve', ...(open ? [] : ['--no-open']), ...args];
  const child = spawn(words[0]!, words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment(), ...env },
  });
  const said = listen(child);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await until(
    'the node to say that it runs',
    () => {
      if (child.exitCode !== null) throw new Error(`the node ended: ${said.stderr()}`);
      return said.stdout().includes('Hearth is running');
    },
    120_000,
  );
  return { process: child, ended, ...said };
}

/** What a process has written so far. */
function listen(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return { stdout: () => stdout, stderr: () => stderr };
}

function environment() {
  const { HEARTH_HOME: _, HEARTH_PASSPHRASE_FILE: __, NODE_OPTIONS: ___, ...rest } = process.env;
  // Tests run on laptops too, on battery and on the train.
  return { ...rest, NO_COLOR: '1', HEARTH_SENSORS: 'none', HEARTH_REACHABILITY: 'none', HEARTH_CONFIG: CONFIG };
}
