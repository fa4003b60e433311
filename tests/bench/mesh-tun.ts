// The mesh as programs see it, through TUN devices: two computers that are network namespaces, with a cable between them. iperf3 sends by
// TCP from one to the other, over the cable, through two official daemons, through two of ours, and from one of ours to a daemon. What
// they take at rest is measured beside a program that does nothing but send itself a datagram as often as a link has one.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import type { FipsChildOptions } from '../support/fips-child.ts';

const SECONDS = 5;
const IDLE_MS = 60_000;
/** After much was sent, the collector and the compiler have work left. */
const SETTLED_MS = 20_000;
const FLOOR = `const { createSocket } = require('node:dgram');
  const [one, other] = [0, 0].map(() => createSocket('udp4').bind(0, '127.0.0.1'));
  other.on('message', () => undefined);
  setInterval(() => one.send(Buffer.alloc(100), other.address().port, '127.0.0.1'), 700);
  setInterval(() => undefined, 1000);`;
/** Of /proc. */
const TICKS_A_SECOND = 100;
const PORT = 2121;
const TUN = 'mesh0';
const COMPUTERS = [1, 2] as const;
type Computer = (typeof COMPUTERS)[number];
type Kind = 'ours' | 'daemon';

const identity = (at: Computer) => Identity.of(Buffer.alloc(32, at))!;
const name = (at: Computer) => `hearth-bench-${process.pid}-${at}`;
const cable = (at: Computer) => `10.78.0.${at}`;

const run = (command: string, ...args: readonly string[]) => spawnSync(command, args, { encoding: 'utf8' });
const ip = (...args: readonly string[]) => {
  const { status, stderr } = run('ip', ...args);
  if (status !== 0) throw new Error(stderr);
};
const inside = (at: Computer, command: string, ...args: readonly string[]) => [
  'netns',
  'exec',
  name(at),
  command,
  ...args,
];

/** Why none of it can be measured here. */
export function whyNotByTun(): string | undefined {
  if (run('iperf3', '--version').status !== 0) return 'there is no iperf3';
  if (run('ip', 'netns', 'add', name(1)).status !== 0) return 'this process can make no network namespaces';
  run('ip', 'netns', 'delete', name(1));
  return undefined;
}

interface TunFigures {
  readonly mbit: number;
  readonly retransmits: number;
  readonly pingMs: number;
  /** Of a core, of the one that sent; undefined: it is no program. */
  readonly idleShare: number | undefined;
}

/** Of a core, by Node with a datagram now and then. */
export async function floorShare(): Promise<number> {
  const child = spawn(process.execPath, ['-e', FLOOR], { stdio: 'ignore' });
  const share = await idleShareOf(child);
  child.kill();
  return share;
}

/** `daemons`: the folder of the official programs; '' where there are none. */
export async function byTun(daemons: string, show: (what: string, figures: TunFigures) => void): Promise<void> {
  try {
    for (const at of COMPUTERS) {
      ip('netns', 'add', name(at));
      ip('-n', name(at), 'link', 'set', 'lo', 'up');
    }
    const device = `h${process.pid % 100_000}b`;
    ip('link', 'add', `${device}1`, 'netns', name(1), 'type', 'veth', 'peer', 'name', `${device}2`, 'netns', name(2));
    for (const at of COMPUTERS) {
      ip('-n', name(at), 'address', 'add', `${cable(at)}/24`, 'dev', `${device}${at}`);
      ip('-n', name(at), 'link', 'set', `${device}${at}`, 'up');
    }
    show('the cable alone', { ...(await iperf(cable(2))), pingMs: await ping(cable(2)), idleShare: undefined });
    const pairs: readonly (readonly [Kind, Kind])[] = [
      ['ours', 'ours'],
      ...(daemons === ''
        ? []
        : ([
            ['daemon', 'daemon'],
            ['ours', 'daemon'],
            ['daemon', 'ours'],
          ] as const)),
    ];
    for (const kinds of pairs) await pair(kinds, daemons, show);
  } finally {
    for (const at of COMPUTERS) run('ip', 'netns', 'delete', name(at));
  }
}

