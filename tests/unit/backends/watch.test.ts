import { describe, expect, it } from 'vitest';
import type { BackendStatus } from '../../../src-main/backends/backend.ts';
import { Watch } from '../../../src-main/backends/watch.ts';
import { HandClock } from '../../support/clock.ts';
import { seededRandom } from '../../support/random.ts';

/** A watch over a server whose looks the test answers by hand. */
function watching(knock?: () => Promise<boolean>) {
  const clock = new HandClock();
  const looks: { readonly signal: AbortSignal; answer(state: BackendStatus['state']): void }[] = [];
  const told: string[] = [];
  const check = (signal?: AbortSignal) =>
    new Promise<BackendStatus>((resolve) => {
      const answer = (state: BackendStatus['state']) =>
        resolve({ state, reason: null, version: null, models: [], checkedAt: clock.now() });
      looks.push({ signal: signal!, answer });
    });
  const watch = new Watch({ clock, random: seededRandom() }, { check }, { everyMs: 15_000, knock }, ({ state }) =>
    told.push(state),
  );
  const answer = async (state: BackendStatus['state']) => {
    looks.at(-1)!.answer(state);
    await clock.turn(0);
  };
  /** How long it waits until it looks again. */
  const nextWait = async () => {
    const before = looks.length;
    let waited = 0;
    for (; looks.length === before; waited += 100) await clock.turn(100);
    return waited;
  };
  return { clock, watch, looks, told, answer, nextWait };
}

describe('Watch', () => {
  it('looks again every 15 seconds at a server that answers, with models or without', async () => {
    const { watch, told, answer, nextWait } = watching();
    void watch.look();
    await answer('ready');
    expect(await nextWait()).toBe(15_000);
    await answer('no-model');
    expect(await nextWait()).toBe(15_000);
    expect(told).toEqual(['ready', 'no-model']);
  });

  it('is more patient with each failure, from two seconds up to a minute, and starts over after an answer', async () => {
    const { watch, answer, nextWait } = watching();
    void watch.look();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      await answer(i % 2 ? 'failing' : 'not-found');
      waits.push(await nextWait());
    }
    waits.forEach((wait, i) => {
      const full = Math.min(60_000, 2000 * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full + 100);
    });
    await answer('ready');
    await nextWait();
    await answer('not-found');
    expect(await nextWait()).toBeLessThanOrEqual(2000);
  });

  it('joins a look that is under way', async () => {
    const { watch, looks, told, answer } = watching();
    const both = Promise.all([watch.look(), watch.look()]);
    expect(looks.length).toBe(1);
    await answer('ready');
    await both;
    expect(told).toEqual(['ready']);
  });

  it('drops what an older look finds after it was asked to look afresh', async () => {
    const { watch, looks, told, answer, clock } = watching();
    void watch.look();
    void watch.lookAgain();
    expect(looks[0]!.signal.aborted).toBe(true);
    await answer('not-found');
    looks[0]!.answer('ready');
    await clock.turn(0);
    expect(told).toEqual(['not-found']);
    expect(clock.timers).toBe(1);
  });

  it('knows within seconds that a server on this computer has ended, and does not look at one that takes connections', async () => {
    const there = { is: true, knocks: 0 };
    const { watch, told, looks, answer, clock } = watching(async () => {
      there.knocks += 1;
      return there.is;
    });
    void watch.look();
    await answer('ready');
    await clock.turn(9000);
    expect([there.knocks, looks.length]).toEqual([4, 1]);
    there.is = false;
    await clock.turn(2000);
    expect(looks.length).toBe(2);
    await answer('not-found');
    expect(told).toEqual(['ready', 'not-found']);
    // It is looked for as one that is away, and knocked at no more.
    expect([there.knocks, clock.timers]).toEqual([5, 1]);
    watch.stop();
    expect(clock.timers).toBe(0);
  });

  it('leaves nothing behind when it stops while it knocks', async () => {
    let answerKnock: (there: boolean) => void = () => {};
    const { watch, looks, answer, clock } = watching(() => new Promise((resolve) => (answerKnock = resolve)));
    void watch.look();
    await answer('ready');
    await clock.turn(2000);
    watch.stop();
    answerKnock(false);
    await clock.turn(0);
    expect([looks.length, clock.timers]).toEqual([1, 0]);
  });

  it('stops: ends the look, leaves no timer and looks no more', async () => {
    const { watch, looks, told, answer, clock } = watching();
    void watch.look();
    watch.stop();
    await answer('ready');
    await watch.look();
    await watch.lookAgain();
    expect({ looks: looks.length, told, timers: clock.timers }).toEqual({ looks: 1, told: [], timers: 0 });
  });
});
