// One move of a model at a time, and when it counts as done. What each make does with it is in the suites.
import { describe, expect, it } from 'vitest';
import type { ModelStatus, Moved } from '../../../../src-main/backends/backend.ts';
import type { Look } from '../../../../src-main/backends/inference/look.ts';
import { GIVEN_UP, Moves, seen } from '../../../../src-main/backends/inference/move.ts';
import { HandClock } from '../../../support/clock.ts';

const DONE: Moved = { kind: 'done' };

describe('moves', () => {
  /** Notes the moves it begins; each ends when it is told to, or with its signal. */
  function begun() {
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const begin = (name: string) => (signal: AbortSignal) =>
      new Promise<Moved>((resolve) => {
        log.push(name);
        ends.push(() => resolve(DONE));
        signal.addEventListener('abort', () => {
          log.push(`${name} aborted`);
          resolve(GIVEN_UP);
        });
      });
    return { log, begin, end: (index: number) => ends[index]!() };
  }
  const how = (keep = false, signal = new AbortController().signal) => ({ keep, signal });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('of different models run side by side', async () => {
    const moves = new Moves();
    const { log, begin, end } = begun();
    const both = [moves.run('load', 'a', how(), begin('a')), moves.run('load', 'b', how(), begin('b'))];
    await settle();
    expect(log).toEqual(['a', 'b']);
    end(0);
    end(1);
    expect(await Promise.all(both)).toEqual([DONE, DONE]);
  });

  it('that are the same are one, and another once it has ended', async () => {
    const moves = new Moves();
    const { log, begin, end } = begun();
    const both = [moves.run('load', 'a', how(), begin('first')), moves.run('load', 'a', how(), begin('second'))];
    await settle();
    end(0);
    expect(await Promise.all(both)).toEqual([DONE, DONE]);
    void moves.run('load', 'a', how(), begin('third'));
    await settle();
    expect(log).toEqual(['first', 'third']);
  });

  it('to stay are not the same as moves for a while, but the other way round', async () => {
    const moves = new Moves();
    const { log, begin, end } = begun();
    void moves.run('load', 'a', how(false), begin('for a while'));
    const kept = moves.run('load', 'a', how(true), begin('to stay'));
    const joined = moves.run('load', 'a', how(false), begin('joins'));
    await settle();
    expect(log).toEqual(['for a while']);
    end(0);
    await settle();
    expect(log).toEqual(['for a while', 'to stay']);
    end(1);
    expect(await Promise.all([kept, joined])).toEqual([DONE, DONE]);
    expect(log).toEqual(['for a while', 'to stay']);
  });

  it('the other way end what is under way, and begin when that has ended', async () => {
    const moves = new Moves();
    const { log, begin, end } = begun();
    const first = moves.run('load', 'a', how(), begin('load'));
    await settle();
    const second = moves.run('unload', 'a', how(), begin('unload'));
    expect(await first).toBe(GIVEN_UP);
    await settle();
    expect(log).toEqual(['load', 'load aborted', 'unload']);
    end(1);
    expect(await second).toBe(DONE);
  });

  it('the other way end all that is under way or waits', async () => {
    const moves = new Moves();
    const { log, begin } = begun();
    const loads = [false, true].map((keep) => moves.run('load', 'a', how(keep), begin(`load ${keep}`)));
    await settle();
    void moves.run('unload', 'a', how(), begin('unload'));
    expect(await Promise.all(loads)).toEqual([GIVEN_UP, GIVEN_UP]);
    await settle();
    expect(log).toEqual(['load false', 'load false aborted', 'unload']);
  });

  it('end when the last who waits has left', async () => {
    const moves = new Moves();
    const { log, begin } = begun();
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [one, two].map(({ signal }) => moves.run('load', 'a', how(false, signal), begin('load')));
    await settle();
    one.abort();
    expect(await waiting[0]).toBe(GIVEN_UP);
    expect(log).toEqual(['load']);
    two.abort();
    expect(await waiting[1]).toBe(GIVEN_UP);
    expect(log).toEqual(['load', 'load aborted']);
  });

  it('that are ending are nothing to join, but to wait for', async () => {
    const moves = new Moves();
    const { log, begin, end } = begun();
    const stop = new AbortController();
    let over = () => {};
    const slow = () =>
      new Promise<Moved>((resolve) => {
        over = () => resolve(GIVEN_UP);
      });
    const left = moves.run('load', 'a', how(false, stop.signal), slow);
    await settle();
    stop.abort();
    await left;
    const next = moves.run('load', 'a', how(), begin('next'));
    await settle();
    expect(log).toEqual([]);
    over();
    await settle();
    expect(log).toEqual(['next']);
    end(0);
    expect(await next).toBe(DONE);
  });

  it('begin for nobody who has left before', async () => {
    const { log, begin } = begun();
    expect(await new Moves().run('load', 'a', how(false, AbortSignal.abort()), begin('load'))).toBe(GIVEN_UP);
    const moves = new Moves();
    const stop = new AbortController();
    void moves.run('load', 'a', how(), begin('for a while'));
    const next = moves.run('load', 'a', how(true, stop.signal), begin('to stay'));
    await settle();
    stop.abort();
    expect(await next).toBe(GIVEN_UP);
    moves.stop();
    await settle();
    expect(log).toEqual(['for a while', 'for a while aborted']);
  });
});

describe('a move that was ordered', () => {
  const about = (models: readonly ModelStatus[], state: Look['state'] = 'ready'): Look => {
    return { state, reason: null, version: null, models };
  };
  /** Looks that find these, the last one again and again. */
  async function watch(wanted: 'loaded' | 'cold', looks: readonly Look[], turnMs = 0) {
    const clock = new HandClock();
    const stop = new AbortController();
    let asked = 0;
    const look = async () => looks[Math.min(asked++, looks.length - 1)]!;
    const done = seen({ clock, look }, 'a', wanted, stop.signal);
    await clock.turn(turnMs);
    stop.abort();
    const moved = await done;
    return { asked, code: moved.kind === 'failed' ? moved.reason.code : moved.kind, timers: clock.timers };
  }
  const a = (state: ModelStatus['state']) => about([{ id: 'a', state }]);

  it('is looked after every quarter of a second, until it is seen', async () => {
    expect(await watch('loaded', [a('cold'), a('loading'), a('loaded')], 500)).toEqual({
      asked: 3,
      code: 'done',
      timers: 0,
    });
    expect(await watch('loaded', [a('cold'), a('loading'), a('loaded')], 499)).toMatchObject({
      asked: 2,
      code: 'backends.move-timeout',
      timers: 0,
    });
  });

  it.each<['loaded' | 'cold', Look, string]>([
    ['loaded', a('failing'), 'backends.model-failing'],
    ['cold', a('failing'), 'backends.move-timeout'],
    ['loaded', a('unknown'), 'backends.move-unseen'],
    ['cold', a('unknown'), 'backends.move-unseen'],
    ['cold', about([]), 'done'],
    ['cold', about([], 'no-model'), 'done'],
    ['cold', about([], 'not-found'), 'backends.move-timeout'],
    ['cold', about([], 'loading'), 'backends.move-timeout'],
    ['cold', about([], 'failing'), 'backends.move-timeout'],
    ['loaded', about([]), 'backends.move-timeout'],
  ])('to be %s, and found %j, ends as %s', async (wanted, look, code) => {
    expect((await watch(wanted, [look])).code).toBe(code);
  });
});
