// Transports on real sockets, and links of ours across them.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { FIPS } from '../../../../src-main/networks/fips/bounds.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../../../src-main/networks/fips/link-layer.ts';
import { formatHostPort, parseHostPort } from '../../../../src-main/networks/fips/transports/address.ts';
import { TcpTransport } from '../../../../src-main/networks/fips/transports/tcp.ts';
import type { Transport } from '../../../../src-main/networks/fips/transports/transport.ts';
import { UdpTransport } from '../../../../src-main/networks/fips/transports/udp.ts';
import { encodeMessage1 } from '../../../../src-main/networks/fips/wire/frame.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const FRAME = encodeMessage1({ sender: 1, noise: Buffer.alloc(106, 5) });
const never = new AbortController().signal;

const make = {
  udp: (bind = LOOPBACK) => new UdpTransport({ id: 'udp', bind }),
  tcp: (bind = LOOPBACK) => new TcpTransport({ clock: systemClock }, { id: 'tcp', bind }),
};

async function started(transport: Transport) {
  const heard: string[] = [];
  const events = {
    received: (address: string, frame: Buffer) => void heard.push(`${address} ${frame.toString('hex')}`),
    closed: (address: string) => void heard.push(`closed ${address}`),
    unreachable: (address: string) => void heard.push(`unreachable ${address}`),
  };
  await transport.start(events);
  onTestFinished(() => transport.stop());
  return { transport, heard, local: transport.local! };
}

describe('an address', () => {
  it.each(['127.0.0.1:2121', '[::1]:1', 'mesh.example:65535'])('is read and written: %s', (text) => {
    expect(formatHostPort(parseHostPort(text)!)).toBe(text);
  });

  it.each(['', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', '::1:2121', '[x]:1', 'a b:1', ':5', '1.2.3.4:5 '])(
    'is none: "%s"',
    (text) => {
      expect(parseHostPort(text)).toBeUndefined();
    },
  );
});

describe.each(['udp', 'tcp'] as const)('frames by %s', (type) => {
  it('go both ways, from the address that the other end can answer', async () => {
    const [one, other] = [await started(make[type]()), await started(make[type]())];
    const there = await one.transport.connect(other.local, never);
    one.transport.send(there, FRAME);
    await until('the frame', () => other.heard.length > 0);
    const [address, frame] = other.heard[0]!.split(' ');
    expect(frame).toBe(FRAME.toString('hex'));
    other.transport.send(address!, FRAME);
    await until('the answer', () => one.heard.length > 0);
    expect(one.heard).toEqual([`${there} ${FRAME.toString('hex')}`]);
  });

  it('that are too long, or go to nowhere, are lost and nothing else', async () => {
    const [one, other] = [await started(make[type]()), await started(make[type]())];
    const there = await one.transport.connect(other.local, never);
    one.transport.send(there, Buffer.alloc(one.transport.mtu + 1));
    one.transport.send('nowhere', FRAME);
    one.transport.send(there, FRAME);
    await until('the frame', () => other.heard.length > 0);
    expect(other.heard).toHaveLength(1);
  });

  it('can be started and stopped two hundred times on the same port', async () => {
    const first = make[type]();
    await first.start({ received: () => undefined, closed: () => undefined, unreachable: () => undefined });
    const bind = parseHostPort(first.local!)!;
    await first.stop();
    for (let nth = 0; nth < 200; nth += 1) {
      const again = make[type](bind);
      await again.start({ received: () => undefined, closed: () => undefined, unreachable: () => undefined });
      expect(again.local).toBe(formatHostPort(bind));
      await again.stop();
    }
  });

  it('are not begun where the port is taken, which is said', async () => {
    const one = await started(make[type]());
    const other = make[type](parseHostPort(one.local)!);
    const nothing = { received: () => undefined, closed: () => undefined, unreachable: () => undefined };
    await expect(other.start(nothing)).rejects.toThrow('EADDRINUSE');
    await other.stop();
  });

  it.each(['nonsense', '127.0.0.1'])('are not sent to "%s"', async (target) => {
    const one = await started(make[type]());
    await expect(one.transport.connect(target, never)).rejects.toThrow('host:port');
  });
});

describe('a connection', () => {
  const connected = async (to: string): Promise<Socket> => {
    const { host, port } = parseHostPort(to)!;
    const socket = connect(port, host);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };

  it('that brings something else is ended', async () => {
    const { local, heard } = await started(make.tcp());
    const socket = await connected(local);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await until('its end', () => heard.length > 0);
    expect(heard[0]).toMatch(/^closed /);
  });

  it(`is taken ${FIPS.connections} times at once, and those above are ended`, async () => {
    const { local } = await started(make.tcp());
    for (let nth = 0; nth < FIPS.connections; nth += 1) await connected(local);
    const one = await connected(local);
    await once(one, 'close');
    expect(one.destroyed).toBe(true);
  });

  it('drops what its other end does not take, above a megabyte', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.pause())).listen(0, '127.0.0.1');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { transport } = await started(make.tcp());
    const there = await transport.connect(`127.0.0.1:${port}`, never);
    const [sent, last] = [70_000_000, Buffer.from('the last')];
    for (let bytes = 0; bytes < sent; bytes += 1400) transport.send(there, Buffer.alloc(1400));
    let taken = 0;
    let end: Buffer = Buffer.alloc(0);
    sockets[0]!.on('data', (bytes: Buffer) => {
      taken += bytes.length;
      end = bytes.subarray(-last.length);
    });
    sockets[0]!.resume();
    await until('the connection to be free again', () => {
      transport.send(there, last);
      return end.equals(last);
    });
    // The rest is what the system itself holds for a connection.
    expect(taken).toBeLessThan(sent / 2);
  });

  it(`of which nothing is heard is closed after ${FIPS.unusedMs / 1000} seconds, and one with a link is not`, async () => {
    const clock = new HandClock();
    const open = (secret: number) => {
      const transport = new TcpTransport({ clock }, { id: 'tcp', bind: LOOPBACK });
      const ups: string[] = [];
      const layer = new LinkLayer(
        {
          clock,
          random: systemRandom,
          identity: Identity.of(Buffer.alloc(32, secret))!,
          epoch: randomBytes(8),
          transports: [transport],
        },
        {
          admits: () => true,
          up: ({ npub }) => void ups.push(npub),
          down: () => void ups.pop(),
          unanswered: () => undefined,
          received: () => undefined,
          measured: () => undefined,
          ticked: () => undefined,
        },
      );
      onTestFinished(() => layer.stop());
      return { layer, transport, ups };
    };
    const [one, other] = [open(1), open(2)];
    await one.layer.start();
    await other.layer.start();
    const idle = await connected(one.transport.local!);
    const xOnly = Identity.of(Buffer.alloc(32, 1))!.xOnly;
    const gone = once(idle, 'close');
    expect(await other.layer.dial({ transport: 'tcp', target: one.transport.local!, xOnly }, never)).toBe('dialled');
    await until('the link', () => one.ups.length === 1 && other.ups.length === 1);
    for (let second = 0; second < 12; second += 1) {
      await clock.turn(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gone;
    expect([one.ups.length, other.ups.length]).toEqual([1, 1]);
  });
});
