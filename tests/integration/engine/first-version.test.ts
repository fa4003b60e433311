// A data folder of the first version, with what that version said of it: tests/fixtures/first-version/make.mjs has made both.
// Opened by this version it says the same.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataUse } from '../../../src-main/availability/data-use.ts';
import { BackupStore } from '../../../src-main/backup/store.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { openAccounting } from '../../../src-main/engine/accounting.ts';
import { openState } from '../../../src-main/engine/open-state.ts';
import { EventLog } from '../../../src-main/networks/iicp/directory/events.ts';
import { Metrics } from '../../../src-main/networks/iicp/directory/metrics.ts';
import { Claims } from '../../../src-main/payments/claims.ts';
import { Ledger } from '../../../src-main/payments/ledger.ts';
import { LedgerSums, sumsOf } from '../../../src-main/payments/sums.ts';
import { Journal } from '../../../src-main/reachability/mapper/journal.ts';
import { migrate } from '../../../src-main/storage/migrate.ts';
import type { Migration } from '../../../src-main/storage/write.ts';
import { DoneTasks } from '../../../src-main/work/done.ts';
import { WorkQuarters } from '../../../src-main/work/quarters.ts';
import { Refusals } from '../../../src-main/work/refusals.ts';
import { WorkShares } from '../../../src-main/work/shares.ts';
import { Speed } from '../../../src-main/work/speed.ts';
import { WorkStore } from '../../../src-main/work/store.ts';
import { Uptime } from '../../../src-main/work/uptime.ts';
import { Work } from '../../../src-main/work/work.ts';
import type { EarningRow } from '../../../src-preload/contract/earnings.ts';
import type { TaskFilter, TaskView } from '../../../src-preload/contract/work.ts';
import { slotsOnly } from '../../support/capacity.ts';
import { temporaryFolder } from '../../support/folder.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/first-version');
const expected = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8'));
const { start, end } = expected as { start: number; end: number };
const QUARTERS = [Math.floor(start / 900_000), Math.ceil(end / 900_000) + 1] as const;
const EVER = Number.MAX_SAFE_INTEGER;

