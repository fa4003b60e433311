// Callers who leave too little time, or send what no model server takes: they are told so, and the directory is not told that this
// node failed.
import { describe, expect, it } from 'vitest';
import { PRACTICE_CHAT_MODEL } from '../../src-main/practice/model-server.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const BEAT_MS = 200;

async function prepared(model: Parameters<typeof modelServer>[0] = {}) {
  const server = await modelServer({ loaded: [PRACTICE_CHAT_MODEL], ...model });
  const list = await directory({ nextHeartbeatMs: BEAT_MS });
  const own = await node({ modelUrl: server.url, directoryUrl: list.url, beatMs: BEAT_MS });
  const { nodeId } = (await own.state()).network;
  /** What the directory has heard, once it must have heard everything. */
  const reported = async () => {
    const before = list.beatsOf(nodeId!);
    await until('two more beats', () => list.beatsOf(nodeId!) > before + 2);
    const { reputation } = list.nodes().find((each) => each.nodeId === nodeId)!;
    return { ...list.metricsOf(nodeId!), reputation };
  };
  return { model: server, list, own, reported };
}

/** Enough of them say how quick a model is. */
async function answered(url: string, constraints: Record<string, unknown> = {}) {
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => post(url, chatTask({ constraints: { qos: 'realtime', ...constraints } }))),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
}

describe('what its sender brought about', () => {
  it('is not reported as a failure: ten callers with a tenth of a second each', async () => {
    const { model, own, reported } = await prepared();
    const before = await reported();
    model.hold();
    for (let count = 0; count < 10; count += 1) {
      const reply = await post(own.url, chatTask({ constraints: { timeout_ms: 100 } }));
      expect([reply.status, reply.json.error?.code]).toEqual([504, 'task_timeout']);
    }
    expect(await reported()).toEqual({ ...before, success: 0, failed: 0 });
    const { work } = await own.state();
    expect([work.today.failed, work.recent[0]]).toMatchObject([10, { state: 'timeout', code: 'deadline-too-short' }]);
    model.release();
    expect((await post(own.url, chatTask())).status).toBe(200);
    expect(await reported()).toMatchObject({ success: 1, failed: 0 });
  });

  it.each([
    ['a payload that the model server does not take', { status: 400 }, 422],
    ['what the model server has no room for', { status: 429 }, 503],
  ])('is not reported as a failure: %s', async (_what, failure, status) => {
    const { model, own, reported } = await prepared();
    model.failNext({ ...failure, times: 3 });
    for (let count = 0; count < 3; count += 1) expect((await post(own.url, chatTask())).status).toBe(status);
    expect(await reported()).toMatchObject({ success: 0, failed: 0 });
  });
});

describe('what this node failed at', () => {
  it('is reported: a model server that fails', async () => {
    const { model, own, reported } = await prepared();
    model.failNext({ status: 500 });
    expect((await post(own.url, chatTask())).status).toBe(502);
    expect(await reported()).toMatchObject({ success: 0, failed: 1 });
  });

  it('is reported: a task that had all the time that such a task takes here', async () => {
    const { model, own, reported } = await prepared();
    await answered(own.url);
    model.hold();
    const reply = await post(own.url, chatTask({ constraints: { timeout_ms: 3000 } }));
    expect(reply.status).toBe(504);
    expect(await reported()).toMatchObject({ success: 8, failed: 1 });
    expect((await own.state()).work.recent[0]).toMatchObject({ state: 'timeout', code: 'task_timeout' });
  });
});

describe('a task whose time is below what any answer took', () => {
  it('is refused before it is taken, with the time that it would need; any other is taken', async () => {
    const { model, own, reported } = await prepared({ delayMs: 400 });
    const hurried = { constraints: { timeout_ms: 150 } };
    // Nothing is known yet, so it is tried.
    expect((await post(own.url, chatTask(hurried))).status).toBe(504);
    await answered(own.url);
    const asked = model.requests().length;
    const reply = await post(own.url, chatTask(hurried));
    const error = reply.json.error as unknown as { least_timeout_ms: number };
    expect([reply.status, reply.headers.get('retry-after'), error]).toEqual([
      503,
      '30',
      {
        code: 'IICP-E024',
        message: 'draining',
        reason: 'deadline_too_short',
        least_timeout_ms: expect.any(Number),
        retry_after_ms: 30_000,
      },
    ]);
    expect(error.least_timeout_ms).toBeGreaterThanOrEqual(399);
    expect(model.requests().length).toBe(asked);
    // Fewer tokens may take less time.
    const short = { payload: { messages: [{ role: 'user', content: 'hi' }], max_tokens: 1 } };
    expect((await post(own.url, chatTask({ ...hurried, ...short }))).status).not.toBe(503);
    expect((await post(own.url, chatTask({ constraints: { timeout_ms: 20_000 } }))).status).toBe(200);
    const { work } = await own.state();
    expect(work.refusals).toContainEqual({ reason: 'hurried', count: 1 });
    expect(await reported()).toMatchObject({ success: 9, failed: 0 });
  });
});
