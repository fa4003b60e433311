// Asking a manager for work, again and again: when, how often, and that nothing gathers meanwhile.
import { describe, expect, it } from 'vitest';
import { Runners } from '../../../../src-main/backends/runners/runner.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import type { Lease } from '../../../../src-main/networks/posemesh/dms/lease.ts';
import { readHeartbeat, readLease } from '../../../../src-main/networks/posemesh/dms/lease.ts';
import { Garbled, Refused, Unreachable } from '../../../../src-main/networks/posemesh/errors.ts';
import { Worker, type WorkerDeps } from '../../../../src-main/networks/posemesh/jobs/worker.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { JOB_OPTIONS } from '../../../support/posemesh.ts';
import { seededRandom } from '../../../support/random.ts';
import { until } from '../../../support/wait.ts';

const TASK = { id: '11111111-1111-4111-8111-111111111111', capability: '/test/v1' };

interface Choices {
  readonly pollMs?: readonly [number, number];
  readonly capabilities?: readonly string[];
  readonly accepting?: boolean;
  readonly open?: boolean;
  readonly room?: boolean;
  readonly filter?: boolean;
  /** What a job takes besides. */
  readonly more?: Readonly<Record<'host' | 'dms' | 'job' | 'log', object>>;
}

/** One whose manager answers as the test says. */
function asking(answer: (poll: number) => Lease | undefined, choices: Choices = {}) {
  const { pollMs = [1000, 30_000], capabilities = ['/test/v1'], accepting = true, open = true, room = true } = choices;
  const clock = new HandClock();
  const polls: number[] = [];
  const filters: (string | undefined)[] = [];
  const noted: string[] = [];
  let claims = 0;
  const deps = {
    host: {
      clock,
      random: seededRandom(),
      logger: silentLogger,
      availability: { answer: () => ({ accepting }) },
      slots: {
        tryClaim: () => {
          if (!room) return undefined;
          claims += 1;
          return {
            release: () => {
              claims -= 1;
            },
          };
        },
      },
      settled: () => {},
      fault: () => {},
      ...choices.more?.host,
    },
    dms: {
      lease: async (capability: string | undefined) => {
        polls.push(clock.monotonic());
        filters.push(capability);
        return answer(polls.length);
      },
      ...choices.more?.dms,
    },
    job: choices.more?.job ?? {
      runners: new Runners(capabilities.map((capability) => ({ capability, run: () => Promise.resolve() }))),
    },
    log: choices.more?.log ?? { owed: () => [] },
    open: () => open,
    noted: (event: string) => void noted.push(event),
    changed: () => {},
  } as unknown as WorkerDeps;
  const config = {
    pollMs,
    atOnce: 1,
    resources: {},
    filterByCapability: choices.filter ?? false,
    dmsBaseUrl: 'http://m',
    job: JOB_OPTIONS,
  };
  const worker = new Worker(deps, config as never);
  const stop = new AbortController();
  return { clock, worker, polls, filters, noted, stop, claims: () => claims, run: worker.run(stop.signal) };
}

const gaps = (polls: readonly number[]) => polls.slice(1).map((at, index) => at - polls[index]!);

