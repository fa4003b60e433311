// `npm run bench -- --mesh`: what sealing twice and finding the way cost, beside plain datagrams in the same run. Another process says
// back what it hears. HEARTH_FIPS names the folder of the official daemon: then it passes on between the two as well.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { decodeNpub, type NodeAddr } from '../../src-main/networks/fips/identity/names.ts';
import { FRAME_OVERHEAD_BYTES } from '../../src-main/networks/fips/wire/frame.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';
import { type Aim, atLeast, atMost, judge } from './aims.ts';
import { benchNode } from './mesh-node.ts';
import { byTun, floorShare, whyNotByTun } from './mesh-tun.ts';

/** A frame of 1200 bytes, with what seals and addresses it. */
const BODY_BYTES = 1200 - 106;
const WINDOW = 64;
const MS = 3000;
/** Frames on one core, or half of what the official daemon carries; at rest as little as a program that sends a datagram now and then. */
const AIM = { mbit: 300, ofDaemon: 0.5, idlePercent: 0.1 };
/** What has not come back by then is lost, and another goes in its place. */
const LOST_MS = 50;

interface Figures {
  readonly mbit: number;
  readonly latencyMs: number;
}

/** Sends so many at once, one more for each that comes back. */
async function measured(send: () => void, hear: (heard: () => void) => void): Promise<Figures> {
  let back = 0;
  let heardAt = performance.now();
  let isOver = false;
  hear(() => {
    back += 1;
    heardAt = performance.now();
    if (!isOver) send();
  });
  const run = async (window: number): Promise<number> => {
    isOver = false;
    back = 0;
    const began = performance.now();
    for (let nth = 0; nth < window; nth += 1) send();
    while (performance.now() - began < MS) {
      await wait(LOST_MS);
      if (performance.now() - heardAt >= LOST_MS) for (let nth = 0; nth < window; nth += 1) send();
    }
    isOver = true;
    return back / (performance.now() - began);
  };
  const mbit = ((await run(WINDOW)) * 1000 * 1200 * 8) / 1e6;
  await wait(4 * LOST_MS);
  return { mbit, latencyMs: 1 / (await run(1)) / 2 };
}

async function echoProcess(args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mesh-echo-child.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const arrived = async () => {
    child.stdin.write('\n');
    return Number((await once(lines, 'line'))[0]);
  };
  return { child, arrived, ...(JSON.parse(line) as { plain: number; udp: string; npub: string }) };
}

/** Mbit/s that arrive at the other end of a link, whose frames this process seals as fast as it can; nothing comes back. */
async function oneWay(): Promise<number> {
  const node = await benchNode(1, () => undefined);
  const { child, udp, npub, arrived } = await echoProcess([]);
  const xOnly = decodeNpub(npub)!;
  const other = node.mesh.know(xOnly);
  await node.dial(udp, xOnly);
  while (!node.layer.links.peers.has(other)) await wait(10);
  // The first of its bytes is a type that no message has.
  const message = Buffer.alloc(1200 - FRAME_OVERHEAD_BYTES, 0x7f);
  const send = async (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      for (let nth = 0; nth < WINDOW; nth += 1) node.layer.links.send(other, message);
      await nextTurn();
    }
  };
  await send(MS / 3);
  const [before, began] = [await arrived(), performance.now()];
  await send(MS);
  const mbit = (((await arrived()) - before) * 1200 * 8) / 1000 / (performance.now() - began);
  await node.layer.stop();
  child.kill();
  return mbit;
}

async function plain(): Promise<Figures> {
  const { child, plain: port } = await echoProcess([]);
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const bytes = Buffer.alloc(1200);
  const figures = await measured(
    () => socket.send(bytes, port, '127.0.0.1'),
    (heard) => void socket.on('message', heard),
  );
  socket.close();
  child.kill();
  return figures;
}

