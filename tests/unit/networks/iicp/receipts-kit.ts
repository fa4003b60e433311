// A node that hands receipts to a practice directory: tasks are booked by hand, all else is real, and one clock serves both.

import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { DirectoryClient } from '../../../../src-main/networks/iicp/directory.ts';
import { Identity } from '../../../../src-main/networks/iicp/identity.ts';
import { Receipts } from '../../../../src-main/networks/iicp/receipts.ts';
import { Claims } from '../../../../src-main/payments/claims.ts';
import { Ledger, ledgerMigrations } from '../../../../src-main/payments/ledger.ts';
import { type Directory, type DirectoryOptions, startDirectory } from '../../../../src-main/practice/directory.ts';
import type { Committer, Write } from '../../../../src-main/storage/write.ts';
import { WorkStore, workMigrations } from '../../../../src-main/work/store.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';
import { until } from '../../../support/wait.ts';

export const START = Date.UTC(2026, 10, 2);
const CHAT = 'urn:iicp:intent:llm:chat:v1';

interface TaskOptions {
  readonly ref?: string;
  readonly tokens?: number;
  readonly payer?: string;
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
  const identity = await Identity.open({ random, vault }, first.url);
  const client = new DirectoryClient(first.url);
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

  /** What is written after `crash` never reaches the disk. */
  function start(): Receipts {
    const stop = new AbortController();
    const running = { stop, alive: true, done: Promise.resolve() };
    const committer: Committer = {
      commit: async (writes) => {
        if (!running.alive) throw new Error('the node is no more');
        write(writes);
      },
    };
    const receipts = new Receipts(
      {
        clock,
        random,
        logger: silentLogger,
        committer,
        claims,
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
    running.done = receipts.run(stop.signal);
    node.running = { ...running, receipts };
    crash = () => {
      running.alive = false;
      stop.abort(new Error('crash'));
      return running.done;
    };
    return receipts;
  }
  let crash: () => Promise<void> = async () => undefined;

  return {
    clock,
    random,
    rows: (sql: string, ...params: number[]): unknown[] => db.prepare(sql).all(...params),
    value: (sql: string): unknown => db.prepare(sql).pluck().get(),
    node,
    claims,
    identity,
    beat,
    start,
    write,
    get directory() {
      return directory;
    },
    crash: () => crash(),
    async restartDirectory(after: () => Promise<void> = async () => undefined) {
      const { memory } = directory;
      await directory.stop();
      await after();
      directory = await startDirectory({ clock, random }, { ...rules, port, memory });
    },
    /** A task that was done now, booked and claimed in one unit. Returns its number. */
    done({ ref, tokens = 1000, payer }: TaskOptions = {}): number {
      node.tasks += 1;
      const id = node.tasks;
      const now = clock.now();
      const micro = tokens * 1000;
      write([
        store.started({
          id,
          network: 'iicp',
          ref: ref ?? `task-${id}`,
          intent: CHAT,
          model: 'm',
          backend: null,
          sealed: false,
          startedAt: now,
        }),
        store.ended(
          { id, network: 'iicp' },
          {
            state: 'done',
            code: null,
            tokensIn: 0,
            tokensOut: tokens,
            tookMs: 1,
            finishedAt: now,
            waitedMs: null,
            serverMs: null,
          },
        ),
        ledger.entry({ network: 'iicp', unit: 'credit', amountMicro: micro, at: now, kind: 'earned', task: id }),
        node.running!.receipts.made(id, micro, 'ab'.repeat(32), payer ?? null),
      ]);
      node.running!.receipts.committed();
      return id;
    },
    /** Time passes, and what it brings is done before this resolves. */
    async pass(ms: number): Promise<void> {
      const idle = () => until('nothing to be on its way', () => clock.timers > 0);
      for (let left = ms; left > 0; ) {
        await idle();
        // No further than to the next timer: what it begins must not find that hours went by on its way.
        const step = Math.min(left, Math.max(1, clock.nextIn));
        await clock.turn(step);
        left -= step;
      }
      await idle();
    },
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
  readonly done: Promise<void>;
}
