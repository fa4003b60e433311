import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { EventLog, eventMigrations, MOST_EVENTS } from '../../../../../src-main/networks/iicp/directory/events.ts';
import { iicpFactory } from '../../../../../src-main/networks/iicp/factory.ts';
import { openDatabase } from '../../../../../src-main/storage/database.ts';
import { HandClock } from '../../../../support/clock.ts';
import { temporaryFolder } from '../../../../support/folder.ts';

const { migrations } = iicpFactory.manifest;

const START = 1_700_000_000_000;
const MINUTE = 60_000;
const EVER = Number.MAX_SAFE_INTEGER;
const away = { code: 'iicp.directory-unreachable', message: 'It can’t be reached.' };
const busy = { code: 'IICP-E034', message: 'It asks us to slow down.' };

async function setUp(folder = temporaryFolder()) {
  const clock = new HandClock(START);
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations },
  );
  onTestFinished(() => database.close());
  const { read, committer } = database;
  const deps = { clock, logger: silentLogger, committer, read };
  return { clock, folder, database, deps, log: new EventLog(deps) };
}

const inShort = (log: EventLog) =>
  log
    .page(EVER, 1000)
    .items.map(({ kind, at, until, count, reason }) => [kind, at - START, until - START, count, reason?.code]);

describe('the history with a directory', () => {
  it('has what happened, newest first, and the same again and again as one', async () => {
    const { clock, log } = await setUp();
    log.note('registered', { tookMs: 12.4 });
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.turn(30_000);
      log.note('beat', { tookMs: 5 });
    }
    await clock.turn(30_000);
    log.note('beat-failed', { reason: away });
    log.note('beat-failed', { reason: away });
    log.note('beat-failed', { reason: busy });
    log.note('re-registered');
    log.note('re-registered');
    expect(inShort(log)).toEqual([
      ['re-registered', 120_000, 120_000, 1, undefined],
      ['re-registered', 120_000, 120_000, 1, undefined],
      ['beat-failed', 120_000, 120_000, 1, busy.code],
      ['beat-failed', 120_000, 120_000, 2, away.code],
      ['beat', 30_000, 90_000, 3, undefined],
      ['registered', 0, 0, 1, undefined],
    ]);
    expect(log.page(EVER, 9).items.at(-1)).toMatchObject({ id: 1, tookMs: 12, reason: null });
  });

  it('is the same after a restart, and goes on growing', async () => {
    const first = await setUp();
    first.log.note('registered');
    for (let beat = 0; beat < 5; beat += 1) first.log.note('beat');
    await first.log.flush();
    const before = first.log.page(EVER, 9);
    await first.database.close();
    const second = await setUp(first.folder);
    expect(second.log.page(EVER, 9)).toEqual(before);
    second.log.note('beat');
    second.log.note('deregistered', { reason: away });
    await second.log.flush();
    expect(new EventLog(second.deps).page(EVER, 9)).toEqual(second.log.page(EVER, 9));
    expect(inShort(second.log)).toEqual([
      ['deregistered', 0, 0, 1, away.code],
      ['beat', 0, 0, 6, undefined],
      ['registered', 0, 0, 1, undefined],
    ]);
  });

  it('writes what grows every ten minutes, not with each heartbeat', async () => {
    const { clock, database, log } = await setUp();
    const commits: number[] = [];
    const { commit } = database.committer;
    database.committer.commit = (writes) => {
      commits.push((clock.now() - START) / MINUTE);
      return commit.call(database.committer, writes);
    };
    for (let beat = 0; beat < 60; beat += 1) {
      log.note('beat');
      await clock.turn(MINUTE / 2);
    }
    expect(commits).toEqual([0, 10, 20]);
    await log.flush();
  });

  it('keeps the last 500, in memory and on disk, and pages through them without gap or double', async () => {
    const { database, deps, log } = await setUp();
    for (let n = 0; n < MOST_EVENTS + 77; n += 1) log.note(n % 2 ? 'registered' : 'deregistered');
    await log.flush();
    expect(database.read.prepare('SELECT count(*) FROM iicp_events').pluck().get()).toBe(MOST_EVENTS);
    for (const each of [log, new EventLog(deps)]) {
      const ids: number[] = [];
      for (let before: number | null = EVER; before !== null; ) {
        const page = each.page(before, 64);
        ids.push(...page.items.map(({ id }) => id));
        before = page.next;
      }
      expect(ids).toEqual(Array.from({ length: MOST_EVENTS }, (_, n) => MOST_EVENTS + 77 - n));
    }
  });

  it('is shown although it could not be written', async () => {
    const { deps } = await setUp();
    const log = new EventLog({ ...deps, committer: { commit: () => Promise.reject(new Error('disk full')) } });
    log.note('registered');
    await log.flush();
    expect(inShort(log)).toEqual([['registered', 0, 0, 1, undefined]]);
  });

  it('has a table of its own number among those of its network', () => {
    expect(migrations.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(eventMigrations).toHaveLength(1);
  });
});
