// A lease and the heartbeats that keep it: what is sent when, what an answer changes, and what ends a job.
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import type { Random } from '../../../../src-main/base/random.ts';
import {
  Heartbeat,
  type HeartbeatOptions,
  type LeaseEnd,
} from '../../../../src-main/networks/posemesh/dms/heartbeat.ts';
import { readHeartbeat, readLease } from '../../../../src-main/networks/posemesh/dms/lease.ts';
import { Outbox } from '../../../../src-main/networks/posemesh/dms/outbox.ts';
import {
  completeBody,
  failBody,
  heartbeatBody,
  type Json,
  reasonText,
} from '../../../../src-main/networks/posemesh/dms/receipts.ts';
import { LeaseSession } from '../../../../src-main/networks/posemesh/dms/session.ts';
import { Refused, Unreachable } from '../../../../src-main/networks/posemesh/errors.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';

const TASK = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const JOB = '33333333-3333-4333-8333-333333333333';
const DOMAIN = '44444444-4444-4444-8444-444444444444';
const START = 1_700_000_000_000;
const at = (ms: number) => new Date(START + ms).toISOString();
const LEAST = { task: { id: TASK, capability: '/examples/hello/v1' } };

describe('a lease', () => {
  it('needs its task with an id and a capability, and nothing else', () => {
    expect(readLease(LEAST).task).toMatchObject({ ...LEAST.task, inputs_cids: [], attempts: null });
  });

  it('takes null for left out, and ignores what it does not know', () => {
    const lease = readLease({
      access_token: null,
      lease_expires_at: null,
      cancel: null,
      more: 1,
      task: { ...LEAST.task, inputs_cids: null, job_id: null, meta: null, priority: -5, more: 1 },
    });
    expect(lease).toMatchObject({ cancel: undefined, task: { inputs_cids: [], priority: -5 } });
  });

  it.each<[string, object]>([
    ['task', {}],
    ['task.id', { task: { ...LEAST.task, id: 'no-uuid' } }],
    ['task.id', { task: { ...LEAST.task, id: `${TASK}/../x` } }],
    ['task.capability', { task: { id: TASK, capability: '' } }],
    ['task.capability', { task: { id: TASK, capability: 'x'.repeat(201) } }],
    ['task.inputs_cids', { task: { ...LEAST.task, inputs_cids: Array.from({ length: 1025 }, () => 'x') } }],
    ['task.inputs_cids.0', { task: { ...LEAST.task, inputs_cids: ['x'.repeat(4097)] } }],
    ['domain_server_url', { ...LEAST, domain_server_url: 'file:///etc/passwd' }],
    ['domain_id', { ...LEAST, domain_id: '../x' }],
    ['access_token', { ...LEAST, access_token: 'x'.repeat(16_385) }],
    ['access_token', { ...LEAST, access_token: 'a\r\nx-more: b' }],
    ['lease_expires_at', { ...LEAST, lease_expires_at: '2026-01-01T00:00:00' }],
  ])('with a wrong %s is refused by that name', (what, json) => {
    expect(() => readLease(json)).toThrow(expect.objectContaining({ code: 'posemesh.dms-garbled', details: { what } }));
  });
});

