import { expect, it, onTestFinished, vi } from 'vitest';
import { filterPayload } from '../../../../../src-main/backends/inference/filter.ts';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { CxKey, CxKeys } from '../../../../../src-main/networks/iicp/tasks/cx.ts';
import { type HeldTask, Offload, OffloadLost } from '../../../../../src-main/networks/iicp/tasks/offload.ts';
import { openReply, sealRequest } from '../../../../../src-main/practice/iicp/sealing.ts';
import { HandClock } from '../../../../support/clock.ts';
import { until } from '../../../../support/wait.ts';

const CHAT = 'urn:iicp:intent:llm:chat:v1';
const LIMITS = { model: 'm', maxTokens: 100 };
const BESIDE = { model: 'from constraints', maxTokens: 7 };
const LONG = 'Wörter '.repeat(20_000);
const chat = (content = LONG) => ({ messages: [{ role: 'user', content }], secret: 'not on the list' });

function offload(options: { readonly thread?: URL } = {}) {
  const clock = new HandClock();
  const error = vi.fn();
  const logger = { debug() {}, info() {}, warn() {}, error, child: () => logger };
  const key = CxKey.generate();
  const work = new Offload({ clock, random: systemRandom, logger }, new CxKeys([key]), options);
  onTestFinished(() => work.stop());
  return { clock, error, key, work };
}

function sealed(key: CxKey, payload: unknown, taskId = 't') {
  return sealRequest({
    recipient: key.publicKey,
    taskId,
    intent: CHAT,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ephemeralKey: systemRandom.bytes(32),
    nonce: systemRandom.bytes(12),
  });
}

/** A body as it comes from a connection, in pieces. */
function body(task: unknown): Buffer[] {
  const bytes = Buffer.from(typeof task === 'string' ? task : JSON.stringify(task));
  return Array.from({ length: 5 }, (_, at) =>
    Buffer.from(bytes.subarray(Math.ceil((at * bytes.length) / 5), Math.ceil(((at + 1) * bytes.length) / 5))),
  );
}

async function read(work: Offload, task: unknown): Promise<HeldTask> {
  const held = await work.read(body(task));
  if (!held || !('unseal' in held)) throw new Error('not read');
  return held;
}

it('opens one task as it opens many at once, and their replies can be opened', async () => {
  const { key, work } = offload();
  for (const count of [1, 20, 1]) {
    const requests = Array.from({ length: count }, (_, at) => sealed(key, { at }, `t${at}`));
    const opened = await Promise.all(requests.map(({ envelope }, at) => work.open(envelope, `t${at}`, CHAT)));
    for (const [at, { envelope, shared }] of requests.entries()) {
      expect(opened[at]!.mark).toBe(key.open(envelope, `t${at}`, CHAT)!.mark);
      expect(opened[at]!.payload!.outline).toEqual({ object: true, model: undefined });
      for (const reply of ['{"small":1}', LONG]) {
        expect(openReply(shared, `t${at}`, await work.seal(opened[at]!.secret, `t${at}`, reply))).toBe(reply);
      }
    }
  }
});

it('opens nothing that was not sealed to it, and nothing that is no envelope', async () => {
  const { key, work } = offload();
  const { envelope } = sealed(key, {});
  const wrong = [
    undefined,
    7,
    {},
    { ...envelope, version: 2 },
    { ...envelope, nonce: 5 },
    { ...envelope, aad: 'AAAA' },
  ];
  const verdicts = await Promise.all(wrong.map((each) => work.open(each, 't', CHAT)));
  expect(verdicts).toEqual(wrong.map(() => undefined));
  const other = sealed(CxKey.generate(), {}).envelope;
  expect(await work.open(other, 't', CHAT)).toBeUndefined();
  expect((await work.open(sealed(key, 'no JSON').envelope, 't', CHAT))?.payload).toBeUndefined();
});

it('tells of a large body what admission has to know, and filters it where it lies', async () => {
  const { work } = offload();
  const payload = { ...chat(), model: 'asked' };
  const task = await read(work, { task_id: 't', intent: CHAT, nonce: 'n', constraints: { qos: 'batch' }, payload });
  expect(task.request).toMatchObject({ taskId: 't', intent: CHAT, nonce: 'n', qos: 'batch', payload: true });
  expect(task.payload.outline).toEqual({ object: true, model: 'asked' });
  const filtered = await task.payload.filter('llm:chat', BESIDE, LIMITS);
  const expected = filterPayload('llm:chat', { ...payload, max_tokens: 7 }, LIMITS);
  if (!filtered.ok || !expected.ok) throw new Error('refused');
  expect(JSON.parse(Buffer.from(filtered.encoded!).toString())).toEqual(expected.payload);
  expect(filtered.payload).toEqual(expected.payload);
  expect(expected.payload).not.toHaveProperty('secret');
});

it.each<[string, string]>([
  ['nothing to escape', 'x'.repeat(5000)],
  ['other letters', 'ü\u{1f525}'.repeat(5000)],
  ['line ends', 'one\n"two"\n'.repeat(5000)],
  ['a character that nobody writes', '\u0001'.repeat(5000)],
  ['one such alone', '\u0001'],
])('writes long strings with %s as they were', async (_name, content) => {
  const { key, work } = offload();
  const payload = {
    messages: [content, 'short', content].map((each) => ({ role: 'user', content: each })),
    stop: LONG.slice(0, 9),
  };
  const plain = await read(work, { task_id: 't', intent: CHAT, payload });
  const { envelope } = sealed(key, payload);
  const opened = await (await read(work, { task_id: 't', intent: CHAT, iicp_conf: envelope })).unseal();
  for (const each of [plain.payload, opened!.payload!]) {
    const filtered = await each.filter('llm:chat', BESIDE, LIMITS);
    expect(filtered.ok && JSON.parse(Buffer.from(filtered.encoded!).toString())).toMatchObject(payload);
  }
});

