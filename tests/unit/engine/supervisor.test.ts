import { describe, expect, it } from 'vitest';
import { type Category, HearthError } from '../../../src-main/base/errors.ts';
import type { Service } from '../../../src-main/base/lifecycle.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Supervisor } from '../../../src-main/engine/supervisor.ts';
import { HandClock } from '../../support/clock.ts';
import { seededRandom } from '../../support/random.ts';

const MINUTE = 60_000;

class Trouble extends HearthError {
  constructor(category: Category) {
    super({ code: `test.${category}`, category, message: `It is ${category}.` });
  }
}

/** A part that writes down what it is told and does what the test says. */
class Part implements Service {
  readonly name: string;
  readonly #diary: string[];
  onStart: () => Promise<void> = async () => undefined;
  onStop: () => Promise<void> = async () => undefined;

  constructor(name: string, diary: string[]) {
    this.name = name;
    this.#diary = diary;
  }

  start(): Promise<void> {
    this.#diary.push(`start ${this.name}`);
    return this.onStart();
  }

  stop(): Promise<void> {
    this.#diary.push(`stop ${this.name}`);
    return this.onStop();
  }
}

/** Parts are named by letters; capitals are vital. */
function house(letters: string, wanted: (name: string) => boolean = () => true, together = '') {
  const clock = new HandClock();
  const diary: string[] = [];
  let changes = 0;
  const supervisor = new Supervisor({
    clock,
    random: seededRandom(),
    logger: silentLogger,
    changed: () => {
      changes += 1;
    },
  });
  const parts = new Map(
    letters.split('').map((name) => {
      const part = new Part(name, diary);
      supervisor.add({
        service: part,
        vital: name === name.toUpperCase(),
        together: together.includes(name),
        wanted: () => wanted(name),
      });
      return [name, part];
    }),
  );
  return {
    clock,
    supervisor,
    part: (name: string) => parts.get(name)!,
    /** What happened since the last look. */
    diary: () => diary.splice(0),
    states: () =>
      Object.fromEntries(
        supervisor.health().map(({ name, state, reason }) => [name, reason ? `${state}, ${reason.code}` : state]),
      ),
    changes: () => changes,
  };
}

const never = () => new Promise<void>(() => undefined);
const fails = (category: Category) => () => Promise.reject(new Trouble(category));

