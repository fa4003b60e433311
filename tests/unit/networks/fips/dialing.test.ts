import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessEntries, accessList, admits } from '../../../../src-main/networks/fips/dialing/access.ts';
import { Dialer, type DialerPorts } from '../../../../src-main/networks/fips/dialing/dialer.ts';
import { type PeerSetting, readPeers } from '../../../../src-main/networks/fips/dialing/peers.ts';
import { Retries } from '../../../../src-main/networks/fips/dialing/retries.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import type { DialResult } from '../../../../src-main/networks/fips/links/handshakes.ts';

const [me, one, two] = [1, 2, 3].map((seed) => Identity.of(Buffer.alloc(32, seed))!) as [Identity, Identity, Identity];

const udp = (addr: string, priority = 100) => ({ transport: 'udp', addr, priority });
const tcp = (addr: string, priority = 100) => ({ transport: 'tcp', addr, priority });
const peer = (identity: Identity, addresses: PeerSetting['addresses'], connect = true): PeerSetting => ({
  npub: identity.npub,
  addresses,
  connect,
});

describe('waiting for the next attempt', () => {
  it.each([
    ['a neighbour that was lost', (retries: Retries) => retries.lost('a', 0), 5000],
    ['one that did not answer', (retries: Retries) => retries.failed('a', 0), 10_000],
    [
      'one that was lost after two attempts in vain',
      (retries: Retries) => [1, 2].map(() => retries.failed('a', 0)) && retries.lost('a', 0),
      20_000,
    ],
  ] as const)('is %#: of %s it is known how long', (_, happens, after) => {
    const retries = new Retries();
    happens(retries);
    expect(retries.at('a')).toBe(after);
    expect(retries.takeDue(after - 1)).toEqual([]);
    expect(retries.takeDue(after)).toEqual(['a']);
    expect(retries.takeDue(after + 1e9)).toEqual([]);
  });

  it('doubles up to five minutes, and begins anew once it is a neighbour', () => {
    const retries = new Retries();
    const waits = Array.from({ length: 8 }, () => {
      retries.failed('a', 1000);
      return retries.at('a')! - 1000;
    });
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
    retries.forget('a');
    retries.lost('a', 0);
    expect(retries.at('a')).toBe(5000);
  });

  it('is over for all when this computer was away', () => {
    const retries = new Retries();
    for (const addr of ['a', 'b']) retries.failed(addr, 0);
    retries.hurry(7);
    expect([retries.takeDue(7), retries.count('a')]).toEqual([['a', 'b'], 0]);
  });
});

/** A dialer whose dials end as the test says: by `transport address`, how. */
function dialer(answers: Readonly<Record<string, DialResult | Error>>, more: Partial<DialerPorts> = {}) {
  let now = 0;
  const dialled: string[] = [];
  const up = new Set<string>();
  const ports: DialerPorts = {
    clock: { monotonic: () => now, now: () => 1_700_000_000_000 + now },
    me: me.nodeAddr,
    hasTransport: (id) => id === 'udp' || id === 'tcp',
    dial: async ({ transport, address }) => {
      dialled.push(`${transport} ${address}`);
      const answer = answers[`${transport} ${address}`] ?? 'dialled';
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isUp: (addr) => up.has(addr),
    isDialling: () => false,
    admits: () => true,
    elsewhere: () => [],
    changed: () => undefined,
    ...more,
  };
  const made = new Dialer(ports);
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    made,
    dialled,
    up: (identity: Identity) => {
      up.add(identity.nodeAddr);
      made.up(identity.nodeAddr);
    },
    down: (identity: Identity) => {
      up.delete(identity.nodeAddr);
      made.down(identity.nodeAddr);
    },
    settled,
    async turn(ms: number) {
      now += ms;
      made.tick();
      await settled();
    },
    ladder: () =>
      made.standing()[0]!.ladder.map(({ address, reason }) => `${address} ${reason.code.replace('fips.tried-', '')}`),
  };
}

