// `npm run bench -- --router`: opening a port in a home's router, side by side in the lab of tests/lab: how long it takes, what is
// sent, what it weighs, and what becomes of it when the router restarts or was never there.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { build } from 'vite';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const LAB = join(ROOT, 'tests/lab');
/** Ours as it is shipped: bundled, so that no compiler weighs in. */
const BUNDLE = join(ROOT, 'build/bench-router');
const LAN = '192.168.77.10';
const ROUTER = '192.168.77.1';
const ENV = {
  ...process.env,
  PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  NATLAB_ID: `b${process.pid}-`,
  NODE: process.execPath,
};
const ROUNDS = process.argv.includes('--short') ? 1 : 3;
/** Programs that map once and end. */
const RUNS_ONCE = new Set(['natpmpc', 'upnpc']);
const PATIENCE_MS = 12_000;
/** So that what is sent after the answer is counted as well. */
const SETTLE_MS = 2000;

const PROTOCOLS = { PCP: '--pcp-only', 'NAT-PMP': '--natpmp-only', UPnP: '--upnp-only' } as const;
type Protocol = keyof typeof PROTOCOLS;
/** miniupnpd only looks whether its address has changed while it does UPnP as well. */
const WATCHED = { PCP: [], 'NAT-PMP': ['--no-pcp'], UPnP: ['--upnp-only'] } as const;
const CONTENDERS: Readonly<Record<Protocol, readonly string[]>> = {
  PCP: ['ours'],
  'NAT-PMP': ['ours', 'natpmpc', 'nat-api nat-pmp', 'nat-port-mapper nat-pmp'],
  UPnP: ['ours', 'upnpc', 'nat-api upnp', 'nat-port-mapper upnp'],
};

interface View {
  readonly family: number;
  readonly state: string;
  readonly external: { readonly address: string } | null;
}

interface News {
  readonly kind: string;
  readonly ok?: boolean;
  readonly rss?: number;
  readonly bytes?: number;
  readonly snapshot?: { readonly mappings: readonly View[] };
}

/** What left the computer for the router, groups that it is in included: questions by UDP, and connections that were begun. */
const COUNTED = { packets: '', datagrams: 'meta l4proto udp', connections: 'tcp flags syn / syn,ack' } as const;
type Sent = Readonly<Record<keyof typeof COUNTED, number>>;

interface Result {
  /** Undefined: it said no, or nothing in time. */
  readonly mappedMs: number | undefined;
  readonly gaveUpMs: number | undefined;
  readonly sent: Sent;
  /** Its process above one of Node that does nothing. */
  readonly addedMiB: number | undefined;
}

/** What a process of Node weighs that does nothing, bytes. */
let bare = 0;
let port = 9000;
const folder = mkdtempSync(join(tmpdir(), 'hearth-router-'));

async function main(): Promise<void> {
  const why = whyNot();
  if (why !== undefined) {
    console.log(`The router's part is left out: ${why}.`);
    return;
  }
  await bundle();
  const lines = [
    row('', 'by', 'usable after, ms', 'packets', 'datagrams', 'connections', 'MiB', 'usable after a restart, ms'),
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const protocol of Object.keys(PROTOCOLS) as Protocol[]) {
    await natlab('up', '--no-ipv6', PROTOCOLS[protocol]);
    await count();
    for (const [name, list] of await rounds(CONTENDERS[protocol])) {
      const restart = RUNS_ONCE.has(name) ? 'runs once' : await mended(name);
      const mapped = span(list.map(({ mappedMs }) => mappedMs));
      const mebibytes = span(
        list.map(({ addedMiB }) => addedMiB),
        '',
      );
      lines.push(row(short(name), protocol, mapped, ...sentBy(list), mebibytes, restart));
    }
  }
  lines.push('', row('another address', 'by', 'told after, ms'), '|---|---|---|');
  for (const [protocol, options] of Object.entries(WATCHED)) {
    await natlab('up', '--no-ipv6', ...options);
    lines.push(row('ours', protocol, await told()));
  }
  lines.push('', row('no router', 'known after, ms', 'packets', 'datagrams', 'connections'), '|---|---|---|---|---|');
  await natlab('up', '--no-ipv6', '--absent');
  await count();
  for (const [name, list] of await rounds([...new Set(Object.values(CONTENDERS).flat())])) {
    lines.push(row(name, span(list.map(({ gaveUpMs }) => gaveUpMs)), ...sentBy(list)));
  }
  console.log(lines.join('\n'));
}

