// Asks the system that this runs on for its lines and routes, and picks the home router's.

import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { textOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import { chooseGateway, type DefaultRoute, type Line, type LineFacts } from './choose.ts';
import type { Gateway } from './gateway.ts';
import { globalAddresses, ipv4Routes, ipv6Routes, linuxKind, neighbours } from './linux.ts';
import { allRoutes, hardwareAddress, interfaces, primaryRoute } from './macos.ts';
import { ASK, parseWindows } from './windows.ts';

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface HostNetwork {
  readonly platform: NodeJS.Platform;
  /** `/`, or a test's folder. */
  readonly root: string;
  readonly run: Run;
  /** `os.networkInterfaces`. */
  readonly interfaces: () => Interfaces;
  readonly outward: () => Promise<string | undefined>;
  /** Makes a neighbour known to the system, so that it can tell its hardware address. Never rejects. */
  readonly knock: (address: string, local: string) => Promise<void>;
}

/** Everything that decides which gateway is ours; undefined where this system can't be read. */
export async function lineFacts(host: HostNetwork, signal: AbortSignal): Promise<LineFacts | undefined> {
  const facts = await system(host, signal);
  return facts && { ...facts, outward: await host.outward() };
}

export async function lookForGateway(host: HostNetwork, signal: AbortSignal): Promise<Gateway | undefined> {
  const facts = await lineFacts(host, signal);
  return facts && chooseGateway(facts);
}

function system(host: HostNetwork, signal: AbortSignal): Promise<Omit<LineFacts, 'outward'> | undefined> {
  switch (host.platform) {
    case 'linux':
      return linux(host);
    case 'darwin':
      return macos(host, signal);
    case 'win32':
      return windows(host, signal);
    default:
      return Promise.resolve(undefined);
  }
}

/** Some ten small files and no program. */
async function linux({ root, interfaces }: HostNetwork): Promise<Omit<LineFacts, 'outward'>> {
  const [four = '', six = '', own = '', arp = ''] = await Promise.all(
    ['route', 'ipv6_route', 'if_inet6', 'arp'].map((name) => textOf(root, 'proc/net', name)),
  );
  const routes = [...ipv4Routes(four), ...ipv6Routes(six)];
  const globals = globalAddresses(own);
  const seen = interfaces();
  const names = [...new Set([...Object.keys(seen), ...routes.map(({ name }) => name)])].slice(0, 200);
  const lines = names.map(
    async (name): Promise<Line> => ({
      name,
      kind: await linuxKind(root, name),
      v4: ipv4Of(seen[name]),
      globals: globals.get(name) ?? [],
    }),
  );
  return { routes, lines: await Promise.all(lines), neighbours: neighbours(arp) };
}

async function macos({ run }: HostNetwork, signal: AbortSignal): Promise<Omit<LineFacts, 'outward'> | undefined> {
  const ask = async (program: string, ...args: readonly string[]) => {
    const answered = await run(program, args, signal);
    return answered.kind === 'done' ? answered.text : '';
  };
  const [four, six, own] = await Promise.all([
    ask('/sbin/route', '-n', 'get', 'default'),
    ask('/sbin/route', '-n', 'get', '-inet6', 'default'),
    ask('/sbin/ifconfig', '-aL'),
  ]);
  const lines = interfaces(own);
  const kinds = new Map(lines.map(({ name, kind }) => [name, kind]));
  const first = [primaryRoute(four, 4), primaryRoute(six, 6)].filter((route) => route !== undefined);
  const plain = first.length > 0 && first.every(({ name, router }) => router && kinds.get(name) === 'physical');
  const rest: readonly DefaultRoute[] = plain ? [] : allRoutes(await ask('/usr/sbin/netstat', '-rn'));
  const routes = [...first, ...rest];
  const router = routes.find((route) => route.family === 4 && kinds.get(route.name) === 'physical')?.router;
  const hardware = router === undefined ? undefined : hardwareAddress(await ask('/usr/sbin/arp', '-n', router));
  return { routes, lines, neighbours: new Map(router && hardware ? [[router, hardware]] : []) };
}

async function windows({ run }: HostNetwork, signal: AbortSignal): Promise<Omit<LineFacts, 'outward'> | undefined> {
  const answered = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', ASK], signal);
  return answered.kind === 'done' ? parseWindows(answered.text) : undefined;
}

function ipv4Of(infos: readonly NetworkInterfaceInfo[] | undefined): Line['v4'] {
  return (infos ?? []).flatMap(({ family, address, cidr }) =>
    family === 'IPv4' && isIPv4(address) ? [{ address, prefix: Number(cidr?.split('/')[1] ?? 32) }] : [],
  );
}

/** An address for documentation (RFC 5737): no computer has it, so a route to it is the route to all. */
const ANYBODY = '192.0.2.1';

/** Connecting a datagram socket sends nothing; the system only chooses what it would send from. */
export function outwardAddress(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (address: string | undefined) => socket.close(() => resolve(address));
    socket.once('error', () => done(undefined));
    socket.connect(9, ANYBODY, (error?: Error) => done(error ? undefined : socket.address().address));
  });
}

/** Discard (RFC 863): whatever comes of it, the system had to find out whom it goes to. */
const DISCARD = 9;

/** One empty datagram; resolves when it is on its way. */
export function knockAt(address: string, local: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = () => socket.close(() => resolve());
    socket.once('error', done);
    socket.bind({ address: local }, () => socket.send('', DISCARD, address, done));
  });
}