it('does the same for a sealed one', async () => {
  const { key, work } = offload();
  const { envelope } = sealed(key, chat());
  const task = await read(work, { task_id: 't', intent: CHAT, iicp_conf: envelope });
  const opened = await task.unseal();
  expect(opened!.mark).toBe(key.open(envelope, 't', CHAT)!.mark);
  const filtered = await opened!.payload!.filter('llm:chat', BESIDE, LIMITS);
  expect(filtered.ok && filtered.payload).toMatchObject({ model: 'm', messages: [{ role: 'user', content: LONG }] });
});

it.each<[string, unknown, number, string]>([
  ['no JSON', `{"a":"${LONG}`, 400, 'body_is_not_json'],
  ['no task', { junk: LONG }, 422, 'missing or malformed: task_id'],
  ['made of too many values', `[${'[],'.repeat(100_000)}0]`, 413, 'json_has_too_many_values'],
  ['nested too deep', `${'['.repeat(65)}"${LONG}"${']'.repeat(65)}`, 413, 'json_too_deep'],
])('says of a large body that it is %s', async (_name, task, status, message) => {
  const answer = await offload().work.read(body(task));
  expect(answer).toMatchObject({ status, body: { error: { code: 'IICP-E000', message } } });
});

it('gives back what is passed on, and the members that are wanted, as they stand in it', async () => {
  const { work } = offload();
  for (const text of ['', LONG]) {
    const json = `{"a" : "${text}", "b":[1, 2], "t\\u0061sk":{"x": 1e2}}`;
    const found = await work.scan(body(json), ['task', 'b', 'none']);
    if (typeof found === 'string') throw new Error(found);
    const members = Object.fromEntries([...found.members].map(([name, each]) => [name, each.toString()]));
    expect([found.kind, found.values, found.bytes.toString(), members]).toEqual([
      'object',
      7,
      json,
      { b: '[1, 2]', task: '{"x": 1e2}' },
    ]);
    expect(await work.scan(body(`${json}x`), [])).toBe('not-json');
  }
});

it.each<[string, object, boolean | undefined]>([
  ['was sealed to nobody here', { recipient_key_id: 'cx-0000000000000000' }, undefined],
  ['is no JSON', {}, false],
])('says of a large sealed payload that it %s', async (_name, changes, opens) => {
  const { key, work } = offload();
  const { envelope } = sealed(key, LONG);
  const task = await read(work, { task_id: 't', intent: CHAT, iicp_conf: { ...envelope, ...changes } });
  const opened = await task.unseal();
  if (opens === undefined) expect(opened).toBeUndefined();
  else expect(opened).toMatchObject({ payload: undefined });
});

it('refuses a large payload with the words of a small one', async () => {
  const { work } = offload();
  const payload = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: `http://x/${LONG}` }] }] };
  const task = await read(work, { task_id: 't', intent: CHAT, payload });
  const expected = filterPayload('llm:chat', payload, LIMITS);
  expect(await task.payload.filter('llm:chat', BESIDE, LIMITS)).toEqual({
    ok: false,
    message: expected.ok ? '' : expected.message,
  });
});

it('knows no more of a body that was dropped', async () => {
  const { work } = offload();
  const task = await read(work, { task_id: 't', intent: CHAT, payload: chat() });
  task.drop();
  await expect(task.payload.filter('llm:chat', BESIDE, LIMITS)).rejects.toThrow(OffloadLost);
});

it('rests when it was long idle, and starts again', async () => {
  const { key, clock, error, work } = offload();
  const two = () => Promise.all([1, 2].map((n) => work.open(sealed(key, { n }).envelope, 't', CHAT)));
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = threads();
  expect(await two()).toHaveLength(2);
  expect(threads()).toBeGreaterThan(before);
  await clock.turn(60_000);
  await until('the end of the thread', () => threads() === before);
  expect((await two()).every((opened) => opened?.payload)).toBe(true);
  expect(error).not.toHaveBeenCalled();
});

it('loses no sealed task when it stops, but bodies, and does without a thread afterwards', async () => {
  const { key, work } = offload();
  const large = { task_id: 't', intent: CHAT, payload: chat() };
  const opening = [1, 2, 3].map((n) => work.open(sealed(key, { n }).envelope, 't', CHAT));
  const reading = expect(work.read(body(large))).rejects.toThrow(OffloadLost);
  await new Promise(setImmediate);
  await work.stop();
  await reading;
  for (const opened of await Promise.all(opening)) expect(opened?.payload).toBeDefined();
  const task = await read(work, large);
  expect((await task.payload.filter('llm:chat', BESIDE, LIMITS)).ok).toBe(true);
});

it('does without a thread that dies, for a while, and loses no sealed task by it', async () => {
  const thread = new URL(
    "data:text/javascript,import { parentPort } from 'node:worker_threads'; let n = 0; parentPort.on('message', () => { if (n++) process.exit(1) })",
  );
  const { key, clock, error, work } = offload({ thread });
  const two = () => Promise.all([1, 2].map((n) => work.open(sealed(key, { n }).envelope, 't', CHAT)));
  const large = { task_id: 't', intent: CHAT, payload: chat() };
  expect((await two()).every((opened) => opened?.payload)).toBe(true);
  expect(error).toHaveBeenCalledTimes(1);
  const task = await read(work, large);
  expect((await task.payload.filter('llm:chat', BESIDE, LIMITS)).ok).toBe(true);
  await clock.turn(10_000);
  await expect(work.read(body(large))).rejects.toThrow(OffloadLost);
  expect(error).toHaveBeenCalledTimes(2);
});