async function bundle(): Promise<void> {
  const input = {
    'app-child': join(LAB, 'app-child.ts'),
    'writer-thread': join(ROOT, 'src-main/storage/writer-thread.ts'),
  };
  const output = { entryFileNames: '[name].js', chunkFileNames: '[name].js' };
  const rolldownOptions = { input, output };
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { ssr: true, outDir: BUNDLE, target: 'node24', rolldownOptions },
  });
  const { stdout } = await run(process.execPath, ['-p', 'process.memoryUsage().rss']);
  bare = Number(stdout);
}

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

async function rounds(names: readonly string[]): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map<string, Result[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, list] of results) list.push(await attempt(name));
  }
  return results;
}

function sentBy(list: readonly Result[]): readonly string[] {
  return (Object.keys(COUNTED) as (keyof Sent)[]).map((what) => span(list.map(({ sent }) => sent[what])));
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes Linux and root';
  const tools = ['ip', 'nft', 'conntrack', 'miniupnpd', 'turnserver', 'upnpc', 'natpmpc'];
  const absent = tools.filter((tool) => !ENV.PATH.split(':').some((path) => existsSync(join(path, tool))));
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const peer = join(import.meta.dirname, 'peers/node_modules/@achingbrain/nat-port-mapper');
  return existsSync(peer) ? undefined : 'its peers are not installed, see --peers';
}

async function natlab(...args: readonly string[]): Promise<void> {
  await run(join(LAB, 'natlab.sh'), args, { env: ENV });
}

async function inside(place: string, ...command: readonly string[]): Promise<string> {
  return (await run('ip', ['netns', 'exec', ENV.NATLAB_ID + place, ...command], { env: ENV })).stdout;
}

/** Before the router looks at them, so that what it does not listen to counts too. */
async function count(): Promise<void> {
  const names = Object.entries(COUNTED);
  const table = `table inet bench {
    ${names.map(([name]) => `counter sent_${name} { }`).join('\n')}
    chain everything {
      type filter hook prerouting priority -400;
      ${names.map(([name, which]) => `ip saddr ${LAN} ${which} counter name sent_${name}`).join('\n')}
    }
  }`;
  await inside('router', 'nft', table);
}

async function counted(since: Sent = { packets: 0, datagrams: 0, connections: 0 }): Promise<Sent> {
  const text = await inside('router', 'nft', 'list', 'counters', 'table', 'inet', 'bench');
  const value = (name: keyof Sent) =>
    Number(new RegExp(`sent_${name} \\{\\s+packets (\\d+)`).exec(text)?.[1]) - since[name];
  return { packets: value('packets'), datagrams: value('datagrams'), connections: value('connections') };
}

/** Maps a port of its own, and ends the mapper that did. */
async function attempt(name: string): Promise<Result> {
  port += 1;
  const before = await counted();
  if (RUNS_ONCE.has(name)) return byTool(name, before);
  const peer = new Peer(name, port);
  try {
    const began = await peer.begin();
    const news = await peer.outcome();
    const tookMs = performance.now() - began;
    const addedMiB = await peer.addedMiB(news);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const mapped = news?.ok === true && (await forwards(port));
    return {
      mappedMs: mapped ? tookMs : undefined,
      gaveUpMs: news && !mapped ? tookMs : undefined,
      sent: await counted(before),
      addedMiB,
    };
  } finally {
    await peer.end();
  }
}

async function byTool(name: string, before: Sent): Promise<Result> {
  const words = String(port);
  const command =
    name === 'upnpc'
      ? ['upnpc', '-e', 'bench', '-a', LAN, words, words, 'TCP', '600']
      : ['natpmpc', '-a', words, words, 'tcp', '600'];
  const began = performance.now();
  await inside('lan', 'timeout', String(PATIENCE_MS / 1000), ...command).catch(() => undefined);
  const tookMs = performance.now() - began;
  const mapped = await forwards(port);
  const gaveUp = !mapped && tookMs < PATIENCE_MS ? tookMs : undefined;
  return {
    mappedMs: mapped ? tookMs : undefined,
    gaveUpMs: gaveUp,
    sent: await counted(before),
    addedMiB: undefined,
  };
}

async function forwards(wanted: number): Promise<boolean> {
  const rules = await inside('router', 'nft', 'list', 'chain', 'inet', 'filter', 'prerouting_miniupnpd');
  return rules.includes(`${LAN}:${wanted}`);
}

/** From the moment that the router's power is cut, for as short as can be, until its kernel forwards as before. */
async function mended(name: string): Promise<string> {
  return whenMapped(name, async () => {
    const began = performance.now();
    await natlab('reboot-router', '0');
    while (performance.now() - began < PATIENCE_MS) {
      if (await forwards(port)) return performance.now() - began;
    }
    return undefined;
  });
}

