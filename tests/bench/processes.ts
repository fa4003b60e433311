// Starts what is measured as processes of their own, and reads what the kernel says of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figures, Order } from './order.ts';

export { freePort } from '../support/free-port.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

/** Node with a script of ours or a peer's. */
export function start(args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
  return keep(spawn(process.execPath, args, { cwd: ROOT, stdio: [stdin, 'pipe', 'inherit'], env: production() }));
}

/** Any other program, in a folder of its own; what it says is thrown away. */
export function launch(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  return keep(spawn(command, args, { cwd, stdio: 'ignore', env: { ...production(), ...env } }));
}

const production = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_ENV: 'production' });

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

export async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`a process of the benchmark ended with ${code}`);
    }),
  ])) as [string];
  child.stdout!.resume();
  return line;
}

const LISTENS_WITHIN_MS = 15_000;

/** Resolves once a program listens there; false where the program ended or took too long. */
export async function listens(port: number, child: ChildProcess): Promise<boolean> {
  const until = performance.now() + LISTENS_WITHIN_MS;
  while (performance.now() < until && running.has(child)) {
    const socket = connect(port, '127.0.0.1');
    const there = await new Promise<boolean>((settle) => {
      socket.once('connect', () => settle(true)).once('error', () => settle(false));
    });
    socket.destroy();
    if (there) return true;
    await new Promise((later) => setTimeout(later, 50));
  }
  return false;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

export function stopAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A load generator: a process of its own that takes one order after another. */
export class Load {
  readonly #child = start([resolve(import.meta.dirname, 'load.ts')], 'pipe');
  readonly #lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves once what is to be sent is made; `run` then measures. */
  async prepare(order: Order): Promise<void> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    await this.#answer();
  }

  async run(): Promise<Figures> {
    this.#child.stdin!.write('"go"\n');
    return JSON.parse(await this.#answer()) as Figures;
  }

  /** All of them at the same time. */
  async runTogether(orders: readonly Order[]): Promise<readonly Figures[]> {
    this.#child.stdin!.write(`${JSON.stringify(orders)}\n`);
    await this.#answer();
    this.#child.stdin!.write('"go"\n');
    return JSON.parse(await this.#answer()) as readonly Figures[];
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the load generator ended');
    return String(value);
  }

  stop(): Promise<void> {
    this.#child.stdin!.end();
    return stop(this.#child);
  }
}

/** Resident memory in MiB (Linux). */
export function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Milliseconds of one core that each thread of these has used, by the thread's name (Linux, counted in nanoseconds). */
export function threadMs(...pids: readonly number[]): Map<string, number> {
  const used = new Map<string, number>();
  const threads = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`),
  );
  for (const thread of threads) {
    try {
      const name = readFileSync(`${thread}/comm`, 'utf8').trim();
      const [ns] = readFileSync(`${thread}/schedstat`, 'utf8').split(' ');
      used.set(name, (used.get(name) ?? 0) + Number(ns) / 1e6);
    } catch {
      // It ended while we looked.
    }
  }
  return used;
}

export function totalMs(threads: ReadonlyMap<string, number>): number {
  return [...threads.values()].reduce((sum, ms) => sum + ms, 0);
}

/** How long a small write takes to reach the disk, in milliseconds; no durable task can be quicker. */
export function syncMs(file: string): number {
  const handle = openSync(file, 'w');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    const began = performance.now();
    writeSync(handle, page);
    fdatasyncSync(handle);
    return performance.now() - began;
  });
  closeSync(handle);
  return median(times);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
