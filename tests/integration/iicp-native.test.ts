// A whole node that is spoken to in native framing: answers as they are made, paid and recorded like any other; frames here are the
// practice network's own.
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { CALL, frame, type Message, PING, RESPONSE, readFrames, words } from '../../src-main/practice/iicp/framing.ts';
import { openReply, type SealedReply, sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const PAYLOAD = { messages: [{ role: 'user', content: 'tell a story' }], max_tokens: 12 };

/** Calls with a task's name, and keeps what it is answered. */
function caller(url: string) {
  const answers: Message[] = [];
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  readFrames(socket, (type, message) => {
    if (type === RESPONSE) answers.push(message);
  });
  const call = (taskId: string, payload: unknown) =>
    socket.write(
      frame(CALL, [
        [2, 's-1'],
        [3, CHAT],
        [15, 'c-1'],
        [5, Buffer.from(JSON.stringify(payload))],
        [24, taskId],
      ]),
    );
  return { answers, call, leave: () => void socket.destroy() };
}

const plain = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...value].map(([name, each]) => [name, plain(each)])) : value;

it('streams an answer as its model server makes it, and is paid for all of it once', async () => {
  const model = await modelServer({ chunkDelayMs: 60 });
  const list = await directory();
  const server = await node({ modelUrl: model.url, directoryUrl: list.url });
  const { answers, call } = caller(server.url);
  call('story', PAYLOAD);
  await until('the end', () => answers.at(-1)?.get(12) === true);
  const last = answers.at(-1)!;
  const texts = answers.slice(0, -1);
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.map((each) => each.get(4))).toEqual(texts.map(() => 'partial'));
  const text = texts.map((each) => words(each, 5)).join('');
  expect(text.split(' ').length).toBeGreaterThan(3);
  const { work, earnings } = await server.state();
  const [done] = work.recent;
  expect(done).toMatchObject({ state: 'done', inference: { sealed: false, tokensOut: text.split(' ').length } });
  expect([last.get(4), last.get(5), last.get(7)]).toEqual([
    'success',
    '',
    done!.inference!.tokensIn + done!.inference!.tokensOut,
  ]);
  expect(plain(last.get(13))).toEqual({ 1: 'story', 2: texts.length, 3: 'completed', 4: true });
  expect(earnings.total[0]?.entries).toBe(1);
});

it('tells nothing of a sealed answer before all of it is sealed', async () => {
  const model = await modelServer({ chunkDelayMs: 20 });
  const list = await directory();
  const server = await node({ modelUrl: model.url, directoryUrl: list.url });
  const { registration } = list.nodes()[0]!;
  const { envelope, shared } = sealRequest({
    recipient: registration.cx_public_key as { key: string; key_id: string },
    taskId: 'secret',
    intent: CHAT,
    payload: JSON.stringify(PAYLOAD),
    ephemeralKey: systemRandom.bytes(32),
    nonce: systemRandom.bytes(12),
  });
  const { answers, call } = caller(server.url);
  call('secret', { iicp_conf: envelope, cx_response_encryption: 'required' });
  await until('an answer', () => answers.length > 0);
  const [only] = answers;
  expect([only!.get(4), only!.get(12)]).toEqual(['success', true]);
  const reply = plain(only!.get(5)) as { status: string; iicp_conf_resp: SealedReply };
  expect(reply.status).toBe('encrypted');
  expect(JSON.parse(openReply(shared, 'secret', reply.iicp_conf_resp))).toMatchObject({ result: { choices: [{}] } });
  expect((await server.state()).work.recent[0]).toMatchObject({ state: 'done', inference: { sealed: true } });
});

it('stops the model server when its caller leaves in the middle', async () => {
  const model = await modelServer({ chunkDelayMs: 200 });
  const server = await node({ modelUrl: model.url });
  const { answers, call, leave } = caller(server.url);
  call('left', PAYLOAD);
  await until('a first piece', () => answers.length > 0);
  leave();
  await until('the task to end', async () => (await server.state()).work.recent[0]?.state === 'cancelled');
  expect((await server.state()).earnings.total).toEqual([]);
});

describe('a stranger who speaks native framing', () => {
  const MIB = 1024 * 1024;
  /** Sends it and reads nothing back, unless told to; says when it is cut off. */
  const stranger = (url: string, bytes: Buffer) => {
    let closed = false;
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      closed = true;
    });
    return { socket, closed: () => closed };
  };
  /** A list of empty maps: one byte for each. */
  const maps = (count: number) => {
    const bytes = Buffer.alloc(count + 5, 0xa0);
    bytes[0] = 0x9a;
    bytes.writeUInt32BE(count, 1);
    return bytes;
  };
  const headed = (type: number, payload: Buffer) => {
    const head = frame(type, []).subarray(0, 12);
    head.writeUInt32BE(payload.length, 8);
    return Buffer.concat([head, payload]);
  };

  it('is refused by the header of a PING of 4 MiB, before any more of it has come', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const ping = headed(PING, Buffer.concat([Buffer.from([0xa1, 0x01]), maps(4 * MIB)]));
    const { closed, socket } = stranger(server.url, ping.subarray(0, 12));
    socket.resume();
    await until('the end', closed);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });

  it('gets nowhere with a call whose payload is a million of empty maps', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const call = Buffer.concat([Buffer.from([0xa2, 0x03]), Buffer.from([0x61, 0x78, 0x05]), maps(MIB)]);
    const { closed, socket } = stranger(server.url, headed(CALL, call));
    socket.resume();
    await until('the end', closed);
    expect((await post(server.url, chatTask())).status).toBe(200);
    expect((await server.state()).work.recent).toHaveLength(1);
  });

  it('keeps no task out by pings whose answers it does not read', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const pings = Buffer.concat(Array.from({ length: 120 }, () => frame(PING, [[1, Buffer.alloc(4000)]])));
    const deaf = Array.from({ length: 30 }, () => stranger(server.url, pings));
    // As large as one may be, and one too large for each that is not.
    const large = Array.from({ length: 9 }, () => stranger(server.url, frame(PING, [[1, Buffer.alloc(15 * MIB)]])));
    for (const { socket } of deaf) socket.pause();
    for (const { socket } of large) socket.resume();
    await until('the large ones to be cut off', () => large.every(({ closed }) => closed()));
    for (let count = 0; count < 5; count += 1) {
      expect((await post(server.url, chatTask())).status).toBe(200);
    }
  });
});