function folder(): string {
  const dataDir = join(temporaryFolder(), 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  cpSync(join(FIXTURE, 'keys'), join(dataDir, 'keys'), { recursive: true });
  writeFileSync(join(dataDir, 'hearth.db'), gunzipSync(readFileSync(join(FIXTURE, 'hearth.db.gz'))), { mode: 0o600 });
  return dataDir;
}

async function open() {
  const clock = { ...systemClock, now: () => end };
  const dataDir = folder();
  const state = await openState({ clock, random: systemRandom }, { dataDir, logLevel: 'error' });
  onTestFinished(() => state.close());
  const { committer, read } = state.database;
  const deps = { clock, logger: silentLogger, committer, read };
  const [store, ledger] = [new WorkStore(read), new Ledger(read)];
  const work = new Work({
    ...deps,
    store,
    ledger,
    refusals: new Refusals(deps),
    capacity: slotsOnly(clock, () => 1),
    handBack: () => false,
  });
  const now = () => ({ joined: true, open: true, ready: true, busy: true });
  const uptime = new Uptime({ ...deps, now });
  const accounting = openAccounting({
    clock,
    read,
    settings: state.settings,
    work,
    uptime,
    backends: { views: () => [] },
    sums: new LedgerSums(read),
    dataUse: new DataUse(deps),
    local: false,
  });
  return { ...deps, state, store, ledger, work, uptime, accounting, dataDir };
}

/** As the first version showed a task. */
function asFirst({ kind, what, inference, lease, ...task }: TaskView) {
  expect([kind, lease]).toEqual(['task', null]);
  const { id, network, earnedMicro, unit, ...rest } = task;
  const { model, backend, sealed, tokensIn, tokensOut } = inference!;
  return {
    id,
    network,
    intent: what,
    model,
    backend,
    sealed,
    ...rest,
    tokensIn,
    tokensOut,
    earnedMicro,
    unit,
  };
}

/** As the first version showed an entry: all of them were of work, so the whole amount was income. */
function asFirstEntry({ amountMicro, receivedAt, reference, ...entry }: EarningRow) {
  expect([amountMicro, reference === '']).toEqual([entry.netMicro, false]);
  expect(receivedAt !== null).toBe(entry.state === 'received');
  return entry;
}

/** The time at work is what the machine took when the fixture was made, and stands in the net of it. */
function withoutWork(share: { workMs?: number }) {
  const rest = { ...share };
  delete rest.workMs;
  return rest;
}

const sha = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

async function pages<T>(page: (before: number) => Promise<{ items: T[]; next: number | null }>): Promise<T[]> {
  const items: T[] = [];
  for (let before: number | null = EVER; before !== null; ) {
    const part: { items: T[]; next: number | null } = await page(before);
    items.push(...part.items);
    before = part.next;
  }
  return items;
}

describe('the data of the first version', () => {
  it('has every task as it was, by whatever it is asked for', async () => {
    const { accounting } = await open();
    const { history } = accounting;
    const of = (filter: TaskFilter) => pages((before) => history.page(filter, before, 100));
    const finished = await of({});
    expect(finished.slice(0, 12).map(asFirst)).toEqual(expected.tasks.newest);
    expect([finished.length, sha(finished.map(asFirst))]).toEqual([expected.tasks.finished, expected.tasks.digest]);
    expect((await of({ states: ['interrupted'] })).map(asFirst)).toEqual(expected.tasks.interrupted);
    for (const { filter, digest, ...count } of expected.tasks.filters) {
      expect({ ...(await history.count(filter)), digest: sha((await of(filter)).map(({ id }) => id)) }).toEqual({
        ...count,
        digest,
      });
    }
    const { intents, ...facets } = expected.tasks.facets;
    expect(await history.facets()).toEqual({
      ...facets,
      kinds: [{ value: 'task', count: finished.length }],
      capabilities: intents,
    });
  });

  it('has what was known of one task, and its entries', async () => {
    const { accounting } = await open();
    const detail = accounting.details.of(9)!;
    expect(
      plain({
        ...detail,
        entries: detail.entries.map(asFirstEntry),
        task: asFirst(detail.task),
        timings: { ...detail.timings, tookMs: null },
        exposure: { ...detail.exposure, inMemoryMs: null },
      }),
    ).toEqual(expected.tasks.detail);
  });

  it('has the sums of its work as they were', async () => {
    const { read, clock, store } = await open();
    const { tasks } = expected;
    const step = 17 * 60_000;
    expect(store.newest()).toEqual(tasks.newestIds);
    expect(store.tokensAt('server-1', start + 900 * step)).toBe(tasks.tokensAt);
    expect(store.countsAfter('iicp', 0, 10_000)).toEqual(tasks.counts);
    expect(store.countSince(start + 1000 * step, store.newest().seq)).toEqual(tasks.day);
    expect(new Speed(read).since(start)).toEqual(tasks.speed);
    expect(new DoneTasks(read).page('iicp', EVER, start, 20)).toEqual(tasks.done);
    const { between } = new WorkQuarters(read).snapshot();
    expect(between(...QUARTERS)).toEqual(tasks.quarters);
    expect(between(QUARTERS[0], QUARTERS[0] + 700)).toEqual(tasks.quartersEarly);
    const shares = await new WorkShares({ clock, read }).between(...QUARTERS);
    expect(sha(plain(shares).map(withoutWork))).toBe(tasks.shares);
  });

  it('has every entry, claim and sum of the ledger as it was', async () => {
    const { read, ledger, accounting } = await open();
    const { money, net } = expected;
    const sums = new LedgerSums(read);
    expect(sums.all()).toEqual(money.sums);
    const since = `SELECT network, unit, sum(amount_micro) AS amountMicro, count(*) AS entries FROM ledger WHERE at >= ?
      GROUP BY network, unit`;
    expect(read.prepare(since).all(start + 900 * 17 * 60_000)).toEqual(money.sumsSince);
    expect(sumsOf(sums.between(...QUARTERS, sums.marks()))).toEqual(money.quarters);
    const claims = new Claims({ read, ledger });
    expect(claims.sums('iicp', 'https://directory.example.com')).toEqual(money.claims);
    expect(claims.open('iicp')).toBe(money.openClaims);
    const entries = await pages((before) => accounting.rows.page({}, before, 100));
    expect(plain(entries.slice(0, 8).map(asFirstEntry))).toEqual(money.newest);
    const row = ({ at, network, unit, amountMicro, kind, state, task, claim }: Record<string, unknown> & Row) => [
      at,
      network,
      unit,
      amountMicro,
      kind,
      state,
      task?.ref ?? null,
      task?.model ?? null,
      claim?.state ?? null,
    ];
    expect([entries.length, sha(entries.map((entry) => row(asFirstEntry(entry) as never)))]).toEqual([
      money.entries,
      money.digest,
    ]);
    const by = { by: 'day', from: start - 86_400_000, to: end, weekStartsOn: 1 } as const;
    const series = await accounting.series.take(by);
    expect(series.total.sums).toEqual(money.series.sums);
    // Nothing runs here; two tasks ran when it was written down.
    const still = (state: { state: string }) => state.state !== 'serving';
    expect(series.states.filter(still)).toEqual(money.series.states.filter(still));
    expect(plain(await accounting.net(start - 86_400_000, end))).toEqual(net);
  });

  it('has its settings, secrets, backups, ports, events and counters', async () => {
    const { state, read, committer, uptime, clock, store } = await open();
    const set = state.settings.view().filter(({ isSet }) => isSet);
    expect(set.map(({ path, value }) => ({ path, value }))).toEqual(expected.settings);
    for (const [name, value] of Object.entries(expected.secrets)) expect(state.secrets.get(name)).toBe(value);
    const backups = new BackupStore(read);
    expect({ last: backups.last(), restored: backups.lastRestore() }).toEqual(expected.backup);
    const journal = new Journal({ committer, read });
    expect({ openings: journal.list(), port: journal.lastPort({ id: 'iicp', transport: 'tcp' }, 4) }).toEqual(
      expected.router,
    );
    const events = new EventLog({ clock, logger: silentLogger, committer, read });
    expect(events.page(EVER, 50)).toMatchObject(expected.events);
    const metrics = new Metrics({ random: systemRandom, committer, read, outcomes: store });
    expect(await metrics.next()).toEqual(expected.batch);
    const uses = uptime.between(...QUARTERS);
    expect(uses.map(({ quarter, onMs, openMs, busyMs }) => ({ quarter, onMs, openMs, busyMs }))).toEqual(
      expected.uptime,
    );
    // It did not tell these apart.
    for (const { onMs, joinedMs, openMs, readyMs } of uses) expect([joinedMs, readyMs]).toEqual([onMs, openMs]);
    expect(read.prepare('SELECT * FROM data_use ORDER BY day').all()).toEqual(expected.dataUse);
    expect(
      read.prepare('SELECT reason, sum(count) AS count FROM refusals GROUP BY reason ORDER BY reason').all(),
    ).toEqual(expected.refusals);
  });

  it('ends the tasks that a crash had left open, and opens no job', async () => {
    const { work, read, store } = await open();
    const { newestIds, open: left } = expected.tasks;
    expect(await work.recover()).toEqual(new Map());
    const rows = read
      .prepare('SELECT j.ref, o.state FROM jobs j JOIN outcomes o ON o.job = j.id WHERE o.seq > ? ORDER BY j.id')
      .all(newestIds.seq);
    expect(rows).toEqual(left.map((ref: string) => ({ ref, state: 'interrupted' })));
    expect(store.newest()).toEqual({ id: newestIds.id, seq: newestIds.seq + left.length });
  });

  it('is whole, copied before it was changed, and closed to the first version from then on', async () => {
    const { read, dataDir, clock } = await open();
    expect(read.pragma('foreign_key_check')).toEqual([]);
    expect(read.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([expect.stringMatching(/^hearth-.*-before\.db$/)]);
    const db = new Database(join(dataDir, 'hearth.db'));
    onTestFinished(() => void db.close());
    const before = db.prepare('SELECT count(*) FROM jobs').pluck().get();
    expect(() => migrate({ clock, logger: silentLogger }, db, stepsOfFirst())).toThrow(
      expect.objectContaining({
        code: 'storage.too-new',
        message: expect.stringMatching(/last used by a newer version of Hearth/),
        details: { area: 'work', number: 7 },
      }),
    );
    expect(db.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(before);
  });
});

/** All that the first version knows of. */
function stepsOfFirst(): Migration[] {
  const db = new Database(join(folder(), 'hearth.db'));
  const steps = db.prepare('SELECT area, number, name FROM migrations ORDER BY area, number').all();
  db.close();
  return (steps as Omit<Migration, 'sql'>[]).map((step) => ({ ...step, sql: '' }));
}

interface Row {
  readonly task?: { ref: string; model: string | null };
  readonly claim?: { state: string };
}
