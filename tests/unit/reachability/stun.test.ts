import { createSocket, type RemoteInfo } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { askStun, type StunQuestion } from '../../../src-main/reachability/stun/ask.ts';
import { decodeStun, encodeBinding } from '../../../src-main/reachability/stun/codec.ts';
import { parseStunServer } from '../../../src-main/reachability/stun/servers.ts';
import type { Datagrams } from '../../../src-main/reachability/stun/socket.ts';
import { type StunServerOptions, startStunServer } from '../../simulators/stun.ts';
import { seededRandom } from '../../support/random.ts';
import vectors from '../../vectors/nat.json' with { type: 'json' };

const random = seededRandom(3);
const TWO = ['127.0.0.1', '127.0.0.2'] as const;

async function start(options: StunServerOptions = {}) {
  const server = await startStunServer(options);
  onTestFinished(() => server.stop());
  return server;
}

function ask(
  servers: readonly string[],
  over: Partial<StunQuestion> = {},
  lookUp?: (host: string) => Promise<string[]>,
) {
  const signal = new AbortController().signal;
  const question = { servers, family: 4, local: '127.0.0.1', signal, timeoutMs: 400, ...over } as const;
  return askStun({ clock, random, ...(lookUp ? { lookUp } : {}) }, question);
}

describe('a STUN datagram', () => {
  it.each(vectors.stun.answers)('is read: $name', ({ hex, means }) => {
    expect(decodeStun(Buffer.from(hex, 'hex'))).toEqual(means ?? undefined);
  });

  it.each(vectors.stun.requests)('is made: $name', ({ transaction, change, hex }) => {
    expect(encodeBinding(transaction, change as 'port' | undefined).toString('hex')).toBe(hex);
  });

  it('is not read when its fingerprint does not fit', () => {
    const bytes = Buffer.from(vectors.stun.answers[0]!.hex, 'hex');
    bytes.writeUInt8(bytes.readUInt8(47) ^ 1, 47);
    expect(decodeStun(bytes)).toBeUndefined();
  });
});

describe('a server of the setting', () => {
  it.each([
    ['stun.example.org', { host: 'stun.example.org', port: 3478 }],
    ['stun:stun.example.org:19302', { host: 'stun.example.org', port: 19_302 }],
    [' 192.0.2.1:1 ', { host: '192.0.2.1', port: 1 }],
    ['[2001:db8::1]:3479', { host: '2001:db8::1', port: 3479 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 3478 }],
    ['a:0', undefined],
    ['a:65536', undefined],
    ['[nonsense]:1', undefined],
    ['-a', undefined],
    ['a b', undefined],
    ['http://a', undefined],
    ['', undefined],
  ])('is understood: %s', (text, means) => {
    expect(parseStunServer(text)).toEqual(means);
  });
});

