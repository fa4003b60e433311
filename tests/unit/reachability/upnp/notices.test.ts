import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenForNotices, readNotice } from '../../../../src-main/reachability/upnp/notices.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';
import { gateway } from './support.ts';

const ROUTER = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2';

function notice(number?: number, { nts = 'ssdp:alive', nt = ROUTER, location = 'http://127.0.0.1:5000/d.xml' } = {}) {
  const lines = [
    'NOTIFY * HTTP/1.1',
    'HOST: 239.255.255.250:1900',
    `LOCATION: ${location}`,
    `NT: ${nt}`,
    `NTS: ${nts}`,
  ];
  if (number !== undefined) lines.push(`BOOTID.UPNP.ORG: ${number}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function speaker(address: string) {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, address, () => resolve()));
  return socket;
}

async function listening() {
  const clock = new HandClock();
  const port = await freePort();
  let hints = 0;
  const hint = () => {
    hints += 1;
  };
  onTestFinished(listenForNotices({ clock }, gateway(), hint, { address: '127.0.0.1', port }));
  const router = await speaker('127.0.0.1');
  const say = async (bytes: Buffer, from = '127.0.0.1') => {
    const socket = from === '127.0.0.1' ? router : await speaker(from);
    await new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', resolve));
  };
  return { clock, say, hints: () => hints };
}

/** Over and over: the socket listens a moment after it was asked to. */
function hinted({ say, hints }: Awaited<ReturnType<typeof listening>>, bytes: Buffer, count: number) {
  return until(`hint ${count}`, async () => {
    await say(bytes);
    return hints() === count;
  });
}

describe('a router’s notices', () => {
  it('are a hint once for each number, and so for each start', async () => {
    const home = await listening();
    await hinted(home, notice(1), 1);
    await home.clock.turn(100_000);
    for (let times = 0; times < 10; times += 1) await home.say(notice(1));
    // The others are before it in the queue.
    await hinted(home, notice(2), 2);
    await home.clock.turn(100_000);
    expect(home.hints()).toBe(2);
  });

  it('are a hint when they come from another place, as after a start at another port', async () => {
    const home = await listening();
    await hinted(home, notice(), 1);
    await home.clock.turn(1000);
    await hinted(home, notice(undefined, { location: 'http://127.0.0.1:5001/d.xml' }), 2);
  });

  it('are one hint a minute where the router has no number', async () => {
    const home = await listening();
    await hinted(home, notice(), 1);
    await home.clock.turn(59_000);
    for (let times = 0; times < 10; times += 1) await home.say(notice());
    await hinted(home, notice(7), 2);
    await home.clock.turn(1000);
    await hinted(home, notice(), 3);
    await home.clock.turn(60_000);
    await hinted(home, notice(), 4);
  });

  // Elsewhere a computer is 127.0.0.1 alone.
  it.skipIf(process.platform !== 'linux')('count only from the router', async () => {
    const home = await listening();
    await hinted(home, notice(1), 1);
    await home.clock.turn(100_000);
    for (let times = 0; times < 10; times += 1) await home.say(notice(100 + times), '127.0.0.9');
    // It is behind the others in the queue: once it is heard, they were.
    await hinted(home, notice(2), 2);
    await home.clock.turn(100_000);
    expect(home.hints()).toBe(2);
  });

  it.each([
    ['a goodbye', notice(1, { nts: 'ssdp:byebye' })],
    ['a television', notice(1, { nt: 'urn:schemas-upnp-org:device:MediaRenderer:1' })],
    ['an answer', Buffer.from(notice(1).toString().replace(/^.*/, 'HTTP/1.1 200 OK'))],
    [
      'a search',
      Buffer.from(
        notice(1)
          .toString()
          .replace(/^NOTIFY/, 'M-SEARCH'),
      ),
    ],
    [
      'no place',
      Buffer.from(
        notice(1)
          .toString()
          .replace(/LOCATION.*\r\n/, ''),
      ),
    ],
    ['too long', notice(1, { location: `http://127.0.0.1/${'a'.repeat(3000)}` })],
    ['noise', Buffer.from('deadbeef', 'hex')],
  ])('are not: %s', (_, bytes) => expect(readNotice(bytes)).toBeUndefined());

  it('tell where, and the number if there is one', () => {
    expect(readNotice(notice(4))).toEqual({ location: 'http://127.0.0.1:5000/d.xml', number: '4' });
    expect(readNotice(notice())).toEqual({ location: 'http://127.0.0.1:5000/d.xml', number: undefined });
  });
});