describe('a session', () => {
  const session = (lease: object = {}, task: object = {}) =>
    new LeaseSession(readLease({ ...lease, task: { ...LEAST.task, ...task } }));

  it('takes what an answer brings, and keeps what it leaves out', () => {
    const held = session({ access_token: 'one', lease_expires_at: at(1000), domain_id: DOMAIN }, { job_id: JOB });
    held.apply(readHeartbeat({ access_token: 'two' }));
    expect([held.token, held.leaseExpiresAt, held.jobId, held.domainId, held.status]).toEqual([
      'two',
      START + 1000,
      JOB,
      DOMAIN,
      'running',
    ]);
    held.apply(readHeartbeat({ task_id: OTHER, attempts: 3, lease_expires_at: at(5000), cancel: true }));
    expect([
      held.taskId,
      held.leaseTaskId,
      held.task.attempts,
      held.leaseExpiresAt,
      held.cancelled,
      held.token,
    ]).toEqual([OTHER, TASK, 3, START + 5000, true, 'two']);
  });

  it('believes the task rather than what stands beside it', () => {
    const held = session();
    held.apply(readHeartbeat({ task_id: JOB, attempts: 1, task: { ...LEAST.task, id: OTHER, attempts: 9 } }));
    expect([held.taskId, held.task.attempts]).toEqual([OTHER, 9]);
  });

  it.each<[string, object, object, string | undefined]>([
    [
      'the lease',
      { domain_server_url: 'https://a.example.com' },
      { meta: { domain_server_url: 'https://b.example.com' } },
      'https://a.example.com',
    ],
    [
      'the notes of the job',
      {},
      { meta: { domain_server_url: 'https://b.example.com', legacy: { domain_server_url: 'https://c.example.com' } } },
      'https://b.example.com',
    ],
    [
      'its older notes',
      {},
      { meta: { legacy: { domain_server_url: 'https://c.example.com' } } },
      'https://c.example.com',
    ],
    ['none', {}, { meta: { domain_server_url: 'ftp://d.example.com' } }, undefined],
  ])('finds its domain server by %s', (_, lease, task, url) => {
    expect(session({ domain_id: DOMAIN, ...lease }, task).domain()).toEqual(url && { id: DOMAIN, url });
  });
});

