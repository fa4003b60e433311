// Ports of this computer that lead to boxes of another one: what goes through, and what each connection and caller is held to.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BOX_PORTS } from '../../../../src-main/backends/workloads/proxmox/bounds.ts';
import { Forwarder } from '../../../../src-main/backends/workloads/proxmox/forwarder.ts';
import { freePort } from '../../../support/network.ts';
import { until } from '../../../support/wait.ts';

/** Listens, and lets one wait. */
const STANDS = `const s = require('node:net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`;

const LONG = Buffer.alloc(4 * 1024 * 1024, 'x');

/** Boxes at 127.0.0.1, whose program does as it is told with each connection, and a port that leads to each. */
async function setUp(program: (socket: Socket) => void, bounds: Partial<typeof BOX_PORTS> = {}, boxes = 1) {
  const inside = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    inside.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => inside.delete(socket));
    program(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const box = (server.address() as { port: number }).port;
  const ways = new Forwarder(bounds);
  const outside = new Set<Socket>();
  const ports: number[] = [];
  for (let at = 0; at < boxes; at += 1) {
    const host = await freePort();
    ports.push(host);
    await ways.listen(`box-${at}`, [{ host, box, protocol: 'tcp' }]);
    ways.lead(`box-${at}`, '127.0.0.1');
  }
  onTestFinished(() => {
    for (let at = 0; at < boxes; at += 1) ways.close(`box-${at}`);
    for (const socket of [...outside, ...inside]) socket.destroy();
    server.close();
  });
  const open = async (more: Partial<NetConnectOpts> = {}, at = 0) => {
    const socket = connect({ host: '127.0.0.1', port: ports[at]!, ...more } as NetConnectOpts);
    outside.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => outside.delete(socket));
    await once(socket, 'connect');
    return socket;
  };
  /** Whether a program in the box takes it. */
  const isLet = async (more: Partial<NetConnectOpts> = {}, at = 0) => {
    const before = inside.size;
    const socket = (await open(more, at)).resume();
    return until('it to be taken or cut off', () => (socket.closed ? 'no' : inside.size > before ? 'yes' : undefined));
  };
  return { ways, open, isLet, inside, outside };
}

const echo = (socket: Socket) => void socket.pipe(socket);

async function all(socket: Socket): Promise<number> {
  let bytes = 0;
  for await (const piece of socket) bytes += (piece as Buffer).length;
  return bytes;
}

describe('a port that leads to a box', () => {
  it('has all that either side says go through, also after one has ended what it says', async () => {
    const { open, inside } = await setUp(echo);
    const socket = await open({ allowHalfOpen: true });
    const heard = all(socket);
    socket.end(LONG);
    expect(await heard).toBe(LONG.length);
    await until('both ends to be gone', () => inside.size === 0);
  });

  it('hears what is said to a box that has ended what it says', async () => {
    let heard = 0;
    const { open } = await setUp((socket) => {
      socket.end('bye');
      socket.on('data', (piece: Buffer) => {
        heard += piece.length;
      });
    });
    const socket = await open({ allowHalfOpen: true });
    expect(await all(socket)).toBe(3);
    socket.end(LONG);
    await until('all of it', () => heard === LONG.length);
  });

  it('holds a sender up until the reader has taken some', async () => {
    let written = 0;
    const { open } = await setUp((socket) => {
      const more = () => {
        while (socket.write(LONG, () => (written += LONG.length)));
      };
      socket.on('drain', more);
      more();
    });
    const socket = await open();
    socket.pause();
    let [before, same] = [-1, 0];
    await until('it to stand still', () => {
      same = socket.bytesRead + written === before ? same + 1 : 0;
      before = socket.bytesRead + written;
      return same > 20;
    });
    // What the kernel holds between the four sockets, and nothing that grows.
    expect(written).toBeLessThan(32 * 1024 * 1024);
    socket.resume();
    const taken = socket.bytesRead;
    await until('it to go on', () => socket.bytesRead > taken + 2 * LONG.length);
  });

  it('cuts a connection off that is idle, and none that is not', async () => {
    const { open, inside } = await setUp(echo, { idleMs: 400 });
    const [idle, busy] = [await open(), await open()];
    busy.resume();
    idle.resume();
    await until('the idle one to be gone', () => {
      busy.write('x');
      return idle.closed;
    });
    expect([busy.closed, inside.size]).toEqual([false, 1]);
  });

  it('gives up on a reader that takes nothing more, so that a sender that has gone is seen', async () => {
    const { open, outside } = await setUp((socket) => void socket.pause(), { stalledMs: 300 });
    const socket = await open();
    socket.resume();
    socket.write(Buffer.alloc(64 * 1024 * 1024));
    await until('it to be cut off', () => outside.size === 0);
  });

  it('waits a shorter time once one side has ended', async () => {
    const { open } = await setUp((socket) => void socket.resume(), { stalledMs: 200 });
    const socket = await open();
    socket.resume();
    socket.end('x');
    await until('it to be cut off', () => socket.closed);
  });

  it.skipIf(process.platform !== 'linux')('gives up on a box that takes no connection', async () => {
    const { ways, open } = await setUp(echo, { connectMs: 200 });
    const stands = spawn(process.execPath, ['-e', STANDS], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void stands.kill('SIGKILL'));
    const [said] = (await once(stands.stdout, 'data')) as [Buffer];
    stands.kill('SIGSTOP');
    const [host, box] = [await freePort(), Number(said.toString())];
    // The system takes as many for it as may wait, and no more.
    const before = [1, 2, 3].map(() => connect(box, '127.0.0.1').on('error', () => undefined));
    onTestFinished(() => before.forEach((socket) => void socket.destroy()));
    await until('those that may wait', () => before.filter(({ connecting }) => !connecting).length >= 2);
    await ways.listen('box-0', [{ host, box, protocol: 'tcp' }]);
    ways.lead('box-0', '127.0.0.1');
    const socket = (await open({ port: host })).resume();
    await until('it to be cut off', () => socket.closed, 60_000);
  });

  it('lets one address have so many connections, and others theirs', async () => {
    const { isLet } = await setUp(echo, { loopback: 3, perBox: 5 });
    const from = async (localAddress: string, times: number) => {
      const said: string[] = [];
      for (let time = 0; time < times; time += 1) said.push(await isLet({ localAddress }));
      return said;
    };
    expect(await from('127.0.0.1', 4)).toEqual(['yes', 'yes', 'yes', 'no']);
    expect(await from('127.0.0.2', 3)).toEqual(['yes', 'yes', 'no']);
  });

  it('gives each box some, also while others have all', async () => {
    const { isLet, outside } = await setUp(echo, { together: 3, reserved: 1 }, 2);
    const said: string[] = [];
    for (const at of [0, 0, 0, 0, 1, 1]) said.push(await isLet({}, at));
    expect(said).toEqual(['yes', 'yes', 'yes', 'no', 'yes', 'no']);
    for (const socket of outside) socket.destroy();
    await until('room again', async () => (await isLet({}, 1)) === 'yes');
  });

  it('leads nowhere while its box does not run', async () => {
    const { ways, open, isLet, inside } = await setUp(echo);
    const socket = await open();
    socket.resume();
    await until('it to be through', () => inside.size === 1);
    ways.lead('box-0', undefined);
    await until('both ends to be gone', () => socket.closed && inside.size === 0);
    expect(await isLet()).toBe('no');
    ways.lead('box-0', '127.0.0.1');
    expect(await isLet()).toBe('yes');
  });
});
