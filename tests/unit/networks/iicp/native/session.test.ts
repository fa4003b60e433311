// Native framing on the port that HTTP has too: over real connections, with an admission that is a script.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decode, encode } from 'cborg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { InboundMemory } from '../../../../../src-main/inbound/memory.ts';
import type { TaskServerLimits } from '../../../../../src-main/networks/iicp/inbound/bounds.ts';
import { TaskServer } from '../../../../../src-main/networks/iicp/inbound/task-server.ts';
import { FrameReader, FrameType } from '../../../../../src-main/networks/iicp/native/frame.ts';
import { readFields, writeFrame, writeInit } from '../../../../../src-main/networks/iicp/native/messages.ts';
import { taskOf } from '../../../../../src-main/networks/iicp/native/session.ts';
import { until } from '../../../../support/wait.ts';

const CHAT = 'urn:iicp:intent:llm:chat:v1';
type Reply = { readonly status: number; readonly text: string | undefined };

async function listening(
  handle: (
    task: Record<string, unknown>,
    stop: AbortController,
    partial: ((text: string) => void) | undefined,
  ) => Reply | Promise<Reply>,
  limits: Partial<TaskServerLimits> = {},
) {
  let refused = 0;
  const server = new TaskServer(
    {
      memory: new InboundMemory(),
      clock: systemClock,
      logger: silentLogger,
      admission: {
        handle: async (body, stop, _traceparent, _shown, partial) =>
          handle(JSON.parse(Buffer.concat(body).toString()), stop, partial),
      },
      health: () => ({ status: 'ok' }),
      native: {
        nodeId: () => 'node-1',
        discover: (intent) => (intent === CHAT ? [{ node_id: 'node-1', models: ['m1'] }] : []),
      },
      refused: () => {
        refused += 1;
      },
    },
    { bind: '127.0.0.1', port: 0, limits },
  );
  await server.start();
  onTestFinished(() => server.stop());
  return { server, port: server.address!.port, refused: () => refused };
}

