// A node that nobody can call, behind its provider's NAT, with a relay outside: both are whole nodes of ours, as users run them. A
// client that is behind a NAT itself reaches it; all that the relay is sent goes by a tap first.
import type { ChildProcess } from 'node:child_process';
import { expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openState } from '../../src-main/engine/open-state.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import { CLI } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/wait.ts';
import type { RelayOrder } from './relay-child.ts';
import { Child, external, inLab, Lab, type News } from './support.ts';

const ROOT = `${import.meta.dirname}/../..`;
const PRACTICE = `${ROOT}/src-main/practice/iicp/main.ts`;
const WAN = '11.203.113.1';
const DIRECTORY = `http://${WAN}:8088`;
const RELAY = `http://${WAN}:9484`;
const STUN_SERVERS = ['11.203.113.1:3478', '11.203.113.2:3478', '11.203.113.1:3479'];
const CHAT = 'urn:iicp:intent:llm:chat:v1';
const QUESTION = 'Whisper of an unmistakable aubergine.';
const OPEN_QUESTION = 'Shout of an unmistakable turnip.';

/** What comes from elsewhere to the relay's ports goes to the taps; the taps themselves come from within. */
const TAPPED = `table ip taps {
  chain in {
    type nat hook prerouting priority -100;
    iifname "eth0" tcp dport 9484 redirect to :19484
    iifname "eth0" tcp dport 9485 redirect to :19485
  }
}`;

/** Further addresses outside. The worker and the others have 256 places: 1 + 30 + 8 x 28 + 1. */
const CALLERS = Array.from({ length: 10 }, (_, at) => `11.203.113.${10 + at}`);

interface Answered {
  readonly nodeId: string;
  readonly result: { readonly choices: readonly { readonly message: { readonly content: string } }[] };
}

class Scene {
  readonly lab: Lab;
  readonly around: Child;
  readonly #directory: Child;
  readonly #relayFolder = temporaryFolder();
  readonly #workerFolder = temporaryFolder();
  #relay: ChildProcess | undefined;

  private constructor(lab: Lab, directory: Child, around: Child) {
    this.lab = lab;
    this.#directory = directory;
    this.around = around;
  }

  static async settle(): Promise<Scene> {
    const lab = await Lab.up('--no-ipv6', '--cgnat');
    const run = (place: 'lan' | 'wan', ...args: string[]) =>
      new Child(lab.spawn(place, process.execPath, PRACTICE, ...args));
    const model = ['model', '--shape', 'ollama', '--port', '11434', '--host', '127.0.0.1'];
    const directory = run('wan', 'directory', '--host', WAN, '--port', '8088');
    const around = lab.node('wan', 'relay-child.ts', WAN);
    const scene = new Scene(lab, directory, around);
    const isUrl = ({ url }: News) => typeof url === 'string';
    await Promise.all([
      lab.exec('wan', 'nft', TAPPED),
      around.hears('that it is ready', ({ kind }) => kind === 'ready'),
      directory.hears('the directory', isUrl),
      run('wan', ...model).hears('a model server', isUrl),
      run('lan', ...model).hears('a model server', isUrl),
      set(scene.#relayFolder, {
        'networks.iicp.directoryUrl': DIRECTORY,
        'networks.iicp.endpoint': RELAY,
        'networks.iicp.relayServe': true,
        'networks.iicp.enabled': true,
      }),
      set(scene.#workerFolder, {
        'networks.iicp.directoryUrl': DIRECTORY,
        'reachability.stunServers': STUN_SERVERS,
        'networks.iicp.relayUse': 'auto',
        'networks.iicp.enabled': true,
      }),
    ]);
    scene.startRelay();
    scene.#serve('lan', scene.#workerFolder);
    return scene;
  }

  startRelay(): void {
    this.#relay = this.#serve('wan', this.#relayFolder);
  }

  /** As a power cut would end it. */
  async killRelay(): Promise<void> {
    const gone = new Promise((resolve) => this.#relay!.once('exit', resolve));
    this.#relay!.kill('SIGKILL');
    await gone;
  }

  async tell(order: RelayOrder, withinMs?: number): Promise<News> {
    const after = this.around.news.length;
    this.around.tell(order as unknown as Record<string, unknown>);
    return this.around.hears(order.do, () => true, { after, ...(withinMs && { withinMs }) });
  }

  /** Who is listed, and where. */
  async listed(): Promise<readonly (readonly [id: string, endpoint: string])[]> {
    const after = this.#directory.news.length;
    this.#directory.tell({ state: true });
    const news = await this.#directory.hears('the state', ({ nodes }) => Array.isArray(nodes), { after });
    const { nodes } = news as unknown as { nodes: { nodeId: string; registration: { endpoint: string } }[] };
    return nodes.map(({ nodeId, registration }) => [nodeId, registration.endpoint]);
  }

  /** A task for this node, from a client in somebody else's home, once somebody serves it: nodes are listed before they are ready. */
  async served(node: string, prompt: string, ...more: string[]): Promise<Answered> {
    let why: unknown;
    const ask = () =>
      this.#ask(node, prompt, ...more).catch((error: unknown): undefined => {
        why = error;
      });
    return until('a task served', ask, 30_000).catch((error: unknown) => {
      throw why ?? error;
    });
  }

  async #ask(node: string, prompt: string, ...more: string[]): Promise<Answered> {
    const args = ['consumer', '--once', '--directory', DIRECTORY, '--intent', CHAT, '--node', node, '--prompt', prompt];
    const words = [PRACTICE, ...args, '--timeout-ms', '10000', ...more];
    const said = await this.lab.exec('lan2', process.execPath, ...words).catch((error: Error & { stdout: string }) => {
      throw new Error(`nobody served it: ${error.stdout}`, { cause: error });
    });
    return JSON.parse(said) as Answered;
  }

  #serve(place: 'lan' | 'wan', folder: string): ChildProcess {
    const args = ['serve', '--headless', '--data', folder, '--log-level', 'warn'];
    return this.lab.spawn(place, process.execPath, CLI, ...args);
  }
}