async function pair(kinds: readonly [Kind, Kind], daemons: string, show: (what: string, figures: TunFigures) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-mesh-'));
  // The first dials the second, which has to be there.
  const second = start(2, kinds[1], folder, daemons);
  await wait(2000);
  const first = start(1, kinds[0], folder, daemons);
  try {
    const to = identity(2).ipv6;
    for (const end = performance.now() + 40_000; Number.isNaN(await ping(to)); ) {
      if (performance.now() > end) throw new Error(`${kinds.join(' and ')}: no answer through the mesh`);
    }
    const figures = { ...(await iperf(to)), pingMs: await ping(to) };
    show(`${kinds[0]} to ${kinds[1]}`, { ...figures, idleShare: await idleShareOf(first) });
  } finally {
    const gone = [first, second].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of [first, second]) child.kill('SIGKILL');
    await Promise.all(gone);
    rmSync(folder, { recursive: true });
  }
}

function start(at: Computer, kind: Kind, folder: string, daemons: string): ChildProcess {
  const dials = at === 1 ? { npub: identity(2).npub, address: `${cable(2)}:${PORT}` } : undefined;
  const line =
    kind === 'daemon'
      ? [join(daemons, 'fips'), '-c', configured(at, join(folder, `${at}.yaml`), dials)]
      : [process.execPath, join(import.meta.dirname, '../support/fips-node-child.ts'), options(at, dials)];
  const [command, ...args] = line as [string, ...string[]];
  return spawn('ip', inside(at, command, ...args), {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, RUST_LOG: 'error' },
  });
}

function options(at: Computer, dials: FipsChildOptions['dials']): string {
  const knows = COMPUTERS.filter((each) => each !== at).map((each) => identity(each).npub);
  return JSON.stringify({
    secret: at,
    port: PORT,
    tun: TUN,
    knows,
    ...(dials && { dials }),
  } satisfies FipsChildOptions);
}

function configured(at: Computer, file: string, dials: FipsChildOptions['dials']): string {
  const peer = dials
    ? `peers:
  - npub: "${dials.npub}"
    addresses: [{transport: udp, addr: "${dials.address}"}]
`
    : '';
  writeFileSync(
    file,
    `node:
  system_files_enabled: false
  identity: {nsec: "${Buffer.alloc(32, at).toString('hex')}"}
  control: {enabled: false}
  discovery: {nostr: {enabled: false}, lan: {enabled: false}}
tun: {enabled: true, name: ${TUN}, mtu: 1280}
dns: {enabled: false}
transports:
  udp: {bind_addr: "${cable(at)}:${PORT}"}
${peer}`,
  );
  return file;
}

async function iperf(to: string): Promise<{ readonly mbit: number; readonly retransmits: number }> {
  const server = spawn('ip', inside(2, 'iperf3', '--server', '--one-off'), { stdio: 'ignore' });
  await wait(500);
  const { stdout } = run('ip', ...inside(1, 'iperf3', '--client', to, '--time', String(SECONDS), '--json'));
  server.kill();
  const { end, error } = JSON.parse(stdout) as {
    readonly error?: string;
    readonly end: { readonly sum_received: { bits_per_second: number }; readonly sum_sent: { retransmits: number } };
  };
  if (error !== undefined) throw new Error(`iperf3: ${error}`);
  return { mbit: end.sum_received.bits_per_second / 1e6, retransmits: end.sum_sent.retransmits };
}

/** Milliseconds there and back, the median of many; NaN: nobody answers. */
async function ping(to: string): Promise<number> {
  const command = to.includes(':') ? 'ping6' : 'ping';
  const { stdout } = run('ip', ...inside(1, 'busybox', command, '-c', '50', '-i', '0.02', '-W', '2', to));
  const times = [...stdout.matchAll(/time=([\d.]+) ms/g)].map(([, ms]) => Number(ms)).sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}

async function idleShareOf(child: ChildProcess): Promise<number> {
  await wait(SETTLED_MS);
  const before = processorMs(child);
  await wait(IDLE_MS);
  return (processorMs(child) - before) / IDLE_MS;
}

/** Processor time of the process so far, and of all its threads. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}