/** A caller that keeps what it is told. */
async function caller(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const frames: { type: number; fields: Map<number, unknown> }[] = [];
  const reader = new FrameReader();
  let closed = false;
  socket.on('data', (bytes: Buffer) => {
    for (const { type, payload } of reader.push(bytes)) frames.push({ type, fields: new Map(readFields(payload)) });
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  await once(socket, 'connect');
  return {
    socket,
    frames,
    closed: () => closed,
    async next(count = 1) {
      await until('an answer', () => frames.length >= count);
      return frames[count - 1]!;
    },
  };
}

const call = (payload: unknown, more: readonly (readonly [number, unknown])[] = []) =>
  writeFrame(FrameType.call, [[2, 's-1'], [3, CHAT], [15, 'c-1'], [5, Buffer.from(JSON.stringify(payload))], ...more]);
const done = (result: unknown): Reply => ({
  status: 200,
  text: JSON.stringify({ task_id: 'c-1', status: 'completed', result, generated_by_ai: true }),
});
const failed = (status: number, code: string, message: string): Reply => ({
  status,
  text: JSON.stringify({ error: { code, message } }),
});

describe('a caller of native framing', () => {
  it('is greeted, answered and told who serves what, on the port that answers HTTP', async () => {
    const { port } = await listening((task) => done({ echoed: task }));
    const { socket, next } = await caller(port);
    socket.write(Buffer.concat([writeInit(), writeFrame(FrameType.ping, [[1, Buffer.from('abc')]])]));
    expect(await next(1)).toEqual({
      type: FrameType.ack,
      fields: new Map<number, unknown>([
        [1, 1],
        [2, 'node-1'],
      ]),
    });
    expect((await next(2)).fields.get(1)).toEqual(Buffer.from('abc'));
    socket.write(writeFrame(FrameType.ping, []));
    expect(await next(3)).toEqual({ type: FrameType.pong, fields: new Map() });
    socket.write(
      writeFrame(FrameType.discover, [
        [2, 's-1'],
        [3, CHAT],
      ]),
    );
    const found = await next(4);
    expect([found.type, found.fields.get(2), found.fields.get(3)]).toEqual([FrameType.response, 's-1', CHAT]);
    expect(found.fields.get(20)).toEqual([
      new Map<string, unknown>([
        ['node_id', 'node-1'],
        ['models', ['m1']],
      ]),
    ]);
    socket.write(writeFrame(FrameType.feedback, [[1, 5]]));
    socket.write(writeFrame(0x7f, [[1, 5]]));
    socket.write(call({ messages: [] }));
    const reply = await next(5);
    expect([reply.fields.get(2), reply.fields.get(15)]).toEqual(['s-1', 'c-1']);
    expect(decode(reply.fields.get(5) as Uint8Array)).toEqual({
      echoed: { task_id: 'c-1', intent: CHAT, payload: { messages: [] } },
    });
    expect((await fetch(`http://127.0.0.1:${port}/iicp/health`)).status).toBe(200);
    socket.write(writeFrame(FrameType.close, []));
    await once(socket, 'close');
  });

  it.each([
    [429, 'IICP-E021', 'capacity_exceeded', 'IICP-E021: capacity_exceeded'],
    [409, 'IICP-E011', 'replay_detected', 'IICP-E011: replay_detected'],
    [503, 'IICP-E024', 'draining', 'IICP-E024: draining'],
    [502, 'backend_error', 'no', 'backend_error: no'],
  ])('is told %i %s as HTTP would', async (status, code, message, text) => {
    const { port } = await listening(() => failed(status, code, message));
    const { socket, next } = await caller(port);
    socket.write(call({}));
    const { fields } = await next();
    expect([...fields]).toEqual([
      [2, 's-1'],
      [15, 'c-1'],
      [100, status],
      [101, text],
    ]);
  });

  it('may send a payload as CBOR, and is told what is missing', async () => {
    const { port, refused } = await listening((task) => done(task.payload));
    const { socket, next } = await caller(port);
    socket.write(
      writeFrame(FrameType.call, [
        [3, CHAT],
        [15, 'c-2'],
        [5, new Map<string, unknown>([['input', 'x']])],
      ]),
    );
    expect(decode((await next()).fields.get(5) as Uint8Array)).toEqual({ input: 'x' });
    socket.write(
      writeFrame(FrameType.call, [
        [3, CHAT],
        [15, 'c-3'],
      ]),
    );
    expect((await next(2)).fields.get(100)).toBe(422);
    expect(refused()).toBe(1);
  });

  it('is answered as sealed as it asked, and the whole of it', async () => {
    const sealed = { task_id: 'c-1', status: 'encrypted', iicp_conf_resp: { version: 1 } };
    const { port } = await listening((task) => ({ status: 200, text: JSON.stringify({ ...sealed, seen: task }) }));
    const { socket, next } = await caller(port);
    const iicp_conf = { version: 1, aad: 'x' };
    socket.write(call({ iicp_conf, cx_response_encryption: 'required' }));
    expect(decode((await next()).fields.get(5) as Uint8Array)).toEqual({
      ...sealed,
      seen: { task_id: 'c-1', intent: CHAT, iicp_conf, cx_response_encryption: 'required' },
    });
  });

  it('that goes away stops its work', async () => {
    let stopped = false;
    const { port } = await listening(
      (_task, stop) =>
        new Promise((resolve) => {
          stop.signal.addEventListener('abort', () => {
            stopped = true;
            resolve({ status: 0, text: undefined });
          });
        }),
    );
    const { socket } = await caller(port);
    socket.write(call({}));
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await until('the work to stop', () => stopped);
  });
});

describe('a caller who names its task', () => {
  const named = (payload: unknown = {}) => call(payload, [[24, 't-1']]);
  const text = (content: string): Reply => ({
    status: 200,
    text: JSON.stringify({ status: 'completed', result: said(content), metrics: { tokens_used: 7 } }),
  });
  const said = (content: string, more: object = {}) => ({
    choices: [{ message: { role: 'assistant', content, ...more } }],
  });
  /** `sequence` counts from nought. */
  const part = (sequence: number, status: string, state: string, more: readonly [number, unknown][] = []) => {
    const last = status !== 'partial';
    const life = new Map<number, unknown>([[1, 't-1']]).set(2, sequence).set(3, state).set(4, last);
    return {
      type: FrameType.response,
      fields: new Map<number, unknown>([[1, 1], [2, 's-1'], [3, 'c-1'], [4, status], ...more, [12, last], [13, life]]),
    };
  };
  const asMap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asMap);
    if (typeof value !== 'object' || value === null) return value;
    return new Map(Object.entries(value).map(([name, each]) => [name, asMap(each)]));
  };

  it('hears an answer as it comes, gathered in frames, and its end', async () => {
    let tell: ((text: string) => void) | undefined;
    let finish = (_reply: Reply) => {};
    const { port } = await listening(
      (_task, _stop, partial) =>
        new Promise((resolve) => {
          tell = partial;
          finish = resolve;
        }),
    );
    const { socket, frames, next } = await caller(port);
    socket.write(named());
    await until('the task', () => tell);
    for (const piece of ['once', ' upon', ' a time']) tell!(piece);
    expect(await next(1)).toEqual(part(0, 'partial', 'partial', [[5, 'once upon a time']]));
    const long = '🦊'.repeat(64);
    tell!(long);
    tell!('!');
    finish(text(`once upon a time${long}!`));
    await next(4);
    expect(frames.slice(1)).toEqual([
      part(1, 'partial', 'partial', [[5, long]]),
      part(2, 'partial', 'partial', [[5, '!']]),
      part(3, 'success', 'completed', [
        [5, ''],
        [7, 7],
      ]),
    ]);
  });

  it.each([
    ['an answer that came whole', said('hi'), undefined],
    ['calls of tools', said('', { tool_calls: [{ id: 'a' }] }), 'I look'],
  ])('is told all of %s in its last frame', async (_what, result, before) => {
    const { port } = await listening((_task, _stop, partial) => {
      if (before) partial!(before);
      return done(result);
    });
    const { socket, next } = await caller(port);
    socket.write(named());
    const at = before ? 1 : 0;
    expect(await next(at + 1)).toEqual(part(at, 'success', 'completed', [[5, asMap(result)]]));
  });

  it('is given what is sealed whole', async () => {
    const sealed = { task_id: 't-1', status: 'encrypted', iicp_conf_resp: { version: 1 } };
    const { port } = await listening(() => ({ status: 200, text: JSON.stringify(sealed) }));
    const { socket, next } = await caller(port);
    socket.write(named({ iicp_conf: {} }));
    expect(await next()).toEqual(part(0, 'success', 'completed', [[5, asMap(sealed)]]));
  });

  it.each([
    [504, 'task_timeout', 'timeout', 'timed_out'],
    [502, 'backend_error', 'error', 'failed'],
    [429, 'IICP-E021', 'error', 'failed'],
  ])('is told of %i as an end', async (status, code, told, state) => {
    const { port } = await listening((_task, _stop, partial) => {
      partial!('hi');
      return failed(status, code, 'why');
    });
    const { socket, frames, next } = await caller(port);
    socket.write(named());
    await next(2);
    const error = new Map([[1, code]]).set(2, 'why');
    expect(frames).toEqual([part(0, 'partial', 'partial', [[5, 'hi']]), part(1, told, state, [[6, error]])]);
  });

  it('is told so where there is no room for its call', async () => {
    const { port } = await listening(() => done(null), { bodiesTogether: 300 });
    const { socket, next } = await caller(port);
    socket.write(named({ text: 'x'.repeat(100) }));
    const error = new Map([[1, 'IICP-E024']]).set(2, 'draining');
    expect(await next()).toEqual(part(0, 'error', 'failed', [[6, error]]));
  });

  it('hears nothing more once it is over, and of a result that fits no frame that it failed', async () => {
    const { port } = await listening((_task, _stop, partial) => {
      setImmediate(() => partial!('too late'));
      return done('x'.repeat(17 * 1024 * 1024));
    });
    const { socket, frames } = await caller(port);
    socket.write(Buffer.concat([named(), named()]));
    await until('both ends', () => frames.length === 2);
    const error = new Map([[1, 'internal']]).set(2, 'internal error');
    expect(frames).toEqual([part(0, 'error', 'failed', [[6, error]]), part(0, 'error', 'failed', [[6, error]])]);
  });
});