describe('starting and stopping', () => {
  it('starts in order, stops in reverse, and tells of each change', async () => {
    const { supervisor, diary, states, changes } = house('Abc');
    await supervisor.start();
    expect(diary()).toEqual(['start A', 'start b', 'start c']);
    expect(states()).toEqual({ A: 'running', b: 'running', c: 'running' });
    await supervisor.stop();
    expect(diary()).toEqual(['stop c', 'stop b', 'stop A']);
    expect(states()).toEqual({ A: 'stopped', b: 'stopped', c: 'stopped' });
    expect(changes()).toBeGreaterThanOrEqual(9);
  });

  it('waits for each part before it starts the next', async () => {
    const { supervisor, part, diary, clock } = house('ab');
    const gate = Promise.withResolvers<void>();
    part('a').onStart = () => gate.promise;
    const started = supervisor.start();
    await clock.turn(1000);
    expect(diary()).toEqual(['start a']);
    gate.resolve();
    await started;
    expect(diary()).toEqual(['start b']);
  });

  it('lets those that start together wait for none of each other, and the next one for all of them', async () => {
    const { supervisor, diary, part, clock } = house('abcd', () => true, 'bc');
    part('b').onStart = () => new Promise(() => undefined);
    const starting = supervisor.start();
    await clock.turn(14_000);
    expect(diary()).toEqual(['start a', 'start b', 'start c']);
    await clock.turn(1000);
    await starting;
    expect(diary()).toEqual(['stop b', 'start d']);
  });

  it('lets those that stop together wait for none of each other, and the one before for all of them', async () => {
    const { supervisor, diary, part, clock } = house('abcd', () => true, 'bc');
    await supervisor.start();
    part('b').onStop = () => new Promise(() => undefined);
    const stopping = supervisor.stop();
    await clock.turn(9000);
    expect(diary().slice(4)).toEqual(['stop d', 'stop b', 'stop c']);
    await clock.turn(1000);
    await stopping;
    expect(diary().at(-1)).toBe('stop a');
  });

  it('leaves out what is not wanted', async () => {
    const { supervisor, diary, states } = house('abc', (name) => name !== 'b');
    await supervisor.start();
    expect(diary()).toEqual(['start a', 'start c']);
    expect(states()).toEqual({ a: 'running', b: 'stopped', c: 'running' });
  });

  it.each([
    ['rejects', fails('unavailable'), 'test.unavailable'],
    ['rejects for good', fails('denied'), 'test.denied'],
    ['throws no error of ours', () => Promise.reject(new TypeError('oh')), 'internal.unexpected'],
  ])('stops what had started, in reverse, when a vital part %s', async (_how, onStart, code) => {
    const { supervisor, part, diary, states, clock } = house('abCd');
    part('C').onStart = onStart;
    await expect(supervisor.start()).rejects.toMatchObject({ code });
    const told = diary();
    expect(told.slice(0, 3)).toEqual(['start a', 'start b', 'start C']);
    expect(told).not.toContain('start d');
    expect(told.slice(-2)).toEqual(['stop b', 'stop a']);
    expect(new Set(Object.values(states()).map((state) => state.split(',')[0]))).toEqual(new Set(['stopped']));
    expect(clock.timers).toBe(0);
  });

  it('goes on without a part that is not vital', async () => {
    const { supervisor, part, states, diary } = house('abc');
    part('b').onStart = fails('denied');
    await supervisor.start();
    expect(states()).toEqual({ a: 'running', b: 'stopped, test.denied', c: 'running' });
    // Half a start may have left something open.
    expect(diary()).toEqual(['start a', 'start b', 'stop b', 'start c']);
  });

  it('starts nothing more once it is told to stop', async () => {
    const { supervisor, part, clock, diary, states } = house('abc');
    const gate = Promise.withResolvers<void>();
    part('a').onStart = () => gate.promise;
    const started = supervisor.start();
    await clock.turn(0);
    const stopped = supervisor.stop();
    gate.resolve();
    await Promise.all([started, stopped]);
    expect(diary().filter((entry) => entry.startsWith('start'))).toEqual(['start a']);
    expect(states()).toEqual({ a: 'stopped', b: 'stopped', c: 'stopped' });
  });

  it('may be stopped twice, and before it was started', async () => {
    const { supervisor, states } = house('ab');
    await supervisor.stop();
    await supervisor.stop();
    expect(states()).toEqual({ a: 'stopped', b: 'stopped' });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('stuck'))],
    [
      'throws',
      () => {
        throw new Error('stuck');
      },
    ],
  ])('does not let a part whose stop %s keep the others from stopping', async (_how, onStop) => {
    const { supervisor, part, diary, states } = house('abc');
    part('b').onStop = onStop;
    await supervisor.start();
    diary();
    await supervisor.stop();
    expect(diary()).toEqual(['stop c', 'stop b', 'stop a']);
    expect(states()).toEqual({ a: 'stopped', b: 'stopped', c: 'stopped' });
  });
});

