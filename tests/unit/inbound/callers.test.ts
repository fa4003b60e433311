import { describe, expect, it } from 'vitest';
import { callerOf, OriginWindow } from '../../../src-main/inbound/callers.ts';
import { HandClock } from '../../support/clock.ts';

describe('the caller of a connection', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['2001:db8:1:2::5', '2001:db8:1:2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::5', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('at %s is %s', (address, caller) => {
    expect(callerOf(address)).toBe(caller);
  });
});

describe('the window of origins', () => {
  it('starts anew each minute', async () => {
    const clock = new HandClock();
    const window = new OriginWindow(clock, { perOrigin: 1, origins: 10 });
    const asked = [window.admits('a'), window.admits('a')];
    await clock.turn(60_000);
    expect([...asked, window.admits('a')]).toEqual([true, false, true]);
  });

  it('counts those beyond as many as it tells apart as one', () => {
    const window = new OriginWindow(new HandClock(), { perOrigin: 1, origins: 2 });
    expect(['a', 'b', 'c', 'd', 'a'].map((origin) => window.admits(origin))).toEqual([true, true, true, false, false]);
  });

  it('does not keep what is longer than any origin', () => {
    const window = new OriginWindow(new HandClock(), { perOrigin: 1, origins: 10 });
    expect([window.admits('a'.repeat(300)), window.admits('b'.repeat(300)), window.admits('b')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
