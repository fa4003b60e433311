import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { Details, TaskFactsStore } from '../../../src-main/work/detail.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { taskRows } from '../../support/jobs.ts';

interface Row {
  readonly id: number;
  readonly backend?: string | null;
  readonly sealed?: number;
  /** None: it runs. */
  readonly took?: number;
  readonly waited?: number | null;
}

const LOCAL = 'http://127.0.0.1:11434';

function setUp(
  rows: readonly Row[],
  options: { live?: TaskView[]; kinds?: Record<string, string>; local?: boolean } = {},
) {
  const { live = [], kinds = { [LOCAL]: 'ollama' }, local = false } = options;
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations]) db.exec(sql);
  const { begin, end } = taskRows(db);
  for (const { id, backend = LOCAL, sealed = 0, took, waited = null } of rows) {
    begin({ id, ref: `ref-${id}`, backend, sealed, at: 1000 });
    if (took === undefined) continue;
    const serverMs = waited === null ? null : took - 5;
    end({ id, tokensIn: 3, tokensOut: 4, tookMs: took, at: 1000 + took, waitedMs: waited, serverMs });
    db.prepare(
      "INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, 'iicp', 'credit', 7, 'earned', ?)",
    ).run(1000 + took, id);
  }
  return new Details({
    read: db,
    ledger: new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) }),
    live: () => live,
    arrival: () => (local ? 'local' : 'direct'),
    kindOf: (backend) => kinds[backend],
  });
}

describe('the detail of a task', () => {
  it('has its times, what was booked, and what others could see', () => {
    const detail = setUp([{ id: 3, sealed: 1, took: 250, waited: 40 }]).of(3);
    expect(detail).toEqual({
      task: {
        id: 3,
        network: 'iicp',
        kind: 'task',
        what: 'chat',
        inference: { model: 'm', backend: LOCAL, sealed: true, tokensIn: 3, tokensOut: 4 },
        lease: null,
        state: 'done',
        code: null,
        startedAt: 1000,
        finishedAt: 1250,
        earnedMicro: 7,
        unit: 'credit',
      },
      ref: 'ref-3',
      timings: { receivedAt: 960, startedAt: 1000, serverMs: 245, tookMs: 250, finishedAt: 1250 },
      entries: [
        expect.objectContaining({ id: 1, netMicro: 7, task: expect.objectContaining({ id: 3, ref: 'ref-3' }) }),
      ],
      exposure: {
        arrived: 'direct',
        carried: 'sealed',
        readBy: 'this-computer',
        inMemoryMs: 290,
        contentKept: false,
      },
    });
  });

  it('leaves open what was not measured, and what is not over', () => {
    const details = setUp([{ id: 1, took: 250 }, { id: 2 }]);
    expect(details.of(1)?.timings).toMatchObject({ receivedAt: null, serverMs: null, tookMs: 250 });
    expect(details.of(1)?.exposure).toMatchObject({ inMemoryMs: 250, carried: 'plain' });
    expect(details.of(2)?.timings).toMatchObject({ serverMs: null, tookMs: null, finishedAt: null });
    expect(details.of(2)).toMatchObject({ task: { state: 'running' }, entries: [], exposure: { inMemoryMs: null } });
  });

  it('is there for a task that has just begun and is not on disk, and not for one that is not there', () => {
    const { task } = setUp([{ id: 9 }]).of(9)!;
    const details = setUp([], { live: [task], local: true });
    expect(details.of(9)).toMatchObject({ task: { id: 9, state: 'running' }, exposure: { arrived: 'local' } });
    expect(details.of(10)).toBe(null);
  });

  it.each([
    ['http://127.0.0.1:11434', 'ollama', 'this-computer'],
    ['http://localhost:1234', 'lmstudio', 'this-computer'],
    ['http://[::1]:8080', 'llamacpp', 'this-computer'],
    ['http://192.168.1.20:8000', 'vllm', 'own-network'],
    ['http://10.1.2.3', 'openai', 'own-network'],
    ['http://172.20.0.5:11434', 'ollama', 'own-network'],
    ['http://[fd12::7]:80', 'openai', 'own-network'],
    ['http://[fe80::7]:80', 'openai', 'own-network'],
    ['http://attic:11434', 'ollama', 'own-network'],
    ['http://attic.local', 'ollama', 'own-network'],
    ['http://172.32.0.5:11434', 'ollama', 'elsewhere'],
    ['http://[2001:db8::7]', 'openai', 'elsewhere'],
    ['https://api.example.com/v1', 'openai', 'elsewhere'],
    ['http://127.0.0.1.example.com', 'openai', 'elsewhere'],
    // It is here, and passes things on.
    ['http://127.0.0.1:9337', 'meshllm', 'elsewhere'],
    ['https://api.anthropic.com', 'anthropic', 'elsewhere'],
    ['http://127.0.0.1:11434', undefined, null],
    ['no address', 'ollama', null],
  ])('says of a server at %s, which is %s, that it is read by %s', (backend, kind, readBy) => {
    const details = setUp([{ id: 1, backend, took: 1 }], { kinds: kind ? { [backend]: kind } : {} });
    expect(details.of(1)?.exposure?.readBy).toBe(readBy);
  });
});