describe('a part that takes its time', () => {
  it('has fifteen seconds to start, is stopped then, and is tried again', async () => {
    const { supervisor, part, clock, states, diary } = house('ab');
    part('a').onStart = never;
    const started = supervisor.start();
    await clock.turn(14_999);
    expect(states()).toEqual({ a: 'starting', b: 'stopped' });
    await clock.turn(1);
    await started;
    expect(states()).toEqual({ a: 'degraded, engine.start-too-slow', b: 'running' });
    expect(diary()).toEqual(['start a', 'stop a', 'start b']);
    part('a').onStart = async () => undefined;
    await clock.turn(MINUTE);
    expect(states()).toEqual({ a: 'running', b: 'running' });
  });

  it('that is vital ends the start with its reason', async () => {
    const { supervisor, part, clock } = house('A');
    part('A').onStart = never;
    const outcome = expect(supervisor.start()).rejects.toMatchObject({ code: 'engine.start-too-slow' });
    await clock.turn(15_000);
    await outcome;
  });

  it('has ten seconds to stop, and is left behind then', async () => {
    const { supervisor, part, clock, diary, states } = house('ab');
    part('b').onStop = never;
    await supervisor.start();
    diary();
    const stopped = supervisor.stop();
    await clock.turn(9999);
    expect(diary()).toEqual(['stop b']);
    await clock.turn(1);
    await stopped;
    expect(diary()).toEqual(['stop a']);
    expect(states()).toEqual({ a: 'stopped', b: 'stopped' });
  });

  it('leaves no timer when it was quick', async () => {
    const { supervisor, clock } = house('abc');
    await supervisor.start();
    expect(clock.timers).toBe(0);
    await supervisor.stop();
    expect(clock.timers).toBe(0);
  });
});

/** Starts in the first `minutes`, one try after the other. */
async function tries(category: Category, minutes: number) {
  const { supervisor, part, clock, diary, states } = house('a');
  part('a').onStart = fails(category);
  await supervisor.start();
  await clock.turn(minutes * MINUTE);
  const count = diary().filter((entry) => entry === 'start a').length;
  return { count, state: states().a, timers: clock.timers };
}

describe('a part that fails', () => {
  it.each(['unavailable', 'exhausted', 'conflict'] as const)(
    'is tried again for ever when it is %s',
    async (category) => {
      const { count, state, timers } = await tries(category, 120);
      // The pauses grow to between half a minute and a minute.
      expect(count).toBeGreaterThan(120);
      expect(count).toBeLessThan(260);
      expect({ state, timers }).toEqual({ state: `degraded, test.${category}`, timers: 1 });
    },
  );

  it('is tried three times more when it is broken, and then parked with its reason', async () => {
    expect(await tries('broken', 120)).toEqual({ count: 4, state: 'stopped, test.broken', timers: 0 });
  });

  it.each(['denied', 'invalid', 'rejected', 'cancelled'] as const)(
    'is parked at once when it is %s',
    async (category) => {
      expect(await tries(category, 120)).toEqual({ count: 1, state: `stopped, test.${category}`, timers: 0 });
    },
  );

  it('pauses longer from one try to the next', async () => {
    const { supervisor, part, clock } = house('a');
    const at: number[] = [];
    part('a').onStart = () => {
      at.push(clock.monotonic());
      return fails('unavailable')();
    };
    await supervisor.start();
    await clock.turn(10 * MINUTE);
    const pauses = at.slice(1).map((time, index) => time - at[index]!);
    const bounds = pauses.map((_, index) => Math.min(MINUTE, 1000 * 2 ** index));
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(bounds[index]! / 2);
      expect(pause).toBeLessThanOrEqual(bounds[index]!);
    }
    expect(pauses.length).toBeGreaterThan(10);
  });

  it('still shows why while it is tried again', async () => {
    const { supervisor, part, clock, states } = house('a');
    part('a').onStart = fails('unavailable');
    await supervisor.start();
    part('a').onStart = never;
    await clock.turn(2000);
    expect(states()).toEqual({ a: 'starting, test.unavailable' });
  });

  it('is not tried again after the stop', async () => {
    const { supervisor, part, clock, diary } = house('a');
    part('a').onStart = fails('unavailable');
    await supervisor.start();
    await supervisor.stop();
    diary();
    await clock.turn(10 * MINUTE);
    expect(diary()).toEqual([]);
    expect(clock.timers).toBe(0);
  });
});

