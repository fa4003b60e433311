// A client that sends the same bytes again, as the official ones do after 502, 503 and 504: what failed may be tried again, what was
// paid is answered once, and what was turned away leaves nothing behind.
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { openReply, type SealedReply, sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { CHAT, chatTask, directory, modelServer, node, post, type TestNode } from '../support/network.ts';
import { until } from '../support/wait.ts';

/** A task for the node that the directory lists, sealed once: its bytes are the same however often they are sent. */
async function sealedTask(server: TestNode, list: Awaited<ReturnType<typeof directory>>, changes: object = {}) {
  const id = (await server.state()).network.nodeId;
  const { registration } = list.nodes().find(({ nodeId }) => nodeId === id)!;
  const task = chatTask(changes as Record<string, unknown>);
  const taskId = String(task.task_id);
  const { envelope, shared } = sealRequest({
    recipient: registration.cx_public_key as { key: string; key_id: string },
    taskId,
    intent: CHAT,
    payload: JSON.stringify(task.payload),
    ephemeralKey: systemRandom.bytes(32),
    nonce: systemRandom.bytes(12),
  });
  const body = JSON.stringify({
    ...task,
    payload: undefined,
    iicp_conf: envelope,
    cx_response_encryption: 'required',
    nonce: systemRandom.bytes(16).toString('hex'),
  });
  const open = (json: Record<string, unknown>) =>
    JSON.parse(openReply(shared, taskId, json.iicp_conf_resp as SealedReply)) as { status: string };
  return { body, open };
}

describe('the same sealed bytes', () => {
  it.each([
    ['502, for the model server failed', { status: 500 }, {}, 502],
    ['503, for the model server is busy', { status: 429 }, {}, 503],
    ['504, for the time was up', { delay: 2000 }, { constraints: { timeout_ms: 200 } }, 504],
  ])('are served once the model server is well, after %s, and paid once', async (_what, failure, changes, status) => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const { body, open } = await sealedTask(server, list, changes);
    model.failNext(failure);
    const failed = await post(server.url, body);
    const served = await post(server.url, body);
    const again = await post(server.url, body);
    expect([failed.status, served.status, again.status, again.json.error?.code]).toEqual([
      status,
      200,
      409,
      'IICP-E011',
    ]);
    expect(open(served.json).status).toBe('completed');
    const { earnings } = await server.state();
    expect(earnings.total[0]?.entries).toBe(1);
  });

  it('are not shown to a model server again that was lost over them, and send their client on to the next node', async () => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const { body } = await sealedTask(server, list);
    model.failNext({ cut: true });
    const statuses = [(await post(server.url, body)).status, (await post(server.url, body)).status];
    // With a 409 the official client would give up where it is.
    const shown = model.requests().filter(({ path }) => path === '/v1/chat/completions');
    expect([...statuses, shown.length]).toEqual([502, 502, 1]);
  });

  it('are refused while the first of them are worked on, and served after those failed', async () => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const { body } = await sealedTask(server, list);
    model.hold();
    model.failNext({ status: 500 });
    const first = post(server.url, body);
    await until('it to be with the model server', () => model.held() === 1);
    const meanwhile = await post(server.url, body);
    model.release();
    expect([(await first).status, meanwhile.status, (await post(server.url, body)).status]).toEqual([502, 409, 200]);
  });

  it('are served after their sender hung up on the first', async () => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const { body } = await sealedTask(server, list);
    model.hold();
    const caller = new AbortController();
    const call = post(server.url, body, { signal: caller.signal }).catch((error: Error) => error.name);
    await until('it to be with the model server', () => model.held() === 1);
    caller.abort();
    expect(await call).toBe('AbortError');
    await until('the task to be over', async () => (await server.state()).node.working === 0);
    model.release();
    expect((await post(server.url, body)).status).toBe(200);
  });
});

describe('a nonce', () => {
  it.each([
    ['a kind of work that is not done here', { intent: 'urn:iicp:intent:audio:speech:v1' }, 404],
    ['a model that is not offered', { constraints: { model: 'gpt-9' } }, 404],
    ['a payload that no model server would get', { payload: { messages: [] } }, 422],
    ['an envelope that opens nothing', { payload: undefined, iicp_conf: { version: 1 } }, 400],
  ])('is not used up by a request that asked for %s', async (_what, spoil, status) => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const nonce = 'used-once';
    const refused = await post(server.url, chatTask({ nonce, ...spoil }));
    const served = await post(server.url, chatTask({ nonce }));
    const again = await post(server.url, chatTask({ nonce, ...spoil }));
    expect([refused.status, served.status, again.status, again.json.error?.code]).toEqual([
      status,
      200,
      409,
      'IICP-E011',
    ]);
  });
});