/** What `hearth settings set` would write, without starting it for each. */
async function set(folder: string, settings: { readonly [P in SettingPath]?: SettingValue<P> }): Promise<void> {
  const state = await openState({ clock: systemClock, random: systemRandom }, { dataDir: folder, logLevel: 'silent' });
  for (const [path, value] of Object.entries(settings)) await state.settings.set(path as SettingPath, value);
  await state.close();
}

const saidOf = ({ result }: Answered) => result.choices[0]!.message.content;

inLab('a provider whom nobody can call', () => {
  it('serves sealed tasks through a relay that can’t read them, is back when the relay is, and keeps its place', {
    timeout: 120_000,
  }, async () => {
    const scene = await Scene.settle();
    const [worker, endpoint] = await until(
      'the worker at a relay',
      async () => (await scene.listed()).find(([, at]) => at.includes('/v1/relay-for/')),
      60_000,
    );
    expect(endpoint).toBe(`${RELAY}/v1/relay-for/${worker}`);
    expect(await scene.lab.connect(external(), 9484)).toBeUndefined();

    const sealed = await scene.served(worker, QUESTION);
    expect(sealed.nodeId).toBe(worker);
    expect(saidOf(sealed).length).toBeGreaterThan(10);
    const open = await scene.served(worker, OPEN_QUESTION, '--plain');
    const texts = [QUESTION, saidOf(sealed), '"iicp_conf"', '"iicp_conf_resp"', OPEN_QUESTION];
    const { times } = await scene.tell({ do: 'search', texts });
    const [question, answer, ...rest] = times as number[];
    // What is open goes by the taps too, to the relay and from it: they would have shown the rest.
    expect([question, answer, ...rest.map((count) => count >= 2)]).toEqual([0, 0, true, true, true]);
    expect(saidOf(open).length).toBeGreaterThan(0);

    await scene.killRelay();
    scene.startRelay();
    await scene.tell({ do: 'await', worker, state: 'unbound' }, 40_000);
    await scene.tell({ do: 'await', worker, state: 'bound' }, 60_000);
    expect((await scene.served(worker, QUESTION)).nodeId).toBe(worker);

    // Somebody who wants to be it is not let in, with or without a piece of paper.
    const thief = { workers: [worker], from: CALLERS[0]! };
    const stolen = { said: { worker_already_bound: 1 } };
    await scene.lab.exec(
      'wan',
      'sh',
      '-c',
      CALLERS.map((address) => `ip addr add ${address}/24 dev eth0`).join(' && '),
    );
    expect(await scene.tell({ do: 'bind', ...thief })).toMatchObject(stolen);
    expect(await scene.tell({ do: 'bind', ...thief, ticket: 'x.y' })).toMatchObject(stolen);
    expect(await scene.tell({ do: 'bind-by-http', worker })).toMatchObject({ status: 409, code: 'IICP-E038' });

    // One who wants all places gets thirty a minute; when all are taken nobody else is let in, and whoever is bound stays.
    const [flood = '', last = '', ...crowd] = CALLERS;
    const names = (from: string, count: number) => Array.from({ length: count }, (_, at) => `${from}-${at}`);
    const bind = async (from: string, count: number) =>
      (await scene.tell({ do: 'bind', workers: names(from, count), from })).said;
    expect(await bind(flood, 40)).toEqual({ ok: 30, relay_bind_rate_limited: 10 });
    for (const from of crowd) expect(await bind(from, 28)).toEqual({ ok: 28 });
    expect(await bind(last, 5)).toEqual({ ok: 1, relay_full: 4 });
    const full = { status: 503, code: 'IICP-E039' };
    expect(await scene.tell({ do: 'bind-by-http', worker: 'one-more' })).toMatchObject(full);
    expect((await scene.served(worker, QUESTION)).nodeId).toBe(worker);
    await scene.tell({ do: 'leave' });
    await scene.tell({ do: 'await', worker: `${last}-0`, state: 'unbound' });
    expect(await bind(last, 1)).toEqual({ ok: 1 });
  });
});