describe('the bounds of native framing', () => {
  it('hold for calls at once', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { port, refused } = await listening(async () => {
      await gate;
      return done(null);
    });
    const { socket, frames } = await caller(port);
    for (let count = 0; count < 20; count += 1) socket.write(call({}));
    await until('the refusals', () => frames.length === 4);
    expect(frames.map(({ fields }) => fields.get(100))).toEqual([429, 429, 429, 429]);
    expect(refused()).toBe(4);
    finish();
    await until('the answers', () => frames.length === 20);
  });

  it.each([
    ['the header of a frame that is too large', Buffer.from('494943500105000010000000', 'hex')],
    ['the header of a PING of 4 MiB', Buffer.from('494943500109000000400000', 'hex')],
    ['the header of feedback of 5 KiB', Buffer.from('494943500108000000001400', 'hex')],
    ['the header of an answer to a question that was never asked', Buffer.from('494943500106000000400000', 'hex')],
    ['more items than a message has', writeFrame(FrameType.call, [[5, Array.from({ length: 2001 }, () => 0)]])],
    ['another version', Buffer.from('494943500201000000000003a10101', 'hex')],
    ['a compressed frame', Buffer.from('494943500101010000000003a10101', 'hex')],
    ['a frame that holds no map', Buffer.concat([Buffer.from('494943500109000000000001', 'hex'), encode(5)])],
    ['garbage behind a frame', Buffer.concat([writeInit(), Buffer.from('GET / HTTP/1.1\r\n\r\n')])],
  ])('end a connection silently that brings %s', async (_what, bytes) => {
    const { port } = await listening(() => done(null));
    const { socket, frames } = await caller(port);
    socket.write(bytes);
    await once(socket, 'close');
    expect(frames.filter(({ type }) => type !== FrameType.ack)).toEqual([]);
  });

  it('end one that is idle, and one whose frame never ends', async () => {
    const { port } = await listening(() => done(null), { nativeIdleMs: 150, bodyMs: 150 });
    const idle = await caller(port);
    idle.socket.write(writeInit());
    const slow = await caller(port);
    slow.socket.write(call({}).subarray(0, 20));
    const drip = setInterval(() => slow.socket.write(Buffer.from([0])), 1000);
    await Promise.all([once(idle.socket, 'close'), once(slow.socket, 'close')]);
    clearInterval(drip);
    expect(idle.frames).toHaveLength(1);
  });

  it('hold for all that is read together', async () => {
    const { port } = await listening(() => done(null), { bodiesTogether: 50_000 });
    const first = await caller(port);
    first.socket.write(call({ text: 'x'.repeat(200_000) }).subarray(0, 60_000));
    await once(first.socket, 'close');
    const second = await caller(port);
    second.socket.write(call({}));
    await second.next();
  });

  it('have room for the largest frame, and for its task beside the frame', async () => {
    const { port } = await listening((task) => done((task.payload as { text: string }).text.length));
    const { socket, next } = await caller(port);
    const text = 'x'.repeat(16 * 1024 * 1024 - 4096);
    socket.write(call({ text }));
    expect(decode((await next()).fields.get(5) as Uint8Array)).toBe(text.length);
  });

  it('hold for frames that ask for no work', async () => {
    const { port } = await listening(() => done(null));
    const { socket, frames } = await caller(port);
    socket.write(Buffer.concat(Array.from({ length: 130 }, () => writeFrame(FrameType.ping, []))));
    await once(socket, 'close');
    expect(frames.length).toBeLessThanOrEqual(120);
    const other = await caller(port);
    other.socket.write(call({}));
    await other.next();
  });

  it('hold for calls that say nothing', async () => {
    const { port, refused } = await listening(() => done(null));
    const { socket } = await caller(port);
    socket.write(Buffer.concat(Array.from({ length: 130 }, () => writeFrame(FrameType.call, []))));
    await once(socket, 'close');
    expect(refused()).toBe(120);
  });

  it('let others have their turn before all frames that came at once are looked at', async () => {
    let calls = 0;
    let before: number | undefined;
    const { port, refused } = await listening(() => {
      calls += 1;
      if (calls === 1) {
        setImmediate(() => {
          before = calls + refused();
        });
      }
      return done(null);
    });
    const { socket, frames } = await caller(port);
    socket.write(Buffer.concat(Array.from({ length: 200 }, () => call({}))));
    await until('all answers', () => frames.length === 200);
    expect(before).toBeLessThanOrEqual(32);
  });

  it('hold for what is left unread: no more is read of a caller who takes nothing', async () => {
    let answered = 0;
    const { port } = await listening(() => {
      answered += 1;
      return done('x'.repeat(2 ** 20));
    });
    const { socket } = await caller(port);
    socket.pause();
    let sent = 0;
    const send = () => {
      sent += 1;
      socket.write(call({}), () => sent < 400 && send());
    };
    send();
    await until('no more to be answered', async () => {
      const before = answered;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return before > 0 && answered === before;
    });
    expect(answered).toBeLessThan(100);
    const other = await caller(port);
    other.socket.write(call({}));
    await other.next();
  });

  it('let a stop end what is idle and wait for what is worked on', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let calls = 0;
    const { server, port } = await listening(async () => {
      calls += 1;
      await gate;
      return done('late');
    });
    const idle = await caller(port);
    idle.socket.write(writeInit());
    await idle.next();
    const busy = await caller(port);
    busy.socket.write(call({}));
    await until('the call to arrive', () => calls === 1);
    const stopped = server.stop();
    await once(idle.socket, 'close');
    finish();
    expect(decode((await busy.next()).fields.get(5) as Uint8Array)).toBe('late');
    await stopped;
  });
});

