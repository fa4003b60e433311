// The order of the checks and their results (IICP 2.2), a row at a time and each row against all later ones; and which classes of
// service wait for a slot (IICP 4).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceOutcome } from '../../../../src-main/backends/backend.ts';
import type { Choice } from '../../../../src-main/backends/choice.ts';
import type { Stability } from '../../../../src-main/backends/stability.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { Cooperation } from '../../../../src-main/networks/iicp/cooperation.ts';
import { Desk } from '../../../../src-main/networks/iicp/desk.ts';
import { USUAL } from '../../../../src-main/networks/iicp/pricing.ts';
import { SEEN, SeenRecently } from '../../../../src-main/networks/iicp/replay.ts';
import { unauthorized } from '../../../../src-main/networks/iicp/wire.ts';
import { Ledger, ledgerMigrations } from '../../../../src-main/payments/ledger.ts';
import { openDatabase } from '../../../../src-main/storage/database.ts';
import { Refusals } from '../../../../src-main/work/refusals.ts';
import { Slots } from '../../../../src-main/work/slots.ts';
import { WorkStore, workMigrations } from '../../../../src-main/work/store.ts';
import { Work } from '../../../../src-main/work/work.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';

const OK: Stability = { state: 'ok', reason: null, retryAfterMs: null };
const CHOSEN: Choice = { kind: 'chosen', backend: { id: 'b' }, model: 'm1', maxTokens: null };
const DONE: InferenceOutcome = { kind: 'done', text: '{"choices":[]}', json: {}, usage: { tokensIn: 1, tokensOut: 2 } };

/** One for all: opening one takes longer than a hundred tasks. The disk keeps its own time. */
let database: Awaited<ReturnType<typeof openDatabase>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-desk-'));
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
  choice: Choice;
  barred: boolean;
  outcome: InferenceOutcome;
}

async function desk(changes: Partial<World> = {}) {
  const world: World = {
    proven: true,
    accepting: true,
    stability: OK,
    parts: 1,
    open: 1,
    idempotency: false,
    choice: CHOSEN,
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
  });
  await work.recover();
  const { done, failed, cancelled } = work.view().today;
  const today = () => {
    const now = work.view().today;
    return { ...now, done: now.done - done, failed: now.failed - failed, cancelled: now.cancelled - cancelled };
  };
  const slots = new Slots({ clock, open: () => world.open });
  const memory = () => new SeenRecently({ clock, random }, SEEN);
  const seen = { nonces: memory(), taskIds: memory(), sealed: memory() };
  const asked: string[] = [];
  const made = new Desk({
    clock,
    random,
    logger: silentLogger,
    slots,
    work,
    seen,
    models: {
      stability: () => world.stability,
      choose: () => world.choice,
      barred: () => world.barred,
      infer: async (id) => {
        asked.push(id);
        return world.outcome;
      },
    },
    heavy: {
      takes: () => false,
      read: async () => undefined,
      open: async () => undefined,
      seal: () => ({ version: 1, nonce: '', encrypted_body: '' }),
      digest: () => '',
    },
    accepting: () => ({ accepting: world.accepting, bound: world.accepting ? null : 'paused' }),
    policy: () => ({ nodeId: 'node-1', maxTokens: 100, idempotency: world.idempotency }),
    access: { judge: () => (world.proven ? undefined : unauthorized()) },
    cooperation: new Cooperation(() => ({ enabled: true, worker: world.parts > 0, atOnce: 10, mostMs: 30_000 })),
    pricing: () => USUAL,
    watch: () => () => {},
    decided() {},
    claims: {
      wanted: () => false,
      made: () => {
        throw new Error('nothing is claimed');
      },
      committed() {},
    },
  });
  const hand = async (task: object) => {
    const answer = await made.handle([Buffer.from(JSON.stringify(task))], new AbortController());
    const json = JSON.parse(answer.text ?? '{}') as { status?: string; error?: { code: string; reason?: string } };
    return { ...answer, json };
  };
  return { clock, world, slots, today, seen, asked, hand };
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
  { what: 'a payload that a server was lost over', status: 502, code: 'backend_error', world: { barred: true } },
  {
    what: 'a server that fails',
    status: 502,
    code: 'backend_error',
    world: { outcome: { kind: 'failed', code: 'server-error' } },
  },
];

async function meet(...rows: readonly Row[]) {
  const merged = await desk(Object.assign({}, ...rows.map(({ world }) => world)) as Partial<World>);
  for (const { seen } of rows) if (seen) merged.seen[seen].admit(seen === 'nonces' ? TASK.nonce : TASK.task_id);
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

describe('what was seen', () => {
  it.each<[string, Partial<World>, object, object, string]>([
    ['a nonce', {}, {}, { task_id: 't-2' }, 'IICP-E011'],
    ['a task id', { idempotency: true }, { nonce: 'n-0' }, { nonce: undefined }, 'IICP-E010'],
  ])('is remembered for 300 s from its first sight, in vain or not: %s', async (_what, world, first, next, code) => {
    const { clock, hand } = await desk({ ...world, outcome: { kind: 'failed', code: 'malformed' } });
    const again = async () => (await hand({ ...TASK, ...next })).json.error?.code;
    await hand({ ...TASK, ...first });
    await clock.turn(150_000);
    const halfway = await again();
    await clock.turn(149_999);
    const late = await again();
    await clock.turn(1);
    expect([halfway, late, await again()]).toEqual([code, code, 'backend_error']);
  });

  it.each([
    ['a nonce that was left out', {}, { nonce: undefined }],
    ['a nonce of null', {}, { nonce: null }],
    ['a task id while that is off', {}, { nonce: undefined }],
    ['an empty task id', { idempotency: true }, { task_id: '', nonce: undefined }],
  ])('is never %s', async (_what, world, changes) => {
    const { hand } = await desk(world);
    const statuses = [(await hand({ ...TASK, ...changes })).status, (await hand({ ...TASK, ...changes })).status];
    expect(statuses).toEqual([200, 200]);
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
    const { clock, hand } = await desk({ open: 0 });
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
    const { clock, hand } = await desk({ open: 0 });
    const { status, json } = await hand(asks(qos));
    expect([status, json.error, clock.monotonic()]).toMatchObject([429, { code: 'IICP-E021', qos_class: told }, 0]);
  });

  it('one that waits is served within 50 ms of a window that opens, with no slot given back', async () => {
    const { clock, world, hand } = await desk({ open: 0 });
    const answer = hand(asks({ qos: 'interactive' }));
    await clock.turn(1000);
    world.open = 1;
    await clock.turn(50);
    expect((await answer).status).toBe(200);
  });

  it('the more urgent of two that wait is served first', async () => {
    const { clock, world, hand } = await desk({ open: 0 });
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
