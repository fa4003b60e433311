// llama.cpp with a tiny model of random weights, as a process of its own. It is installed apart (tests/real-inference), and
// not everywhere: the answer is then why, so that a test can skip and say so.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PACKAGE } from '../real-inference/llama.ts';
import type { Model, News } from '../real-inference/server.ts';

const FOLDER = resolve(import.meta.dirname, '../real-inference');

export type Found =
  | { readonly binding: string; readonly reason?: undefined }
  | { readonly binding?: undefined; readonly reason: string };

/** Whether llama.cpp is installed and can be loaded here, tried in a process that may die of it. */
export async function findLlama(): Promise<Found> {
  if (!existsSync(join(FOLDER, 'node_modules', PACKAGE))) {
    return { reason: `${PACKAGE} is not installed; \`npm ci\` in tests/real-inference does that on Linux with x64` };
  }
  const probe = start(['--probe']);
  const news = await probe.next('loaded').catch((error: Error) => error);
  return news instanceof Error ? { reason: news.message } : { binding: news.binding };
}

export type Ended = Extract<News, { readonly kind: 'ended' }>;

export interface RealModelServer {
  readonly url: string;
  readonly model: Model;
  /** Every generation that has come to its end, in that order. */
  readonly ended: readonly Ended[];
  /** How many answers have had their first token. */
  began(): number;
  /** As long as the process that answered first is still the one that answers. */
  alive(): boolean;
  stop(): Promise<void>;
}

/** Once it listens. */
export async function startLlama(): Promise<RealModelServer> {
  const server = start([]);
  const { url, model } = await server.next('listening');
  const ended: Ended[] = [];
  let began = 0;
  server.process.on('message', (news: News) => {
    if (news.kind === 'began') began += 1;
    if (news.kind === 'ended') ended.push(news);
  });
  return {
    url,
    model,
    ended,
    began: () => began,
    alive: () => server.process.exitCode === null && server.process.signalCode === null,
    async stop() {
      if (server.process.exitCode !== null || server.process.signalCode !== null) return;
      const gone = once(server.process, 'exit');
      server.process.kill('SIGKILL');
      await gone;
    },
  };
}

interface Started {
  readonly process: ChildProcess;
  /** The first news of this kind; rejects with its last words where the process ends before. */
  next<K extends News['kind']>(kind: K): Promise<Extract<News, { readonly kind: K }>>;
}

function start(args: readonly string[]): Started {
  const { NODE_OPTIONS: _, ...env } = process.env;
  // llama.cpp tells all about the model on stderr, and what it does on stdout.
  const child = spawn(process.execPath, [join(FOLDER, 'server.ts'), ...args], {
    cwd: FOLDER,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  return {
    process: child,
    next(kind) {
      return new Promise((resolve, reject) => {
        child.on('message', (news: News) => {
          if (news.kind === kind) resolve(news as Extract<News, { readonly kind: typeof kind }>);
        });
        child.once('error', reject);
        child.once('close', (code, signal) => {
          const words =
            said
              .trim()
              .split('\n')
              .findLast((line) => /Error|error/.test(line)) ?? '';
          reject(new Error(`llama.cpp can't be run here: it ended with ${signal ?? code}. ${words}`));
        });
      });
    },
  };
}
