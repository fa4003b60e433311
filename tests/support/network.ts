// A node as it ships, with a directory and a model server of the practice network around it, all over loopback.
import { onTestFinished } from 'vitest';
import { noSensors, type Sensors } from '../../src-main/availability/sensors/sensor.ts';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import type { Engine } from '../../src-main/engine/engine.ts';
import { type Directory, type DirectoryOptions, startDirectory } from '../../src-main/practice/iicp/directory.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { composed } from './composed.ts';
import { temporaryFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { until } from './wait.ts';

export { freePort } from './free-port.ts';

const own = { clock: systemClock, random: systemRandom };
export const CHAT = 'urn:iicp:intent:llm:chat:v1';

export interface NodeSettings {
  readonly [path: string]: unknown;
}

export async function modelServer(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const model = await startModelServer(own, { shape: 'ollama', ...options });
  onTestFinished(() => model.stop());
  return model;
}

export async function directory(options: Partial<DirectoryOptions> = {}): Promise<Directory> {
  const started = await startDirectory(own, { allowPrivateEndpoints: true, ...options });
  onTestFinished(() => started.stop());
  return started;
}

export interface TestNode {
  readonly engine: Engine;
  readonly url: string;
  readonly dataDir: string;
  set(path: string, value: unknown): Promise<void>;
  state(): Promise<Awaited<ReturnType<typeof look>>>;
  stop(): Promise<void>;
}

interface NodeOptions {
  readonly modelUrl: string;
  readonly directoryUrl?: string;
  readonly dataDir?: string;
  readonly port?: number;
  readonly beatMs?: number;
  readonly drainMs?: number;
  readonly settings?: NodeSettings;
  readonly clock?: Clock;
  readonly sensors?: Partial<Sensors>;
  /** Wait until the directory lists it. */
  readonly online?: boolean;
}

/** Started and, with a directory, registered there. */
export async function node(options: NodeOptions): Promise<TestNode> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const port = options.port ?? (await freePort());
  const { beatMs, drainMs } = options;
  const engine = await composed(dataDir, {
    sensors: { ...noSensors, ...options.sensors },
    ...(options.clock && { clock: options.clock }),
    beatMs,
    drainMs,
  });
  onTestFinished(() => engine.stop());
  const url = `http://127.0.0.1:${port}`;
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  const settings: NodeSettings = {
    'backends.inference': [{ kind: 'ollama', url: options.modelUrl }],
    'networks.iicp.bind': '127.0.0.1',
    'networks.iicp.port': port,
    'networks.iicp.endpoint': options.directoryUrl ? url : '',
    'networks.iicp.directoryUrl': options.directoryUrl ?? 'http://127.0.0.1:9/',
    ...options.settings,
    'networks.iicp.enabled': true,
  };
  for (const [path, value] of Object.entries(settings)) await set(path, value);
  await engine.start();
  const self: TestNode = { engine, url, dataDir, set, state: () => look(engine), stop: () => engine.stop() };
  await until('a model to be ready', async () => (await self.state()).backends.some(({ models }) => models.length > 0));
  if (options.directoryUrl && options.online !== false) {
    await until('the node to be online', async () => (await self.state()).network.state === 'online');
  }
  return self;
}

async function look(engine: Engine) {
  return {
    node: engine.take('node').value,
    work: engine.take('work').value,
    earnings: engine.take('earnings').value,
    backends: engine.take('backends').value,
    network: viewOf(engine.take('networks').value, 'iicp')!,
  };
}

let counter = 0;
export function chatTask(changes: Record<string, unknown> = {}, words = 'hello'): Record<string, unknown> {
  counter += 1;
  return {
    task_id: `task-${process.pid}-${counter}`,
    intent: CHAT,
    payload: { messages: [{ role: 'user', content: words }], max_tokens: 12 },
    ...changes,
  };
}

export async function post(
  url: string,
  body: unknown,
  init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
) {
  const response = await fetch(`${url}/v1/task`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: init.signal,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: JSON.parse(text) as {
      status?: string;
      error?: { code: string; message: string; qos_class?: string; reason?: string };
    } & Record<string, unknown>,
  };
}
