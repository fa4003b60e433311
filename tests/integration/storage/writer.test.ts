import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { BadStatement, WriteConflict, WriteFailed } from '../../../src-main/storage/errors.ts';
import type { SqlValue } from '../../../src-main/storage/write.ts';
import { DurableWriter } from '../../../src-main/storage/writer.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { child, commitsInLog, opened, outcomes, parent, rename } from '../../unit/storage/help.ts';

describe('a unit of work', () => {
  it('is seen by the reader as soon as its commit has resolved', async () => {
    const { committer, parents, children } = await opened();
    await committer.commit([parent(1), child(10, 1)]);
    expect([parents(), children()]).toEqual([[1], [10]]);
  });

  it('is undone as a whole and alone when a constraint speaks against one of its writes', async () => {
    const { committer, parents } = await opened();
    const ended = await outcomes([
      committer.commit([parent(1)]),
      committer.commit([parent(2), parent(1)]),
      committer.commit([parent(3)]),
    ]);
    expect(ended).toEqual(['ok', 'storage.conflict', 'ok']);
    expect(parents()).toEqual([1, 3]);
  });

  it('is undone as a whole and alone when another number of rows changed than it expected', async () => {
    const { committer, read } = await opened();
    await committer.commit([parent(1, 'old')]);
    const missed = committer.commit([rename(1, 'new'), rename(2, 'nobody', 1)]);
    const met = committer.commit([parent(3), rename(3, 'three', 1)]);
    await expect(missed).rejects.toEqual(new WriteConflict({ expected: 1, changed: 0 }));
    await met;
    expect(read.prepare('SELECT id, name FROM parents').raw().all()).toEqual([
      [1, 'old'],
      [3, 'three'],
    ]);
  });

  it('is undone alone when its deferred foreign key speaks up at the commit of its group', async () => {
    const { committer, parents, children } = await opened();
    const ended = await outcomes([
      committer.commit([child(10, 1), parent(1)]),
      committer.commit([parent(2), child(20, 99)]),
      committer.commit([parent(3)]),
    ]);
    expect(ended).toEqual(['ok', 'storage.conflict', 'ok']);
    expect([parents(), children()]).toEqual([[1, 3], [10]]);
    await expect(committer.commit([child(30, 99)])).rejects.toThrow(WriteConflict);
  });

  it('is refused as a bug, alone, when SQLite does not understand it', async () => {
    const { committer, parents } = await opened();
    const ended = await outcomes([
      committer.commit([parent(1)]),
      committer.commit([{ sql: 'INSERT INTO nowhere VALUES (?)', params: [1] }]),
      committer.commit([{ sql: 'INSERT INTO parents (id) VALUES (?)', params: [] }]),
      committer.commit([{ sql: 'INSERT INTO parents (id) VALUES (?)', params: [2n ** 70n] }]),
      committer.commit([{ sql: 'INSERT INTO parents (id) VALUES (?)', params: [(() => 1) as unknown as SqlValue] }]),
      committer.commit([parent(2)]),
    ]);
    expect(ended).toEqual(['ok', ...Array(4).fill('storage.bad-statement'), 'ok']);
    expect(parents()).toEqual([1, 2]);
    await expect(committer.commit([{ sql: 'SELEKT', params: [] }])).rejects.toThrow(BadStatement);
  });

  it('carries every kind of value to its row unchanged', async () => {
    const { committer, read } = await opened();
    await committer.commit([{ sql: 'CREATE TABLE anything (id INTEGER PRIMARY KEY, v ANY) STRICT', params: [] }]);
    let id = 0;
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array(),
      fc.constant(null),
    );
    const stored = read.prepare('SELECT v FROM anything WHERE id = ?').pluck().safeIntegers();
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        await committer.commit([{ sql: 'INSERT INTO anything VALUES (?, ?)', params: [++id, given] }]);
        const expected = typeof given === 'number' ? BigInt(given) : given;
        const seen = stored.get(id);
        // Numbers go in as doubles, as in JavaScript; an ANY column keeps them so.
        expect(
          typeof seen === 'number' ? BigInt(seen) : seen instanceof Uint8Array ? new Uint8Array(seen) : seen,
        ).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the bytes it was handed, whatever becomes of their buffer', async () => {
    const { committer, read } = await opened();
    const bytes = Buffer.from('as it was');
    const written = committer.commit([parent(1, null, bytes)]);
    bytes.fill(0);
    await written;
    expect(String(read.prepare('SELECT data FROM parents').pluck().get())).toBe('as it was');
  });
});

