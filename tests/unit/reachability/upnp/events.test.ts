import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom as random } from '../../../../src-main/base/random.ts';
import { subscribe } from '../../../../src-main/reachability/upnp/events.ts';
import type { Igd, IgdOptions } from '../../../simulators/router/igd.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';
import { clientOf, igd, LOCAL, wish, within } from './support.ts';

/** A router and somebody who has subscribed to it, with a clock of their own. */
async function subscribed(options: IgdOptions = {}) {
  const router = await igd(options);
  const client = clientOf(router);
  await client.probe(within());
  const clock = new HandClock();
  let hints = 0;
  const place = client.eventsAt!()!;
  const subscription = subscribe({ clock, random }, { place, local: LOCAL }, () => {
    hints += 1;
  });
  onTestFinished(() => subscription.end(false));
  const [sid, { callback }] = await until('a subscription', () => [...router.subscribers][0]);
  // The first message says how things are.
  await until('the first message', () => router.subscribers.get(sid)?.next === 1);
  // Which may be heard before the answer to the subscription.
  const other = message(callback, { sid: 'uuid:unknown', seq: 0 });
  await until('its number to be known here', async () => (await visit(callback, other)).includes('412'));
  return { router, clock, subscription, sid, callback, hints: () => hints };
}

interface Visit {
  readonly from?: string;
  readonly sid?: string;
  readonly path?: string;
  readonly seq?: number;
  readonly nts?: string;
  readonly more?: string;
}

