import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { REACH } from '../../../../../src-main/networks/iicp/reach/bounds.ts';
import type { Call, CallAnswer } from '../../../../../src-main/networks/iicp/reach/call.ts';
import { DialBack } from '../../../../../src-main/networks/iicp/reach/dial-back.ts';
import { PendingNonces } from '../../../../../src-main/networks/iicp/reach/pending-nonces.ts';
import { HandClock } from '../../../../support/clock.ts';

const NONCE = 'a1'.repeat(16);
const GOOD = JSON.stringify({ port: 9484, nonce: NONCE });
const ECHO: CallAnswer = { status: 200, text: JSON.stringify({ nonce: NONCE }) };

interface Setup {
  readonly on?: boolean;
  readonly local?: boolean;
  readonly answer?: (call: Call, signal: AbortSignal) => CallAnswer | Promise<CallAnswer>;
}

function service({ on = true, local = false, answer = () => ECHO }: Setup = {}) {
  const clock = new HandClock();
  const calls: Call[] = [];
  const pendingNonces = new PendingNonces();
  const dialBack = new DialBack(
    {
      clock,
      pendingNonces,
      on: () => on,
      call: async (call, signal) => {
        calls.push(call);
        return answer(call, signal);
      },
    },
    { local },
  );
  const [dial, reach] = dialBack.routes;
  const ask = async (from: string, body = GOOD, headers = {}) => {
    const request = { socket: { remoteAddress: from }, headers } as unknown as IncomingMessage;
    const asked = { request, params: {}, body: [Buffer.from(body)], stop: new AbortController() };
    const { status, text } = await dial!.handle(asked);
    return { status, body: JSON.parse(text?.toString() ?? 'null') as Record<string, unknown> };
  };
  const bring = async (nonce: string, at = '192.168.1.2') => {
    const request = { socket: { localAddress: at }, headers: {} } as unknown as IncomingMessage;
    return (await reach!.handle({ request, params: { nonce }, body: [], stop: new AbortController() })).status;
  };
  return { clock, calls, pendingNonces, ask, bring };
}

describe('trying for others', () => {
  it('calls back the address that the request came from, and tells what it saw', async () => {
    const { calls, ask } = service();
    const { status, body } = await ask('::ffff:11.0.0.7');
    expect([status, body]).toEqual([200, { reached: true, nonce: NONCE, seen_from: '11.0.0.7', took_ms: 0 }]);
    expect(calls.map(({ url, family }) => [url.href, family])).toEqual([
      [`http://11.0.0.7:9484/iicp/reach/${NONCE}`, 4],
    ]);
    await ask('2a00:1::5');
    expect(calls[1]!.url.href).toBe(`http://[2a00:1::5]:9484/iicp/reach/${NONCE}`);
  });

  it.each([
    ['a host of its own', { port: 9484, nonce: NONCE, host: '11.0.0.99' }, 200],
    ['a low port', { port: 22, nonce: NONCE }, 400],
    ['a port that is none', { port: 65_536, nonce: NONCE }, 400],
    ['a nonce that leads elsewhere', { port: 9484, nonce: '../../v1/task' }, 400],
    ['no nonce', { port: 9484 }, 400],
  ])('takes no order from %s', async (_what, body, expected) => {
    const { calls, ask } = service();
    expect((await ask('11.0.0.7', JSON.stringify(body))).status).toBe(expected);
    expect(calls.every(({ url }) => url.hostname === '11.0.0.7')).toBe(true);
    expect(calls).toHaveLength(expected === 200 ? 1 : 0);
  });

  it.each([
    ['127.0.0.1', false, 403],
    ['192.168.1.9', false, 403],
    ['::ffff:10.0.0.1', false, 403],
    ['100.64.0.9', false, 403],
    ['fe80::1%eth0', false, 403],
    ['', true, 403],
    ['127.0.0.1', true, 200],
    ['192.168.1.9', true, 200],
  ])('answers a caller at %s, where private ones are right: %s, with %i', async (from, local, expected) => {
    expect((await service({ local }).ask(from)).status).toBe(expected);
  });

  it('is not there while it is off', async () => {
    const { calls, ask } = service({ on: false });
    expect((await ask('11.0.0.7')).status).toBe(404);
    expect(calls).toEqual([]);
  });

  it('does nothing for a web page', async () => {
    expect((await service().ask('11.0.0.7', GOOD, { origin: 'https://page.example' })).status).toBe(403);
  });

  it('says no more than that it did not get through', async () => {
    for (const answer of [
      () => ({ status: 404, text: '{}' }),
      () => ({ status: 200, text: 'SSH-2.0' }),
      () => ({ status: 200, text: JSON.stringify({ nonce: 'b2'.repeat(16) }) }),
      () => Promise.reject(new Error('connect ECONNREFUSED 11.0.0.7:9484')),
    ]) {
      const { body } = await service({ answer }).ask('11.0.0.7');
      expect(body).toEqual({ reached: false, nonce: null, seen_from: '11.0.0.7', took_ms: 0 });
    }
  });

  it('gives up after three seconds, and leaves no timer', async () => {
    const { clock, ask } = service({
      answer: (_call, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const asked = ask('11.0.0.7');
    await clock.turn(3000);
    expect((await asked).body).toMatchObject({ reached: false, took_ms: 3000 });
    expect(clock.timers).toBe(0);
  });

  it('does a few at once, and a dozen a minute for one subscriber', async () => {
    const slow = service({ answer: () => new Promise(() => {}) });
    for (let caller = 1; caller <= 8; caller += 1) void slow.ask(`11.0.0.${caller}`);
    expect((await slow.ask('11.0.1.1')).status).toBe(503);
    const { clock, ask } = service();
    for (let count = 0; count < 12; count += 1) expect((await ask(`2a00:1:2:3::${count + 1}`)).status).toBe(200);
    expect((await ask('2a00:1:2:3::99')).status).toBe(429);
    expect((await ask('2a00:1:2:4::1')).status).toBe(200);
    await clock.turn(60_000);
    expect((await ask('2a00:1:2:3::99')).status).toBe(200);
  });
});

describe('being tried', () => {
  it('answers whoever brings a nonce that is waited for now, and nobody else', async () => {
    const { pendingNonces, bring } = service();
    expect(await bring(NONCE)).toBe(404);
    const waiting = pendingNonces.expect(NONCE, 4);
    expect([await bring('b2'.repeat(16)), await bring('short'), await bring(NONCE.toUpperCase())]).toEqual([
      404, 404, 404,
    ]);
    expect(waiting.arrived()).toBe(false);
    expect(await bring(NONCE, '::ffff:192.168.1.2')).toBe(200);
    expect(waiting.arrived()).toBe(true);
    waiting.end();
    expect(await bring(NONCE)).toBe(404);
  });

  it('waits for no more nonces than a node has ways in', async () => {
    const { pendingNonces, bring } = service();
    const nonces = Array.from({ length: REACH.nonces + 1 }, (_, at) => at.toString(16).padStart(32, '0'));
    for (const nonce of nonces) pendingNonces.expect(nonce, 4);
    expect([await bring(nonces[0]!), await bring(nonces.at(-2)!), await bring(nonces.at(-1)!)]).toEqual([
      200, 200, 404,
    ]);
  });

  it('takes a nonce that came in by the other family for no evidence', async () => {
    const { pendingNonces, bring } = service();
    const waiting = pendingNonces.expect(NONCE, 4);
    await bring(NONCE, '2a00::7');
    expect(waiting.arrived()).toBe(false);
  });
});
