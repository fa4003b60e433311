// `iicp` is the one model that the official gateways list, so their users name it and mean none: whatever way such a task comes, it
// is done with a model that is here.
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { CALL, frame, type Message, RESPONSE, readFrames } from '../../src-main/practice/iicp/framing.ts';
import { startRelay } from '../simulators/relay.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };
const UNNAMED = 'iicp';
const PAYLOAD = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 12 };

async function prepared(models: readonly string[] = ['small', 'tiny-embed'], settings: Record<string, unknown> = {}) {
  const model = await modelServer({ models });
  const list = await directory();
  const server = await node({ modelUrl: model.url, directoryUrl: list.url, settings });
  const asked = () =>
    model.requests().flatMap(({ path, body }) => (path.startsWith('/v1/') ? [(body as { model: string }).model] : []));
  return { model, list, server, asked };
}

describe('a task for the model iicp', () => {
  it.each([
    ['in its payload', { payload: { ...PAYLOAD, model: UNNAMED } }, 'small'],
    ['in its constraints', { payload: PAYLOAD, constraints: { model: UNNAMED } }, 'small'],
    [
      'to embed a text',
      { intent: 'urn:iicp:intent:llm:embedding:v1', payload: { input: 'hi', model: UNNAMED } },
      'tiny-embed',
    ],
  ])('that names it %s is done with one that is here', async (_where, changes, used) => {
    const { server, asked } = await prepared();
    const reply = await post(server.url, chatTask(changes));
    expect([reply.status, reply.json.model_used, asked()]).toEqual([200, used, [used]]);
  });

  it('that is sealed is done with one that is here', async () => {
    const { list, server, asked } = await prepared();
    const client = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
    onTestFinished(() => client.close());
    const answer = await client.call({ intent: CHAT, payload: { ...PAYLOAD, model: UNNAMED } });
    expect([answer.status, asked()]).toEqual(['completed', ['small']]);
    expect((await server.state()).work.recent[0]).toMatchObject({ inference: { sealed: true, model: 'small' } });
  });

  it('that comes in native framing is done with one that is here', async () => {
    const { server, asked } = await prepared();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const answers: Message[] = [];
    readFrames(socket, (type, message) => {
      if (type === RESPONSE) answers.push(message);
    });
    const payload = Buffer.from(JSON.stringify({ ...PAYLOAD, model: UNNAMED }));
    socket.write(
      frame(CALL, [
        [2, 's-1'],
        [3, CHAT],
        [15, 'c-1'],
        [5, payload],
      ]),
    );
    await until('an answer', () => answers.length > 0);
    expect([answers[0]!.get(100), asked()]).toEqual([undefined, ['small']]);
  });

  it('that comes through a relay is done with one that is here', async () => {
    const relay = await startRelay(own, {});
    onTestFinished(() => relay.stop());
    const use = `127.0.0.1:${relay.port}`;
    const { list, asked } = await prepared(['small'], {
      'networks.iicp.endpoint': '',
      'networks.iicp.relayUse': use,
    });
    const client = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
    onTestFinished(() => client.close());
    const answer = await client.call({ intent: CHAT, payload: { ...PAYLOAD, model: UNNAMED } });
    expect([answer.status, asked()]).toEqual(['completed', ['small']]);
  });

  it('is done with the one of that name where there is one, and any other name is held to', async () => {
    const { server, asked } = await prepared(['small', UNNAMED]);
    const named = await post(server.url, chatTask({ payload: { ...PAYLOAD, model: UNNAMED } }));
    const other = await post(server.url, chatTask({ payload: { ...PAYLOAD, model: 'IICP-2' } }));
    expect([named.status, other.status, other.json.error?.code]).toEqual([200, 404, 'IICP-E029']);
    expect(asked().map((name) => name.replace(/:latest$/, ''))).toEqual([UNNAMED]);
  });
});
