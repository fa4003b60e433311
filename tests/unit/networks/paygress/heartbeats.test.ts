// How this provider's heartbeats are dated and remembered, and the time that silence is measured by.
import { describe, expect, it } from 'vitest';
import { Heartbeats } from '../../../../src-main/networks/paygress/durable/heartbeats.ts';
import { SteadyClock } from '../../../../src-main/networks/paygress/durable/steady.ts';
import { DurableStore } from '../../../../src-main/networks/paygress/durable/store.ts';
import { providerDatabase } from '../../../support/paygress.ts';
import { committerOf } from '../../../support/wallet.ts';

const NOW = 1_700_000_000_000;
const RELAYS = ['ws://a', 'ws://b', 'ws://c'];

/** A wall clock that its user sets, and one that nobody does. */
function clocks() {
  const at = { wall: NOW, mono: 0 };
  const clock = {
    now: () => at.wall,
    monotonic: () => at.mono,
    sleep: () => Promise.resolve(),
    after: () => () => undefined,
  };
  const pass = (ms: number) => {
    at.wall += ms;
    at.mono += ms;
  };
  return { at, clock, pass };
}

function heartbeatsOn(db = providerDatabase()) {
  const { at, clock, pass } = clocks();
  const committer = committerOf(db);
  const failed = (error: unknown) => {
    throw error;
  };
  const open = () => new Heartbeats({ clock, committer, store: new DurableStore(db), relays: () => RELAYS, failed });
  const beat = async (heartbeats: Heartbeats, id: string, relays: readonly string[]) => {
    const stamp = heartbeats.next();
    await committer.commit(heartbeats.signed(id, stamp));
    for (const relay of relays) {
      heartbeats.acks.taken(id, relay);
      heartbeats.taken(id);
    }
    return stamp;
  };
  return { at, pass, open, beat };
}

describe('heartbeats', () => {
  it('are fresh while a majority has taken one of the last ninety seconds, through a new start of the program', async () => {
    const { pass, open, beat } = heartbeatsOn();
    const first = open();
    expect([first.ageMs, first.areFresh]).toEqual([Number.POSITIVE_INFINITY, false]);
    await beat(first, 'one', ['ws://a']);
    expect(first.areFresh).toBe(false);
    await beat(first, 'two', ['ws://a', 'ws://b']);
    pass(89_000);
    const next = open();
    expect([next.ageMs, next.areFresh]).toEqual([89_000, true]);
    pass(2000);
    expect(next.areFresh).toBe(false);
  });

  it('are dated by the clock, and while a workload with standbys runs never before the one before', async () => {
    const { at, pass, open, beat } = heartbeatsOn();
    const own = open();
    const dates = [await beat(own, 'one', RELAYS)];
    own.isWatched = true;
    dates.push(await beat(own, 'two', RELAYS));
    at.wall -= 3_600_000;
    dates.push(await beat(own, 'three', RELAYS));
    const next = open();
    next.isWatched = true;
    dates.push(await beat(next, 'four', RELAYS));
    const second = NOW / 1000;
    expect(dates).toEqual([second, second + 1, second + 2, second + 3]);
    // Others would take what comes now for old, so nobody is promised anything until the clock is there again.
    expect(next.areFresh).toBe(false);
    next.isWatched = false;
    expect(await beat(next, 'five', RELAYS)).toBe(second - 3600);
    pass(3_610_000);
    await beat(next, 'six', RELAYS);
    expect(next.areFresh).toBe(true);
  });
});

describe('the steady clock', () => {
  it('goes on where the clock is set back, and says when it was later all at once', () => {
    const { at, clock, pass } = clocks();
    const steady = new SteadyClock(clock);
    pass(1000);
    at.wall -= 3_600_000;
    expect([steady.hasJumped(), steady.now()]).toEqual([false, NOW + 1000]);
    at.wall += 3_600_000;
    pass(1000);
    expect([steady.hasJumped(), steady.now()]).toEqual([false, NOW + 2000]);
    at.wall += 60_000;
    expect([steady.hasJumped(), steady.now()]).toEqual([true, NOW + 62_000]);
    expect(steady.hasJumped()).toBe(false);
  });
});
