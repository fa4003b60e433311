// The limits of a relay, with a clock that is turned by hand (IICP 2.8, 6.6).
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { PollCarrier } from '../../../../../src-main/networks/iicp/relay/poll.ts';
import { type Carrier, type Session, Sessions } from '../../../../../src-main/networks/iicp/relay/sessions.ts';
import { HandClock } from '../../../../support/clock.ts';
import ids from '../../../../vectors/iicp-node-ids.json' with { type: 'json' };

function relay(limits: ConstructorParameters<typeof Sessions>[1] = {}) {
  const clock = new HandClock();
  const sessions = new Sessions({ clock, random: systemRandom, nodeId: 'relay-1' }, limits);
  const carriers = new Map<string, { up: boolean; readonly pushed: { callId: string; task: string }[] }>();
  const bind = (worker: string, principal = worker) => {
    const line = { up: true, pushed: [] as { callId: string; task: string }[] };
    const carrier: Carrier = {
      alive: () => line.up,
      push: (callId, task) => {
        line.pushed.push({ callId, task: task.toString() });
        return true;
      },
      close: () => {
        line.up = false;
      },
    };
    const bound = sessions.bind({ worker, models: ['m1'], ticket: undefined, principal }, carrier);
    if (typeof bound !== 'string') carriers.set(worker, line);
    return bound;
  };
  const forward = (worker: string, stop = new AbortController()) =>
    sessions.forward(worker, Buffer.from('{}'), stop.signal);
  return { clock, sessions, carriers, bind, forward };
}

describe('a relay', () => {
  it('holds 256 workers and no more, and has room again for each that goes', () => {
    const { sessions, bind, carriers } = relay();
    for (let count = 0; count < 256; count += 1) expect(typeof bind(`worker-${count}`)).toBe('object');
    expect([bind('one-more'), sessions.size, sessions.load]).toEqual(['full', 256, 1]);
    carriers.get('worker-7')!.up = false;
    expect(typeof bind('one-more')).toBe('object');
    expect([bind('and-another'), sessions.size]).toEqual(['full', 256]);
  });

  it('lets one principal bind thirty times a minute, and others all the same', async () => {
    const { bind, clock } = relay();
    for (let count = 0; count < 30; count += 1) expect(typeof bind(`worker-${count}`, 'flood')).toBe('object');
    expect(bind('worker-30', 'flood')).toBe('rate');
    expect(typeof bind('worker-31', 'quiet')).toBe('object');
    await clock.turn(60_000);
    expect(typeof bind('worker-30', 'flood')).toBe('object');
  });

  it('counts those beyond as many as it tells apart as one', () => {
    const { bind } = relay({ principals: 1, binds: 1 });
    expect(typeof bind('worker-1', 'first')).toBe('object');
    expect(typeof bind('worker-2', 'second')).toBe('object');
    expect(bind('worker-3', 'third')).toBe('rate');
  });

  it('counts a worker that comes back for its own id as no new one', () => {
    const { bind, carriers } = relay();
    for (let count = 0; count < 30; count += 1) bind(`worker-${count}`, 'house');
    carriers.get('worker-3')!.up = false;
    expect(typeof bind('worker-3', 'house')).toBe('object');
    expect(bind('worker-new', 'house')).toBe('rate');
  });

  it.each([
    ['worker-1', 'alive'],
    ['relay-1', 'alive'],
    ['', 'malformed'],
    ['../x', 'malformed'],
    ['a'.repeat(37), 'malformed'],
  ])('does not let a stranger bind %j', async (worker, refusal) => {
    const { bind, forward, carriers } = relay();
    bind('worker-1', 'owner');
    expect(bind(worker, 'stranger')).toBe(refusal);
    void forward('worker-1');
    expect(carriers.get('worker-1')!.pushed).toHaveLength(1);
  });

  it.each(ids.valid)('lets %j bind', (worker) => {
    expect(typeof relay().bind(worker)).toBe('object');
  });

  it.each(ids.invalid)('lets nobody bind as %j', (worker) => {
    expect(relay().bind(worker)).toBe('malformed');
  });

  it('removes with an old session nothing of the one that took its place', async () => {
    const { sessions, bind, carriers } = relay();
    const old = bind('worker-1') as Session;
    carriers.get('worker-1')!.up = false;
    bind('worker-1');
    old.end();
    expect(sessions.modelsOf('worker-1')).toEqual(['m1']);
  });

  it('brings a task to its worker and the answer back, once', async () => {
    const { bind, forward, carriers } = relay();
    const session = bind('worker-1') as Session;
    const answer = forward('worker-1');
    const { callId } = carriers.get('worker-1')!.pushed[0]!;
    session.settle('another', { status: 200, text: Buffer.from('x') });
    session.settle(callId, { status: 200, text: Buffer.from('{"result":1}') });
    session.settle(callId, { status: 200, text: Buffer.from('{"result":2}') });
    expect(await answer).toEqual({ status: 200, text: Buffer.from('{"result":1}') });
  });

  it('gives a task up after 120 s, when its caller goes, and when its worker goes', async () => {
    const { clock, bind, forward } = relay();
    const session = bind('worker-1') as Session;
    let ended = false;
    const slow = forward('worker-1').then((answer) => {
      ended = true;
      return answer;
    });
    await clock.turn(119_999);
    expect(ended).toBe(false);
    await clock.turn(1);
    expect(await slow).toBeUndefined();
    const stop = new AbortController();
    const left = forward('worker-1', stop);
    stop.abort();
    expect(await left).toBeUndefined();
    const lost = forward('worker-1');
    session.end();
    expect(await lost).toBeUndefined();
    expect([await forward('worker-1'), clock.timers]).toEqual(['unbound', 0]);
  });

  it('takes 64 tasks for a worker at once', async () => {
    const { bind, forward, carriers } = relay();
    bind('worker-1');
    for (let count = 0; count < 64; count += 1) void forward('worker-1');
    expect(await forward('worker-1')).toBeUndefined();
    expect(carriers.get('worker-1')!.pushed).toHaveLength(64);
  });
});

describe('a worker that polls', () => {
  const make = () => {
    const clock = new HandClock();
    return { clock, carrier: new PollCarrier({ clock, random: systemRandom }), signal: new AbortController().signal };
  };

  it('has a token of 32 hex digits', () => {
    expect(make().carrier.token).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is given what waited, and what comes while it waits', async () => {
    const { carrier, signal } = make();
    carrier.push('c-1', Buffer.from('{}'));
    expect((await carrier.pull(signal))?.callId).toBe('c-1');
    const later = carrier.pull(signal);
    carrier.push('c-2', Buffer.from('{}'));
    expect((await later)?.callId).toBe('c-2');
  });

  it('is sent home after 25 s, and is gone 90 s after its last pull', async () => {
    const { clock, carrier, signal } = make();
    const pull = carrier.pull(signal);
    await clock.turn(25_000);
    expect(await pull).toBeUndefined();
    await clock.turn(89_999);
    expect(carrier.alive()).toBe(true);
    await clock.turn(1);
    expect(carrier.alive()).toBe(false);
  });

  it('has one pull at a time, and as many tasks waiting as are bounded', async () => {
    const { carrier, signal } = make();
    const first = carrier.pull(signal);
    const second = carrier.pull(signal);
    expect(await first).toBeUndefined();
    carrier.push('c-0', Buffer.from('{}'));
    expect((await second)?.callId).toBe('c-0');
    for (let count = 0; count < 64; count += 1) expect(carrier.push(`c-${count}`, Buffer.from('{}'))).toBe(true);
    expect(carrier.push('c-64', Buffer.from('{}'))).toBe(false);
  });
});
