// `npm run bench -- --mesh`: what sealing twice and finding the way cost, beside plain datagrams in the same run. Another process says
// back what it hears. HEARTH_FIPS names the folder of the official daemon: then it passes on between the two as well.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeNpub, type NodeAddr } from '../../src-main/networks/fips/identity/names.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';
import { benchNode } from './mesh-node.ts';

/** A frame of 1200 bytes, with what seals and addresses it. */
const BODY_BYTES = 1200 - 106;
const WINDOW = 64;
const MS = 3000;
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
      await new Promise((resolve) => setTimeout(resolve, LOST_MS));
      if (performance.now() - heardAt >= LOST_MS) for (let nth = 0; nth < window; nth += 1) send();
    }
    isOver = true;
    return back / (performance.now() - began);
  };
  const mbit = ((await run(WINDOW)) * 1000 * 1200 * 8) / 1e6;
  await new Promise((resolve) => setTimeout(resolve, 4 * LOST_MS));
  return { mbit, latencyMs: 1 / (await run(1)) / 2 };
}

async function echoProcess(args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mesh-echo-child.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { plain: number; udp: string; npub: string }) };
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
    await new Promise((resolve) => setTimeout(resolve, 100));
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
  await new Promise((resolve) => setTimeout(resolve, 1000));
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
show('a session with a neighbour', await mesh());
const daemon = await daemonHere();
if (daemon) {
  show('a session by the official daemon between', await mesh(daemon));
  daemon.child.kill();
  rmSync(daemon.folder, { recursive: true });
} else process.stdout.write('SKIPPED: the official daemon, whose folder HEARTH_FIPS is to name\n');
process.exit(0);
