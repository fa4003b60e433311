// The order of the checks and their results (IICP 2.2), a row at a time and each row against all later ones; and which classes of
// service wait for a slot (IICP 4).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceOutcome } from '../../../../../src-main/backends/backend.ts';
import type { Choice } from '../../../../../src-main/backends/choice.ts';
import type { Stability } from '../../../../../src-main/backends/stability.ts';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { REPLAY } from '../../../../../src-main/networks/iicp/bounds.ts';
import { USUAL } from '../../../../../src-main/networks/iicp/pricing/pricing.ts';
import { Admission } from '../../../../../src-main/networks/iicp/tasks/admission.ts';
import { Cooperation } from '../../../../../src-main/networks/iicp/tasks/cooperation.ts';
import { OffloadLost } from '../../../../../src-main/networks/iicp/tasks/offload.ts';
import { SeenRecently } from '../../../../../src-main/networks/iicp/tasks/replay.ts';
import { notJson, unauthorized } from '../../../../../src-main/networks/iicp/tasks/wire.ts';
import { Ledger, ledgerMigrations } from '../../../../../src-main/payments/ledger.ts';
import { openDatabase } from '../../../../../src-main/storage/database.ts';
import { PACE } from '../../../../../src-main/work/bounds.ts';
import { Pace } from '../../../../../src-main/work/pace.ts';
import { Refusals } from '../../../../../src-main/work/refusals.ts';
import { WorkStore, workMigrations } from '../../../../../src-main/work/store.ts';
import { Work } from '../../../../../src-main/work/work.ts';
import { slotsOnly } from '../../../../support/capacity.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';

const OK: Stability = { state: 'ok', reason: null, retryAfterMs: null };
const CHOSEN: Choice = { kind: 'chosen', backend: { id: 'b' }, model: 'm1', maxTokens: null, cold: false };
const DONE: InferenceOutcome = { kind: 'done', text: '{"choices":[]}', json: {}, usage: { tokensIn: 1, tokensOut: 2 } };

/** One for all: opening one takes longer than a hundred tasks. The disk keeps its own time. */
let database: Awaited<ReturnType<typeof openDatabase>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-admission-'));
  database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: [...workMigrations, ...ledgerMigrations] },
  );
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

/** What stands in a task's way, all of it good by default. */
interface World {
  proven: boolean;
  accepting: boolean;
  stability: Stability;
  parts: number;
  open: number;
  idempotency: boolean;
  /** The thread for offloaded work is, whenever it is asked. */
  lost: boolean;
  choice: Choice;
  /** What is told for a model by name; `choice` where it is none of these. */
  named: Readonly<Record<string, Choice>>;
  barred: boolean;
  outcome: InferenceOutcome | Promise<InferenceOutcome>;
}

async function admission(changes: Partial<World> = {}) {
  const world: World = {
    proven: true,
    accepting: true,
    stability: OK,
    parts: 1,
    open: 1,
    idempotency: false,
    lost: false,
    choice: CHOSEN,
    named: {},
    barred: false,
    outcome: DONE,
    ...changes,
  };
  const clock = new HandClock();
  const random = seededRandom();
  const { read, committer } = database;
  const store = new WorkStore(read);
  const work = new Work({
    clock,
    logger: silentLogger,
    committer,
    store,
    ledger: new Ledger(read),
    refusals: new Refusals({ clock, logger: silentLogger, committer, read }),
    capacity: slotsOnly(clock, () => 100),
    handBack: () => false,
  });
  await work.recover();
  const { done, failed, cancelled } = work.view().today;
  const today = () => {
    const now = work.view().today;
    return { ...now, done: now.done - done, failed: now.failed - failed, cancelled: now.cancelled - cancelled };
  };
  const slots = slotsOnly(clock, () => world.open);
  const memory = () => new SeenRecently({ clock, random }, { ...REPLAY, perCaller: 2 });
  const seen = { nonces: memory(), taskIds: memory(), sealed: memory() };
  const asked: string[] = [];
  const pace = new Pace(clock);
  const made = new Admission({
    clock,
    random,
    logger: silentLogger,
    slots,
    work,
    seen,
    models: {
      stability: () => world.stability,
      choose: (_task, model) => (model === undefined ? undefined : world.named[model]) ?? world.choice,
      barred: () => world.barred,
      infer: async (id) => {
        asked.push(id);
        return world.outcome;
      },
    },
    offload: {
      takes: () => false,
      read: async () => notJson(),
      open: async () => undefined,
      seal: () => ({ version: 1, nonce: '', encrypted_body: '' }),
      digest: () => {
        if (world.lost) throw new OffloadLost('the body is lost');
        return '';
      },
    },
    accepting: () => ({ accepting: world.accepting, bound: world.accepting ? null : 'paused' }),
    policy: () => ({ nodeId: 'node-1', maxTokens: 100, idempotency: world.idempotency }),
    access: { judge: () => (world.proven ? undefined : unauthorized()) },
    cooperation: new Cooperation(() => ({ enabled: true, worker: world.parts > 0, atOnce: 10, mostMs: 30_000 })),
    pricing: () => USUAL,
    watch: () => () => {},
    pace,
    decided() {},
    claims: {
      wanted: () => world.lost,
      made: () => {
        throw new Error('nothing is claimed');
      },
      committed() {},
    },
  });
  const hand = async (task: object, address?: string) => {
    const body = [Buffer.from(JSON.stringify(task))];
    const answer = await made.handle(body, new AbortController(), undefined, { address });
    const json = JSON.parse(answer.text ?? '{}') as { status?: string; error?: { code: string; reason?: string } };
    return { ...answer, json };
  };
  return { clock, world, slots, today, seen, asked, pace, hand };
}