/** By the daemon between both, where there is one. */
async function mesh(daemon?: { readonly udp: string; readonly npub: string }): Promise<Figures> {
  let heard: () => void = () => undefined;
  const node = await benchNode(1, () => heard());
  const { child, udp, npub } = await echoProcess(daemon ? [daemon.udp, daemon.npub] : []);
  const xOnly = decodeNpub(npub)!;
  const other: NodeAddr = node.mesh.know(xOnly);
  await (daemon ? node.dial(daemon.udp, decodeNpub(daemon.npub)!) : node.dial(udp, xOnly));
  const message = { type: SessionType.endpointData, body: Buffer.alloc(BODY_BYTES) };
  let isThere = false;
  heard = () => {
    isThere = true;
  };
  for (const end = performance.now() + 30_000; !isThere; ) {
    if (performance.now() > end) throw new Error('there is no session');
    node.mesh.sessions.send(other, message);
    await wait(100);
  }
  const figures = await measured(
    () => void node.mesh.sessions.send(other, message),
    (on) => {
      heard = on;
    },
  );
  await node.layer.stop();
  child.kill();
  return figures;
}

/** The daemon on loopback; undefined: there is none. */
async function daemonHere(): Promise<{ child: ChildProcess; udp: string; npub: string; folder: string } | undefined> {
  const program = join(process.env.HEARTH_FIPS ?? '', 'fips');
  if (!process.env.HEARTH_FIPS || !existsSync(program)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'hearth-mesh-'));
  const port = 20_000 + (process.pid % 20_000);
  const config = join(folder, 'fips.yaml');
  writeFileSync(
    config,
    `node:
  system_files_enabled: false
  identity: {nsec: "${'b2'.repeat(32)}"}
  control: {enabled: false}
  discovery: {nostr: {enabled: false}, lan: {enabled: false}}
tun: {enabled: false}
dns: {enabled: false}
transports:
  udp: {bind_addr: "127.0.0.1:${port}"}
`,
  );
  const child = spawn(program, ['-c', config], { stdio: 'ignore', env: { ...process.env, RUST_LOG: 'error' } });
  await wait(1000);
  const npub = 'npub1d23a4x6ur4se2crkevcpfl765zvkhtx6u2d6fwy78x6q3ruxa3uqxy0a8k';
  return { child, udp: `127.0.0.1:${port}`, npub, folder };
}

function show(what: string, { mbit, latencyMs }: Figures): void {
  process.stdout.write(
    `${what.padEnd(44)} ${mbit.toFixed(0).padStart(6)} Mbit/s ${latencyMs.toFixed(3).padStart(8)} ms\n`,
  );
}

process.stdout.write('1200-byte frames, there and back at once; one way of a single one\n');
show('plain datagrams', await plain());
const linkMbit = await oneWay();
process.stdout.write(`${'a link, one way'.padEnd(44)} ${linkMbit.toFixed(0).padStart(6)} Mbit/s\n`);
show('a session with a neighbour', await mesh());
const daemon = await daemonHere();
if (daemon) {
  show('a session by the official daemon between', await mesh(daemon));
  daemon.child.kill();
  rmSync(daemon.folder, { recursive: true });
} else process.stdout.write('SKIPPED: the official daemon, whose folder HEARTH_FIPS is to name\n');

const aims: Aim[] = [];
let leastMbit = AIM.mbit;
const why = whyNotByTun();
if (why === undefined) {
  process.stdout.write('\nBy TCP through TUN devices; there and back of a ping; of a core, at rest\n');
  const shares: (readonly [what: string, share: number])[] = [];
  await byTun(process.env.HEARTH_FIPS ?? '', (what, { mbit, retransmits, pingMs, idleShare }) => {
    const idle = idleShare === undefined ? '' : `${(idleShare * 100).toFixed(2)} %`;
    const sent = `${mbit.toFixed(0).padStart(6)} Mbit/s ${String(retransmits).padStart(6)} sent again`;
    process.stdout.write(`${what.padEnd(24)} ${sent} ${pingMs.toFixed(3).padStart(8)} ms ${idle.padStart(8)}\n`);
    if (what.startsWith('ours') && idleShare !== undefined) shares.push([what, idleShare]);
    if (what === 'daemon to daemon') leastMbit = Math.min(leastMbit, mbit * AIM.ofDaemon);
  });
  const floor = await floorShare();
  process.stdout.write(`a program with a datagram now and then: ${(floor * 100).toFixed(2)} % at rest\n`);
  const most = Math.max(AIM.idlePercent, floor * 100);
  aims.push(...shares.map(([what, share]) => atMost(`${what}, at rest`, share * 100, most, '% of a core')));
} else process.stdout.write(`SKIPPED: the mesh through TUN devices, for ${why}\n`);
judge([atLeast('a link, one way', linkMbit, leastMbit, 'Mbit/s'), ...aims]);
process.exit();