describe('the durable writer', () => {
  it('commits units in the order they were handed in', async () => {
    const { committer, read } = await opened({ maxGroup: 7 });
    await committer.commit([{ sql: 'CREATE TABLE log (seq INTEGER PRIMARY KEY, id INTEGER) STRICT', params: [] }]);
    const ids = Array.from({ length: 300 }, (_, n) => (n * 7919) % 10_007);
    await Promise.all(ids.map((id) => committer.commit([{ sql: 'INSERT INTO log (id) VALUES (?)', params: [id] }])));
    expect(read.prepare('SELECT id FROM log ORDER BY seq').pluck().all()).toEqual(ids);
  });

  it('pays one commit for all units of a moment, and one each for units that come one by one', async () => {
    const { committer, file } = await opened();
    await committer.commit([parent(1)]);
    const before = commitsInLog(file);
    await Promise.all(Array.from({ length: 64 }, (_, n) => committer.commit([parent(100 + n)])));
    expect(commitsInLog(file) - before).toBe(1);
    for (let n = 0; n < 5; n++) await committer.commit([parent(200 + n)]);
    expect(commitsInLog(file) - before).toBe(6);
  });

  it('refuses units beyond its bound and takes new ones when those before are settled', async () => {
    const { committer, parents } = await opened({ maxWaiting: 3 });
    const ended = await outcomes([1, 2, 3, 4].map((id) => committer.commit([parent(id)])));
    expect(ended).toEqual(['ok', 'ok', 'ok', 'storage.busy']);
    await committer.commit([parent(5)]);
    expect(parents()).toEqual([1, 2, 3, 5]);
  });

  it('rejects what a full disk did not take, says so in its health, and goes on when there is room', async () => {
    const { committer, parents } = await opened({ maxPages: 24 });
    const states: string[] = [];
    onTestFinished(committer.onHealth(({ state, reason }) => states.push(`${state} ${reason?.code ?? ''}`)));
    await committer.commit([parent(1)]);
    const tooMuch = committer.commit([parent(2, null, new Uint8Array(200_000))]);
    await expect(tooMuch).rejects.toMatchObject({ code: 'storage.write-failed', details: { sqlite: 'SQLITE_FULL' } });
    await committer.commit([parent(3)]);
    expect(parents()).toEqual([1, 3]);
    expect(states).toEqual(['degraded storage.write-failed', 'running ']);
  });

  it('rejects the whole group that a full disk hit and keeps the group after it', async () => {
    const { committer, parents } = await opened({ maxPages: 24, maxGroup: 2 });
    const ended = await outcomes([
      committer.commit([parent(1)]),
      committer.commit([parent(2, null, new Uint8Array(200_000))]),
      committer.commit([parent(3)]),
      committer.commit([parent(4)]),
    ]);
    expect(ended).toEqual(['storage.write-failed', 'storage.write-failed', 'ok', 'ok']);
    expect(parents()).toEqual([3, 4]);
  });

  it('settles all that waits when it is closed, and takes nothing after', async () => {
    const folder = temporaryFolder();
    const { committer, database } = await opened({ maxGroup: 10 }, folder);
    const units = Array.from({ length: 100 }, (_, n) => committer.commit([parent(n + 1)]));
    const closed = database.close();
    await expect(committer.commit([parent(999)])).rejects.toMatchObject({ code: 'storage.closed' });
    await closed;
    expect(new Set(await outcomes(units))).toEqual(new Set(['ok']));
    expect(committer.health).toMatchObject({ state: 'stopped' });
    await database.close();
    const again = await opened({}, folder);
    expect(again.parents()).toHaveLength(100);
  });

  it('rejects everybody and says so when its thread dies', async () => {
    const writer = new DurableWriter({ clock: new HandClock(), logger: silentLogger });
    const waiting = writer.commit([parent(1)]);
    const open = writer.open(join(temporaryFolder(), 'not-there.db'));
    await expect(open).rejects.toThrow(WriteFailed);
    await expect(waiting).rejects.toMatchObject({ code: 'storage.write-failed', details: { sqlite: 'thread-died' } });
    await expect(writer.commit([parent(2)])).rejects.toThrow(WriteFailed);
    expect(writer.health).toMatchObject({ state: 'stopped', reason: { code: 'storage.write-failed' } });
    await writer.close();
  });
});
