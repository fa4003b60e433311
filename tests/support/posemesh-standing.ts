// A whole node and the three servers of its network on one clock that is turned by hand: minutes go by in a moment, and sockets are
// waited for in between.
import { channel } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// What a start loads is there beforehand: loading takes none of the time that is turned by hand.
import '../../src-main/backends/runners/configured.ts';
import '../../src-main/networks/posemesh/node.ts';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { systemRandom as random } from '../../src-main/base/random.ts';
import type { Engine } from '../../src-main/engine/engine.ts';
import type { ManagedJob } from '../../src-main/practice/posemesh/dms.ts';
import type { Fault } from '../../src-main/practice/posemesh/faults.ts';
import { PRACTICE_CAPABILITY, type PracticeMesh, startPracticeMesh } from '../../src-main/practice/posemesh/index.ts';
import { DurableWriter } from '../../src-main/storage/writer.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { HandClock } from './clock.ts';
import { composed } from './composed.ts';
import { type Book, Books, disagreement, endOf, isOver } from './posemesh-books.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const AWAY = 'drop' as const;
export const status = (code: number): Fault => ({ status: code });

/** Of the runner that only waits, and of a lease that is not renewed. */
const WORK_MS = 12 * SECOND;
const LEASE_MS = 20 * SECOND;
const STEP_MS = 500;
const LONG_STEP_MS = 5 * SECOND;
const MOST_MS = 20 * MINUTE;
/** What has not come by then is not waited for: it waits for time itself. */
const BREATH_MS = 10_000;
/** Bounds on sockets are kept by the system's own clock: where a server hangs, it goes on as well. */
const HANG_MS = 25;

/** Requests of the node without an answer. */
const underWay = new Set<unknown>();
const begun = (message: unknown) => void underWay.add((message as { request: unknown }).request);
const over = (message: unknown) => void underWay.delete((message as { request: unknown }).request);
/** Units on their way to the disk. */
let commits = 0;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sockets and disks take the time they take, on a busy computer more: none of it goes by on the clock. */
async function breath(servers: PracticeMesh): Promise<void> {
  const held = () => servers.dds.held() + servers.dms.held() + servers.domain.held();
  const busy = () =>
    underWay.size > held() || commits > 0 || process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
  const end = performance.now() + BREATH_MS;
  await new Promise((resolve) => setImmediate(resolve));
  while (busy() && performance.now() < end) await pause(1);
  if (held() > 0) await pause(HANG_MS);
}

interface Options {
  /** How far the servers' clocks are ahead. */
  readonly aheadMs?: number;
  readonly workMs?: number;
  /** How long a token for the data of a job holds. */
  readonly tokenMs?: number;
  /** Between two questions for work; as it is by default where it is left out. */
  readonly pollMs?: number;
}

interface Ended {
  /** As the manager saw each lease end. */
  readonly leases: readonly string[];
  /** As the node's books have them. */
  readonly ends: readonly string[];
}

export class StandingNode {
  readonly clock = new HandClock(Date.UTC(2026, 0, 5, 12));
  readonly dataDir = mkdtempSync(join(tmpdir(), 'hearth-faults-'));
  readonly #options: Options;
  readonly #table: string[];
  servers!: PracticeMesh;
  engine!: Engine;
  #books!: Books;

  constructor(table: string[], options: Options = {}) {
    this.#table = table;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { clock } = this;
    const { aheadMs = 0, workMs = WORK_MS, tokenMs, pollMs } = this.#options;
    const dms = { leaseMs: LEASE_MS, aheadMs, ...(tokenMs !== undefined && { tokenMs }) };
    this.servers = await startPracticeMesh({ clock, random }, { dds: { aheadMs }, dms, domain: { partBytes: 45 } });
    this.engine = await this.#composed();
    this.#books = new Books(this.dataDir);
    const settings: Record<string, unknown> = {
      ddsBaseUrl: this.servers.dds.url,
      dmsBaseUrl: this.servers.dms.baseUrl,
      registrationMode: 'wallet',
      regSecret: 'a-secret',
      noop: true,
      noopSleepSecs: workMs / SECOND,
      // The empty cloud of points goes in three parts, all else at once.
      multipartMinBytes: 100,
      // By the system's own clock: more than a busy computer takes for an answer.
      requestTimeoutSecs: 5,
      tokenReauthMaxRetries: 1,
      jobDiskMiB: 16,
      ...(pollMs !== undefined && { pollBackoffMsMin: pollMs, pollBackoffMsMax: pollMs }),
      enabled: true,
    };
    for (const [name, value] of Object.entries(settings)) {
      await this.engine.handle('settings.set', { path: `networks.posemesh.${name}`, value });
    }
    await this.passing('the start', this.engine.start());
    await this.passes('the node to be online', () => this.view.state === 'online');
  }

  async again(): Promise<void> {
    await this.passing('the stop', this.engine.stop());
    this.engine = await this.#composed();
    await this.passing('the start', this.engine.start());
  }

