// Forwards between nodes of ours on real sockets: ports that lead through the mesh, and who may use them.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FORWARDS } from '../../../../src-main/networks/fips/forwards/bounds.ts';
import type { ForwardWish } from '../../../../src-main/networks/fips/forwards/forward.ts';
import { Forwards } from '../../../../src-main/networks/fips/forwards/forwards.ts';
import { TCP } from '../../../../src-main/networks/fips/tcp/bounds.ts';
import { HandClock } from '../../../support/clock.ts';
import { freePort } from '../../../support/fips-daemon.ts';
import { fipsNode } from '../../../support/fips-node.ts';
import { seededRandom } from '../../../support/random.ts';
import { until } from '../../../support/wait.ts';

type Node = Awaited<ReturnType<typeof fipsNode>>;

/** What a program here offers: it says back what it hears, after it has heard the end. */
async function echo(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    void buffer(socket).then(
      (bytes) => socket.end(bytes),
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function dialled(): Promise<readonly [Node, Node]> {
  const [one, other] = [await fipsNode(1), await fipsNode(2)];
  await one.dial('udp', other.udp, other.identity);
  await until('the link', () => one.layer.links.peers.size + other.layer.links.peers.size === 2);
  return [one, other];
}

function opened(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  return socket;
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

/** What comes back; undefined: it was cut off. */
async function said(port: number, bytes: Buffer, first: Buffer = Buffer.alloc(0)): Promise<Buffer | undefined> {
  const socket = opened(port);
  socket.on('error', () => undefined);
  socket.write(first);
  socket.end(bytes);
  return buffer(socket).catch(() => undefined);
}

async function inbound(node: Node, allow: readonly Node[]): Promise<number> {
  const hostPort = await echo();
  await node.forwards.add({
    kind: 'in',
    port: 4000,
    host: '127.0.0.1',
    hostPort,
    allow: allow.map(({ identity }) => identity.npub),
  });
  return 4000;
}

describe('a forward', () => {
  it('carries what programs say to each other, whole, both ways, many at once', async () => {
    const [one, other] = await dialled();
    const nodePort = await inbound(other, [one]);
    const port = await freePort();
    await one.forwards.add({ kind: 'out', port, node: other.identity.npub, nodePort });
    const texts = Array.from({ length: 10 }, (_, nth) => seededRandom(nth + 1).bytes(50_000));
    const answers = await Promise.all(texts.map((text) => said(port, text)));
    for (const [nth, answer] of answers.entries()) expect(answer?.equals(texts[nth]!), String(nth)).toBe(true);
    await until('all to be over', () => [one, other].every(({ forwards }) => forwards.all[0]!.open === 0));
    expect(one.forwards.all[0]).toMatchObject({ total: 10, bytesIn: 500_000, bytesOut: 500_000 });
    expect(other.forwards.all[0]).toMatchObject({ total: 10, bytesIn: 500_000, bytesOut: 500_000 });
  });

  it('lets in whom it names, and nobody else can tell that it is there', async () => {
    const [one, other] = await dialled();
    const third = await fipsNode(3);
    await third.dial('udp', other.udp, other.identity);
    await until('its link', () => third.layer.links.peers.size === 1);
    const nodePort = await inbound(other, [one]);
    for (const [node, is] of [
      [one, 'let in'],
      [third, 'cut off'],
    ] as const) {
      const port = await freePort();
      await node.forwards.add({ kind: 'out', port, node: other.identity.npub, nodePort });
      expect([is, (await said(port, Buffer.from('hello')))?.toString()]).toEqual([
        is,
        is === 'let in' ? 'hello' : undefined,
      ]);
    }
    expect(other.forwards.all[0]).toMatchObject({ total: 1 });
  });

  it('is over once it is removed, and so are its connections', async () => {
    const [one, other] = await dialled();
    const nodePort = await inbound(other, [one]);
    const port = await freePort();
    const { id } = await one.forwards.add({ kind: 'out', port, node: other.identity.npub, nodePort });
    const socket = opened(port);
    socket.on('error', () => undefined);
    socket.write('x');
    await until('it', () => other.forwards.all[0]!.open === 1);
    expect(await one.forwards.remove(id)).toBe(true);
    await closed(socket);
    await until('the other end to be told', () => other.forwards.all[0]!.open === 0);
    expect([one.programs.connections, other.programs.connections, one.forwards.all]).toEqual([0, 0, []]);
    expect(await one.forwards.remove(id)).toBe(false);
    expect(await said(port, Buffer.from('x'))).toBeUndefined();
  });

  it.each<readonly [string, (npub: string, taken: number) => ForwardWish, string]>([
    [
      'to another computer',
      (npub) => ({ kind: 'in', port: 1, host: '192.168.1.1', hostPort: 80, allow: [npub] }),
      'fips.forward-target',
    ],
    [
      'to a name',
      (npub) => ({ kind: 'in', port: 1, host: 'localhost', hostPort: 80, allow: [npub] }),
      'fips.forward-target',
    ],
    ['for everybody', () => ({ kind: 'in', port: 1, host: '::1', hostPort: 80, allow: [] }), 'fips.forward-allow'],
    [
      'for what is no key',
      () => ({ kind: 'in', port: 1, host: '::1', hostPort: 80, allow: ['npub1x'] }),
      'fips.forward-allow',
    ],
    [
      'for more than may be',
      (npub) => ({ kind: 'in', port: 1, host: '::1', hostPort: 80, allow: Array(FORWARDS.allowed + 1).fill(npub) }),
      'fips.forward-allow',
    ],
    ['to a port that is none', (npub) => ({ kind: 'out', port: 70_000, node: npub, nodePort: 1 }), 'fips.forward-port'],
    [
      'to nobody',
      (_, taken) => ({ kind: 'out', port: taken, node: 'attic', nodePort: 1 }),
      'fips.forward-node-unknown',
    ],
    [
      'at a port of another program',
      (npub, taken) => ({ kind: 'out', port: taken, node: npub, nodePort: 1 }),
      'fips.forward-port-taken',
    ],
  ])('%s is not made', async (_, wish, code) => {
    const node = await fipsNode(1);
    const taken = await echo();
    await expect(node.forwards.add(wish(node.identity.npub, taken))).rejects.toMatchObject({ code });
    expect(node.forwards.all).toEqual([]);
  });

  it('is one of no more than there may be', async () => {
    const node = await fipsNode(1);
    for (let port = 1; port <= FORWARDS.forwards; port += 1)
      await node.forwards.add({ kind: 'in', port, host: '::1', hostPort: 80, allow: [node.identity.npub] });
    const more = { kind: 'in', port: 1000, host: '::1', hostPort: 80, allow: [node.identity.npub] } as const;
    await expect(node.forwards.add(more)).rejects.toMatchObject({ code: 'fips.forward-too-many' });
  });

  it('cuts off programs above as many connections as there may be', async () => {
    const node = await fipsNode(1);
    const port = await freePort();
    await node.forwards.add({ kind: 'out', port, node: (await fipsNode(9)).identity.npub, nodePort: 1 });
    const sockets = Array.from({ length: TCP.connections + 5 }, () => opened(port));
    let cut = 0;
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        cut += 1;
      });
    }
    await until('some to be cut off', () => cut >= 5);
    expect(node.programs.connections).toBeLessThanOrEqual(TCP.connections);
  });
});

