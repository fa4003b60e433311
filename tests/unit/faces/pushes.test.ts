import { describe, expect, it } from 'vitest';
import { createPushes, type Push, type Sink } from '../../../src-main/faces/pushes.ts';
import { pushNames } from '../../../src-preload/contract/names.ts';
import { handClock, payloads, plant, readableLog, SECRET } from './support.ts';

const earnings = (revision: number) => ({ ...payloads['earnings.changed'], revision });

function setUp() {
  const clock = handClock();
  const logger = readableLog();
  const pushes = createPushes({ clock, logger }, { maxPerSecond: 10, maxBuffered: 1000 });
  const seen: Push[] = [];
  const revisions = () => seen.map(({ payload }) => (payload as { revision: number }).revision);
  return { clock, logger, pushes, seen, revisions, sink: { send: (push: Push) => void seen.push(push) } };
}

describe('live slices on their way out', () => {
  it('sends the first at once and the last of a burst after the gap', () => {
    const { clock, pushes, revisions, sink } = setUp();
    pushes.subscribe(sink);
    for (let revision = 1; revision <= 50; revision++) pushes.publish('earnings.changed', earnings(revision));
    expect(revisions()).toEqual([1]);
    clock.advance(99);
    expect(revisions()).toEqual([1]);
    clock.advance(1);
    expect(revisions()).toEqual([1, 50]);
    clock.advance(10_000);
    expect(revisions()).toEqual([1, 50]);
    expect(clock.waiting()).toBe(0);
  });

  it('never sends a slice more than ten times a second, and always its last state', () => {
    const { clock, pushes, revisions, sink } = setUp();
    pushes.subscribe(sink);
    for (let revision = 0; revision < 5000; revision++) {
      pushes.publish('earnings.changed', earnings(revision));
      clock.advance(1);
    }
    clock.advance(100);
    expect(revisions().length).toBeGreaterThanOrEqual(50);
    expect(revisions().length).toBeLessThanOrEqual(52);
    expect(revisions().at(-1)).toBe(4999);
  });

  it('does not make one slice wait for another', () => {
    const { pushes, seen, sink } = setUp();
    pushes.subscribe(sink);
    for (const name of pushNames) pushes.publish(name, payloads[name]);
    expect(seen.map(({ name }) => name)).toEqual([...pushNames]);
  });

  it('sends what the contract names and nothing else', () => {
    const { pushes, seen, sink } = setUp();
    pushes.subscribe(sink);
    for (const name of pushNames) pushes.publish(name, plant(payloads[name]));
    expect(seen.map(({ payload }) => payload)).toEqual(Object.values(payloads));
    expect(seen.map((push) => push.json()).join()).not.toContain(SECRET);
  });

  it('holds back a slice that does not fit and logs the place but not the value', () => {
    const { pushes, seen, sink, logger } = setUp();
    pushes.subscribe(sink);
    pushes.publish('earnings.changed', { ...earnings(1), boot: [SECRET] });
    pushes.publish('work.changed', () => {
      throw new Error('cannot make it');
    });
    expect(seen).toEqual([]);
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { push: 'earnings.changed', paths: ['boot'] } },
      { level: 'error', fields: { push: 'work.changed' } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain(SECRET);
  });

  it('makes a slice only when it is sent, and none while nobody looks', () => {
    const { clock, pushes, sink } = setUp();
    let made = 0;
    const make = () => {
      made++;
      return earnings(made);
    };
    for (let i = 0; i < 10; i++) pushes.publish('earnings.changed', make);
    expect(made).toBe(0);
    pushes.subscribe(sink);
    for (let i = 0; i < 10; i++) pushes.publish('earnings.changed', make);
    clock.advance(1000);
    expect(made).toBe(2);
  });

  it('drops a sink that does not keep up, once, and goes on serving the others', () => {
    const { clock, pushes, revisions, sink } = setUp();
    let buffered = 0;
    let overflows = 0;
    const got: Push[] = [];
    const slow: Sink = {
      send: (push) => void got.push(push),
      buffered: () => buffered,
      overflow: () => void overflows++,
    };
    pushes.subscribe(slow);
    pushes.subscribe(sink);
    for (let revision = 1; revision <= 5; revision++) {
      pushes.publish('earnings.changed', earnings(revision));
      clock.advance(100);
      if (revision === 2) buffered = 1001;
    }
    expect(got.length).toBe(2);
    expect(overflows).toBe(1);
    expect(revisions()).toEqual([1, 2, 3, 4, 5]);
  });

  it('drops a sink that throws and goes on serving the others', () => {
    const { clock, pushes, revisions, sink } = setUp();
    let calls = 0;
    pushes.subscribe({
      send() {
        calls++;
        throw new Error('gone');
      },
    });
    pushes.subscribe(sink);
    pushes.publish('earnings.changed', earnings(1));
    clock.advance(100);
    pushes.publish('earnings.changed', earnings(2));
    expect(calls).toBe(1);
    expect(revisions()).toEqual([1, 2]);
  });

  it('sends nothing after it was stopped or the sink has gone', () => {
    const { clock, pushes, revisions, sink } = setUp();
    const off = pushes.subscribe(sink);
    pushes.subscribe({ send() {} });
    pushes.publish('earnings.changed', earnings(1));
    off();
    pushes.publish('earnings.changed', earnings(2));
    expect(clock.waiting()).toBe(1);
    pushes.stop();
    expect(clock.waiting()).toBe(0);
    clock.advance(1000);
    expect(revisions()).toEqual([1]);
  });
});