describe('dialling a peer', () => {
  it('tries its addresses by their rank, one after another, and asks where else it may be only then', async () => {
    const asked: number[] = [];
    const { made, dialled, ladder, settled } = dialer(
      { 'tcp b:1': new Error('refused') },
      {
        elsewhere: () => {
          asked.push(dialled.length);
          return [
            { transport: 'udp', address: 'c:1' },
            { transport: 'udp', address: 'a:1' },
          ];
        },
      },
    );
    made.set(readPeers([peer(one, [tcp('b:1', 10), udp('a:1', 5), udp('a:1', 200)])]));
    made.start();
    await settled();
    expect(dialled).toEqual(['udp a:1']);
    made.unanswered(one.nodeAddr);
    await settled();
    expect([dialled, asked]).toEqual([['udp a:1', 'tcp b:1', 'udp c:1'], [2]]);
    made.unanswered(one.nodeAddr);
    expect(ladder()).toEqual(['a:1 unanswered', 'b:1 unreachable', 'c:1 unanswered']);
    expect(made.standing()).toMatchObject([{ state: 'waiting', attempts: 1, againAt: 10_000 }]);
  });

  it('begins anew after each wait, and stops once it is a neighbour', async () => {
    const { made, dialled, turn, up, down, ladder, settled } = dialer({});
    made.set(readPeers([peer(one, [udp('a:1')])]));
    made.start();
    await settled();
    made.unanswered(one.nodeAddr);
    await turn(9999);
    expect(dialled).toHaveLength(1);
    await turn(1);
    expect(dialled).toHaveLength(2);
    up(one);
    expect([ladder(), made.standing()[0]!.state]).toEqual([['a:1 connected'], 'up']);
    await turn(1_000_000);
    expect(dialled).toHaveLength(2);
    down(one);
    await turn(5000);
    expect(dialled).toHaveLength(3);
  });

  it.each([
    ['there is no such transport', { hasTransport: () => false }, {}, 'no-transport'],
    ['its user’s lists do not have it', { admits: () => false }, {}, 'denied'],
    [
      'there are as many neighbours as there may be',
      {},
      { 'udp a:1': 'full' as const, 'udp b:1': 'full' as const },
      'full',
    ],
    ['there is no way', {}, { 'udp a:1': new Error(), 'udp b:1': new Error() }, 'unreachable'],
  ])('says why not, where %s', async (_, more, answers, outcome) => {
    const { made, ladder, settled } = dialer(answers, more);
    made.set(readPeers([peer(one, [udp('a:1'), udp('b:1')])]));
    made.start();
    await settled();
    // Who is not let in is not let in at another address either.
    expect(ladder()).toEqual(outcome === 'denied' ? ['a:1 denied'] : [`a:1 ${outcome}`, `b:1 ${outcome}`]);
    expect(made.standing()[0]!.state).toBe('waiting');
  });

  it('leaves one alone that its user has let go, until its user wants it again', async () => {
    const { made, dialled, turn, up, down, settled } = dialer({});
    made.set(readPeers([peer(one, [udp('a:1')])]));
    made.start();
    await settled();
    up(one);
    made.hold(one.nodeAddr);
    down(one);
    await turn(1_000_000);
    expect([dialled.length, made.standing()[0]!.state]).toEqual([1, 'held']);
    expect(made.connect(one.npub)).toBe('dialling');
    await settled();
    expect(dialled).toHaveLength(2);
  });

  it('dials by hand at one address alone, once, and keeps no more than a few of those', async () => {
    const { made, dialled, turn, settled } = dialer({});
    expect(made.connect('npub1wrong')).toBe('no-npub');
    expect(made.connect(me.npub)).toBe('self');
    expect(made.connect(one.npub)).toBe('no-address');
    made.start();
    expect(made.connect(one.npub, { transport: 'tcp', address: 'x:1' })).toBe('dialling');
    await settled();
    made.unanswered(one.nodeAddr);
    await turn(1_000_000);
    expect([dialled, made.standing()[0]!.state]).toEqual([['tcp x:1'], 'idle']);
    for (let seed = 10; seed < 60; seed += 1) {
      const { npub, nodeAddr } = Identity.of(Buffer.alloc(32, seed))!;
      made.connect(npub, { transport: 'tcp', address: 'x:1' });
      await settled();
      made.unanswered(nodeAddr);
    }
    expect(made.standing().length).toBeLessThanOrEqual(17);
  });

  it('takes other settings while it runs: those that stay as they are keep their wait', async () => {
    const { made, dialled, settled } = dialer({});
    made.set(readPeers([peer(one, [udp('a:1')])]));
    made.start();
    await settled();
    made.unanswered(one.nodeAddr);
    made.set(readPeers([{ ...peer(one, [udp('a:1')]), alias: 'box' }, peer(two, [udp('b:1')])]));
    await settled();
    expect(dialled).toEqual(['udp a:1', 'udp b:1']);
    expect(made.aliasOf(one.nodeAddr)).toBe('box');
    made.set(readPeers([peer(one, [udp('c:1')])]));
    await settled();
    expect(dialled.at(-1)).toBe('udp c:1');
    expect(made.standing()).toHaveLength(1);
  });

  it('says nothing to what has ended after it was stopped', async () => {
    let answer: (result: DialResult) => void = () => undefined;
    const { made, settled } = dialer(
      {},
      {
        dial: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      },
    );
    made.set(readPeers([peer(one, [tcp('a:1'), tcp('b:1')])]));
    made.start();
    made.stop();
    answer('full');
    await settled();
    expect(made.standing()[0]!.ladder).toHaveLength(1);
  });
});

describe('who may be a neighbour', () => {
  const aliases = new Map([['box', one.xOnly]]);
  const may = (allow: readonly string[], deny: readonly string[]) => {
    const access = { allow: accessList(allow, aliases), deny: accessList(deny, aliases) };
    return [one, two].map(({ xOnly }) => admits(access, xOnly));
  };

  it.each([
    [[], [], [true, true]],
    [[], [one.npub], [false, true]],
    [[], ['BOX'], [false, true]],
    [[], ['ALL'], [false, false]],
    [['box'], ['ALL'], [true, false]],
    [['ALL'], ['ALL'], [true, true]],
    [[two.npub], [two.npub], [true, true]],
    [[two.npub], [], [true, true]],
    [[], ['nobody', 'npub1', 'all'], [true, true]],
  ])('allow %j, deny %j', (allow, deny, expected) => {
    expect(may(allow, deny)).toEqual(expected);
  });

  it('is read from files of any kind, a line each', () => {
    const text = `# mine\n${one.npub} # the box\r\n\n  ALL  \n${'x'.repeat(100)}\n`;
    expect(accessEntries(text, 10)).toEqual([one.npub, 'ALL']);
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(accessEntries(any, 3).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
