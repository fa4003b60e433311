// `hearth models`, `load` and `unload`: what the servers of a running node have, and moving it into memory and out of it.

import type { BackendView, ModelView } from '../../src-preload/contract/backends.ts';
import { kindNames } from '../backends/inference/recognise.ts';
import { assertNever, HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { address } from './usage.ts';
import { nothing, verb } from './verb.ts';

const at = { value: 'URL', about: 'the server meant, where several have the model', read: address } as const;

export const modelVerbs = [
  verb({
    name: 'models',
    about: 'the models of each server: state, what they are offered for, on or off',
    node: 'running',
    json: 'each model with its server, state, kinds of tasks, and whether it is on.',
    read: nothing,
    run: (line, { node, terminal }) => models(node, { command: 'models', ...line }, terminal),
  }),
  verb({
    name: 'load',
    args: 'MODEL',
    about: 'puts a model into memory',
    flags: { at },
    node: 'running',
    json: 'the model, its server, and how long it took.',
    read: ([model], given) => ({ model, at: given.at }),
    run: (line, { node, terminal }) => models(node, { command: 'load', ...line }, terminal),
  }),
  verb({
    name: 'unload',
    args: '[MODEL]',
    about: 'takes it out of memory again, or all that are loaded, and waits until it is seen',
    flags: { at },
    node: 'running',
    json: 'each model, its server, and how long it took.',
    read: ([model], given) => ({ model, at: given.at }),
    run: (line, { node, terminal }) => models(node, { command: 'unload', ...line }, terminal),
  }),
];

type ModelsLine =
  | { readonly command: 'models'; readonly json: boolean }
  | ({ readonly command: 'load' | 'unload' } & MoveLine);

interface MoveLine {
  /** Left out when unloading: all that is loaded. */
  readonly model: string | undefined;
  /** The server meant, where several have the model. */
  readonly at: string | undefined;
  readonly json: boolean;
}

/** Somewhat more than a node allows. */
const LOAD_MS = 310_000;

const states: Readonly<Record<ModelView['state'], string>> = {
  unknown: 'not known',
  cold: 'not loaded',
  loading: 'loading',
  loaded: 'loaded',
  failing: 'failing',
};

/** Answers the exit code. Rejects with `backends.*` where a server does not do what is asked. */
function models(node: SocketClient, line: ModelsLine, terminal: Terminal): Promise<number> {
  switch (line.command) {
    case 'models':
      return list(node, line.json, terminal);
    case 'load':
      return load(node, line, terminal);
    case 'unload':
      return unload(node, line, terminal);
    default:
      return assertNever(line);
  }
}

async function list(node: SocketClient, json: boolean, { print }: Terminal): Promise<number> {
  const { value: backends } = await node.request('backends.get', undefined);
  if (json) {
    const flat = backends.flatMap(({ url, kind, models }) => models.map((model) => ({ server: url, kind, ...model })));
    print(jsonText(flat));
    return EXIT.ok;
  }
  if (backends.length === 0) print('No model server is in use. "hearth detect" tells where was looked for one.');
  for (const { kind, url, state, models } of backends) {
    print(plain(`${kindNames[kind]} at ${url}: ${state}`));
    const width = Math.min(60, Math.max(0, ...models.map(({ id }) => id.length))) + 2;
    for (const { id, state: memory, on, tasks } of models) {
      const kinds = tasks.length === 0 ? 'for nothing that networks ask for' : tasks.join(', ');
      print(plain(`  ${id.padEnd(width)}${states[memory].padEnd(12)}${(on ? 'on' : 'off').padEnd(5)}${kinds}`));
    }
  }
  return EXIT.ok;
}

async function load(node: SocketClient, line: MoveLine, terminal: Terminal): Promise<number> {
  const servers = await serversWith(node, line);
  const cold = servers.filter(({ model }) => model.state !== 'loaded');
  const able = [...cold, ...servers].find(({ backend }) => backend.loads) ?? servers[0]!;
  await move(node, 'load', [able], line.json, terminal);
  return EXIT.ok;
}

async function unload(node: SocketClient, line: MoveLine, terminal: Terminal): Promise<number> {
  const servers = await serversWith(node, line);
  const loaded = servers.filter(({ backend, model }) => backend.unloads && model.state === 'loaded');
  // Asked to unload one, the server itself says why not.
  const meant = loaded.length === 0 && line.model !== undefined ? servers.slice(0, 1) : loaded;
  if (meant.length === 0 && !line.json) terminal.print('No model is loaded that could be unloaded from here.');
  await move(node, 'unload', meant, line.json, terminal);
  return EXIT.ok;
}

interface Held {
  readonly backend: BackendView;
  readonly model: ModelView;
}

/** Throws `backends.unknown-model` where a model is named that no server has. */
async function serversWith(node: SocketClient, { model: name, at }: MoveLine): Promise<readonly Held[]> {
  const { rootOf } = await import('../backends/inference/http.ts');
  const { value: backends } = await node.request('backends.get', undefined);
  const meant = backends.filter(({ id }) => at === undefined || id === rootOf(at));
  const held = meant.flatMap((backend) => backend.models.map((model) => ({ backend, model })));
  if (name === undefined) return held;
  const exact = held.filter(({ model }) => model.id === name);
  // Ollama's names may leave out the end.
  const found = exact.length > 0 ? exact : held.filter(({ model }) => model.id === `${name}:latest`);
  if (found.length > 0) return found;
  throw new HearthError({
    code: 'backends.unknown-model',
    category: 'invalid',
    message: `${at === undefined ? 'No server has a' : 'That server has no'} model "${name.slice(0, 80)}". "hearth models" lists what there is.`,
  });
}

/** One after the other. The first failure is reported in the end, when all others were tried. */
async function move(
  node: SocketClient,
  what: 'load' | 'unload',
  servers: readonly Held[],
  json: boolean,
  { print }: Terminal,
): Promise<void> {
  const moved: { server: string; model: string; tookMs: number }[] = [];
  let failure: unknown;
  for (const { backend, model } of servers) {
    try {
      const input = { backend: backend.id, model: model.id };
      const { tookMs } = await node.request(`backends.${what}`, input, { timeoutMs: LOAD_MS });
      moved.push({ server: backend.url, model: model.id, tookMs });
      if (json) continue;
      const where = what === 'load' ? 'in memory' : 'out of memory';
      const seconds = (tookMs / 1000).toFixed(1);
      print(plain(`${model.id} is ${where}: ${kindNames[backend.kind]} at ${backend.url} says so after ${seconds} s.`));
    } catch (error) {
      failure ??= error;
    }
  }
  if (json && failure === undefined) print(jsonText(moved));
  if (failure !== undefined) throw failure as Error;
}
