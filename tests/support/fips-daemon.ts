// The official daemon of FIPS on loopback, with no TUN, no DNS and no discovery. HEARTH_FIPS names the folder with `fips` and
// `fipsctl`, version 0.4.0.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import type { Namespace } from './namespaces.ts';
import { until } from './wait.ts';

export { freePort } from './free-port.ts';

export const programs = process.env.HEARTH_FIPS ?? '';
const isThere = programs !== '' && ['fips', 'fipsctl'].every((name) => existsSync(join(programs, name)));
if (isThere) console.info(`the FIPS daemon: ${programs}`);
else console.warn('SKIPPED: the FIPS daemon was not tried. HEARTH_FIPS is to name the folder with fips and fipsctl.');

/** `describe`, left out where there is no daemon. */
export function withDaemon(name: string, tests: () => void): void {
  describe.skipIf(!isThere)(name, tests);
}

export interface DaemonOptions {
  /** 64 hex digits. */
  readonly secret: string;
  /** Whom it dials, and where. */
  readonly dials?: { readonly npub: string; readonly address: string; readonly transport: 'udp' | 'tcp' };
  /** More of its `node` section, as YAML with two blanks in front. */
  readonly node?: string;
  /** Where it listens; free ports where they are left out. */
  readonly udpPort?: number;
  readonly tcpPort?: number;
  /** In there, on all its addresses, with a TUN device `fips0`, in place of loopback. */
  readonly namespace?: Namespace;
}

/** A neighbour as the daemon shows it, with what tests look at. */
export interface DaemonPeer {
  readonly npub: string;
  readonly connectivity: string;
  readonly link_id: number;
  readonly stats: Readonly<Record<string, number>>;
  readonly [more: string]: unknown;
}

export interface Daemon {
  readonly udp: string;
  readonly tcp: string;
  readonly udpPort: number;
  readonly tcpPort: number;
  control(...args: string[]): Promise<Record<string, unknown>>;
  peers(): Promise<readonly DaemonPeer[]>;
  signal(name: NodeJS.Signals): void;
  /** Its process has ended. */
  gone(): boolean;
  stop(): Promise<void>;
  /** What it has logged. */
  log(): string;
}

export async function fipsDaemon(options: DaemonOptions): Promise<Daemon> {
  const folder = temporaryFolder();
  const [udpPort, tcpPort] = [options.udpPort ?? (await freePort()), options.tcpPort ?? (await freePort())];
  const socket = join(folder, 'control.sock');
  const config = join(folder, 'fips.yaml');
  const { dials, namespace } = options;
  const host = namespace ? '0.0.0.0' : '127.0.0.1';
  writeFileSync(
    config,
    `node:
  system_files_enabled: false
  identity: {nsec: "${options.secret}"}
  control: {enabled: true, socket_path: "${socket}"}
  discovery:
    nostr: {enabled: false}
    lan: {enabled: false}
${options.node ?? ''}
tun: {${namespace ? 'enabled: true, name: fips0, mtu: 1280' : 'enabled: false'}}
dns: {${namespace ? 'enabled: true, port: 5354' : 'enabled: false'}}
transports:
  udp: {bind_addr: "${host}:${udpPort}"}
  tcp: {bind_addr: "${host}:${tcpPort}"}
${
  dials
    ? `peers:
  - npub: "${dials.npub}"
    connect_policy: auto_connect
    addresses:
      - {transport: ${dials.transport}, addr: "${dials.address}"}
`
    : ''
}`,
  );
  const line = [join(programs, 'fips'), ['-c', config]] as const;
  const child = spawn(...(namespace?.inside(...line) ?? line), {
    env: { ...process.env, RUST_LOG: process.env.FIPS_LOG ?? 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => end(child));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log = `${log}${chunk}`.slice(-200_000);
    });
  }
  const run = promisify(execFile);
  const control = async (...args: string[]) => {
    const { stdout } = await run(join(programs, 'fipsctl'), ['-s', socket, ...args]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  await until(`the daemon to answer: ${log}`, () => control('show', 'status').catch(() => undefined), 20_000);
  return {
    udp: `127.0.0.1:${udpPort}`,
    tcp: `127.0.0.1:${tcpPort}`,
    udpPort,
    tcpPort,
    control,
    peers: async () => (await control('show', 'peers')).peers as DaemonPeer[],
    signal: (name) => void child.kill(name),
    gone: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => end(child),
    log: () => log,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(late);
}
