// What counts of what boxes move: between looks, before the first and after the last, and when a counter begins anew.
import { describe, expect, it } from 'vitest';
import type { BoxStats } from '../../../../src-main/backends/workloads/backend.ts';
import { BoxStopped } from '../../../../src-main/backends/workloads/errors.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { Readings } from '../../../../src-main/engine/boxes/readings.ts';
import { BoxUse, type Looked, type Moved } from '../../../../src-main/engine/boxes/use.ts';
import { PERIOD_MS } from '../../../../src-main/engine/boxes/volume.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const never = new AbortController().signal;

type Counters = readonly [received: number, sent: number] | null;

/** One box at an engine that says what it is told to. */
function setUp(dataDir = temporaryFolder()) {
  const counted: Moved[] = [];
  const cuts: boolean[] = [];
  const allowed: { bytes: number | null; fails: boolean } = { bytes: null, fails: false };
  const ended: string[] = [];
  const clock = new HandClock();
  const use = new BoxUse({
    clock,
    logger: silentLogger,
    readings: new Readings(dataDir),
    count: (moved) => counted.push(moved),
    ended: (id) => ended.push(id),
    monthlyBytes: () => allowed.bytes,
  });
  let isGone = false;
  let counters: Counters = [0, 0];
  let status: 'running' | 'stopped' | 'gone' = 'running';
  const at: Looked = {
    engine: { host: null },
    boxes: {
      list: async () => (status === 'gone' ? [] : [{ id: 'a', status, spec: '' }]),
      stats: async (id): Promise<BoxStats> => {
        if (isGone) throw new BoxStopped(id);
        return {
          cpuNanos: 0,
          memoryBytes: 0,
          pids: 1,
          network: counters && { receivedBytes: counters[0], sentBytes: counters[1] },
        };
      },
      cutOff: async (_id, isCut) => {
        if (allowed.fails) throw new Error('away');
        cuts.push(isCut);
      },
    },
  };
  return {
    use,
    allowed,
    cuts,
    at,
    clock,
    dataDir,
    ended,
    gone: (is: boolean) => {
      isGone = is;
    },
    sum: () => counted.reduce((sum, moved) => [sum[0]! + moved.in, sum[1]! + moved.out], [0, 0]),
    async look(now: Counters, is: typeof status = 'running') {
      [counters, status] = [now, is];
      await use.look(at, never);
    },
    set: (now: Counters) => {
      counters = now;
    },
  };
}

type Look = readonly [Counters, ('running' | 'stopped')?];

describe('what a box may move in thirty days', () => {
  it('is held by cutting it off, once, and ends with its thirty days', async () => {
    const { use, look, clock, allowed, cuts } = setUp();
    allowed.bytes = 1000;
    use.made('a');
    await look([600, 400]);
    expect(cuts).toEqual([false]);
    await look([600, 401]);
    await look([600, 401]);
    expect(cuts).toEqual([false, true]);
    await clock.turn(PERIOD_MS - 1);
    await look([600, 401]);
    expect(cuts).toEqual([false, true]);
    await clock.turn(1);
    await look([600, 401]);
    expect(cuts).toEqual([false, true, false]);
  });

  it('follows what is set, and is tried again where the engine did not answer', async () => {
    const { use, look, allowed, cuts } = setUp();
    use.made('a');
    await look([900, 0]);
    allowed.bytes = 500;
    allowed.fails = true;
    await look([900, 0]);
    expect(cuts).toEqual([false]);
    allowed.fails = false;
    await look([900, 0]);
    allowed.bytes = null;
    await look([900, 0]);
    expect(cuts).toEqual([false, true, false]);
  });

  it('goes on after a restart of Hearth, and over starts of the box', async () => {
    const before = setUp();
    before.allowed.bytes = 1000;
    before.use.made('a');
    await before.look([700, 0]);
    await before.look([0, 0], 'stopped');
    before.use.write();
    const after = setUp(before.dataDir);
    after.allowed.bytes = 1000;
    await after.look([200, 0]);
    expect(after.cuts).toEqual([false]);
    await after.look([301, 0]);
    expect(after.cuts).toEqual([false, true]);
    after.use.write();
    const last = setUp(before.dataDir);
    last.allowed.bytes = 1000;
    await last.look([301, 0]);
    expect(last.cuts).toEqual([true]);
  });

  it('is nothing to an engine that holds it by itself', async () => {
    const { use, at, look, allowed, cuts } = setUp();
    const { cutOff: _, ...boxes } = at.boxes;
    allowed.bytes = 1;
    use.made('a');
    await look([900, 0]);
    expect(cuts).toEqual([true]);
    await use.look({ ...at, boxes }, never);
    expect(cuts).toEqual([true]);
  });
});