describe('asking STUN servers', () => {
  it('tells where we are seen, and no more of the NAT than one server can', async () => {
    const { server } = await start();
    const found = await ask([server]);
    expect(found).toEqual({
      family: 4,
      reflexive: { address: '127.0.0.1', port: expect.any(Number) },
      mapping: 'unknown',
      nat: 'unknown',
      servers: [{ server, seen: found.reflexive, trouble: undefined }],
    });
  });

  it('asks by IPv6', async () => {
    const { server } = await start({ hosts: ['::1'] });
    expect((await ask([server], { family: 6, local: '::1' })).reflexive?.address).toBe('::1');
  });

  it.each<[string, StunServerOptions, object]>([
    ['lets in anything', {}, { mapping: 'endpoint-independent', nat: 'full_cone' }],
    ['knows addresses', { filters: 'address' }, { mapping: 'endpoint-independent', nat: 'restricted_cone' }],
    ['knows ports too', { filters: 'port' }, { mapping: 'endpoint-independent', nat: 'port_restricted' }],
    ['maps for each server anew', { symmetric: true }, { mapping: 'symmetric', nat: 'symmetric' }],
    ['is not to be found out', { ignoresChange: true }, { mapping: 'endpoint-independent', nat: 'unknown' }],
  ])('tells a NAT that %s by a server with two addresses', async (_, options, expected) => {
    const { server } = await start({ hosts: TWO, ...options });
    expect(await ask([server])).toMatchObject(expected);
  });

  it('tells a symmetric NAT by two servers', async () => {
    const one = await start({ symmetric: true });
    const two = await start();
    expect(await ask([one.server, two.server])).toMatchObject({ mapping: 'symmetric', nat: 'symmetric' });
    expect((await ask([two.server, (await start({ hosts: ['127.0.0.2'] })).server])).mapping).toBe(
      'endpoint-independent',
    );
  });

  it('believes the most when servers differ, and nobody when none has more voices', async () => {
    const honest = await start();
    const another = await start();
    const liar = await start({ tells: '11.1.1.1' });
    expect((await ask([liar.server, honest.server, another.server])).reflexive?.address).toBe('127.0.0.1');
    expect(await ask([liar.server, honest.server])).toMatchObject({ reflexive: undefined, mapping: 'unknown' });
  });

  it('says what was the matter with each', async () => {
    const quiet = await start({ silent: true });
    const wrong = await start({
      tamper: (answer) => Buffer.concat([answer.subarray(0, 8), Buffer.alloc(answer.length - 8)]),
    });
    const found = await ask([quiet.server, wrong.server, 'a:b:c', 'nowhere.example', '[::1]:1'], {}, async () => []);
    expect(found.servers.map(({ trouble }) => trouble)).toEqual([
      'silent',
      'silent',
      'invalid',
      'unresolved',
      'unresolved',
    ]);
    expect(found.reflexive).toBeUndefined();
    expect(quiet.requests()).toBeLessThanOrEqual(4);
  });

  it('looks names up, and not for ever', async () => {
    const { server } = await start();
    const [, port] = server.split(':');
    const named = await ask([`home.example:${port}`], {}, async () => ['::1', '127.0.0.1']);
    expect(named.reflexive?.address).toBe('127.0.0.1');
    const never = await ask(['home.example'], { timeoutMs: 20 }, () => new Promise(() => undefined));
    expect(never.servers[0]?.trouble).toBe('unresolved');
  });

  it('is not sent into another network by a server', async () => {
    // An other address that is not of the kind of the server's own.
    const other = await start({ hosts: ['127.0.0.2'] });
    const tamper = (answer: Buffer) => {
      const bytes = Buffer.from(answer);
      Buffer.from([192, 168, 0, 1]).copy(bytes, bytes.length - 4);
      return bytes;
    };
    const { server } = await start({ hosts: TWO, tamper });
    expect(await ask([server])).toMatchObject({ mapping: 'unknown', nat: 'unknown' });
    expect(other.requests()).toBe(0);
  });

  it('ends at once with the reason when it is told to', async () => {
    const { server } = await start({ silent: true });
    const stop = new AbortController();
    const reason = new Error('enough');
    const asking = ask([server], { signal: stop.signal, timeoutMs: 60_000 });
    const slow = ask(['home.example'], { signal: stop.signal, timeoutMs: 60_000 }, () => new Promise(() => undefined));
    const both = Promise.allSettled([asking, slow]);
    stop.abort(reason);
    expect(await both).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  it('says of a line that is not there that all were silent', async () => {
    const { server } = await start();
    expect((await ask([server], { local: '192.0.2.77' })).servers[0]?.trouble).toBe('silent');
  });
});

describe('asking STUN servers from a socket of the caller', () => {
  /** Bound, with what its owner heard by it. */
  async function own() {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const heard: string[] = [];
    socket.on('message', (bytes) => heard.push(bytes.toString('latin1')));
    const datagrams: Datagrams = {
      send: (bytes, { address, port }) => socket.send(bytes, port, address),
      onDatagram(listener) {
        const hear = (bytes: Buffer, { address, port }: RemoteInfo) => listener(bytes, { address, port });
        socket.on('message', hear);
        return () => socket.off('message', hear);
      },
    };
    return { socket, datagrams, heard, port: socket.address().port };
  }

  it('tells where that socket is seen, and leaves it open with none of its listeners', async () => {
    const [one, other] = [await start(), await start({ hosts: TWO })];
    const { socket, datagrams, port, heard } = await own();
    const found = await ask([one.server, other.server], { datagrams });
    expect([found.reflexive, found.nat]).toEqual([{ address: '127.0.0.1', port }, 'unknown']);
    expect(socket.listenerCount('message')).toBe(1);
    // Its owner hears what else comes, then as now.
    const mine = new Promise((resolve) => socket.once('message', (bytes) => resolve(bytes.toString())));
    socket.send('a frame', port, '127.0.0.1');
    expect([await mine, heard.at(-1)]).toEqual(['a frame', 'a frame']);
  });

  it('takes nothing of the owner’s datagrams for an answer', async () => {
    const { socket, datagrams, port } = await own();
    const stranger = await own();
    const silent = `127.0.0.1:${stranger.port}`;
    stranger.socket.on('message', (bytes) => {
      // Another transaction, and bytes that are no STUN.
      stranger.socket.send(Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(12, 7)]), port, '127.0.0.1');
      stranger.socket.send('noise', port, '127.0.0.1');
    });
    const found = await ask([silent], { datagrams });
    expect([found.reflexive, found.servers[0]?.trouble, socket.listenerCount('message')]).toEqual([
      undefined,
      'silent',
      1,
    ]);
  });

  it('ends at once with the reason when it is told to, and the socket stays', async () => {
    const { socket, datagrams } = await own();
    const deaf = await own();
    const stop = new AbortController();
    const asking = ask([`127.0.0.1:${deaf.port}`], { datagrams, signal: stop.signal, timeoutMs: 600_000 });
    await new Promise((resolve) => deaf.socket.once('message', resolve));
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(socket.listenerCount('message')).toBe(1);
  });
});