describe('the first bytes of a connection', () => {
  it('that come one by one still tell', async () => {
    const { port } = await listening(() => done(null), { peekMs: 5000 });
    const native = await caller(port);
    for (const byte of writeInit()) native.socket.write(Buffer.from([byte]));
    expect((await native.next()).type).toBe(FrameType.ack);
    const http = connect(port, '127.0.0.1');
    let text = '';
    http.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    for (const byte of Buffer.from('IS /x HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n'))
      http.write(Buffer.from([byte]));
    await once(http, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 400/);
  });

  it('that stay away make it HTTP, which answers in its own time', async () => {
    const { port } = await listening(() => done(null), { peekMs: 30, headersMs: 200 });
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    await once(socket, 'connect');
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 408/);
  });
});

describe('a call as a task', () => {
  const base = {
    sessionId: 's',
    intent: CHAT,
    callId: 'c',
    taskId: undefined,
    payload: Buffer.from('{"messages":[]}'),
  };
  it.each([
    ['is named by its call', base, { task_id: 'c', intent: CHAT, payload: { messages: [] } }],
    ['is named by its task', { ...base, taskId: 't' }, { task_id: 't', intent: CHAT, payload: { messages: [] } }],
    [
      'is named by its session',
      { ...base, callId: undefined },
      { task_id: 's', intent: CHAT, payload: { messages: [] } },
    ],
    [
      'carries what is sealed where HTTP does',
      { ...base, payload: Buffer.from(' { "iicp_conf": {}, "nonce": "n" }') },
      { task_id: 'c', intent: CHAT, iicp_conf: {}, nonce: 'n' },
    ],
  ])('%s', (_what, given, expected) => {
    expect(JSON.parse(Buffer.concat(taskOf(given)).toString())).toEqual(expected);
  });
});
