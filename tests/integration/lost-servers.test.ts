// A payload that no model server survives: the node does, pays nothing for it, and shows it to one server only.
import { expect, it } from 'vitest';
import { CHAT, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const POISON = 'poison 7f3a';
const task = (id: string, content: string, nonce = `n-${id}`) => ({
  task_id: id,
  intent: CHAT,
  nonce,
  payload: { model: 'practice-chat:1b', messages: [{ role: 'user', content }] },
});

it('a payload that ends a model server fails unpaid, and is not sent to the next one by any caller', async () => {
  const servers = [await modelServer({ endsOn: POISON }), await modelServer({ endsOn: POISON })];
  const hearth = await node({
    modelUrl: servers[0]!.url,
    settings: { 'backends.inference': servers.map(({ url }) => ({ kind: 'ollama', url })) },
  });
  await until('both servers', async () => (await hearth.state()).backends.every(({ state }) => state !== 'checking'));
  const asked = () =>
    servers.map((each) => each.requests().filter(({ path }) => path === '/v1/chat/completions').length);

  const first = await post(hearth.url, task('t-1', POISON));
  expect([first.status, first.json.status, first.json.error]).toEqual([
    502,
    'error',
    { code: 'backend_error', message: 'the model server did not give a usable answer' },
  ]);
  // Known from the broken connection: nothing was looked at since.
  const gone = (await hearth.state()).backends.filter(({ state }) => state === 'not-found');
  expect(gone).toMatchObject([{ reason: { code: expect.stringMatching(/^backends\./) } }]);
  expect(asked().toSorted((one, other) => one - other)).toEqual([0, 1]);

  for (const id of ['t-2', 't-3']) {
    const again = await post(hearth.url, task(id, POISON));
    expect([again.status, again.json.task_id, again.json.error]).toEqual([
      502,
      id,
      {
        code: 'backend_error',
        message: 'a model server was lost over this payload; it is not tried again here for now',
      },
    ]);
  }
  expect(asked().toSorted((one, other) => one - other)).toEqual([0, 1]);

  expect((await post(hearth.url, task('t-4', 'hello'))).status).toBe(200);
  const { work, earnings } = await hearth.state();
  expect(work.today).toEqual({ done: 1, failed: 1, cancelled: 0, refused: 2 });
  expect(work.refusals).toEqual([{ reason: 'repeated', count: 2 }]);
  expect(work.recent.find(({ state }) => state === 'failed')).toMatchObject({ code: 'lost', earnedMicro: null });
  expect(earnings.total).toMatchObject([{ entries: 1 }]);
});
