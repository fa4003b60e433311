// A node that replaces the key that clients seal to, while they go on sending.
import { expect, it } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { CHAT, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

interface Recipient {
  readonly key: string;
  readonly key_id: string;
}

function sealedTask(recipient: Recipient, taskId: string, words = 'hello') {
  const { envelope } = sealRequest({
    recipient,
    taskId,
    intent: CHAT,
    payload: JSON.stringify({ messages: [{ role: 'user', content: words }], max_tokens: 8 }),
    ephemeralKey: systemRandom.bytes(32),
    nonce: systemRandom.bytes(12),
  });
  return { task_id: taskId, intent: CHAT, iicp_conf: envelope };
}

it('tells the directory of a new key and opens what was sealed to either, also in its thread and after a restart', async () => {
  const list = await directory({ strictOwnership: true });
  const model = await modelServer();
  const first = await node({ modelUrl: model.url, directoryUrl: list.url });
  const keyOf = () => list.nodes()[0]!.registration.cx_public_key as Recipient;
  const old = keyOf();
  const large = 'x'.repeat(200_000);
  // The thread is awake before the keys change.
  expect((await post(first.url, sealedTask(old, 'before', large))).status).toBe(200);
  const rotated = await first.engine.handle('networks.rotateKey', { id: 'iicp' });
  const { publicKey } = rotated as { publicKey: string };
  expect(publicKey).not.toBe(old.key);
  await until('the directory to know', () => keyOf().key === publicKey);
  const tasks = (prefix: string) => [
    sealedTask(old, `${prefix}-old`),
    sealedTask(keyOf(), `${prefix}-new`),
    sealedTask(old, `${prefix}-old-large`, large),
    sealedTask(keyOf(), `${prefix}-new-large`, large),
  ];
  for (const task of tasks('one')) expect((await post(first.url, task)).status).toBe(200);
  const nodeId = list.nodes()[0]!.nodeId;
  await first.stop();
  const second = await node({ modelUrl: model.url, directoryUrl: list.url, dataDir: first.dataDir });
  expect(list.nodes().map((entry) => entry.nodeId)).toEqual([nodeId]);
  for (const task of tasks('two')) expect((await post(second.url, task)).status).toBe(200);
});