describe('asking for work', () => {
  it.each<[string, readonly [number, number], number, number]>([
    ['between the two', [1000, 30_000], 1000, 30_000],
    ['between the two, whichever is larger', [30_000, 1000], 1000, 30_000],
    ['exactly that, where both are the same', [700, 700], 700, 700],
  ])('without an answer waits %s, and never longer with time', async (_, pollMs, least, most) => {
    const { clock, polls, stop, run } = asking(() => undefined, { pollMs });
    await clock.turn(1_000_000);
    stop.abort();
    await run;
    const waits = gaps(polls);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    const half = Math.floor(waits.length / 2);
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    expect(mean(waits.slice(half)) / mean(waits.slice(0, half))).toBeCloseTo(1, 0);
  });

  it.each<[string, Error]>([
    ['can’t be reached', new Unreachable('dms')],
    ['refuses', new Refused('dms', 500)],
    ['is garbled', new Garbled('dms', 'task')],
  ])('of one that %s goes on at the same pace, and is noted once until it answers', async (_, error) => {
    let fails = true;
    const { clock, worker, polls, noted, claims, stop, run } = asking(() => {
      if (fails) throw error;
      return undefined;
    });
    await clock.turn(300_000);
    expect([noted, worker.failure === error, polls.length > 5, claims()]).toEqual([['manager-failed'], true, true, 0]);
    fails = false;
    await clock.turn(60_000);
    expect(worker.failure).toBeUndefined();
    fails = true;
    await clock.turn(60_000);
    expect(noted).toEqual(['manager-failed', 'manager-failed']);
    stop.abort();
    await run;
  });

  it.each<[string, () => Promise<void>, number[]]>([
    ['at once after one that is done', () => Promise.resolve(), [0, 0, 30_000]],
    ['later after one that failed', () => Promise.reject(new Error('no')), [0, 30_000]],
  ])('asks for the next job %s', async (_, run, wanted) => {
    const scratchFolder = temporaryFolder();
    const domain = { domain_id: TASK.id, domain_server_url: 'http://127.0.0.1:9', access_token: 't' };
    let ended = 0;
    const end = async () => {
      ended += 1;
    };
    const asked = asking((poll) => (poll === 1 ? readLease({ ...domain, task: TASK }) : undefined), {
      pollMs: [30_000, 30_000],
      more: {
        host: { work: { open: async () => ({ id: 1, startedAt: 0, end }) } },
        dms: {
          heartbeat: async () => readHeartbeat({ ...domain, task: TASK }),
          complete: async () => undefined,
          fail: async () => undefined,
        },
        job: { scratchFolder, runners: new Runners([{ capability: TASK.capability, run }]) },
        log: { owed: () => [], began: () => [], ended: () => [], completing: async () => undefined },
      },
    });
    await until('the job to end', () => ended === 1);
    await until('what comes then', () => asked.clock.timers > 0);
    await asked.clock.turn(30_000);
    expect(asked.polls.slice(0, wanted.length)).toEqual(wanted);
    asked.stop.abort();
    await asked.run;
  });

  it('takes no job that was cancelled, and waits before it asks again', async () => {
    const cancelled = readLease({ cancel: true, task: TASK });
    const { clock, polls, claims, stop, run } = asking(() => cancelled, { pollMs: [500, 500] });
    await clock.turn(1600);
    expect([polls, claims()]).toEqual([[0, 500, 1000, 1500], 0]);
    stop.abort();
    await run;
  });

  it.each<[string, Choices]>([
    ['while it may not log in', { open: false }],
    ['while work is not accepted', { accepting: false }],
    ['without a runner', { capabilities: [] }],
    ['without room for a job', { room: false }],
  ])('asks for nothing %s', async (_, choices) => {
    const { clock, polls, stop, run } = asking(() => undefined, choices);
    await clock.turn(60_000);
    expect(polls).toEqual([]);
    stop.abort();
    await run;
  });

  it.each([
    [false, undefined],
    [true, '/a/v1'],
  ])('names the first of its capabilities where that is wanted: %s', async (filter, named) => {
    const { clock, filters, stop, run } = asking(() => undefined, { filter, capabilities: ['/b/v1', '/a/v1'] });
    await clock.turn(1);
    expect(filters).toEqual([named]);
    stop.abort();
    await run;
  });

  it('ends at once when it is to stop, also amid a wait', async () => {
    const { clock, stop, run } = asking(() => undefined);
    await clock.turn(10);
    stop.abort();
    await run;
    expect(clock.timers).toBe(0);
  });

  it('a thousand times leaves nothing behind', async () => {
    const { clock, polls, claims, stop, run } = asking(() => undefined, { pollMs: [100, 100] });
    await clock.turn(100_000 - 1);
    expect([polls.length, claims(), clock.timers]).toEqual([1000, 0, 1]);
    stop.abort();
    await run;
    expect([clock.timers, claims()]).toEqual([0, 0]);
  });
});
