// The built node with its default settings and its real limits, a practice directory and a model server beside it, each a process of
// its own. What must be set is where the others are, and the ports, since several of these tests run at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { connectSocket } from '../../src-main/faces/socket.ts';
import type { SocketClient } from '../../src-main/faces/socket-client.ts';
import { SHIPPED } from '../bench/hearth.ts';
import { firstLine, freePort, ROOT, start, stop } from '../bench/processes.ts';
import { chatTask } from '../support/network.ts';
import { until } from '../support/wait.ts';
import type { Stage } from './attack.ts';
import { bytesIn } from './process.ts';

export interface NodeTarget {
  /** Where its task server is met: not from this computer, where there is another address. */
  readonly at: { readonly host: string; readonly port: number };
  /** The same as a tunnel or a reverse proxy of this computer meets it. */
  readonly near: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  readonly directory: string;
  readonly relayPort: number;
  /** Of console mode: where its pages are. */
  readonly pages: { readonly host: string; readonly port: number };
}

export interface NodeOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly console?: boolean;
  /** Nothing is near: no directory in the local network, so private addresses are wrong. */
  readonly far?: boolean;
}

export const OUTSIDE = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const SOME_MIB = 1024 * 1024;

export async function nodeStage({
  settings = {},
  console: withPages = false,
  far = false,
}: NodeOptions = {}): Promise<Stage<NodeTarget>> {
  const model = start(['src-main/practice/iicp/main.ts', 'model', '--models', 'llama3,nomic-embed-text'], 'pipe');
  const listing = start(['src-main/practice/iicp/main.ts', 'directory', '--allow-private', '--no-dial-back'], 'pipe');
  const [modelUrl, directory] = await Promise.all([urlOf(model), urlOf(listing)]);
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-hostile-'));
  const port = await freePort();
  const relayPort = await freePort();
  const said = { out: '', err: '' };
  const child = serve(dataDir, withPages, said);
  const near = { host: '127.0.0.1', port };
  const own = await until(
    'the local socket',
    async () => {
      if (child.exitCode !== null) throw new Error(`the node ended: ${said.err}`);
      return connectSocket(dataDir).catch(() => undefined);
    },
    30_000,
  );
  await setUp(own, {
    'backends.inference': [{ kind: 'ollama', url: modelUrl }],
    'networks.iicp.port': port,
    'networks.iicp.directoryUrl': far ? 'http://directory.example.net:9/' : directory,
    'networks.iicp.endpoint': far ? '' : `http://127.0.0.1:${port}`,
    'networks.iicp.relayPort': relayPort,
    ...settings,
    'networks.iicp.enabled': true,
  });
  own.close();
  const pagesAt = () => /http:\/\/127\.0\.0\.1:(\d+)/.exec(said.out)?.[1];
  if (withPages) await until('the link to the pages', () => pagesAt() !== undefined);
  const honest = new Worker(new URL('./honest-thread.ts', import.meta.url), { workerData: { port }, execArgv: [] });
  const hear = async () => (await once(honest, 'message'))[0] as unknown;
  const stage: Stage<NodeTarget> = {
    target: {
      at: { host: OUTSIDE ?? '127.0.0.1', port },
      near,
      dataDir,
      directory,
      relayPort,
      pages: { host: '127.0.0.1', port: Number(pagesAt() ?? 0) },
    },
    pid: child.pid!,
    get alive() {
      return child.exitCode === null && child.signalCode === null;
    },
    async ask() {
      honest.postMessage('once');
      return (await hear()) as number | undefined;
    },
    askOn() {
      honest.postMessage('begin');
      return async () => {
        honest.postMessage('end');
        return (await hear()) as readonly (number | undefined)[];
      };
    },
    load: (bytesASecond, signal) => load(near, bytesASecond, signal),
    taken: () => taken(dataDir, near),
    logged: () => bytesIn(join(dataDir, 'logs')),
    async stop() {
      await honest.terminate();
      child.kill('SIGKILL');
      if (stage.alive) await once(child, 'exit');
      await Promise.all([stop(model), stop(listing)]);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await until('an honest task to be answered', () => stage.ask(), 30_000);
    return stage;
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  return (JSON.parse(await firstLine(child)) as { url: string }).url;
}

function serve(dataDir: string, withPages: boolean, said: { out: string; err: string }): ChildProcess {
  const { HEARTH_HOME: _, HEARTH_PASSPHRASE_FILE: __, NODE_OPTIONS: ___, ...rest } = process.env;
  // Sensors and routers are of the computer that runs the tests; what routers say is attacked by itself.
  const env = {
    ...rest,
    HEARTH_SENSORS: 'none',
    HEARTH_REACHABILITY: 'none',
    HEARTH_CONFIG: dataDir,
    NODE_ENV: 'production',
  };
  const mode = withPages ? ['--console', '--no-open'] : ['--headless'];
  const child = spawn(process.execPath, [SHIPPED, 'serve', ...mode, '--data', dataDir], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  child.stdout.on('data', (text) => {
    said.out = (said.out + String(text)).slice(-SOME_MIB);
  });
  child.stderr.on('data', (text) => {
    said.err = (said.err + String(text)).slice(-SOME_MIB);
  });
  return child;
}

async function setUp(own: SocketClient, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [path, value] of Object.entries(settings)) {
    await own.request('settings.set', { path, value } as Parameters<typeof own.request<'settings.set'>>[1]);
  }
}

/** Honest tasks whose bodies are as large in sum, two at a time: fewer than there are slots. */
async function load(to: NodeTarget['near'], bytesASecond: number, signal: AbortSignal): Promise<void> {
  if (bytesASecond === 0) return;
  const size = Math.min(SOME_MIB, Math.max(1024, Math.round(bytesASecond / 40)));
  const body = JSON.stringify(chatTask({}, 'x'.repeat(size)));
  const began = performance.now();
  let sent = 0;
  const one = async () => {
    while (!signal.aborted) {
      if (sent / ((performance.now() - began) / 1000 + 0.02) > bytesASecond) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      sent += size;
      await post(to, body).catch(() => undefined);
    }
  };
  await Promise.all([one(), one()]);
}

export function post(to: NodeTarget['near'], body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request({ ...to, method: 'POST', path: '/v1/task', agent: false, headers }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(response.statusCode!));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** As the owner sees it, over the local socket; and whether there is room again for the largest body. */
async function taken(dataDir: string, near: NodeTarget['near']): Promise<readonly string[]> {
  const own = await connectSocket(dataDir);
  if (!own) return ['the local socket'];
  try {
    const { value: node } = await own.request('node.get', undefined);
    const { value: work } = await own.request('work.get', undefined);
    const words: string[] = [];
    if (node.working > 0) words.push(`${node.working} slots`);
    if (work.live.length > 0) words.push(`${work.live.length} tasks`);
    if (words.length > 0) return words;
    const status = await post(near, JSON.stringify(chatTask()).padEnd(15 * SOME_MIB, ' ')).catch(() => 'no answer');
    return status === 200 ? [] : [`room for a large body (${status})`];
  } finally {
    own.close();
  }
}