describe('heartbeats', () => {
  interface Sent {
    readonly taskId: string;
    readonly progress: Json;
    readonly events: readonly Json[];
    answer(json?: object): Promise<void>;
    refuse(error: Error): Promise<void>;
  }

  const OPTIONS: HeartbeatOptions = { minRatio: 0.25, maxRatio: 0.35, retry: false, gatherMs: 0 };

  function beating(lease: object = {}, options: Partial<HeartbeatOptions> = {}, random: Random = seededRandom()) {
    const clock = new HandClock(START);
    const session = new LeaseSession(readLease({ ...LEAST, ...lease }));
    const outbox = new Outbox();
    const sent: Sent[] = [];
    const ends: LeaseEnd[] = [];
    const heartbeat = new Heartbeat(
      {
        clock,
        random,
        logger: silentLogger,
        session,
        outbox,
        send: (taskId, progress, events) =>
          new Promise((resolve, reject) => {
            sent.push({
              taskId,
              progress,
              events,
              answer: async (json = {}) => {
                resolve(readHeartbeat(json));
                await clock.turn(0);
              },
              refuse: async (error) => {
                reject(error);
                await clock.turn(0);
              },
            });
          }),
        ended: (end) => ends.push(end),
        changed: () => {},
      },
      { ...OPTIONS, ...options },
    );
    onTestFinished(() => heartbeat.stop());
    return { clock, session, outbox, sent, ends, heartbeat };
  }

  /** After the first answer, which gave the lease so long. */
  async function running(ttlMs: number | undefined, options: Partial<HeartbeatOptions> = {}, random?: Random) {
    const beat = beating({}, options, random);
    beat.heartbeat.start();
    await beat.sent[0]!.answer(ttlMs === undefined ? {} : { lease_expires_at: at(ttlMs) });
    return beat;
  }

  it('carry the newest progress and all events since the last that arrived', async () => {
    const { heartbeat, outbox, sent } = await running(undefined);
    outbox.say({ done: 1 });
    outbox.note('a');
    heartbeat.touch();
    outbox.say({ done: 2 });
    outbox.note('b');
    heartbeat.touch();
    heartbeat.touch();
    // One is under way; what is new waits for its answer, and goes at once.
    expect(sent.slice(1)).toMatchObject([{ progress: { done: 1 }, events: ['a'] }]);
    await sent[1]!.answer();
    expect(sent.slice(2)).toMatchObject([{ progress: { done: 2 }, events: ['b'] }]);
    await sent[2]!.answer();
    expect(sent).toHaveLength(3);
  });

  it('go to the task that the manager named last', async () => {
    const { heartbeat, sent } = beating();
    heartbeat.start();
    await sent[0]!.answer({ task_id: OTHER });
    heartbeat.beat();
    expect(sent.map(({ taskId }) => taskId)).toEqual([TASK, OTHER]);
  });

  it.each<[string, number | undefined, Random, number]>([
    ['without an end of the lease: none', undefined, seededRandom(), Number.POSITIVE_INFINITY],
    ['600 s left, the earliest', 600_000, { ...seededRandom(), int: () => 0 }, 150_000],
    ['600 s left, the latest', 600_000, { ...seededRandom(), int: (below) => below - 1 }, 210_000],
    ['200 ms left', 200, { ...seededRandom(), int: () => 0 }, 50],
    ['1 ms left', 1, { ...seededRandom(), int: () => 0 }, 1],
  ])('are due by what is left of the lease: %s', async (_, ttlMs, random, ms) => {
    const { clock } = await running(ttlMs, {}, random);
    expect(clock.nextIn).toBe(ms);
  });

  it.each([0, -5000, 1])('for a lease that always has %i ms left keep a distance', async (ttlMs) => {
    const { clock, sent } = await running(ttlMs);
    for (let count = 0; count < 20; count += 1) {
      await clock.turn(100);
      await sent.at(-1)!.answer({ lease_expires_at: new Date(clock.now() + ttlMs).toISOString() });
    }
    // In 2 s, with a floor of 250 ms.
    expect(sent.length).toBeLessThanOrEqual(10);
    expect(sent.length).toBeGreaterThan(5);
  });

  it('are due anew after each answer, whatever asked for it', async () => {
    const { clock, heartbeat, sent } = await running(100_000, {}, { ...seededRandom(), int: () => 0 });
    await clock.turn(20_000);
    heartbeat.beat();
    await sent[1]!.answer({ lease_expires_at: at(120_000) });
    expect(clock.nextIn).toBe(25_000);
  });

  it.each<[string, LeaseEnd, (sent: Sent) => Promise<void>]>([
    ['was cancelled', 'cancelled', (sent) => sent.answer({ cancel: true })],
    ['is not known', 'lost', (sent) => sent.refuse(new Refused('dms', 404))],
    ['belongs to another node', 'lost', (sent) => sent.refuse(new Refused('dms', 409))],
    ['is answered for by none', 'lost', (sent) => sent.refuse(new Unreachable('dms'))],
    ['is answered for with an error', 'lost', (sent) => sent.refuse(new Refused('dms', 500))],
  ])('end a job that %s, once, and there are no more', async (_, end, answer) => {
    const { clock, heartbeat, sent, ends } = await running(10_000);
    heartbeat.beat();
    await answer(sent[1]!);
    heartbeat.touch();
    await heartbeat.flush();
    expect([ends, sent.length, clock.timers]).toEqual([[end], 2, 0]);
  });

  it.each<[string, number, Error, boolean]>([
    ['an error while more than a quarter is left', 7000, new Refused('dms', 503), true],
    ['no answer while more than a quarter is left', 7000, new Unreachable('dms'), true],
    ['an error when less is left', 8000, new Refused('dms', 503), false],
    ['404 at any time', 1000, new Refused('dms', 404), false],
    ['403 at any time', 1000, new Refused('dms', 403), false],
  ])('are tried again where that is wanted: after %s', async (_, ms, error, again) => {
    const { clock, heartbeat, sent, ends } = await running(10_000, { retry: true, minRatio: 1, maxRatio: 1 });
    await clock.turn(ms);
    heartbeat.beat();
    await sent[1]!.refuse(error);
    expect(ends).toEqual(again ? [] : ['lost']);
    await clock.turn(1000);
    expect(sent).toHaveLength(again ? 3 : 2);
  });

  it('are flushed at the end: what was said last is sent and answered', async () => {
    const { clock, heartbeat, outbox, sent } = await running(10_000);
    outbox.note('last');
    heartbeat.touch();
    outbox.note('very last');
    let flushed = false;
    const flush = heartbeat.flush().then(() => {
      flushed = true;
    });
    await sent[1]!.answer();
    expect([sent[2]!.events, flushed]).toEqual([['very last'], false]);
    await sent[2]!.answer();
    await flush;
    expect([sent.length, clock.timers]).toEqual([3, 0]);
  });

  it('that gather what is new deliver the newest of it once', async () => {
    const { clock, heartbeat, outbox, sent } = await running(undefined, { gatherMs: 30 });
    outbox.say('a');
    heartbeat.touch();
    await clock.turn(5);
    outbox.say('b');
    heartbeat.touch();
    expect(sent).toHaveLength(1);
    await clock.turn(30);
    expect(sent.slice(1)).toMatchObject([{ progress: 'b' }]);
  });

  it('renewed on demand are answered when that resolves', async () => {
    const { heartbeat, session, sent } = await running(undefined);
    const renewed = heartbeat.renew();
    await sent[1]!.answer({ access_token: 'fresh' });
    await renewed;
    expect(session.token).toBe('fresh');
  });
});