const TASK = {
  task_id: 't-1',
  intent: 'urn:iicp:intent:llm:chat:v1',
  nonce: 'n-1',
  payload: { messages: [{ role: 'user', content: 'hi' }] },
  cip: {},
};

interface Row {
  readonly what: string;
  readonly status: number;
  readonly code: string;
  readonly reason?: string;
  readonly retryAfterS?: number;
  readonly world?: Partial<World>;
  readonly task?: object;
  /** What was seen before. */
  readonly seen?: 'nonces' | 'taskIds';
  /** What all tasks took of late. */
  readonly paceMs?: number;
}

const draining = (stability: Stability): Partial<World> => ({ stability });
const E024 = { status: 503, code: 'IICP-E024' } as const;
const SEALED = { payload: undefined, iicp_conf: { version: 1 } };

/** In the order of the checks; the origin of web pages comes before all of them and is the server's. */
const ROWS: readonly Row[] = [
  { what: 'an unproven caller', status: 401, code: 'unauthorized', world: { proven: false } },
  {
    what: 'a tool',
    status: 403,
    code: 'tool_execution_denied',
    task: { intent: 'urn:iicp:intent:tool:shell:v1' },
  },
  { what: 'a pause', ...E024, reason: 'paused', retryAfterS: 30, world: { accepting: false } },
  {
    what: 'model servers that are away',
    ...E024,
    reason: 'backend_unavailable',
    retryAfterS: 30,
    world: draining({ state: 'unavailable', reason: 'observer_error', retryAfterMs: null }),
  },
  {
    what: 'model servers that load',
    ...E024,
    reason: 'backend_loading',
    retryAfterS: 30,
    world: draining({ state: 'draining', reason: 'backend_loading', retryAfterMs: 29_100 }),
  },
  {
    what: 'model servers that fail',
    ...E024,
    reason: 'backend_unstable',
    retryAfterS: 60,
    world: draining({ state: 'draining', reason: 'backend_unstable', retryAfterMs: 60_000 }),
  },
  { what: 'a part of split work', status: 403, code: 'cip_worker_denied', world: { parts: 0 } },
  { what: 'no slot', status: 429, code: 'IICP-E021', retryAfterS: 2, world: { open: 0 } },
  { what: 'a nonce seen before', status: 409, code: 'IICP-E011', seen: 'nonces' },
  { what: 'a task id seen before', status: 409, code: 'IICP-E010', seen: 'taskIds', world: { idempotency: true } },
  { what: 'an envelope that does not open', status: 400, code: 'IICP-CX-02', task: SEALED },
  {
    what: 'a sealed reply to an open task',
    status: 400,
    code: 'IICP-CX-03',
    task: { cx_response_encryption: 'required' },
  },
  { what: 'no such model', status: 404, code: 'IICP-E029', world: { choice: { kind: 'none', missing: 'model' } } },
  {
    what: 'servers that are busy',
    status: 429,
    code: 'IICP-E021',
    retryAfterS: 2,
    world: { choice: { kind: 'busy' } },
  },
  {
    what: 'a model that loads',
    ...E024,
    reason: 'backend_loading',
    retryAfterS: 30,
    world: { choice: { kind: 'waiting', reason: 'backend_loading', retryAfterMs: 30_000 } },
  },
  {
    what: 'a payload that no server would get',
    status: 422,
    code: 'IICP-E000',
    task: { payload: { messages: [] } },
  },
  { what: 'a payload that a server was lost over', status: 502, code: 'backend_error', world: { barred: true } },
  {
    what: 'less time than any answer took',
    ...E024,
    reason: 'deadline_too_short',
    retryAfterS: 30,
    task: { constraints: { timeout_ms: 29_999 } },
    paceMs: 30_000,
  },
  {
    what: 'a server that fails',
    status: 502,
    code: 'backend_error',
    world: { outcome: { kind: 'failed', code: 'server-error' } },
  },
];

