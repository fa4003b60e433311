// The node as it ships, set up over its own command line as a user would.
import type { ChildProcess } from 'node:child_process';
import { CHAT, type Recipient } from './bodies.ts';
import { firstLine, freePort, median, ROOT, residentMiB, start, stop, threadMs, totalMs } from './processes.ts';

export interface HearthOptions {
  /** The built command, relative to the project. */
  readonly cli: string;
  /** Where its data goes: a folder on a real disk, for every task is synced. */
  readonly folder: string;
  readonly upstream: string;
  readonly directory: string;
  /** Beside those that each has, or in their place. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For Node itself, in front of the command. */
  readonly nodeArgs?: readonly string[];
  /** In place of `--headless`. */
  readonly mode?: readonly string[];
}

/** When starting, and at rest. */
export interface Vitals {
  readonly startMs: number;
  /** Of processors, until then. */
  readonly startCpuMs: number;
  readonly restMiB: number;
  /** Percent of one core. */
  readonly idle: number;
  readonly idleSeconds: number;
}

/** Its largest setting: a sealed payload of 2 MiB is a body of nearly 3. */
const MAX_BODY_MIB = 32;
const MAX_CONCURRENT = 256;
/** After a start there is still something to do: the first look at the model servers, registration. */
const SETTLES_IN_MS = 3000;
const LISTED_WITHIN_MS = 20_000;

export class Hearth {
  readonly url: string;
  readonly #options: HearthOptions;
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(options: HearthOptions, port: number) {
    this.#options = options;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async configure(options: HearthOptions): Promise<Hearth> {
    const port = await freePort();
    const settings = {
      'backends.inference': [{ kind: 'openai', url: options.upstream }],
      'networks.iicp.bind': '127.0.0.1',
      'networks.iicp.port': port,
      'networks.iicp.endpoint': `http://127.0.0.1:${port}`,
      'networks.iicp.directoryUrl': options.directory,
      'networks.iicp.maxBodyMiB': MAX_BODY_MIB,
      'networks.iicp.enabled': true,
      'capacity.maxConcurrent': MAX_CONCURRENT,
      ...options.settings,
    };
    for (const [path, value] of Object.entries(settings)) {
      const child = start([options.cli, 'settings', 'set', path, JSON.stringify(value), '--data', options.folder]);
      await firstLine(child);
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    }
    return new Hearth(options, port);
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** What it has written to stdout. */
  get said(): string {
    return this.#said;
  }

  /** Milliseconds until a task could be answered. */
  async serve(): Promise<number> {
    const began = performance.now();
    const { cli, folder, nodeArgs = [], mode = ['--headless'] } = this.#options;
    const child = start([...nodeArgs, cli, 'serve', ...mode, '--data', folder, '--log-level', 'warn']);
    this.#child = child;
    this.#said = '';
    child.stdout!.on('data', (text) => {
      this.#said += text;
    });
    for (;;) {
      const health = await fetch(`${this.url}/iicp/health`).then(
        (reply) => reply.json() as Promise<{ models: string[] }>,
        () => undefined,
      );
      if (health?.models.length) return performance.now() - began;
      if (child.exitCode !== null) throw new Error('the node did not start');
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  async stop(): Promise<void> {
    if (this.#child) await stop(this.#child);
  }

  /** As a client finds it in the directory. */
  listed(): Promise<Listed> {
    return listed(this.#options.directory, ({ endpoint }) => endpoint === this.url);
  }
}

/** Starts all of them several times by turns, then lets the last starts rest, side by side. They serve afterwards. */
export async function vitalsOf(nodes: readonly Hearth[], starts: number, idleSeconds: number): Promise<Vitals[]> {
  const begun = nodes.map((): { ms: number; cpuMs: number }[] => []);
  for (let count = 0; count < starts; count += 1) {
    for (const [at, node] of nodes.entries()) {
      await node.stop();
      const ms = await node.serve();
      begun[at]!.push({ ms, cpuMs: totalMs(threadMs(node.pid)) });
    }
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLES_IN_MS));
  const rest = nodes.map(({ pid }) => ({ mib: residentMiB(pid), cpuMs: totalMs(threadMs(pid)) }));
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
  return nodes.map(({ pid }, at) => ({
    startMs: median(begun[at]!.map(({ ms }) => ms)),
    startCpuMs: median(begun[at]!.map(({ cpuMs }) => cpuMs)),
    restMiB: rest[at]!.mib,
    idle: (totalMs(threadMs(pid)) - rest[at]!.cpuMs) / (idleSeconds * 10),
    idleSeconds,
  }));
}

interface Listed {
  readonly endpoint: string;
  /** Of native framing, where it is spoken. */
  readonly transport_endpoint?: string | null;
  readonly cx_public_key: Recipient;
}

/** The first node of a directory that is like that, once there is one. */
export async function listed(directory: string, wanted: (node: Listed) => boolean): Promise<Listed> {
  const until = performance.now() + LISTED_WITHIN_MS;
  while (performance.now() < until) {
    const found = await fetch(`${directory}/v1/discover?intent=${CHAT}`);
    const { nodes } = (await found.json()) as { nodes: Listed[] };
    const node = nodes.find(wanted);
    if (node) return node;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no such node was listed in the directory');
}

export const SHIPPED = `${ROOT}/build/app/main/cli.js`;