/** What somebody who comes to the callback hears, by hand; '' when they are cut off. */
async function visit(callback: string, bytes: string | Buffer, from = LOCAL): Promise<string> {
  const { hostname, port } = new URL(callback);
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.on('data', (part) => {
    heard += part.toString();
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return heard.split('\r\n')[0]!;
}

function message(
  callback: string,
  { sid = 'uuid:practice-1', path, seq = 1, nts = 'upnp:propchange', more = '' }: Visit,
) {
  const { host, pathname } = new URL(callback);
  const lines = [
    `NOTIFY ${path ?? pathname} HTTP/1.1`,
    `HOST: ${host}`,
    'NT: upnp:event',
    `NTS: ${nts}`,
    `SID: ${sid}`,
  ];
  return `${lines.join('\r\n')}\r\nSEQ: ${seq}\r\nCONTENT-LENGTH: 0\r\n${more}\r\n`;
}

describe('a router’s events', () => {
  it('are a hint once something is another, and not when they tell how things are', async () => {
    const { router, hints } = await subscribed();
    expect(hints()).toBe(0);
    await router.move('11.203.113.101');
    expect(hints()).toBe(1);
  });

  it('are a hint at most once a second', async () => {
    const { router, clock, hints } = await subscribed();
    for (let times = 0; times < 5; times += 1) await router.move(`11.203.113.${101 + times}`);
    expect(hints()).toBe(1);
    await clock.turn(1000);
    expect(hints()).toBe(2);
  });

  it('are asked for again when half of the time is over, under the same number', async () => {
    const { router, clock } = await subscribed({ faults: { eventsS: 600 } });
    await until('the answer', async () => {
      await clock.turn(300_000);
      return router.subscriptions.length > 1;
    });
    expect(router.subscriptions.slice(0, 2)).toEqual(['SUBSCRIBE', 'SUBSCRIBE again']);
    expect(router.subscribers.size).toBe(1);
  });

  it('are subscribed to anew where the router has forgotten who asked', async () => {
    const { router, subscription, hints } = await subscribed();
    (router.subscribers as Map<string, unknown>).clear();
    subscription.again();
    await until('a new one', () => router.subscribers.size === 1);
    expect(router.subscriptions).toEqual(['SUBSCRIBE', 'SUBSCRIBE again=412', 'SUBSCRIBE']);
    await until('the first message', () => [...router.subscribers.values()][0]?.next === 1);
    await until('it to be known here', async () => {
      await router.move('11.203.113.102');
      return hints() > 0;
    });
  });

  it('end when nobody wants them, and the router is told', async () => {
    const { router, subscription, callback } = await subscribed();
    await subscription.end(true);
    expect(router.subscribers.size).toBe(0);
    expect(router.subscriptions.at(-1)).toBe('UNSUBSCRIBE');
    expect(await visit(callback, message(callback, {}))).toBe('');
  });

  it('are asked for ever more seldom where the router gives none', async () => {
    const router = await igd();
    const client = clientOf(router);
    await client.probe(within());
    const place = client.eventsAt!()!;
    router.faults = { noEvents: true };
    const clock = new HandClock();
    const subscription = subscribe({ clock, random }, { place, local: LOCAL }, () => undefined);
    onTestFinished(() => subscription.end(false));
    await until('a refusal', () => router.subscriptions.length === 1);
    await clock.turn(14_000);
    expect(router.subscriptions).toHaveLength(1);
    await until('another', async () => {
      await clock.turn(1000);
      return router.subscriptions.length === 2;
    });
    await subscription.end(true);
    expect(router.subscriptions).toEqual(['SUBSCRIBE=412', 'SUBSCRIBE=412']);
  });

  it('come from nowhere when the description has no place for them', async () => {
    const router: Igd = await igd({ faults: { noEvents: true } });
    const client = clientOf(router);
    await client.install(wish, within());
    expect(client.eventsAt!()).toBeUndefined();
  });

  it.each<[string, Visit, string]>([
    ['another’s number', { sid: 'uuid:practice-9' }, 'HTTP/1.1 412 Precondition Failed'],
    ['another path', { path: '/00112233445566778899aabbccddeeff' }, 'HTTP/1.1 404 Not Found'],
    ['a goodbye', { nts: 'ssdp:byebye' }, 'HTTP/1.1 400 Bad Request'],
    ['the first of a subscription', { seq: 0 }, 'HTTP/1.1 200 OK'],
    ['heads without end', { more: `X: ${'a'.repeat(4000)}\r\n` }, ''],
    ['more headers than anybody has', { more: 'X: 1\r\n'.repeat(60) }, 'HTTP/1.1 404 Not Found'],
  ])('are no hint: %s', async (_, what, answer) => {
    const { callback, hints, sid } = await subscribed();
    expect(await visit(callback, message(callback, { sid, ...what }))).toBe(answer);
    expect(hints()).toBe(0);
  });

  // Elsewhere a computer is 127.0.0.1 alone.
  it.skipIf(process.platform !== 'linux')('count only from the router, whatever a neighbour knows', async () => {
    const { callback, hints, sid } = await subscribed();
    expect(await visit(callback, message(callback, { sid }), '127.0.0.9')).toBe('');
    expect(hints()).toBe(0);
    expect(await visit(callback, message(callback, { sid }))).toBe('HTTP/1.1 200 OK');
    expect(hints()).toBe(1);
  });

  it('cost little: a body without end is cut off, and who sends slowly as well', async () => {
    const { clock, callback, hints, sid } = await subscribed();
    const body = Buffer.alloc(200_000, 'a');
    const long = message(callback, { sid }).replace('LENGTH: 0', 'LENGTH: 900000');
    expect(await visit(callback, Buffer.concat([Buffer.from(long), body]))).toMatch(/^(HTTP\/1\.1 200 OK)?$/);
    let slow: string | undefined;
    void visit(callback, `NOTIFY ${new URL(callback).pathname}`).then((heard) => (slow = heard));
    await until('its time to be over', async () => {
      await clock.turn(2000);
      return slow !== undefined;
    });
    expect(slow).toBe('');
    expect(hints()).toBe(1);
  });

  it('are heard from four at a time, and the others are sent away', async () => {
    const { callback } = await subscribed();
    const waiting = Array.from({ length: 8 }, () => visit(callback, 'NOTIFY '));
    let gone = 0;
    for (const each of waiting) void each.then(() => (gone += 1));
    await until('four to be sent away', () => gone === 4);
    expect(gone).toBe(4);
  });
});
