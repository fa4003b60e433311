// Bodies of megabytes go another way inside the node than small ones. What comes of them must be the same, to a stranger, to the
// model server and to the books.
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

/** Begins as a PNG does, or it would not be let through. */
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(300_000, 'pixels')]);
const IMAGE = `data:image/png;base64,${PNG.toString('base64')}`;
const WORDS = 'Zeile für Zeile\n'.repeat(20_000);
const content = [
  { type: 'text', text: WORDS },
  { type: 'image_url', image_url: { url: IMAGE } },
];
const payload = { messages: [{ role: 'user', content }], max_tokens: 9, user: 'not passed on' };

async function setUp() {
  const model = await modelServer();
  const list = await directory();
  const server = await node({ modelUrl: model.url, directoryUrl: list.url });
  const seal = (task: Record<string, unknown>, what: string) => {
    const { envelope } = sealRequest({
      recipient: list.nodes()[0]!.registration.cx_public_key as { key: string; key_id: string },
      taskId: String(task.task_id),
      intent: CHAT,
      payload: what,
      ephemeralKey: systemRandom.bytes(32),
      nonce: systemRandom.bytes(12),
    });
    return { ...task, payload: undefined, iicp_conf: envelope };
  };
  const asked = () => model.requests().filter(({ path }) => path === '/v1/chat/completions');
  return { server, seal, asked };
}

describe('a large task', () => {
  it('reaches the model server filtered, plain and sealed, and is booked', async () => {
    const { server, seal, asked } = await setUp();
    const plain = chatTask({ payload });
    const sealed = seal(chatTask({ nonce: 'another' }), JSON.stringify(payload));
    for (const task of [plain, sealed]) expect((await post(server.url, task)).json.status).toBe('completed');
    expect(asked()).toHaveLength(2);
    for (const { body } of asked()) {
      expect(body).toMatchObject({ messages: payload.messages, max_tokens: 9, stream: false });
      expect(body).not.toHaveProperty('user');
    }
    const { work, earnings } = await server.state();
    expect(work.recent.map(({ inference, state }) => [inference?.sealed, state])).toEqual([
      [true, 'done'],
      [false, 'done'],
    ]);
    expect(earnings.total[0]?.entries).toBe(2);
  });

  it.each<[string, number, string, (task: Record<string, unknown>) => unknown]>([
    ['is no JSON', 400, 'IICP-E000', (task) => `${JSON.stringify(task).slice(0, -1)},`],
    ['has no task id', 422, 'IICP-E000', (task) => ({ ...task, task_id: undefined })],
    ['asks for a tool', 403, 'tool_execution_denied', (task) => ({ ...task, intent: 'urn:iicp:intent:tool:x:v1' })],
    ['asks for another intent', 404, 'IICP-E029', (task) => ({ ...task, intent: 'urn:iicp:intent:llm:other:v1' })],
    ['asks for a model we lack', 404, 'IICP-E029', (task) => ({ ...task, payload: { ...payload, model: 'none' } })],
    ['has a payload that is no object', 422, 'IICP-E000', (task) => ({ ...task, payload: WORDS })],
    [
      'has an image by address',
      422,
      'IICP-E000',
      (task) => ({
        ...task,
        payload: { messages: [{ role: 'user', content: [...content, { type: 'image_url', image_url: 'http://x/' }] }] },
      }),
    ],
  ])('that %s gets %i %s and never reaches the model server', async (_name, status, code, change) => {
    const { server, asked } = await setUp();
    const { status: got, json } = await post(server.url, change(chatTask({ payload })));
    expect([got, json.error?.code]).toEqual([status, code]);
    await until('the slots to be free', async () => (await server.state()).node.working === 0);
    expect([asked(), (await server.state()).work.today.refused]).toEqual([[], 1]);
  });

  it('is refused where it was sealed for somebody else or was seen before', async () => {
    const { server, seal } = await setUp();
    const task = chatTask({ nonce: undefined });
    const sealed = seal(task, JSON.stringify(payload));
    const stolen = await post(server.url, { ...sealed, task_id: 'another' });
    const first = await post(server.url, sealed);
    const again = await post(server.url, sealed);
    const nonsense = await post(server.url, seal(task, WORDS));
    expect([stolen, first, again, nonsense].map(({ status, json }) => [status, json.error?.code])).toEqual([
      [400, 'IICP-CX-02'],
      [200, undefined],
      [409, 'IICP-E011'],
      [422, 'IICP-E000'],
    ]);
  });
});
