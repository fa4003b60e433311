// The whole node in a home network with a model server, and a directory outside that dials back and lists no private address.
import { CLI } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Child, type Lab, type News } from './support.ts';

const ROOT = `${import.meta.dirname}/../..`;
const PRACTICE = `${ROOT}/src-main/practice/iicp/main.ts`;
export const WAN = '11.203.113.1';
export const WAN6 = '2a11:db8:ff::1';
export const STUN_SERVERS = ['11.203.113.1:3478', '11.203.113.2:3478', '11.203.113.1:3479'];
const CHAT = 'urn:iicp:intent:llm:chat:v1';
export const PORT = 9484;

interface Listed {
  readonly registration: { readonly endpoint: string; readonly relay_accept_port?: number };
  readonly beats: number;
  readonly available: boolean;
}

export interface View {
  readonly tier: number | null;
  readonly natType: string;
  readonly reason: { readonly code: string } | null;
  readonly ports: readonly { readonly advertised: string | null }[];
}

export class Home {
  readonly lab: Lab;
  readonly directory: Child;
  readonly node: ReturnType<Lab['spawn']>;
  readonly #folder: string;
  readonly #url: string;

  private constructor(lab: Lab, directory: Child, node: ReturnType<Lab['spawn']>, folder: string, url: string) {
    this.lab = lab;
    this.directory = directory;
    this.node = node;
    this.#folder = folder;
    this.#url = url;
  }

  /** A model server and a node at home, a directory outside that dials back and lists no private address. */
  static async settle(lab: Lab, host = WAN, settings: Readonly<Record<string, unknown>> = {}): Promise<Home> {
    const run = (place: 'lan' | 'wan', ...args: string[]) => lab.spawn(place, process.execPath, PRACTICE, ...args);
    const directory = new Child(run('wan', 'directory', '--host', host, '--port', '8088'));
    const model = new Child(run('lan', 'model', '--shape', 'ollama', '--port', '11434', '--host', '127.0.0.1'));
    const isUrl = ({ url }: News) => typeof url === 'string';
    await Promise.all([directory.hears('the directory', isUrl), model.hears('the model server', isUrl)]);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:8088`;
    const folder = temporaryFolder();
    const set = (path: string, value: unknown) =>
      lab.exec('lan', process.execPath, CLI, 'settings', 'set', path, JSON.stringify(value), '--data', folder);
    await set('networks.iicp.directoryUrl', url);
    await set('reachability.stunServers', STUN_SERVERS);
    for (const [path, value] of Object.entries(settings)) await set(path, value);
    await set('networks.iicp.enabled', true);
    const node = lab.spawn(
      'lan',
      process.execPath,
      CLI,
      'serve',
      '--headless',
      '--data',
      folder,
      '--log-level',
      'warn',
    );
    return new Home(lab, directory, node, folder, url);
  }

  async listed(): Promise<readonly Listed[]> {
    const after = this.directory.news.length;
    this.directory.tell({ state: true });
    const news = await this.directory.hears('the state', ({ nodes }) => Array.isArray(nodes), { after });
    return (news as unknown as { nodes: Listed[] }).nodes;
  }

  /** Of the nodes that anybody is sent to. */
  async endpoints(): Promise<readonly string[]> {
    return (await this.listed()).filter(({ available }) => available).map(({ registration }) => registration.endpoint);
  }

  /** A sealed task from outside, by whatever the directory tells; undefined: nobody served it. */
  async ask(): Promise<Record<string, unknown> | undefined> {
    const args = ['consumer', '--once', '--directory', this.#url, '--intent', CHAT, '--timeout-ms', '3000'];
    try {
      return JSON.parse(await this.lab.exec('wan', process.execPath, PRACTICE, ...args)) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.node.once('exit', resolve));
    this.node.kill('SIGTERM');
    await ended;
  }

  /** Undefined: the node does not answer yet. Its exit code tells the same as its answer. */
  async reach(...words: readonly '--test'[]): Promise<View | undefined> {
    const args = [CLI, 'reach', ...words, '--json', '--data', this.#folder];
    const text = await this.lab
      .exec('lan', process.execPath, ...args)
      .catch((error: { stdout: string }) => error.stdout);
    return text === '' ? undefined : (JSON.parse(text) as View);
  }
}

/** Asks again and again, for the thing itself is what is waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`${withinMs} ms without ${what}`);
  }
}
