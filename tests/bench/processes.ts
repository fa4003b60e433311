// Starts what is measured as processes of their own, and reads what the kernel says of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figures, Order } from './load.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

export function start(args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: [stdin, 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
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

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

export function stopAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** One load generator for all that is measured. */
export class Load {
  readonly #child = start([resolve(import.meta.dirname, 'load.ts')], 'pipe');
  readonly #lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();

  async run(order: Order): Promise<Figures> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    const { value } = await this.#lines.next();
    return JSON.parse(String(value)) as Figures;
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

/** Seconds of one core used so far, by all threads (Linux; the kernel counts in hundredths). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
