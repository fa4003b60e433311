// The servers of a little posemesh in a process of their own, as `src-main/practice/posemesh/main.ts` runs them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = resolve(import.meta.dirname, '../../src-main/practice/posemesh/main.ts');

export interface MeshState {
  readonly nodes: readonly { readonly address: string; readonly capabilities: readonly string[] }[];
  readonly jobs: readonly {
    readonly taskId: string;
    readonly state: string;
    readonly attempts: number;
    readonly heartbeats: number;
    readonly reports: readonly { readonly kind: string; readonly status: number }[];
  }[];
  readonly data: readonly { readonly name: string; readonly size: number; readonly text?: string }[];
}

export interface MeshProcess {
  readonly dds: string;
  readonly dms: string;
  /** The task that came of it. */
  order(capability: string, input?: string): Promise<string>;
  state(): Promise<MeshState>;
  stop(): Promise<void>;
}

export async function startMeshProcess(): Promise<MeshProcess> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function heard<T>(): Promise<T> {
    const { value, done } = await lines.next();
    if (done) throw new Error('the servers ended and said no more');
    return JSON.parse(value) as T;
  }
  // One question at a time: answers come in the order of the questions.
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(question: object): Promise<T> => {
    const answer = last.then(() => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return heard<T>();
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  const { dds, dms } = await heard<{ dds: string; dms: string }>();
  return {
    dds,
    dms,
    order: async (capability, input) =>
      (await ask<{ taskId: string }>({ order: { capability, ...(input !== undefined && { input }) } })).taskId,
    state: () => ask<MeshState>({ state: true }),
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
