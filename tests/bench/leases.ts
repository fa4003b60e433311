// A provider that has sold for long: what a page of its leases takes, and a tick of what looks after them, with 10,000 leases in the books
// and the engine answering at once. Run by scripts/bench.mjs. Ends with 1 where an aim is missed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { systemClock } from '../../src-main/base/clock.ts';
import { durableMigrations } from '../../src-main/networks/paygress/durable/store.ts';
import { Keeper, type KeeperDeps } from '../../src-main/networks/paygress/leases/keeper.ts';
import { leaseMigrations, outsideMigrations } from '../../src-main/networks/paygress/leases/schema.ts';
import { LeaseStore } from '../../src-main/networks/paygress/leases/store.ts';
import { leaseViews } from '../../src-main/networks/paygress/views.ts';
import { workMigrations } from '../../src-main/work/store.ts';
import { fillBooks, RUNNING } from '../support/paygress-filled.ts';
import { atMost, judge } from './aims.ts';

const { values: flags } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const LEASES = 10_000;
const TIMES = flags.short ? 50 : 500;
const PAGE = 50;
const AIM = { pageMs: 20, tickMs: 5 };

async function taken(work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now();
    await work();
    all.push(performance.now() - began);
  }
  return all.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'hearth-leases-'));
const db = new Database(join(folder, 'books.db'));
try {
  db.pragma('journal_mode = WAL');
  for (const { sql } of [...workMigrations, ...leaseMigrations, ...durableMigrations, ...outsideMigrations])
    db.exec(sql);
  const now = Date.now();
  fillBooks(db, LEASES, now);
  const store = new LeaseStore(db);
  const boxes = store.open().map(({ box }) => ({ id: box, status: 'running' as const, spec: '' }));
  const deps = {
    store,
    clock: systemClock,
    boxes: { list: async () => boxes },
    settle: async () => void store.pending(),
    leases: {
      refunds: { look: async () => void store.refundsDue(Date.now()) },
      drive: async () => undefined,
      seen: async () => undefined,
    },
  };
  const keeper = new Keeper(deps as unknown as KeeperDeps);
  const pageMs = await taken(() => {
    const page = store.page(LEASES - RUNNING, PAGE);
    leaseViews(store, page, now);
    leaseViews(store, store.open(), now);
    store.done();
  });
  const tickMs = await taken(async () => {
    // With a look at the boxes each time, which is due twice a minute.
    keeper.lookAtBoxes();
    await keeper.tick();
    store.nextDue();
  });
  const row = (what: string, ms: number, aim: number) => {
    console.log(`${what.padEnd(24)}${ms.toFixed(2).padStart(8)} ms   aim: ${aim} ms`);
    return atMost(what, ms, aim, 'ms');
  };
  console.log(`${LEASES} leases in the books, ${RUNNING} of them running`);
  judge([row('a page of them', pageMs, AIM.pageMs), row('a tick', tickMs, AIM.tickMs)]);
} finally {
  db.close();
  rmSync(folder, { recursive: true });
}