/** Enough of them to be a pace. */
function took(pace: Pace, ms: number): void {
  const what = `b m1 ${TASK.intent}`;
  for (let count = 0; count < PACE.enough; count += 1) pace.saw(what, { ms, tokensOut: 50, bytes: 100 });
}

async function meet(...rows: readonly Row[]) {
  const merged = await admission(Object.assign({}, ...rows.map(({ world }) => world)) as Partial<World>);
  for (const { seen } of rows) {
    if (!seen) continue;
    const memory = merged.seen[seen];
    memory.remember(memory.markOf(seen === 'nonces' ? TASK.nonce : TASK.task_id));
  }
  for (const { paceMs } of rows) if (paceMs !== undefined) took(merged.pace, paceMs);
  // Whatever comes first has the last word on the task.
  const task = Object.assign({}, TASK, ...rows.toReversed().map((row) => row.task)) as object;
  return { ...merged, answer: await merged.hand(task) };
}

describe('a task that meets', () => {
  it.each(ROWS)('$what gets $status $code, holds no slot and earns nothing', async (row) => {
    const { answer, slots, today, asked } = await meet(row);
    expect([answer.status, answer.json.error?.code, answer.json.error?.reason, answer.retryAfterS]).toEqual([
      row.status,
      row.code,
      row.reason,
      row.retryAfterS,
    ]);
    // Only what reached a model server counts as success or failure.
    const ran = row.world?.outcome !== undefined;
    expect(today()).toEqual({ done: 0, failed: Number(ran), cancelled: 0, refused: Number(!ran) });
    expect([slots.active, asked.length]).toEqual([0, Number(ran)]);
  });

  const pairs = ROWS.flatMap((first, at) => ROWS.slice(at + 1).map((second) => ({ first, second }))).filter(
    // Two states of one thing, of which only one can be; and a sealed task is not an open one.
    ({ first, second }) =>
      !Object.keys(first.world ?? {}).some((key) => key in (second.world ?? {})) &&
      !(first.task === SEALED && second.code === 'IICP-CX-03'),
  );

  it.each(pairs)('$first.what and $second.what is told of the first', async ({ first, second }) => {
    const { answer } = await meet(first, second);
    expect([answer.status, answer.json.error?.code]).toEqual([first.status, first.code]);
  });

  it('nothing is done, and counts as success', async () => {
    const { answer, slots, today, asked } = await meet();
    expect([answer.status, answer.json.status, asked]).toEqual([200, 'completed', ['b']]);
    expect(today()).toEqual({ done: 1, failed: 0, cancelled: 0, refused: 0 });
    expect(slots.active).toBe(0);
  });
});

describe('an answer that is lost before it is sent', () => {
  it('ends its task all the same, gives the slot back, and may be asked for again', async () => {
    const { world, slots, today, hand } = await admission({ lost: true });
    const { status, json, retryAfterS } = await hand(TASK);
    expect([status, json.error?.reason, retryAfterS]).toEqual([503, 'overloaded', 2]);
    expect([slots.active, today()]).toEqual([0, { done: 0, failed: 1, cancelled: 0, refused: 0 }]);
    world.lost = false;
    expect((await hand(TASK)).status).toBe(200);
  });
});

