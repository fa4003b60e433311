// The practice router, asked with raw bytes: what other tests stand on.
import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { type RouterFaults, startRouter } from '../../simulators/router.ts';
import { seededRandom } from '../../support/random.ts';

const NONCE = '000102030405060708090a0b';

async function start(faults: RouterFaults = {}) {
  const router = await startRouter({ clock, random: seededRandom() });
  onTestFinished(() => router.stop());
  router.set(faults);
  return router;
}

/** One datagram there, and all that comes back until `count` have or the time is over. */
function ask(port: number, hex: string, count = 1, withinMs = 2000, host = '127.0.0.1'): Promise<string[]> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  const heard: string[] = [];
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      socket.close(() => resolve(heard));
    };
    const timer = setTimeout(end, withinMs);
    socket.on('message', (bytes) => {
      heard.push(bytes.toString('hex'));
      if (heard.length === count) end();
    });
    socket.send(Buffer.from(hex, 'hex'), port, host);
  });
}

const client = '00000000000000000000ffff7f000001';
const map = (port: string, lifetime = '00000258', tail = '') =>
  `02010000${lifetime}${client}${NONCE}060000002329${port}00000000000000000000ffff00000000${tail}`;

describe('the practice router', () => {
  it('tells its address and maps a port by NAT-PMP', async () => {
    const router = await start();
    expect(await ask(router.port, '0000')).toEqual([expect.stringMatching(/^00800000000000640bcb7164$/)]);
    expect(await ask(router.port, '0002000023294a3900001c20')).toEqual(['008200000000006423294a3900001c20']);
    expect(router.mappings()).toMatchObject([
      { dialect: 'nat-pmp', client: '127.0.0.1', internal: 9001, external: 19001, lifetime: 7200 },
    ]);
    expect(await ask(router.port, '000200002329000000000000')).toEqual(['00820000000000642329000000000000']);
    expect(router.mappings()).toEqual([]);
  });

  it('maps by PCP, and knows a mapping by its nonce', async () => {
    const router = await start();
    expect(await ask(router.port, map('4a3b'))).toEqual([
      `028100000000025800000064${'0'.repeat(24)}${NONCE}0600000023294a3b00000000000000000000ffff0bcb7164`,
    ]);
    const foreign = map('4a3b', '00000000').replace(NONCE, 'ff'.repeat(12));
    expect((await ask(router.port, foreign))[0]?.slice(0, 8)).toBe('02810002');
    await ask(router.port, map('4a3b', '00000000'));
    expect(router.mappings()).toEqual([]);
  });

  it('opens the own address and port of a client by IPv6', async () => {
    const router = await start();
    const own = `${'0'.repeat(31)}1`;
    const bytes = `0201000000000258${own}${NONCE}0600000023292329${'0'.repeat(32)}`;
    const [answer] = await ask(router.port, bytes, 1, 2000, '::1');
    expect(answer?.slice(-36)).toBe(`2329${own}`);
    expect(router.mappings()).toMatchObject([{ client: '::1', externalAddress: '::1', external: 9001 }]);
  });

  it('gives a port that is taken to nobody, and another one where that was not ruled out', async () => {
    const router = await start();
    router.take(19_003);
    expect((await ask(router.port, map('4a3b', undefined, '02000000')))[0]?.slice(0, 8)).toBe('0281000b');
    expect((await ask(router.port, map('4a3b')))[0]?.slice(84, 88)).toBe('4a3c');
  });

  it('fails as it is told to', async () => {
    const router = await start({ pcp: 'other-dialect', copies: 2, refuse: { result: 2 }, short: true });
    expect(await ask(router.port, map('4a3b'))).toEqual(['0081000100000064']);
    expect(await ask(router.port, '0002000023294a3900001c20', 2)).toEqual(['0082000200000064', '0082000200000064']);
    router.heal();
    router.set({ silent: 'map' });
    expect(await ask(router.port, map('4a3b'), 1, 30)).toEqual([]);
    expect(router.packets().map(({ dialect, kind }) => [dialect, kind])).toEqual([
      ['pcp', 'map'],
      ['nat-pmp', 'map'],
      ['pcp', 'map'],
    ]);
    router.heal();
    router.reboot('11.203.113.101');
    expect(await ask(router.port, '0000')).toEqual(['00800000000000000bcb7165']);
    await router.leave();
    await router.comeBack();
    expect(await ask(router.port, '0000')).toHaveLength(1);
  });
});