  async stop(): Promise<void> {
    this.#books.close();
    await this.passing('the stop', this.engine.stop());
    await this.servers.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  get view() {
    return viewOf(this.engine.take('networks').value, 'posemesh')!;
  }

  /** Time goes by until it is so, from one timer to the next: what a request sets off is over before its time is. */
  async passes(what: string, look: () => boolean, step = STEP_MS, most = MOST_MS): Promise<void> {
    const { clock } = this;
    const end = clock.monotonic() + most;
    while (!look()) {
      if (clock.monotonic() > end) throw new Error(`waited ${most / MINUTE} minutes in vain for ${what}`);
      await this.#next(step);
    }
  }

  async lasts(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    await this.passes('a while', () => this.clock.monotonic() >= end, LONG_STEP_MS);
  }

  /** Closing takes real time, too, and goes by without timers. */
  async passing<T>(what: string, work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    const over = settled.catch(() => undefined);
    const end = this.clock.monotonic() + MOST_MS;
    while (!done) {
      if (this.clock.monotonic() > end) throw new Error(`waited ${MOST_MS / MINUTE} minutes in vain for ${what}`);
      await Promise.race([over, pause(HANG_MS)]);
      if (!done) await this.#next(STEP_MS);
    }
    return await settled;
  }

  async #next(step: number): Promise<void> {
    await this.clock.turn(Math.min(step, Math.max(0, this.clock.nextIn)));
    await breath(this.servers);
  }

  order(): ManagedJob {
    const { dms, domain } = this.servers;
    const scan = domain.put('scan', 'zip', Buffer.alloc(1000, 'x'));
    return dms.order({
      capability: PRACTICE_CAPABILITY,
      domainId: domain.domainId,
      domainUrl: domain.url,
      inputs: [domain.cidOf(scan)],
    });
  }

  books({ taskId }: ManagedJob): Book[] {
    return this.#books.of(taskId);
  }

  /** Its inputs are there, and its runner waits. */
  async working(job: ManagedJob): Promise<void> {
    await this.passes('the job to run', () => progressOf(job).includes('materialized'));
  }

  /** The lease that it runs under is over in the books. */
  async ended(job: ManagedJob): Promise<void> {
    await this.passes('its end', () => {
      const own = this.books(job);
      return own.length > 0 && own.every(({ state }) => state !== null);
    });
  }

  /** The manager knows what became of it, and so do the books, which know that the manager does. */
  async settled(job: ManagedJob): Promise<void> {
    await this.passes('the job', () => isOver(job));
    await this.ended(job);
    await this.passes('its report', () => this.books(job).every(({ owed }) => owed === 0));
  }

  /** Says what came of a job, for the table; that both sides agree, and nothing is left of it. */
  told(name: string, job: ManagedJob): Ended {
    const own = this.books(job);
    const ends = own.map(endOf);
    this.#table.push(`${name} | ${job.leases.join(', ') || 'none'} | ${ends.join(', ') || 'none'}`);
    expect(disagreement(job, own), name).toEqual([]);
    const work = join(this.dataDir, 'work', 'posemesh');
    expect(existsSync(work) ? readdirSync(work) : [], name).toEqual([]);
    expect(this.servers.domain.open(), name).toBe(0);
    return { leases: job.leases, ends };
  }

  /** Nothing of it goes on: the next job is done by one lease. */
  async well(): Promise<void> {
    this.clearFaults();
    const next = this.order();
    await this.settled(next);
    expect(next.leases).toEqual(['completed']);
    await this.passes('no trouble', () => this.view.state === 'online');
  }

  clearFaults(): void {
    const { dds, dms, domain } = this.servers;
    for (const server of [dds, dms, domain]) server.clearFaults();
  }

  async #composed(): Promise<Engine> {
    return await composed(this.dataDir, { clock: this.clock });
  }
}

export const progressOf = (job: ManagedJob): string => JSON.stringify(job.heartbeats.at(-1)?.progress ?? '');
export const DONE: Ended = { leases: ['completed'], ends: ['done'] };

/** Time waits for requests and commits that are under way, until the returned function is called. */
export function watchWork(): () => void {
  const channels = { create: begun, trailers: over, error: over };
  for (const [name, on] of Object.entries(channels)) channel(`undici:request:${name}`).subscribe(on);
  const commit = DurableWriter.prototype.commit;
  DurableWriter.prototype.commit = async function (writes) {
    commits += 1;
    try {
      await commit.call(this, writes);
    } finally {
      commits -= 1;
    }
  };
  return () => {
    DurableWriter.prototype.commit = commit;
    for (const [name, on] of Object.entries(channels)) channel(`undici:request:${name}`).unsubscribe(on);
  };
}

/** One for all tests of a file, whose table is printed at its end. */
export function standingNode(): { readonly node: StandingNode; readonly table: string[] } {
  const table: string[] = [];
  const node = new StandingNode(table);
  let unwatch = () => {};
  beforeAll(async () => {
    unwatch = watchWork();
    await node.start();
  });
  // One that fails leaves nothing behind that the next would fail by.
  afterEach(() => node.clearFaults());
  afterAll(async () => {
    await node.stop();
    unwatch();
    console.info(`what went wrong | the manager saw | the books say\n${table.join('\n')}`);
  });
  return { node, table };
}
