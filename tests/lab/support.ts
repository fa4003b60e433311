// The lab from tests: a home network for a test, what its kernel really forwards, and programs of ours inside it.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, onTestFinished } from 'vitest';

const run = promisify(execFile);
const NATLAB = join(import.meta.dirname, 'natlab.sh');
const TOOLS = ['ip', 'nft', 'conntrack', 'miniupnpd', 'turnserver', 'nc', 'socat', 'upnpc', 'natpmpc'];
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const missing = whyNot();
if (missing !== undefined) console.warn(`no router tests: ${missing}`);

/** Tests that need the lab; where it can't be had they are skipped, and the title says why. */
export function inLab(title: string, tests: () => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (skipped: ${missing})`, tests);
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const absent = TOOLS.filter((tool) => !PATH.split(':').some((folder) => existsSync(join(folder, tool))));
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const name = `hearth-try-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { env: { ...process.env, PATH }, stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', name], { env: { ...process.env, PATH }, stdio: 'pipe' });
    return undefined;
  } catch {
    return 'this kernel lets nobody make network namespaces here';
  }
}

export type Place = 'lan' | 'lan2' | 'router' | 'isp' | 'wan';

/** A rule that the router's kernel has. For IPv6 it is a hole in the firewall, where external and internal are the same. */
export interface Rule {
  readonly transport: 'tcp' | 'udp';
  readonly external: number;
  readonly to: string;
}

export const LAN = '192.168.77.10';
export const LAN6 = '2a11:db8:77::10';
export const ROUTER = '192.168.77.1';
/** The router's external address after this many changes of it. */
export const external = (changes = 0) => `11.203.113.${100 + changes}`;

let labs = 0;