describe('what a runner says', () => {
  it('is bounded: progress and an event by size, events by number, the oldest are dropped', () => {
    const outbox = new Outbox();
    const large = 'x'.repeat(64 * 1024);
    expect(() => outbox.say(large)).toThrow(expect.objectContaining({ code: 'posemesh.progress-too-large' }));
    expect(() => outbox.note(large)).toThrow(expect.objectContaining({ code: 'posemesh.progress-too-large' }));
    for (let count = 0; count < 1030; count += 1) outbox.note(count);
    expect([outbox.events.length, outbox.events[0], outbox.dropped]).toEqual([1024, 6, 6]);
    outbox.note('x'.repeat(63 * 1024));
    expect(outbox.events.length).toBeLessThan(1024);
    expect(Buffer.byteLength(outbox.events.map((event) => JSON.stringify(event)).join(''))).toBeLessThanOrEqual(
      64 * 1024,
    );
  });
});

describe('reports', () => {
  const session = new LeaseSession(readLease({ domain_id: DOMAIN, task: { ...LEAST.task, job_id: JOB } }));
  const artifacts = [
    { logicalPath: 'out/a.json', name: 'out_a_json_1', dataType: 'json', id: 'data-1' },
    { logicalPath: 'out/b', name: 'out_b_1', dataType: 'binary', id: null },
  ];
  const job = { task_id: TASK, job_id: JOB, domain_id: DOMAIN, capability: LEAST.task.capability };
  const told = [
    { logical_path: 'out/a.json', name: 'out_a_json_1', data_type: 'json', id: 'data-1' },
    { logical_path: 'out/b', name: 'out_b_1', data_type: 'binary', id: null },
  ];

  it.each<[string, object, object]>([
    [
      'a result today',
      completeBody('current', session, artifacts),
      { output_cids: ['data-1'], meta: { job, artifacts: told } },
    ],
    [
      'a result as it was',
      completeBody('legacy', session, artifacts),
      { outputs_index: { artifacts: told }, result: { job, artifacts: told } },
    ],
    [
      'a failure',
      failBody(session, 'runner failed: why', artifacts),
      { reason: 'runner failed: why', details: { job, artifacts: told } },
    ],
    [
      'one before the runner',
      failBody(session, 'node_setup_failed', [], { stage: 's', error: 'e' }),
      { reason: 'node_setup_failed', details: { job, artifacts: [], stage: 's', error: 'e' } },
    ],
    ['a heartbeat today', heartbeatBody('current', {}, []), { progress: {}, events: [] }],
    ['a heartbeat as it was', heartbeatBody('legacy', 1, ['a', { b: 1 }]), { progress: 1, events: { b: 1 } }],
    ['one without events, as it was', heartbeatBody('legacy', 1, []), { progress: 1, events: {} }],
  ])('of %s are what managers take', (_, body, expected) => {
    expect(body).toEqual(expected);
  });

  it('give a reason that is not blank, of one line, and no longer than managers take', () => {
    expect(reasonText(' \n ')).toBe('no reason was given');
    expect(reasonText('a\r\nb')).toBe('a b');
    const long = reasonText('é'.repeat(5000));
    expect([Buffer.byteLength(long), long.endsWith('é')]).toEqual([4096, true]);
  });

  it('leave the results out where they would be longer than managers take', () => {
    const many = Array.from({ length: 1000 }, (_, id) => ({
      ...artifacts[0]!,
      logicalPath: 'x'.repeat(200),
      id: `${id}`,
    }));
    expect(failBody(session, 'why', many).details).toEqual({ job, artifacts: [] });
  });
});
