import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { listenForAnnouncements } from '../../../src-main/reachability/announcements.ts';
import type { Gateway } from '../../../src-main/reachability/gateway/gateway.ts';
import { startRouter } from '../../simulators/router.ts';
import { HandClock } from '../../support/clock.ts';
import { seededRandom } from '../../support/random.ts';
import { until } from '../../support/wait.ts';

const HOME: Gateway = {
  name: 'lo',
  v4: { router: '127.0.0.1', local: '127.0.0.1', prefix: 8 },
  v6: { router: '::1', globals: [{ address: '::1' }] },
  hardware: undefined,
  behindVpn: false,
};

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function setUp() {
  const router = await startRouter({ clock, random: seededRandom() });
  onTestFinished(() => router.stop());
  const hand = new HandClock();
  const port = await freePort();
  let hints = 0;
  const hint = () => {
    hints += 1;
  };
  const ports = { heardAt: port, saidFrom: router.port };
  const end = listenForAnnouncements({ clock: hand }, HOME, hint, ports);
  onTestFinished(end);
  return { router, hand, port, end, hints: () => hints };
}

describe('announcements', () => {
  it.each([
    ['nat-pmp', '127.0.0.1'],
    ['pcp', '127.0.0.1'],
    ['pcp', '::1'],
  ] as const)('are a hint: by %s to %s', async (dialect, address) => {
    const { router, port, hints } = await setUp();
    // The socket listens a moment after it was asked to, so the first ones may be missed.
    await until('a hint', async () => {
      await router.announce(dialect, { address, port });
      return hints() === 1;
    });
  });

  it('are one hint a second, however many there are', async () => {
    const { router, hand, port, hints } = await setUp();
    const say = () => router.announce('pcp', { address: '127.0.0.1', port });
    await until('the first hint', async () => {
      await say();
      return hints() === 1;
    });
    for (let count = 0; count < 20; count += 1) await say();
    await until('what follows the second', async () => {
      await say();
      await hand.turn(1000);
      return hints() === 2;
    });
    await hand.turn(999);
    expect(hints()).toBe(2);
    await hand.turn(10_000);
    expect(hints()).toBeLessThanOrEqual(3);
    expect(hand.timers).toBe(0);
  });

  it('count only from the router', async () => {
    const { router, hand, port, hints } = await setUp();
    const to = { address: '127.0.0.1', port };
    const stranger = await startRouter({ clock, random: seededRandom() });
    onTestFinished(() => stranger.stop());
    await until('the first hint', async () => {
      await router.announce('nat-pmp', to);
      return hints() > 0;
    });
    await until('a quiet time', async () => {
      await hand.turn(1000);
      return hand.timers === 0;
    });
    const before = hints();
    for (let count = 0; count < 5; count += 1) await stranger.announce('pcp', to);
    // It is behind the others in the queue: once it is heard, they were.
    await router.announce('pcp', to);
    await until('the true one', () => hints() > before);
    await hand.turn(1000);
    expect(hints()).toBe(before + 1);
  });

  it('are not heard where the port is not to be had, and that is all', async () => {
    const taken = createSocket('udp4');
    onTestFinished(() => void taken.close());
    await new Promise<void>((resolve) => taken.bind(0, () => resolve()));
    const end = listenForAnnouncements({ clock }, HOME, () => undefined, { heardAt: taken.address().port });
    expect(() => {
      end();
      end();
    }).not.toThrow();
  });
});
