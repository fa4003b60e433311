import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { QUARTER_MS, quarterOf } from '../../../src-main/base/quarter.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { Uptime, uptimeMigrations } from '../../../src-main/work/uptime.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const MINUTE = 60_000;
/** A quarter of an hour begins. */
const START = quarterOf(1_700_000_000_000) * QUARTER_MS;

async function setUp(folder = temporaryFolder()) {
  const clock = new HandClock(START);
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: uptimeMigrations },
  );
  onTestFinished(() => database.close());
  const is = { joined: true, open: true, ready: true, busy: false };
  const uptime = new Uptime({
    clock,
    logger: silentLogger,
    committer: database.committer,
    read: database.read,
    now: () => ({ ...is, ready: is.ready && is.open }),
  });
  const first = quarterOf(START);
  const seen = () => uptime.between(first, first + 100).map(({ quarter, ...use }) => ({ n: quarter - first, ...use }));
  return { clock, database, folder, is, uptime, seen };
}

/** So many minutes on, joined, open and ready. */
const all = (minutes: number) => {
  const ms = minutes * MINUTE;
  return { onMs: ms, joinedMs: ms, openMs: ms, readyMs: ms };
};

describe('uptime', () => {
  it('counts time on, open and busy to the quarter of an hour that it was in', async () => {
    const { clock, is, uptime, seen } = await setUp();
    await uptime.start();
    await clock.turn(10 * MINUTE);
    is.busy = true;
    uptime.look();
    await clock.turn(10 * MINUTE);
    is.busy = false;
    is.open = false;
    uptime.look();
    await clock.turn(15 * MINUTE);
    expect(seen()).toEqual([
      { n: 0, ...all(15), busyMs: 5 * MINUTE },
      { n: 1, ...all(15), openMs: 5 * MINUTE, readyMs: 5 * MINUTE, busyMs: 5 * MINUTE },
      { n: 2, ...all(5), openMs: 0, readyMs: 0, busyMs: 0 },
    ]);
    await uptime.stop();
    expect(clock.timers).toBe(0);
  });

  it('tells time in which a network could send tasks from time in which none could, and in which none was joined', async () => {
    const { clock, is, uptime, seen } = await setUp();
    is.joined = false;
    is.ready = false;
    await uptime.start();
    await clock.turn(4 * MINUTE);
    expect(uptime.firstJoined()).toBeNull();
    is.joined = true;
    uptime.look();
    await clock.turn(3 * MINUTE);
    is.ready = true;
    uptime.look();
    await clock.turn(2 * MINUTE);
    expect(seen()).toEqual([{ n: 0, ...all(9), joinedMs: 5 * MINUTE, readyMs: 2 * MINUTE, busyMs: 0 }]);
    expect(uptime.firstJoined()).toBe(quarterOf(START));
    await uptime.stop();
    expect(uptime.firstJoined()).toBe(quarterOf(START));
  });

  it('goes on over a restart, and counts nothing of the time between', async () => {
    const first = await setUp();
    await first.uptime.start();
    await first.clock.turn(2 * MINUTE);
    await first.uptime.stop();
    await first.clock.turn(5 * MINUTE);
    expect(first.uptime.firstQuarter()).toBe(quarterOf(START));
    await first.database.close();
    const second = await setUp(first.folder);
    await second.clock.turn(7 * MINUTE);
    await second.uptime.start();
    await second.clock.turn(MINUTE);
    expect(second.seen()).toEqual([{ n: 0, ...all(3), busyMs: 0 }]);
    await second.uptime.stop();
  });

  it('counts next to nothing of a sleep in which the monotonic clock ran on', async () => {
    const { clock, uptime } = await setUp();
    await uptime.start();
    // The tick that was due in a minute comes after a night.
    const late = clock.monotonic;
    clock.monotonic = () => late() + 8 * 60 * MINUTE;
    await clock.turn(MINUTE);
    const all = uptime.between(0, Number.MAX_SAFE_INTEGER);
    expect(all.reduce((sum, { onMs }) => sum + onMs, 0)).toBe(2 * MINUTE);
    clock.monotonic = late;
    await uptime.stop();
  });

  it('is on disk after some minutes, so that a power cut takes little', async () => {
    const { clock, database, uptime } = await setUp();
    await uptime.start();
    await clock.turn(5 * MINUTE);
    await uptime.flush();
    expect(database.read.prepare('SELECT sum(on_ms) FROM uptime').pluck().get()).toBe(5 * MINUTE);
    await uptime.stop();
  });

  it('keeps for later what could not be written', async () => {
    const { clock, database, uptime, seen } = await setUp();
    await uptime.start();
    await clock.turn(MINUTE);
    const { commit } = database.committer;
    database.committer.commit = () => Promise.reject(new Error('disk full'));
    await uptime.flush();
    expect(seen()).toMatchObject([{ onMs: MINUTE }]);
    database.committer.commit = commit;
    await uptime.stop();
    expect(database.read.prepare('SELECT sum(on_ms) FROM uptime').pluck().get()).toBe(MINUTE);
  });
});