describe('what a box has moved', () => {
  it.each<[name: string, made: boolean, looks: readonly Look[], counted: readonly [number, number]]>([
    ['is all of it where it was made in this run', true, [[[100, 10]], [[150, 30]]], [150, 30]],
    ['begins with the first look where nobody knows since when', false, [[[100, 10]], [[150, 30]]], [50, 20]],
    ['is counted from nothing where both counters began anew', true, [[[100, 50]], [[30, 5]]], [130, 55]],
    ['is counted from nothing where one of them shows it', true, [[[100, 50]], [[400, 5]]], [500, 55]],
    ['goes on where nothing moves', true, [[[100, 50]], [[100, 50]], [[101, 50]]], [101, 50]],
    ['is read of one that has stopped', true, [[[100, 50]], [[170, 60], 'stopped']], [170, 60]],
    [
      'begins anew after it stood still without a counter',
      true,
      [[[100, 50]], [null, 'stopped'], [[300, 90]]],
      [400, 140],
    ],
    ['waits where a running one has no figures for once', true, [[[100, 50]], [null], [[120, 60]]], [120, 60]],
    ['is not lost to a counter that stands at nothing', true, [[[100, 50]], [[0, 0], 'stopped'], [[7, 3]]], [107, 53]],
  ])('%s', async (_name, made, looks, counted) => {
    const { use, look, sum } = setUp();
    if (made) use.made('a');
    for (const [counters, status] of looks) await look(counters, status);
    expect(sum()).toEqual(counted);
  });

  it('is read once more before it ends, and after it only where it is made again', async () => {
    const { use, at, look, set, sum } = setUp();
    use.made('a');
    await look([100, 50]);
    set([900, 60]);
    await use.last(at, 'a', never);
    use.removed('a');
    expect(sum()).toEqual([900, 60]);
    await use.last(at, 'a', never);
    use.made('a');
    await look([1000, 70]);
    expect(sum()).toEqual([1900, 130]);
  });

  it('is counted over a restart of Hearth, also what was moved meanwhile', async () => {
    const before = setUp();
    before.use.made('a');
    await before.look([100, 50]);
    before.use.write();
    const after = setUp(before.dataDir);
    await after.look([1100, 80]);
    expect(after.sum()).toEqual([1000, 30]);
    // Gone, and forgotten with it.
    await after.look(null, 'gone');
    after.use.write();
    expect([...new Readings(after.dataDir).read()]).toEqual([]);
  });

  it('is kept once a minute, and not before anything is known', async () => {
    const { use, look, clock, dataDir } = setUp();
    const kept = () => new Readings(dataDir).read().get('a')?.receivedBytes;
    await look(null, 'gone');
    expect(kept()).toBeUndefined();
    await look([100, 50]);
    await clock.turn(20_000);
    await look([200, 50]);
    expect(kept()).toBe(100);
    await clock.turn(60_000);
    await look([300, 50]);
    expect(kept()).toBe(300);
    use.write();
  });

  it('is one reading at a time, so that an old answer that comes late is no new beginning', async () => {
    const { use, at, look, sum } = setUp();
    use.made('a');
    const late = Promise.withResolvers<BoxStats>();
    const stats = (bytes: number) => ({
      cpuNanos: 0,
      memoryBytes: 0,
      pids: 1,
      network: { receivedBytes: bytes, sentBytes: 0 },
    });
    const answers = [late.promise, Promise.resolve(stats(500))];
    const slow: Looked = { ...at, boxes: { ...at.boxes, stats: async () => answers.shift()! } };
    const both = [use.look(slow, never), use.last(slow, 'a', never)];
    late.resolve(stats(400));
    await Promise.all(both);
    expect(sum()).toEqual([500, 0]);
    await look([500, 0]);
    expect(sum()).toEqual([500, 0]);
  });
});

describe('a box that its engine calls running, and that does not run', () => {
  it('is told of once each time, and shown as stopped', async () => {
    const { use, look, gone, ended } = setUp();
    const status = () => use.all().map(({ found }) => found.status);
    await look([0, 0]);
    gone(true);
    for (const _ of [1, 2, 3]) await look([0, 0]);
    expect(status()).toEqual(['stopped']);
    expect(ended).toEqual(['a']);
    gone(false);
    await look([0, 0]);
    expect(status()).toEqual(['running']);
    gone(true);
    await look([0, 0]);
    expect(ended).toEqual(['a', 'a']);
    await look([0, 0], 'stopped');
    expect(ended).toEqual(['a', 'a']);
  });
});