/** From before the router gets another address until ours tells it. */
async function told(): Promise<string> {
  return whenMapped('ours', async (peer) => {
    const before = await peer.address();
    const began = performance.now();
    await natlab('new-ip');
    return (await peer.address(before)) === undefined ? undefined : performance.now() - began;
  });
}

async function whenMapped(name: string, run: (peer: Peer) => Promise<number | undefined>): Promise<string> {
  const all: (number | undefined)[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    port += 1;
    const peer = new Peer(name, port);
    try {
      await peer.begin();
      if ((await peer.outcome())?.ok !== true) return 'was not mapped';
      // A count that is still near nought has not gone back when it begins anew (RFC 6887 8.5).
      await new Promise((resolve) => setTimeout(resolve, 6000));
      all.push(await run(peer));
      // A mapper that has not noticed by now is not asked twice.
      if (all.at(-1) === undefined) break;
    } finally {
      await peer.end();
    }
  }
  return span(all);
}

class Peer {
  readonly #ours: boolean;
  readonly #port: number;
  readonly #child: ChildProcess;
  readonly #news: News[] = [];
  readonly #ended: Promise<unknown>;
  #wake = () => {};

  constructor(name: string, wanted: number) {
    this.#ours = name === 'ours';
    this.#port = wanted;
    const script = this.#ours ? join(BUNDLE, 'app-child.js') : join(import.meta.dirname, 'router-peer-child.ts');
    const args = this.#ours ? [folder, `p${wanted}`] : [name, ROUTER, LAN, String(wanted)];
    const words = ['netns', 'exec', `${ENV.NATLAB_ID}lan`, process.execPath, script, ...args];
    this.#child = spawn('ip', words, { env: ENV, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#ended = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#news.push(JSON.parse(line) as News);
      this.#wake();
    });
  }

  /** `performance.now()` of the request, once the process is up. */
  async begin(): Promise<number> {
    await this.#hears(({ kind }) => kind === 'ready');
    const began = performance.now();
    const request = { id: 'bench', transport: 'tcp', port: this.#port, purpose: 'bench' };
    this.#tell(this.#ours ? { do: 'request', request } : { map: true });
    return began;
  }

  /** Undefined: nothing in time. */
  async outcome(): Promise<News | undefined> {
    const view = ({ snapshot }: News) => snapshot?.mappings.find(({ family }) => family === 4)?.state ?? '';
    const news = await this.#hears((said) => said.kind === 'done' || /^(mapped|unavailable)$/.test(view(said)));
    if (!news || !this.#ours) return news;
    return { kind: 'done', ok: view(news) === 'mapped' };
  }

  async addedMiB(news: News | undefined): Promise<number | undefined> {
    const bytes = this.#ours ? await this.#weigh() : news?.rss;
    return bytes ? (bytes - bare) / 2 ** 20 : undefined;
  }

  /** The external address that it tells, other than `but`; undefined: none in time. */
  async address(but?: string): Promise<string | undefined> {
    const tells = ({ snapshot }: News) => {
      const address = snapshot?.mappings.find(({ family }) => family === 4)?.external?.address;
      return address === but ? undefined : address;
    };
    const news = await this.#hears((said) => tells(said) !== undefined);
    return news && tells(news);
  }

  async end(): Promise<void> {
    if (this.#ours) this.#tell({ do: 'stop' });
    else this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #weigh(): Promise<number> {
    const after = this.#news.length;
    this.#tell({ do: 'weigh' });
    return (await this.#hears(({ kind }) => kind === 'weight', after))?.bytes ?? 0;
  }

  #tell(order: object): void {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
  }

  async #hears(so: (news: News) => boolean, after = 0): Promise<News | undefined> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#news.slice(after).find(so);
      if (found || performance.now() > end) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - performance.now() + 1);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

const short = (name: string) => name.replace(/ .*/, '');

function span(values: readonly (number | undefined)[], none = `not within ${PATIENCE_MS}`): string {
  const all = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  if (all.length === 0) return none;
  const middle = Math.round(all[Math.floor(all.length / 2)]!);
  const [least, most] = [Math.round(all[0]!), Math.round(all.at(-1)!)];
  const range = least === most ? `${middle}` : `${middle} (${least} to ${most})`;
  return all.length === values.length ? range : `${range}, ${values.length - all.length} in vain`;
}

try {
  await main();
} finally {
  await natlab('down').catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
}
