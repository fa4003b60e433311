// Asks a program of the system and takes its answer, bounded in time and size. Programs are named, never built from text.

import { execFile } from 'node:child_process';

export type Answered =
  | { readonly kind: 'done'; readonly text: string }
  /** There is no such program. */
  | { readonly kind: 'missing' }
  /** It failed, said too much, or took too long. */
  | { readonly kind: 'failed' };

export type Run = (program: string, args: readonly string[], signal: AbortSignal) => Promise<Answered>;

const MOST_BYTES = 1024 * 1024;

/** `env` in place of this process's own, for programs that find their partner through it. */
export function runner(env: NodeJS.ProcessEnv): Run {
  return (program, args, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve({ kind: 'failed' });
      const options = {
        env: { ...env, LC_ALL: 'C' },
        killSignal: 'SIGKILL',
        maxBuffer: MOST_BYTES,
        windowsHide: true,
        encoding: 'utf8',
      } as const;
      // Not by the option of that name: it asks politely, and what hangs may not hear.
      const end = () => child.kill('SIGKILL');
      signal.addEventListener('abort', end, { once: true });
      const child = execFile(program, args, options, (error, stdout) => {
        signal.removeEventListener('abort', end);
        if (!error) resolve({ kind: 'done', text: stdout });
        else resolve({ kind: error.code === 'ENOENT' ? 'missing' : 'failed' });
      });
    });
}
