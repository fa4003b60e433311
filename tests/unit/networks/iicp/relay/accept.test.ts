// What ends a connection where workers come in (IICP 6.6), with a clock that is turned by hand and real connections.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { encodeFrame, FrameReader, FrameType } from '../../../../../src-main/networks/iicp/native/frame.ts';
import { readFields, writeFrame, writeInit } from '../../../../../src-main/networks/iicp/native/messages.ts';
import { RelayAccept } from '../../../../../src-main/networks/iicp/relay/accept.ts';
import type { RelayLimits } from '../../../../../src-main/networks/iicp/relay/bounds.ts';
import { Sessions } from '../../../../../src-main/networks/iicp/relay/sessions.ts';
import { HandClock } from '../../../../support/clock.ts';
import { until } from '../../../../support/wait.ts';

const bind = (worker: string) =>
  writeFrame(FrameType.relayBind, [
    [1, worker],
    [2, 'urn:iicp:intent:llm:chat:v1'],
    [3, ['m1']],
  ]);

async function relay(most = 10_000, limits: Partial<RelayLimits> = {}) {
  const clock = new HandClock();
  const sessions = new Sessions({ clock, random: systemRandom, nodeId: 'relay-1' }, { binds: 1000 });
  const accept = new RelayAccept(
    { clock, logger: silentLogger, nodeId: 'relay-1', sessions, httpPort: () => 9484, connected() {} },
    { bind: '127.0.0.1', port: 0, most, limits },
  );
  await accept.start();
  onTestFinished(() => accept.stop());
  /** Sends all of it; what it hears, and whether it was cut off. */
  const caller = async (...frames: Buffer[]) => {
    const socket = connect(accept.port!, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const heard: { type: number; fields: ReadonlyMap<number, unknown> }[] = [];
    const reader = new FrameReader();
    let closed = false;
    socket.on('data', (bytes: Buffer) => {
      for (const { type, payload } of reader.push(bytes)) heard.push({ type, fields: readFields(payload) });
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      closed = true;
    });
    await once(socket, 'connect');
    socket.write(Buffer.concat(frames));
    return { socket, heard, closed: () => closed };
  };
  return { clock, sessions, accept, caller };
}

describe('a connection to a relay', () => {
  it('is greeted with the relay’s id and told where the worker’s callers come in', async () => {
    const { caller } = await relay();
    const { heard } = await caller(writeInit(), bind('worker-1'));
    await until('both answers', () => heard.length === 2);
    const told = (type: number, fields: readonly [number, unknown][]) => ({ type, fields: new Map(fields) });
    expect(heard).toEqual([
      told(FrameType.ack, [
        [1, 1],
        [2, 'relay-1'],
      ]),
      told(FrameType.relayAck, [
        [1, 'ok'],
        [2, 'worker-1'],
        [4, 9484],
      ]),
    ]);
  });

  it('that binds nothing is ended after ten seconds', async () => {
    const { caller, clock } = await relay();
    const { heard, closed } = await caller(writeInit());
    await until('the greeting', () => heard.length === 1);
    await clock.turn(9999);
    expect(closed()).toBe(false);
    await clock.turn(1);
    await until('the end', closed);
    expect(clock.timers).toBe(0);
  });

  it('of a worker stays while it pings, and is ended with its session after 90 s of silence', async () => {
    const { caller, clock, sessions } = await relay();
    const { socket, heard, closed } = await caller(writeInit(), bind('worker-1'));
    await until('both answers', () => heard.length === 2);
    for (let pings = 1; pings <= 4; pings += 1) {
      await clock.turn(30_000);
      socket.write(writeFrame(FrameType.ping, []));
      await until('a pong', () => heard.length === 2 + pings);
    }
    await clock.turn(89_999);
    expect([closed(), sessions.size]).toEqual([false, 1]);
    await clock.turn(1);
    await until('the end', closed);
    await until('its place to be free', () => sessions.size === 0);
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['binds a second id', bind('worker-2')],
    ['brings a frame that is too large', encodeFrame(FrameType.response, Buffer.alloc(20_000))],
    ['brings a PING that is too large', encodeFrame(FrameType.ping, Buffer.alloc(5000))],
    ['speaks something else', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['says that it goes', encodeFrame(FrameType.close, Buffer.alloc(0))],
  ])('that %s is ended, and its place is free', async (_what, more) => {
    const { caller, sessions } = await relay();
    const { socket, closed, heard } = await caller(writeInit(), bind('worker-1'));
    await until('both answers', () => heard.length === 2);
    expect(sessions.size).toBe(1);
    socket.write(more);
    await until('the end', closed);
    await until('its place to be free', () => sessions.size === 0);
    expect(heard).toHaveLength(2);
  });
});

describe('what all connections to a relay share', () => {
  const answer = (bytes: number) => writeFrame(FrameType.response, [[5, Buffer.alloc(bytes)]]);
  const unfinished = (bytes: number) => answer(2 * bytes).subarray(0, bytes);

  it('is never filled by the unfinished frames of one caller', async () => {
    const { caller } = await relay(400_000, { framesTogether: 1_000_000 });
    const sending = async (worker: string, bytes: number) => {
      const given = await caller(writeInit(), bind(worker));
      await until('it to be bound', () => given.heard.length === 2);
      given.socket.write(unfinished(bytes));
      return given;
    };
    const callers = await Promise.all(Array.from({ length: 20 }, (_, n) => sending(`worker-${n}`, 100_000)));
    // A hundred thousand bytes take at least as much: seven times that fits into three quarters of all.
    await until('the others to be cut off', () => callers.filter(({ closed }) => !closed()).length <= 7);
    expect(callers.filter(({ closed }) => !closed()).length).toBeGreaterThan(2);
    for (const { socket } of callers) socket.destroy();
    // Each tries again and again, under a name of its own, until the others are gone.
    let tries = 0;
    await until('the room to be free', async () => {
      tries += 1;
      const { socket, heard, closed } = await sending(`late-${tries}`, 190_000);
      socket.write(Buffer.concat([answer(380_000).subarray(190_000), writeFrame(FrameType.ping, [])]));
      await until('an answer or the end', () => heard.length === 3 || closed());
      return heard.length === 3;
    });
  });

  it('is not there for large frames of those who are not bound', async () => {
    const { caller } = await relay(400_000);
    const { closed } = await caller(writeInit(), unfinished(6000));
    await until('the end', closed);
  });

  it('leaves a part of the connections to others than this host', async () => {
    const { caller } = await relay(10_000, { loopback: 3 });
    const callers = [];
    for (let n = 0; n < 4; n += 1) callers.push(await caller(writeInit()));
    await until('the fourth to be cut off', callers[3]!.closed);
    expect(callers.slice(0, 3).map(({ closed }) => closed())).toEqual([false, false, false]);
  });

  it('is not asked for a task that fits no frame: that one has failed', async () => {
    const { caller, sessions } = await relay(2 ** 25);
    const { heard, closed } = await caller(writeInit(), bind('worker-1'));
    await until('both answers', () => heard.length === 2);
    const signal = new AbortController().signal;
    expect(await sessions.forward('worker-1', Buffer.alloc(2 ** 24, ' '), signal)).toBeUndefined();
    expect(closed()).toBe(false);
  });

  it('is not filled by tasks that a worker does not take', async () => {
    const { caller, sessions } = await relay(2 ** 20, { tasksTogether: 2 ** 22 });
    const { heard, socket } = await caller(writeInit(), bind('worker-1'));
    await until('both answers', () => heard.length === 2);
    socket.pause();
    const task = Buffer.alloc(2 ** 20, ' ');
    let refused = 0;
    for (let count = 0; count < 60; count += 1) {
      void sessions.forward('worker-1', task, new AbortController().signal).then(() => {
        refused += 1;
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(refused).toBeGreaterThan(20);
  });
});