describe('what was seen', () => {
  it.each<[string, Partial<World>, object, object, string]>([
    ['a nonce', {}, {}, { task_id: 't-2' }, 'IICP-E011'],
    ['a task id', { idempotency: true }, { nonce: 'n-0' }, { nonce: undefined }, 'IICP-E010'],
  ])('is remembered for 300 s from its first sight where it was paid: %s', async (_what, world, first, next, code) => {
    const { clock, hand } = await admission(world);
    const again = async () => (await hand({ ...TASK, ...next })).json.error?.code;
    await hand({ ...TASK, ...first });
    await clock.turn(150_000);
    const halfway = await again();
    await clock.turn(149_999);
    const late = await again();
    await clock.turn(1);
    expect([halfway, late, await again()]).toEqual([code, code, undefined]);
  });

  it.each([
    ['a server that fails', { kind: 'failed', code: 'server-error' }, 502],
    ['a server that is gone', { kind: 'failed', code: 'unreachable' }, 502],
    ['a server that is busy', { kind: 'refused', code: 'rate-limited' }, 503],
    ['a payload that the server does not take', { kind: 'refused', code: 'bad-request' }, 422],
  ] as const)('is forgotten where the task met %s', async (_what, outcome, status) => {
    const { world, hand } = await admission({ outcome, idempotency: true });
    const first = await hand(TASK);
    world.outcome = DONE;
    const [second, third] = [await hand(TASK), await hand(TASK)];
    expect([first.status, second.status, third.status]).toEqual([status, 200, 409]);
  });

  it.each(ROWS.filter(({ status, seen }) => status !== 502 && !seen))(
    'is only what could have been served, and so not of a task that met $what',
    async (row) => {
      const { seen, answer } = await meet({ ...row, world: { idempotency: true, ...row.world } });
      expect([answer.status, seen.nonces.size, seen.taskIds.size]).toEqual([row.status, 0, 0]);
    },
  );

  it('is not a nonce of what no model server would get', async () => {
    const { seen, hand } = await admission();
    const intent = 'urn:iicp:intent:llm:dream:v1';
    const bad = [
      { intent },
      { payload: 'hi' },
      { payload: { messages: [] } },
      { payload: { ...TASK.payload, model: 7 } },
    ];
    const statuses: number[] = [];
    for (const [at, changes] of bad.entries()) {
      statuses.push((await hand({ ...TASK, nonce: `n-${at}`, ...changes })).status);
    }
    expect([statuses, seen.nonces.size]).toEqual([[404, 422, 422, 404], 0]);
  });

  it('is limited for one address, and not for what everybody comes through', async () => {
    const { hand } = await admission();
    const statuses: Record<string, number[]> = {};
    for (const address of ['192.0.2.1', '2001:db8::1', '2001:db8::2', '127.0.0.1', undefined]) {
      const ask = async (number: number) => (await hand({ ...TASK, nonce: `${address} ${number}` }, address)).status;
      statuses[String(address)] = [await ask(1), await ask(2), await ask(3)];
    }
    expect(statuses).toEqual({
      '192.0.2.1': [200, 200, 503],
      '2001:db8::1': [200, 200, 503],
      // One subscriber has all of these addresses.
      '2001:db8::2': [503, 503, 503],
      '127.0.0.1': [200, 200, 200],
      undefined: [200, 200, 200],
    });
  });

  it('is a nonce while its task runs, so that of two at once one is served', async () => {
    let answer: (outcome: InferenceOutcome) => void = () => {};
    const pending = new Promise<InferenceOutcome>((resolve) => {
      answer = resolve;
    });
    const { world, hand } = await admission({ open: 2, outcome: pending });
    const first = hand(TASK);
    const second = hand(TASK);
    expect((await second).status).toBe(409);
    expect((await hand(TASK)).status).toBe(409);
    answer({ kind: 'failed', code: 'server-error' });
    expect((await first).status).toBe(502);
    world.outcome = DONE;
    expect((await hand(TASK)).status).toBe(200);
  });

  it.each([
    ['a nonce that was left out', {}, { nonce: undefined }],
    ['a nonce of null', {}, { nonce: null }],
    ['a task id while that is off', {}, { nonce: undefined }],
    ['an empty task id', { idempotency: true }, { task_id: '', nonce: undefined }],
  ])('is never %s', async (_what, world, changes) => {
    const { hand } = await admission(world);
    const statuses = [(await hand({ ...TASK, ...changes })).status, (await hand({ ...TASK, ...changes })).status];
    expect(statuses).toEqual([200, 200]);
  });
});