describe('a SOCKS port', () => {
  const hello = Buffer.from('050100', 'hex');
  const wants = (host: string, port: number) => {
    const name = Buffer.from(host);
    return Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, Buffer.of(port >> 8, port & 0xff)]);
  };

  it('leads to nodes by their names and addresses', async () => {
    const [one, other] = await dialled();
    one.hosts.set('attic', other.identity.xOnly);
    const nodePort = await inbound(other, [one]);
    const port = await freePort();
    await one.forwards.add({ kind: 'socks', port });
    const address = Buffer.concat([
      Buffer.of(5, 1, 0, 4),
      Buffer.from(
        other.identity.ipv6
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join(''),
        'hex',
      ),
    ]);
    const requests = [
      wants('attic.fips', nodePort),
      wants(`${other.identity.npub}.fips`, nodePort),
      Buffer.concat([address, Buffer.of(nodePort >> 8, nodePort & 0xff)]),
    ];
    for (const request of requests) {
      const answer = await said(port, Buffer.from('through it'), Buffer.concat([hello, request]));
      expect(answer?.toString('latin1')).toBe('\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00through it');
    }
  });

  it.each<readonly [string, Buffer, string]>([
    ['another version', Buffer.from('0401'), ''],
    ['a password', Buffer.from('050102', 'hex'), '05ff'],
    ['a server', Buffer.concat([hello, Buffer.from('05020001000000000000', 'hex')]), '050005070001000000000000'],
    ['an IPv4 address', Buffer.concat([hello, Buffer.from('050100017f0000010050', 'hex')]), '050005080001000000000000'],
    ['a computer outside of the mesh', Buffer.concat([hello, wants('example.org', 80)]), '050005020001000000000000'],
    [
      'this computer',
      Buffer.concat([hello, Buffer.from(`05010004${'0'.repeat(31)}10050`, 'hex')]),
      '050005020001000000000000',
    ],
    ['no end of methods', Buffer.concat([Buffer.of(5), Buffer.alloc(FORWARDS.greetingBytes + 10)]), ''],
  ])('does not lead to who asks for %s', async (_, bytes, answer) => {
    const node = await fipsNode(1);
    const port = await freePort();
    await node.forwards.add({ kind: 'socks', port });
    const heard = await said(port, Buffer.alloc(0), bytes);
    expect(heard?.toString('hex') ?? '').toBe(answer);
    expect(node.programs.connections).toBe(0);
  });

  it('cuts off who says nothing for too long', async () => {
    const clock = new HandClock();
    const nobody = { hosts: () => new Map(), know: () => expect.unreachable(), nodeOf: () => expect.unreachable() };
    // Before it has said where it wants to go there is nothing to connect.
    const forwards = new Forwards({ clock, random: seededRandom(), stack: undefined as never, ...nobody });
    onTestFinished(() => forwards.stop());
    const port = await freePort();
    await forwards.add({ kind: 'socks', port });
    const socket = opened(port);
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(Buffer.of(5));
    await until('it to be let in', () => clock.timers === 1);
    await clock.turn(FORWARDS.greetingMs - 1);
    expect([socket.destroyed, clock.timers]).toEqual([false, 1]);
    const end = closed(socket);
    await clock.turn(1);
    await end;
    expect(clock.timers).toBe(0);
  });
});