/** Ends with the test. */
export class Lab {
  readonly #id: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(id: string) {
    this.#id = id;
  }

  static async up(...options: readonly string[]): Promise<Lab> {
    labs += 1;
    const lab = new Lab(`t${process.pid}x${labs}-`);
    onTestFinished(() => lab.#down());
    await lab.natlab('up', ...options);
    return lab;
  }

  /** One command of natlab.sh: `reboot-router 2`, `set absent`, `forget`. Answers what it printed. */
  async natlab(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, PATH, NATLAB_ID: this.#id, NODE: process.execPath };
    return (await run(NATLAB, args, { env })).stdout;
  }

  /** A program in one of the places, to its end; rejects when it fails. */
  async exec(place: Place, program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run('ip', ['netns', 'exec', this.#id + place, program, ...args], { env: this.#env() });
    return stdout;
  }

  /** Our own code as a process of the user's computer, speaking JSON lines: see `Child`. */
  node(place: Place, script: string, ...args: readonly string[]): Child {
    return new Child(this.spawn(place, process.execPath, join(import.meta.dirname, script), ...args));
  }

  /** A program that is ended with the lab. */
  spawn(place: Place, program: string, ...args: readonly string[]): ChildProcess {
    const words = ['netns', 'exec', this.#id + place, program, ...args];
    const child = spawn('ip', words, { env: this.#env(), stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Everything that is forwarded to somebody in the LAN by IPv4. */
  async mappings(): Promise<readonly Rule[]> {
    return (await this.#chain('prerouting_miniupnpd')).flatMap((rule) => (rule.to.startsWith(':') ? [] : [rule]));
  }

  /** Every IPv6 address and port that may be reached from outside. */
  async pinholes(): Promise<readonly Rule[]> {
    return (await this.#chain('miniupnpd')).filter(({ to }) => to.startsWith('['));
  }

  /** Once the router is so old that a restart of its epoch can't be taken for the inaccuracy of clocks (RFC 6887 8.5). */
  async aged(): Promise<void> {
    const epoch = /epoch = (\d+)/.exec(await this.exec('lan', 'natpmpc'))?.[1];
    if (Number(epoch) < 5) await this.aged();
  }

  /** Greets whoever connects to this port in this place, by IPv4 and IPv6. */
  async listen(place: Place, port: number): Promise<void> {
    const where = `TCP6-LISTEN:${port},fork,reuseaddr,ipv6only=0`;
    this.spawn(place, 'socat', where, `SYSTEM:echo ${place} greets`);
    const waiting = async (): Promise<void> => {
      if ((await this.exec(place, 'ss', '-Hlnt')).includes(`:${port} `)) return;
      return waiting();
    };
    await waiting();
  }

  /** What somebody outside hears when they connect; undefined: nobody answers within a second. */
  async connect(address: string, port: number, from: Place = 'wan'): Promise<string | undefined> {
    try {
      return (await this.exec(from, 'nc', '-d', '-w', '1', address, String(port))).trim() || undefined;
    } catch {
      return undefined;
    }
  }

  #env(): NodeJS.ProcessEnv {
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    return { ...env, PATH };
  }

  async #chain(name: string): Promise<readonly Rule[]> {
    const text = await this.exec('router', 'nft', '-j', 'list', 'chain', 'inet', 'filter', name);
    const { nftables } = JSON.parse(text) as { nftables: readonly { rule?: { expr: readonly Expression[] } }[] };
    return nftables.flatMap(({ rule }) => (rule ? [ruleOf(rule.expr)] : []));
  }

  async #down(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.natlab('down');
  }
}

interface Expression {
  readonly match?: {
    readonly left: {
      readonly payload?: {
        readonly protocol?: string;
        readonly base?: string;
        readonly offset?: number;
        field?: string;
      };
    };
    readonly right: number | string;
  };
  readonly dnat?: { readonly addr: string; readonly port: number };
}

/** miniupnpd compares raw bytes of the header: 72 and 48 bits in stand the protocols of IPv4 and IPv6, at 192 IPv6's destination. */
function ruleOf(expressions: readonly Expression[]): Rule {
  let transport: 'tcp' | 'udp' = 'tcp';
  let port = 0;
  let to = '';
  for (const { match, dnat } of expressions) {
    if (dnat) to = `${dnat.addr}:${dnat.port}`;
    const payload = match?.left.payload;
    if (!match || !payload) continue;
    if (payload.field === 'dport') port = Number(match.right);
    if (payload.protocol === 'udp' || ((payload.offset === 72 || payload.offset === 48) && match.right === 17)) {
      transport = 'udp';
    }
    if (payload.offset === 192) to = `[${readable(String(match.right))}]:`;
  }
  return { transport, external: port, to: to.endsWith(':') ? to + port : to };
}

function readable(hex: string): string {
  const groups = hex.replace(/^0x/, '').padStart(32, '0').match(/.{4}/g)!;
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

/** A line of what a child says; `kind` tells what about. */
export interface News {
  readonly kind: string;
  readonly [more: string]: unknown;
}

/** A process that takes orders and tells news, one JSON object a line. It is expected to end by itself once it has nothing to do. */
export class Child {
  /** All that it said so far. */
  readonly news: News[] = [];
  /** Its exit code; null: a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  #wake: (() => void)[] = [];
  #gone = false;

  constructor(child: ChildProcess) {
    this.#process = child;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.news.push(JSON.parse(line) as News);
      this.#wakeAll();
    });
    this.exited = new Promise((resolve) =>
      child.once('close', (code) => {
        this.#gone = true;
        resolve(code);
        this.#wakeAll();
      }),
    );
  }

  tell(order: Readonly<Record<string, unknown>>): void {
    this.#process.stdin!.write(`${JSON.stringify(order)}\n`);
  }

  /** The first news, from the `after`th on, for which `so` holds. Rejects when it did not come in time or the child has ended. */
  async hears<T extends News>(what: string, so: (news: News) => news is T, options?: Waiting): Promise<T>;
  async hears(what: string, so: (news: News) => boolean, options?: Waiting): Promise<News>;
  async hears(
    what: string,
    so: (news: News) => boolean,
    { after = 0, withinMs = 20_000 }: Waiting = {},
  ): Promise<News> {
    const end = performance.now() + withinMs;
    for (;;) {
      const found = this.news.slice(after).find(so);
      if (found) return found;
      const said = JSON.stringify(this.news.at(-1));
      if (this.#gone) throw new Error(`ended without ${what}; its last word was ${said}`);
      if (performance.now() > end) throw new Error(`${withinMs} ms without ${what}; its last word was ${said}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - performance.now() + 1);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** No further orders. */
  endInput(): void {
    this.#process.stdin!.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

export interface Waiting {
  readonly after?: number;
  readonly withinMs?: number;
}
