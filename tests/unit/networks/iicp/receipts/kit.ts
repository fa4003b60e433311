// A node that hands receipts to a practice directory: tasks are booked by hand, all else is real, and one clock serves both.

import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { DirectoryClient } from '../../../../../src-main/networks/iicp/directory/directory.ts';
import { Identity } from '../../../../../src-main/networks/iicp/identity/identity.ts';
import { accountOf } from '../../../../../src-main/networks/iicp/pricing/account.ts';
import { Receipts } from '../../../../../src-main/networks/iicp/receipts/index.ts';
import { Claims } from '../../../../../src-main/payments/claims.ts';
import { Ledger, ledgerMigrations } from '../../../../../src-main/payments/ledger.ts';
import { LedgerRows } from '../../../../../src-main/payments/rows.ts';
import {
  type Directory,
  type DirectoryOptions,
  startDirectory,
} from '../../../../../src-main/practice/iicp/directory.ts';
import type { Settings } from '../../../../../src-main/settings/settings.ts';
import type { Committer, Write } from '../../../../../src-main/storage/write.ts';
import { TaskFactsStore } from '../../../../../src-main/work/detail.ts';
import { WorkStore, workMigrations } from '../../../../../src-main/work/store.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';
import { until } from '../../../../support/wait.ts';

export const START = Date.UTC(2026, 10, 2);
const CHAT = 'urn:iicp:intent:llm:chat:v1';

interface TaskOptions {
  readonly ref?: string;
  readonly tokens?: number;
  readonly payer?: string;
  /** What is asked for it; default what its tokens make at the usual price. */
  readonly micro?: number;
}

