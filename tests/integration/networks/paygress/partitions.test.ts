// A primary and its standbys in simulated time, while lines, relays, boxes and computers come and go.
import { describe, expect, it } from 'vitest';
import { DURABLE, takeoverMs } from '../../../../src-main/networks/paygress/durable/times.ts';
import { World, type WorldOptions } from '../../../simulators/paygress/world.ts';

const SEEDS = Array.from({ length: process.env.HEARTH_SOAK === '1' ? 5000 : 100 }, (_, n) => n + 1);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function lived(options: WorldOptions): World {
  const world = new World(options);
  world.chaos(120);
  world.heal(20);
  return world;
}

/** A world of its own for each seed, some moment after it began. */
function each(options: Omit<WorldOptions, 'seed'>, seeds = SEEDS.slice(0, 50)): readonly World[] {
  return seeds.map((seed) => {
    const world = new World({ seed, ...options });
    world.network.run(world.network.between(0, 3 * MINUTE));
    return world;
  });
}
const run = (worlds: readonly World[], ms: number) => {
  for (const { network } of worlds) network.run(ms);
};
const doubled = (worlds: readonly World[]) => worlds.flatMap((world) => world.doubled);
const servedBy = (worlds: readonly World[]) => [...new Set(worlds.map(({ serving }) => serving.join(' ')))].sort();
/** What a box takes to start there, at most. */
const START_MS = 20 * SECOND;

describe('providers of ours', { timeout: 300_000 }, () => {
  it(`never run two copies, in ${SEEDS.length} seeds of all that goes wrong, and run one when all is well again`, () => {
    const ends = SEEDS.map((seed) => {
      const world = lived({ seed, standbys: 1 + (seed % 3), relays: 2 + (seed % 4) });
      const { doubled: two, serving, isLost, served } = world;
      return { seed, two, serving: serving.length, isLost, moved: new Set(served.map(({ key }) => key)).size > 1 };
    });
    expect(ends.filter(({ two }) => two.length > 0)).toEqual([]);
    expect(ends.filter(({ serving, isLost }) => serving !== 1 && !isLost)).toEqual([]);
    // Enough went wrong, and not too much.
    expect(ends.filter(({ moved }) => moved).length).toBeGreaterThan(SEEDS.length / 2);
    expect(ends.filter(({ isLost }) => isLost).length).toBeLessThan(SEEDS.length / 20);
  });

  it('run one copy at every moment where nothing goes wrong', () => {
    const worlds = each({ standbys: 2 });
    run(worlds, 120 * MINUTE);
    expect(doubled(worlds)).toEqual([]);
    expect(servedBy(worlds)).toEqual(['a']);
    expect(worlds.map(({ gaps }) => gaps)).toEqual(worlds.map(() => 0));
  });

  it.each([
    ['the first standby', 0, 'b'],
    ['the second, where the first is gone, too,', 1, 'c'],
  ])('take over in the documented time when the primary is gone: %s', (_who, index, heir) => {
    const worlds = each({ standbys: 2 });
    for (const { primary, keepers } of worlds) {
      primary.crash();
      if (index === 1) keepers[0]!.crash();
    }
    run(worlds, 15 * MINUTE);
    expect(doubled(worlds)).toEqual([]);
    expect(servedBy(worlds)).toEqual([heir]);
    for (const { longestGap } of worlds) expect(longestGap).toBeLessThanOrEqual(takeoverMs(index) + START_MS);
    // Some of them take most of it, and none takes over before its time.
    expect(Math.max(...worlds.map(({ longestGap }) => longestGap))).toBeGreaterThan(DURABLE.silenceMs);
    for (const { longestGap } of worlds) {
      expect(longestGap).toBeGreaterThan(DURABLE.silenceMs - DURABLE.heartbeatMs);
    }
  });

  it('take over when the line of the primary is down, once its box has stopped', () => {
    const worlds = each({ standbys: 2 });
    for (const { network, primary } of worlds) network.down.add(primary.key);
    run(worlds, 15 * MINUTE);
    expect(servedBy(worlds)).toEqual(['b']);
    for (const world of worlds) world.heal(15);
    expect(servedBy(worlds)).toEqual(['b']);
    expect(doubled(worlds)).toEqual([]);
  });

  it('do nothing when the lines of the standbys are down', () => {
    const worlds = each({ standbys: 2 });
    for (const { network, keepers } of worlds) for (const { key } of keepers) network.down.add(key);
    run(worlds, 60 * MINUTE);
    for (const world of worlds) world.heal(30);
    expect(servedBy(worlds)).toEqual(['a']);
    expect(worlds.map(({ gaps }) => gaps)).toEqual(worlds.map(() => 0));
  });

  it('stay where one relay of three is lost to all, or a different one to each', () => {
    const worlds = each({ standbys: 2 });
    for (const [n, { network, all }] of worlds.entries()) {
      if (n % 2 === 0) network.down.add(network.relays[n % 3]!);
      else for (const [at, { key }] of all.entries()) network.down.add(`${key} ${network.relays[at]!}`);
    }
    run(worlds, 60 * MINUTE);
    expect(servedBy(worlds)).toEqual(['a']);
    expect(worlds.map(({ gaps }) => gaps)).toEqual(worlds.map(() => 0));
  });

  it('start a box again where it ended, without a standby', () => {
    const worlds = each({ standbys: 2 });
    for (const { primary } of worlds) primary.box.die();
    run(worlds, 10 * MINUTE);
    expect(servedBy(worlds)).toEqual(['a']);
    expect(doubled(worlds)).toEqual([]);
  });

  it('hand over by revocation when every relay was away for an hour', () => {
    const worlds = each({ standbys: 2 });
    for (const { network } of worlds) for (const relay of network.relays) network.down.add(relay);
    run(worlds, 60 * MINUTE);
    expect(servedBy(worlds)).toEqual(['']);
    for (const world of worlds) world.heal(10);
    // Both have waited for longer than their turns are apart.
    expect(servedBy(worlds)).toEqual(['b', 'c']);
    expect(doubled(worlds)).toEqual([]);
  });
});

describe('providers of ours with official ones', { timeout: 300_000 }, () => {
  it('take over from an official primary that is gone', () => {
    const worlds = each({ standbys: 2, primary: 'official' });
    for (const { primary } of worlds) primary.crash();
    run(worlds, 15 * MINUTE);
    expect(servedBy(worlds)).toEqual(['b']);
    expect(doubled(worlds)).toEqual([]);
  });

  it('do not run beside an official standby that takes over from ours', () => {
    const worlds = each({ standbys: 1, keepers: 'official' });
    for (const [n, { network, primary }] of worlds.entries()) {
      if (n % 2 === 0) primary.crash();
      else network.down.add(primary.key);
    }
    run(worlds, 15 * MINUTE);
    expect(servedBy(worlds)).toEqual(['b']);
    expect(doubled(worlds)).toEqual([]);
  });

  it('can’t keep an official primary from running on while its line is down: there are two then', () => {
    const worlds = each({ standbys: 1, primary: 'official' });
    for (const { network, primary } of worlds) network.down.add(primary.key);
    run(worlds, 15 * MINUTE);
    expect(servedBy(worlds)).toEqual(['a b']);
  });

  it('can’t keep an official standby from starting while its own line is down: there are two then', () => {
    const worlds = each({ standbys: 1, keepers: 'official' });
    for (const { network, keepers } of worlds) network.down.add(keepers[0]!.key);
    run(worlds, 15 * MINUTE);
    expect(servedBy(worlds)).toEqual(['a b']);
  });
});