describe('a task’s own time', () => {
  const asks = (timeout_ms: number | undefined, max_tokens?: number) => ({
    ...TASK,
    payload: { ...TASK.payload, max_tokens },
    constraints: { timeout_ms },
  });

  it.each([
    ['below what the quickest took', 999, 50, 503],
    ['as long as the quickest took', 1000, 50, 200],
    ['enough for the few tokens that it may have', 100, 5, 200],
    ['below even what those take', 100, 6, 503],
  ])('%s: %i ms for %i tokens gets %i', async (_what, timeoutMs, tokens, status) => {
    const { pace, hand } = await admission();
    took(pace, 1000);
    expect((await hand(asks(timeoutMs, tokens))).status).toBe(status);
  });

  it.each([
    ['is unknown to be short where little was done', 100, undefined],
    ['is never short where it is the usual one', 30_000, 90_000],
    ['is never short where none was named', undefined, 90_000],
  ])('%s', async (_what, timeoutMs, paceMs) => {
    const { pace, hand } = await admission();
    if (paceMs !== undefined) took(pace, paceMs);
    expect((await hand(asks(timeoutMs))).status).toBe(200);
  });

  it.each([
    ['is learned from answers', false, 503],
    ['is not learned while the model had to be loaded', true, 200],
  ])('%s', async (_what, cold, status) => {
    const { clock, world, hand } = await admission({ choice: { ...CHOSEN, cold } });
    for (let count = 0; count < PACE.enough; count += 1) {
      const answer = Promise.withResolvers<InferenceOutcome>();
      world.outcome = answer.promise;
      const replied = hand({ ...TASK, nonce: `slow-${count}`, constraints: { timeout_ms: 60_000 } });
      await clock.turn(20_000);
      answer.resolve(DONE);
      expect((await replied).status).toBe(200);
    }
    Object.assign(world, { choice: CHOSEN, outcome: DONE });
    expect((await hand(asks(10_000))).status).toBe(status);
  });

  it('tells how much it would have to be', async () => {
    const { pace, hand } = await admission();
    took(pace, 1000.4);
    expect((await hand(asks(100))).json.error).toMatchObject({ least_timeout_ms: 1001, retry_after_ms: 30_000 });
  });
});

describe('a task for the model iicp, which stands for none', () => {
  const MISSING: Choice = { kind: 'none', missing: 'model' };
  const named = { iicp: MISSING, gone: MISSING, other: { ...CHOSEN, model: 'other' } as Choice };
  it.each([
    ['leaves the choice open', {}, 'm1'],
    ['leaves it open where that is named twice', { model: 'iicp' }, 'm1'],
    ['leaves it to the model that is named beside the payload', { model: 'other' }, 'other'],
    ['holds to the one beside it that is not here', { model: 'gone' }, 404],
  ])('%s', async (_what, constraints, used) => {
    const { hand } = await admission({ named });
    const { status, json } = await hand({ ...TASK, payload: { ...TASK.payload, model: 'iicp' }, constraints });
    expect(status === 200 ? (json as { model_used?: string }).model_used : status).toBe(used);
  });
});

describe('where all slots are taken', () => {
  const asks = (qos: Record<string, unknown>) => ({ ...TASK, constraints: qos });

  it.each([
    [{ qos_class: 'realtime' }, 'realtime'],
    [{ qos: 'realtime' }, 'realtime'],
    [{ qos_class: 'interactive' }, 'interactive'],
    [{ qos: 'interactive' }, 'interactive'],
  ])('a task of %j waits two seconds, and is refused as %s', async (qos, told) => {
    const { clock, hand } = await admission({ open: 0 });
    let ended = false;
    const answer = hand(asks(qos)).finally(() => {
      ended = true;
    });
    await clock.turn(1999);
    expect(ended).toBe(false);
    await clock.turn(1);
    expect(await answer).toMatchObject({
      status: 429,
      retryAfterS: 2,
      json: { error: { code: 'IICP-E021', message: 'capacity_exceeded', qos_class: told, retry_after_ms: 2000 } },
    });
  });

  it.each([
    [{ qos_class: 'batch' }, 'batch'],
    [{ qos_class: 'best_effort' }, 'best_effort'],
    [{ qos: 'best-effort' }, 'best_effort'],
    [{ qos: 'at once, please' }, 'best_effort'],
    [{}, 'best_effort'],
  ])('a task of %j is refused at once as %s', async (qos, told) => {
    const { clock, hand } = await admission({ open: 0 });
    const { status, json } = await hand(asks(qos));
    expect([status, json.error, clock.monotonic()]).toMatchObject([429, { code: 'IICP-E021', qos_class: told }, 0]);
  });

  it('one that waits is served within 50 ms of a window that opens, with no slot given back', async () => {
    const { clock, world, hand } = await admission({ open: 0 });
    const answer = hand(asks({ qos: 'interactive' }));
    await clock.turn(1000);
    world.open = 1;
    await clock.turn(50);
    expect((await answer).status).toBe(200);
  });

  it('the more urgent of two that wait is served first', async () => {
    const { clock, world, hand } = await admission({ open: 0 });
    const order: [string, number][] = [];
    const ask = async (qos: string, nonce: string) => {
      const { status } = await hand({ ...asks({ qos }), nonce });
      order.push([qos, status]);
    };
    const both = [ask('interactive', 'n-1'), ask('realtime', 'n-2')];
    await clock.turn(100);
    world.open = 1;
    await clock.turn(50);
    await Promise.all(both);
    expect(order).toEqual([
      ['realtime', 200],
      ['interactive', 200],
    ]);
  });
});
