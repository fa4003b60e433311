// The practice servers as processes of their own, as `src-main/practice/iicp/main.ts` runs them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../src-main/practice/iicp/main.ts');

/** Starts `directory` or `model` and answers the URL that it prints; ends with the test. */
export async function practiceServer(...args: readonly string[]): Promise<string> {
  const { url } = await practiceProcess(...args).heard();
  return url as string;
}

/** Any of them, to be talked to by lines of JSON; ends with the test. */
export function practiceProcess(...args: readonly string[]) {
  const child = started(args);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    child,
    /** The next line that it prints. */
    async heard(): Promise<Record<string, unknown>> {
      const { value, done } = await lines.next();
      if (done) throw new Error('it ended and said no more');
      return JSON.parse(value) as Record<string, unknown>;
    },
    tell: (order: unknown): void => void child.stdin!.write(`${JSON.stringify(order)}\n`),
    code: once(child, 'exit').then(([code]) => code as number | null),
  };
}

/** One call of the practice consumer: its exit code and the line that it printed. */
export async function practiceCall(...args: readonly string[]) {
  const child = started(['consumer', '--once', ...args]);
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, line: JSON.parse(text) as Record<string, unknown> };
}

function started(args: readonly string[]): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  return child;
}
