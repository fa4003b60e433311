import { describe, expect, it } from 'vitest';
import { Transit, type TransitLimits } from '../../../../src-main/networks/fips/routing/transit.ts';
import { MeshNode } from '../../../simulators/fips/mesh-node.ts';
import { FakeNetwork } from '../../../simulators/fips/network.ts';

const OPEN: TransitLimits = { on: true, bytesPerSecond: 0, bytesPerMonth: 0 };
const BURST = 16 * 1024;

function transit(limits: Partial<TransitLimits> = {}, lending = true, month = 0) {
  const state = { now: 0, lending, month, limits: { ...OPEN, ...limits } };
  const made = new Transit({
    now: () => state.now,
    limits: () => state.limits,
    isLending: () => state.lending,
    monthBytes: () => state.month,
    passed: (bytes) => {
      state.month += bytes;
    },
  });
  return { made, state };
}

describe('being a router for others', () => {
  it.each([
    [{ on: false }, true, 0, 'off'],
    [{}, true, 0, 'open'],
    [{}, false, 0, 'closed'],
    [{ bytesPerMonth: 100 }, true, 99, 'open'],
    [{ bytesPerMonth: 100 }, true, 100, 'spent'],
    [{ bytesPerMonth: 100 }, false, 100, 'spent'],
    [{ on: false, bytesPerMonth: 100 }, true, 100, 'off'],
  ] as const)('%j, lending %s, %s bytes this month: %s', (limits, lending, month, expected) => {
    const { made } = transit(limits, lending, month);
    expect(made.state).toBe(expected);
    expect(made.take('a', 'b', 10)).toBe(expected === 'open');
    expect(made.figures).toEqual(
      expected === 'open' ? { packets: 1, bytes: 10, refused: 0 } : { packets: 0, bytes: 0, refused: 1 },
    );
  });

  it('keeps to its rate over any time, after one burst', () => {
    const { made, state } = transit({ bytesPerSecond: 20_000 });
    let passed = 0;
    for (; state.now < 10_000; state.now += 10) while (made.take('a', 'b', 1000)) passed += 1000;
    expect(passed).toBeGreaterThan(20_000 * 10 - 2000);
    expect(passed).toBeLessThanOrEqual(20_000 * 11);
  });

  it('lets a few packets through at once, however low its rate', () => {
    const { made } = transit({ bytesPerSecond: 1 });
    let count = 0;
    while (made.take('a', 'b', 1200)) count += 1;
    expect(count).toBe(Math.floor(BURST / 1200));
  });

  it('ends with the volume of the month, and goes on with the next', () => {
    const { made, state } = transit({ bytesPerMonth: 2500 });
    expect([1, 2, 3, 4].map(() => made.take('a', 'b', 1000))).toEqual([true, true, true, false]);
    state.month = 0;
    expect(made.take('a', 'b', 1000)).toBe(true);
  });

  it('counts for each neighbour what came from it and what went to it', () => {
    const { made } = transit();
    made.take('a', 'b', 10);
    made.take('b', 'a', 5);
    made.take('a', 'c', 1);
    expect([made.of('a'), made.of('b'), made.of('c'), made.of('d')]).toEqual([
      { in: 11, out: 5 },
      { in: 5, out: 10 },
      { in: 0, out: 1 },
      { in: 0, out: 0 },
    ]);
    made.lose('a');
    expect(made.of('a')).toEqual({ in: 0, out: 0 });
  });
});

describe('three nodes in a row', () => {
  function row(limits: Partial<TransitLimits>) {
    const network = new FakeNetwork(11, { delay: [5, 10] });
    const own = transit(limits);
    const left = new MeshNode(network, 'left');
    const middle = new MeshNode(network, 'middle', { transit: own.made });
    const right = new MeshNode(network, 'right');
    left.dial(middle);
    right.dial(middle);
    network.turn(20_000);
    const say = (text: string) => {
      left.say(right, text);
      network.turn(30_000);
      return right.heard.includes(`${left.addr} ${text}`);
    };
    return { say, own, left, right, middle, network };
  }

  it('reach each other through the one in the middle while it passes on, and it counts that', () => {
    const { say, own, left } = row({});
    expect(say('hello')).toBe(true);
    expect(own.made.figures.packets).toBeGreaterThan(3);
    expect(own.made.of(left.addr).in).toBeGreaterThan(0);
  });

  it('do not where it does not, nor are they told that it could; what is its own goes on', () => {
    const { say, own, left, right, middle, network } = row({ on: false });
    expect(say('hello')).toBe(false);
    expect(left.mesh.router.knows(right.addr)).toBe(false);
    expect(own.made.figures.packets).toBe(0);
    middle.say(right, 'mine');
    network.turn(20_000);
    expect(right.heard).toEqual([`${middle.addr} mine`]);
  });

  it('are told once it begins, and once it ends', () => {
    const { say, own, left, right, network } = row({ on: false });
    own.state.limits = OPEN;
    network.turn(5000);
    expect(left.mesh.router.knows(right.addr)).toBe(true);
    expect(say('now')).toBe(true);
    own.state.lending = false;
    network.turn(5000);
    expect([left.mesh.router.knows(right.addr), say('later')]).toEqual([false, false]);
    own.state.lending = true;
    network.turn(5000);
    expect(say('again')).toBe(true);
  });
});