describe('a fault of a running part', () => {
  it('stops it, shows why, and starts it again', async () => {
    const { supervisor, clock, diary, states } = house('ab');
    await supervisor.start();
    diary();
    supervisor.fault('a', new Trouble('unavailable'));
    await clock.turn(0);
    expect(diary()).toEqual(['stop a']);
    expect(states()).toEqual({ a: 'degraded, test.unavailable', b: 'running' });
    await clock.turn(MINUTE);
    expect(diary()).toEqual(['start a']);
    expect(states()).toEqual({ a: 'running', b: 'running' });
  });

  it('that is told many times at once leaves one try, not many', async () => {
    const { supervisor, clock, diary } = house('a');
    await supervisor.start();
    for (let count = 0; count < 5; count += 1) supervisor.fault('a', new Trouble('unavailable'));
    await clock.turn(0);
    expect(clock.timers).toBe(1);
    diary();
    await clock.turn(2 * MINUTE);
    expect(diary()).toEqual(['start a']);
  });

  it.each([
    [1, 'stopped, test.broken'],
    [6, 'running'],
  ])(
    'is counted with those before it unless it ran in peace: %i minutes between four of them',
    async (minutes, state) => {
      const { supervisor, clock, states } = house('a');
      await supervisor.start();
      for (let count = 0; count < 4; count += 1) {
        supervisor.fault('a', new Trouble('broken'));
        await clock.turn(minutes * MINUTE + 10_000);
      }
      expect(states()).toEqual({ a: state });
    },
  );

  it.each([
    [1, 3_600_000, 'stopped, test.broken'],
    [6, -3_600_000, 'running'],
  ])(
    'is counted by how long it really ran, whatever the clock is set to: %i minutes, set by %i ms',
    async (minutes, by, state) => {
      const { supervisor, clock, states } = house('a');
      await supervisor.start();
      for (let count = 0; count < 4; count += 1) {
        supervisor.fault('a', new Trouble('broken'));
        await clock.turn(minutes * MINUTE + 10_000);
        clock.set(by);
      }
      expect(states()).toEqual({ a: state });
    },
  );

  it('of a stopped part changes nothing, and of an unknown one is a bug', async () => {
    const { supervisor, clock, diary, states } = house('a');
    supervisor.fault('a', new Trouble('unavailable'));
    await clock.turn(MINUTE);
    expect(diary()).toEqual([]);
    expect(states()).toEqual({ a: 'stopped' });
    expect(() => supervisor.fault('z', new Error('x'))).toThrow(/no part is called z/);
  });
});

describe('refresh', () => {
  it('stops and starts a part whose settings have changed, whatever it had done before', async () => {
    const { supervisor, part, diary, states } = house('ab');
    part('a').onStart = fails('denied');
    await supervisor.start();
    part('a').onStart = async () => undefined;
    diary();
    await supervisor.refresh('a');
    expect(diary()).toEqual(['stop a', 'start a']);
    expect(states()).toEqual({ a: 'running', b: 'running' });
  });

  it('stops one that is not wanted any more, and starts one that now is', async () => {
    let on = true;
    const { supervisor, diary, states } = house('a', () => on);
    await supervisor.start();
    on = false;
    await supervisor.refresh('a');
    expect(states()).toEqual({ a: 'stopped' });
    on = true;
    await supervisor.refresh('a');
    expect(diary()).toEqual(['start a', 'stop a', 'stop a', 'start a']);
  });

  it('takes the place of a try that was waiting, and forgets earlier failures', async () => {
    const { supervisor, part, clock, states, diary } = house('a');
    part('a').onStart = fails('broken');
    await supervisor.start();
    await clock.turn(1500);
    await supervisor.refresh('a');
    diary();
    await clock.turn(10 * MINUTE);
    expect(diary().filter((entry) => entry === 'start a')).toHaveLength(3);
    expect(states()).toEqual({ a: 'stopped, test.broken' });
  });

  it('waits for a start under way', async () => {
    const { supervisor, part, diary } = house('a');
    const gate = Promise.withResolvers<void>();
    part('a').onStart = () => gate.promise;
    const started = supervisor.start();
    const refreshed = supervisor.refresh('a');
    gate.resolve();
    await Promise.all([started, refreshed]);
    expect(diary()).toEqual(['start a', 'stop a', 'start a']);
  });

  it('after the stop starts nothing', async () => {
    const { supervisor, diary } = house('a');
    await supervisor.start();
    await supervisor.stop();
    await supervisor.refresh('a');
    expect(diary().filter((entry) => entry === 'start a')).toHaveLength(1);
  });
});