export async function receiptsKit(options: DirectoryOptions = {}, seed = 1) {
  const clock = new HandClock(START);
  const random = seededRandom(seed);
  const rules = { allowPrivateEndpoints: true, dialBack: false, registrationsPerMinute: 100_000, ...options };
  const first = await startDirectory({ clock, random }, rules);
  const port = Number(new URL(first.url).port);
  let directory: Directory = first;
  onTestFinished(() => directory.stop());

  const db: Database.Database = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations]) db.exec(sql);
  const ledger = new Ledger(db);
  const store = new WorkStore(db);
  const claims = new Claims({ read: db, ledger });

  const values = new Map<string, string>();
  const vault = {
    get: (name: string) => values.get(name),
    put: async (more: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(more)) values.set(name, value);
    },
  };
  let identity = await Identity.open({ random, vault }, first.url);
  let client = new DirectoryClient(first.url);
  onTestFinished(() => client.close());
  const never = new AbortController().signal;

  let mustRegister = true;
  const node = { enabled: true, operatorKey: '', tasks: 0, renewals: 0, running: undefined as Running | undefined };
  onTestFinished(() => node.running?.stop.abort(new Error('the test is over')));

  /** As membership does it, at whatever moment the test chooses. */
  async function beat(): Promise<void> {
    const { nodeId, token } = identity;
    if (!mustRegister && token !== undefined) {
      mustRegister = await client.heartbeat({ node_id: nodeId }, token, never).then(
        () => false,
        (error: { status?: number }) => error.status === 401,
      );
    }
    if (!mustRegister) return;
    const granted = await client
      .register(
        {
          node_id: nodeId,
          current_node_token: token,
          endpoint: 'http://127.0.0.1:9',
          region: 'eu',
          capabilities: [{ intent: CHAT, models: ['m'], max_tokens: 100 }],
          limits: { max_concurrent: 1, tokens_per_min: 100 },
        },
        never,
      )
      .catch(() => undefined);
    if (!granted) return;
    await identity.adopt(granted);
    mustRegister = false;
  }

  function write(writes: readonly Write[]): void {
    db.transaction(() => {
      for (const { sql, params, expect } of writes) {
        const { changes } = db.prepare(sql).run(...params);
        if (expect !== undefined && changes !== expect) throw new Error('a unit did not fit');
      }
    })();
  }

  /** What is written after a crash never reaches the disk. */
  function start(): Receipts {
    const stop = new AbortController();
    let alive = true;
    const committer: Committer = {
      commit: async (writes) => {
        if (!alive) throw new Error('the node is no more');
        write(writes);
      },
    };
    const receipts = new Receipts(
      {
        clock,
        random,
        logger: silentLogger,
        committer,
        claims: new Claims({ read: db, ledger }),
        identity,
        directory: client,
        operatorHmacKey: () => node.operatorKey,
        enabled: () => node.enabled,
        renew: () => {
          mustRegister = true;
          node.renewals += 1;
        },
        changed: () => undefined,
      },
      first.url,
    );
    const done = receipts.run(stop.signal);
    const crash = () => {
      alive = false;
      stop.abort(new Error('crash'));
      return done;
    };
    node.running = { stop, receipts, crash };
    return receipts;
  }

  /** Dies at whatever it is about, and starts again with what is on its disk. */
  async function restart(): Promise<void> {
    const dying = node.running?.crash();
    await client.close();
    await dying;
    client = new DirectoryClient(first.url);
    identity = await Identity.open({ random, vault }, first.url);
    mustRegister = true;
    start();
  }

  /** What is due and on its way is done before this resolves; it is looked for in every turn, for it takes less than a millisecond. */
  async function idle(): Promise<void> {
    for (let turns = 0; clock.timers === 0 && turns < 100_000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('nothing to be on its way', () => clock.timers > 0);
  }

  /** The computer sleeps and wakes: whatever became due meanwhile is done then, once. */
  async function sleep(ms: number): Promise<void> {
    await idle();
    clock.skip(ms);
    await clock.turn(0);
    await idle();
  }

  const SETTINGS: Readonly<Record<string, unknown>> = {
    'networks.iicp.directoryUrl': first.url,
    'networks.iicp.credits': true,
  };
  const settings = { get: (path: string) => SETTINGS[path] } as unknown as Settings;

  return {
    clock,
    random,
    /** As the app shows them. */
    entries: new LedgerRows({ clock, read: db, tasks: new TaskFactsStore(db) }),
    rows: (sql: string, ...params: number[]): unknown[] => db.prepare(sql).all(...params),
    value: (sql: string): unknown => db.prepare(sql).pluck().get(),
    node,
    claims,
    get identity() {
      return identity;
    },
    beat,
    /** Gives its place with the directory up. */
    async leave(): Promise<void> {
      await client.deregister(identity.nodeId, identity.token!, never);
      mustRegister = true;
    },
    /** The directory's books of it, as pages show them. */
    account: () => accountOf({ claims, clock, settings, identity, directory: client }, never),
    start,
    restart,
    get directory() {
      return directory;
    },
    async restartDirectory(after: () => Promise<void> = async () => undefined) {
      const { memory } = directory;
      await directory.stop();
      await after();
      directory = await startDirectory({ clock, random }, { ...rules, port, memory });
    },
    /** A task that was done now, booked and claimed in one unit. Returns its number. */
    done({ ref, tokens = 1000, payer, micro = tokens * 1000 }: TaskOptions = {}): number {
      node.tasks += 1;
      const id = node.tasks;
      const now = clock.now();
      write([
        store.started({ id, network: 'iicp', kind: 'task', ref: ref ?? `task-${id}`, what: CHAT, startedAt: now }),
        store.endedInference(
          id,
          { model: 'm', backend: null, sealed: false },
          { tokensIn: 0, tokensOut: tokens, waitedMs: null, serverMs: null, firstMs: null },
        ),
        store.ended({ id, network: 'iicp' }, { state: 'done', code: null, tookMs: 1, finishedAt: now }),
        ledger.entry({ network: 'iicp', unit: 'credit', amountMicro: micro, at: now, kind: 'earned', task: id }),
        node.running!.receipts.made(id, micro, 'ab'.repeat(32), payer ?? null),
      ]);
      node.running!.receipts.committed();
      return id;
    },
    /** Time passes, and what it brings is done before this resolves. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; ) {
        await idle();
        // A loop that looks every half minute whether anything is due, and nothing is.
        const due = claims.nextAt('iicp', first.url) ?? Number.POSITIVE_INFINITY;
        const quiet = Math.min(left, due - clock.now());
        // No further than to the next timer: what it begins must not find that hours went by on its way.
        const step = quiet > 0 ? quiet : Math.min(left, Math.max(1, clock.nextIn));
        if (quiet > 0) await sleep(step);
        else await clock.turn(step);
        left -= step;
      }
      await idle();
    },
    sleep,
    row(task: number) {
      return db.prepare('SELECT * FROM claims WHERE task = ?').get(task) as Record<string, unknown>;
    },
    booked(): number {
      return db.prepare('SELECT coalesce(sum(amount_micro), 0) FROM ledger').pluck().get() as number;
    },
    states(): Record<string, number> {
      const rows = db.prepare('SELECT state, count(*) AS count FROM claims GROUP BY state').all() as {
        state: string;
        count: number;
      }[];
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
  };
}

interface Running {
  readonly stop: AbortController;
  readonly receipts: Receipts;
  readonly crash: () => Promise<void>;
}
